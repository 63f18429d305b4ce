"""The pieces that a document is made of, as plain data. `typst/document.typ` lays them out."""

from collections.abc import Iterable, Sequence
from typing import Literal

Span = str | tuple[Literal["bold", "muted", "english"], str]
Piece = dict[str, object]
Cell = dict[str, object]
Look = Literal["body", "card", "lede", "small", "stamp", "remark", "warning"]

SHORT_ROW = 900  # characters: what is shorter is kept on one page
SHORT_GROUP = 2_500
LINE = 80  # a line of its own takes as much room as so many characters


def bold(words: str) -> Span:
    return "bold", words


def muted(words: str) -> Span:
    return "muted", words


def english(words: str) -> Span:
    """The study's own words, which stay English in every tongue."""
    return "english", words


def heading(level: int, words: str) -> Piece:
    return {"kind": "heading", "level": level, "text": words}


def text(*spans: Span, look: Look = "body") -> Piece:
    return {"kind": "text", "look": look, "spans": spans}


def bullets(items: Iterable[Sequence[Span]]) -> Piece:
    return {"kind": "list", "items": list(items)}


def choices(items: Iterable[Sequence[Span]]) -> Piece:
    """A list with an empty box before each."""
    return {"kind": "choices", "items": list(items)}


def blank(words: str) -> Piece:
    """A line to write on."""
    return {"kind": "blank", "spans": [muted(words)]}


def writing_lines(number: int) -> Piece:
    """Lines to write on by hand."""
    return {"kind": "lines", "number": number}


def boxes(groups: Sequence[int]) -> Piece:
    """A row of boxes, each for one letter to write, in groups of so many."""
    return {"kind": "boxes", "groups": list(groups)}


def column(title: str, width: int, *, figure: bool = False) -> Piece:
    """A column of a table: its share of the width, or 0 for as much as it needs."""
    return {"title": title, "width": width, "figure": figure}


def cell(*spans: Span) -> Cell:
    return {"spans": spans}


def lines(paragraphs: Iterable[Sequence[Span]]) -> Cell:
    return {"lines": list(paragraphs)}


def points_bar(points: int) -> Cell:
    """Points beside a bar of that length."""
    return {"bar": points, "spans": [str(points)]}


def to_fill(label: str) -> Cell:
    """A label above a box to write a number in."""
    return {"fill": True, "spans": [muted(label)]}


def table(columns: Iterable[Piece], rows: Iterable[Sequence[Cell]], look: Literal["figures", "words"]) -> Piece:
    kept = [{"cells": row, "keep": room(row) < SHORT_ROW} for row in rows]
    return {"kind": "table", "look": look, "columns": list(columns), "rows": kept}


def group(pieces: Iterable[Piece], *, card: bool = False, short: int = SHORT_GROUP) -> Piece:
    """What stays on one page unless it is long."""
    inside = list(pieces)
    return {"kind": "group", "card": card, "keep": room(inside) < short, "blocks": inside}


def beside(widths: Sequence[int], *columns: Sequence[Piece]) -> Piece:
    return {"kind": "beside", "widths": widths, "columns": columns}


def picture(alternative: str) -> Piece:
    return {"kind": "picture", "alt": alternative}


def new_page() -> Piece:
    return {"kind": "page"}


def room(part: object) -> int:
    """About how much room something takes, in characters."""
    if isinstance(part, str):
        return len(part) + LINE * part.count("\n")
    if isinstance(part, dict):
        return LINE * (part.get("kind") is not None) + sum(map(room, part.values()))
    return sum(map(room, part)) if isinstance(part, (list, tuple)) else 0
