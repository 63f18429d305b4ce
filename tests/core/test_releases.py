"""Releases: what of a network's year is frozen, and what is withheld so that nobody is set apart."""

from dataclasses import replace

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from questionnaire.core.benchmark import Distribution, Figure, Quarter, Why, Withheld
from questionnaire.core.freezing import (
    Counted,
    Frozen,
    Past,
    Standing,
    TooFewMembersError,
    UnknownQuestionsError,
    apart_of,
    moved_between,
)
from questionnaire.core.releases import DomainFigures, Grouping, Release, ReleaseFile, schema, write
from questionnaire.core.scorecard import Scorecard
from questionnaire.core.voices import Forms
from tests import builders
from tests.builders import a_later_instrument, a_submission, an_instrument, answers_scoring
from tests.networks import a_year, counted, several
from tests.voices import a_group, a_voiced_instrument, both

FIRST = an_instrument()
VOICED = a_voiced_instrument()
FEW, REST = Withheld(why=Why.FEW), Withheld(why=Why.REST)


def first(frozen: Frozen) -> DomainFigures:
    return frozen.release.domains[0]


def shown(figure: Figure | None) -> Distribution:
    assert isinstance(figure, Distribution)
    return figure


def moved(them: list[Counted], by: float) -> list[Counted]:
    return [
        replace(one, domains={name: replace(each, points=each.points + by) for name, each in one.domains.items()})
        for one in them
    ]


def after(them: list[Counted], earlier: list[Counted], year: int = 2027) -> Frozen:
    return a_year(them, year=year, past=[Past(a_year(earlier).release, earlier)])


def groups_of(frozen: Frozen) -> dict[str, Figure]:
    return {group.value: group.figure for group in first(frozen).groups}


def test_fewer_than_five_organizations_make_no_release() -> None:
    with pytest.raises(TooFewMembersError) as told:
        a_year(several(4))
    assert told.value.number == 4


def test_five_have_a_median_eight_have_quartiles_and_dots() -> None:
    few, more = (shown(first(a_year(several(number))).figure) for number in (7, 8))
    assert (few.organizations, few.median, few.quartiles, few.dots) == (7, 45, None, None)
    assert (more.organizations, more.quartiles) == (8, (40, 55))
    assert more.dots
    assert sum(more.dots) == 8


def test_a_domain_in_which_fewer_than_five_have_a_score_is_withheld() -> None:
    them = several(4) + [counted(f"x{number}", {"b": 50}) for number in range(4)]
    frozen = a_year(them)
    assert frozen.release.organizations == 8
    assert first(frozen).figure == FEW
    assert shown(frozen.release.domains[1].figure).organizations == 8


def test_answers_to_other_questions_are_not_counted_and_that_is_said() -> None:
    later = a_later_instrument()
    them = [*several(6), counted("x", 100, later)]
    frozen = a_year(them, instruments=[later])
    changed, same = frozen.release.domain("b"), frozen.release.domain("c")
    assert changed
    assert same
    assert (shown(changed.figure).organizations, changed.left_out) == (6, True)
    assert (shown(same.figure).organizations, same.left_out) == (7, False)


def test_the_questions_of_a_release_are_those_that_most_answered() -> None:
    later = a_later_instrument()
    them = [*several(3), *(counted(f"x{number}", 60, later) for number in range(5))]
    assert a_year(them, instruments=[later]).release.instrument_version == later.version


def test_of_an_unknown_version_only_what_has_every_question_behind_it_counts() -> None:
    stranger = replace(counted("x"), instrument_digest="f" * 64)
    partial = replace(
        stranger, key="y", domains={name: Standing(one.points, "other") for name, one in stranger.domains.items()}
    )
    figures = first(a_year([*several(5), stranger, partial]))
    assert shown(figures.figure).organizations == 6
    assert figures.left_out


def test_change_is_taken_on_those_in_both_years() -> None:
    before = several(6)
    frozen = after(moved(before, 15), before)
    assert frozen.release.earlier_year == 2026
    change = shown(first(frozen).change)
    assert (change.organizations, change.median, change.dots) == (6, 15, None)


def test_the_first_release_has_no_change() -> None:
    assert first(a_year(several(6))).change is None


