"""The plan of an organization: its actions, and what keeps two writers from spoiling one another's."""

import json
from collections.abc import Mapping
from typing import Any

from sqlalchemy import ColumnElement, Connection, Row, and_, insert, select, update
from sqlalchemy import delete as sql_delete

from questionnaire.core.plan import MOST_ACTIONS, MOST_FIRST, Action, advice_in_plan
from questionnaire.store import models

_TABLE = models.action.c


class TooManyFirstError(Exception):
    """Three open actions come first already."""

    def __init__(self, first: tuple[Action, ...]) -> None:
        super().__init__()
        self.first = first


class TooManyActionsError(Exception):
    """The plan is full."""


class ActionChangedError(Exception):
    """Somebody else changed the action since this one's writer looked."""

    def __init__(self, current: Action) -> None:
        super().__init__()
        self.current = current


class NoActionError(Exception):
    """There is no such action any more: somebody deleted it meanwhile."""


def listed(connection: Connection, organization_id: str) -> tuple[Action, ...]:
    """Every action, the earliest year first."""
    rows = connection.execute(
        select(models.action)
        .where(_TABLE.organization_id == organization_id)
        .order_by(_TABLE.year, _TABLE.what, _TABLE.action_id)
    )
    return tuple(_action(row) for row in rows)


def find(connection: Connection, organization_id: str, action_id: str) -> Action | None:
    """One action as it stands."""
    row = connection.execute(select(models.action).where(_same(organization_id, action_id))).first()
    return None if row is None else _action(row)


def find_from_advice(connection: Connection, organization_id: str, year: int, advice_id: str) -> Action | None:
    """The action that this advice became already, in this year or still open from an earlier one.

    The organization is held from here on: who finds none and adds one is alone in that.
    """
    standing = _held(connection, organization_id)
    return standing.get(advice_in_plan(standing.values(), year).get(advice_id, ""))


def add(connection: Connection, organization_id: str, action: Action) -> bool:
    """Put an action in the plan; False where the very same stands there already, for a button was pressed twice.

    Raises TooManyActionsError, TooManyFirstError, and ActionChangedError where another one has its id.
    """
    standing = _held(connection, organization_id)
    action = _settled(action)
    current = standing.get(action.id)
    if current == action:
        return False
    if current is not None:
        raise ActionChangedError(current)
    if len(standing) >= MOST_ACTIONS:
        raise TooManyActionsError
    _check_first(standing, action)
    connection.execute(
        insert(models.action).values(organization_id=organization_id, action_id=action.id, **_values(action))
    )
    return True


def change(connection: Connection, organization_id: str, action: Action, *, seen: str) -> bool:
    """Write an action anew; False where it stands like that already.

    `seen` is the fingerprint of what its writer saw. Raises NoActionError, TooManyFirstError, and ActionChangedError
    where something else stands there by now.
    """
    standing = _held(connection, organization_id)
    action = _settled(action)
    current = standing.get(action.id)
    if current is None:
        raise NoActionError
    if current == action:
        return False
    if seen != current.fingerprint:
        raise ActionChangedError(current)
    _check_first(standing, action)
    connection.execute(update(models.action).where(_same(organization_id, action.id)).values(**_values(action)))
    return True


def delete(connection: Connection, organization_id: str, action_id: str, *, seen: str) -> None:
    """Delete an action as its reader saw it; raises NoActionError, or ActionChangedError as change() does."""
    current = _held(connection, organization_id).get(action_id)
    if current is None:
        raise NoActionError
    if seen != current.fingerprint:
        raise ActionChangedError(current)
    connection.execute(sql_delete(models.action).where(_same(organization_id, action_id)))


def _held(connection: Connection, organization_id: str) -> Mapping[str, Action]:
    """The actions by id, and the organization held: the next writer waits until this one is done."""
    connection.execute(
        select(models.organization.c.organization_id)
        .where(models.organization.c.organization_id == organization_id)
        .with_for_update(key_share=True)
    )
    return {action.id: action for action in listed(connection, organization_id)}


def _settled(action: Action) -> Action:
    """What is done or dropped does not come first any more."""
    return action if action.is_open else action.model_copy(update={"is_first": False})


def _check_first(standing: Mapping[str, Action], action: Action) -> None:
    first = tuple(other for other in standing.values() if other.is_first and other.is_open and other.id != action.id)
    if action.is_first and len(first) >= MOST_FIRST:
        raise TooManyFirstError(first)


def _same(organization_id: str, action_id: str) -> ColumnElement[bool]:
    return and_(_TABLE.organization_id == organization_id, _TABLE.action_id == action_id)


def _values(action: Action) -> dict[str, Any]:
    return {**action.model_dump(exclude={"id"}), "items": json.dumps(action.items)}


def _action(row: Row[Any]) -> Action:
    columns = row._asdict()
    del columns["organization_id"]
    return Action(id=columns.pop("action_id"), items=tuple(json.loads(columns.pop("items"))), **columns)
