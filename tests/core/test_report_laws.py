"""Whatever the years and answers: a report says of its figures what the live pages say of all the answers."""

from hypothesis import given
from hypothesis import strategies as st

from questionnaire.core.comparison import Comparison
from questionnaire.core.instrument import parse
from questionnaire.core.readable import Readable
from questionnaire.core.report import Part, Report, make, read, write
from questionnaire.core.scorecard import Scorecard
from questionnaire.core.years import Years, years_of
from tests.builders import a_submission, a_version
from tests.core.strategies import answers_to
from tests.core.test_comparison_laws import two_years
from tests.reports import MADE_ON, actions

VERSIONS = (
    parse(a_version(1, a="a.1 a.2 a.3 a.4", b="b.1 b.2 b.3", c="c.1 c.2 c.3")),
    parse(a_version(2, a="a.1 a.2 a.3/2 a.4 a.5", b="b.1 b.2 b.3", d="d.1 d.2 d.3")),
    parse(a_version(3, d="d.1 d.2 d.3", a="a.1 a.2/2 b.1", c="c.1 c.2 c.3 c.4")),
)
PARTS = st.frozensets(st.sampled_from(Part)).map(lambda chosen: chosen | {Part.EARLIER})


@st.composite
def several_years(draw: st.DrawFn) -> tuple[Scorecard, ...]:
    """One to five years, each on one of three versions."""
    chosen = draw(st.lists(st.sampled_from(VERSIONS), min_size=1, max_size=5))
    return tuple(
        Scorecard(a_submission(instrument, draw(answers_to(instrument)), year=2020 + 2 * number), instrument)
        for number, instrument in enumerate(chosen)
    )


def fixed(cards: tuple[Scorecard, ...], parts: frozenset[Part]) -> Readable:
    """A report of these years, written to a file and read again."""
    report = make(cards[-1], parts, on=MADE_ON, earlier=cards[:-1], actions=actions())
    found = read(write(report)).report
    assert found.model_dump() == Report.recall(report.record()).model_dump() == report.model_dump()
    return Readable(found, {card.instrument.digest: card.instrument for card in cards})


def said_of_a_scorecard(card: Scorecard) -> object:
    return (
        card.headline,
        card.remarks,
        card.overall,
        [(result.domain, result.points, result.figure, result.in_words, result.score) for result in card.domains],
        card.strong_domains and [result.domain for result in card.strong_domains],
        [(result.item, result.level) for result in card.strong_items],
        card.start_here,
    )


def said_of_a_comparison(comparison: Comparison | None) -> object:
    return comparison and (
        comparison.headline,
        comparison.on_how_many,
        comparison.is_possible,
        comparison.earlier_line,
        [
            (one.domain, one.in_words, one.figure, one.signed, one.change, one.needed, one.is_clear, one.shared)
            for one in comparison.domains
        ],
        [[one.domain for one in some] for some in (comparison.risen, comparison.fallen, comparison.unclear)],
    )


def said_of_years(years: Years) -> object:
    return (
        years.headline,
        said_of_a_comparison(years.span),
        [said_of_a_comparison(one) for one in years.comparisons],
        [
            (
                line.domain,
                line.years,
                line.sentences,
                line.segments,
                line.alone,
                [(row.year, row.points, row.figure, row.change and row.change.in_words) for row in line.rows],
            )
            for line in years.lines
        ],
    )


@given(several_years(), PARTS)
def test_a_report_says_of_all_years_what_the_pages_say(cards: tuple[Scorecard, ...], parts: frozenset[Part]) -> None:
    report = fixed(cards, parts)
    live = years_of(cards)
    assert said_of_a_scorecard(report.scorecard) == said_of_a_scorecard(cards[-1])
    assert (report.years is None) == (len(cards) == 1)
    assert said_of_years(report.years or years_of((report.scorecard,))) == said_of_years(live)
    assert said_of_a_comparison(report.comparison) == said_of_a_comparison(
        live.comparisons[-1] if live.comparisons else None
    )


@given(two_years(), PARTS)
def test_a_report_says_of_two_years_what_the_pages_say(
    cards: tuple[Scorecard, Scorecard], parts: frozenset[Part]
) -> None:
    report = fixed(cards, parts)
    assert report.years
    assert said_of_years(report.years) == said_of_years(years_of(cards))


@given(several_years(), st.frozensets(st.sampled_from(Part)))
def test_a_report_says_of_its_newest_year_what_the_page_says_whatever_was_chosen(
    cards: tuple[Scorecard, ...], parts: frozenset[Part]
) -> None:
    assert said_of_a_scorecard(fixed(cards, parts).scorecard) == said_of_a_scorecard(cards[-1])
