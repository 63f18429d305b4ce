"""Peer workers' answers: counted as they are handed in, and closed into what may be shown: rules 5 to 8, and safety.

Points run from 0 to 100, levels from 0 to 4. Nothing here belongs to one person: a form goes into the tally, and that
is all that is kept of it.
"""

import hashlib
from collections.abc import Iterable, Mapping
from datetime import date
from enum import StrEnum
from fractions import Fraction
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field

from questionnaire.core.instrument import Domain, Instrument, Item, Text, canonical
from questionnaire.core.phrase import Phrase
from questionnaire.core.rounds import FLOOR, Limits, Way
from questionnaire.core.scoring import NEEDED_ITEMS, POINTS_PER_LEVEL

STEP = 5  # what every figure is rounded to
UNDER, OVER = 15, 85
HUNDREDTHS = 100  # of a point: whole numbers add up to the same in every order
LEVELS = 5


class Said(StrEnum):
    """What a peer worker can say to a question; one that was skipped has nothing."""

    LEVEL_0 = "0"
    LEVEL_1 = "1"
    LEVEL_2 = "2"
    LEVEL_3 = "3"
    LEVEL_4 = "4"
    DONT_KNOW = "dont-know"
    RATHER_NOT = "rather-not"

    @property
    def level(self) -> int | None:
        """The level, 0 to 4, where one was chosen."""
        return int(self) if self.isdigit() else None


class GateSaid(StrEnum):
    """What a peer worker can say to "do you do this work here?"; only a plain no closes the gate."""

    YES = "yes"
    NO = "no"
    DONT_KNOW = "dont-know"
    RATHER_NOT = "rather-not"


