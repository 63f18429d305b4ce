"""Charts that were drawn: kept under a digest of what they show, so that the same one is drawn once."""

from contextlib import suppress
from datetime import date, timedelta

from sqlalchemy import Connection, delete, insert, select
from sqlalchemy.exc import IntegrityError

from questionnaire.store import models

DAYS_KEPT = 90


def find(connection: Connection, organization_id: str, digest: str) -> bytes | None:
    """The picture of an organization that was kept under a digest."""
    table = models.chart.c
    return connection.scalar(
        select(table.content).where(table.organization_id == organization_id, table.digest == digest)
    )


def keep(connection: Connection, organization_id: str, digest: str, content: bytes, *, on: date) -> None:
    """Keep a picture; another process may have kept the same one, or have deleted the organization, meanwhile."""
    with suppress(IntegrityError), connection.begin_nested():
        connection.execute(
            insert(models.chart).values(organization_id=organization_id, digest=digest, content=content, drawn_on=on)
        )


def forget_old(connection: Connection, *, on: date) -> None:
    """Delete the pictures that were drawn long ago; who needs one again draws it again."""
    connection.execute(delete(models.chart).where(models.chart.c.drawn_on < on - timedelta(days=DAYS_KEPT)))
