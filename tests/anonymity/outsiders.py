"""The first attacker: a manager with everything that was ever published, and who knows who worked there when.

Tried on whoever alone came or went between two rounds: nothing tells more of a person than the whole with and
without.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise
from statistics import mean

import numpy as np
from numpy.typing import NDArray

from questionnaire.core.voices import mirrored, place
from tests.anonymity.guesses import Compared, Guess, compared, is_near
from tests.anonymity.people import DOMAINS, mean_of
from tests.anonymity.years import Year

TRAINING = 3  # times as many rounds to learn from as to guess at
TRUST = (0.0, 0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1.0, 10.0)


@dataclass(frozen=True)
class Target:
    """Somebody who was there in one round and not in the other, all else of the staff being the same."""

    workplace: int
    name: int
    there: Year
    apart: Year


@dataclass(frozen=True)
class Case:
    """One domain of a target: what was said, what is published of it, and what one may subtract."""

    target: Target
    said: float
    shown: float
    subtracted: float
    hints: tuple[float, ...]


def targets(workplaces: Iterable[Sequence[Year]]) -> Iterator[Target]:
    """Whoever came alone, and whoever went alone."""
    for number, years in enumerate(workplaces):
        for earlier, later in pairwise(years):
            for there, apart in ((later, earlier), (earlier, later)):
                only = there.staff - apart.staff
                if len(only) == 1 and not apart.staff - there.staff and (name := min(only)) in there.forms:
                    yield Target(number, name, there, apart)


def cases(found: Iterable[Target], *, exact: bool = False) -> Iterator[Case]:
    """Every domain that was published in both rounds; `exact` is a site that rounds and hides nothing."""
    for target in found:
        there = target.there.exact if exact else target.there.figures
        apart = target.apart.exact if exact else target.apart.figures
        many, few = len(target.there.staff), len(target.apart.staff)
        both = [domain for domain in DOMAINS if domain.id in there and domain.id in apart]
        for domain in both:
            said = mean_of(target.there.forms[target.name], domain)
            if said is None:
                continue
            shown, other = there[domain.id], apart[domain.id]
            moved = mean(there[one.id] - apart[one.id] for one in both)
            subtracted = many * shown - few * other
            hints = (1.0, shown, mean(there.values()), many, other, (shown - other) * many, moved, moved * many)
            yield Case(target, said, shown, subtracted, (*hints, subtracted))


def subtracting(found: Iterable[Case]) -> Compared:
    """The plain attack: the sum with somebody less the sum without is what this one said."""
    return compared(
        Guess(one.target.workplace, is_near(one.shown, one.said), is_near(one.subtracted, one.said)) for one in found
    )


def learning(known: Sequence[Case], found: Sequence[Case]) -> Compared:
    """The best attack by straight lines: learned, all figures of both rounds, on people of the very same nature."""
    if not known or not found:
        return compared(())
    guesses = np.clip(_hints(found) @ _fitted(known), 0, 100)
    return compared(
        Guess(one.target.workplace, is_near(one.shown, one.said), is_near(float(guess), one.said))
        for one, guess in zip(found, guesses, strict=True)
    )


@dataclass(frozen=True)
class Spread:
    """One question of a target whose spread is published in both rounds: shares, and heads that one may subtract."""

    workplace: int
    said: int  # 1, 2 or 3: the band
    shares: tuple[float, ...]
    heads: tuple[float, ...]

    def guess(self, trust: float) -> int:
        """The band that most are in, or that has gained most: as much as one trusts the second."""
        weighed = [share + trust * head for share, head in zip(self.shares, self.heads, strict=True)]
        return 1 + max(range(3), key=weighed.__getitem__)


def spreads(found: Iterable[Target]) -> Iterator[Spread]:
    """Every question that a target answered, and whose spread is published in both rounds."""
    for target in found:
        many, few = len(target.there.staff), len(target.apart.staff)
        for item_id, said in _said(target):
            there, apart = _shares(target.there, item_id), _shares(target.apart, item_id)
            if there and apart:
                heads = tuple(many * one - few * other for one, other in zip(there, apart, strict=True))
                yield Spread(target.workplace, min(3, max(1, said)), there, heads)


def by_bands(known: Sequence[Spread], found: Iterable[Spread]) -> Compared:
    """Which band has gained a head, trusted as much as it pays on people of the very same nature."""
    trust = max(TRUST, key=lambda one: sum(spread.guess(one) == spread.said for spread in known))
    return compared(Guess(one.workplace, one.guess(0) == one.said, one.guess(trust) == one.said) for one in found)


def part_from_whole(workplaces: Iterable[Sequence[Year]]) -> Compared:
    """A weakened site: it also tells, not rounded, the figures of all but the newest. That is a subtraction away."""
    guesses = []
    for number, years in enumerate(workplaces):
        for year in years:
            name = max(year.forms, default=0)
            for domain in DOMAINS:
                means = {who: mean_of(form, domain) for who, form in year.forms.items()}
                told = {who: one for who, one in means.items() if one is not None}
                if domain.id not in year.figures or name not in told or len(told) < 2:
                    continue
                rest = [one for who, one in told.items() if who != name]
                subtracted = len(told) * year.exact[domain.id] - sum(rest)
                said = told[name]
                guesses.append(Guess(number, is_near(year.figures[domain.id], said), is_near(subtracted, said)))
    return compared(guesses)


def _fitted(known: Sequence[Case]) -> NDArray[np.float64]:
    hints = _hints(known)
    said = np.array([one.said for one in known])
    weights: NDArray[np.float64] = np.linalg.lstsq(hints, said, rcond=1e-9)[0]
    return weights


def _hints(found: Sequence[Case]) -> NDArray[np.float64]:
    return np.array([one.hints for one in found], dtype=np.float64)


def _said(target: Target) -> Iterator[tuple[str, int]]:
    form = target.there.forms[target.name]
    for domain in DOMAINS:
        for item in mirrored(domain):
            said = form.said.get(item.id) if form.asks(item) else None
            if said is not None and said.level is not None:
                yield item.id, said.level


def _shares(year: Year, item_id: str) -> tuple[float, ...] | None:
    bands = year.shown.bands(item_id) if year.shown else None
    if bands is None:
        return None
    return tuple(0 if one == "none" else place(one) / 100 for one in (bands.low, bands.middle, bands.high))
