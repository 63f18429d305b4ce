"""Several years at one workplace: who was there, what they handed in, and what was published of it."""

import random
from collections.abc import Iterator
from dataclasses import dataclass

from questionnaire.core.rounds import FLOOR
from questionnaire.core.voices import Form, GroupResult, Points, Tally, close, count, place
from tests.anonymity.people import DOMAINS, INSTRUMENT, YEARS, Nature, Workplace


@dataclass(frozen=True)
class Year:
    """One round. Attackers see `staff`, which the employer knows, and `shown`; the rest is the truth."""

    staff: frozenset[int]
    forms: dict[int, Form]
    tally: Tally
    shown: GroupResult | None

    @property
    def figures(self) -> dict[str, float]:
        """What was published of the domains, as numbers; an open end in its own middle."""
        return {one.domain_id: place(one.points) for one in self.shown.domains} if self.shown else {}

    @property
    def exact(self) -> dict[str, float]:
        """What a site that rounds nothing and hides nothing would publish."""
        return {
            domain.id: self.tally.sums[domain.id].hundredths / 100 / self.tally.sums[domain.id].forms
            for domain in DOMAINS
            if domain.id in self.tally.sums
        }

    def points(self, domain_id: str) -> Points | None:
        return self.shown.points(domain_id) if self.shown else None


def lived(seed: int, nature: Nature, years: int = YEARS) -> tuple[Year, ...]:
    """So many years at a workplace."""
    chance = random.Random(seed)
    workplace = Workplace(nature, chance)
    found = []
    for number in range(years):
        if number:
            workplace.a_year_on()
        forms = {one.name: workplace.form(one) for one in workplace.staff if chance.random() >= nature.absent}
        found.append(_year(frozenset(one.name for one in workplace.staff), forms))
    return tuple(found)


def workplaces(rounds: int, seed: int, nature: Nature) -> Iterator[tuple[Year, ...]]:
    """As many workplaces as make that many rounds."""
    for number in range(-(-rounds // YEARS)):
        yield lived(seed * 1_000_003 + number, nature)


def _year(staff: frozenset[int], forms: dict[int, Form]) -> Year:
    tally = Tally()
    for form in forms.values():
        tally = count(tally, INSTRUMENT, form)
    outcome = close(tally, INSTRUMENT, len(staff), FLOOR)
    return Year(staff, forms, tally, outcome if isinstance(outcome, GroupResult) else None)
