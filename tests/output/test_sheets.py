"""Workbooks and CSV files read back: what is in them, and as what."""

import csv
from datetime import date, datetime
from io import StringIO
from typing import Any, cast

import pytest
from openpyxl.cell.cell import Cell
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.worksheet import Worksheet

from questionnaire.core.readable import Readable
from questionnaire.core.report import Part
from questionnaire.output.sheets import SHEETS, csv_file, sheets_of, workbook
from tests.core.test_report import named
from tests.output.read_back import SAY, book, by_title, cells, page, pages, rows
from tests.reports import EVERY_CHOICE, WORDS, Chosen, readable, saying, word

ORIGIN = ["organization", "report_year", "instrument", "made_on", "fingerprint", "notice"]
NOT_IN_TABLES = {"name in an earlier year"}  # only the file of JSON has it


# Which tables there are


@pytest.mark.parametrize("chosen", EVERY_CHOICE, ids=named)
def test_a_table_stands_only_if_its_part_was_chosen(chosen: Chosen) -> None:
    needs = {"scorecard": None, "items": Part.ANSWERS, "advice": None, "plan": Part.PLAN, "years": Part.EARLIER}
    needs |= {"voices": Part.VOICES, "spread": Part.VOICES, "places": Part.PLACE}
    held = tuple(name for name, part in needs.items() if part is None or part in chosen)
    assert sheets_of(readable(chosen)) == held
    titles = {"scorecard": "Scorecard", "items": "Answers", "advice": "Advice", "plan": "Plan", "years": "Years"}
    titles |= {"voices": "Both voices", "spread": "Spread of answers", "places": "Place in networks"}
    assert [one.title for one in pages(readable(chosen))] == ["About", *(titles[name] for name in held)]
    for missing in set(SHEETS) - set(held):
        with pytest.raises(KeyError):
            csv_file(readable(chosen), missing, SAY)


def test_there_is_no_other_table() -> None:
    with pytest.raises(KeyError):
        csv_file(readable(), "profile", SAY)


@pytest.mark.parametrize("chosen", EVERY_CHOICE, ids=named)
def test_a_word_is_in_a_workbook_and_its_csv_files_only_if_its_parts_were_chosen(chosen: Chosen) -> None:
    of = readable(chosen)
    in_book = "\n".join(str(cell.value) for one in pages(of) for cell in cells(one))
    in_files = "\n".join(csv_file(of, sheet, SAY).decode() for sheet in sheets_of(of))
    expected = {field: may(chosen) and field not in NOT_IN_TABLES for field, may in WORDS.items()}
    assert {field: word(field) in in_book for field in WORDS} == expected
    assert {field: word(field) in in_files for field in WORDS} == expected
    assert "98765" not in in_book + in_files


# What is in them


def test_the_first_sheet_says_what_this_is_and_what_it_is_not() -> None:
    of = readable()
    about = [(row["What"], row["What it says"]) for row in by_title(page(of, "About"))]
    facts = dict(about)
    assert facts["Organization"] == word("organization")
    assert (facts["Year"], facts["Revision"]) == (2026, 1)
    assert facts["Submitted on"] == datetime(2026, 10, 14)  # noqa: DTZ001  spreadsheets know no time zones
    assert facts["Report made on"] == datetime(2026, 11, 2)  # noqa: DTZ001
    held = "Answers, Notes and reasons, All advice, Earlier years, Plan, What peer workers say, Place in networks"
    assert facts["Holds, beside the scorecard"] == held
    assert facts["Instrument"] == "small 1"
    assert facts["Digest of the instrument"] == of.report.outcome.instrument_digest
    assert facts["Fingerprint of this report"] == of.report.fingerprint
    assert facts.get("Mean of the scored domains") == of.scorecard.overall
    assert facts["In one sentence"] == SAY.say(of.scorecard.headline)
    said = [says for _, says in about]
    assert "Only for tests." in said
    assert any("not validated, accredited or certified" in str(one) for one in said)
    assert any("reported, on version 1 of these questions, on October 14, 2026" in str(one) for one in said)
    assert of.comparison
    assert {SAY.say(of.comparison.headline), *map(SAY.say, of.scorecard.remarks)} <= set(map(str, said))
    assert "Notice" not in facts


def test_a_report_that_holds_nothing_else_says_so() -> None:
    facts = {row["What"]: row["What it says"] for row in by_title(page(readable([]), "About"))}
    assert facts["Holds, beside the scorecard"] == "Nothing else"


