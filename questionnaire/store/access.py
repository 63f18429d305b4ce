"""Who may: grants over organizations, the links that carry one, invitations, and colleagues."""

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
    or_,
    select,
    update,
)

from questionnaire.core.access import Grant, PrincipalKind, Role, Scope
from questionnaire.store import models
from questionnaire.store.database import new_token, token_hash

INVITATION_DAYS = 14
ACCOUNT_LINK_DAYS = 1  # beyond the day on which it is made

_CAPABILITY, _GRANT, _ORGANIZATION = models.capability.c, models.grant.c, models.organization.c
_ON = bindparam("on", type_=Date)


def _is_capability(principal_id: ColumnElement[str]) -> ColumnElement[bool]:
    return and_(_GRANT.principal_kind == PrincipalKind.CAPABILITY, _GRANT.principal_id == principal_id)


_IN_FORCE = and_(
    _CAPABILITY.revoked_on.is_(None), or_(_CAPABILITY.expires_on.is_(None), _CAPABILITY.expires_on >= _ON)
)
_FIND_LINK = (
    select(_CAPABILITY.capability_id, _GRANT.scope, _GRANT.scope_id, _GRANT.role, _CAPABILITY.made_for)
    .join(models.grant, _is_capability(_CAPABILITY.capability_id))
    .where(_CAPABILITY.token_hash == bindparam("token_hash"), _IN_FORCE)
)
_HELD = (
    select(
        _ORGANIZATION.organization_id,
        _ORGANIZATION.name,
        _ORGANIZATION.is_case,
        _ORGANIZATION.claimed,
        _ORGANIZATION.last_used_on,
        _GRANT.role,
        models.account.c.email,
        models.session.c.last_used_on.label("seen_on"),
    )
    .join_from(models.session, models.session_principal)
    .join(
        models.grant,
        and_(
            _GRANT.principal_kind == models.session_principal.c.principal_kind,
            _GRANT.principal_id == models.session_principal.c.principal_id,
        ),
    )
    .join(models.organization, _ORGANIZATION.organization_id == _GRANT.scope_id)
    .outerjoin(models.capability, _is_capability(_CAPABILITY.capability_id))
    .outerjoin(
        models.account,
        and_(_GRANT.principal_kind == PrincipalKind.ACCOUNT, models.account.c.account_id == _GRANT.principal_id),
    )
    .where(
        models.session.c.token_hash == bindparam("token_hash"),
        models.session.c.expires_on >= _ON,
        _GRANT.scope == Scope.ORGANIZATION,
        or_(
            and_(models.account.c.account_id.is_not(None), models.account.c.disabled_on.is_(None)),
            and_(_CAPABILITY.capability_id.is_not(None), _IN_FORCE),
        ),
    )
    .order_by(_ORGANIZATION.name, _ORGANIZATION.organization_id)
)
_HELD_OF_ONE = _HELD.where(_ORGANIZATION.organization_id == bindparam("organization_id"))


@dataclass(frozen=True)
class Access:
    """What a browser may do with one organization, with what every page of it shows.

    `email` is the account that may; nothing where a link carries the right. `seen_on` is the last day that was noted
    of this browser.
    """

    organization_id: str
    name: str
    is_case: bool
    claimed: bool
    last_used_on: date
    role: Role
    email: str
    seen_on: date | None


@dataclass(frozen=True)
class Link:
    """A link that was found in force: what it is about, and whom it was made for."""

    capability_id: str
    scope: Scope
    scope_id: str
    role: Role
    made_for: str


@dataclass(frozen=True)
class Colleague:
    """Somebody whose account may do something with an organization."""

    account_id: str
    email: str
    role: Role
    is_disabled: bool


@dataclass(frozen=True)
class Invitation:
    """A way to become a colleague that nobody has used yet."""

    capability_id: str
    made_for: str
    role: Role
    expires_on: date


