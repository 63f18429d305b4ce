"""Freezing: once a year a network's members become figures, as far as nobody is set apart by them.

What is frozen holds only what may be shown, so nothing that renders it can show more. Points run from 0 to 100. The
rules are those of "Comparing organizations" in the instrument's design.
"""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property

from questionnaire.core.benchmark import (
    LEAST,
    QUARTILES_FROM,
    Distribution,
    Quarter,
    Why,
    Withheld,
    distribution,
    is_safe,
    quarters,
    stepped,
)
from questionnaire.core.comparison import compare
from questionnaire.core.differences import Voices
from questionnaire.core.instrument import Domain, Instrument
from questionnaire.core.releases import (
    About,
    DomainFigures,
    GroupFigure,
    Grouping,
    Named,
    NamedPoints,
    Place,
    Release,
)
from questionnaire.core.scorecard import Scorecard
from questionnaire.core.scoring import POINTS_PER_LEVEL, basis_of

ALIKE = 10  # points: those no farther apart are as good as told by any one of them


class TooFewMembersError(Exception):
    """Fewer than 5 organizations count, so there would be no figure; `number` says how many there are."""

    def __init__(self, number: int) -> None:
        super().__init__(number)
        self.number = number


class UnknownQuestionsError(Exception):
    """Nobody who counts answered questions that are known here, so there is nothing to compare by."""


@dataclass(frozen=True, slots=True)
class Standing:
    """One organization's score in one domain, and a digest of the items behind it."""

    points: float
    basis: str


@dataclass(frozen=True, slots=True)
class Counted:
    """One organization as it counts in a release: `key` tells it from others, `name` is there if it chose that."""

    key: str
    kind: str
    size: str
    instrument_digest: str
    domains: Mapping[str, Standing]
    apart: Mapping[str, float] = field(default_factory=dict)  # organization minus peer workers, where that was agreed
    name: str | None = None
    moved: Mapping[str, float] = field(default_factory=dict)
    """By how many points since the release before, on the questions that have a level in both years, of domains where
    these are not the same questions; as an organization's own years are compared, from three such questions."""


@dataclass(frozen=True)
class Past:
    """An earlier release, and who counted in it."""

    release: Release
    counted: Sequence[Counted]


@dataclass(frozen=True)
class Frozen:
    """What freezing gives: the release, its names, and each member's own place, by key."""

    release: Release
    named: Named
    places: Mapping[str, Place]


@dataclass(frozen=True)
class Year:
    """All that a release is made of."""

    about: About
    year: int
    members: int
    counted: Sequence[Counted]
    instruments: Mapping[str, Instrument]
    """Those that are known here, by digest."""
    past: Sequence[Past] = ()
    """Every earlier release, the earliest first."""
    grouping: Grouping | None = None
    related: Sequence[Past] = ()
    """Releases of other networks that share members with this one, directly or by way of others."""


def apart_of(voices: Voices) -> dict[str, float]:
    """How far the organization is above what its peer workers say, as far as that is certain, by domain."""
    return {one.domain.id: float(one.least) for one in voices.differences if one.least is not None}


def moved_between(earlier: Scorecard, later: Scorecard) -> dict[str, float]:
    """By how many points each domain moved, on shared questions as in an organization's own years."""
    return {
        change.domain.id: POINTS_PER_LEVEL * change.levels / change.shared
        for change in compare(earlier, later).domains
        if change.comparable
    }


def freeze(this: Year, *, on: date) -> Frozen:
    """The release of a year. Raises TooFewMembersError and UnknownQuestionsError."""
    if len(this.counted) < LEAST:
        raise TooFewMembersError(len(this.counted))
    reference = _reference(this.counted, this.instruments)
    cuts = [_Cut(this, domain, reference) for domain in reference.domains]
    release = Release(
        network=this.about,
        year=this.year,
        frozen_on=on,
        instrument_id=reference.id,
        instrument_version=reference.version,
        instrument_digest=reference.digest,
        members=this.members,
        organizations=len(this.counted),
        grouping=this.grouping,
        earlier_year=this.past[-1].release.year if this.past else None,
        domains=tuple(cut.figures for cut in cuts),
    )
    return Frozen(release, _named(this.counted, cuts), _places(this.counted, cuts))


