"""Batches in storage: every part is made once, by whoever holds it, and whoever dies lets it go."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from sqlalchemy import Engine

from questionnaire.store import batches, database, networks, organizations
from questionnaire.store.batches import AN_ERROR, HELD_SECONDS, MOST_TRIES, Batch, NothingToMakeError
from tests.networks import ON
from tests.store.members import a_network, members

NOW = 1_800_000_000


@pytest.fixture
def network_id(engine: Engine) -> str:
    """A network with four members that lend their scorecard, and two that do not."""
    with database.writing(engine) as connection:
        network_id = a_network(connection)
        members(connection, network_id, 4, lends_scorecard=True)
        members(connection, network_id, 2)
    return network_id


def started(engine: Engine, network_id: str, year: int = 2026) -> str:
    with database.writing(engine) as connection:
        return batches.start(connection, network_id, year, language="en", on=ON)


def state(engine: Engine, batch_id: str) -> Batch:
    with database.reading(engine) as connection:
        found = batches.find(connection, batch_id)
    assert found
    return found


def make_one(engine: Engine, worker: str = "w", *, now: int = NOW) -> bool:
    with database.writing(engine) as connection:
        part = batches.hold(connection, worker, now=now)
    if part is None:
        return False
    with database.writing(engine) as connection:
        assert batches.finish(connection, part, part.organization_id.encode())
    return True


def test_a_batch_holds_who_lends_its_scorecard_and_submitted(engine: Engine, network_id: str) -> None:
    batch = state(engine, started(engine, network_id))
    assert (batch.parts, batch.done, batch.failed, batch.is_over) == (4, 0, 0, False)
    with database.reading(engine) as connection:
        assert batches.years(connection, network_id) == {2026: 4}
        assert batches.waiting(connection) == 4
    with pytest.raises(NothingToMakeError):
        started(engine, network_id, 2025)


def test_beginning_again_goes_on_with_what_is_not_over(engine: Engine, network_id: str) -> None:
    first = started(engine, network_id)
    make_one(engine)
    assert started(engine, network_id) == first
    while make_one(engine):
        pass
    assert state(engine, first).is_over
    assert started(engine, network_id) != first


def test_many_workers_make_every_part_once(engine: Engine, network_id: str) -> None:
    batch_id = started(engine, network_id)
    with ThreadPoolExecutor(6) as pool:
        made = sum(pool.map(lambda place: make_one(engine, f"w{place}"), range(12)))
    assert made == 4
    assert state(engine, batch_id).done == 4


def test_who_dies_lets_a_part_go_and_comes_too_late_when_it_wakes(engine: Engine, network_id: str) -> None:
    batch_id = started(engine, network_id)
    with database.writing(engine) as connection:
        held = batches.hold(connection, "dies", now=NOW)
    assert held
    made = sum(make_one(engine, now=NOW + 1) for _ in range(5))
    assert made == 3, "nobody makes what is held"
    assert make_one(engine, "heir", now=NOW + HELD_SECONDS + 1)
    with database.writing(engine) as connection:
        assert not batches.finish(connection, held, b"late")
    with database.reading(engine) as connection:
        assert all(content != b"late" for _, content in batches.contents(connection, batch_id))


def test_what_cannot_be_made_is_given_up_after_some_tries(engine: Engine, network_id: str) -> None:
    batch_id = started(engine, network_id)
    for attempt in range(4 * 3):
        with database.writing(engine) as connection:
            part = batches.hold(connection, f"w{attempt}", now=NOW)
            assert part
            batches.let_go(connection, part, f"w{attempt}")
    assert not make_one(engine)
    batch = state(engine, batch_id)
    assert (batch.done, batch.failed, batch.is_over) == (0, 4, True)


def the_last_open(engine: Engine, batch_id: str) -> None:
    """Make all parts but one."""
    while state(engine, batch_id).done < 3:
        assert make_one(engine)


def test_a_part_whose_workers_are_killed_is_made_by_the_next_and_given_up_only_after_many(
    engine: Engine, network_id: str
) -> None:
    batch_id = started(engine, network_id)
    the_last_open(engine, batch_id)
    for kill in range(MOST_TRIES):
        assert not state(engine, batch_id).failed, f"after {kill} kills"
        with database.writing(engine) as connection:
            assert batches.hold(connection, f"dies {kill}", now=NOW + kill * (HELD_SECONDS + 1))
    assert not make_one(engine, now=NOW + MOST_TRIES * (HELD_SECONDS + 1))
    assert state(engine, batch_id).failed == 1
    assert AN_ERROR * 3 == MOST_TRIES


def test_slow_workers_that_take_a_part_from_each_other_make_it_once(engine: Engine, network_id: str) -> None:
    batch_id = started(engine, network_id)
    the_last_open(engine, batch_id)
    held = []
    for place in range(3):
        with database.writing(engine) as connection:
            held.append(batches.hold(connection, f"w{place}", now=NOW + place * (HELD_SECONDS + 1)))
    kept = []
    for place, part in enumerate(held):
        assert part
        with database.writing(engine) as connection:
            kept.append(batches.finish(connection, part, f"of {place}".encode()))
    assert kept == [True, False, False]
    batch = state(engine, batch_id)
    assert (batch.done, batch.failed) == (4, 0)


def test_who_still_makes_a_part_keeps_it(engine: Engine, network_id: str) -> None:
    batch_id = started(engine, network_id)
    the_last_open(engine, batch_id)
    with database.writing(engine) as connection:
        part = batches.hold(connection, "slow", now=NOW)
        assert part
        batches.hold_on(connection, part, "slow", now=NOW + HELD_SECONDS - 1)
        batches.hold_on(connection, part, "somebody else", now=NOW + 9 * HELD_SECONDS)
    assert not make_one(engine, now=NOW + HELD_SECONDS + 1)
    assert make_one(engine, now=NOW + 3 * HELD_SECONDS)


def test_who_lends_no_more_or_is_gone_is_not_handed_out(engine: Engine, network_id: str) -> None:
    batch_id = started(engine, network_id)
    while make_one(engine):
        pass
    with database.reading(engine) as connection:
        first, second, *_ = (content.decode() for _, content in batches.contents(connection, batch_id))
    with database.writing(engine) as connection:
        networks.choose(connection, network_id, first, by_name=False, lends_scorecard=False)
        organizations.delete(connection, second)
    with database.reading(engine) as connection:
        left = {content.decode() for _, content in batches.contents(connection, batch_id)}
    assert len(left) == 2
    assert not left & {first, second}


def test_a_batch_is_stopped_by_its_own_network_and_forgotten_after_a_while(engine: Engine, network_id: str) -> None:
    batch_id = started(engine, network_id)
    with database.writing(engine) as connection:
        assert not batches.stop(connection, a_network(connection), batch_id)
        assert batches.stop(connection, network_id, batch_id)
    with database.reading(engine) as connection:
        assert batches.find(connection, batch_id) is None
    old = started(engine, network_id)
    with database.writing(engine) as connection:
        batches.forget_old(connection, on=ON + timedelta(days=batches.KEPT_DAYS))
        assert batches.find(connection, old)
        batches.forget_old(connection, on=ON + timedelta(days=batches.KEPT_DAYS + 1))
        assert batches.find(connection, old) is None
