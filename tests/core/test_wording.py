"""The words of the shipped instrument: how hard they are to read, and what they must not say."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from pydantic import BaseModel

from questionnaire.core.instrument import Advice, Domain, Item, Text
from questionnaire.store import cases, instruments
from tests.core.readability import grade, sentences, words

DATA = Path(__file__).parents[2] / "data"
INSTRUMENT = instruments.read(DATA / "instruments" / "alongside-1")
CASE = cases.read(DATA / "cases" / "greer-2021.yaml")
PEER_QUESTIONS = [
    *(pytest.param(item.peer.question, id=item.id) for item in INSTRUMENT.items.values() if item.peer),
    *(pytest.param(gate.peer, id=gate.id) for gate in INSTRUMENT.gates),
]
CLAIMS = re.compile(r"\b(validated|accredited|representative|certified)\b", re.IGNORECASE)


def texts(part: object, path: str) -> Iterator[tuple[str, Text]]:
    """Every text that a person reads, with where it stands."""
    if isinstance(part, Text):
        yield path, part
    elif isinstance(part, BaseModel):
        for name in type(part).model_fields:
            yield from texts(getattr(part, name), f"{path}.{name}")
    elif isinstance(part, tuple):
        for index, one in enumerate(part):
            yield from texts(one, f"{path}.{index}")


TEXTS = [*texts(INSTRUMENT, "instrument"), *texts(CASE, "case")]


def together(*parts: Text) -> str:
    return "\n".join(part.en for part in parts)


@pytest.mark.parametrize("item", INSTRUMENT.items.values(), ids=lambda item: item.id)
def test_an_item_reads_at_grade_9_or_lower(item: Item) -> None:
    assert grade(together(item.question, item.why, *(level.sees for level in item.levels))) <= 9


@pytest.mark.parametrize("advice", INSTRUMENT.advice.values(), ids=lambda advice: advice.id)
def test_an_advice_reads_at_grade_9_or_lower(advice: Advice) -> None:
    said = (advice.title, advice.why, advice.first_step, advice.leads, advice.involvement, advice.shown_by)
    assert grade(together(*said)) <= 9


@pytest.mark.parametrize("domain", INSTRUMENT.domains, ids=lambda domain: domain.id)
def test_what_a_domain_is_about_reads_at_grade_9_or_lower(domain: Domain) -> None:
    assert grade(domain.about.en) <= 9


@pytest.mark.parametrize("question", PEER_QUESTIONS)
def test_a_peer_question_reads_at_grade_6_or_lower_in_short_sentences(question: Text) -> None:
    assert grade(question.en) <= 6
    assert max(len(words(sentence)) for sentence in sentences(question.en)) < 15


@pytest.mark.parametrize("item", INSTRUMENT.items.values(), ids=lambda item: item.id)
def test_labels_have_six_words_at_most(item: Item) -> None:
    labels = [level.label.en for level in item.levels] + [
        label.en for label in (item.peer.levels if item.peer else ())
    ]
    assert [label for label in labels if len(words(label)) > 6] == []


@pytest.mark.parametrize("item", INSTRUMENT.items.values(), ids=lambda item: item.id)
def test_five_levels_are_told_in_five_ways(item: Item) -> None:
    assert len({level.label.en for level in item.levels}) == len({level.sees.en for level in item.levels}) == 5
    assert item.peer is None or len({label.en for label in item.peer.levels}) == 5


def test_no_text_holds_straight_quotes() -> None:
    assert [where for where, text in TEXTS if re.search("['\"]", text.en)] == []


def test_no_text_claims_what_the_product_may_not() -> None:
    assert [where for where, text in TEXTS if CLAIMS.search(text.en)] == []


def test_the_limits_say_how_small_the_study_is() -> None:
    for fact in ("15 interviews", "one province", "2017", "2018"):
        assert fact in INSTRUMENT.limits.en


def test_the_studys_case_codes_every_item_in_order_on_this_version() -> None:
    assert [coding.id for coding in CASE.items] == list(INSTRUMENT.items)
    assert len(CASE.items) == 35
    assert (CASE.instrument.id, CASE.instrument.version) == (INSTRUMENT.id, INSTRUMENT.version)


def test_the_studys_case_has_a_profile_that_the_instrument_knows() -> None:
    assert CASE.profile.kind in {kind.id for kind in INSTRUMENT.kinds}
    assert CASE.profile.size in {size.id for size in INSTRUMENT.sizes}
    assert CASE.profile.gates.keys() == {gate.id for gate in INSTRUMENT.gates}


@pytest.mark.parametrize("coding", CASE.items, ids=lambda coding: coding.id)
def test_each_coding_of_the_studys_case_says_why(coding: cases.Coding) -> None:
    note = CASE.answers[coding.id].note
    assert note.startswith(coding.reasoning.en)
    assert coding.source is None or note.endswith(f"{coding.source.section}: “{coding.source.words}”")
    assert coding.source or coding.choice.level is None, "a level comes from a passage"
