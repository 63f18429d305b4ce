"""What may be shown of peer workers' answers: by hand, case by case."""

import json
from fractions import Fraction

import pytest

from questionnaire.core.instrument import Text
from questionnaire.core.rounds import Limits
from questionnaire.core.voices import (
    Bands,
    Forms,
    GateSaid,
    GroupResult,
    Points,
    RoundResult,
    Tally,
    TooFew,
    Void,
    agreed,
    band_of,
    close,
    closing_words,
    figure,
    in_text,
    least_difference,
    place,
    rounded,
    totals,
)
from tests.voices import a_form, a_group, a_result, a_voiced_instrument, tallied

INSTRUMENT = a_voiced_instrument(gated=("a.5",), alone=("c.2", "c.3", "c.4", "c.5"))


def closed(*forms: object, peer_workers: int = 30, limits: Limits | None = None) -> GroupResult | TooFew | Void:
    tally = tallied(INSTRUMENT, forms)  # type: ignore[arg-type]
    return close(tally, INSTRUMENT, peer_workers, limits or Limits())


def group_of(*forms: object) -> GroupResult:
    found = closed(*forms)
    assert isinstance(found, GroupResult)
    return found


def test_four_forms_show_nothing_and_five_show_domains_only() -> None:
    form = a_form(a="33333", b="11111")
    assert closed(*[form] * 4) == TooFew()
    assert group_of(*[form] * 5) == a_group(a=75, b=25)


def test_more_forms_than_peer_workers_show_nothing() -> None:
    assert closed(*[a_form(a="33333")] * 7, peer_workers=6) == Void(why="too-many")


def test_a_domain_with_one_question_for_peer_workers_has_no_figure() -> None:
    assert group_of(*[a_form(a="44444", c="4")] * 5).points("c") is None


def test_a_form_counts_from_levels_for_two_thirds_of_what_it_was_asked() -> None:
    whole, enough, short = a_form(b="22222"), a_form(b="4444-"), a_form(b="444x?")
    assert group_of(*[whole] * 4, enough).points("b") == 60
    assert group_of(*[whole] * 5, short).points("b") == 50


@pytest.mark.parametrize(
    ("work", "points"),
    [(GateSaid.NO, 75), (GateSaid.YES, 60), (GateSaid.DONT_KNOW, 60), (GateSaid.RATHER_NOT, 60), (None, 60)],
)
def test_only_a_plain_no_closes_a_gate(work: GateSaid | None, points: int) -> None:
    assert group_of(*[a_form(work=work, a="33330")] * 5).points("a") == points


def test_a_domain_in_which_all_answered_two_questions_has_no_figure() -> None:
    instrument = a_voiced_instrument(items=3)
    tally = tallied(instrument, [a_form(a="33-")] * 8)
    found = close(tally, instrument, 8)
    assert isinstance(found, GroupResult)
    assert found.points("a") is None


def test_a_question_is_spread_from_ten_levels_in_bands_of_three_and_more() -> None:
    low, high, middle = a_form(b="0----"), a_form(b="4----"), a_form(b="2----")
    assert group_of(*[low] * 6, *[high] * 3).bands("b.1") is None
    assert group_of(*[low] * 7, *[high] * 3).bands("b.1") == Bands(item_id="b.1", low=70, middle="none", high=30)
    assert group_of(*[low] * 8, *[high] * 2).bands("b.1") is None
    assert group_of(*[low] * 10).bands("b.1") is None
    assert group_of(*[low] * 6, *[high] * 3, a_form()).bands("b.1") is None
    assert group_of(*[low] * 4, *[high] * 4, *[middle] * 2).bands("b.1") is None


def test_a_raised_number_hides_more() -> None:
    forms = [a_form(a="33333", b="00004"), a_form(a="11111", b="44400")] * 6
    shown = group_of(*forms)
    assert shown.bands("b.1")
    assert closed(*forms, limits=Limits(forms=13)) == TooFew()
    less = closed(*forms, limits=Limits(item_levels=13))
    assert isinstance(less, GroupResult)
    assert less.items == ()
    assert less.domains == shown.domains
    fewer = closed(*forms, limits=Limits(band=7))
    assert isinstance(fewer, GroupResult)
    assert fewer.items == ()


def test_the_order_of_forms_changes_nothing() -> None:
    forms = [a_form("Zebra", a="0123-"), a_form("Anchor", a="4444?"), a_form(a="1x22-")]
    assert tallied(INSTRUMENT, forms) == tallied(INSTRUMENT, forms[::-1])


