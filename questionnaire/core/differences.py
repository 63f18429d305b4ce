"""Both voices: what an organization says of itself, and what its peer workers say; never one average of the two.

Points run from 0 to 100. A difference is the organization's minus the peer workers' points (rule 6).
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from fractions import Fraction
from functools import cached_property

from pydantic import BaseModel, ConfigDict

from questionnaire.core.advice import promoted
from questionnaire.core.comparison import CLEAR_IN_ALL, CLEAR_POINTS, LEAST_SHARED, signed
from questionnaire.core.instrument import Domain, Item, Text
from questionnaire.core.phrase import Param, Phrase
from questionnaire.core.scorecard import Scorecard
from questionnaire.core.scoring import POINTS_PER_LEVEL
from questionnaire.core.voices import (
    Bands,
    GroupResult,
    Points,
    RoundResult,
    figure,
    in_text,
    least_difference,
    mirrored,
    place,
)


class BothAsked(BaseModel):
    """The organization's side of one domain, over the questions that both voices were asked."""

    model_config = ConfigDict(frozen=True, extra="forbid", use_attribute_docstrings=True)

    domain_id: str
    same_items: bool
    """Whether the organization was asked every question that peer workers were."""
    shared: int
    """How many of these have a level of the organization."""
    levels: int
    """Their levels, all together."""


def both_asked(scorecard: Scorecard) -> tuple[BothAsked, ...]:
    """What a difference needs of an organization's answers, for every domain."""
    answers = scorecard.submission.answers
    found = []
    for domain in scorecard.instrument.domains:
        items = mirrored(domain)
        levels = [answers[item.id].level for item in items if item.id in answers]
        given = [level for level in levels if level is not None]
        found.append(
            BothAsked(domain_id=domain.id, same_items=len(levels) == len(items), shared=len(given), levels=sum(given))
        )
    return tuple(found)


