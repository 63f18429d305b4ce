"""Sessions: what a browser that signed in, or opened a link, holds."""

from dataclasses import dataclass
from datetime import date, timedelta

from sqlalchemy import ColumnElement, Connection, Date, Select, bindparam, delete, insert, literal, select, update

from questionnaire.core.access import PrincipalKind
from questionnaire.store import models
from questionnaire.store.database import new_token, token_hash

SESSION_DAYS = 90

_SESSION, _PRINCIPAL = models.session.c, models.session_principal.c
_SIGNED_IN = (
    select(models.account.c.account_id, models.account.c.email, _SESSION.last_used_on)
    .join_from(models.session, models.session_principal)
    .join(models.account, models.account.c.account_id == _PRINCIPAL.principal_id)
    .where(
        _SESSION.token_hash == bindparam("token_hash"),
        _SESSION.expires_on >= bindparam("on", type_=Date),
        _PRINCIPAL.principal_kind == PrincipalKind.ACCOUNT,
        models.account.c.disabled_on.is_(None),
    )
)


@dataclass(frozen=True)
class SignedIn:
    """Whose session it is, and the last day on which that was noted."""

    account_id: str
    email: str
    last_used_on: date | None


@dataclass(frozen=True)
class Device:
    """One session of an account, as its owner sees it; `handle` names it, and opens nothing."""

    handle: str
    device: str
    made_on: date | None
    last_used_on: date | None
    is_this: bool


def open_session(
    connection: Connection,
    principals: list[tuple[PrincipalKind, str]],
    *,
    earlier: str | None,
    device: str = "",
    on: date,
) -> str:
    """A new session's token; what the earlier session of this browser held by links comes along.

    So does its account, unless another is signed in now. The earlier session ends with the day, not at once: the
    answer that brings the new one may be lost on its way. It ends with the new one, too.
    """
    fresh = new_token()
    connection.execute(
        insert(models.session).values(
            token_hash=token_hash(fresh),
            expires_on=on + timedelta(days=SESSION_DAYS),
            made_on=on,
            last_used_on=on,
            device=device,
        )
    )
    if earlier:
        _succeed(connection, earlier, fresh, principals, on=on)
    for kind, principal_id in principals:
        hold(connection, fresh, kind, principal_id)
    return fresh


def hold(connection: Connection, token: str, kind: PrincipalKind, principal_id: str) -> None:
    """Let the browser with this session's token hold one more principal."""
    values = {"token_hash": token_hash(token), "principal_kind": kind, "principal_id": principal_id}
    connection.execute(
        delete(models.session_principal).where(*(_PRINCIPAL[name] == value for name, value in values.items()))
    )
    connection.execute(insert(models.session_principal).values(**values))


def signed_in(connection: Connection, token: str, *, on: date) -> SignedIn | None:
    """Whose account the browser with this session's token is signed in with; None if with none."""
    row = connection.execute(_SIGNED_IN, {"token_hash": token_hash(token), "on": on}).first()
    return SignedIn(*row) if row else None


def held(connection: Connection, token: str, *, on: date) -> list[tuple[str, str]]:
    """The kind and id of all that the browser with this session's token holds."""
    rows = connection.execute(
        select(_PRINCIPAL.principal_kind, _PRINCIPAL.principal_id)
        .join_from(models.session, models.session_principal)
        .where(_SESSION.token_hash == token_hash(token), _SESSION.expires_on >= on)
        .order_by(_PRINCIPAL.principal_kind, _PRINCIPAL.principal_id)
    )
    return [(row[0], row[1]) for row in rows]


def note_use(connection: Connection, token: str, *, on: date) -> None:
    """Remember the day, for the list of an account's devices."""
    connection.execute(update(models.session).where(_SESSION.token_hash == token_hash(token)).values(last_used_on=on))


def devices(connection: Connection, account_id: str, *, here: str, on: date) -> list[Device]:
    """The sessions of an account that are open, the newest first."""
    rows = connection.execute(
        select(_SESSION.token_hash, _SESSION.device, _SESSION.made_on, _SESSION.last_used_on)
        .join_from(models.session, models.session_principal)
        .where(
            _PRINCIPAL.principal_kind == PrincipalKind.ACCOUNT,
            _PRINCIPAL.principal_id == account_id,
            _SESSION.expires_on >= on,
            _SESSION.successor.is_(None),
        )
        .order_by(_SESSION.last_used_on.desc(), _SESSION.token_hash)
    )
    return [Device(row[0], *row[1:], is_this=row[0] == token_hash(here)) for row in rows]


