"""Who may: links that carry a grant, and the sessions of browsers that opened one."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any
from uuid import uuid4

from sqlalchemy import (
    ColumnElement,
    Connection,
    Date,
    Select,
    and_,
    bindparam,
    delete,
    insert,
    literal,
    or_,
    select,
    update,
)

from questionnaire.core.access import PrincipalKind, Role, Scope
from questionnaire.store import models
from questionnaire.store.database import new_token, token_hash

SESSION_DAYS = 90


def _is_capability(principal_id: ColumnElement[str]) -> ColumnElement[bool]:
    return and_(
        models.grant.c.principal_kind == PrincipalKind.CAPABILITY, models.grant.c.principal_id == principal_id
    )


_ON = bindparam("on", type_=Date)
_IN_FORCE = and_(
    models.capability.c.revoked_on.is_(None),
    or_(models.capability.c.expires_on.is_(None), models.capability.c.expires_on >= _ON),
)
_FIND_LINK = (
    select(models.capability.c.capability_id, models.grant.c.scope_id)
    .join(models.grant, _is_capability(models.capability.c.capability_id))
    .where(
        models.capability.c.token_hash == bindparam("token_hash"),
        models.grant.c.scope == Scope.ORGANIZATION,
        _IN_FORCE,
    )
)
_HELD = (
    select(
        models.organization.c.organization_id,
        models.organization.c.name,
        models.organization.c.is_case,
        models.organization.c.last_used_on,
        models.grant.c.role,
    )
    .join_from(models.session, models.session_principal)
    .join(models.grant, _is_capability(models.session_principal.c.principal_id))
    .join(models.organization, models.organization.c.organization_id == models.grant.c.scope_id)
    .join(models.capability, models.capability.c.capability_id == models.session_principal.c.principal_id)
    .where(
        models.session.c.token_hash == bindparam("token_hash"),
        models.session.c.expires_on >= _ON,
        models.grant.c.scope == Scope.ORGANIZATION,
        _IN_FORCE,
    )
    .order_by(models.organization.c.name, models.organization.c.organization_id)
)
_HELD_OF_ONE = _HELD.where(models.organization.c.organization_id == bindparam("organization_id"))


@dataclass(frozen=True)
class Access:
    """What a browser may do with one organization, with what every page of it shows."""

    organization_id: str
    name: str
    is_case: bool
    last_used_on: date
    role: Role


@dataclass(frozen=True)
class Link:
    """A link that was found in force."""

    capability_id: str
    organization_id: str


def make_link(connection: Connection, organization_id: str, role: Role, *, on: date) -> tuple[str, Link]:
    """A new link that carries a role over an organization; its token is given out here, once."""
    token, capability_id = new_token(), str(uuid4())
    connection.execute(
        insert(models.capability).values(capability_id=capability_id, token_hash=token_hash(token), made_on=on)
    )
    connection.execute(
        insert(models.grant).values(
            principal_kind=PrincipalKind.CAPABILITY,
            principal_id=capability_id,
            scope=Scope.ORGANIZATION,
            scope_id=organization_id,
            role=role,
        )
    )
    return token, Link(capability_id, organization_id)


def find_link(connection: Connection, token: str, *, on: date) -> Link | None:
    """The link of a token; None where it is wrong, altered, expired or revoked: one query for all of them."""
    row = connection.execute(_FIND_LINK, {"token_hash": token_hash(token), "on": on}).first()
    return Link(*row) if row else None


def link_made_on(connection: Connection, organization_id: str, *, on: date) -> date | None:
    """When the newest link in force of an organization was made."""
    query = select(models.capability.c.made_on).where(
        models.capability.c.capability_id.in_(_links_of(organization_id)), _IN_FORCE
    )
    return connection.scalar(query.order_by(models.capability.c.made_on.desc()).limit(1), {"on": on})


def revoke_links(connection: Connection, organization_id: str, *, on: date) -> None:
    """End every link of an organization, and with it what the browsers that opened one may do."""
    connection.execute(
        update(models.capability)
        .where(models.capability.c.capability_id.in_(_links_of(organization_id)))
        .where(models.capability.c.revoked_on.is_(None))
        .values(revoked_on=on)
    )


def open_session(connection: Connection, capability_id: str, *, earlier: str | None, on: date) -> str:
    """A new session's token for who opened a link; what the earlier session of this browser held comes along."""
    fresh = new_token()
    connection.execute(
        insert(models.session).values(token_hash=token_hash(fresh), expires_on=on + timedelta(days=SESSION_DAYS))
    )
    if earlier:
        _copy_principals(connection, token_hash(earlier), token_hash(fresh), on=on)
    hold(connection, fresh, capability_id)
    return fresh


