"""Where the parts of a radar stand, so that no word touches anything: measured from the words' own outlines.

Lengths are points, 0, 0 is the rim's centre, y grows upwards. The picture is 330 wide, as on a phone: there its words
are as large as SIZE says, and elsewhere larger.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from functools import lru_cache
from math import cos, hypot, pi, sin
from typing import NamedTuple

WIDTH = 330.0
SIZE, LEAD, ASCENT = 12.4, 15.2, 11.7  # of words; of their lines; what stands above a baseline, É included
SPACE = 5.0  # between words, with what is free beside their ink
MARGIN, GAP = 6.0, 6.5  # from words to the picture's edge; round a label, for the marker of 100 points too
LABEL, LABEL_MOST = 106.0, 124.0  # width of a label: wished for, and allowed where three lines would not do
RADII = range(126, 58, -3)  # of the rim, from the best
REACH, REACH_MOST = 160.0, 28.0  # how far from their corners labels may stand: shared by all; for each
SWATCH, SWATCH_GAP, KEY_GAP = 26.0, 8.0, 16.0  # the line in the legend; space after it; between entries
SECTION = 16.0  # between the chart and its legend

NOT_XML = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
BREAKS = re.compile(r"[^\S\u00a0\u202f]+")  # a no-break space holds its words together


class Point(NamedTuple):
    x: float
    y: float


class Box(NamedTuple):
    left: float
    bottom: float
    right: float
    top: float

    def moved(self, x: float, y: float) -> Box:
        return Box(self.left + x, self.bottom + y, self.right + x, self.top + y)

    def meets(self, other: Box, gap: float = 0) -> bool:
        beside = max(self.left - other.right, other.left - self.right)
        return max(beside, self.bottom - other.top, other.bottom - self.top) < gap

    def distance(self, point: Point) -> float:
        beside = max(self.left - point.x, point.x - self.right, 0)
        return hypot(beside, max(self.bottom - point.y, point.y - self.top, 0))


class Outline(NamedTuple):
    vertices: tuple[Point, ...]
    codes: tuple[int, ...]
    width: float


class Layout(NamedTuple):
    """Where everything stands but the lines. It follows from words alone: the charts of one instrument share it."""

    frame: Box
    radius: float
    labels: tuple[Box, ...]
    keys: tuple[Box, ...]  # the legend's entries, each with its swatch
    scale: Box
    words: tuple[tuple[str, Point], ...]  # each line of labels and legend, and where its baseline begins
    sentence: tuple[tuple[str, Point], ...]


@lru_cache(maxsize=1024)
def at(axis: float, count: int, distance: float = 1) -> Point:
    return Point(distance * sin(2 * pi * axis / count), distance * cos(2 * pi * axis / count))


@lru_cache(maxsize=1024)
def outline(text: str) -> Outline:
    """The shape of a line of text, in the font that comes with matplotlib: the same on every machine."""
    from matplotlib import get_data_path
    from matplotlib.font_manager import FontProperties
    from matplotlib.textpath import text_to_path

    font = FontProperties(fname=f"{get_data_path()}/fonts/ttf/DejaVuSans.ttf")
    vertices, codes = text_to_path.get_text_path(font, text, ismath=False)
    scale = SIZE / text_to_path.FONT_SCALE
    left = min((x for x, _ in vertices), default=0)
    shape = tuple(Point(float(x - left) * scale, float(y) * scale) for x, y in vertices)
    return Outline(shape, tuple(map(int, codes)), max((x for x, _ in shape), default=0))


def words(text: str, most: float) -> Iterator[str]:
    """The words of a text; those wider than `most` come in pieces."""
    for word in BREAKS.split(NOT_XML.sub("", text).strip()):
        rest = word
        while (width := outline(rest).width) > most:
            cut = max(1, int(len(rest) * most / width) - 1)
            yield rest[:cut] + "-"
            rest = rest[cut:]
        yield rest


def fold(parts: Sequence[str], limit: float) -> list[str]:
    lines: list[str] = []
    reach = 0.0
    for part in parts:
        width = outline(part).width
        if lines and reach + SPACE + width <= limit:
            lines[-1] += " " + part
            reach += SPACE + width
        else:
            lines.append(part)
            reach = width
    return lines


def wrap(text: str, wished: float, most: float) -> list[str]:
    """The narrowest block of as few lines as `wished` gives, or of three where `most` allows it."""
    parts = list(words(text, most))
    limit = wished
    while limit < most and len(fold(parts, limit)) > 3:
        limit += 4
    lines = fold(parts, limit)
    while limit > 0 and len(narrower := fold(parts, limit := limit - 4)) == len(lines):
        lines = narrower
    return lines


def centred(lines: Sequence[str], box: Box) -> Iterator[tuple[str, Point]]:
    for row, line in enumerate(lines):
        start = (box.left + box.right - outline(line).width) / 2
        yield line, Point(start, box.top - ASCENT - row * LEAD)


def block(lines: Sequence[str]) -> Box:
    return Box(0, -LEAD * len(lines), max(outline(line).width for line in lines), 0)


def near_rim(box: Box, radius: float, count: int) -> bool:
    """False only when the box stands outside the circle through the corners, or beyond one side of the rim."""
    inner = radius * cos(pi / count) + GAP
    sides = (at(axis + 0.5, count) for axis in range(count))
    beyond = (min(box.left * x, box.right * x) + min(box.bottom * y, box.top * y) >= inner for x, y in sides)
    return box.distance(Point(0, 0)) < radius + GAP and not any(beyond)


def around(radius: float, blocks: Sequence[Box]) -> list[Box]:
    """The labels, each by its corner and pushed up or down from there to where it touches nothing."""
    count = len(blocks)
    placed: dict[int, Box] = {}
    for axis in sorted(range(count), key=lambda axis: round(abs(at(axis, count).y), 6)):
        x, y = at(axis, count)
        half, height = blocks[axis].right / 2, -blocks[axis].bottom
        edge = WIDTH / 2 - MARGIN - half
        middle = min(max(x * (radius + GAP + half), -edge), edge)
        box = blocks[axis].moved(middle - half, y * (radius + GAP + height / 2) + height / 2)
        while near_rim(box, radius, count) or any(box.meets(other, GAP) for other in placed.values()):
            box = box.moved(0, 1 if y > -1e-9 else -1)
        placed[axis] = box
    return [placed[axis] for axis in range(count)]


def best_around(blocks: Sequence[Box]) -> tuple[float, list[Box]]:
    """The largest rim whose labels all stand by their corners."""
    count = len(blocks)
    best, least = (0.0, list(blocks)), float("inf")
    for radius in RADII:
        labels = around(radius, blocks)
        strain = max(label.distance(at(axis, count, radius)) for axis, label in enumerate(labels))
        if strain < least:
            best, least = (radius, labels), strain
        if least <= min(REACH / count, REACH_MOST):
            break
    return best


def legend(blocks: Sequence[Box], top: float) -> list[Box]:
    """Entries in one row if it holds them, else one below the other."""
    entries = [box._replace(right=SWATCH + SWATCH_GAP + box.right) for box in blocks]
    total = sum(entry.right for entry in entries) + KEY_GAP * (len(entries) - 1)
    in_row = total <= WIDTH - 2 * MARGIN
    x = -(total if in_row else max(entry.right for entry in entries)) / 2
    placed = []
    for entry in entries:
        placed.append(entry.moved(x, top))
        x, top = (x + entry.right + KEY_GAP, top) if in_row else (x, top + entry.bottom - GAP)
    return placed


@lru_cache(maxsize=256)
def lay_out(axes: tuple[str, ...], keys: tuple[str, ...], scale: str) -> Layout:
    across = WIDTH - 2 * MARGIN
    beside = across - SWATCH - SWATCH_GAP
    names = [wrap(axis, LABEL, LABEL_MOST) for axis in axes]
    radius, labels = best_around([block(lines) for lines in names])
    entries = [wrap(key, beside, beside) for key in keys]
    boxes = legend([block(lines) for lines in entries], min(label.bottom for label in labels) - SECTION)
    texts = [box._replace(left=box.left + SWATCH + SWATCH_GAP) for box in boxes]
    sentence = wrap(scale, across, across)
    under = block(sentence)
    under = under.moved(-under.right / 2, min(box.bottom for box in boxes) - SECTION / 2)
    top = max(label.top for label in labels) + MARGIN
    return Layout(
        frame=Box(-WIDTH / 2, round(under.bottom - MARGIN, 1), WIDTH / 2, round(top, 1)),
        radius=radius,
        labels=tuple(labels),
        keys=tuple(boxes),
        scale=under,
        words=tuple(
            placed
            for lines, box in zip([*names, *entries], [*labels, *texts], strict=True)
            for placed in centred(lines, box)
        ),
        sentence=tuple(centred(sentence, under)),
    )
