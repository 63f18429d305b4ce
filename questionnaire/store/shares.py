"""Share links: each opens one report to whoever has it, until it expires or is ended."""

from dataclasses import dataclass
from datetime import date

from sqlalchemy import Connection, Date, and_, bindparam, select, update

from questionnaire.core.access import PrincipalKind, Scope
from questionnaire.core.report import Report
from questionnaire.store import access, models
from questionnaire.store.database import token_hash

_CAPABILITY, _GRANT, _REPORT = models.capability.c, models.grant.c, models.report.c
_GRANTED = and_(
    _GRANT.principal_kind == PrincipalKind.CAPABILITY,
    _GRANT.principal_id == _CAPABILITY.capability_id,
    _GRANT.scope == Scope.REPORT,
)
_IN_FORCE = and_(_CAPABILITY.revoked_on.is_(None), _CAPABILITY.expires_on >= bindparam("on", type_=Date))
_HELD = (
    select(_CAPABILITY.capability_id, _CAPABILITY.expires_on, _CAPABILITY.last_opened_on)
    .join_from(models.session, models.session_principal)
    .join(
        models.capability,
        and_(
            models.session_principal.c.principal_kind == PrincipalKind.CAPABILITY,
            models.session_principal.c.principal_id == _CAPABILITY.capability_id,
        ),
    )
    .join(models.grant, _GRANTED)
    .where(
        models.session.c.token_hash == bindparam("token_hash"),
        models.session.c.expires_on >= bindparam("on", type_=Date),
        _GRANT.scope_id == bindparam("report_id"),
        _IN_FORCE,
    )
    .order_by(_CAPABILITY.expires_on.desc())
    .limit(1)
)


@dataclass(frozen=True)
class Share:
    """A link in force, as the owner sees it; when it was last opened, and nothing about who did."""

    capability_id: str
    label: str
    expires_on: date
    last_opened_on: date | None
    report_id: str
    report: Report


@dataclass(frozen=True)
class Reader:
    """What a browser that opened a share link holds."""

    capability_id: str
    expires_on: date
    last_opened_on: date | None


def listed(connection: Connection, organization_id: str, *, on: date) -> list[Share]:
    """The links in force to an organization's reports, the newest report first."""
    rows = connection.execute(
        select(
            _CAPABILITY.capability_id,
            _CAPABILITY.made_for,
            _CAPABILITY.expires_on,
            _CAPABILITY.last_opened_on,
            _REPORT.report_id,
            _REPORT.record,
        )
        .join_from(models.report, models.grant, _GRANT.scope_id == _REPORT.report_id)
        .join(models.capability, _GRANTED)
        .where(_REPORT.organization_id == organization_id, _IN_FORCE)
        .order_by(_CAPABILITY.made_on.desc(), _CAPABILITY.made_for, _CAPABILITY.capability_id),
        {"on": on},
    )
    return [Share(*row[:5], report=Report.recall(row[5])) for row in rows]


def end(connection: Connection, organization_id: str, capability_id: str) -> str | None:
    """End a link of this organization, and what browsers may do that opened it; its label, or None."""
    label = connection.scalar(
        select(_CAPABILITY.made_for)
        .join_from(models.capability, models.grant, _GRANTED)
        .join(models.report, _REPORT.report_id == _GRANT.scope_id)
        .where(_REPORT.organization_id == organization_id, _CAPABILITY.capability_id == capability_id)
    )
    return label if label is not None and access.end_link(connection, capability_id) else None


def reader(connection: Connection, token: str, report_id: str, *, on: date) -> Reader | None:
    """What the browser with this session's token may read of a report; None where no link in force says so."""
    row = connection.execute(_HELD, {"token_hash": token_hash(token), "report_id": report_id, "on": on}).first()
    return Reader(*row) if row else None


def note_opened(connection: Connection, capability_id: str, *, on: date) -> None:
    """Remember the day on which a link was last opened."""
    connection.execute(
        update(models.capability).where(_CAPABILITY.capability_id == capability_id).values(last_opened_on=on)
    )
