"""Two years compared on what they share: the rules 7 and 8 by worked examples, and the headline row by row."""

import pytest

from questionnaire.core.answers import GateAnswer
from questionnaire.core.comparison import Comparison, DomainChange, compare, signed
from questionnaire.core.instrument import Text, parse
from questionnaire.core.phrase import Param, Phrase
from questionnaire.core.scorecard import Scorecard
from questionnaire.core.submission import freeze
from tests.builders import (
    A_DAY,
    a_later_instrument,
    a_profile,
    a_submission,
    a_version,
    a_year,
    an_instrument,
    levels,
)

FIRST, SECOND = an_instrument(), a_later_instrument()
THREE = an_instrument(domains=3, items=3)
FIVE = an_instrument(domains=5, items=5)


def name(*domain_ids: str) -> tuple[Text, ...]:
    return tuple(Text(en=f"Domain {domain_id}") for domain_id in domain_ids)


def ids(changes: tuple[DomainChange, ...]) -> list[str]:
    return [change.domain.id for change in changes]


def changed_by(total: int, *, items: int) -> DomainChange:
    """A domain of so many items, all at level 2, of which as few as can be moved so many levels in all."""
    instrument = an_instrument(domains=3, items=items)
    step = 1 if total > 0 else -1
    now = [2] * items
    for _ in range(abs(total)):
        index = next(index for index, level in enumerate(now) if 0 <= level + step <= 4)
        now[index] += step
    return compare(
        a_year(2025, instrument, a="2" * items), a_year(2026, instrument, a="".join(map(str, now)))
    ).domains[0]


def from_all_at_2(**later: str) -> Comparison:
    """A year in which all five domains stood at level 2 throughout, and a later one; a domain not named is open."""
    return compare(a_year(2025, FIVE, **dict.fromkeys("abcde", "22222")), a_year(2026, FIVE, **later))


# Rule 7: when a change is clear


@pytest.mark.parametrize(
    ("items", "enough", "needed", "shown", "shown_before"),
    [
        (3, 2, 17, 17, 8),
        (4, 2, 13, 13, 6),
        (5, 2, 10, 10, 5),
        (6, 3, 10, 13, 8),
        (8, 4, 10, 13, 9),
        (10, 4, 10, 10, 8),
    ],
)
@pytest.mark.parametrize("way", [1, -1])
def test_a_change_is_clear_from_10_points_and_from_two_levels_in_all(
    items: int, enough: int, needed: int, shown: int, shown_before: int, way: int
) -> None:
    clear, unclear = changed_by(way * enough, items=items), changed_by(way * (enough - 1), items=items)
    assert (clear.is_clear, clear.change, clear.needed) == (True, way * shown, needed)
    assert (unclear.is_clear, unclear.change, unclear.needed) == (False, way * shown_before, needed)


def test_what_is_not_clear_is_not_shown_as_large_as_what_is_needed() -> None:
    nearly = changed_by(5, items=13)
    assert nearly.earlier_points == 50
    assert nearly.later_points == pytest.approx(59.615, abs=0.001)
    assert (nearly.is_clear, nearly.change, nearly.needed) == (False, 9, 10)
    assert changed_by(-5, items=13).change == -9


@pytest.mark.parametrize(("total", "shown"), [(2, 13), (-2, -13), (6, 38), (-6, -38)])
def test_half_a_point_of_change_is_shown_away_from_zero_both_ways(total: int, shown: int) -> None:
    assert changed_by(total, items=4).change == shown


def test_points_are_means_over_the_shared_items_alone() -> None:
    before, now = a_year(2025, FIVE, a="0012?"), a_year(2026, FIVE, a="22224")
    change = compare(before, now).domains[0]
    assert (change.shared, change.earlier_points, change.later_points) == (4, 18.75, 50)
    assert (change.levels, change.change, change.is_clear) == (5, 31, True)