def close(connection: Connection, token: str) -> None:
    """Forget a browser: every session of its chain, whichever of them it holds."""
    connection.execute(delete(models.session).where(_SESSION.token_hash == _last(connection, token_hash(token))))


def close_device(connection: Connection, account_id: str, handle: str) -> bool:
    """End one session of an account, and what it was exchanged for since; whether there was one."""
    _hold_accounts(connection, models.account.c.account_id == account_id)
    theirs = _sessions_of(PrincipalKind.ACCOUNT, account_id)
    if connection.scalar(theirs.where(_PRINCIPAL.token_hash == handle)) is None:
        return False
    connection.execute(delete(models.session).where(_SESSION.token_hash == _last(connection, handle)))
    return True


def close_all(connection: Connection, kind: PrincipalKind, principal_id: str, *, but: str | None = None) -> None:
    """End every session that holds a principal, but for one's own; none that is being exchanged escapes."""
    table = models.session
    _hold_accounts(connection, models.account.c.account_id == principal_id)
    spared = token_hash(but) if but else ""
    connection.execute(
        delete(table).where(_SESSION.token_hash.in_(_sessions_of(kind, principal_id)), _SESSION.token_hash != spared)
    )


def forget_expired(connection: Connection, *, on: date) -> None:
    """Delete the sessions that have ended."""
    connection.execute(delete(models.session).where(_SESSION.expires_on < on))


def _sessions_of(kind: PrincipalKind, principal_id: str) -> Select[tuple[str]]:
    return select(_PRINCIPAL.token_hash).where(
        _PRINCIPAL.principal_kind == kind, _PRINCIPAL.principal_id == principal_id
    )


def _succeed(
    connection: Connection, old: str, new: str, principals: list[tuple[PrincipalKind, str]], *, on: date
) -> None:
    is_old = _SESSION.token_hash == token_hash(old)
    signs_in = any(kind is PrincipalKind.ACCOUNT for kind, _id in principals)
    if not signs_in:
        _hold_accounts(connection, models.account.c.account_id.in_(_accounts_of(old)))
    ended = connection.execute(update(models.session).where(is_old, _SESSION.expires_on >= on).values(expires_on=on))
    if not ended.rowcount:
        return
    if signs_in:
        connection.execute(
            delete(models.session_principal).where(
                _PRINCIPAL.token_hash == token_hash(old), _PRINCIPAL.principal_kind == PrincipalKind.ACCOUNT
            )
        )
    else:
        _end_as_signed_in(connection, old, new)
    held = select(literal(token_hash(new)), _PRINCIPAL.principal_kind, _PRINCIPAL.principal_id)
    connection.execute(
        insert(models.session_principal).from_select(
            ["token_hash", "principal_kind", "principal_id"], held.where(_PRINCIPAL.token_hash == token_hash(old))
        )
    )
    last = _SESSION.token_hash == _last(connection, token_hash(old))
    connection.execute(update(models.session).where(last).values(successor=token_hash(new)))


def _hold_accounts(connection: Connection, which: ColumnElement[bool]) -> None:
    """Whoever ends all sessions of an account, and whoever exchanges one, wait for each other.

    The one would not see the new session of the other, and leave it.
    """
    connection.execute(select(models.account.c.account_id).where(which).with_for_update(key_share=True))


def _accounts_of(token: str) -> Select[tuple[str]]:
    return select(_PRINCIPAL.principal_id).where(
        _PRINCIPAL.token_hash == token_hash(token), _PRINCIPAL.principal_kind == PrincipalKind.ACCOUNT
    )


def _end_as_signed_in(connection: Connection, old: str, new: str) -> None:
    """An account that comes along ends as many days after its password was given, whatever is opened meanwhile."""
    made_on = connection.scalar(
        select(_SESSION.made_on)
        .join_from(models.session, models.session_principal)
        .where(_SESSION.token_hash == token_hash(old), _PRINCIPAL.principal_kind == PrincipalKind.ACCOUNT)
    )
    if made_on:
        ends = {"made_on": made_on, "expires_on": made_on + timedelta(days=SESSION_DAYS)}
        connection.execute(update(models.session).where(_SESSION.token_hash == token_hash(new)).values(**ends))


def _last(connection: Connection, which: str) -> str:
    """The end of a session's chain. One that was exchanged twice, for an answer was lost, is still in one chain."""
    query = select(_SESSION.successor).where(_SESSION.token_hash == bindparam("which")).with_for_update()
    while following := connection.scalar(query, {"which": which}):
        which = following
    return which
