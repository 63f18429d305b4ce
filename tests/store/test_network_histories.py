"""Two networks that share members, year after year, as storage keeps them: nobody is told by both together."""

import random
from collections import Counter
from itertools import product

import pytest
from sqlalchemy import Connection, Engine, select

from questionnaire.core.benchmark import LEAST, Distribution
from questionnaire.store import database, freezing, models, networks, organizations, releases
from questionnaire.store.freezing import AlreadyReleasedError
from questionnaire.store.releases import Kept
from tests.networks import ON
from tests.store.members import a_network, an_organization, submitted

YEARS = (2025, 2026)
DOMAIN = "a"

Sets = list[tuple[frozenset[str], Counter[int]]]


def join(connection: Connection, network_id: str, *members: str) -> None:
    for member in members:
        networks.join(connection, network_id, member, by_name=False, lends_scorecard=False, on=ON)


def leave(connection: Connection, network_id: str, *members: str) -> None:
    for member in members:
        assert networks.leave(connection, network_id, member)


def those_with_dots(connection: Connection, *network_ids: str) -> Sets:
    """Who counted in each release that shows dots, as whoever sees all lists of members knows, and the dots."""
    found: Sets = []
    for network_id in network_ids:
        for kept in releases.listed(connection, network_id):
            dots = dots_of(kept)
            if dots is not None:
                found.append((counted_in(connection, kept), dots))
    return found


def dots_of(kept: Kept) -> Counter[int] | None:
    figures = kept.release.domain(DOMAIN)
    assert figures
    shown = figures.figure
    return Counter(dict(shown.steps)) if isinstance(shown, Distribution) and shown.dots else None


def counted_in(connection: Connection, kept: Kept) -> frozenset[str]:
    table = models.counted.c
    query = select(table.organization_id).where(table.network_id == kept.network_id, table.year == kept.release.year)
    return frozenset(connection.scalars(query))


def left_alone(published: Sets) -> list[set[str]]:
    """What any sum and difference of releases sets apart: fewer than five, where nobody's answers changed."""
    found = []
    for signs in product((-1, 0, 1), repeat=len(published)):
        sums: Counter[str] = Counter()
        for sign, (members, _dots) in zip(signs, published, strict=True):
            sums.update(dict.fromkeys(members, sign))
        alone = {member for member, times in sums.items() if times}
        if 0 < len(alone) < LEAST:
            found.append(alone)
    return found


def answer(connection: Connection, members: list[str], year: int) -> None:
    """The same as ever: each has its own points, and never changes them."""
    for place, member in enumerate(members):
        submitted(connection, member, year, 5.0 * (place % 20))


def test_who_moves_to_another_network_is_not_told_by_both_together(engine: Engine) -> None:
    """Six leave one network, and five of them join another: what is left of four releases would be the sixth."""
    with database.writing(engine) as connection:
        first, second = a_network(connection), a_network(connection)
        them = [an_organization(connection, f"House {place}") for place in range(31)]
        stay, others, movers = them[:15], them[15:25], them[25:]
        join(connection, first, *stay, *movers)
        join(connection, second, *others)
        for year in YEARS:
            answer(connection, them, year)
            for network_id in (first, second):
                freezing.freeze_year(connection, network_id, year, None, on=ON)
            if year == YEARS[0]:
                leave(connection, first, *movers)
                join(connection, second, *movers[:5])
        published = those_with_dots(connection, first, second)
    assert len(published) == 3, "the first of each, and the one from which six had gone"
    assert left_alone(published) == []


def test_networks_that_share_nobody_are_not_held_against_each_other(engine: Engine) -> None:
    with database.writing(engine) as connection:
        first, second = a_network(connection), a_network(connection)
        them = [an_organization(connection, f"House {place}") for place in range(20)]
        join(connection, first, *them[:10])
        join(connection, second, *them[10:])
        for year in YEARS:
            answer(connection, them, year)
            for network_id in (first, second):
                freezing.freeze_year(connection, network_id, year, None, on=ON)
        assert len(those_with_dots(connection, first, second)) == 4


@pytest.mark.parametrize("seed", range(4))
def test_no_history_of_two_networks_leaves_a_few_alone(engine: Engine, seed: int) -> None:
    chance = random.Random(seed)
    with database.writing(engine) as connection:
        both = [a_network(connection), a_network(connection)]
        them = [an_organization(connection, f"House {place:02}") for place in range(40)]
        for member in them:
            join(connection, chance.choice(both), member)
        for year in range(2023, 2027):
            answer(connection, them, year)
            for network_id in chance.sample(both, 2):
                try:
                    freezing.freeze_year(connection, network_id, year, None, on=ON)
                except AlreadyReleasedError:
                    pytest.fail("once a year")
            for member in chance.sample(them, chance.choice((0, 5, 6, 11))):
                _move(connection, both, member, chance)
        if chance.random() < 0.5:
            organizations.delete(connection, them.pop())
        published = those_with_dots(connection, *both)
    assert len(published) >= 2
    assert left_alone(published) == []


def _move(connection: Connection, both: list[str], member: str, chance: random.Random) -> None:
    """Into the other network, into both, or out."""
    inside = [one.network.network_id for one in networks.memberships(connection, member)]
    for network_id in both:
        is_wanted = chance.random() < 0.5
        if is_wanted and network_id not in inside:
            join(connection, network_id, member)
        elif not is_wanted and network_id in inside:
            leave(connection, network_id, member)
