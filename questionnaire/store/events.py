"""The record of what was done with an organization, in the order in which it was done."""

from datetime import date

from sqlalchemy import Connection, func, insert, select

from questionnaire.core.events import Entry, Event
from questionnaire.store import models

MOST_SHOWN = 500


def note(connection: Connection, organization_id: str, entry: Entry) -> None:
    """Add a line. The organization is held meanwhile, so that two lines at once get two numbers.

    It is held against other lines only, not against what merely refers to it: those two would block each other.
    """
    table = models.event.c
    connection.execute(
        select(models.organization.c.organization_id)
        .where(models.organization.c.organization_id == organization_id)
        .with_for_update(key_share=True)
    )
    last = connection.scalar(select(func.max(table.number)).where(table.organization_id == organization_id))
    connection.execute(
        insert(models.event).values(
            organization_id=organization_id,
            number=(last or 0) + 1,
            happened_on=entry.happened_on,
            what=entry.event,
            who=entry.who,
            year=entry.year,
            revision=entry.revision,
            about=entry.about,
        )
    )


def newest(connection: Connection, organization_id: str, *, most: int | None = MOST_SHOWN) -> list[Entry]:
    """The latest lines of an organization, the newest first; all of them with most=None."""
    table = models.event.c
    rows = connection.execute(
        select(table.happened_on, table.what, table.who, table.year, table.revision, table.about)
        .where(table.organization_id == organization_id)
        .order_by(table.number.desc())
        .limit(most)
    )
    return [_entry(*row) for row in rows]


def _entry(happened_on: date, what: str, who: str, year: int | None, revision: int | None, about: str) -> Entry:
    return Entry(happened_on, Event(what), who, year, revision, about)