def hold(connection: Connection, token: str, capability_id: str) -> None:
    """Let the browser with this session's token hold what a link carries, too."""
    principal = models.session_principal
    values = {
        "token_hash": token_hash(token),
        "principal_kind": PrincipalKind.CAPABILITY,
        "principal_id": capability_id,
    }
    connection.execute(delete(principal).where(*(principal.c[name] == value for name, value in values.items())))
    connection.execute(insert(principal).values(**values))


def close_session(connection: Connection, token: str) -> None:
    """Forget a browser."""
    connection.execute(delete(models.session).where(models.session.c.token_hash == token_hash(token)))


def held(connection: Connection, token: str, organization_id: str, *, on: date) -> Access | None:
    """What the browser with this session's token may do with an organization; None if nothing."""
    found = _best(connection.execute(_HELD_OF_ONE, {**_session(token, on), "organization_id": organization_id}))
    return found[0] if found else None


def all_held(connection: Connection, token: str, *, on: date) -> list[Access]:
    """Every organization that the browser with this session's token may open, by name."""
    return _best(connection.execute(_HELD, _session(token, on)))


def _session(token: str, on: date) -> dict[str, str | date]:
    return {"token_hash": token_hash(token), "on": on}


def _best(rows: Iterable[Sequence[Any]]) -> list[Access]:
    """One access an organization: the strongest."""
    best: dict[str, Access] = {}
    for organization_id, name, is_case, last_used_on, role in rows:
        access = Access(organization_id, name, is_case, last_used_on, Role(role))
        if organization_id not in best or access.role.includes(best[organization_id].role):
            best[organization_id] = access
    return list(best.values())


def forget_expired(connection: Connection, *, on: date) -> None:
    """Delete the sessions that have ended, and the links that grant nothing any more."""
    connection.execute(delete(models.session).where(models.session.c.expires_on < on))
    granted = select(models.grant.c.principal_id).where(models.grant.c.principal_kind == PrincipalKind.CAPABILITY)
    connection.execute(delete(models.capability).where(models.capability.c.capability_id.not_in(granted)))


def _copy_principals(connection: Connection, old: str, new: str, *, on: date) -> None:
    """The old session ends with the day, not at once: the answer that brings the new one may be lost on the way."""
    principal = models.session_principal
    in_time = select(literal(new), principal.c.principal_kind, principal.c.principal_id).where(
        principal.c.token_hash == old,
        principal.c.token_hash == models.session.c.token_hash,
        models.session.c.expires_on >= on,
    )
    connection.execute(insert(principal).from_select(["token_hash", "principal_kind", "principal_id"], in_time))
    connection.execute(
        update(models.session)
        .where(models.session.c.token_hash == old, models.session.c.expires_on > on)
        .values(expires_on=on)
    )


def _links_of(organization_id: str) -> Select[tuple[str]]:
    return select(models.grant.c.principal_id).where(
        models.grant.c.principal_kind == PrincipalKind.CAPABILITY,
        models.grant.c.scope == Scope.ORGANIZATION,
        models.grant.c.scope_id == organization_id,
    )