@dataclass(frozen=True)
class _Cut:
    """One domain of a release in the making: who counts in it, and what may be shown of them."""

    this: Year
    domain: Domain
    reference: Instrument

    @cached_property
    def inside(self) -> Mapping[str, Counted]:
        """Who counts, by key: all that have a score on the same questions."""
        return _inside(self.this.counted, self.this.instruments, self.reference, self.domain)

    @cached_property
    def points(self) -> Mapping[str, float]:
        """The points of each of them, by key."""
        return self._points_of(self.inside)

    @cached_property
    def unnamed(self) -> frozenset[str]:
        """Those of them that did not choose to be named."""
        return frozenset(_unnamed(self.inside))

    @cached_property
    def before(self) -> tuple[Mapping[str, Counted], ...]:
        """Who counted in every earlier release, the earliest first."""
        return tuple(_inside_past(past, self.this.instruments, self.domain.id) for past in self.this.past)

    @cached_property
    def in_both(self) -> Mapping[str, float]:
        """How far the points moved since the release before, on the questions that have a level in both years."""
        then = self.before[-1] if self.before else {}
        domain_id = self.domain.id
        found = {}
        for key, now in self.inside.items():
            if key in then:
                standing, before = now.domains[domain_id], then[key].domains[domain_id]
                if standing.basis == before.basis:
                    found[key] = standing.points - before.points
                elif domain_id in now.moved:
                    found[key] = now.moved[domain_id]
        return found

    @cached_property
    def parts(self) -> Mapping[str, frozenset[str]]:
        """Those of each kind or size that may be shown by themselves: the others must not be few, either."""
        found: dict[str, set[str]] = {value: set() for value in self._values}
        for key, one in self.inside.items():
            found.get(_value(one, self.this.grouping), set()).add(key)
        shown = {value: keys for value, keys in found.items() if len(keys) >= LEAST}
        while shown and not is_safe(len(self.inside) - sum(map(len, shown.values()))):
            del shown[min(shown, key=lambda value: (len(shown[value]), value))]
        return {value: frozenset(keys) for value, keys in shown.items()}

    @cached_property
    def may_name(self) -> bool:
        """Whether those who chose to be named can be, and no other is told by what is left of any figure shown."""
        if len(self.unnamed) == len(self.inside):
            return False  # nobody chose it
        keys = frozenset(self.inside)
        sets = [keys, *self.parts.values(), keys.difference(*self.parts.values())]
        sets += [keys.difference(then) for then in self.before]
        if isinstance(self.change, Distribution):
            sets.append(frozenset(self.in_both))
        return all(is_safe(len(each & self.unnamed)) for each in sets)

    @property
    def figures(self) -> DomainFigures:
        """What may be shown."""
        return DomainFigures(
            domain_id=self.domain.id,
            basis=basis_of(self.domain.items),
            figure=distribution(self.points.values(), dots=self._may_show_dots),
            groups=tuple(GroupFigure(value=value, figure=self._of_part(value)) for value in self._values),
            change=self.change,
            apart=distribution(
                one.apart[self.domain.id] for one in self.inside.values() if self.domain.id in one.apart
            ),
            left_out=any(self.domain.id in one.domains and one.key not in self.inside for one in self.this.counted),
        )

    @cached_property
    def change(self) -> Distribution | Withheld | None:
        """The change of those in both releases; not where it would set a few who joined or left apart."""
        if not self.before:
            return None
        if len(self.in_both) < LEAST:
            return Withheld(why=Why.FEW)
        joined, left = (len(keys.keys() - self.in_both.keys()) for keys in (self.inside, self.before[-1]))
        left += _gone(self.this.past[-1], self.before[-1], self.domain.id)
        return distribution(self.in_both.values()) if is_safe(joined) and is_safe(left) else Withheld(why=Why.REST)

    @property
    def _may_show_dots(self) -> bool:
        """Whether single organizations may stand there, without a name.

        Where a few joined or left since any earlier release, two of them together could tell who these are; and those
        who are left when the named ones are taken away must be enough for dots themselves. Nor may any of these sets
        say alike: whoever is known to be in it would be known by what all of it says.
        """
        if self.may_name and self.unnamed:
            steps = Counter(stepped(self.points[key]) for key in self.unnamed)
            if len(self.unnamed) < QUARTILES_FROM or _are_alike(steps):
                return False
        years = zip(self.this.past, self.before, strict=True)
        return all(self._may_subtract(past, then) for past, then in years) and self._may_add_up()

    def _may_add_up(self) -> bool:
        """Whether nobody is told by adding and subtracting the dots of several years.

        Any such sum has the same of all who were in the same years. So nobody may be alone, or with a few, in having
        been in just these of the years with dots, this one among them; also of other networks that share members.
        """
        known = self.this.instruments
        with_dots = [then for past, then in zip(self.this.past, self.before, strict=True) if self._has_dots(past)]
        with_dots += [_inside_past(one, known, self.domain.id) for one in self.this.related if self._has_dots(one)]
        together: dict[tuple[bool, ...], dict[str, Counted]] = {}
        for key, one in {key: one for each in (*with_dots, self.inside) for key, one in each.items()}.items():
            years = tuple([key in each for each in (*with_dots, self.inside)])
            together.setdefault(years, {})[key] = one
        sizes = (size for them in together.values() for size in (len(them), len(_unnamed(them))))
        if not all(map(is_safe, sizes)):
            return False
        return len(together) == 1 or not _are_alike(*map(self._steps, together.values()))

    def _has_dots(self, past: Past) -> bool:
        figures = past.release.domain(self.domain.id)
        return figures is not None and isinstance(figures.figure, Distribution) and figures.figure.dots is not None

    def _may_subtract(self, past: Past, then: Mapping[str, Counted]) -> bool:
        """Whether nobody is told by what an earlier release and this one have not in common."""
        joined, left = _others(self.inside, then), _others(then, self.inside)
        if _gone(past, then, self.domain.id) or not all(map(is_safe, map(len, (joined, left, _unnamed(left))))):
            return False
        return not (joined or left) or not _are_alike(*self._not_in_both(then))

    def _steps(self, them: Mapping[str, Counted]) -> Counter[int]:
        return Counter(map(stepped, self._points_of(them).values()))

    def _not_in_both(self, then: Mapping[str, Counted]) -> Iterator[Counter[int]]:
        """The dots that came and those that went, by subtraction, and those of who joined and who left."""
        now, before = self._steps(self.inside), self._steps(then)
        yield from (now - before, before - now)
        yield from (self._steps(_others(self.inside, then)), self._steps(_others(then, self.inside)))

    @property
    def _values(self) -> tuple[str, ...]:
        options = {Grouping.KIND: self.reference.kinds, Grouping.SIZE: self.reference.sizes}
        return tuple(option.id for option in options[self.this.grouping]) if self.this.grouping else ()

    def _of_part(self, value: str) -> Distribution | Withheld:
        if value in self.parts:
            return distribution(map(self.points.__getitem__, self.parts[value]))
        number = sum(_value(one, self.this.grouping) == value for one in self.inside.values())
        return Withheld(why=Why.REST if number >= LEAST else Why.FEW)

    def _points_of(self, them: Mapping[str, Counted]) -> dict[str, float]:
        domain_id = self.domain.id
        return {key: one.domains[domain_id].points for key, one in them.items()}


