"""Contributions: those that a network was given by organizations of other sites, and those that were made here."""

from dataclasses import dataclass
from datetime import date
from enum import Enum, auto

from sqlalchemy import ColumnElement, Connection, and_, delete, func, insert, select, update

from questionnaire.core.contributions import Contribution
from questionnaire.store import models, organizations

_CONTRIBUTION, _SENT = models.contribution.c, models.sent.c
_COUNTED, _RELEASE, _SUBMISSION = models.counted.c, models.release.c, models.submission.c


class Taken(Enum):
    """What became of a contribution: it is new, it is here already, or it took the place of an earlier one."""

    NEW = auto()
    SAME = auto()
    REPLACED = auto()


class YearReleasedError(Exception):
    """There is a release of this year, or of a later one, so that no contribution of it can come or go."""


class CountsElsewhereError(Exception):
    """The organization counts in a release of this year, or gave to another network: it counts once a year."""


@dataclass(frozen=True)
class Given:
    """A contribution that a network has."""

    contribution: Contribution
    label: str
    """The organization's name, as the facilitator wrote it: all members see it."""
    taken_on: date
    confirmed: bool
    """Whether its sender read the same digest to the facilitator; before that it does not count."""


@dataclass(frozen=True)
class Sent:
    """A contribution that an organization of this site made for a network of another one."""

    year: int
    network_id: str
    digest: str
    made_on: date


def take(connection: Connection, network_id: str, contribution: Contribution, *, label: str, on: date) -> Taken:
    """Keep a contribution for the next release of its year. Raises YearReleasedError."""
    _need_open(connection, network_id, contribution.year)
    this = _this(network_id, contribution.contributor, contribution.year)
    known = connection.scalar(select(_CONTRIBUTION.digest).where(this))
    if known == contribution.digest:
        return Taken.SAME
    connection.execute(delete(models.contribution).where(this))
    connection.execute(
        insert(models.contribution).values(
            network_id=network_id,
            contributor=contribution.contributor,
            year=contribution.year,
            label=label,
            digest=contribution.digest,
            record=contribution.model_dump_json(),
            taken_on=on,
            confirmed=False,
        )
    )
    return Taken.NEW if known is None else Taken.REPLACED


def confirm(connection: Connection, network_id: str, contributor: str, year: int, digest: str) -> bool:
    """Let a contribution with this digest count; whether there is one. Raises YearReleasedError."""
    _need_open(connection, network_id, year)
    this = and_(_this(network_id, contributor, year), _CONTRIBUTION.digest == digest)
    return connection.execute(update(models.contribution).where(this).values(confirmed=True)).rowcount == 1


def remove(connection: Connection, network_id: str, contributor: str, year: int) -> bool:
    """Take a contribution out again; whether there was one. Raises YearReleasedError."""
    _need_open(connection, network_id, year)
    removed = connection.execute(delete(models.contribution).where(_this(network_id, contributor, year)))
    return removed.rowcount == 1


def listed(connection: Connection, network_id: str) -> list[Given]:
    """The contributions that a network has, the newest year first, by name."""
    rows = connection.execute(
        select(_CONTRIBUTION.record, _CONTRIBUTION.label, _CONTRIBUTION.taken_on, _CONTRIBUTION.confirmed)
        .where(_CONTRIBUTION.network_id == network_id)
        .order_by(_CONTRIBUTION.year.desc(), _CONTRIBUTION.label, _CONTRIBUTION.contributor)
    )
    return [Given(Contribution.model_validate_json(row[0]), *row[1:]) for row in rows]


def released_to(connection: Connection, network_id: str) -> int:
    """The year of the newest release: of it and of earlier ones nothing comes or goes; 0 before the first."""
    return (
        connection.scalar(select(func.coalesce(func.max(_RELEASE.year), 0)).where(_RELEASE.network_id == network_id))
        or 0
    )


def note_sent(connection: Connection, organization_id: str, contribution: Contribution, *, on: date) -> None:
    """Remember that an organization gave to a network of another site; again for the same one is allowed.

    It is held from the look on, as whoever freezes a release holds it. Raises CountsElsewhereError.
    """
    organizations.hold(connection, organization_id)
    year = contribution.year
    counts = select(_COUNTED.year).where(_COUNTED.organization_id == organization_id, _COUNTED.year == year)
    this = and_(_SENT.organization_id == organization_id, _SENT.year == year)
    known = connection.scalar(select(_SENT.network_id).where(this))
    if connection.scalar(counts) is not None or known not in {None, contribution.network}:
        raise CountsElsewhereError
    connection.execute(delete(models.sent).where(this))
    connection.execute(
        insert(models.sent).values(
            organization_id=organization_id,
            year=year,
            network_id=contribution.network,
            contributor=contribution.contributor,
            digest=contribution.digest,
            made_on=on,
        )
    )


def sent(connection: Connection, organization_id: str) -> list[Sent]:
    """What an organization gave to networks of other sites, the newest year first."""
    rows = connection.execute(
        select(_SENT.year, _SENT.network_id, _SENT.digest, _SENT.made_on)
        .where(_SENT.organization_id == organization_id)
        .order_by(_SENT.year.desc())
    )
    return [Sent(*row) for row in rows]


def newest_submissions(connection: Connection, organization_id: str) -> dict[int, int]:
    """The newest revision that was submitted of each year, the newest year first."""
    rows = connection.execute(
        select(_SUBMISSION.year, func.max(_SUBMISSION.number))
        .where(_SUBMISSION.organization_id == organization_id)
        .group_by(_SUBMISSION.year)
        .order_by(_SUBMISSION.year.desc())
    )
    return {row[0]: row[1] for row in rows}


def _need_open(connection: Connection, network_id: str, year: int) -> None:
    """Held until the end of the transaction, so that no release is frozen meanwhile."""
    table = models.network.c
    connection.execute(select(table.network_id).where(table.network_id == network_id).with_for_update())
    if released_to(connection, network_id) >= year:
        raise YearReleasedError


def _this(network_id: str, contributor: str, year: int) -> ColumnElement[bool]:
    return and_(
        _CONTRIBUTION.network_id == network_id,
        _CONTRIBUTION.contributor == contributor,
        _CONTRIBUTION.year == year,
    )
