"""What is frozen when an organization submits: profile, answers, scores and advice, as ids and figures."""

import hashlib
from collections.abc import Mapping
from datetime import date
from typing import Annotated, Self

from pydantic import BaseModel, ConfigDict, Field

from questionnaire.core.advice import GivenAdvice, advise
from questionnaire.core.answers import BLANK, Answer, Answers, Profile, asked
from questionnaire.core.instrument import Instrument, canonical
from questionnaire.core.scoring import Scores, score


class Outcome(BaseModel):
    """What a scorecard needs of a submission; in a report some answers and advice may be left out."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    organization: str
    year: int
    revision: int
    submitted_on: date
    instrument_id: str
    instrument_version: int
    instrument_digest: str
    answers: Mapping[str, Answer]
    scores: Scores
    advice: tuple[GivenAdvice, ...]


class Submission(Outcome):
    """One submitted revision of one year's assessment. It is never recomputed; what comes later makes a new one."""

    profile: Profile

    stored: Annotated[str | None, Field(exclude=True, repr=False)] = None  # the record itself, once it was read

    @classmethod
    def read(cls, record: str) -> Self:
        """The submission of a stored record, whose text it keeps: what was frozen is never written anew."""
        submission = cls.model_validate_json(record)
        return submission.model_copy(update={"stored": record})

    def record(self) -> str:
        """The text that is stored and digested."""
        return self.stored or canonical(self.model_dump(mode="json"))

    @property
    def digest(self) -> str:
        """SHA-256 of the record."""
        return digest(self.record())


def digest(record: str) -> str:
    """SHA-256 of a stored record, in hexadecimal."""
    return hashlib.sha256(record.encode()).hexdigest()


def freeze(
    instrument: Instrument,
    *,
    organization: str,
    year: int,
    revision: int,
    on: date,
    profile: Profile,
    answers: Answers,
) -> Submission:
    """The submission that these answers make. Answers to items that were not asked are left out."""
    kept = {item.id: answers.get(item.id, BLANK) for item in asked(instrument, profile)}
    return Submission(
        organization=organization,
        year=year,
        revision=revision,
        submitted_on=on,
        instrument_id=instrument.id,
        instrument_version=instrument.version,
        instrument_digest=instrument.digest,
        profile=profile,
        answers=kept,
        scores=score(instrument, profile, kept),
        advice=advise(instrument, profile, kept),
    )