@pytest.mark.parametrize(("joined", "left", "is_there"), [(0, 0, True), (1, 0, False), (0, 4, False), (5, 5, True)])
def test_change_is_withheld_where_it_would_set_a_few_who_joined_or_left_apart(
    joined: int, left: int, is_there: bool
) -> None:
    stayed = several(6)
    before = stayed + several(left, prefix="left")
    figures = first(after(stayed + several(joined, prefix="new"), before))
    assert (figures.change == REST) != is_there
    assert isinstance(figures.figure, Distribution), "all of the year is shown in any case"


def test_dots_are_left_out_where_a_few_joined_or_left_since_any_release() -> None:
    them = several(10)
    first_year, second_year = a_year(them).release, them + several(5, prefix="new")
    past = [
        Past(first_year, them),
        Past(a_year(second_year, year=2027, past=[Past(first_year, them)]).release, second_year),
    ]
    kept = a_year(second_year, year=2028, past=past)
    assert shown(first(kept).figure).dots
    back = a_year([*them, second_year[10]], year=2028, past=past)
    figure = shown(first(back).figure)
    assert figure.dots is None, "one more than in the first year"
    assert figure.quartiles


def test_another_set_of_items_behind_a_score_changed_by_what_both_sets_share() -> None:
    before = several(6)
    others = [replace(one, domains={"a": Standing(90, "other")}, moved={"a": -10.0}) for one in before[2:]]
    change = shown(first(after([*moved(before[:2], 5), *others], before)).change)
    assert (change.organizations, change.median) == (6, -10)


def test_another_set_of_items_that_shares_too_few_is_no_change() -> None:
    before = several(6)
    now = [*moved(before[:5], 5), replace(before[5], domains={"a": Standing(90, "other")})]
    assert first(after(now, before)).change == REST, "one is in all but not in both"


def test_a_move_is_taken_on_the_questions_with_a_level_in_both_years() -> None:
    earlier = builders.a_year(2025, FIRST, a="22222", b="22222", c="22---")
    later = builders.a_year(2026, FIRST, a="-2224", b="44444", c="4444-")
    assert moved_between(earlier, later) == {"a": 12.5, "b": 50}


def test_a_breakdown_shows_kinds_of_at_least_five_if_the_others_are_none_or_at_least_five() -> None:
    peers = [replace(one, key=f"p{one.key}", kind="other") for one in several(5)]
    both = a_year(several(6) + peers, grouping=Grouping.KIND)
    assert [shown(figure).organizations for figure in groups_of(both).values()] == [6, 5]
    few = a_year(several(6) + peers[:4], grouping=Grouping.KIND)
    assert groups_of(few) == {"non-profit": REST, "other": FEW}
    assert a_year(several(6) + peers).release.domains[0].groups == ()


def test_a_breakdown_has_no_dots() -> None:
    figure = groups_of(a_year(several(9), grouping=Grouping.SIZE))["under-10"]
    assert figure == FEW
    sizes = [replace(one, size="under-10") for one in several(9)]
    assert shown(groups_of(a_year(sizes, grouping=Grouping.SIZE))["under-10"]).dots is None


def named(them: list[Counted], number: int) -> list[Counted]:
    return [replace(one, name=f"House {place}") if place < number else one for place, one in enumerate(them)]


@pytest.mark.parametrize(("number", "is_named"), [(0, False), (3, True), (4, False), (7, False), (8, True)])
def test_names_stand_only_where_the_unnamed_are_none_or_at_least_five(number: int, is_named: bool) -> None:
    frozen = a_year(named(several(8, first=31), number))
    points = [one.points.get("a") for one in frozen.named.organizations]
    assert len(points) == number
    assert bool(points and points[0] is not None) == is_named
    if is_named:
        assert points[:3] == [30, 35, 40]


def test_names_do_not_stand_where_they_would_tell_the_unnamed_of_a_kind() -> None:
    them = [replace(one, kind="other" if place < 5 else "non-profit") for place, one in enumerate(several(12))]
    frozen = a_year(named(them, 2), grouping=Grouping.KIND)
    assert [dict(one.points) for one in frozen.named.organizations] == [{}, {}], "three unnamed of a kind are left"
    assert a_year(named(them, 2)).named.organizations[0].points


