"""Whoever sees all that a network releases, as its facilitator and a member at once, and looks for one score.

A score is found where a guess is no more than 5 points from it. What everybody can read is the median of the smallest
group that is shown and to which the organization belongs: an attack must not find more than that guess does.
"""

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import product
from statistics import median

from questionnaire.core.benchmark import LEAST, Distribution
from questionnaire.core.releases import DomainFigures, GroupFigure
from tests.anonymity.groups import Released
from tests.anonymity.guesses import Compared, Guess, compared

NEAR = 5.0  # points

Candidates = list[float]


@dataclass(frozen=True)
class Target:
    """One unnamed organization's score in one domain and year; `me` is the member who looks."""

    network: int
    years: Sequence[Released]
    number: int
    domain_id: str
    key: str
    me: str

    @property
    def now(self) -> Released:
        return self.years[self.number]

    @property
    def said(self) -> float:
        return self.now.points(self.key, self.domain_id)

    @property
    def plain(self) -> float:
        """The guess that needs no attack."""
        figures = self.figures(self.number)
        kind = group_of(figures, self.now.counted[self.key].kind)
        shown = kind if isinstance(kind, Distribution) else figures.figure
        assert isinstance(shown, Distribution)
        return shown.median

    def figures(self, number: int) -> DomainFigures:
        found = self.years[number].frozen.release.domain(self.domain_id)
        assert found
        return found

    def dots(self, number: int) -> Counter[float] | None:
        """How many organizations stand at each step, where that is shown."""
        shown = self.figures(number).figure
        if not isinstance(shown, Distribution) or shown.dots is None:
            return None
        return Counter({5.0 * step: count for step, count in enumerate(shown.dots) if count})

    def known(self, number: int) -> dict[str, float]:
        """Scores that this attacker reads: the named ones, and the own."""
        year = self.years[number]
        names = {one.name: key for key, one in year.counted.items() if one.name}
        found = {
            names[one.name]: float(one.points[self.domain_id])
            for one in year.frozen.named.organizations
            if self.domain_id in one.points
        }
        return found | ({self.me: year.points(self.me, self.domain_id)} if self.me in year.counted else {})


Attack = Callable[[Target], Candidates]


def group_of(figures: DomainFigures, kind: str) -> object:
    found: Iterator[GroupFigure] = (group for group in figures.groups if group.value == kind)
    return next((group.figure for group in found), None)


def whole_minus_known(target: Target) -> Candidates:
    """All that is left of the dots when those are taken away whose scores are known."""
    dots = target.dots(target.number)
    return [] if dots is None else list((dots - Counter(target.known(target.number).values())).elements())


def years_subtracted(target: Target) -> Candidates:
    """The dots that were not there in an earlier year, for who joined; those that are gone, for who left."""
    found: Candidates = []
    now = target.dots(target.number)
    for number in range(len(target.years)):
        then = target.dots(number)
        if now is None or then is None or target.key in target.years[number].counted:
            continue
        left = list((now - then).elements())
        if left and (not found or len(left) < len(found)):
            found = left
    return found


def all_others_of_its_kind(target: Target) -> Candidates:
    """What is left of everything of a kind, where its median and all others of it are known."""
    kind = target.now.counted[target.key].kind
    mine = [key for key, one in target.now.counted.items() if one.kind == kind]
    shown = group_of(target.figures(target.number), kind)
    known = target.known(target.number)
    if not isinstance(shown, Distribution) or [key for key in mine if key not in known] != [target.key]:
        return []
    values = [known[key] for key in mine if key in known]
    return [
        step for step in (5.0 * place for place in range(21)) if abs(median([*values, step]) - shown.median) <= 2.5
    ]


def sums_of_years(target: Target) -> Candidates:
    """What is published as linear equations: any years added and subtracted, so that fewer than five are left.

    Where nobody changes, the dots of a year are the sum of one unknown for each organization. Whatever few of them
    stand alone in a sum of such equations are what is left of its dots.
    """
    years = [number for number in range(len(target.years)) if target.dots(number) is not None]
    unknown = {number: target.years[number].counted.keys() - target.known(number).keys() for number in years}
    dots = {number: _unknown_dots(target, number) for number in years}
    found: Candidates = []
    for signs in product((-1, 0, 1), repeat=len(years)):
        sums: Counter[str] = Counter()
        left: Counter[float] = Counter()
        for sign, number in zip(signs, years, strict=True):
            sums.update(dict.fromkeys(unknown[number], sign))
            left.update({step: sign * count for step, count in dots[number].items()})
        alone = {key: times for key, times in sums.items() if times}
        if len(alone) < LEAST and alone.get(target.key, 0) > 0:
            candidates = [step for step, times in left.items() for _ in range(times) if times > 0]
            if candidates and (not found or len(candidates) < len(found)):
                found = candidates
    return found


def _unknown_dots(target: Target, number: int) -> Counter[float]:
    """The dots of a year without those whose scores are known."""
    return (target.dots(number) or Counter()) - Counter(target.known(number).values())


ATTACKS: dict[str, Attack] = {
    "the whole minus those that are known": whole_minus_known,
    "years subtracted from each other": years_subtracted,
    "a kind of which all others are known": all_others_of_its_kind,
    "any years added and subtracted": sums_of_years,
}


def targets(networks: Iterable[tuple[Released, ...]]) -> Iterator[Target]:
    """Every score that is nobody else's to know, in every year."""
    for place, years in enumerate(networks):
        me = next(iter(years[0].counted))
        for number, year in enumerate(years):
            for domain_id in ("a", "b"):
                for key, one in year.counted.items():
                    if key != me and one.name is None:
                        yield Target(place, years, number, domain_id, key, me)


def tried(attack: Attack, found: Iterable[Target]) -> Compared:
    """How often the middle of what an attack leaves is near; where it leaves nothing, the plain guess stands."""
    return compared(_guesses(attack, found))


def certain(attack: Attack, found: Iterable[Target]) -> int:
    """Scores that the plain guess misses, and of which an attack is certain and right: all it leaves is alike."""
    return sum(_is_certain(target, attack(target)) for target in found)


def _is_certain(target: Target, left: Candidates) -> bool:
    if not left or max(left) - min(left) > 2 * NEAR:
        return False
    middle = (max(left) + min(left)) / 2
    return abs(middle - target.said) <= NEAR < abs(target.plain - target.said)


def _guesses(attack: Attack, found: Iterable[Target]) -> Iterator[Guess]:
    for target in found:
        left, plain = attack(target), target.plain
        guess = median(left) if left else plain
        yield Guess(target.network, abs(plain - target.said) <= NEAR, abs(guess - target.said) <= NEAR)
