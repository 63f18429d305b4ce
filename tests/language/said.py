"""Every sentence that the core can say, by way of plain builders that make the core say it."""

from collections.abc import Iterator
from dataclasses import replace

from questionnaire.core import contributions
from questionnaire.core.archive import Reason, RefusedArchiveError
from questionnaire.core.benchmark import Quarter, Why, Withheld
from questionnaire.core.comparison import compare
from questionnaire.core.contributions import RefusedContributionError
from questionnaire.core.differences import Voices, both_asked
from questionnaire.core.events import Entry, Event
from questionnaire.core.freezing import Past
from questionnaire.core.instrument import Instrument, Tree, parse
from questionnaire.core.phrase import Phrase
from questionnaire.core.plan import planned
from questionnaire.core.release_years import ReleaseYears, counted_in_words, signed_in_words
from questionnaire.core.releases import Grouping
from questionnaire.core.rounds import Way
from questionnaire.core.scorecard import Scorecard
from questionnaire.core.voices import (
    DomainFigure,
    Forms,
    GroupResult,
    Points,
    RoundResult,
    TooFew,
    Void,
)
from questionnaire.core.voices_years import Heard, peer_line
from questionnaire.core.years import years_of
from tests.builders import (
    A_DAY,
    a_later_instrument,
    a_scorecard,
    a_submission,
    a_tree,
    a_year,
    an_action,
    an_instrument,
    an_item,
    answers,
    answers_scoring,
    changed,
    text,
)
from tests.networks import a_year as a_release
from tests.networks import counted, several


def said_by_the_core() -> Iterator[Phrase]:
    """Every sentence that the core can say, by way of scorecards that make it say them."""
    small = an_instrument(domains=3, items=3)
    cards = [
        a_scorecard(a=None, b=None, c=None),
        a_scorecard(a=50, b=None, c=None),
        a_scorecard(a=75, b=75, c=75),
        a_scorecard(a=50, b=50, c=50),
        a_scorecard(a=0, b=25, c=45),
        a_scorecard(a=0, b=50, c=100),
        Scorecard(a_submission(small, answers(a_1="1", a_2="1", a_3="1", b_1="dont-know")), small),
        Scorecard(a_submission(small, answers(a_1="does-not-apply")), small),
    ]
    for card in cards:
        yield card.headline
        yield from card.remarks
        yield from (phrase for result in card.domains for phrase in (result.in_words, result.figure))
        yield from (result.reason for result in card.advice)
    yield from said_of_years()
    yield from said_of_voices()
    yield from said_of_rounds()
    moved = planned(
        a_year(2026, an_instrument(), a="321x-"),
        {2025: a_year(2025, an_instrument(), a="22222")},
        [an_action(year=2025, items=("a.1", "a.2", "a.3", "a.4"))],
    )[0].movement
    yield from moved.in_words if moved else ()
    yield from (Entry(A_DAY, event, "", 2026, 2, "Sam").in_words for event in Event)
    refusals: dict[str, str | int] = {
        "file": "organization.json",
        "where": "name",
        "id": "alongside",
        "version": 2,
        "known": 1,
        "most": 9,
    }
    sizes = {"megabytes": 16, "megabytes_of_one": 8}
    yield from (RefusedArchiveError(reason, **refusals, **sizes).in_words for reason in Reason)
    yield from (Withheld(why=why).in_words for why in Why)
    yield from (RefusedContributionError(reason).in_words for reason in contributions.Reason)
    yield from (quarter.in_words for quarter in Quarter)
    yield from said_of_releases()


def said_of_years() -> Iterator[Phrase]:
    """Every sentence about change, by way of years that make the core say them."""
    first, second = an_instrument(), a_later_instrument()
    start = a_year(2022, first, a="22222", b="22222", c="2222?", d="22222")
    comparisons = [
        compare(start, a_year(2026, second, a="2x222", b="22222", c="22222", e="2222")),
        compare(start, a_year(2026, first, a="33333")),
        compare(start, a_year(2026, first, a="11111")),
        compare(start, a_year(2026, first, a="33333", b="11111")),
        compare(start, a_year(2026, first)),
    ]
    for comparison in comparisons:
        yield comparison.headline
        yield from comparison.remarks
        for change in comparison.domains:
            yield from (change.figure, change.in_words, *(item.in_words for item in change.items))
    several = years_of((start, a_year(2023, first, a="33333", b="11111"), a_year(2025, second, e="2222")))
    steady = years_of((a_year(2025, first, a="22222"), a_year(2026, first, a="22223")))
    for years in (several, steady, years_of((start,)), years_of((start, a_year(2026, first)))):
        yield years.headline
        for line in years.lines:
            yield from (*line.sentences, *(row.figure for row in line.rows))


