"""Checks: whether a database, or a copy of one, is whole. Every fault is told with what it is about."""

import json
from collections.abc import Callable, Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any

from pydantic import TypeAdapter
from sqlalchemy import Column, ColumnElement, Connection, Row, Table, and_, exists, func, not_, select
from sqlalchemy.exc import DBAPIError

from questionnaire.core.access import PrincipalKind, Role, Scope
from questionnaire.core.answers import BLANK, Profile
from questionnaire.core.contributions import Contribution
from questionnaire.core.instrument import FaultyInstrumentError, Instrument, parse
from questionnaire.core.releases import Named, Place, Release
from questionnaire.core.report import Report
from questionnaire.core.rounds import Terms
from questionnaire.core.submission import Submission, digest
from questionnaire.core.voices import RoundResult
from questionnaire.store import database, models
from questionnaire.store.assessments import score_rows

Progress = Callable[[str, int, int], None]
"""Told what is being done, and how much of how much of it is done."""

Record = Row[Any]

ROWS_AT_ONCE = 200

_OWN = ("organization_id", "year", "number")
_STRINGS = TypeAdapter(list[str])
_GRANT, _HOLDS, _BATCH = models.grant.c, models.session_principal.c, models.batch.c


@dataclass(frozen=True)
class _Kept:
    """How a record is read, and by which of its attributes its row tells the same in columns."""

    read: Callable[[str], Any]
    same: Mapping[str, str]
    by_text: bool = True
    """Whether the digest is of the text as it is kept."""


_RECORDS = {
    models.submission: _Kept(Submission.read, {"year": "year", "number": "revision"}),
    models.peer_round: _Kept(
        RoundResult.model_validate_json,
        {"year": "year", "number": "revision", "instrument_digest": "instrument_digest"},
    ),
    models.release: _Kept(Release.model_validate_json, {"year": "year"}),
    models.report: _Kept(Report.recall, {"fingerprint": "fingerprint", "made_on": "made_on"}, by_text=False),
    models.contribution: _Kept(
        Contribution.model_validate_json,
        {"digest": "digest", "year": "year", "contributor": "contributor"},
        by_text=False,
    ),
}
_READ_AS: dict[Table, dict[str, Callable[[str], object]]] = {
    models.revision: {"profile": Profile.model_validate_json},
    models.peer_round: {"terms": Terms.model_validate_json, "words": _STRINGS.validate_json},
    models.action: {"items": _STRINGS.validate_json},
    models.release: {"named": Named.model_validate_json},
    models.counted: {"place": Place.model_validate_json},
}
_PRINCIPALS = {
    PrincipalKind.ACCOUNT: models.account.c.account_id,
    PrincipalKind.CAPABILITY: models.capability.c.capability_id,
}
_SCOPES = {
    Scope.ORGANIZATION: models.organization.c.organization_id,
    Scope.INVITATION: models.organization.c.organization_id,
    Scope.REPORT: models.report.c.report_id,
    Scope.RELEASE: models.release.c.release_id,
    Scope.ROUND: models.peer_round.c.round_id,
    Scope.NETWORK: models.network.c.network_id,
    Scope.JOINING: models.network.c.network_id,
}


def _own(parent: Table, child: Table) -> ColumnElement[bool]:
    return and_(*(parent.c[name] == child.c[name] for name in _OWN))


def _held_by(role: Role, scope: Scope, thing: Column[Any]) -> ColumnElement[bool]:
    return and_(_GRANT.scope == scope, _GRANT.scope_id == thing, _GRANT.role == role)


_HAS_SUBMISSION = exists().where(_own(models.submission, models.revision))
_OF_BATCH = exists().where(
    _BATCH.batch_id == models.batch_part.c.batch_id,
    _BATCH.year == models.submission.c.year,
    models.submission.c.organization_id == models.batch_part.c.organization_id,
    models.submission.c.number == models.batch_part.c.number,
)
_CLAIMED = models.organization.c.claimed
_OWNED = exists().where(_held_by(Role.OWNER, Scope.ORGANIZATION, models.organization.c.organization_id))
_FACILITATED = exists().where(_held_by(Role.FACILITATOR, Scope.NETWORK, models.network.c.network_id))
_RELEASED = exists().where(
    models.release.c.network_id == models.counted.c.network_id, models.release.c.year == models.counted.c.year
)

