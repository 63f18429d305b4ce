"""What peer workers say in workbooks and CSV files: in words and figures, and only where it was ticked."""

import pytest

from questionnaire.core.readable import Readable
from questionnaire.core.report import Part, make, with_voices
from questionnaire.core.voices import Forms, GroupResult
from questionnaire.output.sheets import csv_file, sheets_of
from tests.core.test_report import named
from tests.output.read_back import SAY, by_title, cells, page, pages, rows
from tests.reports import EVERY_CHOICE, KNOWN, MADE_ON, Chosen, cards, readable, voices_beside
from tests.voices import a_group

TELLING = ("over 85", "under 15", "10–19", "peer workers’ figures", "Both voices", "Two voices")


def reported(group: GroupResult, *parts: Part) -> Readable:
    then, now = cards()
    report = make(now, parts, on=MADE_ON, earlier=(then,), actions=())
    return Readable(with_voices(report, voices_beside(now, group)), KNOWN)


@pytest.mark.parametrize("chosen", EVERY_CHOICE, ids=named)
def test_no_cell_tells_of_peer_workers_unless_it_was_ticked(chosen: Chosen) -> None:
    of = readable(chosen)
    in_book = "\n".join([one.title + "\n".join(str(cell.value) for cell in cells(one)) for one in pages(of)])
    in_files = "\n".join(csv_file(of, sheet, SAY).decode() for sheet in sheets_of(of))
    assert ("over 85" in in_book) is ("over 85" in in_files) is (Part.VOICES in chosen)
    if Part.VOICES not in chosen:
        assert [told for told in TELLING if told in in_book + in_files] == []
        assert "peer_workers" not in in_files


def test_every_domain_stands_in_both_voices() -> None:
    first, second, third, fourth = rows(readable(), "voices")
    wanted = ("domain", "organization_points", "shared", "peer_workers", "difference", "is_wide", "domain_id")
    assert [first[name] for name in wanted] == ["Domain a", "44", "4", "over 85", "-41", "Yes", "a"]
    assert first["in_words"] == (
        "Domain a: far apart. On 4 questions that both were asked, the organization has 44 points and peer workers"
        " over 85."
    )
    assert [second[name] for name in wanted] == ["Domain b", "", "2", "", "", "No", "b"]
    assert second["in_words"].startswith("Domain b: not compared")
    assert [third[name] for name in wanted] == ["Domain c", "50", "3", "50", "0", "No", "c"]
    assert [fourth[name] for name in wanted[3:6]] == ["45", "5", "No"]
    in_book = by_title(page(readable(), "Both voices"))
    assert [row["Peer workers, rounded to 5"] for row in in_book] == ["over 85", None, "50", "45"]
    assert [row["Difference, at least"] for row in in_book] == [-41, None, 0, 5]


def test_the_spread_says_the_share_of_each_band_in_words() -> None:
    (found,) = rows(readable(), "spread")
    wanted = ("domain", "question", "low", "middle", "high", "item_id")
    assert [found[name] for name in wanted] == ["Domain a", "And a.1?", "under 15", "none", "over 85", "a.1"]


@pytest.mark.parametrize("forms", [None, Forms.FIVE])
def test_where_no_question_may_be_shown_there_is_no_table_of_them(forms: Forms | None) -> None:
    of = reported(a_group(forms, a=30))
    assert sheets_of(of) == ("scorecard", "advice", "voices")
    with pytest.raises(KeyError):
        csv_file(of, "spread", SAY)


def test_the_first_sheet_says_whose_voices_these_are_and_what_they_are_not() -> None:
    facts = [str(row["What it says"]) for row in by_title(page(readable(), "About")) if row["What"] == "Both voices"]
    assert [fact.partition(".")[0] for fact in facts] == [
        "Two voices, never averaged: the organization’s own and its peer workers’",
        "Peer workers say clearly more than «organization» does on Domain a",
        "Far apart means by 15 points or more, and by up to 17 where few questions are shared",
        (
            "Peer workers’ figures say what those who answered reported, on the same version of these questions,"
            " by October 30, 2026"
        ),
    ]
    assert "They are not representative. 10–19 peer workers handed in a form." in facts[-1]


def test_years_have_what_peer_workers_said_in_each() -> None:
    found = {(row["domain_id"], row["year"]): row for row in rows(readable(), "years")}
    assert [found["a", year]["peer_workers"] for year in ("2025", "2026")] == ["30", "over 85"]
    assert found["a", "2026"]["peer_workers_in_words"] == "Domain a: peer workers say clearly more than in 2025"
    assert found["a", "2025"]["peer_workers_in_words"] == ""
    assert [found["b", year]["peer_workers"] for year in ("2025", "2026")] == ["", ""]


def test_advice_that_comes_earlier_says_why() -> None:
    of = reported(a_group(Forms.FIFTY, d="under 15"), Part.ADVICE)
    found = {row["advice_id"]: row["given_for"] for row in rows(of, "advice")}
    assert found["d.1.advice"] == (
        "The answer was “Level 2”, level 2 of 4."
        " It comes one step earlier, for peer workers say clearly less on Domain d."
    )
    assert found["c.2.advice"] == "The answer was “Level 2”, level 2 of 4."