def give(connection: Connection, grant: Grant) -> None:
    """Let a principal do something."""
    connection.execute(
        insert(models.grant).values(
            principal_kind=grant.principal_kind,
            principal_id=grant.principal_id,
            scope=grant.scope,
            scope_id=grant.scope_id,
            role=grant.role,
        )
    )


def make_link(connection: Connection, organization_id: str, role: Role, *, on: date) -> tuple[str, Link]:
    """A new private link, which carries a role over an organization; its token is given out here, once."""
    return make(connection, Scope.ORGANIZATION, organization_id, role, made_for="", on=on, days=None)


def share(
    connection: Connection, read_id: str, *, made_for: str, days: int, on: date, scope: Scope = Scope.REPORT
) -> str:
    """A link by which anybody who has it reads one report, or release; its token is given out here, once."""
    return make(connection, scope, read_id, Role.READER, made_for=made_for, on=on, days=days)[0]


def invite(connection: Connection, organization_id: str, role: Role, *, made_for: str, on: date) -> str:
    """A link by which one account, once, joins an organization; its token is given out here, once."""
    made = make(connection, Scope.INVITATION, organization_id, role, made_for=made_for, on=on, days=INVITATION_DAYS)
    return made[0]


def make_account_link(connection: Connection, email: str, *, on: date) -> str:
    """A link that sets, once, the password of an address, and makes its account where there is none.

    Without an address it makes an account for whoever opens it.
    """
    return make(connection, Scope.ACCOUNT, "", Role.OWNER, made_for=email, on=on, days=ACCOUNT_LINK_DAYS)[0]


def end_account_links(connection: Connection, email: str) -> list[str]:
    """End every link that sets the password of an address, and say which they were: one alone ends each of them.

    Once one was used, the others are dangerous. They are held in one order, so that no two who use them block each
    other.
    """
    of_address = (
        select(_CAPABILITY.capability_id)
        .join(models.grant, _is_capability(_CAPABILITY.capability_id))
        .where(_GRANT.scope == Scope.ACCOUNT, _CAPABILITY.made_for == email)
        .order_by(_CAPABILITY.capability_id)
        .with_for_update()
    )
    return [found for found in connection.scalars(of_address).all() if end_link(connection, found)]


def make(
    connection: Connection, scope: Scope, scope_id: str, role: Role, *, made_for: str, on: date, days: int | None
) -> tuple[str, Link]:
    """A new link that carries a role over something, for so many days; its token is given out here, once."""
    token, capability_id = new_token(), str(uuid4())
    connection.execute(
        insert(models.capability).values(
            capability_id=capability_id,
            token_hash=token_hash(token),
            made_for=made_for,
            made_on=on,
            expires_on=None if days is None else on + timedelta(days=days),
        )
    )
    give(connection, Grant(PrincipalKind.CAPABILITY, capability_id, scope, scope_id, role))
    return token, Link(capability_id, scope, scope_id, role, made_for)


def find_link(connection: Connection, token: str, *, on: date) -> Link | None:
    """The link of a token; None where it is wrong, altered, used, expired or revoked: one query for all of them."""
    return find_hashed(connection, token_hash(token), on=on)


def find_hashed(connection: Connection, hashed: str, *, on: date) -> Link | None:
    """The same, by what a browser keeps of a token that it opened."""
    row = connection.execute(_FIND_LINK, {"token_hash": hashed, "on": on}).first()
    return Link(row[0], Scope(row[1]), row[2], Role(row[3]), row[4]) if row else None


def use_up(connection: Connection, link: Link) -> bool:
    """Use a link that works once; whether it was still there. Of several at once, one alone uses it."""
    return end_link(connection, link.capability_id)


