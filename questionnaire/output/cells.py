"""What a table is made of: columns with a name, a title and a width, and what stands in each row of them."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date
from typing import Generic, TypeVar

from questionnaire.core.text import showable
from questionnaire.language import Language

Cell = str | int | date | None
T = TypeVar("T")

FIGURE, DAY, NAME, SENTENCE, PROSE = 11, 12, 26, 40, 60  # widths, in characters


@dataclass(frozen=True)
class Column:
    """A column: its name for programs, the same in every language; its title; its width in characters."""

    key: str
    title: str
    width: int


@dataclass(frozen=True)
class Table:
    """A table, ready to be written."""

    title: str
    columns: tuple[Column, ...]
    rows: tuple[tuple[Cell, ...], ...]


@dataclass(frozen=True)
class Filled(Generic[T]):
    """A column, and what stands in it."""

    key: str
    title: str
    width: int
    cell: Callable[[T], Cell]


def filled(title: str, things: Iterable[T], columns: Iterable[Filled[T]]) -> Table:
    chosen = tuple(columns)
    return Table(
        title,
        tuple(Column(one.key, one.title, one.width) for one in chosen),
        tuple(tuple(_keepable(one.cell(thing)) for one in chosen) for thing in things),
    )


def _keepable(cell: Cell) -> Cell:
    return showable(cell) if isinstance(cell, str) else cell


def yes(say: Language, so: bool) -> str:
    """Yes or no."""
    return say.gettext("Yes") if so else say.gettext("No")
