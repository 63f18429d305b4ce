"""The plan: what comes first, what is overdue, and whether the questions that an action should move have moved."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from questionnaire.core.answers import Choice
from questionnaire.core.instrument import parse
from questionnaire.core.phrase import Phrase
from questionnaire.core.plan import (
    SOON_DAYS,
    Action,
    ItemLevels,
    Movement,
    Order,
    Planned,
    Status,
    Timing,
    advice_in_plan,
    arranged,
    planned,
)
from questionnaire.core.scorecard import Scorecard
from questionnaire.language import languages
from tests.builders import a_version, a_year, an_action, an_instrument

TODAY = date(2026, 10, 14)
FIVE = an_instrument(domains=3)
THEN, NOW = a_year(2025, FIVE, a="22222"), a_year(2026, FIVE, a="342?-")

ACTIONS = st.builds(
    an_action,
    st.sampled_from(["a", "B", "é", ""]),
    id=st.uuids().map(str),
    who=st.sampled_from(["", "Ann", "bob"]),
    due_on=st.none() | st.dates(date(2026, 1, 1), date(2027, 1, 1)),
    status=st.sampled_from(Status),
    is_first=st.booleans(),
)


def moved(items: str, *, then: Scorecard = THEN, now: Scorecard = NOW, year: int = 2025) -> Movement | None:
    """What moved of these questions since an action was planned."""
    action = an_action(year=year, items=tuple(items.split()))
    (one,) = planned(now, {then.submission.year: then}, [action])
    return one.movement


# What is to be done, and by when


@pytest.mark.parametrize(
    ("status", "is_open"),
    [(Status.NOT_STARTED, True), (Status.UNDER_WAY, True), (Status.DONE, False), (Status.DROPPED, False)],
)
def test_an_action_is_open_until_it_is_done_or_dropped(status: Status, is_open: bool) -> None:
    assert an_action(status=status).is_open is is_open


@pytest.mark.parametrize(
    ("days", "timing"),
    [
        (-1, Timing.OVERDUE),
        (-400, Timing.OVERDUE),
        (0, Timing.SOON),
        (1, Timing.SOON),
        (SOON_DAYS, Timing.SOON),
        (SOON_DAYS + 1, Timing.LATER),
    ],
)
@pytest.mark.parametrize("status", [Status.NOT_STARTED, Status.UNDER_WAY])
def test_an_open_action_is_overdue_from_the_day_after_its_date(days: int, timing: Timing, status: Status) -> None:
    assert an_action(due_on=TODAY + timedelta(days=days), status=status).timing(TODAY) is timing


@pytest.mark.parametrize("status", [Status.DONE, Status.DROPPED])
def test_what_is_done_or_dropped_is_never_overdue(status: Status) -> None:
    assert an_action(due_on=TODAY - timedelta(days=9), status=status).timing(TODAY) is Timing.NONE


def test_what_has_no_date_is_never_overdue() -> None:
    assert an_action(due_on=None).timing(TODAY) is Timing.NONE


def test_another_action_has_another_fingerprint() -> None:
    other = {
        "id": "2",
        "year": 2025,
        "what": "Other",
        "who": "Other",
        "due_on": None,
        "status": Status.DONE,
        "why_dropped": "Other",
        "notes": "Other",
        "involvement": "Other",
        "items": ("a.1",),
        "advice_id": "a.1.advice",
        "is_first": True,
    }
    assert set(other) == set(Action.model_fields)
    fingerprints = {an_action().model_copy(update={field: value}).fingerprint for field, value in other.items()}
    assert len(fingerprints | {an_action().fingerprint}) == len(other) + 1
    assert an_action().fingerprint == an_action().fingerprint
    assert len(an_action().fingerprint) == 16


def test_an_action_holds_nothing_else() -> None:
    with pytest.raises(ValidationError):
        an_action(done_by="Somebody")


# In which order

ORDERS: dict[Order, list[str]] = {
    Order.FIRST: [
        "first, no date",
        "soon, under way",
        "late, by Ann",
        "no date, by bob",
        "nobody",
        "done",
        "dropped",
    ],
    Order.DUE: ["soon, under way", "late, by Ann", "first, no date", "no date, by bob", "nobody", "done", "dropped"],
    Order.STATUS: [
        "soon, under way",
        "late, by Ann",
        "first, no date",
        "no date, by bob",
        "nobody",
        "done",
        "dropped",
    ],
    Order.WHO: ["late, by Ann", "no date, by bob", "first, no date", "soon, under way", "nobody", "done", "dropped"],
}
PLAN = (
    an_action("dropped", who="Ann", due_on=date(2026, 1, 1), status=Status.DROPPED, is_first=True),
    an_action("done", who="Ann", due_on=date(2026, 1, 1), status=Status.DONE, is_first=True),
    an_action("nobody", who="", due_on=None),
    an_action("no date, by bob", who="bob", due_on=None),
    an_action("late, by Ann", who="Ann", due_on=date(2027, 5, 1)),
    an_action("soon, under way", who="Zoë", due_on=date(2026, 11, 1), status=Status.UNDER_WAY),
    an_action("first, no date", who="Cy", due_on=None, is_first=True),
)


@pytest.mark.parametrize("order", Order)
def test_actions_are_sorted_and_what_is_closed_comes_last(order: Order) -> None:
    assert [action.what for action in arranged(PLAN, order)] == ORDERS[order]


def test_what_is_under_way_comes_before_what_is_not_started_whatever_its_date() -> None:
    early, late = an_action("early", due_on=TODAY), an_action("late", due_on=None, status=Status.UNDER_WAY)
    assert arranged([early, late], Order.STATUS) == (late, early)
    assert arranged([early, late], Order.DUE) == (early, late)


def test_equal_dates_are_sorted_by_words_whatever_their_case_and_equal_words_by_id() -> None:
    actions = (an_action("b"), an_action("B", id="2"), an_action("a"), an_action("C"))
    assert [(one.what, one.id[:1]) for one in arranged(actions)] == [("a", "0"), ("b", "0"), ("B", "2"), ("C", "0")]


@given(st.lists(ACTIONS, max_size=8, unique_by=lambda action: action.id), st.sampled_from(Order), st.randoms())
def test_every_order_holds_every_action_however_they_were_given(
    actions: list[Action], order: Order, random: object
) -> None:
    found = arranged(actions, order)
    assert sorted(found, key=lambda one: one.id) == sorted(actions, key=lambda one: one.id)
    assert found == arranged(reversed(actions), order)
    assert [one.is_open for one in found] == sorted((one.is_open for one in found), reverse=True)


# What moved


def test_what_moved_is_counted_by_direction() -> None:
    movement = moved("a.1 a.2 a.3 a.4 a.5", now=a_year(2026, FIVE, a="3421?"))
    assert movement
    assert (movement.earlier_year, movement.later_year) == (2025, 2026)
    assert (movement.up, movement.same, movement.down, movement.not_comparable) == (2, 1, 1, 1)
    assert movement.in_words == (
        Phrase("movement.up", {"count": 2, "year": 2025}),
        Phrase("movement.same", {"count": 1, "year": 2025}),
        Phrase("movement.down", {"count": 1, "year": 2025}),
        Phrase("movement.not-comparable", {"count": 1, "year": 2025}),
    )


@pytest.mark.parametrize(
    ("item", "words"),
    [
        ("a.1", "1 question is at a higher level than in 2025"),
        ("a.2", "1 question is at the same level as in 2025"),
        ("a.3", "1 question is at a lower level than in 2025"),
        ("a.4", "1 question cannot be compared with 2025"),
    ],
)
def test_only_what_there_is_is_said(item: str, words: str) -> None:
    movement = moved(item, now=a_year(2026, FIVE, a="321?-"))
    assert movement
    assert [languages()["en"].say(phrase) for phrase in movement.in_words] == [words]


def test_what_moved_is_said_of_each_question_in_the_actions_own_order() -> None:
    movement = moved("a.4 a.1")
    assert movement
    assert movement.levels == (
        ItemLevels(item_id="a.4", earlier=None, later=None),
        ItemLevels(item_id="a.1", earlier=2, later=3),
    )


@pytest.mark.parametrize("item", ["a.4", "a.5", "gone"])
def test_what_has_no_level_in_both_years_is_not_comparable(item: str) -> None:
    movement = moved(item)
    assert movement
    assert (movement.up, movement.same, movement.down, movement.not_comparable) == (0, 0, 0, 1)


def test_what_was_reworded_or_went_to_another_domain_is_not_comparable() -> None:
    newer = parse(a_version(2, a="a.1 a.2/2 a.3", b="b.1 a.4", c="c.1"))
    movement = moved("a.1 a.2 a.4", now=a_year(2026, newer, a="333", b="33"))
    assert movement
    assert (movement.up, movement.not_comparable) == (1, 2)


def test_one_question_moves_though_its_domain_shares_too_few() -> None:
    movement = moved("a.1", then=a_year(2025, FIVE, a="0----"), now=a_year(2026, FIVE, a="4----"))
    assert movement
    assert movement.up == 1


def test_an_action_of_the_scorecards_own_year_has_not_moved_anything_yet() -> None:
    assert moved("a.1", year=2026) is None
    assert planned(NOW, {2026: NOW}, [an_action(items=("a.1",))])[0].movement is None


def test_an_action_without_questions_or_without_its_year_moves_nothing() -> None:
    assert moved("") is None
    assert moved("a.1", year=2024) is None


def test_the_plan_beside_a_scorecard_holds_no_action_of_a_later_year() -> None:
    actions = [an_action(str(year), year=year) for year in (2027, 2024, 2026, 2025)]
    found = planned(NOW, {2025: THEN}, actions)
    assert [one.action.what for one in found] == ["2024", "2025", "2026"]
    assert all(isinstance(one, Planned) for one in found)


def test_the_plan_beside_a_scorecard_is_sorted_by_what_comes_first() -> None:
    assert [one.action.what for one in planned(NOW, {}, PLAN)] == ORDERS[Order.FIRST]


def test_levels_of_what_moved_are_those_that_were_answered() -> None:
    movement = moved("a.2")
    assert movement
    assert NOW.submission.answers["a.2"].choice is Choice.LEVEL_4
    assert [(one.earlier, one.later) for one in movement.levels] == [(2, 4)]


@pytest.mark.parametrize(
    ("status", "year", "is_planned"),
    [
        (Status.NOT_STARTED, 2025, True),
        (Status.UNDER_WAY, 2025, True),
        (Status.DONE, 2026, True),
        (Status.DONE, 2025, False),
        (Status.DROPPED, 2026, False),
    ],
)
def test_advice_is_planned_while_its_action_is_open_or_done_in_the_same_year(
    status: Status, year: int, is_planned: bool
) -> None:
    action = an_action("Write it down", advice_id="advice.a.1", year=year, status=status, why_dropped="Too dear")
    own = an_action("Our own", year=2026)
    assert advice_in_plan([action, own], 2026) == ({"advice.a.1": action.id} if is_planned else {})