def _reference(counted: Sequence[Counted], instruments: Mapping[str, Instrument]) -> Instrument:
    """The questions that most of them answered; of two alike the newer. Raises UnknownQuestionsError."""
    used = Counter(one.instrument_digest for one in counted if one.instrument_digest in instruments)
    if not used:
        raise UnknownQuestionsError
    return instruments[max(used, key=lambda digest: (used[digest], instruments[digest].version, digest))]


def _gone(past: Past, then: Mapping[str, Counted], domain_id: str) -> int:
    """How many counted in an earlier release of whom nothing is left: their organization was deleted."""
    figures = past.release.domain(domain_id)
    shown = figures.figure if figures else None
    return shown.organizations - len(then) if isinstance(shown, Distribution) else 0


def _inside_past(past: Past, instruments: Mapping[str, Instrument], domain_id: str) -> Mapping[str, Counted]:
    reference = instruments[past.release.instrument_digest]
    domain = reference.domain(domain_id)
    return {} if domain is None else _inside(past.counted, instruments, reference, domain)


def _inside(
    counted: Sequence[Counted], instruments: Mapping[str, Instrument], reference: Instrument, domain: Domain
) -> Mapping[str, Counted]:
    """Those with a score on the same questions.

    Of an instrument that is not known here only that counts which has every question of the domain behind it.
    """
    basis = basis_of(domain.items)
    same = {reference.digest: True}
    for digest in {one.instrument_digest for one in counted} & instruments.keys():
        theirs = instruments[digest].domain(domain.id)
        same[digest] = theirs is not None and basis_of(theirs.items) == basis
    return {
        one.key: one
        for one in counted
        if domain.id in one.domains and same.get(one.instrument_digest, one.domains[domain.id].basis == basis)
    }


def _are_alike(*apart: Counter[int]) -> bool:
    """Whether any of these, where there are some, are no farther apart than one of them tells of all."""
    return any(each and max(each) - min(each) <= ALIKE for each in apart)


def _others(them: Mapping[str, Counted], without: Mapping[str, Counted]) -> dict[str, Counted]:
    return {key: one for key, one in them.items() if key not in without}


def _unnamed(them: Mapping[str, Counted]) -> dict[str, Counted]:
    return {key: one for key, one in them.items() if one.name is None}


def _value(one: Counted, grouping: Grouping | None) -> str:
    return one.kind if grouping is Grouping.KIND else one.size


def _named(counted: Sequence[Counted], cuts: Sequence[_Cut]) -> Named:
    may = [cut for cut in cuts if cut.may_name]
    chose = sorted((one.name, one.key) for one in counted if one.name is not None)
    return Named(organizations=tuple(NamedPoints(name=name, points=_points_of(key, may)) for name, key in chose))


def _points_of(key: str, cuts: Iterable[_Cut]) -> Mapping[str, int]:
    return {cut.domain.id: stepped(cut.points[key]) for cut in cuts if key in cut.points}


def _places(counted: Sequence[Counted], cuts: Sequence[_Cut]) -> Mapping[str, Place]:
    """Equal places are one and the same: there are few, however many organizations there are."""
    stands = [(cut.domain.id, quarters(cut.points)) for cut in cuts]
    known: dict[tuple[Quarter | None, ...], Place] = {}
    places = {}
    for one in counted:
        found = tuple([quarter.get(one.key) for _, quarter in stands])
        if found not in known:
            named = zip(stands, found, strict=True)
            known[found] = Place(quarters={domain_id: quarter for (domain_id, _), quarter in named if quarter})
        places[one.key] = known[found]
    return places
