"""The small chart of one domain over an organization's years, drawn as the radar is: shapes on a bare Figure.

Lengths are points. At 0, 0 the line of 0 points begins, y grows upwards.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise

from questionnaire.core.voices_years import PeerLine
from questionnaire.core.years import Line, Segment
from questionnaire.language import Language
from questionnaire.output.charts import (
    CARD,
    MUTED,
    PENS,
    RIM,
    RING,
    Pen,
    Stroke,
    Voice,
    drawn,
    lettering,
    markers,
    segments,
)
from questionnaire.output.radar_layout import GAP, MARGIN, SPACE, WIDTH, Box, Point, outline

UNIT = 1.2  # the height of a point of the score
NAMED = ("0", "50", "100")  # the lines that have a label
TICK = 4.0
INSET = 16.0  # from the ends of the lines to the first and last year: half of a year's label
MARKER, MARKER_LEAST = 4.2, 1.3  # from its middle to a corner: where there is room, and where years are many
UNDER = 9.5  # from the line of 0 points to the years' labels: more than a marker reaches


@dataclass(frozen=True)
class Trend:
    """Title and description may be any text: they are kept in the file, unseen."""

    years: tuple[int, ...]  # all with a submission, ascending
    segments: tuple[Segment, ...]  # between neighbouring years that share enough questions
    alone: tuple[tuple[int, float], ...]  # year and points of scores that are in no segment
    title: str
    description: str
    peers: tuple[Segment, ...] = ()  # from one round of peer workers to the next
    peers_alone: tuple[tuple[int, float], ...] = ()

    def __post_init__(self) -> None:
        if not 1 <= len(self.years) <= 100 or not 1 <= min(self.years) <= max(self.years) <= 9999:
            raise ValueError("a trend has 1 to 100 years, of four digits at most")
        if any(earlier >= later for earlier, later in pairwise(self.years)):
            raise ValueError("years are distinct and ascend")
        joined = [(segment.start_year, segment.end_year) for segment in self.segments]
        if len(set(joined)) < len(joined) or not set(joined) <= set(pairwise(self.years)):
            raise ValueError("a segment joins two neighbouring years, once")
        alone = [year for year, _ in self.alone]
        if len(set(alone)) < len(alone) or not set(alone) <= set(self.years).difference(*joined):
            raise ValueError("a year alone is one of the years, once, and in no segment")
        rounds = [year for segment in self.peers for year in (segment.start_year, segment.end_year)]
        if any(later < earlier for earlier, later in pairwise(rounds)) or not set(rounds) <= set(self.years):
            raise ValueError("peer workers' segments follow each other, from one of the years to another")
        single = [year for year, _ in self.peers_alone]
        if len(set(single)) < len(single) or not set(single) <= set(self.years).difference(rounds):
            raise ValueError("a year of peer workers alone is one of the years, once, and in no segment")
        ends = [p for s in (*self.segments, *self.peers) for p in (s.start, s.end)]
        points = [*(points for _, points in (*self.alone, *self.peers_alone)), *ends]
        if not all(0 <= point <= 100 for point in points):
            raise ValueError("points lie outside 0 to 100")


def ink(text: str, start: Point) -> Box:
    xs, ys = zip(*outline(text).vertices, strict=True)
    return Box(min(xs), min(ys), max(xs), max(ys)).moved(*start)


@dataclass(frozen=True)
class Layout:
    """Where everything stands but the scores: it follows from the years, which the charts of a page share."""

    frame: Box
    right: float  # where the lines end
    across: dict[int, float]  # x of each year
    named: tuple[int, ...]  # the years with a label
    words: tuple[tuple[str, Point], ...]

    def at(self, year: int, points: float) -> Point:
        return Point(self.across[year], points * UNIT)


def spaced(years: Sequence[int], least: float) -> tuple[int, ...]:
    """The first and the last, and those between that are at least so many years from the next."""
    kept = [years[0]]
    for year in years[1:-1]:
        if min(year - kept[-1], years[-1] - year) >= least:
            kept.append(year)
    return tuple(dict.fromkeys((*kept, years[-1])))


def legible(years: Sequence[int], least: float) -> tuple[int, ...]:
    """As many as there is room for, or somewhat fewer where those follow evenly."""
    choices = [spaced(years, least * tenths / 10) for tenths in range(10, 26)]
    even = (kept for kept in choices if len(kept) > 3 and len({b - a for a, b in pairwise(kept)}) == 1)
    return choices[0] if len(choices[0]) == len(years) else next(even, choices[0])


@lru_cache(maxsize=64)
def lay_out(years: tuple[int, ...]) -> Layout:
    wide = max(outline(label).width for label in NAMED)
    left = -(MARGIN + wide + GAP)
    right = left + WIDTH - MARGIN
    first, last = years[0], years[-1]
    step = (right - 2 * INSET) / max(last - first, 1)
    across = {year: INSET + (year - first) * step if first < last else right / 2 for year in years}
    named = legible(years, (max(outline(str(year)).width for year in years) + SPACE) / step)
    digit = ink("0", Point(0, 0))
    words = [(text, Point(-GAP - outline(text).width, int(text) * UNIT - digit.top / 2)) for text in NAMED]
    words += [(str(y), Point(across[y] - outline(str(y)).width / 2, -UNDER - digit.top)) for y in named]
    bottom = -UNDER - digit.top + digit.bottom - MARGIN
    frame = Box(left, round(bottom, 1), left + WIDTH, 100 * UNIT + MARGIN + 2)
    return Layout(frame, right, across, named, tuple(words))


def pen_for(layout: Layout, voice: Voice = Voice.ORGANIZATION) -> Pen:
    """A voice's, finer where years stand close; peer workers' square still lies within the circle that it meets."""
    room = min((there - here for here, there in pairwise(layout.across.values())), default=WIDTH)
    marker = min(MARKER, max(MARKER_LEAST, room * 0.32))
    pen = PENS[voice]
    corners = pen.corners if marker > 2.5 else min(pen.corners, 12)
    size = marker * pen.marker / PENS[Voice.ORGANIZATION].marker
    return pen._replace(marker=size, width=min(pen.width, 1 + marker / 4), corners=corners)


def strokes(trend: Trend, layout: Layout) -> Iterator[Stroke]:
    """All that is drawn, from the back to the front."""
    levels = [(Point(0, points * UNIT), Point(layout.right, points * UNIT)) for points in (0, 25, 50, 75, 100)]
    ticks = [(Point(layout.across[year], 0), Point(layout.across[year], -TICK)) for year in layout.named]
    yield Stroke(segments(levels[1:]), line=RING, width=0.8)
    yield Stroke(segments([levels[0], *ticks]), line=RIM, width=1)
    yield from line_of(trend.segments, trend.alone, layout, pen_for(layout))
    if trend.peers or trend.peers_alone:
        yield from line_of(trend.peers, trend.peers_alone, layout, pen_for(layout, Voice.PEERS))
    yield Stroke(lettering(layout.words), MUTED)


def line_of(
    joined: Sequence[Segment], alone: Sequence[tuple[int, float]], layout: Layout, pen: Pen
) -> Iterator[Stroke]:
    """One voice: its pieces, a marker at every end of one, and hollow ones for what stands alone."""
    lines = [(layout.at(s.start_year, s.start), layout.at(s.end_year, s.end)) for s in joined]
    ends = sorted({Point(round(x, 2), round(y, 2)) for line in lines for x, y in line})
    edge = max(0, pen.marker - MARKER_LEAST) / 5
    yield Stroke(segments(lines), line=pen.colour, width=pen.width, dash=pen.dash)
    yield Stroke(markers(ends, pen), pen.colour, CARD, edge)
    yield Stroke(markers([layout.at(*one) for one in alone], pen), CARD, pen.colour, pen.width * 0.8)


def told(line: Line, peers: PeerLine | None, say: Language) -> str:
    """What the chart of a domain shows, in sentences: the organization's line, and peer workers' beside it."""
    said = [say.say(sentence) for sentence in line.sentences]
    if peers and peers.heard:
        said.append(say.say(peers.in_figures))
        said += [f"{say.say(sentence)}." for sentence in peers.sentences if peers.is_shown]
    return " ".join(said)


def trend_svg(trend: Trend) -> bytes:
    layout = lay_out(trend.years)
    return drawn(strokes(trend, layout), layout.frame, trend.title, trend.description, "svg")


def trend_png(trend: Trend) -> bytes:
    layout = lay_out(trend.years)
    return drawn(strokes(trend, layout), layout.frame, trend.title, trend.description, "png")
