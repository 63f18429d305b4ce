"""Assessments: an organization's year, the draft that is being answered, and the submissions that stand."""

from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import ColumnElement, Connection, Table, and_, bindparam, delete, func, insert, select, update
from sqlalchemy.exc import IntegrityError

from questionnaire.core.answers import BLANK, Answer, Answers, Change, Choice, Profile
from questionnaire.core.instrument import Instrument
from questionnaire.core.scoring import basis_of, behind
from questionnaire.core.submission import Submission
from questionnaire.store import instruments, models


class YearTakenError(Exception):
    """This organization has an assessment of that year already."""


class NoDraftError(Exception):
    """There is no such draft any more: it was submitted meanwhile."""


class ProfileChangedError(Exception):
    """Somebody else changed the profile since this one's writer looked."""

    def __init__(self, current: Profile) -> None:
        super().__init__()
        self.current = current


def _same(table: Table) -> ColumnElement[bool]:
    """The rows of one revision, named by parameters: what is asked often is built once and cached by the database."""
    columns = ("organization_id", "year", "number")
    return and_(*(table.c[name] == bindparam(f"this_{name}") for name in columns))


_FIND_DRAFT = (
    select(
        models.revision.c.number,
        models.revision.c.instrument_digest,
        models.revision.c.profile,
        models.answer.c.item_id,
        models.answer.c.choice,
        models.answer.c.reason,
        models.answer.c.note,
        models.answer.c.come_back,
    )
    .outerjoin_from(
        models.revision,
        models.answer,
        and_(*(models.answer.c[name] == models.revision.c[name] for name in ("organization_id", "year", "number"))),
    )
    .where(
        models.revision.c.organization_id == bindparam("organization_id"),
        models.revision.c.year == bindparam("year"),
        models.revision.c.is_draft,
    )
)
_HOLD_DRAFT = (
    select(models.revision.c.number).where(_same(models.revision), models.revision.c.is_draft).with_for_update()
)
_FIND_RECORD = select(models.submission.c.record).where(_same(models.submission))
_FIND_ANSWERS = select(
    models.answer.c.item_id,
    models.answer.c.choice,
    models.answer.c.reason,
    models.answer.c.note,
    models.answer.c.come_back,
).where(_same(models.answer))
_DELETE_ANSWERS = delete(models.answer).where(
    _same(models.answer), models.answer.c.item_id.in_(bindparam("item_ids", expanding=True))
)
_INSERT_ANSWERS = insert(models.answer)


@dataclass(frozen=True)
class Draft:
    """A revision that is being answered."""

    organization_id: str
    year: int
    number: int
    instrument_digest: str
    profile: Profile
    answers: Answers

    @property
    def mark(self) -> str:
        """What a page of questions remembers of its draft: the revision's number, and the questions' digest."""
        return f"{self.number}-{self.instrument_digest}"


@dataclass(frozen=True)
class Revision:
    """One line of an organization's history: a draft, or a submission."""

    year: int
    number: int
    is_draft: bool
    started_on: date
    imported_on: date | None
    instrument_digest: str


def begin(
    connection: Connection, organization_id: str, year: int, instrument: Instrument, profile: Profile, *, on: date
) -> None:
    """Begin a year with its first draft; raises YearTakenError where there is one."""
    try:
        connection.execute(insert(models.assessment).values(organization_id=organization_id, year=year))
    except IntegrityError as error:
        raise YearTakenError from error
    _insert_draft(connection, Draft(organization_id, year, 1, instrument.digest, profile, {}), on=on)


def find_draft(connection: Connection, organization_id: str, year: int) -> Draft | None:
    """The draft of a year with its answers, in one query, for every page of questions needs it."""
    rows = connection.execute(_FIND_DRAFT, {"organization_id": organization_id, "year": year}).all()
    if not rows:
        return None
    number, digest, profile = rows[0][:3]
    answers = {row[3]: _answer(row[4:]) for row in rows if row[3] is not None}
    return Draft(organization_id, year, number, digest, Profile.model_validate_json(profile), answers)


