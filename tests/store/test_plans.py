"""The plan as it is kept: what two writers at once cannot do to it, on both databases."""

from collections.abc import Callable
from uuid import uuid4

import pytest
from sqlalchemy import Engine

from questionnaire.core.plan import MOST_ACTIONS, Action, Status
from questionnaire.store import database, organizations, plans
from questionnaire.store.plans import ActionChangedError, NoActionError, TooManyActionsError, TooManyFirstError
from tests.builders import A_DAY, an_action
from tests.moments import at_once


@pytest.fixture
def whose(engine: Engine) -> str:
    with database.writing(engine) as connection:
        return organizations.start(connection, "Harbour Street", on=A_DAY)


def one(what: str = "Write the roles down", **changes: object) -> Action:
    return an_action(what, **{"id": str(uuid4()), **changes})


def put(engine: Engine, whose: str, *actions: Action) -> None:
    with database.writing(engine) as connection:
        for action in actions:
            plans.add(connection, whose, action)


def listed(engine: Engine, whose: str) -> tuple[Action, ...]:
    with database.reading(engine) as connection:
        return plans.listed(connection, whose)


def changed(engine: Engine, whose: str, action: Action, seen: Action) -> bool:
    with database.writing(engine) as connection:
        return plans.change(connection, whose, action, seen=seen.fingerprint)


def with_(action: Action, **changes: object) -> Action:
    return Action.model_validate({**action.model_dump(), **changes})


def test_an_action_is_read_back_as_it_was_written(engine: Engine, whose: str) -> None:
    full = one(
        "“Titles” – для всех\u202e",
        due_on=None,
        status=Status.DROPPED,
        why_dropped="No money\nthis year",
        items=("role.title", "comm.start"),
        advice_id="role.title.name-the-work",
    )
    put(engine, whose, full)
    assert listed(engine, whose) == (full,)
    with database.reading(engine) as connection:
        assert plans.find(connection, whose, full.id) == full
        assert plans.find(connection, whose, "none") is None
        assert plans.find(connection, str(uuid4()), full.id) is None


def test_an_action_is_changed_by_who_saw_it_as_it_stands(engine: Engine, whose: str) -> None:
    was = one()
    put(engine, whose, was)
    mine, theirs = with_(was, who="Rosa", items=("role.title",)), with_(was, who="Sam")
    assert changed(engine, whose, mine, was)
    with pytest.raises(ActionChangedError) as error:
        changed(engine, whose, theirs, was)
    assert error.value.current == mine
    assert listed(engine, whose) == (mine,)
    assert changed(engine, whose, theirs, mine)
    assert listed(engine, whose) == (theirs,)


def test_the_same_sent_twice_is_written_once(engine: Engine, whose: str) -> None:
    was = one()
    put(engine, whose, was)
    with database.writing(engine) as connection:
        assert not plans.add(connection, whose, was)
    now = with_(was, notes="Asked on Monday")
    assert changed(engine, whose, now, was)
    assert not changed(engine, whose, now, was)
    with pytest.raises(ActionChangedError):
        put(engine, whose, was)


def test_what_is_done_or_dropped_loses_its_mark_and_makes_room(engine: Engine, whose: str) -> None:
    first = [one(f"No. {number}", is_first=True) for number in range(3)]
    put(engine, whose, *first)
    fourth = one("The fourth", is_first=True)
    with pytest.raises(TooManyFirstError) as error:
        put(engine, whose, fourth)
    assert error.value.first == tuple(first)
    assert changed(engine, whose, with_(first[0], status=Status.DONE), first[0])
    put(engine, whose, fourth)
    assert [action.what for action in listed(engine, whose) if action.is_first] == ["No. 1", "No. 2", "The fourth"]
    done = next(action for action in listed(engine, whose) if action.status is Status.DONE)
    with pytest.raises(TooManyFirstError):
        changed(engine, whose, with_(done, status=Status.UNDER_WAY, is_first=True), done)
    assert changed(engine, whose, with_(fourth, who="Rosa"), fourth), "one of the three is no fourth"


