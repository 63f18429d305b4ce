"""The radar of a scorecard, as SVG for pages and PDF and as PNG for slides and mail.

All of it is shapes put straight on a bare Figure: axes and Text artists cost several times as much, and markers take
their ids from rcParams, which threads share. Words become outlines once and stay in a cache.
"""

from __future__ import annotations

import hashlib
import pathlib
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum
from functools import lru_cache
from importlib import metadata
from io import BytesIO
from typing import TYPE_CHECKING, Literal, NamedTuple

from questionnaire.output.radar_layout import LEAD, NOT_XML, SWATCH, Box, Layout, Point, at, lay_out, outline

if TYPE_CHECKING:
    from matplotlib.path import Path

PNG_DPI = 350  # makes 1604 pixels
CARD, FIELD, RING, RIM, FILL, INK, MUTED = "#fff", "#fcf9f4", "#ddd5c8", "#b3a793", "#e3f0ed", "#1f2a30", "#55636b"
MOVE, LINE, CLOSE = 1, 2, 79  # the codes of matplotlib's Path


class Voice(StrEnum):
    EARLIER = "earlier"  # the organization in an earlier year
    ORGANIZATION = "organization"
    PEERS = "peers"


class Pen(NamedTuple):
    """How a voice is drawn. Dash and marker differ as well: colour alone is not enough (WCAG 1.4.1)."""

    colour: str
    width: float
    dash: tuple[float, float] | None
    corners: int  # of the marker: a square, or so many that it is round
    marker: float  # from its middle to a corner


PENS = {  # in the order of drawing; a square lies within the circle that it meets, so that both are seen
    Voice.EARLIER: Pen("#69747b", 1.3, None, 12, 1.8),
    Voice.ORGANIZATION: Pen("#0b655d", 2.2, None, 28, 5.0),
    Voice.PEERS: Pen("#a8431a", 2.0, (3.2, 1.7), 4, 4.1),
}


@dataclass(frozen=True)
class Series:
    """One line of a radar. Points run from 0 to 100, one for each domain; None is not scored."""

    label: str
    points: tuple[float | None, ...]
    voice: Voice


@dataclass(frozen=True)
class Radar:
    """Axes run clockwise from the top. Title and description may be any text: they are kept in the file, unseen."""

    axes: tuple[str, ...]
    series: tuple[Series, ...]
    scale: str  # the sentence under the chart that says what the rings mean
    title: str
    description: str

    def __post_init__(self) -> None:
        if len(self.axes) < 3 or not self.series:
            raise ValueError("a radar has three axes and one series at least")
        for series in self.series:
            if len(series.points) != len(self.axes):
                raise ValueError(f"{len(series.points)} points for {len(self.axes)} axes")
            if not all(point is None or 0 <= point <= 100 for point in series.points):
                raise ValueError("a point lies outside 0 to 100")


def path(vertices: Sequence[Point], codes: Sequence[int]) -> Path:
    """Hundredths of a point are finer than print; more digits would only make the file longer."""
    from matplotlib.path import Path
    from numpy import array

    return Path(array(vertices, float).reshape(-1, 2).round(2), codes)


@lru_cache(maxsize=256)
def lettering(words: tuple[tuple[str, Point], ...]) -> Path:
    """All these words as one shape."""
    shapes = [(outline(text), start) for text, start in words]
    vertices = [Point(start.x + x, start.y + y) for shape, start in shapes for x, y in shape.vertices]
    return path(vertices, [code for shape, _ in shapes for code in shape.codes])


def polygons(*shapes: Sequence[Point]) -> Path:
    vertices = [spot for shape in shapes for spot in (*shape, shape[0])]
    return path(vertices, [code for shape in shapes for code in (MOVE, *[LINE] * (len(shape) - 1), CLOSE)])