_NEVER: tuple[tuple[Table, ColumnElement[bool], str], ...] = (
    (models.revision, and_(models.revision.c.is_draft, _HAS_SUBMISSION), "is a draft, and submitted"),
    (
        models.revision,
        and_(not_(models.revision.c.is_draft), not_(_HAS_SUBMISSION)),
        "is no draft, and has no submission",
    ),
    *(
        (
            models.grant,
            and_(_GRANT.principal_kind == kind, ~exists().where(one == _GRANT.principal_id)),
            f"its {kind} is not there",
        )
        for kind, one in _PRINCIPALS.items()
    ),
    *(
        (
            models.grant,
            and_(_GRANT.scope == scope, ~exists().where(thing == _GRANT.scope_id)),
            f"its {scope} is not there",
        )
        for scope, thing in _SCOPES.items()
    ),
    (
        models.session_principal,
        and_(
            _HOLDS.principal_kind == PrincipalKind.ACCOUNT,
            ~exists().where(models.account.c.account_id == _HOLDS.principal_id),
        ),
        "its account is not there",
    ),
    (models.organization, and_(_CLAIMED, ~_OWNED), "its owner is not there"),
    (models.network, ~_FACILITATED, "its facilitator is not there"),
    (models.peer_round, ~exists().where(_own(models.revision, models.peer_round)), "its revision is not there"),
    (models.counted, ~exists().where(_own(models.submission, models.counted)), "its submission is not there"),
    (models.counted, ~_RELEASED, "its release is not there"),
    (models.batch_part, ~_OF_BATCH, "its submission is not there"),
)
"""What no foreign key keeps from being: the rows of a table that are like this, and what is said of them."""


@dataclass
class _Looking:
    """The database, the instruments that were found whole in it, and how far it is looked through."""

    connection: Connection
    progress: Progress
    whole: int = 0
    done: int = 0
    known: dict[str, Instrument] = field(default_factory=dict)

    def moved(self) -> None:
        """One row more."""
        self.done += 1
        if self.done % ROWS_AT_ONCE == 0:
            self.progress("Checking", self.done, self.whole)


def quietly(_what: str, _done: int, _whole: int) -> None:
    """Nobody looks on."""


def faults(connection: Connection, progress: Progress = quietly) -> Iterator[str]:
    """All that is not as it should be. Every value of every table is read, and every record compared with its row."""
    found = database.schema_of(connection)
    if found != database.newest_schema():
        yield f"schema: it is {found or 'of no version'}, and this version has {database.newest_schema()}"
        return
    progress("Checking", 0, 1)
    if connection.dialect.name == "sqlite":
        yield from _as_sqlite_sees_it(connection)
    looking = _Looking(connection, progress)
    tables = models.metadata.sorted_tables  # instruments come before what is answered on them
    for table in tables:
        with suppress(DBAPIError):  # what cannot be counted is told below
            looking.whole += connection.scalar(select(func.count()).select_from(table)) or 0
    for table in tables:
        yield from _unless_unreadable(looking, table.name, _rows(looking, table))
    for table, never, what in _NEVER:
        yield from _unless_unreadable(looking, table.name, _such_rows(connection, table, never, what))
    progress("Checking", looking.whole or 1, looking.whole or 1)


def _unless_unreadable(looking: _Looking, name: str, look: Iterator[str]) -> Iterator[str]:
    """What a look finds; where a value breaks it off, that is one fault more. PostgreSQL holds no such values."""
    try:
        yield from look
    except Exception as error:
        if isinstance(error, DBAPIError) and looking.connection.dialect.name != "sqlite":
            raise
        yield f"{name}: not all of it can be read ({database.reason(error)})"


def _as_sqlite_sees_it(connection: Connection) -> Iterator[str]:
    for (told,) in connection.exec_driver_sql("PRAGMA integrity_check"):
        if told != "ok":
            yield f"file: {told}"
    for table, row, parent, _key in connection.exec_driver_sql("PRAGMA foreign_key_check"):
        yield f"{table} row {row}: belongs to nothing in {parent}"