def test_moves_that_cancel_out_are_no_change() -> None:
    change = from_all_at_2(a="00444").domains[0]
    assert (change.levels, change.change, change.is_clear) == (2, 10, True)
    change = from_all_at_2(a="02224").domains[0]
    assert (change.levels, change.change, change.is_clear) == (0, 0, False)


# Rule 8: what is shared


def test_a_domain_is_comparable_from_three_shared_items() -> None:
    two, three = compare(a_year(2025, THREE, a="444", b="444"), a_year(2026, THREE, a="00-", b="000")).domains[:2]
    assert (two.comparable, two.shared) == (False, 2)
    assert (three.comparable, three.shared) == (True, 3)


def test_a_domain_that_is_not_comparable_has_no_figures_at_all() -> None:
    change = compare(a_year(2025, THREE, a="44-"), a_year(2026, THREE, a="004")).domains[0]
    assert (change.earlier_points, change.later_points, change.change, change.needed) == (None, None, None, None)
    assert not change.is_clear


@pytest.mark.parametrize("sign", ["?", "x", "-"])
def test_an_item_without_a_level_in_one_of_the_years_is_not_shared(sign: str) -> None:
    whole, part = a_year(2025, FIVE, a="22222"), a_year(2026, FIVE, a=f"2222{sign}")
    for comparison in (compare(whole, part), compare(part, whole), compare(part, part)):
        assert [item.item.id for item in comparison.domains[0].items] == ["a.1", "a.2", "a.3", "a.4"]


def test_an_item_that_was_not_asked_in_one_of_the_years_is_not_shared() -> None:
    gated = an_instrument(domains=3, items=4, gated=("a.1",))
    with_work, without_work = (
        Scorecard(
            freeze(
                gated,
                organization="Harbour Street",
                year=year,
                revision=1,
                on=A_DAY,
                profile=a_profile(work=work),
                answers=levels(gated, 2),
            ),
            gated,
        )
        for year, work in ((2025, GateAnswer.YES), (2026, GateAnswer.NO))
    )
    for comparison in (compare(with_work, without_work), compare(without_work, with_work)):
        assert [item.item.id for item in comparison.domains[0].items] == ["a.2", "a.3", "a.4"]
        assert (comparison.shared_items, comparison.without_level) == (11, 1)
    assert compare(without_work, without_work).without_level == 0


def test_reworded_new_dropped_and_moved_items_are_not_shared() -> None:
    comparison = compare(
        Scorecard(a_submission(FIRST, year=2025), FIRST), Scorecard(a_submission(SECOND, year=2026), SECOND)
    )
    shared = {change.domain.id: [item.item.id for item in change.items] for change in comparison.domains}
    assert shared == {
        "a": ["a.1", "a.3", "a.4"],
        "b": ["b.1", "b.2"],
        "c": ["c.1", "c.2", "c.3", "c.4", "c.5"],
        "e": [],
        "d": [],
    }


def test_domains_stand_in_the_later_order_and_those_only_the_earlier_year_has_come_last() -> None:
    comparison = compare(
        Scorecard(a_submission(FIRST, year=2025), FIRST), Scorecard(a_submission(SECOND, year=2026), SECOND)
    )
    assert ids(comparison.domains) == ["a", "b", "c", "e", "d"]
    assert ids(comparison.not_comparable) == ["b", "e", "d"]
    assert ids(comparison.unclear) == ["a", "c"]


def test_a_domain_too_sparsely_answered_to_be_scored_can_still_be_compared() -> None:
    comparison = compare(a_year(2025, FIVE, a="000--"), a_year(2026, FIVE, a="22222"))
    assert comparison.earlier.domains[0].points is None
    assert (comparison.domains[0].change, comparison.domains[0].is_clear) == (50, True)


