"""Batches: the scorecards of a network's members as files, made part by part. These rows tell how far it is.

A worker holds the part that it makes for a while, and renews that. Whoever dies lets it go; of two that make one all
the same, the first counts.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from uuid import uuid4

from sqlalchemy import ColumnElement, Connection, and_, delete, exists, func, insert, select, tuple_, update

from questionnaire.store import models

HELD_SECONDS = 30  # since it was last renewed; a part takes about one
MOST_TRIES = 12  # of workers that were killed, as whoever stops a site does to a part that nothing is wrong with
AN_ERROR = 4  # tries that one counts: three of them are enough to give a part up
KEPT_DAYS = 7

_BATCH, _PART = models.batch.c, models.batch_part.c
_MEMBER, _ORGANIZATION, _SUBMISSION = models.membership.c, models.organization.c, models.submission.c


class NothingToMakeError(Exception):
    """No member lends its scorecard of this year."""


@dataclass(frozen=True)
class Batch:
    """A batch, and how far it is."""

    batch_id: str
    network_id: str
    year: int
    language: str
    made_on: date
    parts: int
    done: int
    failed: int
    """Parts that could not be made, however often it was tried."""

    @property
    def is_over(self) -> bool:
        """Whether nothing is left to do."""
        return self.done + self.failed == self.parts


@dataclass(frozen=True)
class Part:
    """One organization's scorecard, to be made by who holds it."""

    batch_id: str
    organization_id: str
    network_id: str
    year: int
    number: int
    language: str


def start(connection: Connection, network_id: str, year: int, *, language: str, on: date) -> str:
    """The id of a batch of this year: one that is not over yet, or a new one. Raises NothingToMakeError."""
    table = models.network.c
    connection.execute(select(table.network_id).where(table.network_id == network_id).with_for_update())
    for known in listed(connection, network_id):
        if known.year == year and not known.is_over:
            return known.batch_id
    parts = connection.execute(
        select(_MEMBER.organization_id, func.max(_SUBMISSION.number))
        .join(models.submission, _SUBMISSION.organization_id == _MEMBER.organization_id)
        .where(_MEMBER.network_id == network_id, _MEMBER.lends_scorecard, _SUBMISSION.year == year)
        .group_by(_MEMBER.organization_id)
        .order_by(_MEMBER.organization_id)
    ).all()
    if not parts:
        raise NothingToMakeError
    batch_id = str(uuid4())
    made = {"batch_id": batch_id, "network_id": network_id, "year": year, "language": language, "made_on": on}
    connection.execute(insert(models.batch).values(made))
    connection.execute(
        insert(models.batch_part),
        [{"organization_id": row[0], "batch_id": batch_id, "number": row[1], "tries": 0} for row in parts],
    )
    return batch_id


def years(connection: Connection, network_id: str) -> dict[int, int]:
    """How many members lend their scorecard of each year that any submitted, the newest year first."""
    rows = connection.execute(
        select(_SUBMISSION.year, func.count(func.distinct(_SUBMISSION.organization_id)))
        .join(models.membership, _MEMBER.organization_id == _SUBMISSION.organization_id)
        .where(_MEMBER.network_id == network_id, _MEMBER.lends_scorecard)
        .group_by(_SUBMISSION.year)
        .order_by(_SUBMISSION.year.desc())
    )
    return {row[0]: row[1] for row in rows}


def listed(connection: Connection, network_id: str) -> list[Batch]:
    """The batches of a network, the newest first."""
    return _found(connection, _BATCH.network_id == network_id)


def find(connection: Connection, batch_id: str) -> Batch | None:
    """The batch of this id."""
    found = _found(connection, _BATCH.batch_id == batch_id)
    return found[0] if found else None


def waiting(connection: Connection) -> int:
    """How many parts are not made yet, of all batches."""
    return connection.scalar(select(func.count()).select_from(models.batch_part).where(_is_open())) or 0


