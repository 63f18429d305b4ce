"""A report: a scorecard fixed when it was shared or downloaded, which holds only what was chosen for its readers.

What was not chosen is not in it, so no page and no file can show it. Its fingerprint is a digest of all it holds.
"""

import hashlib
import json
from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from enum import StrEnum
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, StringConstraints, ValidationError
from pydantic.json_schema import SkipJsonSchema

from questionnaire.core.answers import Answer, Choice
from questionnaire.core.benchmark import Quarter
from questionnaire.core.comparison import LEAST_SHARED
from questionnaire.core.differences import BothAsked, Voices
from questionnaire.core.instrument import canonical
from questionnaire.core.plan import Action, Movement, Planned, planned
from questionnaire.core.scorecard import Scorecard
from questionnaire.core.submission import Outcome
from questionnaire.core.voices import RoundResult
from questionnaire.core.years import Years, years_of

FINGERPRINT_LENGTH = 32  # hexadecimal digits of SHA-256: 128 bits

Fingerprint = Annotated[str, StringConstraints(pattern=r"^[0-9a-f]{32}$")]


class Part(StrEnum):
    """What may be chosen to stand in a report, beside the scorecard on a page."""

    ANSWERS = "answers"
    NOTES = "notes"
    ADVICE = "advice"
    EARLIER = "earlier-years"
    PLAN = "plan"
    VOICES = "voices"
    PLACE = "place"


class _Part(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid", use_attribute_docstrings=True)


class DomainFigures(_Part):
    """The change of one domain: how many questions two years share, and their levels, added up.

    Below three shared questions there is no comparison, and both sums are 0.
    """

    domain_id: str
    shared: int
    earlier_levels: int
    later_levels: int


class YearsCompared(_Part):
    """The change from one year to another."""

    earlier_year: int
    later_year: int
    domains: tuple[DomainFigures, ...]
    """Those of the later year's questions, then those that only the earlier year's have."""


class BothVoices(_Part):
    """What peer workers said in the newest year, beside the organization's answers to the same questions."""

    result: RoundResult
    asked: tuple[BothAsked, ...]
    earlier: tuple[RoundResult, ...]
    """What they said in the years before, the earliest first; only with `earlier-years`."""


class YearPlace(_Part):
    """In which quarter of the others the organization stood, by domain, in one release."""

    year: int
    release_digest: str
    quarters: Mapping[str, Quarter]


class NetworkPlaces(_Part):
    """Where the organization stood among the others of a network, the earliest release first."""

    network: str
    years: tuple[YearPlace, ...]


class _Content(_Part):
    format: Literal["alongside-report"] = "alongside-report"
    version: Literal[1] = 1
    """Of this format."""
    made_on: date
    parts: tuple[Part, ...]
    """What was chosen to stand in it, beside the scorecard on a page."""
    is_case: bool
    """Whether it is our coding of the study's findings: not an organization, not a measurement."""
    imported_on: date | None
    """When the answers came here from an archive of another site."""
    outcome: Outcome
    """The newest year. Without `answers` it holds only the answers at level 4, without `advice` only the leading."""
    earlier: tuple[Outcome, ...]
    """The scores of the years before, the earliest first; no answers and no advice of them."""
    compared: tuple[YearsCompared, ...]
    """Every year with the one before it; then the last with the earliest that it can be compared with."""
    plan: tuple[Planned, ...]
    voices: BothVoices | None = None
    """With `voices`; then the advice comes in the order that follows from both voices."""
    places: tuple[NetworkPlaces, ...] = ()
    """With `place`: one for each network of whose releases any counts the organization."""

    stored: Annotated[SkipJsonSchema[str | None], Field(exclude=True, repr=False)] = None  # the record, once read


class Report(_Content):
    """A scorecard as its readers may see it."""

    @classmethod
    def recall(cls, record: str) -> "Report":
        """The report of a stored record, whose text it keeps: what was fixed is never written anew."""
        return cls.model_validate_json(record).model_copy(update={"stored": record})

    def record(self) -> str:
        """The text that is stored and digested."""
        return self.stored or canonical(self.model_dump(mode="json"))

    @property
    def fingerprint(self) -> str:
        """32 hexadecimal digits of the SHA-256 of the record: any other content has another one."""
        return hashlib.sha256(self.record().encode()).hexdigest()[:FINGERPRINT_LENGTH]


class ReportFile(_Content):
    """A report of Alongside as it is handed over. Points run from 0 to 100, levels from 0 to 4."""

    fingerprint: Fingerprint
    """32 hexadecimal digits of the SHA-256 of all else in this file, as JSON with sorted keys and without blanks."""

    @property
    def report(self) -> Report:
        """What the file holds; it is genuine only if this has the fingerprint that the file says."""
        return Report.model_validate({name: getattr(self, name) for name in Report.model_fields})


class UnreadableReportError(Exception):
    """A file that is no report."""


def write(report: Report) -> bytes:
    """A report as a file of JSON; the same bytes for the same report."""
    content = {"fingerprint": report.fingerprint, **json.loads(report.record())}
    return (json.dumps(content, ensure_ascii=False, indent=2, allow_nan=False) + "\n").encode()


def read(content: bytes) -> ReportFile:
    """The report of a file, whatever fingerprint it says that it has; raises UnreadableReportError."""
    try:
        raw = json.loads(content, object_pairs_hook=_without_doubles)
        file = ReportFile.model_validate_json(content)
        if "stored" in raw:
            raise ValueError("a key that no file has")
        record = canonical({key: raw[key] for key in raw if key != "fingerprint"})
    except (ValidationError, ValueError, RecursionError) as error:
        raise UnreadableReportError from error
    return file.model_copy(update={"stored": record})


def schema() -> dict[str, object]:
    """The JSON Schema of a report's file."""
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        **ReportFile.model_json_schema(mode="serialization"),
    }


