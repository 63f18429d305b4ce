"""Organizations: how one begins, gets an owner, and ends: by its owner, or unclaimed after long idleness."""

from datetime import date, timedelta
from uuid import uuid4

from sqlalchemy import Connection, and_, bindparam, insert, or_, select, update
from sqlalchemy import delete as sql_delete

from questionnaire.core.access import PrincipalKind, Role, Scope
from questionnaire.store import access, models

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
    """Begin an organization without an owner, and give its id. A case shows what a study found: it is none."""
    organization_id = str(uuid4())
    connection.execute(
        insert(models.organization).values(
            organization_id=organization_id, name=name, is_case=is_case, started_on=on, last_used_on=on
        )
    )
    return organization_id


def hold(connection: Connection, organization_id: str) -> None:
    """Let nobody else note, submit, join, leave or give anything for an organization until the transaction ends."""
    table = models.organization.c
    connection.execute(
        select(table.organization_id).where(table.organization_id == organization_id).with_for_update(key_share=True)
    )


def name_of(connection: Connection, organization_id: str) -> str | None:
    """What an organization is called; None where there is none."""
    table = models.organization.c
    return connection.scalar(select(table.name).where(table.organization_id == organization_id))


def rename(connection: Connection, organization_id: str, name: str) -> None:
    """Give an organization another name."""
    table = models.organization
    connection.execute(update(table).where(table.c.organization_id == organization_id).values(name=name))


def note_use(connection: Connection, organization_id: str, *, on: date) -> None:
    """Put off the day on which an unclaimed organization ends."""
    connection.execute(_NOTE_USE, {"which": organization_id, "today": on})


def end_idle(connection: Connection, *, on: date) -> int:
    """Delete the unclaimed organizations that nobody used for 400 days, and say how many there were.

    They are held from the look on; one that somebody uses, or claims, in this moment is idle no more.
    """
    table = models.organization
    idle = connection.scalars(
        select(table.c.organization_id)
        .where(table.c.claimed.is_(False), table.c.last_used_on < on - timedelta(days=IDLE_DAYS))
        .with_for_update(skip_locked=True)
    ).all()
    for organization_id in idle:
        delete(connection, organization_id)
    return len(idle)


def claim(connection: Connection, organization_id: str, account_id: str) -> bool:
    """Make an account the owner of an organization that has none; False where somebody else was first."""
    table = models.organization
    claimed = connection.execute(
        update(table)
        .where(table.c.organization_id == organization_id, table.c.claimed.is_(False))
        .values(claimed=True)
    )
    if claimed.rowcount != 1:
        return False
    access.join(connection, organization_id, account_id, Role.OWNER)
    return True


def delete(connection: Connection, organization_id: str) -> None:
    """Delete an organization with all that it has: answers, plan, reports, rounds, links, grants and record.

    Its rounds are held first, as by whoever closes one and then notes it: none of the two blocks the other.
    """
    granted = models.grant.c
    reports = select(models.report.c.report_id).where(models.report.c.organization_id == organization_id)
    rounds = select(models.peer_round.c.round_id).where(models.peer_round.c.organization_id == organization_id)
    connection.execute(rounds.order_by(models.peer_round.c.round_id).with_for_update()).all()
    mine = or_(
        and_(granted.scope.in_([Scope.ORGANIZATION, Scope.INVITATION]), granted.scope_id == organization_id),
        and_(granted.scope == Scope.REPORT, granted.scope_id.in_(reports)),
        and_(granted.scope == Scope.ROUND, granted.scope_id.in_(rounds)),
    )
    links = select(granted.principal_id).where(granted.principal_kind == PrincipalKind.CAPABILITY, mine)
    holds = models.session_principal.c
    connection.execute(
        sql_delete(models.session_principal).where(
            holds.principal_kind == PrincipalKind.CAPABILITY, holds.principal_id.in_(links)
        )
    )
    connection.execute(sql_delete(models.capability).where(models.capability.c.capability_id.in_(links)))
    connection.execute(sql_delete(models.grant).where(mine))
    connection.execute(
        sql_delete(models.organization).where(models.organization.c.organization_id == organization_id)
    )
