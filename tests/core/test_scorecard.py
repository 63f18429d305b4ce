"""What a scorecard says of its figures: the headline's rules row by row, remarks, strengths and where to start."""

import pytest

from questionnaire.core.answers import Answer, Choice, GateAnswer
from questionnaire.core.instrument import Text
from questionnaire.core.phrase import Param, Phrase
from questionnaire.core.scorecard import Scorecard
from questionnaire.core.submission import freeze
from tests.builders import (
    A_DAY,
    a_profile,
    a_scorecard,
    a_submission,
    an_instrument,
    answers,
    answers_scoring,
    levels,
)

ORGANIZATION = {"organization": "Harbour Street"}
SMALL = an_instrument(domains=3, items=3)


def name(*domain_ids: str) -> tuple[Text, ...]:
    return tuple(Text(en=f"Domain {domain_id}") for domain_id in domain_ids)


def card(**choices: str) -> Scorecard:
    return Scorecard(a_submission(SMALL, answers(**choices)), SMALL)


HEADLINES: dict[str, tuple[dict[str, float | None], Phrase]] = {
    "nothing scored": ({"a": None, "b": None, "c": None}, Phrase("headline.nothing-scored")),
    "one scored": (
        {"a": None, "b": 80, "c": None},
        Phrase("headline.one-scored", {"domain": name("b")[0], "points": 80}),
    ),
    "one scored, at nothing": (
        {"a": 0, "b": None, "c": None},
        Phrase("headline.one-scored", {"domain": name("a")[0], "points": 0}),
    ),
    "all strong": ({"a": 75, "b": 100, "c": 80}, Phrase("headline.all-strong", ORGANIZATION)),
    "all that were scored strong": ({"a": 75, "b": None, "c": 75}, Phrase("headline.all-strong", ORGANIZATION)),
    "just not all strong, and even": (
        {"a": 70, "b": 75, "c": 75},
        Phrase("headline.even", {**ORGANIZATION, "low": 70, "high": 75}),
    ),
    "even": ({"a": 50, "b": 55, "c": 50}, Phrase("headline.even", {**ORGANIZATION, "low": 50, "high": 55})),
    "all the same": ({"a": 0, "b": 0, "c": 0}, Phrase("headline.even", {**ORGANIZATION, "low": 0, "high": 0})),
    "even in the lower half": (
        {"a": 40, "b": 45, "c": 45},
        Phrase("headline.even", {**ORGANIZATION, "low": 40, "high": 45}),
    ),
    "lower half": ({"a": 45, "b": 35, "c": 40}, Phrase("headline.lower-half", {**ORGANIZATION, "lowest": name("b")})),
    "lower half, two lowest": (
        {"a": 45, "b": 0, "c": 0},
        Phrase("headline.lower-half", {**ORGANIZATION, "lowest": name("b", "c")}),
    ),
    "ten points apart": (
        {"a": 50, "b": 40, "c": 45},
        Phrase("headline.apart", {**ORGANIZATION, "highest": name("a"), "lowest": name("b")}),
    ),
    "two highest and two lowest": (
        {"a": 20, "b": 80, "c": 80, "d": 20, "e": 50},
        Phrase("headline.apart", {**ORGANIZATION, "highest": name("b", "c"), "lowest": name("a", "d")}),
    ),
    "an unscored domain is no extreme": (
        {"a": None, "b": 30, "c": 90},
        Phrase("headline.apart", {**ORGANIZATION, "highest": name("c"), "lowest": name("b")}),
    ),
}


@pytest.mark.parametrize("row", HEADLINES)
def test_the_headline_says_what_the_figures_say(row: str) -> None:
    points, headline = HEADLINES[row]
    assert a_scorecard(**points).headline == headline


def test_the_headline_compares_figures_as_they_are_shown() -> None:
    eight = an_instrument(domains=3, items=8)
    shown_ten_apart = Scorecard(a_submission(eight, answers_scoring(eight, a=53.125, b=62.5, c=62.5)), eight)
    assert [result.points for result in shown_ten_apart.domains] == [53, 63, 63]
    assert shown_ten_apart.headline.id == "headline.apart"


def test_a_scorecard_with_all_items_answered_makes_no_remark() -> None:
    assert a_scorecard(a=50, b=50, c=50).remarks == ()


def test_remarks_count_dont_knows_and_open_questions_among_those_asked() -> None:
    assert card(a_1="1", a_2="1", a_3="1", b_1="dont-know", b_2="does-not-apply", c_1="dont-know").remarks == (
        Phrase("remark.dont-know", {"count": 2, "asked": 9}),
        Phrase("remark.unanswered", {"count": 3, "asked": 9}),
        Phrase("remark.not-scored", {"domains": name("b", "c")}),
    )


def test_questions_that_are_not_asked_are_no_remark() -> None:
    gated = an_instrument(domains=3, items=4, gated=("a.1", "b.1"))
    chosen = {item_id: answer for item_id, answer in levels(gated, 2).items() if item_id not in ("a.1", "c.1")}
    submission = freeze(
        gated,
        organization="Harbour Street",
        year=2026,
        revision=1,
        on=A_DAY,
        profile=a_profile(work=GateAnswer.NO),
        answers=chosen,
    )
    found = Scorecard(submission, gated)
    assert [len(result.items) for result in found.domains] == [3, 3, 4]
    assert found.remarks == (
        Phrase("remark.unanswered", {"count": 1, "asked": 10}),
        Phrase("remark.not-scored", {"domains": name("c")}),
    )


