"""Two processes at one database: what one does between two statements of the other is lost for nobody."""

from concurrent.futures import Future, ThreadPoolExecutor
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import Engine, func, select, text

from questionnaire.core.contributions import contribute, number_of
from questionnaire.core.voices import Form
from questionnaire.store import (
    assessments,
    batches,
    closing,
    contributions,
    database,
    freezing,
    instruments,
    mishaps,
    models,
    networks,
    organizations,
    releases,
    slips,
    throttles,
)
from questionnaire.store.keys import Keys
from questionnaire.store.throttles import Limit
from tests.anonymity.opened import AFTERWARDS, open_round
from tests.anonymity.people import INSTRUMENT
from tests.builders import A_DAY
from tests.moments import just_before, until_somebody_waits
from tests.networks import ON
from tests.store.members import a_network, an_organization, members, submitted


def test_a_page_that_is_saved_while_its_form_is_handed_in_is_counted_or_refused(
    engine: Engine, tmp_path: Path
) -> None:
    opened = open_round(engine, Keys(tmp_path / "keys"), 6)
    code, key, found = opened.codes[0], opened.key, opened.found()
    before, late = Form(words="before"), Form(words="late")
    opened.begin(code, "harbour", before)
    draft_key = key.draft_key(code, "harbour")
    counted: list[Form] = []

    def as_it_stands(slip: slips.Slip) -> Form:
        counted.append(slips.read(draft_key, slip))
        return counted[0]

    def save(other: Engine) -> None:
        with database.writing(other) as connection:
            slips.save(connection, key, key.code_hash(code), draft_key, lambda _: late)

    with just_before(engine, "UPDATE slip", save) as saved, database.writing(engine) as connection:
        slips.hand_in(connection, key, found, key.code_hash(code), INSTRUMENT, form=as_it_stands, on=A_DAY)
    assert counted == [late if saved[0] else before]


def test_an_organization_that_somebody_comes_back_to_at_the_last_moment_is_not_ended(engine: Engine) -> None:
    with database.writing(engine) as connection:
        kept = an_organization(connection)
    late = ON + timedelta(days=organizations.IDLE_DAYS + 1)

    def use(other: Engine) -> None:
        with database.writing(other) as connection:
            organizations.note_use(connection, kept, on=late)

    with just_before(engine, "DELETE FROM session_principal", use) as used, database.writing(engine) as connection:
        organizations.end_idle(connection, on=late)
    with database.reading(engine) as connection:
        assert (organizations.name_of(connection, kept) is not None) == used[0]


def test_an_organization_that_is_deleted_while_its_round_is_closed_waits_and_neither_stands_in_the_others_way(
    engine: Engine, tmp_path: Path
) -> None:
    opened, patient = open_round(engine, Keys(tmp_path / "keys"), 6), database.open_database(engine.url)
    gone = opened.found().organization_id

    def delete() -> None:
        with database.writing(patient) as connection:
            organizations.delete(connection, gone)

    with ThreadPoolExecutor(1) as pool:
        deleted: list[Future[None]] = []

        def begin(other: Engine) -> None:
            deleted.append(pool.submit(delete))
            until_somebody_waits(other)

        with just_before(engine, "DELETE FROM slip", begin), database.writing(engine) as connection:
            assert closing.close_due(connection, opened.keys, on=AFTERWARDS) == [opened.round_id]
        deleted[0].result()
    patient.dispose()
    with database.reading(engine) as connection:
        assert organizations.name_of(connection, gone) is None


def test_a_mishap_that_comes_while_they_are_told_is_told_next_time(engine: Engine) -> None:
    with database.writing(engine) as connection:
        mishaps.keep(connection, "first", "somewhere")

    def come(other: Engine) -> None:
        with database.writing(other) as connection:
            mishaps.keep(connection, "second", "elsewhere")

    with just_before(engine, "DELETE FROM mishap", come) as came, database.writing(engine) as connection:
        told = mishaps.take(connection)
    with database.writing(engine) as connection:
        told += mishaps.take(connection)
    assert [reference for reference, _what in told] == (["first", "second"] if came[0] else ["first"])


def test_an_attempt_waits_for_nobody_who_deletes_what_is_over_and_begins_to_count_anew(engine: Engine) -> None:
    mine, theirs = (Limit("account", whose, attempts=2, seconds=60) for whose in ("mine", "theirs"))
    with database.writing(engine) as connection:
        assert [throttles.attempt(connection, [theirs], key="k", now=now) for now in (0, 0, 59)] == [0, 0, 1]

    def attempt(other: Engine) -> None:
        with database.writing(other) as connection:
            assert throttles.attempt(connection, [theirs], key="k", now=60) == 0

    with just_before(engine, "INSERT INTO throttle", attempt) as attempted, database.writing(engine) as connection:
        assert throttles.attempt(connection, [mine], key="k", now=60) == 0
    assert attempted == [engine.dialect.name == "postgresql"]
    with database.writing(engine) as connection:
        assert connection.scalar(select(func.count()).select_from(models.throttle)) == 1 + attempted[0]
        assert throttles.attempt(connection, [theirs], key="k", now=61) == 0


# --- freezing


