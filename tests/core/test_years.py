"""All years of one organization: the headline row by row, lines that break, and what is said of them."""

import pytest

from questionnaire.core.comparison import compare
from questionnaire.core.instrument import Text, parse
from questionnaire.core.phrase import Param, Phrase
from questionnaire.core.scorecard import Scorecard
from questionnaire.core.years import Line, Segment, years_of
from tests.builders import a_later_instrument, a_scorecard, a_submission, a_version, a_year, an_instrument, changed

FIRST, SECOND = an_instrument(), a_later_instrument()
FIVE = an_instrument(domains=3, items=5)
OTHER = parse(a_version(9, x="x.1 x.2 x.3", y="y.1 y.2 y.3", z="z.1 z.2 z.3"))
A = Text(en="Domain a")


def between(*pairs: str) -> tuple[Text, ...]:
    return tuple(Text(en=pair) for pair in pairs)


def line_of_a(*answers: str, start: int = 2021) -> Line:
    """The line of domain a over as many years as there are answers."""
    return years_of(tuple(a_year(year, FIVE, a=chosen) for year, chosen in enumerate(answers, start))).lines[0]


@pytest.mark.parametrize("years", [(), (2026, 2025), (2025, 2025), (2024, 2026, 2025)])
def test_years_are_one_scorecard_a_year_the_earliest_first(years: tuple[int, ...]) -> None:
    with pytest.raises(ValueError, match="the earliest first"):
        years_of(tuple(a_year(year, FIVE) for year in years))


# The headline


def test_one_year_is_no_comparison_yet() -> None:
    one = years_of((a_scorecard(2025, a=50, b=50, c=50),))
    assert (one.comparisons, one.span) == ((), None)
    assert one.headline == Phrase("years.one", {"year": 2025})


def test_the_headline_compares_the_last_year_with_the_first() -> None:
    cards = tuple(a_year(year, FIVE, a=a) for year, a in ((2023, "00000"), (2024, "44444"), (2026, "11111")))
    assert years_of(cards).headline == compare(cards[0], cards[2]).headline
    assert years_of(cards).headline == Phrase(
        "comparison.up", {"organization": "Harbour Street", "year": 2023, "up": (A,)}
    )


def test_the_headline_starts_at_the_earliest_year_that_the_last_can_be_compared_with() -> None:
    cards = (
        a_year(2022, OTHER, x="000", y="000", z="000"),
        a_year(2023, FIRST, a="22222"),
        a_year(2024, FIRST, a="00000"),
        a_year(2025, SECOND, a="22222"),
    )
    headline = years_of(cards).headline
    assert headline == compare(cards[1], cards[3]).headline
    assert (headline.id, headline.params["year"]) == ("comparison.unclear", 2023)


def test_where_the_last_year_compares_with_none_the_headline_says_so_whatever_went_before() -> None:
    cards = (a_year(2023, FIRST, a="00000"), a_year(2024, FIRST, a="44444"), a_year(2025, OTHER, x="444"))
    years = years_of(cards)
    assert years.comparisons[0].risen
    assert years.headline == Phrase("years.nothing", {"year": 2025})


def test_neighbouring_years_are_compared() -> None:
    cards = tuple(a_year(year, FIVE, a="22222") for year in (2021, 2024, 2025))
    assert years_of(cards).comparisons == (compare(cards[0], cards[1]), compare(cards[1], cards[2]))


# Lines


def test_every_domain_that_was_ever_asked_has_a_line_the_newest_order_first() -> None:
    years = years_of((a_year(2023, OTHER), a_year(2024, FIRST), a_year(2025, SECOND)))
    assert [line.domain.id for line in years.lines] == ["a", "b", "c", "e", "d", "x", "y", "z"]
    assert {line.years for line in years.lines} == {(2023, 2024, 2025)}


def test_a_line_bears_its_domains_newest_name() -> None:
    renamed = parse(changed(a_version(2, a="a.1 a.2 a.3", b="b.1", c="c.1"), "domains.0.name.en", "Renamed"))
    assert years_of((a_year(2024, FIVE), a_year(2025, renamed))).lines[0].domain.name == Text(en="Renamed")
    assert years_of((a_year(2024, renamed), a_year(2025, FIVE))).lines[0].domain.name == A


def test_a_row_shows_that_years_own_score_and_the_change_from_the_year_before() -> None:
    first, second, third = line_of_a("22222", "224--", "44444").rows
    assert [(row.year, row.points) for row in (first, second, third)] == [(2021, 50), (2022, None), (2023, 100)]
    assert first.change is None
    assert second.change
    assert third.change
    assert (second.change.change, third.change.change) == (17, 33)
    assert [row.figure for row in (first, second)] == [
        Phrase("figure.points", {"points": 50}),
        Phrase("figure.missing", {"missing": 1}),
    ]


def test_a_row_shows_the_score_as_it_was_stored() -> None:
    submission = a_submission(FIVE, year=2024)
    scores = tuple(score.model_copy(update={"points": 12.5}) for score in submission.scores.domains)
    stored = submission.model_copy(update={"scores": submission.scores.model_copy(update={"domains": scores})})
    line = years_of((Scorecard(stored, FIVE), a_year(2025, SECOND))).lines[0]
    assert line.rows[0].points == 13
    assert line.alone == ((2024, 12.5),)