def _rows(looking: _Looking, table: Table) -> Iterator[str]:
    query = looking.connection.execute(select(table), execution_options={"yield_per": ROWS_AT_ONCE})
    with query as rows:
        for row in rows:
            looking.moved()
            for fault in _row(looking, table, row):
                yield f"{table.name} {_name_of(table, row)}: {fault}"


def _row(looking: _Looking, table: Table, row: Record) -> Iterator[str]:
    """All that is wrong with one row, and nothing more where a value of it is not what its column is for."""
    strange = [column.name for column in table.c if not _fits(column, _value(row, column))]
    if strange:
        yield f"its {', '.join(strange)} cannot be read"
        return
    for name, read in _READ_AS.get(table, {}).items():
        if (value := getattr(row, name)) is not None and _read(read, value) is None:
            yield f"its {name} cannot be read"
    if table is models.instrument:
        yield from _instrument(looking, row)
    if table in _RECORDS:
        yield from _record(looking, _RECORDS[table], row)


def _fits(column: Column[Any], value: object) -> bool:
    return bool(column.nullable) if value is None else isinstance(value, column.type.python_type)


def _read(read: Callable[[str], Any], text: str) -> Any:
    try:
        return read(text)
    except (ValueError, FaultyInstrumentError):  # Pydantic's own is a ValueError
        return None


def _name_of(table: Table, row: Record) -> str:
    return " ".join(str(_value(row, column)) for column in table.primary_key.columns)


def _value(row: Record, column: Column[Any]) -> Any:
    """By its name, for a column may be called as a method of a row is."""
    return row._mapping[column.name]  # noqa: SLF001  # public: SQLAlchemy only keeps it out of the way of names


def _instrument(looking: _Looking, row: Record) -> Iterator[str]:
    found = _read(lambda text: parse(json.loads(text)), row.content)
    if found is None:
        yield "cannot be read"
        return
    looking.known[row.digest] = found
    for name in ("digest", "id", "version"):
        if getattr(found, name) != getattr(row, name):
            yield f"its content has another {name}"


def _record(looking: _Looking, kept: _Kept, row: Record) -> Iterator[str]:
    if row.record is None:  # of a round that has no result yet
        if row.digest is not None:
            yield "its record is gone"
        return
    if kept.by_text and digest(row.record) != row.digest:
        yield "its record has another digest"
    found = _read(kept.read, row.record)
    if found is None:
        yield "its record cannot be read"
        return
    for column, attribute in kept.same.items():
        if getattr(found, attribute) != getattr(row, column):
            yield f"its record has another {column}"
    if isinstance(found, Submission):
        yield from _beside(looking, row, found)


def _beside(looking: _Looking, row: Record, submission: Submission) -> Iterator[str]:
    """The narrow table of scores, and that of answers, say what the submission says."""
    key = {name: getattr(row, name) for name in _OWN}
    instrument = looking.known.get(submission.instrument_digest)
    if instrument is None:
        yield "its questions are not there"
    else:
        wanted = score_rows(key, submission, instrument)
        if sorted(map(str, wanted)) != sorted(map(str, _found(looking, models.domain_score, key))):
            yield "its scores stand otherwise in the table of scores"
    chosen = {one["item_id"]: one["choice"] for one in _found(looking, models.answer, key)}
    given = {item_id: answer.choice for item_id, answer in submission.answers.items() if answer != BLANK}
    if any(item_id not in chosen or chosen[item_id] != choice for item_id, choice in given.items()):
        yield "its answers stand otherwise in the table of answers"


def _found(looking: _Looking, table: Table, key: Mapping[str, Any]) -> list[dict[str, Any]]:
    query = select(table).where(*(table.c[name] == value for name, value in key.items()))
    return [dict(one) for one in looking.connection.execute(query).mappings()]


def _such_rows(connection: Connection, table: Table, never: ColumnElement[bool], what: str) -> Iterator[str]:
    for row in connection.execute(select(*table.primary_key.columns).where(never)):
        yield f"{table.name} {_name_of(table, row)}: {what}"
