"""Reports: each kept once as it was fixed, with the digest of every file of it that was handed out."""

from contextlib import suppress
from dataclasses import dataclass
from datetime import date
from uuid import uuid4

from sqlalchemy import Connection, insert, select
from sqlalchemy.exc import IntegrityError

from questionnaire.core.report import Report
from questionnaire.store import models

_REPORT = models.report.c


@dataclass(frozen=True)
class Kept:
    """A report that was made, and whose it is."""

    organization_id: str
    report_id: str
    report: Report


@dataclass(frozen=True)
class Issued:
    """One file of a report that was handed out: the day, and which kind of file."""

    report: Report
    kind: str
    issued_on: date


def keep(connection: Connection, organization_id: str, report: Report) -> tuple[str, bool]:
    """Keep a report; its id, which is that of the same report where it was made before, and whether it is new."""
    find = select(_REPORT.report_id).where(
        _REPORT.organization_id == organization_id, _REPORT.fingerprint == report.fingerprint
    )
    known = connection.scalar(find)
    if known is not None:
        return known, False
    with suppress(IntegrityError), connection.begin_nested():  # somebody else may have made it meanwhile
        connection.execute(
            insert(models.report).values(
                organization_id=organization_id,
                report_id=str(uuid4()),
                fingerprint=report.fingerprint,
                made_on=report.made_on,
                record=report.record(),
            )
        )
    return str(connection.scalar(find)), True


def find(connection: Connection, report_id: str) -> Kept | None:
    """The report of this id."""
    row = connection.execute(
        select(_REPORT.organization_id, _REPORT.record).where(_REPORT.report_id == report_id)
    ).first()
    return None if row is None else Kept(row[0], report_id, Report.recall(row[1]))


def with_fingerprint(connection: Connection, fingerprint: str) -> Report | None:
    """The report that has this fingerprint, whoever made it: equal reports are equal."""
    record = connection.scalar(select(_REPORT.record).where(_REPORT.fingerprint == fingerprint).limit(1))
    return None if record is None else Report.recall(record)


def note_issued(connection: Connection, kept: Kept, sha256: str, kind: str, *, on: date) -> None:
    """Remember that a file was handed out; the same one is remembered once."""
    with suppress(IntegrityError), connection.begin_nested():
        connection.execute(
            insert(models.issued).values(
                organization_id=kept.organization_id,
                sha256=sha256,
                report_id=kept.report_id,
                kind=kind,
                issued_on=on,
            )
        )


def is_issued(connection: Connection, kept: Kept, sha256: str) -> bool:
    """Whether this file was handed out before."""
    table = models.issued.c
    query = select(table.kind).where(table.organization_id == kept.organization_id, table.sha256 == sha256)
    return connection.scalar(query) is not None


def with_sha256(connection: Connection, sha256: str) -> Issued | None:
    """What a file is, by its SHA-256; None where no such file was ever handed out."""
    table = models.issued.c
    row = connection.execute(
        select(_REPORT.record, table.kind, table.issued_on)
        .join_from(
            models.issued,
            models.report,
            (table.organization_id == _REPORT.organization_id) & (table.report_id == _REPORT.report_id),
        )
        .where(table.sha256 == sha256)
        .order_by(table.issued_on)
        .limit(1)
    ).first()
    return None if row is None else Issued(Report.recall(row[0]), row[1], row[2])