@pytest.mark.parametrize(
    ("changes", "says"),
    [
        ({"is_case": True}, "Our coding of the study’s findings"),
        ({"is_case": True, "imported_on": date(2026, 1, 2)}, "Our coding of the study’s findings"),
        ({"imported_on": date(2026, 1, 2)}, "Imported on January 2, 2026 from an archive"),
    ],
)
def test_what_a_reader_must_know_first_is_in_every_file(changes: dict[str, Any], says: str) -> None:
    of = readable(**changes)
    facts = {row["What"]: str(row["What it says"]) for row in by_title(page(of, "About"))}
    assert facts["Notice"].startswith(says)
    assert all(row["notice"].startswith(says) for sheet in SHEETS for row in rows(of, sheet))


def test_the_scorecard_says_points_what_was_counted_and_what_changed() -> None:
    first, second, *_ = by_title(page(readable(), "Scorecard"))
    assert (first["Domain"], first["Points"], first["With a level"], first["Since 2025"]) == ("Domain a", 44, 4, 6)
    assert first["In words"] == "Domain a: no clear change since 2025 (+6), over 4 shared questions"
    counts = ("Questions that apply", "With a level", "We don’t know", "Doesn’t apply here", "No answer")
    assert [second[name] for name in counts] == [3, 2, 1, 1, 0]
    assert second["Points"] is None
    assert second["Why there are none"] == "Not enough answers (1 more needed)"
    assert second["Shared questions"] == 2
    assert second["Since 2025"] is None
    assert "Since 2025" not in by_title(page(readable([]), "Scorecard"))[0]


def test_answers_are_said_in_words_and_figures() -> None:
    found = {row["Id of the question"]: row for row in by_title(page(readable(), "Answers"))}
    assert len(found) == 16
    wanted = ("Domain", "Question", "Answer", "What one sees", "Level", "Points", "Note")
    assert [found["a.1"][name] for name in wanted] == [
        "Domain a",
        "How is a.1?",
        "Level 4",
        "One sees 4.",
        4,
        100,
        word("note at level 4"),
    ]
    assert [found[item]["Answer"] for item in ("b.1", "b.2", "c.1")] == [
        "Doesn’t apply here",
        "We don’t know",
        "No answer",
    ]
    assert [found["b.1"][name] for name in ("Level", "Points", "Why it doesn’t apply")] == [
        None,
        None,
        word("reason"),
    ]


def test_advice_stands_in_its_order() -> None:
    of = readable()
    found = by_title(page(of, "Advice"))
    assert [row["Id of the advice"] for row in found] == [one.advice.id for one in of.scorecard.advice]
    assert [row["Order"] for row in found] == list(range(1, len(found) + 1))
    assert [row["Start here"] for row in found].count("Yes") == 3
    first = found[0]
    assert (first["Advice"], first["Question"], first["Effort"]) == ("Mend a.3", "How is a.3?", "small effort")
    assert first["What it is given for"] == "The answer was “Level 0”, level 0 of 4."
    assert (first["Within 30 days"], first["Who usually leads"]) == ("Ask.", "Program manager")
    assert first["What would show that it worked"] == "It holds."


def test_the_plan_says_every_action_and_what_moved() -> None:
    found = {str(row["Id of the action"]): row for row in by_title(page(readable(), "Plan"))}
    now, before = found["1"], found["2"]
    assert (now["Status"], now["Comes first"], now["Due on"]) == ("Dropped", "No", datetime(2027, 3, 31))  # noqa: DTZ001
    assert (now["From the advice"], now["Questions it should move"]) == ("Mend a.2", "How is a.2?")
    assert now["Moved since"] is None
    counts = ("Moved since", "At a higher level", "At the same level", "At a lower level", "Not comparable")
    assert [before[name] for name in counts] == [2025, 1, 1, 1, 2]
    assert (before["From the advice"], before["Status"]) == ("gone.advice", "Not started")
    assert str(before["What moved"]).split("\n") == [
        "How is a.2? From level 0 to level 1",
        "How is a.3? From level 2 to level 0",
        "How is a.4? Level 2 in both years",
        "How is b.1? Not comparable",
        "gone Not comparable",
    ]
    assert "What moved" not in by_title(page(readable([Part.PLAN, Part.EARLIER]), "Plan"))[0]
    assert "Moved since" not in by_title(page(readable([Part.PLAN]), "Plan"))[0]