def test_closing_words_come_from_ten_forms_and_five_writers() -> None:
    wrote, silent = [a_form(f"Word {number}") for number in range(5)], [a_form()] * 5
    assert closing_words(tallied(INSTRUMENT, [*wrote, *silent])) == tuple(f"Word {number}" for number in range(5))
    assert closing_words(tallied(INSTRUMENT, [*wrote, *silent[1:]])) == ()
    assert closing_words(tallied(INSTRUMENT, [*wrote[1:], *silent, a_form()])) == ()


def test_totals_give_a_domain_the_mean_of_all_levels() -> None:
    counts = {f"b.{place}": (0, 0, 3, 3, 0) for place in range(1, 6)} | {"a.1": (6, 0, 0, 0, 0)}
    found = close(totals(INSTRUMENT, 6, counts), INSTRUMENT, 6)
    assert found == a_group(b=65)
    assert close(totals(INSTRUMENT, 4, counts), INSTRUMENT, 6) == TooFew()


def test_totals_count_as_many_forms_as_the_ungated_question_with_the_fewest_levels() -> None:
    counts = {f"b.{place}": (0, 0, 3, 3, 0) for place in range(1, 5)} | {"b.5": (0, 4, 0, 0, 0)}
    found = close(totals(INSTRUMENT, 6, counts), INSTRUMENT, 6)
    assert isinstance(found, GroupResult)
    assert found.points("b") is None


def test_a_meeting_gives_one_answer_without_a_number_of_forms() -> None:
    assert agreed(INSTRUMENT, {"a.1": 3, "a.2": 3, "a.3": 1, "b.1": 4, "b.2": 4}) == a_group(None, a=60)
    assert agreed(INSTRUMENT, {}).clear_points == 20


@pytest.mark.parametrize(
    ("total", "number", "points"),
    [
        (0, 5, "under 15"),
        (62, 5, "under 15"),
        (63, 5, 15),
        (125, 2, 65),
        (435, 5, 85),
        (438, 5, "over 85"),
        (500, 5, "over 85"),
    ],
)
def test_a_figure_is_rounded_to_five_and_open_at_both_ends(total: int, number: int, points: Points) -> None:
    assert rounded(total, number) == points


@pytest.mark.parametrize(
    ("one", "other", "least"),
    [(60, 45, 15), (60, "under 15", 45), (10, "under 15", 0), (40, "over 85", -45), (90, "over 85", 0)],
)
def test_of_an_open_end_only_the_part_up_to_it_is_certain(one: int, other: Points, least: int) -> None:
    assert least_difference(Fraction(one), other) == least


def test_figures_are_read_and_placed() -> None:
    assert in_text(45) == Text(en="45")
    assert in_text("under 15") == Text(en="under 15", fr="moins de 15")
    assert in_text("over 85").fr == "plus de 85"
    assert [place(points) for points in ("under 15", 45, "over 85")] == [10, 45, 90]
    assert figure(None).id == "peers.not-shown"
    assert figure(45).params == {"points": Text(en="45")}


@pytest.mark.parametrize(
    ("forms", "band", "clear"),
    [
        (5, "5-9", 20),
        (9, "5-9", 20),
        (10, "10-19", 15),
        (20, "20-49", 10),
        (49, "20-49", 10),
        (50, "50 and more", 10),
    ],
)
def test_the_number_of_forms_is_a_band(forms: int, band: str, clear: int) -> None:
    assert band_of(forms) == Forms(band)
    assert band_of(forms).clear_points == clear


def test_a_result_is_read_as_it_was_stored() -> None:
    for outcome in (a_group(a=45), TooFew(), Void(why="key-lost")):
        result = a_result(INSTRUMENT, outcome)
        assert RoundResult.model_validate_json(result.record()) == result
        assert len(result.digest) == 64
        assert (result.group is None) is not isinstance(outcome, GroupResult)


def test_a_record_holds_no_count_of_anything() -> None:
    forms = [a_form("A word", work=GateSaid.NO, a="33x?-", b="00004"), a_form(a="11111", b="44400")] * 6
    record = json.loads(a_result(INSTRUMENT, group_of(*forms)).record())
    assert record.keys() == RoundResult.model_fields.keys()
    assert record["outcome"].keys() == {"kind", "forms", "domains", "items"}
    assert record["outcome"]["forms"] == "10-19"
    assert all(part.keys() == {"domain_id", "points"} for part in record["outcome"]["domains"])
    assert all(part.keys() == {"item_id", "low", "middle", "high"} for part in record["outcome"]["items"])
    assert Tally().words == ()
