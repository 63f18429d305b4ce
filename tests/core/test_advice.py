"""Which advice is given, in which order, and which leads."""

import pytest
from hypothesis import given

from questionnaire.core.advice import GivenAdvice, advise
from questionnaire.core.answers import Answer, Choice, GateAnswer
from questionnaire.core.instrument import Instrument, parse
from tests.builders import a_profile, a_tree, an_advice, an_instrument, answers, changed, levels
from tests.core.strategies import answers_to

INSTRUMENT = an_instrument(gated=("a.1",))


def given_for(instrument: Instrument = INSTRUMENT, **choices: str) -> list[GivenAdvice]:
    return list(advise(instrument, a_profile(), answers(**choices)))


def items_of(advice: list[GivenAdvice]) -> list[str]:
    return [given.item_id for given in advice]


def leading(advice: list[GivenAdvice]) -> list[str]:
    return [given.item_id for given in advice if given.leads]


def test_the_lowest_level_comes_first() -> None:
    assert items_of(given_for(a_1="3", a_2="1", b_1="2", c_1="0")) == ["c.1", "a.2", "b.1", "a.1"]


def test_dont_know_stands_where_level_1_stands() -> None:
    found = given_for(a_1="2", b_1="dont-know", c_1="1", d_1="dont-know", d_2="0")
    assert items_of(found) == ["d.2", "b.1", "c.1", "d.1", "a.1"]


def test_at_the_same_level_the_instruments_order_holds() -> None:
    assert items_of(given_for(d_1="1", b_2="1", b_1="1", a_3="1")) == ["a.3", "b.1", "b.2", "d.1"]


@pytest.mark.parametrize("choice", ["4", "does-not-apply"])
def test_there_is_no_advice_at_the_top_or_where_an_item_does_not_apply(choice: str) -> None:
    assert given_for(a_1=choice) == []


def test_there_is_no_advice_for_an_open_item() -> None:
    assert given_for() == []
    assert list(advise(INSTRUMENT, a_profile(), {"a.1": Answer(note="Not sure", come_back=True)})) == []


def test_there_is_no_advice_for_an_item_that_is_not_asked() -> None:
    closed = a_profile(work=GateAnswer.NO)
    assert items_of(list(advise(INSTRUMENT, closed, answers(a_1="0", a_2="0")))) == ["a.2"]


def test_at_most_three_lead() -> None:
    found = given_for(a_1="3", b_1="2", c_1="1", d_1="0")
    assert leading(found) == ["d.1", "c.1", "b.1"]


def test_only_one_of_a_domain_leads() -> None:
    found = given_for(a_1="0", a_2="0", a_3="0", b_1="2", b_2="1")
    assert items_of(found) == ["a.1", "a.2", "a.3", "b.2", "b.1"]
    assert leading(found) == ["a.1", "b.2"]


def test_an_item_with_two_advices_gives_both_and_leads_with_the_first() -> None:
    tree = changed(
        a_tree(), "domains.0.items.1.advice", [an_advice("a.2.first", "a.2"), an_advice("a.2.then", "a.2")]
    )
    found = given_for(parse(tree), a_2="0", b_1="1")
    assert [(given.advice_id, given.leads) for given in found] == [
        ("a.2.first", True),
        ("a.2.then", False),
        ("b.1.advice", True),
    ]


def test_advice_remembers_the_choice_that_it_is_given_for() -> None:
    found = given_for(a_1="dont-know", a_2="3")
    assert [given.choice for given in found] == [Choice.DONT_KNOW, Choice.LEVEL_3]


def test_an_answer_to_an_unknown_item_gives_no_advice() -> None:
    assert given_for(z_1="0") == []


def test_an_organization_at_the_top_everywhere_gets_no_advice() -> None:
    assert advise(INSTRUMENT, a_profile(), levels(INSTRUMENT, 4)) == ()


@given(answers_to(INSTRUMENT))
def test_those_that_lead_are_the_first_of_their_domains(chosen: dict[str, Answer]) -> None:
    found = list(advise(INSTRUMENT, a_profile(), chosen))
    first: dict[str, str] = {}
    for given_advice in found:
        first.setdefault(INSTRUMENT.domain_of[given_advice.item_id].id, given_advice.item_id)
    assert leading(found) == list(first.values())[:3]
    urgencies = [1 if given_advice.choice.level is None else given_advice.choice.level for given_advice in found]
    assert urgencies == sorted(urgencies)