def end_link(connection: Connection, capability_id: str) -> bool:
    """Delete a link, and with it what the browsers that opened it may do; whether it was still there."""
    holds = models.session_principal.c
    connection.execute(
        delete(models.session_principal).where(
            holds.principal_kind == PrincipalKind.CAPABILITY, holds.principal_id == capability_id
        )
    )
    ended = connection.execute(delete(models.capability).where(_CAPABILITY.capability_id == capability_id))
    connection.execute(
        delete(models.grant).where(
            _GRANT.principal_kind == PrincipalKind.CAPABILITY, _GRANT.principal_id == capability_id
        )
    )
    return ended.rowcount == 1


def link_made_on(connection: Connection, organization_id: str, *, on: date) -> date | None:
    """When the newest private link in force of an organization was made."""
    query = select(_CAPABILITY.made_on).where(
        _CAPABILITY.capability_id.in_(links_of(organization_id, Scope.ORGANIZATION)), _IN_FORCE
    )
    return connection.scalar(query.order_by(_CAPABILITY.made_on.desc()).limit(1), {"on": on})


def revoke_links(connection: Connection, organization_id: str, *, on: date) -> None:
    """End every private link of an organization, and with it what the browsers that opened one may do."""
    connection.execute(
        update(models.capability)
        .where(_CAPABILITY.capability_id.in_(links_of(organization_id, Scope.ORGANIZATION)))
        .where(_CAPABILITY.revoked_on.is_(None))
        .values(revoked_on=on)
    )


def held(connection: Connection, token: str, organization_id: str, *, on: date) -> Access | None:
    """What the browser with this session's token may do with an organization; None if nothing."""
    found = _best(connection.execute(_HELD_OF_ONE, {**_session(token, on), "organization_id": organization_id}))
    return found[0] if found else None


def all_held(connection: Connection, token: str, *, on: date) -> list[Access]:
    """Every organization that the browser with this session's token may open, by name."""
    return _best(connection.execute(_HELD, _session(token, on)))


def colleagues(connection: Connection, organization_id: str) -> list[Colleague]:
    """Everybody whose account may do something with an organization, by address."""
    rows = connection.execute(
        select(models.account.c.account_id, models.account.c.email, _GRANT.role, models.account.c.disabled_on)
        .join(models.grant, _is_grant_of(organization_id, models.account.c.account_id))
        .order_by(models.account.c.email)
    )
    return [Colleague(row[0], row[1], Role(row[2]), row[3] is not None) for row in rows]


def invitations(
    connection: Connection, scope_id: str, *, on: date, scope: Scope = Scope.INVITATION
) -> list[Invitation]:
    """The invitations to an organization, or a network, that can still be used, the newest last."""
    rows = connection.execute(
        select(_CAPABILITY.capability_id, _CAPABILITY.made_for, _GRANT.role, _CAPABILITY.expires_on)
        .join(models.grant, _is_capability(_CAPABILITY.capability_id))
        .where(_GRANT.scope == scope, _GRANT.scope_id == scope_id, _IN_FORCE)
        .order_by(_CAPABILITY.made_on, _CAPABILITY.made_for, _CAPABILITY.capability_id),
        {"on": on},
    )
    return [Invitation(row[0], row[1], Role(row[2]), row[3]) for row in rows]


def end_invitation(
    connection: Connection, scope_id: str, capability_id: str, *, scope: Scope = Scope.INVITATION
) -> str | None:
    """End an invitation to this organization, or network; whom it was for, or None where there is none."""
    mine = links_of(scope_id, scope)
    made_for = connection.scalar(
        select(_CAPABILITY.made_for).where(
            _CAPABILITY.capability_id == capability_id, _CAPABILITY.capability_id.in_(mine)
        )
    )
    return made_for if made_for is not None and end_link(connection, capability_id) else None


