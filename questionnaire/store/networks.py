"""Networks: who made one, which organizations are members, and what each of them chose to share."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import uuid4

from sqlalchemy import ColumnElement, Connection, Row, and_, delete, exists, func, insert, select, update

from questionnaire.core.access import Grant, PrincipalKind, Role, Scope
from questionnaire.core.releases import About
from questionnaire.store import access, models, organizations

_NETWORK, _MEMBER, _ORGANIZATION = models.network.c, models.membership.c, models.organization.c
_GRANT, _SUBMISSION = models.grant.c, models.submission.c


class AlreadyMemberError(Exception):
    """This organization is a member of this network."""


@dataclass(frozen=True)
class Network:
    """A peer advisory group: organizations that look at their figures together."""

    network_id: str
    about: About
    made_on: date


@dataclass(frozen=True)
class Member:
    """One member, as all members see it: its name, and whether it has submitted in a year; no answer and no score."""

    organization_id: str
    name: str
    joined_on: date
    by_name: bool
    lends_scorecard: bool
    has_submitted: bool


@dataclass(frozen=True)
class Membership:
    """What one organization shares with a network."""

    network: Network
    joined_on: date
    by_name: bool
    """Whether its figures stand beside its name, for the group alone."""
    lends_scorecard: bool
    """Whether its scorecard is in the file of all scorecards that the facilitator can make."""


def create(connection: Connection, about: About, account_id: str, *, on: date) -> str:
    """A new network, whose facilitator an account is; its id."""
    network_id = str(uuid4())
    connection.execute(insert(models.network).values(network_id=network_id, made_on=on, **about.model_dump()))
    access.give(connection, Grant(PrincipalKind.ACCOUNT, account_id, Scope.NETWORK, network_id, Role.FACILITATOR))
    return network_id


def describe(connection: Connection, network_id: str, about: About) -> None:
    """Say anew what a network is; releases that were frozen keep what it said then."""
    connection.execute(update(models.network).where(_NETWORK.network_id == network_id).values(**about.model_dump()))


def find(connection: Connection, network_id: str) -> Network | None:
    """The network of this id."""
    row = connection.execute(select(models.network).where(_NETWORK.network_id == network_id)).first()
    return None if row is None else _network(row)


def facilitated(connection: Connection, account_id: str) -> list[Network]:
    """The networks whose facilitator an account is, by name."""
    rows = connection.execute(
        select(models.network)
        .join(models.grant, _facilitates(account_id))
        .order_by(_NETWORK.name, _NETWORK.network_id)
    )
    return [_network(row) for row in rows]


def is_facilitator(connection: Connection, network_id: str, account_id: str) -> bool:
    """Whether an account is the facilitator of a network."""
    query = select(_NETWORK.network_id).join(models.grant, _facilitates(account_id))
    return connection.scalar(query.where(_NETWORK.network_id == network_id)) is not None


def invite(connection: Connection, network_id: str, *, made_for: str, on: date) -> str:
    """A link by which one organization, once, joins a network; its token is given out here, once."""
    days = access.INVITATION_DAYS
    return access.make(connection, Scope.JOINING, network_id, Role.READER, made_for=made_for, on=on, days=days)[0]


def among(connection: Connection, network_id: str, organization_ids: Sequence[str]) -> set[str]:
    """Which of these organizations are members."""
    query = select(_MEMBER.organization_id).where(
        _MEMBER.network_id == network_id, _MEMBER.organization_id.in_(organization_ids)
    )
    return set(connection.scalars(query))


def join(
    connection: Connection, network_id: str, organization_id: str, *, by_name: bool, lends_scorecard: bool, on: date
) -> None:
    """Make an organization a member. It is held: it may have two invitations. Raises AlreadyMemberError."""
    organizations.hold(connection, organization_id)
    if membership(connection, network_id, organization_id) is not None:
        raise AlreadyMemberError
    connection.execute(
        insert(models.membership).values(
            organization_id=organization_id,
            network_id=network_id,
            by_name=by_name,
            lends_scorecard=lends_scorecard,
            joined_on=on,
        )
    )


def choose(
    connection: Connection, network_id: str, organization_id: str, *, by_name: bool, lends_scorecard: bool
) -> None:
    """Share more or less, from the next release on."""
    connection.execute(
        update(models.membership)
        .where(_MEMBER.network_id == network_id, _MEMBER.organization_id == organization_id)
        .values(by_name=by_name, lends_scorecard=lends_scorecard)
    )


def leave(connection: Connection, network_id: str, organization_id: str) -> bool:
    """Be no member any more; whether it was one. Releases that were frozen stay; one in the making comes first."""
    organizations.hold(connection, organization_id)
    left = connection.execute(
        delete(models.membership).where(_MEMBER.network_id == network_id, _MEMBER.organization_id == organization_id)
    )
    return left.rowcount == 1


def membership(connection: Connection, network_id: str, organization_id: str) -> Membership | None:
    """What an organization shares with a network; None where it is no member."""
    found = (one for one in memberships(connection, organization_id) if one.network.network_id == network_id)
    return next(found, None)


def memberships(connection: Connection, organization_id: str) -> list[Membership]:
    """The networks that an organization is a member of, by name."""
    rows = connection.execute(
        select(models.network, _MEMBER.joined_on, _MEMBER.by_name, _MEMBER.lends_scorecard)
        .join(models.membership, _MEMBER.network_id == _NETWORK.network_id)
        .where(_MEMBER.organization_id == organization_id)
        .order_by(_NETWORK.name, _NETWORK.network_id)
    )
    return [Membership(_network(row), row.joined_on, row.by_name, row.lends_scorecard) for row in rows]


def number_of_members(connection: Connection, network_id: str) -> int:
    """How many organizations of this site are members."""
    return connection.scalar(select(func.count()).where(_MEMBER.network_id == network_id)) or 0


def members(
    connection: Connection, network_id: str, year: int, *, most: int | None = None, start: int = 0
) -> list[Member]:
    """The members of a network by name, and whether each has submitted in a year; some of them, from a place on."""
    submitted = exists().where(_SUBMISSION.organization_id == _MEMBER.organization_id, _SUBMISSION.year == year)
    rows = connection.execute(
        select(
            _MEMBER.organization_id,
            _ORGANIZATION.name,
            _MEMBER.joined_on,
            _MEMBER.by_name,
            _MEMBER.lends_scorecard,
            submitted,
        )
        .join(models.organization, _ORGANIZATION.organization_id == _MEMBER.organization_id)
        .where(_MEMBER.network_id == network_id)
        .order_by(_ORGANIZATION.name, _MEMBER.organization_id)
        .limit(most)
        .offset(start)
    )
    return [Member(*row) for row in rows]


def _facilitates(account_id: str) -> ColumnElement[bool]:
    return and_(
        _GRANT.principal_kind == PrincipalKind.ACCOUNT,
        _GRANT.principal_id == account_id,
        _GRANT.scope == Scope.NETWORK,
        _GRANT.scope_id == _NETWORK.network_id,
    )


def _network(row: Row[Any]) -> Network:
    return Network(row.network_id, About(name=row.name, behind=row.behind, decisions=row.decisions), row.made_on)
