"""Share links: each opens one report, or release, to whoever has it, until it expires or is ended."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from typing import Any, Generic, TypeVar

from sqlalchemy import Column, Connection, Date, Table, and_, bindparam, select, update

from questionnaire.core.access import PrincipalKind, Scope
from questionnaire.core.releases import Release
from questionnaire.core.report import Report
from questionnaire.store import access, models
from questionnaire.store.database import token_hash

T = TypeVar("T")

_CAPABILITY, _GRANT = models.capability.c, models.grant.c
_GRANTED = and_(
    _GRANT.principal_kind == PrincipalKind.CAPABILITY,
    _GRANT.principal_id == _CAPABILITY.capability_id,
    _GRANT.scope == bindparam("scope"),
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
        _GRANT.scope_id == bindparam("read_id"),
        _IN_FORCE,
    )
    .order_by(_CAPABILITY.expires_on.desc())
    .limit(1)
)


@dataclass(frozen=True)
class _Read:
    """What links of a scope open: its table, its id there, and the id of whom it belongs to."""

    table: Table
    id: Column[Any]
    owner_id: Column[Any]


_READ = {
    Scope.REPORT: _Read(models.report, models.report.c.report_id, models.report.c.organization_id),
    Scope.RELEASE: _Read(models.release, models.release.c.release_id, models.release.c.network_id),
}


@dataclass(frozen=True)
class Share(Generic[T]):
    """A link in force, as whoever made it sees it; when it was last opened, and nothing about who did."""

    capability_id: str
    label: str
    expires_on: date
    last_opened_on: date | None
    read_id: str
    read: T


@dataclass(frozen=True)
class Reader:
    """What a browser that opened a share link holds."""

    capability_id: str
    expires_on: date
    last_opened_on: date | None


def listed(connection: Connection, organization_id: str, *, on: date) -> list[Share[Report]]:
    """The links in force to an organization's reports, the newest first."""
    return _listed(connection, Scope.REPORT, organization_id, Report.recall, on)


def of_network(connection: Connection, network_id: str, *, on: date) -> list[Share[Release]]:
    """The links in force to a network's releases, the newest first."""
    return _listed(connection, Scope.RELEASE, network_id, Release.model_validate_json, on)


def _listed(
    connection: Connection, scope: Scope, owner_id: str, recall: Callable[[str], T], on: date
) -> list[Share[T]]:
    read = _READ[scope]
    rows = connection.execute(
        select(
            _CAPABILITY.capability_id,
            _CAPABILITY.made_for,
            _CAPABILITY.expires_on,
            _CAPABILITY.last_opened_on,
            read.id,
            read.table.c.record,
        )
        .join_from(read.table, models.grant, _GRANT.scope_id == read.id)
        .join(models.capability, _GRANTED)
        .where(read.owner_id == owner_id, _IN_FORCE)
        .order_by(_CAPABILITY.made_on.desc(), _CAPABILITY.made_for, _CAPABILITY.capability_id),
        {"on": on, "scope": scope},
    )
    return [Share(row[0], row[1], row[2], row[3], row[4], recall(row[5])) for row in rows]


def end(connection: Connection, owner_id: str, capability_id: str, *, scope: Scope = Scope.REPORT) -> str | None:
    """End a link of this organization, or network, and what browsers may do that opened it; its label, or None."""
    read = _READ[scope]
    label = connection.scalar(
        select(_CAPABILITY.made_for)
        .join_from(models.capability, models.grant, _GRANTED)
        .join(read.table, read.id == _GRANT.scope_id)
        .where(read.owner_id == owner_id, _CAPABILITY.capability_id == capability_id),
        {"scope": scope},
    )
    return label if label is not None and access.end_link(connection, capability_id) else None


def reader(
    connection: Connection, token: str, read_id: str, *, on: date, scope: Scope = Scope.REPORT
) -> Reader | None:
    """What the browser with this session's token may read of a report, or release; None where no link says so."""
    asked = {"token_hash": token_hash(token), "read_id": read_id, "on": on, "scope": scope}
    row = connection.execute(_HELD, asked).first()
    return Reader(*row) if row else None


def note_opened(connection: Connection, capability_id: str, *, on: date) -> None:
    """Remember the day on which a link was last opened."""
    connection.execute(
        update(models.capability).where(_CAPABILITY.capability_id == capability_id).values(last_opened_on=on)
    )
