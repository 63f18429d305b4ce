"""Organizations: how one begins, and how unclaimed ones end after long idleness."""

from datetime import date, timedelta
from uuid import uuid4

from sqlalchemy import Connection, bindparam, delete, insert, select, update

from questionnaire.core.access import Scope
from questionnaire.store import models

IDLE_DAYS = 400

_NOTE_USE = (
    update(models.organization)
    .where(
        models.organization.c.organization_id == bindparam("which"),
        models.organization.c.last_used_on < bindparam("today"),
    )
    .values(last_used_on=bindparam("today"))
)


def start(connection: Connection, name: str, *, on: date, is_case: bool = False) -> str:
    """Begin an organization and give its id. A case shows what a study found: it is no organization."""
    organization_id = str(uuid4())
    connection.execute(
        insert(models.organization).values(
            organization_id=organization_id, name=name, is_case=is_case, started_on=on, last_used_on=on
        )
    )
    return organization_id


def rename(connection: Connection, organization_id: str, name: str) -> None:
    """Give an organization another name."""
    table = models.organization
    connection.execute(update(table).where(table.c.organization_id == organization_id).values(name=name))


def note_use(connection: Connection, organization_id: str, *, on: date) -> None:
    """Put off the day on which an unclaimed organization ends."""
    connection.execute(_NOTE_USE, {"which": organization_id, "today": on})


def end_idle(connection: Connection, *, on: date) -> int:
    """Delete the unclaimed organizations that nobody used for 400 days, and say how many there were."""
    table = models.organization
    idle = connection.scalars(
        select(table.c.organization_id).where(
            table.c.claimed.is_(False), table.c.last_used_on < on - timedelta(days=IDLE_DAYS)
        )
    ).all()
    scope = models.grant.c
    connection.execute(delete(models.grant).where(scope.scope == Scope.ORGANIZATION, scope.scope_id.in_(idle)))
    connection.execute(delete(table).where(table.c.organization_id.in_(idle)))
    return len(idle)
