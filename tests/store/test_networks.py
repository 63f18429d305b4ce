"""Networks as they are kept, on SQLite and on PostgreSQL: members, releases, and who counts in one."""

from datetime import date, timedelta

import pytest
from sqlalchemy import Connection, Engine, delete, insert, select

from questionnaire.core.benchmark import Distribution, Why, Withheld
from questionnaire.core.contributions import Contribution, contribute
from questionnaire.core.freezing import TooFewMembersError
from questionnaire.core.releases import About, Grouping, Release
from questionnaire.core.voices import Forms
from questionnaire.store import (
    assessments,
    database,
    freezing,
    instruments,
    models,
    networks,
    organizations,
    releases,
    rounds,
)
from questionnaire.store.freezing import AlreadyReleasedError
from tests.builders import a_later_instrument
from tests.networks import ABOUT, ON, small
from tests.store.members import a_network, an_organization, members, submitted
from tests.voices import a_group, a_result, a_voiced_instrument, some_terms


def frozen(engine: Engine, network_id: str, year: int = 2026, grouping: Grouping | None = None) -> Release:
    with database.writing(engine) as connection:
        release_id = freezing.freeze_year(connection, network_id, year, grouping, on=ON)
    with database.reading(engine) as connection:
        kept = releases.find(connection, release_id)
    assert kept
    return kept.release


def number_in(release: Release, domain_id: str = "a") -> int:
    figures = release.domain(domain_id)
    assert figures
    assert isinstance(figures.figure, Distribution)
    return figures.figure.organizations


def test_a_network_has_a_facilitator_and_members_who_can_change_their_choice_and_leave(engine: Engine) -> None:
    with database.writing(engine) as connection:
        network_id = a_network(connection)
        organization_id = an_organization(connection)
        networks.join(connection, network_id, organization_id, by_name=False, lends_scorecard=False, on=ON)
        with pytest.raises(networks.AlreadyMemberError):
            networks.join(connection, network_id, organization_id, by_name=True, lends_scorecard=False, on=ON)
        networks.choose(connection, network_id, organization_id, by_name=True, lends_scorecard=True)
        networks.describe(connection, network_id, ABOUT.model_copy(update={"name": "Coast and hills"}))
    with database.reading(engine) as connection:
        (mine,) = networks.memberships(connection, organization_id)
        assert (mine.network.about.name, mine.by_name, mine.lends_scorecard) == ("Coast and hills", True, True)
        assert [one.network_id for one in networks.facilitated(connection, "account")] == [network_id]
        assert networks.is_facilitator(connection, network_id, "account")
        assert not networks.is_facilitator(connection, network_id, "another")
        assert networks.find(connection, "none") is None
    with database.writing(engine) as connection:
        assert networks.leave(connection, network_id, organization_id)
        assert not networks.leave(connection, network_id, organization_id)
        assert networks.membership(connection, network_id, organization_id) is None


def test_members_are_listed_by_name_with_whether_they_submitted_that_year(engine: Engine) -> None:
    with database.writing(engine) as connection:
        network_id = a_network(connection)
        members(connection, network_id, 2)
        waiting = an_organization(connection, "A house that waits")
        networks.join(connection, network_id, waiting, by_name=True, lends_scorecard=False, on=ON)
    with database.reading(engine) as connection:
        found = networks.members(connection, network_id, 2026)
    assert [(one.name, one.has_submitted) for one in found] == [
        ("A house that waits", False),
        ("House 00", True),
        ("House 01", True),
    ]


def test_a_release_is_frozen_from_the_newest_submission_of_each_member(engine: Engine) -> None:
    with database.writing(engine) as connection:
        network_id = a_network(connection)
        first = members(connection, network_id, 6)[0]
        submitted(connection, first, 2026, 100)
        submitted(connection, an_organization(connection, "A stranger"), 2026, 0)
        assert freezing.would_count(connection, network_id, 2026) == 6
    release = frozen(engine, network_id)
    assert number_in(release) == 6
    assert release.network == ABOUT
    figures = release.domain("a")
    assert figures
    assert isinstance(figures.figure, Distribution)
    assert figures.figure.median == 35, "10, 20, 30, 40, 50 and 100"


def test_what_was_frozen_stays_whatever_happens_afterwards(engine: Engine) -> None:
    with database.writing(engine) as connection:
        network_id = a_network(connection)
        them = members(connection, network_id, 6)
    before = frozen(engine, network_id)
    with database.writing(engine) as connection:
        submitted(connection, them[0], 2026, 100)
        networks.leave(connection, network_id, them[1])
        organizations.delete(connection, them[2])
        networks.describe(connection, network_id, About(name="Another", behind="x", decisions="y"))
        with pytest.raises(AlreadyReleasedError) as told:
            freezing.freeze_year(connection, network_id, 2026, None, on=ON)
    assert told.value.year == 2026
    with database.reading(engine) as connection:
        (kept,) = releases.listed(connection, network_id)
        digest = connection.scalar(select(models.release.c.digest))
    assert kept.release == before
    assert digest == before.digest


