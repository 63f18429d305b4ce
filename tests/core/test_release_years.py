"""A release as it is read: the headline, every domain over the years, and where years cannot be compared."""

from dataclasses import replace

from questionnaire.core.benchmark import Distribution
from questionnaire.core.freezing import Past
from questionnaire.core.instrument import Instrument
from questionnaire.core.release_years import ReleaseYears, signed_in_words
from questionnaire.core.releases import Grouping
from questionnaire.language import languages
from tests.builders import an_instrument
from tests.networks import a_year, counted, several, small

SAY = languages()["en"].say


def read(*releases: object, instruments: tuple[Instrument, ...] = ()) -> ReleaseYears:
    known = {one.digest: one for one in (*instruments, small())}
    return ReleaseYears(tuple(releases), known)  # type: ignore[arg-type]


def test_the_headline_names_where_the_middle_is_highest_and_lowest() -> None:
    them = [counted(f"o{place}", {"a": 20, "b": 50, "c": 50 + place, "d": 20}) for place in range(9)]
    years = read(a_year(them).release)
    assert SAY(years.headline) == (
        "Of 9 organizations, the middle one is highest on Domain c, and lowest on Domain a and Domain d"
    )


def test_where_all_domains_are_alike_the_headline_says_so() -> None:
    years = read(a_year(several(5)).release)
    assert SAY(years.headline) == "Of 5 organizations, the middle one stands at 40 in every domain"


def test_where_no_domain_has_a_figure_the_headline_says_so() -> None:
    years = read(a_year([replace(one, domains={}) for one in several(6)]).release)
    assert SAY(years.headline) == "Of 6 organizations in 2026, no domain has a figure"
    assert not years.has_quartiles
    assert SAY(years.asked[0].in_words) == "Domain a: withheld, for fewer than 5 organizations stand behind it."


def test_every_domain_says_how_it_spreads_as_far_as_that_is_shown() -> None:
    few, many = read(a_year(several(7)).release), read(a_year(several(8)).release)
    assert SAY(few.asked[0].in_words) == "Domain a: the middle of 7 organizations has 45 points."
    assert SAY(many.asked[0].in_words) == (
        "Domain a: the middle of 8 organizations has 50 points, and half of them lie between 40 and 55."
    )
    assert not few.has_dots
    assert many.has_dots
    assert not many.withholds_dots


def test_years_stand_beside_each_other_and_break_where_other_questions_were_asked() -> None:
    asked_more = an_instrument(domains=5, items=6)
    then = a_year(several(6), year=2024)
    past = [Past(then.release, several(6))]
    now = a_year([counted(one.key, 60, asked_more) for one in several(6)], past=past, instruments=(asked_more,))
    years = read(then.release, now.release, instruments=(asked_more,))
    assert years.has_change
    assert years.has_breaks
    a, *_, new = years.domains
    assert [(cell.year, cell.median, cell.is_break) for cell in a.cells] == [(2024, 45, False), (2026, 60, True)]
    assert [SAY(cell.in_words) for cell in new.cells] == ["Not asked", "60"]
    assert not new.cells[1].is_break


def test_a_domain_that_is_asked_no_more_keeps_its_earlier_years() -> None:
    larger = an_instrument(domains=6)
    then = a_year([counted(f"o{place}", 70, larger) for place in range(5)], year=2024, instruments=(larger,))
    now = a_year(several(5))
    years = read(then.release, now.release, instruments=(larger,))
    gone = next(one for one in years.domains if one.now is None)
    assert gone not in years.asked
    assert SAY(gone.in_words) == f"{gone.domain.name.en}: not asked in this year."
    assert [SAY(cell.in_words) for cell in gone.cells] == ["70", "Not asked"]


def test_a_change_stands_with_its_sign_and_of_how_many() -> None:
    then = a_year(several(6), year=2025)
    now = a_year(several(6, 20), past=[Past(then.release, several(6))])
    figures = read(then.release, now.release).asked[0].now
    assert figures is not None
    assert isinstance(figures.change, Distribution)
    assert SAY(signed_in_words(figures.change)) == "−10 (of 6)"
    first = then.release.domains[0]
    assert SAY(signed_in_words(first.change)) == "First release"
    assert SAY(signed_in_words(first.apart)) == "withheld: fewer than 5"


def test_it_is_broken_down_by_what_was_chosen() -> None:
    for grouping, options in ((None, ()), (Grouping.KIND, small().kinds), (Grouping.SIZE, small().sizes)):
        assert read(a_year(several(5), grouping=grouping).release).values == tuple(options)
    years = read(a_year(several(8)).release)
    assert not years.has_apart
    assert not years.leaves_out
    apart = [replace(one, apart={"a": 15.0}) for one in several(8)]
    assert read(a_year(apart).release).has_apart