def test_names_do_not_stand_where_they_would_tell_the_unnamed_of_those_who_joined() -> None:
    before, joined = several(8), several(6, prefix="new")
    assert after(before + named(joined, 4), before).named.organizations[0].points == {}
    assert after(before + named(joined, 1), before).named.organizations[0].points


def test_names_do_not_stand_where_they_would_tell_the_unnamed_of_kinds_that_are_not_shown() -> None:
    others = [replace(one, kind=f"kind-{place % 2}") for place, one in enumerate(several(6, prefix="other"))]
    assert a_year(several(8) + named(others, 4), grouping=Grouping.KIND).named.organizations[0].points == {}
    assert a_year(several(8) + named(others, 1), grouping=Grouping.KIND).named.organizations[0].points


def test_dots_are_left_out_where_they_would_tell_the_unnamed_of_those_who_left() -> None:
    stayed, left = several(8), several(6, prefix="left")
    assert shown(first(after(stayed, stayed + named(left, 4))).figure).dots is None
    assert shown(first(after(stayed, stayed + named(left, 1))).figure).dots


def test_dots_are_left_out_where_those_set_apart_say_alike() -> None:
    """Whoever is known to have joined, to have left or to be unnamed would be known by what all of these say."""
    stayed, alike = several(8), [counted(f"x{place}", 60 + place % 2) for place in range(8)]
    assert shown(first(after(stayed + alike, stayed)).figure).dots is None
    assert shown(first(after(stayed, stayed + alike)).figure).dots is None
    assert shown(first(a_year(named(stayed, 8) + alike)).figure).dots is None
    differ = [*alike[:-1], counted("x7", 80)]
    assert shown(first(after(stayed + differ, stayed)).figure).dots
    assert shown(first(after(stayed, stayed + differ)).figure).dots
    assert shown(first(a_year(named(stayed, 8) + differ)).figure).dots


def test_where_names_leave_five_to_seven_there_are_no_dots() -> None:
    assert shown(first(a_year(named(several(12), 6))).figure).dots is None
    assert shown(first(a_year(named(several(12), 4))).figure).dots
    assert shown(first(a_year(named(several(12), 12))).figure).dots


def test_names_stand_in_the_order_of_the_alphabet_not_of_the_points() -> None:
    them = [replace(one, name=name) for one, name in zip(several(5), "EDCBA", strict=True)]
    assert [one.name for one in a_year(them).named.organizations] == list("ABCDE")


def test_voices_lie_apart_from_five_organizations_that_agreed() -> None:
    them = [replace(one, apart={"a": 20.0, "b": 10.0}) for one in several(4)] + several(4, prefix="x")
    assert first(a_year(them)).apart == FEW
    fifth = [*them[:-1], replace(them[-1], apart={"a": 30.0})]
    release = a_year(fifth).release
    apart = shown(release.domains[0].apart)
    assert (apart.organizations, apart.median, apart.dots) == (5, 20, None)
    assert release.domains[1].apart == FEW


def test_each_member_has_a_place_of_its_own_from_six() -> None:
    assert all(not place.quarters for place in a_year(several(5)).places.values())
    places = a_year(several(8)).places
    assert [places[f"o{number}"].quarters["a"] for number in (0, 3, 4, 7)] == [
        Quarter.LOWEST,
        Quarter.SECOND,
        Quarter.THIRD,
        Quarter.HIGHEST,
    ]


def test_who_has_no_score_in_a_domain_has_no_place_in_it() -> None:
    frozen = a_year([*several(8), counted("x", {"b": 10})])
    assert dict(frozen.places["x"].quarters) == {"b": Quarter.LOWEST}


def test_a_release_reads_back_as_it_was_written() -> None:
    release = a_year(several(9), grouping=Grouping.KIND).release
    again = Release.model_validate_json(release.record())
    assert (again, again.digest) == (release, release.digest)
    assert release.domain("nothing") is None


def test_a_domain_that_an_earlier_release_did_not_have_has_no_change() -> None:
    later, them = a_later_instrument(), several(6)
    now = [counted(one.key, 60, later) for one in them]
    frozen = a_year(now, year=2027, past=[Past(a_year(them).release, them)], instruments=[later])
    new, same = frozen.release.domain("e"), frozen.release.domain("c")
    assert new
    assert same
    assert new.change == FEW
    assert shown(same.change).organizations == 6


