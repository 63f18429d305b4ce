"""The rules 1 to 4 of scoring, by hand-worked examples and by what holds for all answers."""

from statistics import mean

import pytest
from hypothesis import given
from hypothesis import strategies as st

from questionnaire.core.answers import Answer, Choice, GateAnswer
from questionnaire.core.scoring import DomainScore, Scores, score, whole
from tests.builders import a_profile, an_instrument, answers, answers_scoring
from tests.core.strategies import answers_to

SIX = an_instrument(domains=4, items=6)
GATED = an_instrument(gated=("a.1", "b.2"))
OPEN = ""


def scored(*choices: str) -> DomainScore:
    """The score of a domain with one item for each choice; an empty choice leaves its item open."""
    instrument = an_instrument(domains=3, items=len(choices))
    chosen = {f"a_{number}": choice for number, choice in enumerate(choices, start=1) if choice}
    return score(instrument, a_profile(), answers(**chosen)).domains[0]


def scores(**points: float | None) -> Scores:
    instrument = an_instrument(domains=len(points))
    return score(instrument, a_profile(), answers_scoring(instrument, **points))


@pytest.mark.parametrize(
    ("choices", "points"),
    [
        ("000", 0),
        ("444", 100),
        ("111", 25),
        ("01234", 50),
        ("012", 25),
        ("344", 91.6667),
        ("0000000000000001", 1.5625),
    ],
)
def test_a_domain_is_the_mean_of_its_levels_times_25(choices: str, points: float) -> None:
    assert scored(*choices).points == points


@pytest.mark.parametrize(
    ("applicable", "needed"), [(3, 3), (4, 4), (5, 4), (6, 5), (7, 6), (8, 7), (9, 8), (10, 8), (15, 12), (16, 13)]
)
def test_a_domain_is_scored_from_80_percent_of_its_applicable_items(applicable: int, needed: int) -> None:
    enough = scored(*["2"] * needed, *[OPEN] * (applicable - needed))
    assert (enough.points, enough.missing, enough.unanswered) == (50, 0, applicable - needed)
    few = scored(*["2"] * (needed - 1), *[OPEN] * (applicable - needed + 1))
    assert (few.points, few.missing, few.unanswered) == (None, 1, applicable - needed + 1)


@pytest.mark.parametrize(("levels", "points"), [(2, None), (3, 75)])
def test_a_domain_needs_three_levels_even_where_fewer_items_apply(levels: int, points: float | None) -> None:
    assert scored(*["3"] * levels, *["does-not-apply"] * (6 - levels)).points == points


def test_items_that_do_not_apply_leave_the_denominator() -> None:
    assert scored("4", "4", "4", "4", OPEN, OPEN).points is None
    left_out = scored("4", "4", "4", "4", "does-not-apply", OPEN)
    assert (left_out.points, left_out.applicable, left_out.does_not_apply) == (100, 5, 1)


def test_dont_know_is_in_no_mean_but_is_counted() -> None:
    found = scored("4", "4", "4", "4", "dont-know")
    assert (found.points, found.applicable, found.with_level, found.dont_know) == (100, 5, 4, 1)


def test_dont_know_lowers_coverage_as_an_open_item_does() -> None:
    found = scored("4", "4", "4", "dont-know", "dont-know")
    assert (found.points, found.missing, found.dont_know, found.unanswered) == (None, 1, 2, 0)


def test_unanswered_question_lowers_coverage_not_score() -> None:
    assert scored("1", "1", "1", "1", OPEN).points == scored("1", "1", "1", "1", "1").points == 25


def test_each_item_that_is_asked_is_counted_once() -> None:
    found = scored("0", "4", "dont-know", "does-not-apply", OPEN, "2")
    assert found == DomainScore(
        domain_id="a", points=None, applicable=5, with_level=3, dont_know=1, does_not_apply=1, unanswered=1
    )


def test_missing_says_how_many_more_levels_are_needed() -> None:
    assert [scored(*["1"] * count, *[OPEN] * (6 - count)).missing for count in range(7)] == [5, 4, 3, 2, 1, 0, 0]