def test_a_year_that_did_not_ask_a_domain_has_neither_points_nor_a_comparable_change() -> None:
    years = years_of((a_year(2023, FIRST), a_year(2024, FIRST), a_year(2025, SECOND, e="2222")))
    new = next(line for line in years.lines if line.domain.id == "e")
    assert [row.points for row in new.rows] == [None, None, 50]
    assert [row.figure for row in new.rows[:2]] == [Phrase("figure.not-asked")] * 2
    assert new.rows[1].change is None
    assert new.rows[2].change
    assert not new.rows[2].change.comparable
    assert (new.segments, new.alone) == ((), ((2025, 50.0),))


def test_a_piece_of_line_runs_over_the_questions_that_its_two_years_share() -> None:
    line = line_of_a("2222-", "22224", "-2224")
    assert line.segments == (Segment(2021, 50, 2022, 50), Segment(2022, 62.5, 2023, 62.5))
    assert [row.points for row in line.rows] == [50, 60, 63]
    assert line.alone == ()


def test_a_line_breaks_where_fewer_than_three_questions_are_shared() -> None:
    years = years_of(
        (
            a_year(2022, FIRST, b="00000"),
            a_year(2023, FIRST, b="22222"),
            a_year(2024, SECOND, b="22222"),
            a_year(2025, SECOND, b="22244"),
        )
    )
    line = next(line for line in years.lines if line.domain.id == "b")
    assert line.segments == (Segment(2022, 0, 2023, 50), Segment(2024, 50, 2025, 70))
    assert line.sentences == (
        Phrase(
            "line.years", {"domain": line.domain.name, "first": 0, "first_year": 2022, "last": 70, "last_year": 2025}
        ),
        Phrase("line.up", {"changes": between("2022–2023 (+50)", "2024–2025 (+20)")}),
        Phrase("line.breaks", {"years": between("2023–2024")}),
    )


def test_a_year_between_two_breaks_stands_alone_if_it_was_scored() -> None:
    scored = parse(a_version(2, a="a.1/2 a.2/2 a.3/2", b="b.1", c="c.1"))
    between_breaks = years_of(
        (a_year(2023, FIVE, a="22222"), a_year(2024, scored, a="333"), a_year(2025, FIVE, a="--222"))
    )
    line = between_breaks.lines[0]
    assert line.segments == ()
    assert line.alone == ((2023, 50.0), (2024, 75.0))
    assert line.sentences[1:] == (Phrase("line.breaks", {"years": between("2023–2024", "2024–2025")}),)


def test_a_year_without_a_score_is_no_dot_though_a_piece_of_line_may_reach_it() -> None:
    line = line_of_a("22222", "222--", "2----")
    assert line.segments == (Segment(2021, 50, 2022, 50),)
    assert line.alone == ()


# What is said of a line


def test_ten_years_are_said_by_their_ends_their_clear_changes_and_their_breaks() -> None:
    line = line_of_a(
        "00000", "00001", "22222", "22222", "22---", "44444", "33333", "33332", "11111", "11112", start=2017
    )
    assert len(line.years) == 10
    assert line.sentences == (
        Phrase("line.years", {"domain": A, "first": 0, "first_year": 2017, "last": 30, "last_year": 2026}),
        Phrase("line.up", {"changes": between("2018–2019 (+45)")}),
        Phrase("line.down", {"changes": between("2022–2023 (−25)", "2024–2025 (−45)")}),
        Phrase("line.breaks", {"years": between("2020–2021", "2021–2022")}),
    )


def test_a_line_without_a_clear_change_says_so() -> None:
    ends: dict[str, Param] = {"domain": A, "first": 50, "first_year": 2021, "last": 50, "last_year": 2023}
    assert line_of_a("22222", "22223", "22222").sentences == (Phrase("line.years", ends), Phrase("line.unclear"))


@pytest.mark.parametrize(("then", "now", "phrase"), [("0", "4", "line.up"), ("4", "0", "line.down")])
def test_a_line_with_a_clear_change_does_not_say_that_there_is_none(then: str, now: str, phrase: str) -> None:
    assert [sentence.id for sentence in line_of_a(then * 5, now * 5).sentences] == ["line.years", phrase]


def test_a_domain_scored_in_one_year_says_that_year_alone() -> None:
    one = Phrase("line.one-year", {"domain": A, "points": 50, "year": 2021})
    assert line_of_a("22222").sentences == (one,)
    assert line_of_a("22222", "-----").sentences == (one, Phrase("line.breaks", {"years": between("2021–2022")}))


def test_a_domain_that_was_never_scored_says_so() -> None:
    assert line_of_a("222--", "222--").sentences == (Phrase("line.not-scored", {"domain": A}), Phrase("line.unclear"))


def test_years_that_did_not_ask_a_domain_are_named_and_are_no_break() -> None:
    years = years_of((a_year(2023, FIRST, d="22222"), a_year(2024, FIRST, d="22222"), a_year(2025, SECOND)))
    dropped = years.lines[-1]
    assert dropped.domain.id == "d"
    assert dropped.sentences[1:] == (Phrase("line.unclear"), Phrase("line.not-asked", {"years": between("2025")}))