def join(connection: Connection, organization_id: str, account_id: str, role: Role) -> None:
    """Make an account a colleague; who is one already keeps the stronger role.

    The organization is held meanwhile: one account may use two invitations at once.
    """
    held = select(_ORGANIZATION.organization_id).where(_ORGANIZATION.organization_id == organization_id)
    connection.execute(held.with_for_update(key_share=True))
    has = role_of(connection, organization_id, account_id)
    if has is None:
        give(connection, Grant(PrincipalKind.ACCOUNT, account_id, Scope.ORGANIZATION, organization_id, role))
    elif not has.includes(role):
        set_role(connection, organization_id, account_id, role)


def role_of(connection: Connection, organization_id: str, account_id: str) -> Role | None:
    """What an account may do with an organization; None if nothing."""
    role = connection.scalar(select(_GRANT.role).where(_is_grant_of(organization_id, account_id)).with_for_update())
    return Role(role) if role is not None else None


def set_role(connection: Connection, organization_id: str, account_id: str, role: Role) -> None:
    """Let a colleague do more, or less; who has become the owner meanwhile stays it."""
    theirs = _is_grant_of(organization_id, account_id), _GRANT.role != Role.OWNER
    connection.execute(update(models.grant).where(*theirs).values(role=role))


def remove(connection: Connection, organization_id: str, account_id: str) -> bool:
    """Take a colleague's role away; whether they had one. What it opened is closed at once: every page looks for it.

    Who has become the owner meanwhile stays it, or nobody would be.
    """
    theirs = _is_grant_of(organization_id, account_id), _GRANT.role != Role.OWNER
    return connection.execute(delete(models.grant).where(*theirs)).rowcount == 1


def swap_roles(connection: Connection, organization_id: str, *, owner: str, to: str) -> bool:
    """Make a colleague the owner, and the owner an editor; False where they are not these any more."""
    if role_of(connection, organization_id, owner) is not Role.OWNER or owner == to:
        return False
    if role_of(connection, organization_id, to) is None:
        return False
    for account_id, role in ((owner, Role.EDITOR), (to, Role.OWNER)):
        connection.execute(update(models.grant).where(_is_grant_of(organization_id, account_id)).values(role=role))
    return True


def forget_expired(connection: Connection, *, on: date) -> None:
    """Delete the links that grant nothing any more: used, expired, or without what they were about."""
    late = select(_CAPABILITY.capability_id).where(_CAPABILITY.expires_on < on)
    connection.execute(
        delete(models.grant).where(_GRANT.principal_kind == PrincipalKind.CAPABILITY, _GRANT.principal_id.in_(late))
    )
    granted = select(_GRANT.principal_id).where(_GRANT.principal_kind == PrincipalKind.CAPABILITY)
    connection.execute(delete(models.capability).where(_CAPABILITY.capability_id.not_in(granted)))


def _session(token: str, on: date) -> dict[str, str | date]:
    return {"token_hash": token_hash(token), "on": on}


def _best(rows: Iterable[Sequence[Any]]) -> list[Access]:
    """One access an organization: the strongest, and of two alike the account's."""
    best: dict[str, Access] = {}
    for organization_id, name, is_case, claimed, last_used_on, role, email, seen_on in rows:
        access = Access(organization_id, name, is_case, claimed, last_used_on, Role(role), email or "", seen_on)
        known = best.get(organization_id)
        if known is None or (access.role.includes(known.role) and (access.role is not known.role or access.email)):
            best[organization_id] = access
    return list(best.values())


def _is_grant_of(organization_id: str, account_id: str | ColumnElement[str]) -> ColumnElement[bool]:
    return and_(
        _GRANT.principal_kind == PrincipalKind.ACCOUNT,
        _GRANT.principal_id == account_id,
        _GRANT.scope == Scope.ORGANIZATION,
        _GRANT.scope_id == organization_id,
    )


def links_of(scope_id: str, scope: Scope) -> Select[str]:
    """The links about something."""
    return select(_GRANT.principal_id).where(
        _GRANT.principal_kind == PrincipalKind.CAPABILITY, _GRANT.scope == scope, _GRANT.scope_id == scope_id
    )
