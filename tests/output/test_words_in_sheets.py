"""Nobody's words become anything but words, in workbooks and CSV files."""

import shutil
import subprocess
from itertools import chain
from pathlib import Path

import pytest

from questionnaire.core.report import Part
from questionnaire.output import sheets, tables
from questionnaire.output.cells import Column, Table
from questionnaire.output.sheets import SHEETS, csv_file, is_risky, workbook
from tests.output.read_back import SAY, as_written, book, by_title, cells, page, pages, rows
from tests.reports import readable, saying

HOSTILE = {
    "formula": "=1+1",
    "command": '=HYPERLINK("http://x","y")',
    "old command": "@SUM(1+1)*cmd|' /C calc'!A0",
    "plus": "+1",
    "minus": "-2+3",
    "behind a blank": " =1+1",
    "behind what cannot be seen": "\u200b\ufeff\u2060\u3164=1+1",
    "behind a tab": "\t=1+1",
    "behind a line": "\n=1+1",
    "full width": "＝1+1",
    "full width, other signs": "＠x ＋ －",
    "address": "https://example.org/ mailto:x@example.org",
    "number": "007",
    "escape": "_x0041_ and _x000D_",
    "markup": "<b>&amp;</b>]]>",
    "quotes": "\"a\", 'b'; c",
    "Inuktitut": "ᐃᓕᓐᓂᐊᕐᓂᖅ",
    "Chinese": "同伴工作者",
    "emoji": "🌱👩🏽‍🌾",
    "right to left": "\u202eעברית العربية\u202c",
    "long": "Å" * 10_000,
    "long beyond the first plane": "🌱" * 10_000,
}


@pytest.mark.parametrize("text", HOSTILE.values(), ids=HOSTILE.keys())
def test_whatever_is_written_is_text_in_a_workbook(text: str) -> None:
    of = saying(text)
    found = pages(of)
    for one in found:
        assert not any(cell.hyperlink for cell in cells(one))
        for cell in cells(one):
            assert cell.data_type in "snd"
            assert cell.hyperlink is None
    answers, plan = by_title(page(of, "Answers")), by_title(page(of, "Plan"))
    assert {as_written(row["Note"]) for row in answers} == {as_written(text)}
    for title in ("What", "Who", "Notes", "Why it was dropped", "How peer workers are involved, and paid for it"):
        assert {as_written(row[title]) for row in plan} == {as_written(text)}
    assert as_written(by_title(found[0])[0]["What it says"]) == as_written(text)


@pytest.mark.parametrize("text", HOSTILE.values(), ids=HOSTILE.keys())
def test_whatever_is_written_is_text_in_a_csv_file(text: str) -> None:
    of = saying(text)
    assert {row["note"].removeprefix("'") for row in rows(of, "items")} == {text}
    assert {row["what"].removeprefix("'") for row in rows(of, "plan")} == {text}
    every_cell = chain.from_iterable(chain.from_iterable(row.values() for row in rows(of, sheet)) for sheet in SHEETS)
    assert not [cell for cell in every_cell if is_risky(cell) and not cell.lstrip("-").isdigit()]


@pytest.mark.parametrize(
    ("text", "risky"),
    [
        *((HOSTILE[name], True) for name in list(HOSTILE)[:11]),
        *((HOSTILE[name], False) for name in list(HOSTILE)[11:-4]),
        ("", False),
        (" ", False),
        ("\u200b", False),
        ("\ta", True),
        ("a\t=1", False),
        ("\r1", True),
        ("\u00a0\u3000@x", True),
        ("\u2800\u0301-1", True),
        ("﹣1", True),
        ("a=1", False),
        ("(=1)", False),
        ("−8", False),
    ],
)
def test_a_text_is_risky_if_the_first_sign_that_is_seen_begins_a_formula(text: str, risky: bool) -> None:
    assert is_risky(text) is risky


def test_a_text_that_looks_like_a_formula_stays_text_when_its_cell_is_edited() -> None:
    quoted = {cell.value: cell.quotePrefix for cell in cells(page(saying("=1+1"), "Plan"))}
    assert quoted["=1+1"]
    assert not quoted["How is a.2?"]


def test_what_cannot_be_kept_leaves_a_mark() -> None:
    of = saying("a\x00b\ufffe\r")
    assert {row["Note"] for row in by_title(page(of, "Answers"))} == {"a\ufffdb\ufffd\ufffd"}
    assert rows(of, "items")[0]["note"] == "a\ufffdb\ufffd\ufffd"


@pytest.mark.parametrize(("sign", "kept"), [("x", 32_767), ("🌱", 16_383)])
def test_a_cell_that_would_be_too_long_is_cut_and_says_so(sign: str, kept: int) -> None:
    assert sheets._cut(sign * kept) == sign * kept
    cut = sheets._cut(sign * 40_000)
    assert cut == sign * (kept - (sign == "x")) + "…"
    assert len(cut.encode("utf-16-le")) <= 2 * 32_767


def test_names_of_sheets_are_fit_for_every_program_in_any_language(monkeypatch: pytest.MonkeyPatch) -> None:
    titles = ["Au [sujet]: */?\\", "'Quoted'", "", "Long " * 20, "LONG " * 20, "ᐃᓕᓐᓂᐊᕐᓂᖅ"]
    names = list(sheets._sheet_names(titles))
    assert names == [
        "Au  sujet",
        "Quoted",
        "3",
        "Long Long Long Long Long Long L",
        "LONG LONG LONG LONG LONG LO 5",
        "ᐃᓕᓐᓂᐊᕐᓂᖅ",
    ]
    named = iter(titles)
    monkeypatch.setattr(tables, "filled", lambda *_: Table(next(named), (Column("a", "A", 12),), ()))
    assert book(readable(set(Part) - {Part.VOICES, Part.PLACE})).sheetnames == names


# In a program that people have

SOFFICE = shutil.which("soffice") or shutil.which("libreoffice")


@pytest.mark.skipif(SOFFICE is None, reason="LibreOffice is not installed")
@pytest.mark.parametrize("kind", ["xlsx", "csv"])
def test_libreoffice_takes_no_words_for_a_formula(kind: str, tmp_path: Path) -> None:
    assert SOFFICE
    of = saying('=HYPERLINK("http://x","y")')
    content = workbook(of, SAY) if kind == "xlsx" else csv_file(of, "plan", SAY)
    (tmp_path / f"report.{kind}").write_bytes(content)
    profile = f"-env:UserInstallation=file://{tmp_path}/profile"
    command = [SOFFICE, profile, "--headless", "--convert-to", "ods", "--outdir", str(tmp_path), f"report.{kind}"]
    subprocess.run(command, cwd=tmp_path, check=True, capture_output=True, timeout=300)
    shutil.unpack_archive(tmp_path / "report.ods", tmp_path / "ods", "zip")
    found = (tmp_path / "ods" / "content.xml").read_text(encoding="utf-8")
    assert "HYPERLINK" in found
    assert "table:formula" not in found
    assert "xlink:href" not in found