def test_an_action_is_deleted_as_it_was_seen_and_once(engine: Engine, whose: str) -> None:
    was = one()
    put(engine, whose, was)
    now = with_(was, who="Rosa")
    changed(engine, whose, now, was)
    with database.writing(engine) as connection:
        with pytest.raises(ActionChangedError):
            plans.delete(connection, whose, was.id, seen=was.fingerprint)
        plans.delete(connection, whose, was.id, seen=now.fingerprint)
        with pytest.raises(NoActionError):
            plans.delete(connection, whose, was.id, seen=now.fingerprint)
        with pytest.raises(NoActionError):
            plans.change(connection, whose, was, seen=now.fingerprint)
    assert listed(engine, whose) == ()


def test_the_actions_go_with_their_organization_and_are_nobody_elses(engine: Engine, whose: str) -> None:
    action = one()
    put(engine, whose, action)
    with database.writing(engine) as connection:
        other = organizations.start(connection, "Elsewhere", on=A_DAY)
        with pytest.raises(NoActionError):
            plans.delete(connection, other, action.id, seen=action.fingerprint)
        plans.add(connection, other, with_(action, who="Somebody else"))
        organizations.delete(connection, other)
    assert listed(engine, whose) == (action,)
    assert listed(engine, other) == ()


def test_advice_is_found_again_while_it_is_open_and_in_the_year_in_which_it_was_done(
    engine: Engine, whose: str
) -> None:
    dropped = one(advice_id="a", status=Status.DROPPED, why_dropped="No money")
    done, still_open = one(advice_id="b", status=Status.DONE), one(advice_id="c", year=2025)
    put(engine, whose, dropped, done, still_open, one(advice_id="d", year=2025, status=Status.DONE))
    with database.writing(engine) as connection:
        found = [plans.find_from_advice(connection, whose, 2026, advice_id) for advice_id in "abcd"]
    assert found == [None, done, still_open, None]


# Two at once


def tried(deed: Callable[[], object]) -> Callable[[], str]:
    """What came of it: the name of its error, or nothing."""

    def doing() -> str:
        try:
            deed()
        except (TooManyFirstError, TooManyActionsError, ActionChangedError, NoActionError) as error:
            return type(error).__name__
        return ""

    return doing


def test_of_six_who_make_an_action_come_first_at_once_three_succeed(engine: Engine, whose: str) -> None:
    actions = [one(f"No. {number}") for number in range(6)]
    put(engine, whose, *actions)

    def mark(action: Action) -> Callable[[], object]:
        return lambda: changed(engine, whose, with_(action, is_first=True), action)

    told = at_once([tried(mark(action)) for action in actions])
    assert sorted(told) == ["", "", "", *["TooManyFirstError"] * 3]
    assert sum(action.is_first for action in listed(engine, whose)) == 3


def test_of_four_who_add_the_hundredth_action_at_once_one_succeeds(engine: Engine, whose: str) -> None:
    put(engine, whose, *(one(f"No. {number}") for number in range(MOST_ACTIONS - 1)))

    def add(action: Action) -> Callable[[], object]:
        return lambda: put(engine, whose, action)

    told = at_once([tried(add(one("The last"))) for _ in range(4)])
    assert sorted(told) == ["", *["TooManyActionsError"] * 3]
    assert len(listed(engine, whose)) == MOST_ACTIONS


def test_of_four_who_change_one_action_at_once_nobody_overwrites_another(engine: Engine, whose: str) -> None:
    was = one()
    put(engine, whose, was)

    def write(name: str) -> Callable[[], object]:
        return lambda: changed(engine, whose, with_(was, who=name), was)

    told = at_once([tried(write(name)) for name in "abcd"])
    assert sorted(told) == ["", *["ActionChangedError"] * 3]
    assert [action.who for action in listed(engine, whose)] == ["abcd"[told.index("")]]


def test_of_four_who_take_one_advice_at_once_one_adds_it(engine: Engine, whose: str) -> None:
    def take() -> bool:
        with database.writing(engine) as connection:
            if plans.find_from_advice(connection, whose, 2026, "advice"):
                return False
            return plans.add(connection, whose, one(advice_id="advice"))

    told = at_once([take] * 4)
    assert sorted(told) == [False, False, False, True]
    assert len(listed(engine, whose)) == 1