def test_years_have_a_row_for_each_domain_and_year() -> None:
    found = by_title(page(readable(), "Years"))
    assert [(row["Id of the domain"], row["Year"]) for row in found] == [
        (domain, year) for domain in "abcd" for year in (2025, 2026)
    ]
    assert [found[0][name] for name in ("Points", "Compared with", "Change")] == [38, None, None]
    assert [found[1][name] for name in ("Points", "Compared with", "Change", "Clear change", "Shared questions")] == [
        44,
        2025,
        6,
        "No",
        4,
    ]


def test_years_may_be_chosen_before_there_is_an_earlier_one() -> None:
    alone = Readable(
        readable([Part.EARLIER]).report.model_copy(update={"earlier": (), "compared": ()}), saying("").instruments
    )
    assert [(row["domain_id"], row["year"], row["change"]) for row in rows(alone, "years")] == [
        (domain, "2026", "") for domain in "abcd"
    ]


@pytest.mark.parametrize("sheet", SHEETS)
def test_both_formats_hold_the_same_table(sheet: str) -> None:
    of = readable()
    in_book = [list(row.values()) for row in by_title(pages(of)[1 + SHEETS.index(sheet)])]
    in_file = [list(row.values())[: -len(ORIGIN)] for row in rows(of, sheet)]
    spelled = [
        ["" if cell is None else str(cell.date()) if isinstance(cell, datetime) else str(cell) for cell in row]
        for row in in_book
    ]
    assert in_file == spelled


# As what it is written


def test_figures_are_numbers_and_days_are_dates() -> None:
    kinds = {
        title: {
            cell.data_type
            for row in page(readable(), sheet).iter_rows(min_row=2)
            for cell in row
            if cell.value is not None and page_title(cell) == title
        }
        for sheet, title in (
            ("Scorecard", "Points"),
            ("Scorecard", "Since 2025"),
            ("Answers", "Level"),
            ("Plan", "Due on"),
        )
    }
    assert kinds == {"Points": {"n"}, "Since 2025": {"n"}, "Level": {"n"}, "Due on": {"d"}}


def page_title(cell: object) -> object:
    assert isinstance(cell, Cell)
    assert isinstance(cell.parent, Worksheet)
    return cell.parent.cell(1, cell.column).value


def test_sheets_can_be_read_and_printed() -> None:
    for one in pages(readable()):
        assert one.freeze_panes == "A2"
        assert one.print_title_rows == "$1:$1"
        assert one.page_setup.orientation == "landscape"
        assert (one.page_setup.fitToWidth or 1, one.page_setup.fitToHeight) == (1, 0)
        assert one.sheet_properties.pageSetUpPr
        assert one.sheet_properties.pageSetUpPr.fitToPage
        footer = cast("Any", one.oddFooter)
        assert footer.left.text == readable().report.fingerprint
        for column in range(1, one.max_column + 1):
            head = one.cell(1, column)
            assert head.font.bold
            width = one.column_dimensions[get_column_letter(column)].width
            assert 10 < width <= 101
            assert max(map(len, str(head.value).split())) <= width
        assert all(cell.alignment.wrap_text for cell in cells(one) if cell.data_type == "s")


def test_a_workbook_says_which_report_it_is() -> None:
    properties = book(readable()).properties
    assert properties.title == f"{word('organization')} 2026"
    assert properties.description == readable().report.fingerprint
    assert properties.created == datetime(2026, 11, 2)  # noqa: DTZ001


def test_every_row_of_a_csv_file_says_which_report_it_is_of() -> None:
    of = readable()
    for sheet in SHEETS:
        for row in rows(of, sheet):
            assert list(row)[-len(ORIGIN) :] == ORIGIN
            assert [row[name] for name in ORIGIN] == [
                word("organization"),
                "2026",
                "small 1",
                "2026-11-02",
                of.report.fingerprint,
                "",
            ]


def test_a_csv_file_is_what_excel_reads() -> None:
    content = csv_file(readable(), "years", SAY)
    assert content.startswith(b"\xef\xbb\xbfdomain,year,points,")
    assert content.count(b"\r\n") == content.count(b"\n") == 1 + 8


@pytest.mark.parametrize("sheet", SHEETS)
def test_a_csv_file_has_each_column_once(sheet: str) -> None:
    (names, *_) = csv.reader(StringIO(csv_file(readable(), sheet, SAY).decode("utf-8-sig")))
    assert len(set(names)) == len(names)
    assert all(name.isidentifier() and name.isascii() for name in names)


def test_the_same_report_makes_the_same_bytes() -> None:
    assert workbook(readable(), SAY) == workbook(readable(), SAY)
    assert [csv_file(readable(), sheet, SAY) for sheet in SHEETS] == [
        csv_file(readable(), sheet, SAY) for sheet in SHEETS
    ]
