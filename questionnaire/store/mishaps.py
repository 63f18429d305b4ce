"""Mishaps: bugs that peer workers met. Kept without a time until `flask tick` tells the log of them, once a day."""

from sqlalchemy import Connection, delete, insert, select

from questionnaire.store import models

MOST = 1000  # one bug that everybody meets fills no disk

_MISHAP = models.mishap.c


def keep(connection: Connection, reference: str, what: str) -> None:
    """Keep where it happened, by the reference that the page showed."""
    if len(connection.execute(select(_MISHAP.reference).limit(MOST)).all()) < MOST:
        connection.execute(insert(models.mishap).values(reference=reference, what=what))


def take(connection: Connection) -> list[tuple[str, str]]:
    """All of them, in no order of time; they are kept no longer."""
    taken = connection.execute(delete(models.mishap).returning(_MISHAP.reference, _MISHAP.what))
    return sorted((row.reference, row.what) for row in taken)
