"""How the points of a release's organizations spread in every domain: median, middle half, and dots, as shapes.

Drawn as the radar is, straight on a bare Figure. Lengths are points; x is 0 at 0 points, y grows upwards.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache

from questionnaire.core.benchmark import STEP, Distribution
from questionnaire.core.release_years import ReleaseYears
from questionnaire.language import Language
from questionnaire.output.charts import (
    FIELD,
    FILL,
    INK,
    MUTED,
    RING,
    Pen,
    Stroke,
    drawn,
    lettering,
    markers,
    polygons,
    segments,
)
from questionnaire.output.radar_layout import GAP, LEAD, MARGIN, WIDTH, Box, Point, outline, wrap

COLOUR = "#0b655d"
INSET = 12.0  # from the picture's edge to 0 and to 100 points: half of a label
UNIT = (WIDTH - 2 * (MARGIN + INSET)) / 100  # the width of a point
BAND = 13.0  # the height of a box
DOT, PILE = 2.3, 5.0  # a dot's radius; from one to the next above it
MOST_PILED = 6  # dots on each other: of more, columns are drawn
COLUMNS = 32.0  # the height of the highest column
ROW_GAP = 15.0  # from a box to the next label
SWATCH, SWATCH_GAP = 20.0, 8.0
NAMED = ("0", "25", "50", "75", "100")


@dataclass(frozen=True)
class Row:
    """One domain; without a figure its label says why."""

    label: str
    figure: Distribution | None


@dataclass(frozen=True)
class Keys:
    """What the signs mean, in words."""

    median: str
    half: str
    dot: str
    column: str


@dataclass(frozen=True)
class Spreads:
    """All domains of a release. Title and description may be any text: they are kept in the file, unseen."""

    rows: tuple[Row, ...]
    keys: Keys
    title: str
    description: str

    @property
    def highest(self) -> int:
        """The most organizations at one step, where they are shown."""
        return max((max(row.figure.dots) for row in self.rows if row.figure and row.figure.dots), default=0)

    @property
    def above(self) -> float:
        """The room for dots or columns above a box."""
        return COLUMNS if self.highest > MOST_PILED else self.highest * PILE

    @property
    def legend(self) -> tuple[tuple[str, str], ...]:
        """Only what is drawn is explained: sign and words."""
        shown = [row.figure for row in self.rows if row.figure]
        signs = [("median", self.keys.median)] if shown else []
        if any(figure.quartiles for figure in shown):
            signs.append(("half", self.keys.half))
        if self.highest:
            is_piled = self.highest <= MOST_PILED
            signs.append(("dot", self.keys.dot) if is_piled else ("column", self.keys.column))
        return tuple(signs)


@dataclass(frozen=True)
class Layout:
    """Where everything stands: each row's box, and all words."""

    frame: Box
    bands: tuple[float, ...]  # the lower edge of each box
    keys: tuple[float, ...]  # the middle of each sign in the legend
    words: tuple[tuple[str, Point], ...]
    muted: tuple[tuple[str, Point], ...]


@lru_cache(maxsize=64)
def lay_out(labels: tuple[str, ...], above: float, legend: tuple[str, ...]) -> Layout:
    words, muted, bands, keys = [], [], [], []
    y = -LEAD
    for label in labels:
        for line in wrap(label, WIDTH - 2 * MARGIN, WIDTH - 2 * MARGIN):
            words.append((line, Point(-INSET, y)))
            y -= LEAD
        y -= above + (GAP if above else 0) + BAND - LEAD + GAP
        bands.append(y)
        y -= ROW_GAP + LEAD - GAP
    y = (bands[-1] if bands else 0) - GAP - LEAD + 4
    muted += [(text, Point(int(text) * UNIT - outline(text).width / 2, y)) for text in NAMED]
    y -= 6
    for text in legend:
        y -= LEAD + 2
        keys.append(y + LEAD * 0.28)
        for number, line in enumerate(wrap(text, WIDTH - 2 * MARGIN - SWATCH - SWATCH_GAP, WIDTH)):
            y -= LEAD * (number > 0)
            muted.append((line, Point(-INSET + SWATCH + SWATCH_GAP, y)))
    left = -INSET - MARGIN
    frame = Box(left, round(y - MARGIN - 3, 1), left + WIDTH, MARGIN)
    return Layout(frame, tuple(bands), tuple(keys), tuple(words), tuple(muted))


def layout_of(chart: Spreads) -> Layout:
    return lay_out(tuple(row.label for row in chart.rows), chart.above, tuple(text for _, text in chart.legend))


