"""Freezing: the newest submission of each member of a network becomes the release of a year, once."""

import gc
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import date
from types import MappingProxyType
from typing import Any
from uuid import uuid4

from sqlalchemy import Connection, Select, exists, func, insert, select

from questionnaire.core.answers import Profile
from questionnaire.core.contributions import Contribution
from questionnaire.core.differences import Voices, both_asked
from questionnaire.core.freezing import Counted, Frozen, Past, Standing, Year, apart_of, freeze, moved_between
from questionnaire.core.instrument import Instrument
from questionnaire.core.releases import Grouping
from questionnaire.core.rounds import FLOOR, Limits, organization_sees_from
from questionnaire.core.scorecard import Scorecard
from questionnaire.core.voices import RoundResult
from questionnaire.store import assessments, instruments, models, networks, releases

AT_ONCE = 5_000  # rows

_MEMBER, _ORGANIZATION = models.membership.c, models.organization.c
_REVISION, _SCORE, _SUBMISSION = models.revision.c, models.domain_score.c, models.submission.c
_RELEASE, _COUNTED, _CONTRIBUTION = models.release.c, models.counted.c, models.contribution.c
_SENT, _ROUND = models.sent.c, models.peer_round.c


class AlreadyReleasedError(Exception):
    """There is a release of this year, or of a later one; `year` is the newest."""

    def __init__(self, year: int) -> None:
        super().__init__(year)
        self.year = year


def years_to_freeze(connection: Connection, network_id: str, *, on: date) -> dict[int, int]:
    """The years that can be frozen, the newest first, and how many organizations each would count.

    None that is still to come: frozen by mistake, it would be in the way of all before it.
    """
    newest = select(func.coalesce(func.max(_RELEASE.year), 0)).where(_RELEASE.network_id == network_id)
    submitted = (
        select(_SUBMISSION.year)
        .join(models.membership, _MEMBER.organization_id == _SUBMISSION.organization_id)
        .where(_MEMBER.network_id == network_id, _SUBMISSION.year > newest.scalar_subquery())
    )
    contributed = select(_CONTRIBUTION.year).where(
        _CONTRIBUTION.network_id == network_id, _CONTRIBUTION.year > newest.scalar_subquery()
    )
    years = sorted(connection.scalars(submitted.union(contributed)), reverse=True)
    return {year: would_count(connection, network_id, year) for year in years if year <= on.year}


def would_count(connection: Connection, network_id: str, year: int) -> int:
    """How many organizations a release of this year would have, if it were frozen now."""
    return len(_own(connection, network_id, year)) + len(_contributed(connection, network_id, year))


def freeze_year(
    connection: Connection,
    network_id: str,
    year: int,
    grouping: Grouping | None,
    *,
    on: date,
    limits: Limits = FLOOR,
) -> str:
    """Freeze the release of a year; its id.

    Raises AlreadyReleasedError, TooFewMembersError, UnknownQuestionsError and LookupError.
    """
    with _without_collecting():
        return _frozen(connection, network_id, year, grouping, on, limits)


def _frozen(
    connection: Connection, network_id: str, year: int, grouping: Grouping | None, on: date, limits: Limits
) -> str:
    _hold(connection, network_id)
    network = networks.find(connection, network_id)
    if network is None:
        raise LookupError(network_id)
    before = releases.listed(connection, network_id)
    if before and before[-1].release.year >= year:
        raise AlreadyReleasedError(before[-1].release.year)
    revisions = _own(connection, network_id, year)
    apart = _apart(connection, network_id, year, revisions, on=on, limits=limits)
    contributed = _contributed(connection, network_id, year)
    members = select(_MEMBER.organization_id).where(_MEMBER.network_id == network_id)
    counted = [*_counted(connection, revisions, year, members, apart), *(one.counted for one in contributed)]
    past = [Past(one.release, _counted_then(connection, one)) for one in before]
    if before:
        counted = _with_moves(connection, counted, past[-1].counted, revisions, year, before[-1])
    others = [one for other in _related(connection, network_id) for one in releases.listed(connection, other)]
    related = [Past(one.release, _counted_then(connection, one)) for one in others]
    digests = {one.instrument_digest for one in counted}
    for each in (*past, *related):
        digests |= {each.release.instrument_digest, *(one.instrument_digest for one in each.counted)}
    frozen = freeze(
        Year(
            about=network.about,
            year=year,
            members=networks.number_of_members(connection, network_id) + len(contributed),
            counted=counted,
            instruments=_known(connection, digests),
            past=past,
            grouping=grouping,
            related=related,
        ),
        on=on,
    )
    return _keep(connection, network_id, revisions, frozen)


@dataclass(frozen=True, slots=True)
class _Revision:
    """The newest submission of a member in a year."""

    organization_id: str
    number: int
    name: str | None


@contextmanager
def _without_collecting() -> Iterator[None]:
    """All that a release is made of is in use until it is done: looking for garbage in it would cost a third."""
    was_enabled = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_enabled:
            gc.enable()


