"""A case: a published study's findings, coded on an instrument, so that the site has something true to show."""

from datetime import date
from pathlib import Path
from typing import Any

import yaml
from pydantic import BaseModel, ConfigDict
from sqlalchemy import Connection, select

from questionnaire.core.answers import BLANK, Answer, Change, Choice, Profile
from questionnaire.core.instrument import Instrument, Text
from questionnaire.core.submission import freeze
from questionnaire.store import assessments, instruments, models, organizations


class Passage(BaseModel):
    """Where in the study a coding comes from."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    section: str
    words: str


class Coding(BaseModel):
    """The level that a passage describes for one item, and why."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    id: str
    choice: Choice
    source: Passage | None = None
    reasoning: Text


class Version(BaseModel):
    """The instrument that a case is coded on."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    id: str
    version: int


class Case(BaseModel):
    """One study, coded."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    id: str
    instrument: Version
    name: Text
    year: int
    profile: Profile
    items: tuple[Coding, ...]

    @property
    def answers(self) -> dict[str, Answer]:
        """The codings as answers, each with its passage and reasoning as the note."""
        return {
            coding.id: Answer(
                choice=coding.choice,
                note="\n".join(
                    [coding.reasoning.en]
                    + ([f"{coding.source.section}: “{coding.source.words}”"] if coding.source else [])
                ),
            )
            for coding in self.items
        }


def read(file: Path) -> Case:
    """The case in a file of ours; raises ValueError where it is not one."""
    content: Any = yaml.load(file.read_bytes(), Loader=yaml.CSafeLoader)
    return Case.model_validate(content)


def load(connection: Connection, case: Case, instrument: Instrument, *, on: date) -> str:
    """The organization that stands for a case, submitted; made where it is not there yet."""
    table = models.organization
    known: str | None = connection.scalar(
        select(table.c.organization_id).where(table.c.is_case, table.c.name == case.name.en).limit(1)
    )
    if known is not None:
        return known
    instruments.record(connection, instrument)
    organization_id = organizations.start(connection, case.name.en, on=on, is_case=True)
    assessments.begin(connection, organization_id, case.year, instrument, case.profile, on=on)
    draft = assessments.draft_to_write(connection, organization_id, case.year, 1)
    changes = {item_id: Change(seen=BLANK.fingerprint, answer=answer) for item_id, answer in case.answers.items()}
    assessments.save_answers(connection, draft, changes)
    submission = freeze(
        instrument,
        organization=case.name.en,
        year=case.year,
        revision=1,
        on=on,
        profile=case.profile,
        answers=case.answers,
    )
    assessments.submit(connection, draft, submission)
    return organization_id
