"""Both voices in a report: only where they were ticked and may be, as the pages say; and old reports still read."""

import json
from collections.abc import Iterable
from dataclasses import replace

import pytest

from questionnaire.core.differences import Voices, both_asked
from questionnaire.core.instrument import Text
from questionnaire.core.phrase import Phrase
from questionnaire.core.readable import Readable, digests
from questionnaire.core.report import Part, Report, make, read, with_voices, write
from questionnaire.core.rounds import Way
from questionnaire.core.scorecard import Scorecard
from questionnaire.core.voices import Forms, GroupResult, Outcome, RoundResult, TooFew, Void
from questionnaire.core.voices_years import Heard, peer_line
from tests.builders import a_year
from tests.core.test_report import named
from tests.reports import EVERY_CHOICE, KNOWN, MADE_ON, SAID, Chosen, a_report, cards, readable, voices_beside
from tests.voices import a_group, a_result, a_voiced_instrument

INSTRUMENT = a_voiced_instrument(domains=4)
LESS = a_group(Forms.FIVE, a="under 15", b=75, c=75)


def a_card(year: int = 2026, **choices: str) -> Scorecard:
    return a_year(year, INSTRUMENT, **(choices or {"a": "33333", "b": "33333", "c": "22222", "d": "33333"}))


def heard(card: Scorecard, group: GroupResult = LESS, *, board: bool = True) -> Voices:
    result = a_result(INSTRUMENT, group, year=card.submission.year, board=board)
    return Voices(card, result, both_asked(card))


def reported(
    *parts: Part, group: GroupResult = LESS, years: tuple[int, ...] = (), rounds: Iterable[RoundResult] = ()
) -> Readable:
    card = a_card()
    report = make(card, parts, on=MADE_ON, earlier=[a_card(year) for year in years], actions=())
    return Readable(with_voices(report, heard(card, group), rounds), {INSTRUMENT.digest: INSTRUMENT})


# What it holds


@pytest.mark.parametrize("chosen", EVERY_CHOICE, ids=named)
def test_nothing_of_peer_workers_is_in_a_report_unless_it_was_ticked(chosen: Chosen) -> None:
    report = a_report(chosen)
    file = write(report).decode()
    holds = Part.VOICES in chosen
    assert (report.voices is not None) is holds
    assert ("over 85" in file) is ("under 15" in file) is ("10-19" in file) is ('"slips"' in file) is holds
    assert (readable(chosen).voices is not None) is holds
    assert any(readable(chosen).peers(domain) for domain in readable().scorecard.instrument.domains) is (
        {Part.VOICES, Part.EARLIER} <= chosen
    )


@pytest.mark.parametrize("chosen", EVERY_CHOICE, ids=named)
def test_no_part_alone_puts_both_voices_into_a_report(chosen: Chosen) -> None:
    then, now = cards()
    report = make(now, chosen, on=MADE_ON, earlier=(then,), actions=())
    assert (report.voices, Part.VOICES in report.parts) == (None, False)


def test_the_part_stands_among_the_others_in_their_own_order() -> None:
    assert a_report([Part.VOICES, Part.ANSWERS]).parts == (Part.ANSWERS, Part.VOICES)


@pytest.mark.parametrize(
    ("outcome", "board"), [(SAID, False), (TooFew(), True), (Void(why="too-many"), True), (TooFew(), False)]
)
def test_what_was_not_agreed_before_or_is_no_result_is_refused(outcome: Outcome, board: bool) -> None:
    voices = voices_beside(cards()[1])
    other = replace(voices, result=voices.result.model_copy(update={"outcome": outcome, "board": board}))
    with pytest.raises(ValueError, match="nothing of this round"):
        with_voices(a_report(()), other)


def test_earlier_rounds_are_in_it_only_with_earlier_years_and_where_the_board_may_see_them() -> None:
    rounds = [
        a_result(INSTRUMENT, a_group(Forms.FIVE, a=30), year=2023),
        a_result(INSTRUMENT, a_group(Forms.FIVE, a=35), year=2024, board=False),
        a_result(INSTRUMENT, TooFew(), year=2025),
        a_result(INSTRUMENT, LESS, year=2026),
        a_result(INSTRUMENT, a_group(Forms.FIVE, a=45), year=2027),
    ]
    years = (2023, 2024, 2025)
    held = reported(Part.EARLIER, years=years, rounds=rounds).report.voices
    alone = reported(years=years, rounds=rounds).report.voices
    assert held
    assert [one.year for one in held.earlier] == [2023]
    assert alone
    assert alone.earlier == ()


def test_a_report_needs_the_instruments_of_its_rounds_too() -> None:
    other = a_voiced_instrument(domains=4, items=3)
    then = a_result(other, a_group(Forms.FIVE, a=30), year=2025)
    report = reported(Part.EARLIER, years=(2025,), rounds=(then,)).report
    assert digests(report) == (INSTRUMENT.digest, other.digest)


# The order of the advice


@pytest.mark.parametrize("parts", [(), (Part.ADVICE,)])
def test_the_order_of_the_advice_tells_of_peer_workers_only_where_they_were_ticked(parts: tuple[Part, ...]) -> None:
    card = a_card()
    alone = make(card, parts, on=MADE_ON, earlier=(), actions=())
    both = reported(*parts)
    frozen = [one for one in card.submission.advice if one.leads or parts]
    assert list(alone.outcome.advice) == frozen
    assert next(one.item_id for one in frozen) == "c.1"
    first = both.scorecard.advice[0]
    assert (first.item.id, first.promoted, first.given.leads) == ("a.1", True, True)
    assert list(both.report.outcome.advice) == [
        one for one in heard(card).heard.submission.advice if one.leads or parts
    ]
    assert {one.domain.id for one in both.scorecard.advice if one.also} == {"a"}


