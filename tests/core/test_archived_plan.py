"""The plan in an archive: which are loaded, and which are none that could have been made here."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import TypeAdapter, ValidationError

from questionnaire.core.archive import MANIFEST, PLAN, Reason, read, recognize, write
from questionnaire.core.fitting import LONGEST_ID, MOST_ITEMS
from questionnaire.core.instrument import Identifier
from questionnaire.core.plan import LINE_LIMIT, MOST_ACTIONS, MOST_FIRST
from tests.archives import an_archive, an_id, of_version_1, refusal, sealed, with_value
from tests.builders import an_action

# What is wrong: where, what stands there; and the place that is named, if it is not that one.
Row = tuple[str, object] | tuple[str, object, str]
UNREADABLE: dict[str, Row] = {
    "an action in another state": ("0/status", "begun"),
    "an action due on no day": ("0/due_on", "2026-02-30"),
    "an action with more": ("1/by", "Kim"),
    "an action with less": ("1/what", ...),
}

UNFIT: dict[str, Row] = {
    "an action that is called otherwise": ("2/id", "z"),
    "an action with a capital in its id": ("2/id", an_id(3)[:-1] + "A"),
    "an action twice": ("1/id", an_id(1)),
    "actions in disorder": ("0/id", an_id(4), "1.id"),
    "an action of a year too early": ("0/year", 1999),
    "an action of a year too late": ("0/year", 10**30),
    "an action that says nothing": ("0/what", " "),
    "a long action": ("0/what", "x" * (LINE_LIMIT + 1)),
    "an action of two lines": ("0/what", "Write\nthem down"),
    "a long who": ("0/who", "x" * (LINE_LIMIT + 1)),
    "a who with a tab": ("0/who", "Kim\tSam"),
    "an action that was due long ago": ("0/due_on", "1999-12-31"),
    "an action that is due in the far future": ("0/due_on", "2111-01-01"),
    "a long why": ("2/why_dropped", "x" * 501),
    "a why with a bell": ("2/why_dropped", "x\a"),
    "a long note of an action": ("0/notes", "x" * 10_001),
    "a note of an action with NUL": ("0/notes", "x\0"),
    "a long involvement": ("0/involvement", "x" * 2_001),
    "an involvement with a mark of order": ("0/involvement", "x\ufffe"),
    "a question twice": ("0/items", ["a.1", "a.1"]),
    "a question that no file could have": ("0/items/1", "../x", "0.items"),
    "a question with a long name": ("0/items/1", "a" * (LONGEST_ID + 1), "0.items"),
    "too many questions": ("0/items", [f"a.{number}" for number in range(MOST_ITEMS + 1)]),
    "an advice without a name": ("0/advice_id", ""),
    "an action that is done and comes first": ("1/is_first", True),
}


def test_the_first_version_had_no_plan() -> None:
    files = of_version_1(an_archive())
    assert PLAN not in files
    recognize(files[MANIFEST])
    assert read(files) == replace(an_archive(), plan=())


def test_an_archive_of_the_first_version_with_a_plan_is_none() -> None:
    assert refusal(sealed(write(an_archive()), version=1)) == (Reason.STRANGER, PLAN, None)


@pytest.mark.parametrize("what", UNREADABLE)
def test_a_plan_that_does_not_hold_what_it_should_is_refused(what: str) -> None:
    path, value, *_ = UNREADABLE[what]
    assert refusal(with_value(PLAN, path, value)) == (Reason.UNREADABLE, PLAN, path.replace("/", "."))


@pytest.mark.parametrize("what", UNFIT)
def test_a_plan_that_could_not_have_been_made_here_is_refused(what: str) -> None:
    path, value, *other = UNFIT[what]
    where = other[0] if other else path.replace("/", ".")
    assert refusal(with_value(PLAN, path, value)) == (Reason.UNFIT, PLAN, where)


@pytest.mark.parametrize(
    ("actions", "first", "where"),
    [
        (MOST_ACTIONS, MOST_FIRST, None),
        (MOST_ACTIONS + 1, 0, "…"),
        (MOST_ACTIONS, MOST_FIRST + 1, f"{MOST_FIRST}.is_first"),
    ],
)
def test_a_plan_of_more_than_can_be_planned_here_is_refused(actions: int, first: int, where: str | None) -> None:
    plan = tuple(an_action(id=an_id(number), is_first=number <= first) for number in range(1, actions + 1))
    files = write(replace(an_archive(), plan=plan))
    if where is None:
        assert read(files).plan == plan
    else:
        assert refusal(files) == (Reason.UNFIT, PLAN, where)


def test_a_plan_may_speak_of_years_questions_and_advice_that_are_gone() -> None:
    action = an_action(year=2001, items=("z.9", "old-domain.x"), advice_id="z.9.advice")
    assert read(write(replace(an_archive(), plan=(action,)))).plan == (action,)


@given(st.text(alphabet="ab1.-_A é\n/", max_size=6) | st.integers(78, 83).map("a".__mul__))
def test_an_action_names_questions_as_they_are_named(name: str) -> None:
    try:
        expected = TypeAdapter(Identifier).validate_python(name) == name
    except ValidationError:
        expected = False
    files = write(replace(an_archive(), plan=(an_action(items=(name,)),)))
    if expected:
        assert read(files).plan[0].items == (name,)
    else:
        assert refusal(files) == (Reason.UNFIT, PLAN, "0.items")
