"""Checks: whether a database, or a copy of one, is whole. Every fault is told with what it is about."""

import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any

from pydantic import ValidationError
from sqlalchemy import Connection, Row, Table, and_, exists, not_, or_, select

from questionnaire.core.access import PrincipalKind, Scope
from questionnaire.core.contributions import Contribution
from questionnaire.core.instrument import FaultyInstrumentError, Instrument, parse
from questionnaire.core.releases import Release
from questionnaire.core.report import Report
from questionnaire.core.submission import Submission, digest
from questionnaire.core.voices import RoundResult
from questionnaire.store import database, models
from questionnaire.store.assessments import score_rows

Record = Row[Any]

_SUBMISSION = models.submission
_OWN = ("organization_id", "year", "number")
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


@dataclass
class _Looking:
    """The database, and the instruments that were found whole in it."""

    connection: Connection
    known: dict[str, Instrument] = field(default_factory=dict)


def faults(connection: Connection, progress: Callable[[str], None] = lambda _table: None) -> Iterator[str]:
    """All that is not as it should be; `progress` is told the name of each table before it is looked at."""
    found = database.schema_of(connection)
    if found != database.newest_schema():
        yield f"schema: it is {found or 'of no version'}, and this version has {database.newest_schema()}"
        return
    if connection.dialect.name == "sqlite":
        yield from _as_sqlite_sees_it(connection)
    looking = _Looking(connection)
    for table, look in _LOOKS:
        progress(table.name)
        with connection.execute(select(table), execution_options={"yield_per": 200}) as found_rows:
            for row in found_rows:
                for fault in look(looking, row):
                    yield f"{table.name} {_name_of(table, row)}: {fault}"
    progress(models.revision.name)
    yield from _revisions(connection)
    progress(models.grant.name)
    yield from _orphans(connection)


def _as_sqlite_sees_it(connection: Connection) -> Iterator[str]:
    for (told,) in connection.exec_driver_sql("PRAGMA integrity_check"):
        if told != "ok":
            yield f"file: {told}"
    for table, row, parent, _key in connection.exec_driver_sql("PRAGMA foreign_key_check"):
        yield f"{table} row {row}: belongs to nothing in {parent}"


def _name_of(table: Table, row: Record) -> str:
    return " ".join(str(row._mapping[column.name]) for column in table.primary_key.columns)  # noqa: SLF001  # public


def _instrument(looking: _Looking, row: Record) -> Iterator[str]:
    try:
        found = looking.known[row.digest] = parse(json.loads(row.content))
    except (ValueError, FaultyInstrumentError):
        yield "cannot be read"
    else:
        if found.digest != row.digest:
            yield "its content has another digest"


def _submission(looking: _Looking, row: Record) -> Iterator[str]:
    if digest(row.record) != row.digest:
        yield "its record has another digest"
    try:
        found = Submission.read(row.record)
    except ValidationError:
        yield "its record cannot be read"
    else:
        if (found.year, found.revision) != (row.year, row.number):
            yield "its record is of another year or revision"
        yield from _scores(looking, row, found)


def _scores(looking: _Looking, row: Record, submission: Submission) -> Iterator[str]:
    """The narrow table of scores says what the submission says."""
    table, instrument = models.domain_score, looking.known.get(submission.instrument_digest)
    if instrument is None:
        yield "its questions are not there"
        return
    key = {"organization_id": row.organization_id, "year": row.year, "number": row.number}
    found = looking.connection.execute(select(table).where(*(table.c[name] == value for name, value in key.items())))
    wanted = score_rows(key, submission, instrument)
    if sorted(map(str, wanted)) != sorted(str(dict(one)) for one in found.mappings()):
        yield "its scores stand otherwise in the table of scores"


def _result(_looking: _Looking, row: Record) -> Iterator[str]:
    if row.record is None:
        return
    if digest(row.record) != row.digest:
        yield "its result has another digest"
    yield from _unreadable(RoundResult.model_validate_json, row.record)


def _release(_looking: _Looking, row: Record) -> Iterator[str]:
    if digest(row.record) != row.digest:
        yield "its record has another digest"
    yield from _unreadable(Release.model_validate_json, row.record)


def _report(_looking: _Looking, row: Record) -> Iterator[str]:
    try:
        found = Report.recall(row.record)
    except ValidationError:
        yield "its record cannot be read"
    else:
        if found.fingerprint != row.fingerprint:
            yield "its record has another fingerprint"


def _contribution(_looking: _Looking, row: Record) -> Iterator[str]:
    try:
        found = Contribution.model_validate_json(row.record)
    except ValidationError:
        yield "its record cannot be read"
    else:
        if found.digest != row.digest:
            yield "its record has another digest"


_LOOKS = (
    (models.instrument, _instrument),
    (models.submission, _submission),
    (models.peer_round, _result),
    (models.release, _release),
    (models.report, _report),
    (models.contribution, _contribution),
)


def _unreadable(read: Callable[[str], object], record: str) -> Iterator[str]:
    try:
        read(record)
    except ValidationError:
        yield "its record cannot be read"


def _revisions(connection: Connection) -> Iterator[str]:
    """A revision is a draft, or has a submission; never both, never neither."""
    has_one = exists().where(*(_SUBMISSION.c[name] == models.revision.c[name] for name in _OWN))
    query = select(models.revision).where(
        or_(and_(models.revision.c.is_draft, has_one), and_(not_(models.revision.c.is_draft), not_(has_one)))
    )
    for row in connection.execute(query):
        what = "is a draft, and submitted" if row.is_draft else "is no draft, and has no submission"
        yield f"revision {_name_of(models.revision, row)}: {what}"


def _orphans(connection: Connection) -> Iterator[str]:
    """Every right is somebody's who is there, over something that is there."""
    table = models.grant
    for kind, principal in _PRINCIPALS.items():
        of_nobody = and_(table.c.principal_kind == kind, ~exists().where(principal == table.c.principal_id))
        for row in connection.execute(select(table).where(of_nobody)):
            yield f"{table.name} {row.principal_id}: its {kind} is not there"
    for scope, thing in _SCOPES.items():
        over_nothing = and_(models.grant.c.scope == scope, ~exists().where(thing == models.grant.c.scope_id))
        for row in connection.execute(select(models.grant).where(over_nothing)):
            yield f"{models.grant.name} {row.principal_id}: its {scope} {row.scope_id} is not there"