def draft_to_write(connection: Connection, organization_id: str, year: int, number: int) -> Draft:
    """The same draft, held until the end of the transaction; raises NoDraftError where it is one no more."""
    held = connection.scalar(_HOLD_DRAFT, _this(organization_id, year, number))
    draft = find_draft(connection, organization_id, year) if held is not None else None
    if draft is None:
        raise NoDraftError
    return draft


def save_answers(connection: Connection, draft: Draft, changes: Mapping[str, Change]) -> tuple[str, ...]:
    """Write what changed, and give the ids of the items where somebody else wrote something else meanwhile.

    The draft must come from draft_to_write(), so that nobody writes between the look and the writing.
    """
    colliding, new = [], {}
    for item_id, change in changes.items():
        current = draft.answers.get(item_id, BLANK)
        if change.collides(current):
            colliding.append(item_id)
        elif change.is_new(current):
            new[item_id] = change.answer
    _write_answers(connection, draft, new)
    return tuple(colliding)


def save_profile(connection: Connection, draft: Draft, profile: Profile, *, seen: str) -> None:
    """Write the profile; raises ProfileChangedError where somebody else wrote another one meanwhile."""
    if profile.fingerprint == draft.profile.fingerprint:
        return
    if seen != draft.profile.fingerprint:
        raise ProfileChangedError(draft.profile)
    connection.execute(
        update(models.revision).where(_same(models.revision)).values(profile=profile.model_dump_json()),
        _this(draft.organization_id, draft.year, draft.number),
    )


def submit(connection: Connection, draft: Draft, submission: Submission) -> None:
    """Freeze a draft that draft_to_write() holds."""
    this = _this(draft.organization_id, draft.year, draft.number)
    connection.execute(update(models.revision).where(_same(models.revision)).values(is_draft=False), this)
    key = _key(draft.organization_id, draft.year, draft.number)
    connection.execute(insert(models.submission).values(**key, digest=submission.digest, record=submission.record()))
    instrument = instruments.recall(connection, submission.instrument_digest)
    connection.execute(insert(models.domain_score), score_rows(key, submission, instrument))


def score_rows(key: dict[str, Any], submission: Submission, instrument: Instrument) -> list[dict[str, Any]]:
    """The scores of a submission for the narrow table, which releases are made from."""
    return [
        {
            **key,
            "domain_id": domain.id,
            "points": score.points,
            "basis": None if score.points is None else basis_of(behind(domain, submission.answers)),
        }
        for domain, score in zip(instrument.domains, submission.scores.domains, strict=True)
    ]


def find_submission(connection: Connection, organization_id: str, year: int, number: int) -> Submission | None:
    """A frozen submission, as it was stored."""
    record = connection.scalar(_FIND_RECORD, _this(organization_id, year, number))
    return Submission.read(record) if record is not None else None


def amend(connection: Connection, organization_id: str, year: int, *, on: date) -> bool:
    """Begin a new draft with the profile and all answers of the newest revision; False where that is a draft."""
    table = models.revision.c
    newest = connection.execute(
        select(table.number, table.instrument_digest, table.profile, table.is_draft)
        .where(table.organization_id == organization_id, table.year == year)
        .order_by(table.number.desc())
    ).first()
    if newest is None or newest.is_draft:
        return False
    profile = Profile.model_validate_json(newest.profile)
    draft = Draft(organization_id, year, newest.number + 1, newest.instrument_digest, profile, {})
    answers = connection.execute(_FIND_ANSWERS, _this(organization_id, year, newest.number))
    with suppress(IntegrityError), connection.begin_nested():  # somebody else may have begun it meanwhile
        _insert_draft(connection, draft, on=on)
        _write_answers(connection, draft, {row[0]: _answer(row[1:]) for row in answers})
        return True
    return False


