"""The scorecard: composed from frozen records, and what every page, chart and document renders from."""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property

from questionnaire.core.advice import GivenAdvice
from questionnaire.core.answers import Answer, Choice
from questionnaire.core.instrument import Advice, Domain, Instrument, Item, Level, Text
from questionnaire.core.phrase import Phrase
from questionnaire.core.scoring import POINTS_PER_LEVEL, DomainScore, whole
from questionnaire.core.submission import Outcome

STRONG_POINTS = 75
LOWER_HALF = 50
CLEARLY_APART = 10


@dataclass(frozen=True)
class ItemResult:
    """One item that was asked, and what was answered."""

    item: Item
    answer: Answer

    @property
    def level(self) -> Level | None:
        """The level that was chosen, in the instrument's words."""
        chosen = self.answer.level
        return None if chosen is None else self.item.levels[chosen]

    @property
    def points(self) -> int | None:
        """0, 25, 50, 75 or 100; None where the item counts in no mean."""
        chosen = self.answer.level
        return None if chosen is None else POINTS_PER_LEVEL * chosen


@dataclass(frozen=True)
class DomainResult:
    """One domain with its score and the items behind it."""

    domain: Domain
    score: DomainScore
    items: tuple[ItemResult, ...]

    @property
    def points(self) -> int | None:
        """The score as it is shown, 0 to 100, or None where there are too few answers."""
        return None if self.score.points is None else whole(self.score.points)

    @property
    def in_words(self) -> Phrase:
        """The domain and its score as one short sentence."""
        if self.points is None and self.score.too_few_apply:
            return Phrase("domain.too-few-apply", {"domain": self.domain.name})
        if self.points is None:
            return Phrase("domain.not-scored", {"domain": self.domain.name, "missing": self.score.missing})
        return Phrase("domain.scored", {"domain": self.domain.name, "points": self.points})

    @property
    def figure(self) -> Phrase:
        """The score as it stands in a table's cell."""
        if self.points is None and self.score.too_few_apply:
            return Phrase("figure.too-few-apply")
        if self.points is None:
            return Phrase("figure.missing", {"missing": self.score.missing})
        return Phrase("figure.points", {"points": self.points})


@dataclass(frozen=True)
class AdviceResult:
    """One advice that was given, beside the item that it is about."""

    advice: Advice
    item: Item
    domain: Domain
    given: GivenAdvice
    promoted: bool = False

    @property
    def in_place(self) -> bool:
        """Whether it is in place already and what is left is to check that it holds (level 3)."""
        return self.given.choice is Choice.LEVEL_3

    @property
    def next_level(self) -> Level:
        """What one level up would look like; where nobody knows, the level after the one it counts as."""
        chosen = self.given.choice.level
        return self.item.levels[2 if chosen is None else chosen + 1]

    @property
    def reason(self) -> Phrase:
        """Why this advice is given, from what was answered."""
        chosen = self.given.choice.level
        if chosen is None:
            return Phrase("reason.dont-know")
        return Phrase("reason.level", {"label": self.item.levels[chosen].label, "level": chosen})

    @property
    def also(self) -> Phrase | None:
        """Why it comes one step earlier than the answer alone would have it."""
        return Phrase("reason.promoted", {"domain": self.domain.name}) if self.promoted else None


@dataclass(frozen=True)
class Scorecard:
    """One submission, or what a report holds of it, read with the instrument it was made on."""

    submission: Outcome
    instrument: Instrument
    promoted: frozenset[str] = frozenset()  # the domains whose advice comes earlier, for peer workers say less

    @cached_property
    def domains(self) -> tuple[DomainResult, ...]:
        """Every domain in the instrument's order, with the items that were asked."""
        answers = self.submission.answers
        scores = {score.domain_id: score for score in self.submission.scores.domains}
        return tuple(
            DomainResult(
                domain,
                scores[domain.id],
                tuple(ItemResult(item, answers[item.id]) for item in domain.items if item.id in answers),
            )
            for domain in self.instrument.domains
        )

    @cached_property
    def advice(self) -> tuple[AdviceResult, ...]:
        """All advice, in the order in which it was given."""
        return tuple(
            AdviceResult(
                self.instrument.advice[given.advice_id],
                self.instrument.items[given.item_id],
                self.instrument.domain_of[given.item_id],
                given,
                self.instrument.domain_of[given.item_id].id in self.promoted,
            )
            for given in self.submission.advice
        )

    @property
    def start_here(self) -> tuple[AdviceResult, ...]:
        """The advice that leads: at most three, one a domain."""
        return tuple(result for result in self.advice if result.given.leads)

    @property
    def strong_domains(self) -> tuple[DomainResult, ...]:
        """The domains of 75 points or more."""
        return tuple(result for result in self.domains if (result.score.points or 0) >= STRONG_POINTS)

    @property
    def strong_items(self) -> tuple[ItemResult, ...]:
        """The items at the highest level."""
        return tuple(
            result for domain in self.domains for result in domain.items if result.answer.choice is Choice.LEVEL_4
        )

    @property
    def overall(self) -> int | None:
        """The mean of the scored domains as it is shown, where at least four are scored."""
        overall = self.submission.scores.overall
        return None if overall is None else whole(overall)

    @property
    def headline(self) -> Phrase:
        """What the figures say, in one sentence; the rules are a table in docs/method.md."""
        scored = [result for result in self.domains if result.points is not None]
        if not scored:
            return Phrase("headline.nothing-scored")
        highest, lowest = _extremes(scored)
        params = {"organization": self.submission.organization}
        if len(scored) == 1:
            return Phrase("headline.one-scored", {"domain": scored[0].domain.name, "points": highest.points})
        if lowest.points >= STRONG_POINTS:
            return Phrase("headline.all-strong", params)
        if highest.points - lowest.points < CLEARLY_APART:
            return Phrase("headline.even", {**params, "low": lowest.points, "high": highest.points})
        if highest.points < LOWER_HALF:
            return Phrase("headline.lower-half", {**params, "lowest": lowest.names})
        return Phrase("headline.apart", {**params, "highest": highest.names, "lowest": lowest.names})

    @property
    def remarks(self) -> tuple[Phrase, ...]:
        """What else a reader must know before trusting the figures."""
        return tuple(self._remarks())

    def _remarks(self) -> Iterator[Phrase]:
        scores = self.submission.scores.domains
        asked = sum(score.applicable + score.does_not_apply for score in scores)
        dont_know = sum(score.dont_know for score in scores)
        if dont_know:
            yield Phrase("remark.dont-know", {"count": dont_know, "asked": asked})
        unanswered = sum(score.unanswered for score in scores)
        if unanswered:
            yield Phrase("remark.unanswered", {"count": unanswered, "asked": asked})
        missing = tuple(result.domain.name for result in self.domains if result.points is None)
        if missing and len(missing) < len(self.domains):
            yield Phrase("remark.not-scored", {"domains": missing})


@dataclass(frozen=True)
class _Extreme:
    points: int
    names: tuple[Text, ...]


def _extremes(scored: list[DomainResult]) -> tuple[_Extreme, _Extreme]:
    """The highest and the lowest figure, each with every domain that shares it."""
    shown = [(result.points or 0, result.domain.name) for result in scored]
    high, low = max(points for points, _ in shown), min(points for points, _ in shown)
    return (
        _Extreme(high, tuple(name for points, name in shown if points == high)),
        _Extreme(low, tuple(name for points, name in shown if points == low)),
    )
