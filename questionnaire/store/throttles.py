"""Throttles: how many attempts count against an account, an address or a device, shared by all processes."""

import hmac
from collections.abc import Iterable
from dataclasses import dataclass

from sqlalchemy import Connection, delete, select, text, update

from questionnaire.store import models

_COUNT = text(
    "INSERT INTO throttle (bucket, attempts, ends_at) VALUES (:bucket, 1, :ends_at)"
    " ON CONFLICT (bucket) DO UPDATE SET"
    " attempts = CASE WHEN throttle.ends_at <= :now THEN 1 ELSE throttle.attempts + 1 END,"
    " ends_at = CASE WHEN throttle.ends_at <= :now THEN :ends_at ELSE throttle.ends_at END"
    " RETURNING attempts, ends_at"
)


@dataclass(frozen=True)
class Limit:
    """At most so many attempts in so many seconds, by whom they are counted against."""

    kind: str
    whose: str
    attempts: int
    seconds: int

    def bucket(self, key: str) -> str:
        """A keyed hash, so that no address is kept as it is."""
        return hmac.new(key.encode(), f"{self.kind}\0{self.whose}".encode(errors="replace"), "sha256").hexdigest()


def attempt(connection: Connection, limits: Iterable[Limit], *, key: str, now: int) -> int:
    """Count an attempt before it is made, and give the seconds to wait: 0 where it may be made.

    Counting first leaves no gap through which many attempts at once could slip. Where one limit refuses, none counts:
    what one person is refused must not use up what another has left. What is over is deleted last, so that
    no two block each other.
    """
    wait = 0
    with connection.begin_nested() as counting:
        for limit in sorted(limits, key=lambda limit: limit.bucket(key)):  # so that no two block each other
            counted = {"bucket": limit.bucket(key), "ends_at": now + limit.seconds, "now": now}
            row = connection.execute(_COUNT, counted).one()
            if row.attempts > limit.attempts:
                wait = max(wait, row.ends_at - now)
        if wait:
            counting.rollback()
    forget_old(connection, now=now)
    return wait


def waits(connection: Connection, limit: Limit, *, key: str, now: int) -> int:
    """The seconds until this may be tried again, without counting: 0 where it may be tried now."""
    table = models.throttle
    row = connection.execute(
        select(table).where(table.c.bucket == limit.bucket(key), table.c.ends_at > now)
    ).one_or_none()
    return int(row.ends_at - now) if row and row.attempts >= limit.attempts else 0


def forgive(connection: Connection, limits: Iterable[Limit], *, key: str) -> None:
    """Take back an attempt that was no failure; where it was the only one, nothing is left of it."""
    table = models.throttle
    for limit in sorted(limits, key=lambda limit: limit.bucket(key)):
        connection.execute(
            update(table)
            .where(table.c.bucket == limit.bucket(key), table.c.attempts > 0)
            .values(attempts=table.c.attempts - 1)
        )
        connection.execute(delete(table).where(table.c.bucket == limit.bucket(key), table.c.attempts <= 0))


def are_there_old(connection: Connection, *, now: int) -> bool:
    """Whether there are counts whose time is over."""
    return (
        connection.scalar(select(models.throttle.c.bucket).where(models.throttle.c.ends_at <= now).limit(1))
        is not None
    )


def forget_old(connection: Connection, *, now: int) -> None:
    """Delete the counts whose time is over; those that somebody has in hand are left to the next."""
    late = select(models.throttle.c.bucket).where(models.throttle.c.ends_at <= now).with_for_update(skip_locked=True)
    connection.execute(delete(models.throttle).where(models.throttle.c.bucket.in_(late)))