class _Part(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid", use_attribute_docstrings=True)


class Form(_Part):
    """What one person says. It is never kept as it is: a draft is sealed, and a form that is handed in is counted."""

    gates: Mapping[str, GateSaid] = {}
    said: Mapping[str, Said] = {}
    words: str = ""

    def asks(self, item: Item) -> bool:
        """Whether a question is put to this person."""
        return item.peer is not None and (item.asked_if is None or self.gates.get(item.asked_if) is not GateSaid.NO)

    def levels(self, domain: Domain) -> tuple[int, ...]:
        """The levels given to what was asked in a domain."""
        said = (self.said.get(item.id) for item in domain.items if self.asks(item))
        return tuple(one.level for one in said if one is not None and one.level is not None)


def mirrored(domain: Domain) -> tuple[Item, ...]:
    """The items of a domain that peer workers are asked, too."""
    return tuple(item for item in domain.items if item.peer)


class DomainSum(_Part):
    """Of one domain: the means of the forms that count in it, added up in hundredths of a point, and their number."""

    hundredths: int = 0
    forms: int = 0


Counts = Annotated[tuple[int, ...], Field(min_length=LEVELS, max_length=LEVELS)]


class Tally(_Part):
    """All that a round knows of its forms while it is open. Words are sorted: their order says nothing."""

    forms: int = 0
    sums: Mapping[str, DomainSum] = {}
    counts: Mapping[str, Counts] = {}
    words: tuple[str, ...] = ()


def count(tally: Tally, instrument: Instrument, form: Form) -> Tally:
    """The tally with one more form: a sum and a number per domain, a count per item and level, and nothing else."""
    sums, counts = dict(tally.sums), dict(tally.counts)
    for domain in instrument.domains:
        levels, asked = form.levels(domain), sum(form.asks(item) for item in domain.items)
        if len(mirrored(domain)) >= NEEDED_ITEMS and levels and 3 * len(levels) >= 2 * asked:
            before = sums.get(domain.id, DomainSum())
            mean = _nearest(HUNDREDTHS * POINTS_PER_LEVEL * sum(levels), len(levels))
            sums[domain.id] = DomainSum(hundredths=before.hundredths + mean, forms=before.forms + 1)
        for item in domain.items:
            said = form.said.get(item.id) if form.asks(item) else None
            if said is not None and said.level is not None:
                counts[item.id] = _one_more(counts.get(item.id, (0,) * LEVELS), said.level)
    words = tuple(sorted((*tally.words, form.words))) if form.words else tally.words
    return Tally(forms=tally.forms + 1, sums=sums, counts=counts, words=words)


def totals(instrument: Instrument, forms: int, counts: Mapping[str, tuple[int, ...]]) -> Tally:
    """The tally of forms that were counted on paper, of which only the totals are known.

    A domain's figure is the mean of all levels given in it. Behind it stand as many forms as the ungated question
    with the fewest levels has, for nobody knows more.
    """
    sums = {}
    for domain in instrument.domains:
        items = mirrored(domain)
        fewest = min((sum(counts.get(item.id, ())) for item in items if item.asked_if is None), default=0)
        given = sum(sum(counts.get(item.id, ())) for item in items)
        levels = sum(level * times for item in items for level, times in enumerate(counts.get(item.id, ())))
        if len(items) >= NEEDED_ITEMS and fewest:
            mean = _nearest(HUNDREDTHS * POINTS_PER_LEVEL * levels, given)
            sums[domain.id] = DomainSum(hundredths=mean * fewest, forms=fewest)
    return Tally(forms=forms, sums=sums, counts={item_id: tuple(each) for item_id, each in counts.items()})


class Forms(StrEnum):
    """How many forms stand behind a result: a band, never the number."""

    FIVE = "5-9"
    TEN = "10-19"
    TWENTY = "20-49"
    FIFTY = "50 and more"

    @property
    def clear_points(self) -> int:
        """From how many points a change or a difference of peer workers' figures is clear (rule 7)."""
        return {Forms.FIVE: 20, Forms.TEN: 15}.get(self, 10)


def band_of(forms: int) -> Forms:
    """The band of a number of forms."""
    return Forms.FIFTY if forms >= 50 else Forms.TWENTY if forms >= 20 else Forms.TEN if forms >= 10 else Forms.FIVE


Within = Annotated[int, Field(ge=UNDER, le=OVER, multiple_of=STEP)]
Points = Within | Literal["under 15", "over 85"]
"""Points, or a share in percent, as they may be shown: rounded to 5, and open at both ends."""


class DomainFigure(_Part):
    """What peer workers said in one domain, all together."""

    domain_id: str
    points: Points


class Bands(_Part):
    """How the answers to one question spread: shares in percent of levels 0 and 1, of 2, and of 3 and 4."""

    item_id: str
    low: Points | Literal["none"]
    middle: Points | Literal["none"]
    high: Points | Literal["none"]


class GroupResult(_Part):
    """What may be shown. A domain or a question that is not in it had too few answers."""

    kind: Literal["result"] = "result"
    forms: Forms | None
    """How many forms, as a band; null for the one answer that a meeting agreed on."""
    domains: tuple[DomainFigure, ...]
    items: tuple[Bands, ...]

    @property
    def clear_points(self) -> int:
        """From how many points a change or a difference is clear (rule 7); a meeting is a small group."""
        return (self.forms or Forms.FIVE).clear_points

    def points(self, domain_id: str) -> Points | None:
        """The figure of a domain, if there is one."""
        return next((figure.points for figure in self.domains if figure.domain_id == domain_id), None)

    def bands(self, item_id: str) -> Bands | None:
        """The spread of a question, if it may be shown."""
        return next((bands for bands in self.items if bands.item_id == item_id), None)


class TooFew(_Part):
    """Nothing may be shown: fewer forms than any figure needs."""

    kind: Literal["too-few"] = "too-few"


class Void(_Part):
    """There is no result: more forms than peer workers, or the key to the counts was lost."""

    kind: Literal["void"] = "void"
    why: Literal["too-many", "key-lost"]


Outcome = Annotated[GroupResult | TooFew | Void, Field(discriminator="kind")]


class RoundResult(_Part):
    """What is frozen when a round closes: all that is left of it. It is never recomputed."""

    year: int
    """The year of the assessment that it stands beside."""
    revision: int
    instrument_id: str
    instrument_version: int
    instrument_digest: str
    way: Way
    closed_on: date
    """The day that was announced; the last on which forms were taken."""
    board: bool
    """Whether it was agreed before the round that the board, and whoever gets a report, sees the result."""
    network: bool
    outcome: Outcome

    @property
    def group(self) -> GroupResult | None:
        """What may be shown, where there is anything."""
        return self.outcome if isinstance(self.outcome, GroupResult) else None

    @property
    def why_none(self) -> Phrase | None:
        """Why there is nothing to show, where there is nothing."""
        if isinstance(self.outcome, GroupResult):
            return None
        if self.way is Way.MEETING:
            return Phrase("round.no-answer")
        if isinstance(self.outcome, TooFew):
            return Phrase("round.too-few")
        return Phrase("round.key-lost") if self.outcome.why == "key-lost" else Phrase("round.too-many")

    @property
    def on_other_questions(self) -> Phrase:
        """Where this stands, for a scorecard of the same year on another version of the questions."""
        return Phrase("round.other-questions", {"revision": self.revision})

    def record(self) -> str:
        """The text that is stored and digested."""
        return canonical(self.model_dump(mode="json"))

    @property
    def digest(self) -> str:
        """SHA-256 of the record."""
        return hashlib.sha256(self.record().encode()).hexdigest()


def close(
    tally: Tally, instrument: Instrument, peer_workers: int, limits: Limits = FLOOR
) -> GroupResult | TooFew | Void:
    """What may be shown of a tally: nothing under 5 forms, domains from 5, questions from 10."""
    if tally.forms > peer_workers:
        return Void(why="too-many")
    if tally.forms < limits.forms:
        return TooFew()
    shown = (_domain_figure(domain, tally, limits) for domain in instrument.domains)
    spread = instrument.items.values() if tally.forms >= limits.item_levels else ()
    bands = (_bands(item.id, tally.counts.get(item.id, (0,) * LEVELS), limits) for item in spread if item.peer)
    return GroupResult(
        forms=band_of(tally.forms),
        domains=tuple(figure for figure in shown if figure),
        items=tuple(one for one in bands if one),
    )


def agreed(instrument: Instrument, levels: Mapping[str, int]) -> GroupResult:
    """The one answer that a meeting agreed on: a level for each question, or none. It is not anonymous."""
    given = {
        domain.id: [levels[item.id] for item in mirrored(domain) if item.id in levels]
        for domain in instrument.domains
    }
    return GroupResult(
        forms=None,
        domains=tuple(
            DomainFigure(domain_id=domain_id, points=rounded(POINTS_PER_LEVEL * sum(found), len(found)))
            for domain_id, found in given.items()
            if len(found) >= NEEDED_ITEMS
        ),
        items=(),
    )


def closing_words(tally: Tally, limits: Limits = FLOOR) -> tuple[str, ...]:
    """The closing words that the steward may read: from 10 forms and 5 writers."""
    enough = tally.forms >= limits.item_levels and len(tally.words) >= limits.writers
    return tally.words if enough else ()


def rounded(total: int, number: int) -> Points:
    """total ÷ number as it may be shown: to the nearest 5, a half upwards, and open at both ends."""
    points = STEP * _nearest(total, number * STEP)
    return "under 15" if points < UNDER else "over 85" if points > OVER else points


def least_difference(one: Fraction, other: Points) -> Fraction:
    """one minus other, as far as that is certain: at an open end, the part up to it, and 0 beyond."""
    if other == "under 15":
        return max(Fraction(0), one - UNDER)
    if other == "over 85":
        return min(Fraction(0), one - OVER)
    return one - other


def place(points: Points) -> int:
    """Where a figure stands on a scale, for a chart; an open end in its own middle step."""
    return {"under 15": UNDER - STEP, "over 85": OVER + STEP}[points] if isinstance(points, str) else points


def in_text(points: Points) -> Text:
    """A figure as it is read."""
    if isinstance(points, int):
        return Text(en=str(points))
    return Text(en=points, fr={"under 15": "moins de 15", "over 85": "plus de 85"}[points])


def figure(points: Points | None) -> Phrase:
    """A figure as it stands in a table's cell."""
    return Phrase("peers.not-shown") if points is None else Phrase("figure.points", {"points": in_text(points)})


def _domain_figure(domain: Domain, tally: Tally, limits: Limits) -> DomainFigure | None:
    counted = tally.sums.get(domain.id, DomainSum())
    with_level = sum(any(tally.counts.get(item.id, ())) for item in mirrored(domain))
    if counted.forms < limits.forms or with_level < NEEDED_ITEMS:
        return None
    return DomainFigure(domain_id=domain.id, points=rounded(counted.hundredths, counted.forms * HUNDREDTHS))


def _bands(item_id: str, counts: Iterable[int], limits: Limits) -> Bands | None:
    zero, one, two, three, four = counts
    bands = zero + one, two, three + four
    total = sum(bands)
    filled = [band for band in bands if band]
    if total < limits.item_levels or len(filled) < 2 or min(filled) < limits.band:
        return None
    low, middle, high = (rounded(100 * band, total) if band else "none" for band in bands)
    return Bands(item_id=item_id, low=low, middle=middle, high=high)


def _one_more(counts: tuple[int, ...], level: int) -> tuple[int, ...]:
    return (*counts[:level], counts[level] + 1, *counts[level + 1 :])


def _nearest(total: int, number: int) -> int:
    """The nearest whole number to total / number, a half upwards."""
    return (2 * total + number) // (2 * number)