@dataclass(frozen=True)
class Difference:
    """One domain in both voices."""

    domain: Domain
    asked: BothAsked
    peers: Points | None
    clear_points: int  # of the peer workers' figure (rule 7)

    @property
    def comparable(self) -> bool:
        """Whether both were asked the same questions, and at least three have a level of the organization."""
        return self.peers is not None and self.asked.same_items and self.asked.shared >= LEAST_SHARED

    @property
    def organization(self) -> int | None:
        """The organization's points over the questions that both were asked, as they are shown."""
        return _whole(self._organization) if self.asked.shared >= LEAST_SHARED else None

    @property
    def needed(self) -> int:
        """From how many points a difference is wide: what is needed for either voice (rule 7)."""
        return -(-self._needed.numerator // self._needed.denominator)

    @property
    def is_wide(self) -> bool:
        """Whether the voices are certainly as far apart as that."""
        return self.comparable and abs(self._least) >= self._needed

    @property
    def is_lower(self) -> bool:
        """Whether peer workers say clearly less than the organization does."""
        return self.is_wide and self._least > 0

    @property
    def points(self) -> int | None:
        """The least that the organization's figure is above theirs (below it, if negative), as it is shown."""
        if not self.comparable:
            return None
        size = _whole(abs(self._least))
        size = size if self.is_wide else min(size, self.needed - 1)
        return size if self._least > 0 else -size

    @property
    def least(self) -> Fraction | None:
        """How far the organization is above its peer workers (below, if negative), as far as that is certain."""
        return self._least if self.comparable else None

    @property
    def peers_figure(self) -> Phrase:
        """What peer workers said, as it stands in a table's cell."""
        return figure(self.peers)

    @property
    def figure(self) -> Phrase:
        """The difference as it stands in a table's cell."""
        if self.points is None:
            return Phrase("difference.not-compared")
        if not self.is_wide:
            return Phrase("difference.not-wide")
        points: dict[str, Param] = {"points": signed(self.points)}
        return Phrase("difference.at-least", points) if self._is_open else Phrase("difference.points", points)

    @property
    def in_words(self) -> Phrase:
        """Both figures and whether they lie far apart, in one sentence."""
        params: dict[str, Param] = {"domain": self.domain.name, "shared": self.asked.shared}
        if self.points is None or self.organization is None or self.peers is None:
            return Phrase("difference.none", params)
        params |= {"organization": self.organization, "peers": in_text(self.peers)}
        return Phrase("difference.apart", params) if self.is_wide else Phrase("difference.close", params)

    @property
    def _organization(self) -> Fraction:
        return Fraction(POINTS_PER_LEVEL * self.asked.levels, self.asked.shared or 1)

    @property
    def _least(self) -> Fraction:
        return Fraction(0) if self.peers is None else least_difference(self._organization, self.peers)

    @property
    def _is_open(self) -> bool:
        return isinstance(self.peers, str)

    @property
    def _needed(self) -> Fraction:
        return max(
            Fraction(CLEAR_POINTS), Fraction(CLEAR_IN_ALL, self.asked.shared or 1), Fraction(self.clear_points)
        )


@dataclass(frozen=True)
class Voices:
    """A scorecard beside what peer workers said in a round of the same year, on the same questions."""

    scorecard: Scorecard
    result: RoundResult
    asked: tuple[BothAsked, ...]

    @cached_property
    def group(self) -> GroupResult:
        """What they said; raises ValueError where nothing may be shown."""
        if self.result.group is None:
            raise ValueError("this round has no result")
        return self.result.group

    @cached_property
    def differences(self) -> tuple[Difference, ...]:
        """Every domain of the instrument, in its order."""
        asked = {one.domain_id: one for one in self.asked}
        return tuple(
            Difference(domain, asked[domain.id], self.group.points(domain.id), self.group.clear_points)
            for domain in self.scorecard.instrument.domains
        )

    def difference(self, domain_id: str) -> Difference:
        """The difference of one domain."""
        return next(one for one in self.differences if one.domain.id == domain_id)

    @property
    def wide(self) -> tuple[Difference, ...]:
        """The wide differences, the widest first."""
        found = (one for one in self.differences if one.is_wide)
        return tuple(sorted(found, key=lambda one: -abs(one.points or 0)))

    @property
    def line(self) -> tuple[int | None, ...]:
        """Where the figures stand on the radar; None breaks the line. Commitment has one question, and no figure."""
        points = (self.group.points(domain.id) for domain in self.scorecard.instrument.domains)
        return tuple(None if one is None else place(one) for one in points)

    @property
    def spreads(self) -> tuple[tuple[Domain, Item, Bands], ...]:
        """The questions whose spread may be shown, with their domains."""
        instrument = self.scorecard.instrument
        return tuple(
            (instrument.domain_of[bands.item_id], instrument.items[bands.item_id], bands)
            for bands in self.group.items
        )

    @property
    def headline(self) -> Phrase:
        """How far the voices lie apart, in one sentence; the rules are a table in docs/method.md."""
        params: dict[str, Param] = {"organization": self.scorecard.submission.organization}
        lower, higher = (_names(one for one in self.wide if one.is_lower is below) for below in (True, False))
        if not any(one.comparable for one in self.differences):
            return Phrase("voices.nothing", params)
        if lower and higher:
            return Phrase("voices.both", {**params, "lower": lower, "higher": higher})
        if lower:
            return Phrase("voices.lower", {**params, "lower": lower})
        if higher:
            return Phrase("voices.higher", {**params, "higher": higher})
        return Phrase("voices.close", params)

    @property
    def behind(self) -> Phrase:
        """How many stand behind it, as a band; or that it is one answer, which a meeting agreed on."""
        forms = self.group.forms
        return Phrase("voices.meeting") if forms is None else Phrase("voices.forms", {"forms": _band(forms)})

    @property
    def without_figure(self) -> Phrase | None:
        """The domains on which peer workers have no figure."""
        missing = tuple(one.domain.name for one in self.differences if one.peers is None)
        return Phrase("peers.no-figure", {"domains": missing}) if missing else None

    @property
    def rule(self) -> Phrase:
        """From when the voices are called far apart (rule 7)."""
        clear, few = self.group.clear_points, -(-CLEAR_IN_ALL // LEAST_SHARED)
        if few <= clear:
            return Phrase("voices.rule", {"points": clear})
        return Phrase("voices.rule-few", {"points": clear, "few": few})

    @property
    def lower(self) -> frozenset[str]:
        """The domains on which peer workers say clearly less than the organization does."""
        return frozenset(one.domain.id for one in self.wide if one.is_lower)

    @cached_property
    def heard(self) -> Scorecard:
        """The scorecard, with advice one step earlier where peer workers say clearly less than the organization."""
        outcome, lower = self.scorecard.submission, self.lower
        advice = promoted(self.scorecard.instrument, outcome.advice, lower)
        return replace(self.scorecard, submission=outcome.model_copy(update={"advice": advice}), promoted=lower)


def _names(differences: Iterator[Difference]) -> tuple[Text, ...]:
    return tuple(one.domain.name for one in differences)


def _band(forms: str) -> Text:
    words = forms.replace("-", "–")
    return Text(en=words, fr=words.replace("and more", "et plus"))


def _whole(points: Fraction) -> int:
    return int(points + Fraction(1, 2))