def test_a_domain_can_be_asked_for_by_its_id() -> None:
    comparison = compare(a_year(2025, FIRST), a_year(2026, SECOND))
    assert [getattr(comparison.domain(domain_id), "domain", None) for domain_id in ("e", "d", "f")] == [
        SECOND.domain("e"),
        FIRST.domain("d"),
        None,
    ]


# What is said of it


@pytest.mark.parametrize(
    ("later", "figure", "in_words"),
    [
        ("22244", ("figure.change", "+20"), ("change.up", {"points": 20})),
        ("22211", ("figure.change", "−10"), ("change.down", {"points": 10})),
        ("22223", ("figure.unclear", "+5"), ("change.unclear", {"change": "+5"})),
        ("22221", ("figure.unclear", "−5"), ("change.unclear", {"change": "−5"})),
        ("22222", ("figure.unclear", "0"), ("change.unclear", {"change": "0"})),
    ],
)
def test_a_domain_says_how_it_changed_and_whether_that_is_clear(
    later: str, figure: tuple[str, str], in_words: tuple[str, dict[str, Param]]
) -> None:
    change = from_all_at_2(a=later).domains[0]
    assert change.figure == Phrase(figure[0], {"change": figure[1]})
    about: dict[str, Param] = {"domain": name("a")[0], "year": 2025, "shared": 5}
    assert change.in_words == Phrase(in_words[0], {**about, **in_words[1]})


def test_a_domain_that_is_not_comparable_says_how_many_questions_are_shared() -> None:
    change = from_all_at_2(a="33---").domains[0]
    assert change.figure == Phrase("figure.not-comparable")
    assert change.in_words == Phrase("change.not-comparable", {"domain": name("a")[0], "year": 2025, "shared": 2})


@pytest.mark.parametrize(("change", "written"), [(12, "+12"), (-8, "−8"), (0, "0"), (100, "+100")])
def test_a_change_is_written_with_its_sign(change: int, written: str) -> None:
    assert signed(change) == written


SINCE: dict[str, Param] = {"organization": "Harbour Street", "year": 2025}
HEADLINES: dict[str, tuple[dict[str, str], Phrase]] = {
    "nothing comparable": ({"a": "44---", "b": "???44"}, Phrase("comparison.nothing", SINCE)),
    "no clear change": ({"a": "22223", "b": "22221", "c": "22222"}, Phrase("comparison.unclear", SINCE)),
    "one domain comparable, and unclear": ({"c": "222--"}, Phrase("comparison.unclear", SINCE)),
    "only up": ({"a": "22223", "b": "22233"}, Phrase("comparison.up", {**SINCE, "up": name("b")})),
    "all up, the largest change first": (
        {"a": "22233", "b": "44444", "c": "33222", "d": "33333", "e": "33222"},
        Phrase("comparison.up", {**SINCE, "up": name("b", "d", "a", "c", "e")}),
    ),
    "only down": (
        {"a": "22221", "b": "11222", "c": "00000"},
        Phrase("comparison.down", {**SINCE, "down": name("c", "b")}),
    ),
    "both": (
        {"a": "22233", "b": "22200", "c": "44222", "d": "22222", "e": "22211"},
        Phrase("comparison.both", {**SINCE, "up": name("c", "a"), "down": name("b", "e")}),
    ),
}


@pytest.mark.parametrize("row", HEADLINES)
def test_the_headline_is_the_first_row_that_fits(row: str) -> None:
    later, headline = HEADLINES[row]
    assert from_all_at_2(**later).headline == headline


def test_sizes_are_compared_unrounded_and_over_each_domains_own_items() -> None:
    counts = {"a": 8, "b": 3, "c": 11}
    items = {domain: " ".join(f"{domain}.{number}" for number in range(count)) for domain, count in counts.items()}
    instrument = parse(a_version(**items))
    level = a_year(2025, instrument, **{domain: "2" * count for domain, count in counts.items()})
    higher = a_year(2026, instrument, a="33333222", b="332", c="33333332222")
    assert [change.change for change in compare(level, higher).domains] == [16, 17, 16]
    assert ids(compare(level, higher).risen) == ["b", "c", "a"]
    assert ids(compare(higher, level).fallen) == ["b", "c", "a"]


