"""Networks that release year after year: organizations with points of their own, who come, go and name themselves."""

import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace

from questionnaire.core.freezing import Counted, Frozen, Past
from questionnaire.core.releases import Grouping
from tests.networks import a_year, counted, small

FEWEST, MOST = 5, 30  # organizations, at first
YEARS = 4
STEPS = 21  # the points that five items can have: 0, 5, … 100
KINDS = ("non-profit", "other")
DOMAINS = tuple(domain.id for domain in small().domains)


@dataclass(frozen=True)
class World:
    """How organizations differ and change."""

    stays: float = 0.35  # share of scores that are the same next year
    named: float = 0.3  # share of organizations that choose to be named
    spread: float = 20.0  # points, of one organization in one domain
    change: float = 10.0  # points, from one year to the next
    by_kind: float = 15.0  # points between kinds
    joins: Sequence[int] = (0, 0, 1, 1, 2, 5, 6)
    leaves: Sequence[int] = (0, 0, 1, 1, 2, 5)


REALISTIC = World()
FROZEN = replace(REALISTIC, stays=1.0)
NAMED = replace(FROZEN, named=0.85)


@dataclass(frozen=True)
class Released:
    """One year: what is published, and the truth behind it, by organization."""

    frozen: Frozen
    counted: dict[str, Counted]

    def points(self, key: str, domain_id: str) -> float:
        return self.counted[key].domains[domain_id].points


@dataclass
class Group:
    """A network in the making."""

    world: World
    chance: random.Random
    members: dict[str, Counted] = field(default_factory=dict)
    ever: int = 0

    def __post_init__(self) -> None:
        self.level = {domain: self.chance.uniform(30, 70) for domain in DOMAINS}
        for _ in range(self.chance.randint(FEWEST, MOST)):
            self.join()

    def join(self) -> None:
        self.ever += 1
        key, kind = f"o{self.ever}", self.chance.choices(KINDS, (2, 1))[0]
        tilt = self.world.by_kind * (kind == "other")
        points = {
            domain: _possible(self.chance.gauss(level + tilt, self.world.spread))
            for domain, level in self.level.items()
        }
        name = f"House {self.ever}" if self.chance.random() < self.world.named else None
        self.members[key] = counted(key, points, kind=kind, name=name)

    def a_year_on(self) -> None:
        for key, one in self.members.items():
            moved = {domain: self._next(standing.points) for domain, standing in one.domains.items()}
            self.members[key] = counted(key, moved, kind=one.kind, name=one.name)
        for key in self.chance.sample(sorted(self.members), min(self._leaving(), len(self.members) - FEWEST)):
            del self.members[key]
        for _ in range(min(self.chance.choice(self.world.joins), MOST - len(self.members))):
            self.join()

    def _leaving(self) -> int:
        return self.chance.choice(self.world.leaves)

    def _next(self, points: float) -> float:
        if self.chance.random() < self.world.stays:
            return points
        return _possible(self.chance.gauss(points, self.world.change))


def lived(seed: int, world: World, years: int = YEARS) -> tuple[Released, ...]:
    """So many years of a network."""
    chance = random.Random(seed)
    group, found = Group(world, chance), list[Released]()
    past: list[Past] = []
    for number in range(years):
        if number:
            group.a_year_on()
        them = list(group.members.values())
        frozen = a_year(them, year=2026 + number, past=past, grouping=chance.choice((None, *Grouping)))
        past.append(Past(frozen.release, them))
        found.append(Released(frozen, dict(group.members)))
    return tuple(found)


def networks(number: int, seed: int, world: World) -> Iterator[tuple[Released, ...]]:
    """So many networks."""
    for place in range(number):
        yield lived(seed * 1_000_003 + place, world)


def _possible(points: float) -> float:
    return 5.0 * min(STEPS - 1, max(0, round(points / 5)))
