"""Choices and their levels, gates, and when a change is new or collides with another."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from questionnaire.core.answers import BLANK, Answer, Change, Choice, GateAnswer, asked, asked_in
from tests.builders import a_profile, an_instrument
from tests.core.strategies import ANSWERS

MINE, THEIRS, OLD = (Answer(choice=Choice(level)) for level in "321")


@pytest.mark.parametrize(
    ("choice", "level"), [(Choice(str(level)), level) for level in range(5)] + [(Choice.DONT_KNOW, None)]
)
def test_a_choice_has_the_level_that_it_names(choice: Choice, level: int | None) -> None:
    assert choice.level == level
    assert Answer(choice=choice).level == level


def test_does_not_apply_and_no_answer_have_no_level() -> None:
    assert Choice.DOES_NOT_APPLY.level is None
    assert BLANK.level is None


@pytest.mark.parametrize(
    ("answer", "opens"), [(GateAnswer.YES, True), (GateAnswer.NO, False), (GateAnswer.DONT_KNOW, True)]
)
def test_not_knowing_whether_the_work_is_done_opens_a_gate(answer: GateAnswer, opens: bool) -> None:
    assert answer.opens is opens


@pytest.mark.parametrize(
    ("gates", "left_out"),
    [
        ({"work": GateAnswer.NO}, {"a.1"}),
        ({"work": GateAnswer.DONT_KNOW}, set()),
        ({"work": GateAnswer.YES}, set()),
        ({}, set()),
        ({"other": GateAnswer.NO}, set()),
    ],
)
def test_an_item_is_asked_unless_its_own_gate_is_closed(gates: dict[str, GateAnswer], left_out: set[str]) -> None:
    instrument, profile = an_instrument(gated=("a.1",)), a_profile(**gates)
    everything = [item.id for domain in instrument.domains for item in asked_in(domain, profile)]
    assert [item.id for item in asked(instrument, profile)] == everything
    assert set(instrument.items) - set(everything) == left_out


def test_items_are_asked_in_the_instruments_order() -> None:
    instrument = an_instrument(domains=3, items=2)
    assert [item.id for item in asked(instrument, a_profile())] == ["a.1", "a.2", "b.1", "b.2", "c.1", "c.2"]
    assert [item.id for item in asked_in(instrument.domains[1], a_profile())] == ["b.1", "b.2"]


@pytest.mark.parametrize(
    ("seen", "current", "mine", "is_new", "collides"),
    [
        pytest.param(OLD, OLD, MINE, True, False, id="nobody else wrote"),
        pytest.param(OLD, OLD, OLD, False, False, id="left as it was"),
        pytest.param(OLD, THEIRS, OLD, False, False, id="left as it was while somebody else wrote"),
        pytest.param(OLD, MINE, MINE, False, False, id="somebody else wrote the same"),
        pytest.param(OLD, THEIRS, MINE, True, True, id="somebody else wrote another answer"),
        pytest.param(OLD, BLANK, MINE, True, True, id="somebody else cleared it"),
        pytest.param(OLD, THEIRS, BLANK, True, True, id="cleared while somebody else wrote"),
        pytest.param(BLANK, BLANK, MINE, True, False, id="first answer"),
        pytest.param(BLANK, BLANK, BLANK, False, False, id="still open"),
        pytest.param(None, BLANK, MINE, True, True, id="nobody knows what was seen"),
        pytest.param(None, BLANK, BLANK, False, False, id="nobody knows what was seen, still open"),
        pytest.param(None, MINE, MINE, False, False, id="nobody knows what was seen, stands already"),
    ],
)
def test_a_change(seen: Answer | None, current: Answer, mine: Answer, is_new: bool, collides: bool) -> None:
    change = Change(seen=seen.fingerprint if seen else "", answer=mine)
    assert (change.is_new(current), change.collides(current)) == (is_new, collides)


@pytest.mark.parametrize(
    "other",
    [
        Answer(choice=Choice.LEVEL_2),
        Answer(choice=Choice.LEVEL_3, reason="So"),
        Answer(choice=Choice.LEVEL_3, note="So"),
        Answer(choice=Choice.LEVEL_3, come_back=True),
    ],
)
def test_a_change_of_anything_beside_an_item_is_new(other: Answer) -> None:
    assert Change(seen=MINE.fingerprint, answer=other).is_new(MINE)


@given(ANSWERS, ANSWERS)
def test_answers_have_the_same_fingerprint_only_if_they_say_the_same(one: Answer, other: Answer) -> None:
    assert (one.fingerprint == other.fingerprint) == (one == other)
    assert one.fingerprint == replace(one).fingerprint


@given(ANSWERS, ANSWERS, st.sampled_from(["", "seen", None]))
def test_only_what_is_new_collides(current: Answer, mine: Answer, seen: str | None) -> None:
    change = Change(seen=current.fingerprint if seen is None else seen, answer=mine)
    assert change.is_new(current) or not change.collides(current)
    assert seen is not None or not change.collides(current)


def test_profiles_have_the_same_fingerprint_only_if_they_say_the_same() -> None:
    yes, no = a_profile(work=GateAnswer.YES), a_profile(work=GateAnswer.NO)
    assert yes.fingerprint == a_profile(work=GateAnswer.YES).fingerprint != no.fingerprint
    assert len(yes.fingerprint) == 16


def test_the_order_of_gates_does_not_change_a_profiles_fingerprint() -> None:
    one = a_profile(front=GateAnswer.YES, back=GateAnswer.NO)
    assert one.fingerprint == a_profile(back=GateAnswer.NO, front=GateAnswer.YES).fingerprint