@pytest.fixture
def network_id(engine: Engine) -> str:
    """A network of six members that submitted 2026."""
    with database.writing(engine) as connection:
        network_id = a_network(connection)
        members(connection, network_id, 6)
    return network_id


def of(engine: Engine, network_id: str) -> list[str]:
    with database.reading(engine) as connection:
        return [one.organization_id for one in networks.members(connection, network_id, 2026)]


def freeze(engine: Engine, network_id: str) -> None:
    with database.writing(engine) as connection:
        freezing.freeze_year(connection, network_id, 2026, None, on=ON)


def counting(engine: Engine) -> set[str]:
    with database.reading(engine) as connection:
        return set(connection.scalars(select(models.counted.c.organization_id)))


@pytest.mark.parametrize("statement", ["SELECT revision", "INSERT INTO network_release"])
def test_a_member_that_is_deleted_while_its_network_is_frozen_waits_for_that(
    engine: Engine, network_id: str, statement: str
) -> None:
    gone = of(engine, network_id)[0]

    def delete(other: Engine) -> None:
        with database.writing(other) as connection:
            organizations.delete(connection, gone)

    with just_before(engine, statement, delete) as deleted:
        freeze(engine, network_id)
    assert deleted == [False]
    assert gone in counting(engine)


def test_a_member_that_leaves_while_its_network_is_frozen_waits_for_that(engine: Engine, network_id: str) -> None:
    gone = of(engine, network_id)[0]

    def leave(other: Engine) -> None:
        with database.writing(other) as connection:
            networks.leave(connection, network_id, gone)

    with just_before(engine, "SELECT revision", leave) as left:
        freeze(engine, network_id)
    assert left == [False]
    assert len(counting(engine)) == 6


def test_a_member_that_gives_to_another_site_while_its_network_is_frozen_counts_once(
    engine: Engine, network_id: str
) -> None:
    giver = of(engine, network_id)[0]

    def give(other: Engine) -> None:
        with database.writing(other) as connection:
            submission = assessments.find_submission(connection, giver, 2026, 1)
            assert submission
            elsewhere = "11111111-1111-4111-8111-111111111111"
            instrument = instruments.recall(connection, submission.instrument_digest)
            given = contribute(submission, instrument, network=elsewhere, contributor=number_of(giver, elsewhere))
            contributions.note_sent(connection, giver, given, on=ON)

    with just_before(engine, "INSERT INTO network_release", give):
        freeze(engine, network_id)
    with database.reading(engine) as connection:
        gave = contributions.sent(connection, giver)
    assert (giver in counting(engine)) != bool(gave)


def test_of_two_networks_with_the_same_members_that_are_frozen_at_once_one_counts_them(
    engine: Engine, network_id: str
) -> None:
    with database.writing(engine) as connection:
        other_id = a_network(connection)
        for organization_id in of(engine, network_id):
            networks.join(connection, other_id, organization_id, by_name=False, lends_scorecard=False, on=ON)
    with just_before(engine, "INSERT INTO network_release", lambda other: freeze(other, other_id)) as frozen:
        freeze(engine, network_id)
    assert frozen == [False]
    with database.reading(engine) as connection:
        assert connection.scalar(select(func.count()).select_from(models.counted)) == 6
        assert releases.listed(connection, other_id) == []


def test_a_contribution_is_confirmed_before_its_year_is_frozen_or_never(engine: Engine, network_id: str) -> None:
    with database.writing(engine) as connection:
        stranger = an_organization(connection, "A stranger")
        submitted(connection, stranger, 2026)
        submission = assessments.find_submission(connection, stranger, 2026, 1)
        assert submission
        instrument = instruments.recall(connection, submission.instrument_digest)
        given = contribute(submission, instrument, network=network_id, contributor=number_of(stranger, network_id))
        contributions.take(connection, network_id, given, label="A stranger", on=ON)

    def confirm(other: Engine) -> None:
        with database.writing(other) as connection:
            assert contributions.confirm(connection, network_id, given.contributor, 2026, given.digest)

    with just_before(engine, "INSERT INTO network_release", confirm) as confirmed:
        freeze(engine, network_id)
    assert confirmed == [False]
    with pytest.raises(contributions.YearReleasedError):
        confirm(engine)
    with database.reading(engine) as connection:
        (kept,) = releases.listed(connection, network_id)
        assert releases.gone(connection, kept) == 0


def test_a_worker_that_looks_for_what_the_dead_have_left_waits_for_no_other(engine: Engine, network_id: str) -> None:
    with database.writing(engine) as connection:
        for one in networks.members(connection, network_id, 2026):
            networks.choose(connection, network_id, one.organization_id, by_name=False, lends_scorecard=True)
        batches.start(connection, network_id, 2026, language="en", on=ON)
        dead = batches.hold(connection, "dead", now=0)
    assert dead

    def look(other: Engine) -> None:
        with database.writing(other) as connection:
            assert batches.hold(connection, "another", now=batches.HELD_SECONDS + 1)

    with just_before(engine, "SELECT 1", look) as looked, database.writing(engine) as connection:
        batches.hold_on(connection, dead, "dead", now=0)
        connection.execute(text("SELECT 1"))
    assert looked == [engine.dialect.name == "postgresql"]
