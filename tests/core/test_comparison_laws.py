"""What holds for every comparison, whatever the two instruments and answers."""

from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from questionnaire.core.answers import Answer, Choice
from questionnaire.core.comparison import Comparison, DomainChange, compare
from questionnaire.core.instrument import parse
from questionnaire.core.scorecard import Scorecard
from tests.builders import a_submission, a_version
from tests.core.strategies import answers_to


def ids(changes: tuple[DomainChange, ...]) -> list[str]:
    return [change.domain.id for change in changes]


@st.composite
def two_years(draw: st.DrawFn) -> tuple[Scorecard, Scorecard]:
    """Two versions of an instrument, each with any answers; d may stand in both, in one or in none."""
    fates = st.sampled_from(["same", "same", "same", "same", "reworded", "added", "dropped", "moved"])
    before, now = ({domain: [f"{domain}.0"] for domain in "abc"} for _ in range(2))
    for domain in "abcd":
        for number, fate in enumerate(draw(st.lists(fates, max_size=7)), start=1):
            item = f"{domain}.{number}"
            if fate != "added":
                before.setdefault(domain, []).append(item)
            if fate != "dropped":
                there = "b" if fate == "moved" and domain == "a" else "a" if fate == "moved" else domain
                now.setdefault(there, []).append(f"{item}/2" if fate == "reworded" else item)
    instruments = [
        parse(a_version(version, **{domain: " ".join(items) for domain, items in tree.items()}))
        for version, tree in enumerate((before, now), start=1)
    ]
    first, second = (
        Scorecard(a_submission(instrument, draw(answers_to(instrument)), year=year), instrument)
        for year, instrument in zip((2025, 2026), instruments, strict=True)
    )
    return first, second


def places(scorecard: Scorecard) -> set[tuple[str, str, int]]:
    return {(domain.id, item.id, item.revision) for domain in scorecard.instrument.domains for item in domain.items}


def shared_levels(earlier: Scorecard, later: Scorecard) -> dict[str, dict[str, tuple[int, int]]]:
    """By domain and item, the two levels that rule 8 lets count: worked out here anew."""
    found: dict[str, dict[str, tuple[int, int]]] = {}
    for domain_id, item_id, _ in places(earlier) & places(later):
        then, now = (card.submission.answers[item_id].level for card in (earlier, later))
        if then is not None and now is not None:
            found.setdefault(domain_id, {})[item_id] = (then, now)
    return found


def figures(comparison: Comparison) -> dict[str, tuple[int | None, bool, int]]:
    return {change.domain.id: (change.change, change.is_clear, change.shared) for change in comparison.domains}


@given(two_years())
def test_clear_is_what_the_rule_says_in_exact_fractions(years: tuple[Scorecard, Scorecard]) -> None:
    expected = shared_levels(*years)
    for change in compare(*years).domains:
        counted = expected.get(change.domain.id, {})
        assert {item.item.id: (item.earlier_level, item.later_level) for item in change.items} == counted
        count = len(counted)
        assert change.comparable == (count >= 3)
        if count >= 3:
            then, now = (Fraction(sum(pair[year] for pair in counted.values()) * 25, count) for year in (0, 1))
            threshold = max(Fraction(10), Fraction(50, count))
            assert change.is_clear == (abs(now - then) >= threshold)
            assert change.earlier_points == pytest.approx(float(then))
            assert change.later_points == pytest.approx(float(now))
            assert change.change is not None
            assert abs(change.change - (now - then)) <= Fraction(1, 2)  # no instrument here has 13 items in a domain
            assert change.needed is not None
            assert change.is_clear == (abs(change.change) >= change.needed)


@given(two_years())
def test_compared_the_other_way_round_every_change_is_the_opposite(years: tuple[Scorecard, Scorecard]) -> None:
    there, back = compare(*years), compare(*reversed(years))
    opposite = {
        domain_id: (None if change is None else -change, clear, shared)
        for domain_id, (change, clear, shared) in figures(there).items()
    }
    assert figures(back) == opposite
    assert set(ids(there.risen)) == set(ids(back.fallen))
    assert {item.item.id for item in there.moved_up} == {item.item.id for item in back.moved_down}
    for count in ("shared_items", "only_in_one", "reworded", "without_level"):
        assert getattr(there, count) == getattr(back, count)


@given(two_years())
def test_compared_with_itself_a_year_shows_no_change(years: tuple[Scorecard, Scorecard]) -> None:
    comparison = compare(years[0], years[0])
    assert [(change.change or 0, change.is_clear) for change in comparison.domains] == [(0, False)] * len(
        years[0].domains
    )
    assert comparison.moved_up == comparison.moved_down == ()
    assert comparison.only_in_one == comparison.reworded == 0


@given(two_years())
def test_every_domain_and_every_item_that_was_asked_is_accounted_for_once(
    years: tuple[Scorecard, Scorecard],
) -> None:
    comparison = compare(*years)
    sorts = (comparison.risen, comparison.fallen, comparison.unclear, comparison.not_comparable)
    assert sorted(domain_id for sort in sorts for domain_id in ids(sort)) == sorted(ids(comparison.domains))
    asked = {item_id for card in years for item_id in card.submission.answers}
    in_both = {item for _, item, _ in places(years[0])} & {item for _, item, _ in places(years[1])}
    same = {item for _, item, _ in places(years[0]) & places(years[1])}
    assert comparison.shared_items == sum(map(len, shared_levels(*years).values()))
    assert comparison.only_in_one == len(asked - in_both)
    assert comparison.reworded == len(in_both - same)
    assert comparison.without_level == len(same) - comparison.shared_items


@given(two_years(), st.data())
def test_what_is_not_shared_never_influences(years: tuple[Scorecard, Scorecard], data: st.DataObject) -> None:
    earlier, later = years
    same = {item for _, item, _ in places(earlier) & places(later)}
    shared = {item for items in shared_levels(earlier, later).values() for item in items}
    changed: dict[str, Answer] = dict(later.submission.answers)
    for item_id in changed.keys() - shared:
        would_share = item_id in same and earlier.submission.answers[item_id].level is not None
        may_be = [choice for choice in Choice if not would_share or choice.level is None]
        changed[item_id] = Answer(choice=data.draw(st.none() | st.sampled_from(may_be)))
    otherwise = Scorecard(a_submission(later.instrument, changed, year=2026), later.instrument)
    assert compare(earlier, otherwise).domains == compare(earlier, later).domains


def backwards(scorecard: Scorecard) -> Scorecard:
    """The same year on an instrument whose domains and items stand in reverse order."""
    turned = {
        domain.id: " ".join(f"{item.id}/{item.revision}" for item in reversed(domain.items))
        for domain in reversed(scorecard.instrument.domains)
    }
    instrument = parse(a_version(**turned))
    submission = scorecard.submission
    return Scorecard(a_submission(instrument, dict(submission.answers), year=submission.year), instrument)


@given(two_years())
def test_the_order_of_domains_and_items_is_irrelevant(years: tuple[Scorecard, Scorecard]) -> None:
    earlier, later = years
    assert figures(compare(backwards(earlier), later)) == figures(compare(earlier, backwards(later)))
    assert figures(compare(backwards(earlier), backwards(later))) == figures(compare(earlier, later))
