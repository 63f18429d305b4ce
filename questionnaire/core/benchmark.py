"""Figures over organizations: how their points spread, or why that is withheld. Where one stands among the others.

Points run from 0 to 100, changes and differences from -100 to 100. The rules are those of "Comparing organizations".
"""

from bisect import bisect_left, bisect_right
from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from enum import StrEnum
from itertools import pairwise
from math import floor
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field

from questionnaire.core.phrase import Phrase

LEAST = 5  # organizations behind any figure, and on either side of any line that is drawn between them
QUARTILES_FROM = 8
PLACE_FROM = 6  # members, the one who looks among them
STEP = 5  # what every figure is rounded to
DOTS = 100 // STEP + 1


class _Part(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid", use_attribute_docstrings=True)


class Why(StrEnum):
    """Why a figure is withheld: too few behind it, or too few whom it would set apart from the others."""

    FEW = "few"
    REST = "rest"


class Withheld(_Part):
    """No figure, and why."""

    kind: Literal["withheld"] = "withheld"
    why: Why

    @property
    def in_words(self) -> Phrase:
        """The reason, as it stands in the place of the figure."""
        if self.why is Why.FEW:
            return Phrase("withheld.few", {"least": LEAST})
        return Phrase("withheld.rest", {"least": LEAST})


Stepped = Annotated[int, Field(ge=-100, le=100, multiple_of=STEP)]


class Distribution(_Part):
    """How the points of at least 5 organizations spread, rounded to 5."""

    kind: Literal["distribution"] = "distribution"
    organizations: Annotated[int, Field(ge=LEAST)]
    median: Stepped
    quartiles: tuple[Stepped, Stepped] | None
    """The lower and the upper one, from 8 organizations."""
    dots: Annotated[tuple[int, ...], Field(min_length=DOTS, max_length=DOTS)] | None
    """How many have 0, 5, … 100 points, from 8 on; null where a few could be told from the others by it."""

    @property
    def steps(self) -> tuple[tuple[int, int], ...]:
        """Points and how many organizations have them, for each step that any has; nothing without dots."""
        return tuple((place * STEP, number) for place, number in enumerate(self.dots or ()) if number)


Figure = Annotated[Distribution | Withheld, Field(discriminator="kind")]


class Quarter(StrEnum):
    """Where an organization stands among the others: a quarter of them, never a rank."""

    LOWEST = "lowest"
    SECOND = "second"
    THIRD = "third"
    HIGHEST = "highest"

    @property
    def in_words(self) -> Phrase:
        """Its name."""
        return {
            Quarter.LOWEST: Phrase("quarter.lowest"),
            Quarter.SECOND: Phrase("quarter.second"),
            Quarter.THIRD: Phrase("quarter.third"),
            Quarter.HIGHEST: Phrase("quarter.highest"),
        }[self]


def is_safe(organizations: int) -> bool:
    """Whether a figure may set so many organizations apart from the others: none, or at least 5."""
    return organizations == 0 or organizations >= LEAST


def distribution(points: Iterable[float], *, dots: bool = False) -> Distribution | Withheld:
    """How points spread; with the number of organizations at each step if that is asked for, and safe."""
    ordered = sorted(points)
    number = len(ordered)
    if number < LEAST:
        return Withheld(why=Why.FEW)
    with_quartiles = number >= QUARTILES_FROM
    return Distribution(
        organizations=number,
        median=stepped(quantile(ordered, 2)),
        quartiles=(stepped(quantile(ordered, 1)), stepped(quantile(ordered, 3))) if with_quartiles else None,
        dots=_dots(ordered) if dots and with_quartiles else None,
    )


def quarters(points: Mapping[str, float]) -> dict[str, Quarter]:
    """In which quarter of the others each organization stands, by key; nothing where there are fewer than 6 in all.

    Who stands on the middle is in the second quarter. Whoever is left out, the others' quartiles are one of a few.
    """
    if len(points) < PLACE_FROM:
        return {}
    keys = sorted(points, key=points.__getitem__)
    ordered = [points[key] for key in keys]
    others = len(ordered) - 1
    places = [(others - 1) * number // 4 for number in (1, 2, 3)]
    turns = sorted({turn for place in places for turn in (place + 1, min(place + 1, others - 1) + 1)})
    found: dict[str, Quarter] = {}
    for start, end in pairwise((0, *turns, len(keys))):
        first, second, third = (quantile(ordered, number, but=start) for number in (1, 2, 3))
        second_from = bisect_left(ordered, first, start, end)
        third_from = bisect_right(ordered, second, start, end)
        highest_from = bisect_right(ordered, third, start, end)
        found |= dict.fromkeys(keys[start:second_from], Quarter.LOWEST)
        found |= dict.fromkeys(keys[second_from:third_from], Quarter.SECOND)
        found |= dict.fromkeys(keys[third_from:highest_from], Quarter.THIRD)
        found |= dict.fromkeys(keys[highest_from:end], Quarter.HIGHEST)
    return found


def quantile(ordered: Sequence[float], quarters: int, *, but: int | None = None) -> float:
    """The point below which so many quarters lie, between two neighbours in proportion (NumPy's "linear").

    `but` is the place of one that is left out.
    """
    number = len(ordered) - (but is not None)
    place, rest = divmod((number - 1) * quarters, 4)
    low, high = place, min(place + 1, number - 1)
    if but is not None:
        low, high = low + (low >= but), high + (high >= but)
    return ordered[low] + (ordered[high] - ordered[low]) * rest / 4


def stepped(points: float) -> int:
    """Points rounded to 5, a half upwards."""
    return STEP * floor(points / STEP + 0.5)


def _dots(ordered: Collection[float]) -> tuple[int, ...]:
    counted = Counter(stepped(points) for points in ordered)
    return tuple(counted[STEP * place] for place in range(DOTS))