@pytest.mark.parametrize(
    ("answer", "asked", "points"),
    [(GateAnswer.YES, 5, 80), (GateAnswer.DONT_KNOW, 5, 80), (GateAnswer.NO, 4, 100)],
)
def test_a_gated_item_counts_only_where_the_gate_is_not_closed(answer: GateAnswer, asked: int, points: float) -> None:
    chosen = answers(a_1="0", a_2="4", a_3="4", a_4="4", a_5="4")
    found = score(GATED, a_profile(work=answer), chosen).domains[0]
    assert (found.applicable, found.points) == (asked, points)


def test_a_gate_left_unanswered_counts_as_open() -> None:
    assert score(GATED, a_profile(), {}).domains[0].applicable == 5


def test_overall_is_the_mean_of_the_scored_domains() -> None:
    assert scores(a=100, b=50, c=25, d=0, e=None).overall == 43.75


@pytest.mark.parametrize(("fourth", "overall"), [(None, None), (40, 40)])
def test_overall_needs_four_scored_domains(fourth: float | None, overall: float | None) -> None:
    found = scores(a=40, b=40, c=40, d=fourth, e=None)
    assert found.overall == overall


def test_overall_weighs_domains_alike_whatever_their_number_of_items() -> None:
    chosen = {**answers_scoring(GATED, a=0, b=100, c=100, d=100), **answers(a_1="does-not-apply")}
    assert score(GATED, a_profile(), chosen).overall == 75


@pytest.mark.parametrize(
    ("points", "shown"), [(0.0, 0), (0.4999, 0), (0.5, 1), (12.5, 13), (62.5, 63), (63.4999, 63), (100.0, 100)]
)
def test_a_half_is_rounded_upwards(points: float, shown: int) -> None:
    assert whole(points) == shown


@given(answers_to(SIX))
def test_a_score_lies_within_0_and_100(chosen: dict[str, Answer]) -> None:
    found = score(SIX, a_profile(), chosen)
    assert all(0 <= domain.points <= 100 for domain in found.domains if domain.points is not None)
    assert all((domain.points is None) == (domain.missing > 0) for domain in found.domains)


@given(answers_to(SIX), st.sampled_from([*SIX.items]), st.sampled_from([None, Choice.DONT_KNOW]))
def test_an_item_without_a_level_that_turns_out_not_to_apply_changes_no_score(
    chosen: dict[str, Answer], item_id: str, choice: Choice | None
) -> None:
    """Nor does it take a score away, for fewer levels are needed then; it may give one."""
    before = score(SIX, a_profile(), {**chosen, item_id: Answer(choice=choice)})
    after = score(SIX, a_profile(), {**chosen, item_id: Answer(choice=Choice.DOES_NOT_APPLY)})
    for old, new in zip(before.domains, after.domains, strict=True):
        assert old.points is None or old.points == new.points


@given(answers_to(SIX), st.sampled_from([*SIX.items]))
def test_an_item_that_does_not_apply_leaves_the_mean_of_the_others_alone(
    chosen: dict[str, Answer], item_id: str
) -> None:
    domain = SIX.domain_of[item_id]
    left_out = {**chosen, item_id: Answer(choice=Choice.DOES_NOT_APPLY)}
    levels = [left_out[item.id].level for item in domain.items if item.id in left_out]
    others = [level for level in levels if level is not None]
    found = score(SIX, a_profile(), left_out).domains[SIX.domains.index(domain)].points
    assert found is None or found == pytest.approx(25 * mean(others), abs=0.0001)


@given(answers_to(SIX), st.sampled_from([*SIX.items]), st.integers(0, 4), st.integers(0, 4))
def test_raising_one_level_never_lowers_its_domain_or_the_overall_figure(
    chosen: dict[str, Answer], item_id: str, one: int, other: int
) -> None:
    before, after = (
        score(SIX, a_profile(), {**chosen, item_id: Answer(choice=Choice(str(level)))})
        for level in sorted((one, other))
    )
    for old, new in zip(before.domains, after.domains, strict=True):
        assert (old.points is None) == (new.points is None)
        assert (old.points or 0) <= (new.points or 0)
    assert (before.overall or 0) <= (after.overall or 0)


@given(answers_to(GATED), st.sampled_from([None, *Choice]))
def test_a_gated_item_that_is_not_asked_changes_nothing_whatever_its_answer(
    chosen: dict[str, Answer], choice: Choice | None
) -> None:
    closed = a_profile(work=GateAnswer.NO)
    assert score(GATED, closed, {**chosen, "a.1": Answer(choice=choice)}) == score(GATED, closed, chosen)