def said_of_voices() -> Iterator[Phrase]:
    """Every sentence about both voices of one year."""
    own = {"a": 75, "b": 100, "c": 50}
    for voices in (
        both(own, {"a": 30, "b": "under 15", "c": 50}),
        both({"a": 0, "b": 50, "c": 50}, {"a": 80, "b": 50, "c": 50}),
        both({"a": 0, "b": 100, "c": 50}, {"a": 80, "b": 30, "c": 50}),
        both({"a": 50, "b": 50, "c": 50}, {"a": 50, "b": 50, "c": 50, "d": 50}),
        both(own, {}, forms=None),
    ):
        yield from (voices.headline, voices.behind, voices.rule)
        yield from (phrase for one in voices.differences for phrase in (one.peers_figure, one.figure, one.in_words))
        yield from (result.also for result in voices.heard.advice if result.also)
        yield from (voices.without_figure,) if voices.without_figure else ()


def said_of_rounds() -> Iterator[Phrase]:
    """Every sentence about what peer workers say over the years, and about rounds without a result."""
    instrument = with_peers()
    heard = [
        Heard(a_round(instrument, {"a": points}, year=year, forms=forms), instrument)
        for year, points, forms in (
            (2019, 30, Forms.TEN),
            (2020, 30, Forms.TEN),
            (2021, 70, Forms.TEN),
            (2022, 30, Forms.TEN),
            (2023, 70, Forms.FIVE),
            (2024, 30, Forms.FIVE),
        )
    ]
    for domain in instrument.domains[:2]:
        line = peer_line(domain, tuple(heard))
        yield from (line.in_figures, *line.sentences, *(figure for _year, figure in line.figures))
    yield heard[0].result.on_other_questions
    for outcome, way in (
        (TooFew(), Way.SLIPS),
        (TooFew(), Way.MEETING),
        (Void(why="too-many"), Way.SLIPS),
        (Void(why="key-lost"), Way.SLIPS),
    ):
        why_none = heard[0].result.model_copy(update={"outcome": outcome, "way": way}).why_none
        assert why_none
        yield why_none


def both(own: dict[str, int], peers: dict[str, Points], *, forms: Forms | None = Forms.TWENTY) -> Voices:
    """An organization's points beside its peer workers' figures, on the same questions."""
    instrument = with_peers()
    scorecard = Scorecard(a_submission(instrument, answers_scoring(instrument, **own)), instrument)
    return Voices(scorecard, a_round(instrument, peers, forms=forms), both_asked(scorecard))


def with_peers() -> Instrument:
    """The instrument of a_scorecard(), whose every question peer workers are asked, too."""
    tree: Tree = a_tree()
    peer: Tree = {"question": text("How is it for you?"), "levels": [text(f"Level {level}") for level in range(5)]}
    for number, name in enumerate("abcd"):
        tree = changed(tree, f"domains.{number}.items", [an_item(f"{name}.{one}", peer=peer) for one in range(1, 6)])
    return parse(tree)


def a_round(
    instrument: Instrument, figures: dict[str, Points], *, year: int = 2026, forms: Forms | None = Forms.TWENTY
) -> RoundResult:
    """A result with these figures."""
    shown = tuple(DomainFigure(domain_id=domain_id, points=points) for domain_id, points in figures.items())
    return RoundResult(
        year=year,
        revision=1,
        instrument_id=instrument.id,
        instrument_version=instrument.version,
        instrument_digest=instrument.digest,
        way=Way.SLIPS if forms else Way.MEETING,
        closed_on=A_DAY,
        board=True,
        network=True,
        outcome=GroupResult(forms=forms, domains=shown, items=()),
    )


def said_of_releases() -> Iterator[Phrase]:
    """What is said of a release, however much of it is withheld."""
    small, larger = an_instrument(domains=3), an_instrument(domains=4)
    apart = [counted(f"o{place}", {"a": 20, "b": 50 + place, "c": 80}, small) for place in range(9)]
    unlike = [one if place < 4 else counted(one.key, {"b": 50}, small) for place, one in enumerate(apart)]
    by_kind = [counted(f"k{place}", 50, small, kind="peer-run" if place < 5 else "other") for place in range(9)]
    alone = [replace(one, domains={}) for one in apart]
    with_d = [counted(one.key, 50, larger) for one in apart]
    for them in (apart, several(5), unlike, by_kind, alone):
        release = a_release(them, grouping=Grouping.KIND, instruments=(small, larger)).release
        yield from _said_of_a_release(ReleaseYears((release,), {one.digest: one for one in (small, larger)}))
    first = a_release(with_d, year=2025, instruments=(small, larger))
    second = a_release(apart, past=[Past(first.release, with_d)], instruments=(small, larger))
    both = ReleaseYears((first.release, second.release), {one.digest: one for one in (small, larger)})
    yield from _said_of_a_release(both)


def _said_of_a_release(years: ReleaseYears) -> Iterator[Phrase]:
    yield years.headline
    for one in years.domains:
        yield one.in_words
        yield from (cell.in_words for cell in one.cells)
        if one.now:
            yield from (signed_in_words(figure) for figure in (one.now.change, one.now.apart))
            yield counted_in_words(one.now.figure)