def test_an_organization_of_which_nothing_is_left_is_one_that_left() -> None:
    before = several(10)
    past = [Past(a_year(before).release, before[1:])]
    figures = first(a_year(before[1:], year=2027, past=past))
    assert figures.change == REST
    assert shown(figures.figure).dots is None


def test_voices_lie_apart_by_what_is_certain_of_the_difference() -> None:
    scorecard = Scorecard(a_submission(VOICED, answers_scoring(VOICED, a=75, b=50, c=25)), VOICED)
    voices = both(scorecard, a_group(Forms.TEN, a=20, b="under 15"))
    assert apart_of(voices) == {"a": 55.0, "b": 35.0}, "nothing is certain of c"


ORGANIZATION = st.tuples(
    st.integers(0, 20), st.sampled_from(["non-profit", "other"]), st.booleans(), st.booleans(), st.booleans()
)


@settings(max_examples=500)
@given(st.lists(ORGANIZATION, min_size=5, max_size=30), st.sampled_from([None, *Grouping]))
def test_no_figure_that_is_shown_leaves_fewer_than_five_behind(
    them: list[tuple[int, str, bool, bool, bool]], grouping: Grouping | None
) -> None:
    """Whatever is taken from a figure by any other: nothing, or at least five organizations, are left."""
    now, then = [], []
    for place, (step, kind, is_named, was_there, is_there) in enumerate(them):
        one = counted(f"o{place}", 5.0 * step, kind=kind, name=f"House {place}" if is_named else None)
        now += [one] if is_there else []
        then += [one] if was_there else []
    assume(min(len(now), len(then)) >= 5)
    frozen = a_year(now, year=2027, past=[Past(a_year(then).release, then)], grouping=grouping)
    figures, keys, before = first(frozen), {one.key for one in now}, {one.key for one in then}
    parts = [
        {one.key for one in now if group.value in {one.kind, one.size}}
        for group in figures.groups
        if isinstance(group.figure, Distribution)
    ]
    sets = [keys, *parts, keys - set().union(*parts) if parts else set()]
    if isinstance(figures.change, Distribution):
        sets += [keys & before, keys - before, before - keys]
    if shown(figures.figure).dots:
        sets += [keys - before, before - keys]
    named = {one.key for one in now if one.name in {each.name for each in frozen.named.organizations if each.points}}
    sets += [each - named for each in sets if named and each <= keys]
    assert all(len(each) == 0 or len(each) >= 5 for each in sets)


def test_dots_are_left_out_where_several_years_together_would_leave_one_alone() -> None:
    """Any two of these years differ by five or more; the first and the third, without the others, by one alone."""
    stay, one = several(10, first=5, step=3), several(1, 95, prefix="z")
    a, b, c = (several(5, first, 10, prefix=f"{first}-") for first in (20, 35, 50))
    past: list[Past] = []
    shown_dots = []
    for number, them in enumerate(([*stay, *a, *one, *b], [*stay, *b], [*stay, *c], [*stay, *c, *a])):
        release = a_year(them, year=2026 + number, past=past).release
        past.append(Past(release, them))
        shown_dots.append(shown(release.domains[0].figure).dots is not None)
    assert shown_dots == [True, True, True, False]


def test_a_domain_that_was_not_asked_before_has_dots_at_once() -> None:
    larger = an_instrument(domains=5)
    then = a_year(several(10))
    now = a_year(
        [counted(one.key, 10.0 * place, larger) for place, one in enumerate(several(10))],
        year=2027,
        past=[Past(then.release, several(10))],
        instruments=(larger,),
    )
    assert [shown(one.figure).dots is not None for one in now.release.domains] == [True] * 5


def test_a_release_is_handed_over_with_its_digest_and_a_schema_that_names_every_part() -> None:
    release = a_year(several(8)).release
    file = ReleaseFile.model_validate_json(write(release))
    assert file.digest_of_all == release.digest
    assert write(release) == write(release)
    properties = schema()["properties"]
    assert isinstance(properties, dict)
    assert properties.keys() == ReleaseFile.model_fields.keys()


def test_there_is_no_release_where_nobody_answered_questions_that_are_known() -> None:
    strangers = [replace(one, instrument_digest="f" * 64) for one in several(6)]
    with pytest.raises(UnknownQuestionsError):
        a_year(strangers)
