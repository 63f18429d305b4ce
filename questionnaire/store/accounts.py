"""Accounts: an e-mail address and a password. What an account may do stands in its grants."""

from dataclasses import dataclass
from datetime import date
from uuid import uuid4

from sqlalchemy import Connection, func, insert, select, update
from sqlalchemy.exc import IntegrityError

from questionnaire.core.access import PrincipalKind
from questionnaire.store import models, sessions

TABLE = models.account.c
_COLUMNS = (TABLE.account_id, TABLE.email, TABLE.password_hash, TABLE.made_on, TABLE.disabled_on)


class EmailTakenError(Exception):
    """There is an account with this address already."""


@dataclass(frozen=True)
class Account:
    """Somebody who may sign in, unless disabled."""

    account_id: str
    email: str
    password_hash: str
    made_on: date
    disabled_on: date | None


def same(email: str) -> str:
    """An address as it is kept and looked for: without blanks around it, in lower case."""
    return email.strip().lower()


def find(connection: Connection, email: str) -> Account | None:
    """The account of an address, disabled or not."""
    row = connection.execute(select(*_COLUMNS).where(TABLE.email == same(email))).first()
    return Account(*row) if row else None


def get(connection: Connection, account_id: str) -> Account | None:
    """The account of an id."""
    row = connection.execute(select(*_COLUMNS).where(TABLE.account_id == account_id)).first()
    return Account(*row) if row else None


def is_still(connection: Connection, account: Account) -> bool:
    """Whether an account is as it was read; it stays so until the transaction ends.

    Looking at a password takes long enough for another to be chosen meanwhile, which ends all sessions: none may
    be opened by the old one after that.
    """
    row = connection.execute(
        select(*_COLUMNS).where(TABLE.account_id == account.account_id).with_for_update()
    ).first()
    return row is not None and Account(*row) == account


def listed(connection: Connection) -> list[Account]:
    """Every account, by address."""
    return [Account(*row) for row in connection.execute(select(*_COLUMNS).order_by(TABLE.email))]


def are_there_any(connection: Connection) -> bool:
    """Whether anybody has an account here."""
    return bool(connection.scalar(select(func.count()).select_from(models.account)))


def create(connection: Connection, email: str, password_hash: str, *, on: date) -> str:
    """A new account's id; raises EmailTakenError where the address has one."""
    account_id = str(uuid4())
    try:
        with connection.begin_nested():
            connection.execute(
                insert(models.account).values(
                    account_id=account_id, email=same(email), password_hash=password_hash, made_on=on
                )
            )
    except IntegrityError as error:
        raise EmailTakenError from error
    return account_id


def set_password(connection: Connection, account_id: str, password_hash: str, *, keeping: str | None = None) -> None:
    """Another password; every session of the account ends, but for the one that is kept."""
    connection.execute(
        update(models.account).where(TABLE.account_id == account_id).values(password_hash=password_hash)
    )
    sessions.close_all(connection, PrincipalKind.ACCOUNT, account_id, but=keeping)


def disable(connection: Connection, account_id: str, *, on: date) -> None:
    """Let an account sign in no more, and end its sessions."""
    connection.execute(update(models.account).where(TABLE.account_id == account_id).values(disabled_on=on))
    sessions.close_all(connection, PrincipalKind.ACCOUNT, account_id)


def enable(connection: Connection, account_id: str) -> None:
    """Let a disabled account sign in again."""
    connection.execute(update(models.account).where(TABLE.account_id == account_id).values(disabled_on=None))