def _hold(connection: Connection, network_id: str) -> None:
    """Hold the network and its members: a release is of one moment, in which none of them moves or counts elsewhere.

    They are held in one order, so that no two releases block each other.
    """
    table = models.network.c
    connection.execute(select(table.network_id).where(table.network_id == network_id).with_for_update())
    connection.execute(
        select(_ORGANIZATION.organization_id)
        .join(models.membership, _MEMBER.organization_id == _ORGANIZATION.organization_id)
        .where(_MEMBER.network_id == network_id)
        .order_by(_ORGANIZATION.organization_id)
        .with_for_update(key_share=True, of=models.organization)
    ).all()


def _own(connection: Connection, network_id: str, year: int) -> dict[str, _Revision]:
    """The members that count: who submitted in that year, and neither counts nor was given elsewhere in it."""
    newest = (
        select(func.max(_SUBMISSION.number))
        .where(_SUBMISSION.organization_id == _MEMBER.organization_id, _SUBMISSION.year == year)
        .scalar_subquery()
    )
    elsewhere = exists().where(_COUNTED.organization_id == _MEMBER.organization_id, _COUNTED.year == year)
    given = exists().where(_SENT.organization_id == _MEMBER.organization_id, _SENT.year == year)
    rows = connection.execute(
        select(_MEMBER.organization_id, newest, _ORGANIZATION.name, _MEMBER.by_name)
        .join(models.organization, _ORGANIZATION.organization_id == _MEMBER.organization_id)
        .where(_MEMBER.network_id == network_id, _ORGANIZATION.is_case.is_(False), ~elsewhere, ~given)
        .order_by(_MEMBER.organization_id)
    )
    return {row[0]: _Revision(row[0], row[1], row[2] if row[3] else None) for row in rows if row[1] is not None}


def _related(connection: Connection, network_id: str) -> list[str]:
    """Other networks that released figures of this one's members, or of who counted with any of these elsewhere."""
    members = select(_MEMBER.organization_id).where(_MEMBER.network_id == network_id)
    found, added = {network_id}, {network_id}
    while added:
        with_them = select(_COUNTED.organization_id).where(_COUNTED.network_id.in_(sorted(added)))
        theirs = with_them.union(members) if added == {network_id} else with_them
        again = select(_COUNTED.network_id).where(_COUNTED.organization_id.in_(theirs)).distinct()
        added = set(connection.scalars(again)) - found
        found |= added
    return sorted(found - {network_id})


def _contributed(connection: Connection, network_id: str, year: int) -> list[Contribution]:
    """What organizations of other sites gave, as far as its sender confirmed it."""
    rows = connection.scalars(
        select(_CONTRIBUTION.record)
        .where(_CONTRIBUTION.network_id == network_id, _CONTRIBUTION.year == year, _CONTRIBUTION.confirmed)
        .order_by(_CONTRIBUTION.contributor)
    )
    return [Contribution.model_validate_json(record) for record in rows]


def _counted(
    connection: Connection,
    revisions: Mapping[str, _Revision],
    year: int,
    among: Select[Any],
    apart: Mapping[str, Mapping[str, float]] = MappingProxyType({}),
) -> list[Counted]:
    """The scores of these revisions, of organizations `among` others, read in two queries however many they are."""
    same: dict[str, str] = {}  # equal words are kept once: there are a few of them, and many rows
    profiles = {}
    for organization_id, number, profile, digest in _many(
        connection,
        select(_REVISION.organization_id, _REVISION.number, _REVISION.profile, _REVISION.instrument_digest).where(
            _REVISION.year == year, _REVISION.is_draft.is_(False), _REVISION.organization_id.in_(among)
        ),
    ):
        if organization_id in revisions and revisions[organization_id].number == number:
            said = Profile.model_validate_json(profile)
            profiles[organization_id] = tuple(same.setdefault(word, word) for word in (said.kind, said.size, digest))
    scores: dict[str, dict[str, Standing]] = defaultdict(dict)
    for organization_id, number, domain_id, points, basis in _many(
        connection,
        select(_SCORE.organization_id, _SCORE.number, _SCORE.domain_id, _SCORE.points, _SCORE.basis).where(
            _SCORE.year == year, _SCORE.points.is_not(None), _SCORE.organization_id.in_(among)
        ),
    ):
        if organization_id in revisions and revisions[organization_id].number == number:
            domain = same.setdefault(domain_id, domain_id)
            scores[organization_id][domain] = Standing(points, same.setdefault(basis, basis))
    counted = []
    for organization_id, revision in revisions.items():
        kind, size, digest = profiles[organization_id]
        counted.append(
            Counted(
                key=organization_id,
                kind=kind,
                size=size,
                instrument_digest=digest,
                domains=scores[organization_id],
                apart=apart.get(organization_id, {}),
                name=revision.name,
            )
        )
    return counted


def _many(connection: Connection, query: Select[Any]) -> Iterator[Sequence[Any]]:
    """The rows of a query, read some thousand at once."""
    for rows in connection.execute(query).partitions(AT_ONCE):
        yield from rows


