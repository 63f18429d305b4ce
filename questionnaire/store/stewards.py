"""Stewards: the link by which one runs a round, and what a browser holds that came by it."""

from datetime import date

from sqlalchemy import Connection, Date, and_, bindparam, or_, select

from questionnaire.core.access import PrincipalKind, Role, Scope
from questionnaire.store import models
from questionnaire.store.access import end_link, links_of, make
from questionnaire.store.database import token_hash

_CAPABILITY, _GRANT, _HOLDS = models.capability.c, models.grant.c, models.session_principal.c
_ON = bindparam("on", type_=Date)
_HELD = (
    select(_CAPABILITY.capability_id)
    .join_from(models.session, models.session_principal)
    .join(
        models.capability,
        and_(_HOLDS.principal_kind == PrincipalKind.CAPABILITY, _HOLDS.principal_id == _CAPABILITY.capability_id),
    )
    .join(
        models.grant,
        and_(_GRANT.principal_kind == PrincipalKind.CAPABILITY, _GRANT.principal_id == _CAPABILITY.capability_id),
    )
    .where(
        models.session.c.token_hash == bindparam("token_hash"),
        models.session.c.expires_on >= _ON,
        _GRANT.scope == Scope.ROUND,
        _GRANT.scope_id == bindparam("round_id"),
        _CAPABILITY.revoked_on.is_(None),
        or_(_CAPABILITY.expires_on.is_(None), _CAPABILITY.expires_on >= _ON),
    )
    .limit(1)
)


def appoint(connection: Connection, round_id: str, *, on: date) -> str:
    """A link by which somebody runs a round as its steward; its token is given out here, once."""
    return make(connection, Scope.ROUND, round_id, Role.STEWARD, made_for="", on=on, days=None)[0]


def holds(connection: Connection, token: str, round_id: str, *, on: date) -> bool:
    """Whether the browser with this session's token came by a steward's link in force to this round."""
    said = {"token_hash": token_hash(token), "round_id": round_id, "on": on}
    return connection.scalar(_HELD, said) is not None


def end_links(connection: Connection, round_id: str) -> None:
    """End every link to a round, and with it what the browsers that opened one may do."""
    for capability_id in list(connection.scalars(links_of(round_id, Scope.ROUND))):
        end_link(connection, capability_id)