def test_where_nothing_is_scored_no_domain_is_singled_out() -> None:
    assert card().remarks == (Phrase("remark.unanswered", {"count": 9, "asked": 9}),)


@pytest.mark.parametrize(
    ("points", "in_words", "figure"),
    [
        (50.0, ("domain.scored", {"points": 50}), ("figure.points", {"points": 50})),
        (0.0, ("domain.scored", {"points": 0}), ("figure.points", {"points": 0})),
        (None, ("domain.not-scored", {"missing": 4}), ("figure.missing", {"missing": 4})),
    ],
)
def test_a_domain_says_its_figure_or_how_many_answers_are_missing(
    points: float | None, in_words: tuple[str, dict[str, Param]], figure: tuple[str, dict[str, Param]]
) -> None:
    result = a_scorecard(a=points, b=50, c=50).domains[0]
    assert result.in_words == Phrase(in_words[0], {"domain": name("a")[0], **in_words[1]})
    assert result.figure == Phrase(*figure)


def test_a_half_point_is_shown_rounded_upwards() -> None:
    ten = an_instrument(items=10)
    card = Scorecard(a_submission(ten, answers_scoring(ten, a=62.5, b=62.5, c=62.5, d=62.5)), ten)
    assert ([result.points for result in card.domains], card.overall) == ([63, 63, 63, 63], 63)


def test_the_overall_figure_is_absent_under_four_scored_domains() -> None:
    assert a_scorecard(a=50, b=50, c=50).overall is None


def test_a_domain_is_a_strength_from_75_points() -> None:
    found = a_scorecard(a=75, b=70, c=100, d=None).strong_domains
    assert [result.domain.id for result in found] == ["a", "c"]


def test_an_item_is_a_strength_at_the_highest_level() -> None:
    found = card(a_1="4", a_2="3", b_2="4", c_1="dont-know").strong_items
    assert [result.item.id for result in found] == ["a.1", "b.2"]


def test_an_item_is_a_strength_even_where_its_domain_is_not_scored() -> None:
    found = card(a_1="4")
    assert found.domains[0].points is None
    assert [result.item.id for result in found.strong_items] == ["a.1"]


@pytest.mark.parametrize(("choice", "points", "label"), [("0", 0, "Level 0"), ("3", 75, "Level 3")])
def test_an_item_shows_its_level_and_points(choice: str, points: int, label: str) -> None:
    result = card(a_1=choice).domains[0].items[0]
    assert result.points == points
    assert result.level
    assert result.level.label.en == label


@pytest.mark.parametrize("choice", [None, Choice.DONT_KNOW, Choice.DOES_NOT_APPLY])
def test_an_item_without_a_level_shows_neither_level_nor_points(choice: Choice | None) -> None:
    chosen = {"a.1": Answer(choice=choice)}
    result = Scorecard(a_submission(SMALL, chosen), SMALL).domains[0].items[0]
    assert (result.level, result.points) == (None, None)


def test_start_here_is_the_advice_that_leads() -> None:
    found = a_scorecard(a=50, b=25, c=0, d=75)
    assert [result.item.id for result in found.start_here] == ["c.1", "b.1", "a.1"]
    assert all(result.given.leads for result in found.start_here)


def test_advice_stands_beside_its_item_and_domain() -> None:
    (result,) = card(b_2="1").advice
    assert (result.advice.id, result.item.id, result.domain.id) == ("b.2.advice", "b.2", "b")


@pytest.mark.parametrize(
    ("choice", "next_label", "in_place"),
    [
        ("0", "Level 1", False),
        ("1", "Level 2", False),
        ("2", "Level 3", False),
        ("3", "Level 4", True),
        ("dont-know", "Level 2", False),
    ],
)
def test_advice_shows_one_level_up_and_where_nobody_knows_the_one_after_level_1(
    choice: str, next_label: str, in_place: bool
) -> None:
    (result,) = card(a_1=choice).advice
    assert (result.next_level.label.en, result.in_place) == (next_label, in_place)


@pytest.mark.parametrize(
    ("choice", "reason"),
    [
        ("2", Phrase("reason.level", {"label": Text(en="Level 2"), "level": 2})),
        ("0", Phrase("reason.level", {"label": Text(en="Level 0"), "level": 0})),
        ("dont-know", Phrase("reason.dont-know")),
    ],
)
def test_advice_gives_what_was_answered_as_its_reason(choice: str, reason: Phrase) -> None:
    (result,) = card(a_1=choice).advice
    assert result.reason == reason


def test_a_domain_of_which_too_little_applies_asks_for_no_more_answers() -> None:
    instrument = an_instrument(domains=3, items=3)
    given = answers(a_1="2", a_2="2", a_3="does-not-apply")
    result = Scorecard(a_submission(instrument, given), instrument).domains[0]
    assert result.in_words == Phrase("domain.too-few-apply", {"domain": instrument.domains[0].name})
    assert result.figure == Phrase("figure.too-few-apply")
