"""Releases as they are kept: found, with the names beside them, and each member's own place."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, exists, func, select

from questionnaire.core.releases import Named, Place, Release
from questionnaire.store import models

_MEMBER, _RELEASE = models.membership.c, models.release.c
_COUNTED, _CONTRIBUTION = models.counted.c, models.contribution.c


@dataclass(frozen=True)
class Kept:
    """A release as it is kept; the names beside it, which are for members alone, are asked for by themselves."""

    network_id: str
    release_id: str
    release: Release


def listed(connection: Connection, network_id: str) -> list[Kept]:
    """The releases of a network, the earliest year first."""
    rows = connection.execute(_KEPT.where(_RELEASE.network_id == network_id).order_by(_RELEASE.year))
    return [_kept(row) for row in rows]


def find(connection: Connection, release_id: str) -> Kept | None:
    """The release of this id."""
    row = connection.execute(_KEPT.where(_RELEASE.release_id == release_id)).first()
    return None if row is None else _kept(row)


def named(connection: Connection, release_id: str) -> Named:
    """The organizations of a release that chose to be named. Raises LookupError."""
    record = connection.scalar(select(_RELEASE.named).where(_RELEASE.release_id == release_id))
    if record is None:
        raise LookupError(release_id)
    return Named.model_validate_json(record)


def has_names(connection: Connection, release_id: str) -> bool:
    """Whether anybody in a release chose to be named."""
    none = Named(organizations=()).model_dump_json()
    query = select(_RELEASE.release_id).where(_RELEASE.release_id == release_id, _RELEASE.named != none)
    return connection.scalar(query) is not None


def gone(connection: Connection, kept: Kept) -> int:
    """How many of those that count in a release have left the network since, or were deleted."""
    year = kept.release.year
    is_member = exists().where(
        _MEMBER.network_id == _COUNTED.network_id, _MEMBER.organization_id == _COUNTED.organization_id
    )
    still = select(func.count()).where(_COUNTED.network_id == kept.network_id, _COUNTED.year == year, is_member)
    given = select(func.count()).where(
        _CONTRIBUTION.network_id == kept.network_id, _CONTRIBUTION.year == year, _CONTRIBUTION.confirmed
    )
    number = (connection.scalar(still) or 0) + (connection.scalar(given) or 0)
    return kept.release.organizations - number


def places(connection: Connection, network_id: str, organization_id: str) -> dict[int, Place]:
    """Where one member stood among the others, by year."""
    rows = connection.execute(
        select(_COUNTED.year, _COUNTED.place)
        .where(_COUNTED.organization_id == organization_id, _COUNTED.network_id == network_id)
        .order_by(_COUNTED.year)
    )
    return {year: Place.model_validate_json(place) for year, place in rows}


_KEPT = select(_RELEASE.network_id, _RELEASE.release_id, _RELEASE.record)


def _kept(row: Sequence[Any]) -> Kept:
    return Kept(row[0], row[1], Release.model_validate_json(row[2]))