def rectangle(left: float, bottom: float, right: float, top: float) -> tuple[Point, ...]:
    return Point(left, bottom), Point(right, bottom), Point(right, top), Point(left, top)


def strokes(chart: Spreads, layout: Layout) -> Iterator[Stroke]:
    """All that is drawn, from the back to the front."""
    tops = [band + BAND + (chart.above + GAP if chart.above else 0) for band in layout.bands]
    bands = [rectangle(0, band, 100 * UNIT, band + BAND) for band in layout.bands]
    grid = [
        (Point(points * UNIT, band), Point(points * UNIT, top))
        for band, top in zip(layout.bands, tops, strict=True)
        for points in (0, 25, 50, 75, 100)
    ]
    yield Stroke(polygons(*bands), FIELD)
    yield Stroke(segments(grid), line=RING, width=0.8)
    shown = [(row.figure, band) for row, band in zip(chart.rows, layout.bands, strict=True) if row.figure]
    halves = [
        rectangle(figure.quartiles[0] * UNIT - 1.5, band + 1, figure.quartiles[1] * UNIT + 1.5, band + BAND - 1)
        for figure, band in shown
        if figure.quartiles
    ]
    yield Stroke(polygons(*halves), FILL, COLOUR, 1.1)
    yield from _organizations(chart, layout)
    medians = [(Point(f.median * UNIT, band - 1.5), Point(f.median * UNIT, band + BAND + 1.5)) for f, band in shown]
    yield Stroke(segments(medians), line=INK, width=3)
    yield from _signs(chart, layout)
    yield Stroke(lettering(layout.words), INK)
    yield Stroke(lettering(layout.muted), MUTED)


def _organizations(chart: Spreads, layout: Layout) -> Iterator[Stroke]:
    """Dots piled above their step, or columns where there are many."""
    found = [
        (place * STEP * UNIT, band + BAND + GAP, number)
        for row, band in zip(chart.rows, layout.bands, strict=True)
        if row.figure and row.figure.dots
        for place, number in enumerate(row.figure.dots)
        if number
    ]
    if chart.highest > MOST_PILED:
        half = STEP * UNIT * 0.36
        scale = COLUMNS / chart.highest
        columns = [rectangle(x - half, y, x + half, y + max(number * scale, 1)) for x, y, number in found]
        yield Stroke(polygons(*columns), COLOUR)
    else:
        spots = [Point(x, y + DOT + PILE * place) for x, y, number in found for place in range(number)]
        yield Stroke(markers(spots, _DOT), COLOUR)


_DOT = Pen(COLOUR, 0, None, 16, DOT)


def _signs(chart: Spreads, layout: Layout) -> Iterator[Stroke]:
    """The signs of the legend."""
    middle = -INSET + SWATCH / 2
    for (sign, _), y in zip(chart.legend, layout.keys, strict=True):
        if sign == "median":
            yield Stroke(segments([(Point(middle, y - 7), Point(middle, y + 7))]), line=INK, width=3)
        elif sign == "half":
            yield Stroke(polygons(rectangle(-INSET, y - 5, -INSET + SWATCH, y + 5)), FILL, COLOUR, 1.1)
        elif sign == "dot":
            yield Stroke(markers([Point(middle, y)], _DOT), COLOUR)
        else:
            yield Stroke(polygons(rectangle(middle - 4, y - 6, middle + 4, y + 6)), COLOUR)


def spreads_of(years: ReleaseYears, say: Language) -> Spreads:
    """The chart of a release, its words in a tongue."""
    _, release = say.gettext, years.release
    rows = []
    for one in years.asked:
        name, figure = say.text(one.domain.name), one.now.figure if one.now else None
        if isinstance(figure, Distribution):
            rows.append(Row(name, figure))
        elif figure is not None:
            rows.append(Row(f"{name} – {say.say(figure.in_words)}", None))
    keys = Keys(
        median=_("The median: the middle organization"),
        half=_("The middle half of the organizations"),
        dot=_("A dot: one organization"),
        column=_("The higher, the more organizations"),
    )
    title = f"{release.network.name} · {release.year} · Alongside"
    return Spreads(tuple(rows), keys, title, " ".join(told(years, say)))


def told(years: ReleaseYears, say: Language) -> list[str]:
    """What the chart shows, in sentences: one a domain."""
    return [say.say(one.in_words) for one in years.asked]


def spreads_svg(chart: Spreads) -> bytes:
    layout = layout_of(chart)
    return drawn(strokes(chart, layout), layout.frame, chart.title, chart.description, "svg")


def spreads_png(chart: Spreads) -> bytes:
    layout = layout_of(chart)
    return drawn(strokes(chart, layout), layout.frame, chart.title, chart.description, "png")