def hold(connection: Connection, worker: str, *, now: int, batch_id: str | None = None) -> Part | None:
    """Take a part that is open and that nobody holds, for this worker; None where there is none.

    What others have in their hands just now is left to them: no two who look at once block each other.
    """
    died = select(_PART.batch_id, _PART.organization_id).where(_PART.held_until < now)
    left = tuple_(_PART.batch_id, _PART.organization_id).in_(died.with_for_update(skip_locked=True))
    connection.execute(update(models.batch_part).where(left).values(held_by=None, held_until=None))
    query = (
        select(_PART.organization_id, _PART.batch_id)
        .where(_is_open(), _PART.held_by.is_(None), *([_PART.batch_id == batch_id] if batch_id else []))
        .order_by(_PART.tries, _PART.batch_id, _PART.organization_id)
        .limit(1)
        .with_for_update(skip_locked=True)
    )
    row = connection.execute(query).first()
    if row is None:
        return None
    held = {"held_by": worker, "held_until": now + HELD_SECONDS, "tries": _PART.tries + 1}
    connection.execute(update(models.batch_part).where(_this(row[1], row[0])).values(held))
    found = connection.execute(
        select(_PART.batch_id, _PART.organization_id, _BATCH.network_id, _BATCH.year, _PART.number, _BATCH.language)
        .join(models.batch, _BATCH.batch_id == _PART.batch_id)
        .where(_this(row[1], row[0]))
    ).one()
    return Part(*found)


def hold_on(connection: Connection, part: Part, worker: str, *, now: int) -> None:
    """Hold a part for longer, which is still being made."""
    this = and_(_this(part.batch_id, part.organization_id), _PART.held_by == worker)
    connection.execute(update(models.batch_part).where(this).values(held_until=now + HELD_SECONDS))


def finish(connection: Connection, part: Part, content: bytes) -> bool:
    """Keep what was made; False where somebody made it meanwhile, or the batch was stopped."""
    this = and_(_this(part.batch_id, part.organization_id), _PART.content.is_(None))
    made = connection.execute(
        update(models.batch_part).where(this).values(content=content, held_by=None, held_until=None)
    )
    return made.rowcount == 1


def let_go(connection: Connection, part: Part, worker: str) -> None:
    """Give a part back that could not be made."""
    this = and_(_this(part.batch_id, part.organization_id), _PART.held_by == worker)
    given_back = {"held_by": None, "held_until": None, "tries": _PART.tries + AN_ERROR - 1}  # hold() counted one
    connection.execute(update(models.batch_part).where(this).values(given_back))


def contents(connection: Connection, batch_id: str) -> Iterator[tuple[str, bytes]]:
    """Name and file of each part that is made, of members that still lend their scorecard, by name."""
    lends = exists().where(
        _MEMBER.organization_id == _PART.organization_id,
        _MEMBER.network_id == _BATCH.network_id,
        _MEMBER.lends_scorecard,
    )
    rows = connection.execute(
        select(_ORGANIZATION.name, _PART.content)
        .join_from(models.batch_part, models.batch, _BATCH.batch_id == _PART.batch_id)
        .join(models.organization, _ORGANIZATION.organization_id == _PART.organization_id)
        .where(_PART.batch_id == batch_id, _PART.content.is_not(None), lends)
        .order_by(_ORGANIZATION.name, _PART.organization_id)
    )
    return ((row[0], row[1]) for row in rows)


def stop(connection: Connection, network_id: str, batch_id: str) -> bool:
    """Delete a batch of this network, and all that was made of it; whether there was one."""
    stopped = connection.execute(
        delete(models.batch).where(_BATCH.network_id == network_id, _BATCH.batch_id == batch_id)
    )
    return stopped.rowcount == 1


def forget_old(connection: Connection, *, on: date) -> None:
    """Delete what was made longer ago than it is kept."""
    connection.execute(delete(models.batch).where(_BATCH.made_on < on - timedelta(days=KEPT_DAYS)))


def _is_open() -> ColumnElement[bool]:
    return and_(_PART.content.is_(None), _PART.tries < MOST_TRIES)


def _found(connection: Connection, which: ColumnElement[bool]) -> list[Batch]:
    is_made = _PART.content.is_not(None)
    has_failed = and_(_PART.content.is_(None), _PART.tries >= MOST_TRIES, _PART.held_by.is_(None))
    rows = connection.execute(
        select(
            _BATCH.batch_id,
            _BATCH.network_id,
            _BATCH.year,
            _BATCH.language,
            _BATCH.made_on,
            func.count(_PART.organization_id),
            func.count(_PART.organization_id).filter(is_made),
            func.count(_PART.organization_id).filter(has_failed),
        )
        .join_from(models.batch, models.batch_part, _PART.batch_id == _BATCH.batch_id, isouter=True)
        .where(which)
        .group_by(_BATCH.batch_id, _BATCH.network_id, _BATCH.year, _BATCH.language, _BATCH.made_on)
        .order_by(_BATCH.made_on.desc(), _BATCH.year.desc(), _BATCH.batch_id)
    )
    return [Batch(*row) for row in rows]


def _this(batch_id: str, organization_id: str) -> ColumnElement[bool]:
    return and_(_PART.batch_id == batch_id, _PART.organization_id == organization_id)