def history(connection: Connection, organization_id: str) -> list[Revision]:
    """Every revision of every year, the newest first."""
    table = models.revision.c
    rows = connection.execute(
        select(table.year, table.number, table.is_draft, table.started_on, table.imported_on, table.instrument_digest)
        .where(table.organization_id == organization_id)
        .order_by(table.year.desc(), table.number.desc())
    )
    return [Revision(*row) for row in rows]


def newest_profile(connection: Connection, organization_id: str) -> Profile | None:
    """What an organization said of itself last, to begin another year with."""
    table = models.revision.c
    profile = connection.scalar(
        select(table.profile)
        .where(table.organization_id == organization_id)
        .order_by(table.year.desc(), table.number.desc())
        .limit(1)
    )
    return None if profile is None else Profile.model_validate_json(profile)


def yearly(connection: Connection, organization_id: str) -> list[Submission]:
    """The newest submission of each year, the earliest year first."""
    table = models.submission.c
    newest = (
        select(table.year, func.max(table.number).label("number"))
        .where(table.organization_id == organization_id)
        .group_by(table.year)
        .subquery()
    )
    records = connection.scalars(
        select(table.record)
        .join(newest, and_(table.year == newest.c.year, table.number == newest.c.number))
        .where(table.organization_id == organization_id)
        .order_by(table.year)
    )
    return [Submission.read(record) for record in records]


def find_earlier(connection: Connection, organization_id: str, year: int) -> Submission | None:
    """The newest submission of the last year before this one that has any."""
    table = models.submission.c
    record = connection.scalar(
        select(table.record)
        .where(table.organization_id == organization_id, table.year < year)
        .order_by(table.year.desc(), table.number.desc())
        .limit(1)
    )
    return None if record is None else Submission.read(record)


def discard(connection: Connection, draft: Draft) -> None:
    """Delete a draft that draft_to_write() holds, and its year where nothing was submitted in it."""
    this = _this(draft.organization_id, draft.year, draft.number)
    connection.execute(delete(models.revision).where(_same(models.revision)), this)
    table = models.assessment.c
    left = select(models.revision.c.number).where(
        models.revision.c.organization_id == draft.organization_id, models.revision.c.year == draft.year
    )
    if connection.scalar(left.limit(1)) is None:
        connection.execute(
            delete(models.assessment).where(table.organization_id == draft.organization_id, table.year == draft.year)
        )


def _this(organization_id: str, year: int, number: int) -> dict[str, Any]:
    return {"this_organization_id": organization_id, "this_year": year, "this_number": number}


def _key(organization_id: str, year: int, number: int) -> dict[str, Any]:
    return {"organization_id": organization_id, "year": year, "number": number}


def _insert_draft(connection: Connection, draft: Draft, *, on: date) -> None:
    connection.execute(
        insert(models.revision).values(
            organization_id=draft.organization_id,
            year=draft.year,
            number=draft.number,
            instrument_digest=draft.instrument_digest,
            profile=draft.profile.model_dump_json(),
            is_draft=True,
            started_on=on,
        )
    )


def _answer(row: Sequence[Any]) -> Answer:
    choice, reason, note, come_back = row
    return Answer(Choice(choice) if choice else None, reason, note, come_back)


def _write_answers(connection: Connection, draft: Draft, answers: Answers) -> None:
    """Put answers in the place of those that stand; the draft must be held, so that nobody writes in between."""
    if not answers:
        return
    this = _this(draft.organization_id, draft.year, draft.number)
    connection.execute(_DELETE_ANSWERS, {**this, "item_ids": list(answers)})
    key = _key(draft.organization_id, draft.year, draft.number)
    connection.execute(
        _INSERT_ANSWERS,
        [
            {
                **key,
                "item_id": item_id,
                "choice": answer.choice,
                "reason": answer.reason,
                "note": answer.note,
                "come_back": answer.come_back,
            }
            for item_id, answer in answers.items()
        ],
    )