def grouped(fingerprint: str) -> str:
    """A fingerprint as it is printed and read aloud: in groups of four."""
    return " ".join(fingerprint[start : start + 4] for start in range(0, len(fingerprint), 4))


def make(
    scorecard: Scorecard,
    parts: Iterable[Part],
    *,
    on: date,
    earlier: Sequence[Scorecard],
    actions: Iterable[Action],
    is_case: bool = False,
    imported_on: date | None = None,
) -> Report:
    """The report that holds these parts of a scorecard; `earlier` are the years before it, the earliest first.

    Both voices are no part of it before `with_voices`, and places in networks not before `with_places`.
    """
    chosen = frozenset(parts) - {Part.VOICES, Part.PLACE}
    before = tuple(earlier) if Part.EARLIER in chosen else ()
    since = {one.submission.year: one for one in before}
    plan = planned(scorecard, since, actions) if Part.PLAN in chosen else ()
    return Report(
        made_on=on,
        parts=tuple(part for part in Part if part in chosen),
        is_case=is_case,
        imported_on=imported_on,
        outcome=_shown(scorecard.submission, chosen),
        earlier=tuple(_figures_of(one.submission) for one in before),
        compared=tuple(_compared(years_of((*before, scorecard)))) if before else (),
        plan=tuple(_shown_action(one, chosen) for one in plan),
    )


def with_voices(report: Report, voices: Voices, earlier: Iterable[RoundResult] = ()) -> Report:
    """The report with both voices, of the same scorecard; `earlier` are rounds of other years, the earliest first.

    Of fewer than three questions it holds no sum of levels: that could be an answer. Raises ValueError unless it was
    agreed before the round that the board sees its result.
    """
    if not voices.result.board or voices.result.group is None:
        raise ValueError("nothing of this round may stand in a report")
    chosen = frozenset(report.parts) | {Part.VOICES}
    known = {one.year for one in report.earlier}
    before = tuple(one for one in earlier if one.board and one.group and one.year in known)
    asked = tuple(one if one.shared >= LEAST_SHARED else one.model_copy(update={"levels": 0}) for one in voices.asked)
    said = BothVoices(result=voices.result, asked=asked, earlier=before)
    shown = _shown(voices.heard.submission, chosen)
    parts = tuple(part for part in Part if part in chosen)
    return report.model_copy(update={"parts": parts, "outcome": shown, "voices": said, "stored": None})


def with_places(report: Report, places: Iterable[NetworkPlaces]) -> Report:
    """The report with where the organization stood in its networks, up to the year that it is about."""
    shown = []
    for one in places:
        years = tuple(each for each in one.years if each.year <= report.outcome.year)
        if years:
            shown.append(one.model_copy(update={"years": years}))
    chosen = frozenset(report.parts) | {Part.PLACE}
    parts = tuple(part for part in Part if part in chosen)
    return report.model_copy(update={"parts": parts, "places": tuple(shown), "stored": None})


def _shown(outcome: Outcome, chosen: frozenset[Part]) -> Outcome:
    with_words = {Part.NOTES, Part.ANSWERS} <= chosen
    answers = {
        item_id: Answer(
            answer.choice,
            reason=answer.reason if with_words else "",
            note=answer.note if with_words else "",
        )
        for item_id, answer in outcome.answers.items()
        if Part.ANSWERS in chosen or answer.choice is Choice.LEVEL_4
    }
    advice = tuple(given for given in outcome.advice if given.leads or Part.ADVICE in chosen)
    return _outcome(outcome, answers=answers, advice=advice)


def _figures_of(outcome: Outcome) -> Outcome:
    return _outcome(outcome, answers={}, advice=())


def _outcome(outcome: Outcome, **changes: object) -> Outcome:
    """A part of a submission: what belongs to it alone, such as the profile, is left out."""
    kept = {name: getattr(outcome, name) for name in Outcome.model_fields}
    return Outcome(**{**kept, **changes})


def _shown_action(one: Planned, chosen: frozenset[Part]) -> Planned:
    action, movement = one.action, one.movement
    if Part.NOTES not in chosen:
        action = action.model_copy(update={"notes": "", "why_dropped": ""})
    if movement and Part.ANSWERS not in chosen:
        movement = Movement(**{**dict(movement), "levels": ()})
    return Planned(action=action, movement=movement)


def _compared(years: Years) -> Iterable[YearsCompared]:
    comparisons = list(years.comparisons)
    if years.span and years.span not in comparisons:
        comparisons.append(years.span)
    for comparison in comparisons:
        yield YearsCompared(
            earlier_year=comparison.earlier.submission.year,
            later_year=comparison.later.submission.year,
            domains=tuple(
                DomainFigures(
                    domain_id=change.domain.id,
                    shared=change.shared,
                    earlier_levels=change.earlier_levels if change.comparable else 0,
                    later_levels=change.later_levels if change.comparable else 0,
                )
                for change in comparison.domains
            ),
        )


def _without_doubles(pairs: list[tuple[str, object]]) -> dict[str, object]:
    if len({key for key, _ in pairs}) < len(pairs):
        raise ValueError("a key stands twice")
    return dict(pairs)
