"""People who answer: a workplace, what each of them thinks of it, and how that moves from year to year.

An answer is the workplace's level, a person's own leaning (of all, and of one domain), the question's, and chance.
"""

import random
from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from questionnaire.config import Settings
from questionnaire.core.instrument import Domain, Instrument
from questionnaire.core.scoring import NEEDED_ITEMS, POINTS_PER_LEVEL
from questionnaire.core.voices import Form, GateSaid, Said, mirrored
from questionnaire.store import instruments

INSTRUMENT = instruments.read(Settings.instrument)
DOMAINS = tuple(domain for domain in INSTRUMENT.domains if len(mirrored(domain)) >= NEEDED_ITEMS)
FEWEST, MOST = 3, 15  # people in a round
YEARS = 4


@dataclass(frozen=True)
class Nature:
    """How much people differ and change; in levels, as standard deviations, unless it says a share."""

    leaning: float = 0.6  # of a person, over all questions
    own_view: float = 0.4  # of a person, of one domain
    question: float = 0.4
    chance: float = 0.7  # in one answer
    change: float = 0.3  # of a person's leaning, from one year to the next
    workplace: float = 0.3  # of a domain at the workplace, from one year to the next
    skips: float = 0.12  # share: blank, "don't know" and "rather not say" together
    fewest: int = FEWEST  # people at the workplace, at first
    absent: float = 0.12  # share of people who hand in nothing
    closed_gates: float = 0.2  # share of people who do not do a work that a gate asks for


REALISTIC = Nature()
MANY = Nature(fewest=13)  # where the spread of questions is published, too
FROZEN = Nature(chance=0, change=0, workplace=0, skips=0, absent=0, closed_gates=0)
"""Nobody changes anything from year to year, and everybody answers all: the best that subtraction can get."""


@dataclass(frozen=True)
class Person:
    """Somebody, with what they think; `name` is nobody's in the product, only how attackers are told apart here."""

    name: int
    leaning: float
    views: Mapping[str, float]
    gates: Mapping[str, GateSaid]
    skips: float

    def a_year_on(self, chance: random.Random, nature: Nature) -> "Person":
        return replace(self, leaning=self.leaning + chance.gauss(0, nature.change))


@dataclass
class Workplace:
    """Where they work: it changes, some leave and some come."""

    nature: Nature
    chance: random.Random
    domains: dict[str, float] = field(default_factory=dict)
    questions: dict[str, float] = field(default_factory=dict)
    staff: list[Person] = field(default_factory=list)
    hired: int = 0

    def __post_init__(self) -> None:
        self.domains = {domain.id: self.chance.uniform(0.8, 3.2) for domain in INSTRUMENT.domains}
        self.questions = {item: self.chance.gauss(0, self.nature.question) for item in INSTRUMENT.items}
        self.staff = [self.hire() for _ in range(self.chance.randint(self.nature.fewest, MOST))]

    def hire(self) -> Person:
        self.hired += 1
        gates = {
            gate.id: GateSaid.NO
            if self.chance.random() < self.nature.closed_gates
            else self.chance.choices((GateSaid.YES, GateSaid.DONT_KNOW), (9, 1))[0]
            for gate in INSTRUMENT.gates
        }
        return Person(
            name=self.hired,
            leaning=self.chance.gauss(0, self.nature.leaning),
            views={domain.id: self.chance.gauss(0, self.nature.own_view) for domain in INSTRUMENT.domains},
            gates=gates,
            skips=self.chance.uniform(0, 2 * self.nature.skips),
        )

    def a_year_on(self) -> None:
        """The workplace and its people change; mostly one comes or one goes, which is what subtraction needs."""
        for domain in self.domains:
            self.domains[domain] += self.chance.gauss(0, self.nature.workplace)
        self.staff = [person.a_year_on(self.chance, self.nature) for person in self.staff]
        coming, going = self.chance.choices(((1, 0), (0, 1), (0, 0), (1, 1), (2, 1)), (5, 3, 1, 1, 1))[0]
        self.chance.shuffle(self.staff)
        self.staff = self.staff[min(going, max(0, len(self.staff) - FEWEST)) :]
        self.staff += [self.hire() for _ in range(min(coming, MOST - len(self.staff)))]

    def form(self, person: Person) -> Form:
        """What somebody hands in this year."""
        said = {
            item.id: self._said(person, domain, item.id)
            for domain in INSTRUMENT.domains
            for item in mirrored(domain)
            if self.chance.random() >= person.skips / 2  # the other half says so
        }
        return Form(gates=person.gates, said=said)

    def _said(self, person: Person, domain: Domain, item_id: str) -> Said:
        if self.chance.random() < person.skips / 2:
            return self.chance.choices((Said.DONT_KNOW, Said.RATHER_NOT), (2, 1))[0]
        felt = self.domains[domain.id] + person.leaning + person.views[domain.id] + self.questions[item_id]
        return Said(str(min(4, max(0, round(felt + self.chance.gauss(0, self.nature.chance))))))


def mean_of(form: Form, domain: Domain, instrument: Instrument = INSTRUMENT) -> float | None:
    """What somebody said in a domain, in points; None where the form does not count there."""
    levels, asked = form.levels(domain), sum(form.asks(item) for item in domain.items)
    if not levels or 3 * len(levels) < 2 * asked:
        return None
    return POINTS_PER_LEVEL * sum(levels) / len(levels)
