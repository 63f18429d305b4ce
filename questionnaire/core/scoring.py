"""How answers become scores: the rules 1 to 4 of the instrument's design, in docs/method.md in plain words."""

import hashlib
from collections.abc import Iterable
from math import ceil

from pydantic import BaseModel, ConfigDict

from questionnaire.core.answers import BLANK, Answers, Choice, Profile
from questionnaire.core.instrument import Domain, Instrument, Item

POINTS_PER_LEVEL = 25
NEEDED_PERCENT = 80
NEEDED_ITEMS = 3
DOMAINS_FOR_OVERALL = 4
BASIS_LENGTH = 16  # hexadecimal digits


class DomainScore(BaseModel):
    """One domain: its points, 0 to 100, or None where too few items have a level; and what stands behind that."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    domain_id: str
    points: float | None
    applicable: int
    with_level: int
    dont_know: int
    does_not_apply: int
    unanswered: int

    @property
    def too_few_apply(self) -> bool:
        """Whether so few items apply that the domain cannot be scored, whatever is answered."""
        return self.applicable < NEEDED_ITEMS

    @property
    def missing(self) -> int:
        """How many more items need a level before the domain can be scored; 0 where it is scored."""
        return max(0, _needed(self.applicable) - self.with_level)


class Scores(BaseModel):
    """The profile over domains, in the instrument's order, and the overall figure where there is one."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    domains: tuple[DomainScore, ...]
    overall: float | None


def score(instrument: Instrument, profile: Profile, answers: Answers) -> Scores:
    """The scores of one set of answers. An item without an answer may be absent; nothing is imputed."""
    domains = tuple(_score_domain(domain, profile, answers) for domain in instrument.domains)
    return Scores(domains=domains, overall=overall(domains))


def overall(domains: Iterable[DomainScore]) -> float | None:
    """The mean of the scored domains, where at least four are scored."""
    points = [domain.points for domain in domains if domain.points is not None]
    return _mean(points) if len(points) >= DOMAINS_FOR_OVERALL else None


def whole(points: float) -> int:
    """Points as they are shown: the nearest whole number, a half upwards."""
    return int(points + 0.5)


def basis_of(items: Iterable[Item]) -> str:
    """A digest of items and their revisions: the same for the same set of them, and for no other."""
    return basis_of_ids(f"{item.id}:{item.revision}" for item in items)


def behind(domain: Domain, answers: Answers) -> tuple[Item, ...]:
    """The items of a domain that have a level, which its score is made of."""
    return tuple(item for item in domain.items if item.id in answers and answers[item.id].level is not None)


def basis_of_ids(ids: Iterable[str]) -> str:
    """The same from "id:revision"."""
    return hashlib.sha256("\n".join(sorted(ids)).encode()).hexdigest()[:BASIS_LENGTH]


def _score_domain(domain: Domain, profile: Profile, answers: Answers) -> DomainScore:
    choices = [answers.get(item.id, BLANK).choice for item in domain.items if profile.asks(item)]
    levels = [choice.level for choice in choices if choice is not None and choice.level is not None]
    does_not_apply = choices.count(Choice.DOES_NOT_APPLY)
    applicable = len(choices) - does_not_apply
    enough = len(levels) >= _needed(applicable)
    return DomainScore(
        domain_id=domain.id,
        points=_mean([POINTS_PER_LEVEL * level for level in levels]) if enough else None,
        applicable=applicable,
        with_level=len(levels),
        dont_know=choices.count(Choice.DONT_KNOW),
        does_not_apply=does_not_apply,
        unanswered=choices.count(None),
    )


def _needed(applicable: int) -> int:
    return max(NEEDED_ITEMS, ceil(applicable * NEEDED_PERCENT / 100))


def _mean(figures: list[float] | list[int]) -> float:
    return round(sum(figures) / len(figures), 4)