def test_no_earlier_year_is_released_after_a_later_one(engine: Engine) -> None:
    with database.writing(engine) as connection:
        network_id = a_network(connection)
        for organization_id in members(connection, network_id, 5):
            submitted(connection, organization_id, 2025)
    frozen(engine, network_id)
    with database.writing(engine) as connection, pytest.raises(AlreadyReleasedError):
        freezing.freeze_year(connection, network_id, 2025, None, on=ON)


def test_fewer_than_five_are_not_frozen_and_the_year_stays_free(engine: Engine) -> None:
    with database.writing(engine) as connection:
        network_id = a_network(connection)
        members(connection, network_id, 4)
        case = an_organization(connection, "The case", is_case=True)
        submitted(connection, case)
        networks.join(connection, network_id, case, by_name=False, lends_scorecard=False, on=ON)
        with pytest.raises(TooFewMembersError):
            freezing.freeze_year(connection, network_id, 2026, None, on=ON)
    with database.writing(engine) as connection:
        members(connection, network_id, 1)
    assert number_in(frozen(engine, network_id)) == 5


def test_an_organization_counts_in_one_release_a_year(engine: Engine) -> None:
    with database.writing(engine) as connection:
        first, second = a_network(connection), a_network(connection)
        them = members(connection, first, 6)
        for organization_id in them:
            networks.join(connection, second, organization_id, by_name=False, lends_scorecard=False, on=ON)
        members(connection, second, 5)
    assert number_in(frozen(engine, first)) == 6
    assert number_in(frozen(engine, second)) == 5


def test_what_was_given_to_a_network_of_another_site_counts_here_no_more_that_year(engine: Engine) -> None:
    with database.writing(engine) as connection:
        network_id = a_network(connection)
        given = members(connection, network_id, 6)[0]
        sent = {"network_id": "elsewhere", "contributor": "0" * 32, "digest": "0" * 64, "made_on": ON}
        connection.execute(insert(models.sent).values(organization_id=given, year=2026, **sent))
    assert number_in(frozen(engine, network_id)) == 5


def test_change_is_taken_over_members_of_both_years(engine: Engine) -> None:
    with database.writing(engine) as connection:
        network_id = a_network(connection)
        them = members(connection, network_id, 6)
    frozen(engine, network_id)
    with database.writing(engine) as connection:
        for place, organization_id in enumerate(them):
            submitted(connection, organization_id, 2027, 10.0 * place + 20)
    figures = frozen(engine, network_id, 2027).domain("a")
    assert figures
    assert isinstance(figures.change, Distribution)
    assert (figures.change.organizations, figures.change.median) == (6, 20)


def test_change_is_taken_on_the_questions_that_each_member_knew_in_both_years(engine: Engine) -> None:
    with database.writing(engine) as connection:
        network_id = a_network(connection)
        them = members(connection, network_id, 6, 2024)
        highest_first = (5, 30, 55, 80, 5, 30)  # one question a level above the others
        for member, points in zip(them, highest_first, strict=True):
            submitted(connection, member, 2025, points)
    frozen(engine, network_id, 2025)
    with database.writing(engine) as connection:
        for member, points in zip(them, highest_first, strict=True):
            submitted(connection, member, 2026, points, dont_know=["a.1"])
    figures = frozen(engine, network_id).domain("a")
    assert figures
    assert isinstance(figures.change, Distribution)
    assert (figures.change.organizations, figures.change.median) == (6, 0), "by their points it would be -5"


def test_an_organization_that_was_deleted_is_one_that_left(engine: Engine) -> None:
    with database.writing(engine) as connection:
        network_id = a_network(connection)
        them = members(connection, network_id, 9)
    frozen(engine, network_id)
    with database.writing(engine) as connection:
        organizations.delete(connection, them[0])
        for organization_id in them[1:]:
            submitted(connection, organization_id, 2027)
    figures = frozen(engine, network_id, 2027).domain("a")
    assert figures
    assert figures.change == Withheld(why=Why.REST)
    assert isinstance(figures.figure, Distribution)
    assert figures.figure.dots is None


def test_names_stand_for_those_who_chose_them_when_it_was_frozen(engine: Engine) -> None:
    with database.writing(engine) as connection:
        network_id = a_network(connection)
        named = members(connection, network_id, 2, by_name=True)
        members(connection, network_id, 5)
        release_id = freezing.freeze_year(connection, network_id, 2026, None, on=ON)
        networks.choose(connection, network_id, named[0], by_name=False, lends_scorecard=False)
    with database.reading(engine) as connection:
        kept = releases.find(connection, release_id)
        assert releases.find(connection, "none") is None
        with pytest.raises(LookupError):
            releases.named(connection, "none")
        named_then = releases.named(connection, release_id)
    assert kept
    assert [(one.name, one.points["a"]) for one in named_then.organizations] == [("House 00", 0), ("House 01", 10)]