def segments(pairs: Iterable[tuple[Point | None, Point | None]]) -> Path:
    """One straight line a pair; none where one of the two is missing."""
    vertices = [spot for here, there in pairs if here and there for spot in (here, there)]
    return path(vertices, [MOVE, LINE] * (len(vertices) // 2))


@lru_cache(maxsize=64)
def rings(count: int, *distances: float) -> Path:
    return polygons(*([at(axis, count, distance) for axis in range(count)] for distance in distances))


def markers(spots: Iterable[Point], pen: Pen) -> Path:
    shape = [at(corner + 0.5, pen.corners, pen.marker) for corner in range(pen.corners)]
    return polygons(*([Point(spot.x + x, spot.y + y) for x, y in shape] for spot in spots))


class Stroke(NamedTuple):
    shape: Path
    fill: str = "none"
    line: str = "none"
    width: float = 0
    dash: tuple[float, float] | None = None


def ground(radar: Radar, radius: float) -> Iterator[Stroke]:
    """The rings, and a spoke for each domain: a dotted one where a point is missing."""
    missing = {axis for series in radar.series for axis, point in enumerate(series.points) if point is None}
    count = len(radar.axes)
    spokes = [(Point(0, 0), at(axis, count, radius)) for axis in range(count)]
    yield Stroke(rings(count, radius / 4, radius / 2, radius * 3 / 4), line=RING, width=0.8)
    yield Stroke(segments(spokes[axis] for axis in range(count) if axis not in missing), line=RING, width=0.8)
    if missing:
        yield Stroke(segments(spokes[axis] for axis in sorted(missing)), line=RIM, width=0.9, dash=(1.3, 3))
    yield Stroke(rings(count, radius), line=RIM, width=1)


def line_of(series: Series, spots: Sequence[Point | None], key: Box) -> Iterator[Stroke]:
    """The line of one series with its markers, and the same in the legend."""
    pen = PENS[series.voice]
    there = [spot for spot in spots if spot]
    start, middle, end = (Point(key.left + SWATCH * part, key.top - LEAD / 2) for part in (0, 0.5, 1))
    line = segments([*zip(spots, [*spots[1:], spots[0]], strict=True), (start, end)])
    yield Stroke(line, line=pen.colour, width=pen.width, dash=pen.dash)
    yield Stroke(markers([*there, middle], pen), pen.colour, CARD, 0.6)


def strokes(radar: Radar, layout: Layout) -> Iterator[Stroke]:
    """All that is drawn, from the back to the front."""
    count, radius = len(radar.axes), layout.radius
    rows = []
    yield Stroke(rings(count, radius), FIELD)
    for series, key in zip(radar.series, layout.keys, strict=True):
        spots = [None if p is None else at(axis, count, radius * p / 100) for axis, p in enumerate(series.points)]
        whole = [spot for spot in spots if spot]
        if series.voice is Voice.ORGANIZATION and len(whole) == count:
            yield Stroke(polygons(whole), FILL)
        rows.append((series, spots, key))
    yield from ground(radar, radius)
    for row in sorted(rows, key=lambda row: list(PENS).index(row[0].voice)):
        yield from line_of(*row)
    yield Stroke(lettering(layout.words), INK)
    yield Stroke(lettering(layout.sentence), MUTED)


def drawn(shapes: Iterable[Stroke], frame: Box, title: str, description: str, kind: Literal["svg", "png"]) -> bytes:
    """The file that shows what lies in this frame; its words are any text, and unseen."""
    from matplotlib.figure import Figure
    from matplotlib.patches import PathPatch
    from matplotlib.transforms import Affine2D

    left, bottom, right, top = frame
    dpi = 72 if kind == "svg" else PNG_DPI
    figure = Figure(figsize=((right - left) / 72, (top - bottom) / 72), dpi=dpi, facecolor=CARD)
    place = Affine2D().translate(-left, -bottom).scale(1 / 72) + figure.dpi_scale_trans
    for shape, fill, line, width, dash in shapes:
        dashes = (0, dash) if dash else "solid"
        patch = PathPatch(shape, facecolor=fill, edgecolor=line, linewidth=width, linestyle=dashes, transform=place)
        figure.add_artist(patch, clip=False)
    about = {"Title": NOT_XML.sub("", title), "Description": NOT_XML.sub("", description)}
    date = {"Date": None} if kind == "svg" else {}
    file = BytesIO()
    figure.savefig(file, format=kind, dpi=dpi, metadata={**about, **date})
    return file.getvalue()


def radar_file(radar: Radar, kind: Literal["svg", "png"]) -> bytes:
    layout = lay_out(radar.axes, tuple(series.label for series in radar.series), radar.scale)
    return drawn(strokes(radar, layout), layout.frame, radar.title, radar.description, kind)


def radar_svg(radar: Radar) -> bytes:
    return radar_file(radar, "svg")


def radar_png(radar: Radar) -> bytes:
    return radar_file(radar, "png")


@lru_cache(maxsize=1)
def version() -> str:
    """What a picture depends on besides its Radar: this code and matplotlib's version."""
    code = b"".join(file.read_bytes() for file in sorted(pathlib.Path(__file__).parent.glob("*.py")))
    return f"{metadata.version('matplotlib')} {hashlib.sha256(code).hexdigest()}"