def _counted_then(connection: Connection, kept: releases.Kept) -> list[Counted]:
    """Who counted in an earlier release, as they counted then."""
    year, revisions = kept.release.year, _revisions_then(connection, kept)
    then = select(_COUNTED.organization_id).where(_COUNTED.network_id == kept.network_id, _COUNTED.year == year)
    contributed = (one.counted for one in _contributed(connection, kept.network_id, year))
    return [*_counted(connection, revisions, year, then), *contributed]


def _revisions_then(connection: Connection, kept: releases.Kept) -> dict[str, _Revision]:
    """The revisions of this site's own organizations that counted in a release."""
    rows = connection.execute(
        select(_COUNTED.organization_id, _COUNTED.number, _ORGANIZATION.name, _COUNTED.named)
        .join(models.organization, _ORGANIZATION.organization_id == _COUNTED.organization_id)
        .where(_COUNTED.network_id == kept.network_id, _COUNTED.year == kept.release.year)
        .order_by(_COUNTED.organization_id)
    )
    return {row[0]: _Revision(row[0], row[1], row[2] if row[3] else None) for row in rows}


def _with_moves(
    connection: Connection,
    counted: list[Counted],
    then: Sequence[Counted],
    revisions: Mapping[str, _Revision],
    year: int,
    before: releases.Kept,
) -> list[Counted]:
    """The same, with how far those moved whose levels are not of the very same questions as in the release before.

    Only their submissions are read; a contribution has none here.
    """
    places = {one.key: place for place, one in enumerate(counted) if one.key in revisions}
    other = [one.key for one in then if one.key in places and _differ(one, counted[places[one.key]])]
    if not other:
        return counted
    found, revisions_then = list(counted), _revisions_then(connection, before)
    for key in other:
        earlier = _scorecard(connection, revisions_then[key], before.release.year)
        later = _scorecard(connection, revisions[key], year)
        found[places[key]] = replace(found[places[key]], moved=moved_between(earlier, later))
    return found


def _differ(earlier: Counted, later: Counted) -> bool:
    """Whether other questions are behind the score of a domain that both have."""
    then = earlier.domains
    return any(domain in then and then[domain].basis != now.basis for domain, now in later.domains.items())


def _apart(
    connection: Connection,
    network_id: str,
    year: int,
    revisions: Mapping[str, _Revision],
    *,
    on: date,
    limits: Limits,
) -> dict[str, dict[str, float]]:
    """How far both voices lie apart, of members whose peer workers agreed that the network may use their result."""
    rows = connection.execute(
        select(_ROUND.organization_id, _ROUND.record)
        .join(models.membership, _MEMBER.organization_id == _ROUND.organization_id)
        .where(_MEMBER.network_id == network_id, _ROUND.year == year, _ROUND.record.is_not(None))
        .order_by(_ROUND.organization_id, _ROUND.closes_on)
    )
    found = {}
    for organization_id, record in rows:
        result = RoundResult.model_validate_json(record)
        is_seen = organization_sees_from(result.closed_on, limits) <= on
        if organization_id in revisions and result.network and result.group and is_seen:
            voices = _voices(connection, revisions[organization_id], year, result)
            if voices:
                found[organization_id] = apart_of(voices)
    return found


def _voices(connection: Connection, revision: _Revision, year: int, result: RoundResult) -> Voices | None:
    scorecard = _scorecard(connection, revision, year)
    if scorecard.submission.instrument_digest != result.instrument_digest:
        return None
    return Voices(scorecard, result, both_asked(scorecard))


def _scorecard(connection: Connection, revision: _Revision, year: int) -> Scorecard:
    submission = assessments.find_submission(connection, revision.organization_id, year, revision.number)
    if submission is None:
        raise LookupError(revision.organization_id)
    return Scorecard(submission, instruments.recall(connection, submission.instrument_digest))


def _known(connection: Connection, digests: Iterable[str]) -> dict[str, Instrument]:
    table = models.instrument.c
    known = connection.scalars(select(table.digest).where(table.digest.in_(sorted(digests)))).all()
    return {digest: instruments.recall(connection, digest) for digest in known}


def _keep(connection: Connection, network_id: str, revisions: Mapping[str, _Revision], frozen: Frozen) -> str:
    release_id, release = str(uuid4()), frozen.release
    connection.execute(
        insert(models.release).values(
            network_id=network_id,
            year=release.year,
            release_id=release_id,
            digest=release.digest,
            record=release.record(),
            named=frozen.named.model_dump_json(),
        )
    )
    places = {id(place): place for place in frozen.places.values()}  # many are one and the same
    texts = {same: place.model_dump_json() for same, place in places.items()}
    if revisions:
        connection.execute(
            insert(models.counted),
            [
                {
                    "organization_id": key,
                    "year": release.year,
                    "network_id": network_id,
                    "number": revision.number,
                    "named": revision.name is not None,
                    "place": texts[id(frozen.places[key])],
                }
                for key, revision in revisions.items()
            ],
        )
    return release_id