def test_remarks_count_what_is_shared_and_what_is_left_out_for_which_reason() -> None:
    first = a_year(2025, FIRST, a="22222", b="22222", c="2222?", d="22222")
    second = a_year(2026, SECOND, a="22222", b="22222", c="222x2", e="2222")
    comparison = compare(first, second)
    assert comparison.remarks == (
        Phrase("remark.shared", {"count": 8, "year": 2025}),
        Phrase("remark.only-in-one", {"count": 9}),
        Phrase("remark.reworded", {"count": 5}),
        Phrase("remark.without-level", {"count": 2}),
        Phrase("remark.not-comparable", {"year": 2025, "domains": name("b", "e", "d")}),
    )


def test_where_all_is_shared_the_only_remark_is_how_many() -> None:
    comparison = compare(
        a_year(2025, THREE, a="222", b="222", c="222"), a_year(2026, THREE, a="2" * 3, b="333", c="000")
    )
    assert comparison.remarks == (Phrase("remark.shared", {"count": 9, "year": 2025}),)


def test_where_nothing_is_comparable_no_domain_is_singled_out() -> None:
    assert compare(a_year(2025, THREE), a_year(2026, THREE)).remarks == (
        Phrase("remark.shared", {"count": 0, "year": 2025}),
        Phrase("remark.without-level", {"count": 9}),
    )


def test_items_that_moved_come_largest_first_then_in_the_later_order() -> None:
    comparison = from_all_at_2(a="32104", b="44444", c="22---")
    assert [(item.item.id, item.levels) for item in comparison.moved_up] == [
        ("a.5", 2),
        *((f"b.{number}", 2) for number in range(1, 6)),
        ("a.1", 1),
    ]
    assert [(item.item.id, item.levels) for item in comparison.moved_down] == [("a.4", -2), ("a.3", -1)]


def test_an_item_moves_even_where_its_domain_is_not_comparable() -> None:
    comparison = from_all_at_2(a="4----", b="-0---")
    assert not comparison.is_possible
    assert [item.item.id for item in comparison.moved_up] == ["a.1"]
    assert [item.item.id for item in comparison.moved_down] == ["b.2"]


def test_an_item_shows_the_level_of_each_year_in_its_own_instruments_words() -> None:
    (moved,) = compare(a_year(2025, FIRST, a="1----"), a_year(2026, SECOND, a="3----")).moved_up
    assert (moved.earlier_level, moved.later_level) == (1, 3)
    assert moved.earlier is FIRST.items["a.1"].levels[1]
    assert moved.later is SECOND.items["a.1"].levels[3]
    assert moved.item is SECOND.items["a.1"]
    assert moved.domain is SECOND.domain("a")
    assert moved.in_words == Phrase("item.moved", {"earlier": 1, "later": 3})


def test_an_item_that_did_not_move_says_its_level() -> None:
    assert from_all_at_2(a="22222").domains[0].items[0].in_words == Phrase("item.same", {"level": 2})


def test_the_radars_earlier_line_is_that_years_own_stored_score_where_domains_are_comparable() -> None:
    first = a_year(2025, FIRST, a="44400", b="44444", c="222--", d="44444")
    second = a_year(2026, SECOND, a="22222", b="22222", c="22222", e="2222")
    assert compare(first, second).earlier_line == (60, None, None, None)
    stored = first.submission.scores
    rewritten = stored.model_copy(
        update={"domains": tuple(score.model_copy(update={"points": 12.5}) for score in stored.domains)}
    )
    kept = Scorecard(first.submission.model_copy(update={"scores": rewritten}), FIRST)
    assert compare(kept, second).earlier_line == (12.5, None, 12.5, None)