def test_where_peer_workers_do_not_say_less_the_order_stays() -> None:
    more = reported(Part.ADVICE, group=a_group(a=85, b=75))
    assert more.report.outcome.advice == a_card().submission.advice
    assert more.scorecard.promoted == frozenset()


# What is read from it


def test_a_report_says_of_both_voices_what_the_page_says() -> None:
    of, live = reported(Part.ANSWERS), heard(a_card())
    without_answers = reported()
    for found in (of.voices, without_answers.voices):
        assert found
        assert (found.headline, found.behind, found.line, found.wide) == (
            live.headline,
            live.behind,
            live.line,
            live.wide,
        )
        assert [one.in_words for one in found.differences] == [one.in_words for one in live.differences]


def test_the_lines_of_peer_workers_stand_beside_the_years() -> None:
    then = a_result(INSTRUMENT, a_group(Forms.TEN, a=50, b=50), year=2024)
    of = reported(Part.EARLIER, years=(2024, 2025), rounds=(then,))
    line = of.peers(INSTRUMENT.domains[0])
    assert line
    assert [year for year, _figure in line.figures] == [2024, 2026]
    assert line.in_figures == Phrase(
        "peer-line.figures", {"figures": (Text(en="50 (2024)", fr="50 (2024)"), _under_15_in_2026())}
    )
    nothing = of.peers(INSTRUMENT.domains[3])
    assert nothing
    assert (nothing.is_shown, nothing.in_figures.id) == (False, "peer-line.nothing")
    assert reported(years=(2024, 2025)).peers(INSTRUMENT.domains[0]) is None


def _under_15_in_2026() -> Text:
    return Text(en="under 15 (2026)", fr="moins de 15 (2026)")


# Its file


def test_reports_and_files_of_before_are_still_read() -> None:
    old = json.loads(write(a_report({Part.ANSWERS})))
    fingerprint = old.pop("fingerprint")
    del old["voices"]
    record = json.dumps(old, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    recalled = Report.recall(record)
    assert (recalled.voices, recalled.record()) == (None, record)
    assert Readable(recalled, KNOWN).voices is None
    file = read(json.dumps({"fingerprint": recalled.fingerprint, **old}).encode())
    assert file.report.fingerprint == file.fingerprint == recalled.fingerprint
    assert recalled.fingerprint != fingerprint


def test_a_report_with_both_voices_is_read_as_it_was_written() -> None:
    report = reported(Part.EARLIER, years=(2025,)).report
    again = read(write(report)).report
    assert again.model_dump() == report.model_dump()
    assert again.fingerprint == report.fingerprint


# Why there is one voice


@pytest.mark.parametrize(
    ("outcome", "way", "why"),
    [
        (LESS, Way.SLIPS, None),
        (TooFew(), Way.SLIPS, "round.too-few"),
        (TooFew(), Way.TOTALS, "round.too-few"),
        (TooFew(), Way.MEETING, "round.no-answer"),
        (Void(why="too-many"), Way.SLIPS, "round.too-many"),
        (Void(why="key-lost"), Way.TOTALS, "round.key-lost"),
    ],
)
def test_a_round_without_a_result_says_why(outcome: Outcome, way: Way, why: str | None) -> None:
    result = a_result(INSTRUMENT, outcome, way=way)
    assert (result.why_none and result.why_none.id) == why
    assert result.on_other_questions == Phrase("round.other-questions", {"revision": 1})


@pytest.mark.parametrize(
    ("forms", "points", "few"),
    [(None, 20, None), (Forms.FIVE, 20, None), (Forms.TEN, 15, 17), (Forms.TWENTY, 10, 17), (Forms.FIFTY, 10, 17)],
)
def test_from_when_voices_are_far_apart_is_said(forms: Forms | None, points: int, few: int | None) -> None:
    rule = heard(a_card(), a_group(forms, a=30)).rule
    assert (rule.params["points"], rule.params.get("few")) == (points, few)
    assert rule.id == ("voices.rule-few" if few else "voices.rule")


def test_domains_without_a_figure_are_named() -> None:
    assert heard(a_card()).without_figure == Phrase("peers.no-figure", {"domains": (Text(en="Domain d"),)})
    assert heard(a_card(), a_group(a=30, b=30, c=30, d=30)).without_figure is None


def test_a_line_over_the_years_says_its_figures() -> None:
    line = peer_line(INSTRUMENT.domains[0], (Heard(a_result(INSTRUMENT, LESS), INSTRUMENT),))
    assert (line.is_shown, line.in_figures.params["figures"]) == (True, (_under_15_in_2026(),))


def test_of_fewer_than_three_questions_a_report_holds_no_sum_that_could_be_an_answer() -> None:
    instrument = a_voiced_instrument(domains=4, alone=("d.2", "d.3", "d.4", "d.5"))
    card = a_year(2026, instrument, a="33333", b="33333", c="22222", d="43210")
    voices = Voices(card, a_result(instrument, a_group(a=30)), both_asked(card))
    assert voices.difference("d").asked.levels == 4
    said = with_voices(make(card, (), on=MADE_ON, earlier=(), actions=()), voices).voices
    assert said
    sums = {one.domain_id: (one.shared, one.levels) for one in said.asked}
    assert sums == {"a": (5, 15), "b": (5, 15), "c": (5, 10), "d": (1, 0)}