def test_each_member_finds_its_own_place_and_no_other(engine: Engine) -> None:
    with database.writing(engine) as connection:
        network_id = a_network(connection)
        them = members(connection, network_id, 8)
    frozen(engine, network_id)
    with database.reading(engine) as connection:
        lowest, highest = (releases.places(connection, network_id, them[place]) for place in (0, 7))
        assert releases.places(connection, "another", them[0]) == {}
    assert lowest[2026].quarters["a"] == "lowest"
    assert highest[2026].quarters["a"] == "highest"


def a_contribution(engine: Engine, network_id: str, number: int, *, confirmed: bool = True) -> Contribution:
    """What an organization of another site would give, taken."""
    with database.writing(engine) as connection:
        organization_id = an_organization(connection, "Somewhere else")
        submitted(connection, organization_id, 2026, 60)
        submission = assessments.find_submission(connection, organization_id, 2026, 1)
        organizations.delete(connection, organization_id)
        assert submission
        made = contribute(submission, small(), network=network_id, contributor=f"{number:032x}")
        connection.execute(
            insert(models.contribution).values(
                network_id=network_id,
                contributor=made.contributor,
                year=made.year,
                label="Island House",
                digest=made.digest,
                record=made.model_dump_json(),
                taken_on=ON,
                confirmed=confirmed,
            )
        )
    return made


def test_confirmed_contributions_count_beside_members(engine: Engine) -> None:
    with database.writing(engine) as connection:
        network_id = a_network(connection)
        members(connection, network_id, 4)
    a_contribution(engine, network_id, 1, confirmed=False)
    with database.writing(engine) as connection, pytest.raises(TooFewMembersError):
        freezing.freeze_year(connection, network_id, 2026, None, on=ON)
    a_contribution(engine, network_id, 2)
    release = frozen(engine, network_id)
    assert (number_in(release), release.members) == (5, 5)


def test_members_who_answered_another_version_count_where_the_questions_are_the_same(engine: Engine) -> None:
    later = a_later_instrument()
    with database.writing(engine) as connection:
        network_id = a_network(connection)
        members(connection, network_id, 5)
        organization_id = an_organization(connection)
        submitted(connection, organization_id, 2026, 100, instrument=later)
        networks.join(connection, network_id, organization_id, by_name=False, lends_scorecard=False, on=ON)
    release = frozen(engine, network_id)
    assert (number_in(release, "b"), number_in(release, "c")) == (5, 6)


VOICED = a_voiced_instrument(domains=4)


def heard(connection: Connection, organization_id: str, *, network: bool = True, closed_on: date) -> None:
    """A closed round beside 2026 in which peer workers said 20 in a."""
    terms = some_terms(closes_on=closed_on, network=network)
    opened_on = closed_on - timedelta(days=20)
    round_id, _token = rounds.propose(connection, organization_id, 2026, 1, terms, on=opened_on)
    found = a_result(VOICED, a_group(Forms.TEN, a=20), closed_on=closed_on).model_copy(update={"network": network})
    rounds.write(connection, round_id, closes_on=closed_on, record=found.record(), digest=found.digest)


def test_peer_workers_voices_count_only_where_they_agreed_and_after_the_organization_saw_them(engine: Engine) -> None:
    with database.writing(engine) as connection:
        network_id = a_network(connection)
        them = [an_organization(connection, f"House {place}") for place in range(8)]
        for organization_id in them:
            submitted(connection, organization_id, 2026, 50, instrument=VOICED, on=ON - timedelta(days=90))
            networks.join(connection, network_id, organization_id, by_name=False, lends_scorecard=False, on=ON)
        for organization_id in them[:5]:
            heard(connection, organization_id, closed_on=ON - timedelta(days=3))
        heard(connection, them[5], network=False, closed_on=ON - timedelta(days=3))
        heard(connection, them[6], closed_on=ON - timedelta(days=2))
    figures = frozen(engine, network_id).domain("a")
    assert figures
    assert isinstance(figures.apart, Distribution)
    assert (figures.apart.organizations, figures.apart.median) == (5, 30)


def test_a_network_that_is_gone_freezes_nothing(engine: Engine) -> None:
    with database.writing(engine) as connection, pytest.raises(LookupError):
        freezing.freeze_year(connection, "none", 2026, None, on=ON)


def test_deleting_an_organization_takes_its_memberships_along(engine: Engine) -> None:
    with database.writing(engine) as connection:
        network_id = a_network(connection)
        (organization_id,) = members(connection, network_id, 1)
        organizations.delete(connection, organization_id)
        assert networks.members(connection, network_id, 2026) == []
        connection.execute(delete(models.network))
        assert instruments.recall(connection, small().digest) == small()
