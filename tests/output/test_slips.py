"""Slips to cut out, and forms on paper: each code where it belongs, plain words, and nothing typed breaks a slip."""

import re
import subprocess
import sys
from dataclasses import replace
from datetime import date
from io import BytesIO
from itertools import combinations
from pathlib import Path
from typing import Any, NamedTuple

import pikepdf
import pytest
import segno
from PIL import Image

from questionnaire.config import ROOT
from questionnaire.core.codes import LETTERS, grouped, whole
from questionnaire.core.instrument import parse
from questionnaire.core.rounds import Sheet, Terms
from questionnaire.output.pdf_slips import slips_pdf, steward_words, way_in, words
from questionnaire.output.pdf_voice_form import totals_form_pdf, voice_form_pdf
from tests.builders import a_tree
from tests.core import readability
from tests.output.test_pdf import (
    ENGLISH,
    HOSTILE,
    SHIPPED,
    faults,
    font_names,
    needs_reader,
    opened,
    read_aloud,
    tags,
)

ADDRESS = "https://alongside.example.org/voices/K7MQ2RWD9F"
INCH, MILLIMETRE = 72, 72 / 25.4
MARGIN, SLIP, SIDE = 0.26 * INCH, 3.49 * INCH, 0.6 * INCH
SQUARE = 34 * MILLIMETRE
WIDE = "‱" * 900  # the widest letter there is in the fonts
TOWERS = "e" + "\u0301" * 60
PEER_ITEMS = [item for item in SHIPPED.items.values() if item.peer]
AGREED: dict[str, dict[str, Any]] = {
    "board": {"board": True},
    "network": {"network": True},
    "board-and-network": {"board": True, "network": True},
    "neither": {},
    "employer": {"by_employer": True},
}

needs_pictures = pytest.mark.skipif("not __import__('shutil').which('pdftoppm')", reason="pdftoppm is not installed")


def some_codes(number: int) -> tuple[str, ...]:
    return tuple(whole([LETTERS[(7 * one + place * place) % 31] for place in range(12)]) for one in range(number))


def a_sheet(number: int = 3, *, typed: str | None = None, **agreed: Any) -> Sheet:
    """A sheet of so many slips; with the same words wherever somebody types any."""
    terms: dict[str, Any] = {
        "peer_workers": number,
        "closes_on": date(2026, 10, 31),
        "board": False,
        "network": False,
        "words": False,
        "pay": typed or "25 dollars in cash.",
        "operator": typed or "Alongside Society",
        "by_employer": False,
    }
    return Sheet(
        organization=typed or "Harbour Street",
        year=2026,
        steward=typed or "Sam Okafor",
        closes_on=date(2026, 10, 31),
        peers_from=date(2026, 11, 1),
        organization_from=date(2026, 11, 3),
        terms=Terms(**{**terms, **agreed}),
        address=ADDRESS,
        codes=some_codes(number),
    )


def told(content: bytes, folder: Path) -> str:
    return " ".join(" ".join(read_aloud(content, folder)).split())


def on_a_slip(sheet: Sheet) -> str:
    return " ".join(said for part in words(sheet, ENGLISH) for _about, said in part)


class Word(NamedTuple):
    """A word where it is printed, in points from the page's left top."""

    page: int
    left: float
    top: float
    right: float
    bottom: float
    letters: str

    def covers(self, other: "Word") -> bool:
        """Whether letters run into others; a line's box is higher than its letters are."""
        slack = 0.3 * min(self.bottom - self.top, other.bottom - other.top)
        beside = self.right <= other.left + 1 or other.right <= self.left + 1
        return not beside and self.bottom - slack > other.top + slack and other.bottom - slack > self.top + slack


def printed(content: bytes, folder: Path) -> list[Word]:
    file = folder / "placed.pdf"
    file.write_bytes(content)
    placed = subprocess.run(["pdftotext", "-bbox", file, "-"], check=True, capture_output=True, text=True).stdout
    found: list[Word] = []
    page = 0
    shape = re.compile(r'<word xMin="(\S+)" yMin="(\S+)" xMax="(\S+)" yMax="(\S+)">(.*)</word>')
    for line in placed.splitlines():
        page += "<page " in line
        if word := shape.search(line):
            left, top, right, bottom = map(float, word.groups()[:4])
            found.append(Word(page, left, top, right, bottom, word[5]))
    return found


def lookup(content: bytes) -> str:
    """All that stands in the document beside its pages: names, descriptions, bookmarks, metadata."""
    with opened(content) as pdf:
        inside = [repr(dict(one)) for one in pdf.objects if isinstance(one, pikepdf.Dictionary)]
        inside += [repr(dict(one.stream_dict)) for one in pdf.objects if isinstance(one, pikepdf.Stream)]
        return "\n".join((*inside, pdf.Root["/Metadata"].read_bytes().decode(), repr(dict(pdf.docinfo))))


@needs_reader
@pytest.mark.parametrize("number", [3, 12, 60])
def test_every_code_stands_once_and_on_its_slip(number: int, tmp_path: Path) -> None:
    sheet = a_sheet(number)
    content = slips_pdf(sheet, ENGLISH)
    assert faults(content, tmp_path) == []
    pages = read_aloud(content, tmp_path)
    assert len(pages) == 1 + number / 3
    shown = [re.findall(r"\b[2-9A-Z]{4}-[2-9A-Z]{4}-[2-9A-Z]{4}-[2-9A-Z]\b", page) for page in pages]
    assert shown[0] == []
    assert [code for page in shown for code in page] == [grouped(code) for code in sheet.codes]
    assert " ".join(pages).count(ADDRESS) == number
    assert f"There are {number} slips on this sheet." in " ".join(pages[0].split())
    assert not any(re.search(r"Page \d", page) for page in pages), "no slip can be told from another"


def test_no_code_stands_in_what_describes_the_document() -> None:
    sheet = a_sheet(6)
    content = slips_pdf(sheet, ENGLISH)
    beside = lookup(content)
    assert "Harbour Street" in beside
    assert "QR code of the address" in beside
    for code in sheet.codes:
        assert code not in beside
        assert grouped(code) not in beside
        assert code.encode() not in content


def modules(page: Image.Image, place: int, size: int) -> list[list[bool]]:
    """Which modules of the QR code of a slip are dark, as a phone would see them."""
    scale = page.width / (8.5 * INCH)
    module = SQUARE * scale / size
    left = SIDE * scale
    top, bottom = (round((MARGIN + (place + part) * SLIP + 3) * scale) for part in (0, 0.5))
    band = [y for y in range(top, bottom) if is_dark(page, left + 4.5 * module, y)]
    first = band[0]
    inside = range(size - 8)
    return [
        [is_dark(page, left + (4.5 + column) * module, first + (row + 0.5) * module) for column in inside]
        for row in inside
    ]


def is_dark(page: Image.Image, x: float, y: float) -> bool:
    return page.getpixel((int(x), int(y))) == 0


@needs_pictures
def test_each_qr_code_leads_to_the_address_with_the_code_of_its_slip(tmp_path: Path) -> None:
    sheet = a_sheet(5)
    (tmp_path / "slips.pdf").write_bytes(slips_pdf(sheet, ENGLISH))
    subprocess.run(["pdftoppm", "-r", "200", "-gray", tmp_path / "slips.pdf", tmp_path / "page"], check=True)
    pages = [Image.open(BytesIO(file.read_bytes())) for file in sorted(tmp_path.glob("page-*.pgm"))]
    for number, code in enumerate(sheet.codes):
        square = segno.make_qr(f"{ADDRESS}/{code}", error="m")
        size = len(square.matrix) + 8
        assert square.error in {"M", "Q", "H"}
        assert SQUARE * (size - 8) / size >= 24 * MILLIMETRE
        expected = [[bool(module) for module in row] for row in square.matrix]
        assert modules(pages[1 + number // 3], number % 3, size) == expected


@pytest.mark.parametrize("agreed", AGREED.values(), ids=AGREED)
def test_every_part_of_a_slip_reads_at_grade_6_or_lower_in_short_sentences(agreed: dict[str, Any]) -> None:
    sheet = a_sheet(12, **agreed)
    parts = [said for part in words(sheet, ENGLISH) for _about, said in part]
    for part in (*parts, *way_in(sheet, ENGLISH).values(), *steward_words(sheet, ENGLISH)):
        assert readability.grade(part) <= 6, part
        assert max(len(readability.words(one)) for one in readability.sentences(part)) < 15, part


@needs_reader
def test_a_slip_says_who_asks_and_when_and_how_nobody_is_harmed(tmp_path: Path) -> None:
    sheet = a_sheet()
    said = on_a_slip(sheet)
    for fact in (
        "Harbour Street asks its peer workers how their work goes, in 2026.",
        "The peer workers chose Sam Okafor to run this.",
        "If you did not help choose Sam Okafor, do not answer.",
        "You see it first, from November 1, 2026, at the same address.",
        "Harbour Street sees it from November 3, 2026.",
        "This site counts your answers. It keeps no name with them.",
        "Nobody may ask you if you answered. Nobody may punish you for it.",
        "25 dollars in cash.",
        "Alongside Society runs the machine of this site.",
        "Use your own phone and your own data, not the work wifi.",
    ):
        assert fact in said
    assert "until the end of October 31, 2026" in way_in(sheet, ENGLISH)["once"]
    paper = told(slips_pdf(sheet, ENGLISH), tmp_path)
    for word in {*said.split()}:
        assert word in paper


def test_a_slip_says_who_else_will_see_the_result_and_who_will_not() -> None:
    readers = "Then its board may see it, too, and all who get a report."
    assert f"{readers} Its network may use it in group figures." in on_a_slip(a_sheet(board=True, network=True))
    board = on_a_slip(a_sheet(board=True))
    assert readers in board
    assert "network" not in board, "a report may be given to anybody"
    network = on_a_slip(a_sheet(network=True))
    assert "Then its network may use it in group figures. Its board will not see it." in network
    assert "Its board and its network will not see it." in on_a_slip(a_sheet())


def test_where_the_employer_runs_the_machine_the_slip_says_so_and_offers_paper() -> None:
    said = on_a_slip(a_sheet(by_employer=True))
    assert "Your employer runs the machine of this site itself: Alongside Society." in said
    assert "Then ask your steward for the paper round." in said
    assert "employer" not in on_a_slip(a_sheet())


@needs_reader
@pytest.mark.parametrize(
    "typed", [*HOSTILE.values(), WIDE, TOWERS, "W" * 200], ids=[*HOSTILE, "widest", "towers", "capitals"]
)
def test_whatever_was_typed_each_slip_stays_whole(typed: str, tmp_path: Path) -> None:
    sheet = a_sheet(4, typed=typed, by_employer=True)
    content = slips_pdf(sheet, ENGLISH)
    assert faults(content, tmp_path) == []
    assert not any("LastResort" in name for name in font_names(content))
    placed = printed(content, tmp_path)
    codes = [word for word in placed if word.letters in {grouped(code) for code in sheet.codes}]
    assert len(codes) == 4
    assert max(word.left for word in codes) - min(word.left for word in codes) < 1
    assert sum(ADDRESS in word.letters for word in placed) == 4
    assert min(word.left for word in placed) >= SIDE - 1
    assert max(word.right for word in placed) <= 8.5 * INCH - SIDE + 1
    assert max(word.bottom for word in placed) <= 11 * INCH - MARGIN
    for one, other in combinations(placed, 2):
        assert one.page != other.page or not one.covers(other), (one, other)
    assert sum(word.letters.startswith("wifi") for word in placed) == 4, "the end of a slip's words is there"


@needs_reader
def test_a_long_pay_is_printed_to_its_end_and_a_long_name_is_shortened(tmp_path: Path) -> None:
    pay = "Fifty dollars. " * 32 + "Ask for it."
    sheet = replace(a_sheet(pay=pay), steward="Sam " * 50)
    paper = told(slips_pdf(sheet, ENGLISH), tmp_path)
    assert paper.count("Ask for it.") == 3
    said = on_a_slip(sheet)
    assert said.count("…") == 2
    assert said.count("Sam") < 40


@needs_reader
def test_what_cannot_be_printed_is_announced_to_the_steward(tmp_path: Path) -> None:
    notice = "This document cannot print some characters"
    assert notice not in told(slips_pdf(a_sheet(), ENGLISH), tmp_path)
    assert notice in told(slips_pdf(a_sheet(typed=HOSTILE["chinese"]), ENGLISH), tmp_path)


def test_the_same_sheet_is_the_same_bytes_again_and_in_another_process() -> None:
    made = slips_pdf(a_sheet(), ENGLISH)
    assert slips_pdf(a_sheet(), ENGLISH) == made
    program = (
        "import sys; from tests.output.test_slips import *; sys.stdout.buffer.write(slips_pdf(a_sheet(), ENGLISH))"
    )
    again = subprocess.run([sys.executable, "-c", program], cwd=ROOT, check=True, capture_output=True)
    assert again.stdout == made
    assert str(ROOT).encode() not in made


@needs_reader
@pytest.mark.parametrize("closing", [True, False])
def test_the_paper_form_asks_all_that_peer_workers_are_asked_and_nothing_else(closing: bool, tmp_path: Path) -> None:
    content = voice_form_pdf(SHIPPED, words=closing, say=ENGLISH)
    assert faults(content, tmp_path) == []
    paper = told(content, tmp_path)
    for item in SHIPPED.items.values():
        assert item.question.en not in paper
        if item.peer:
            assert item.peer.question.en in paper
            assert {*" ".join(label.en for label in item.peer.levels).split()} <= {*paper.split()}
    for gate in SHIPPED.gates:
        assert gate.peer.en in paper
        assert gate.question.en not in paper
    asked = len(PEER_ITEMS) + len(SHIPPED.gates)
    assert paper.count("I don’t know") == paper.count("I’d rather not say") == asked
    assert paper.count("Skip this one if you said “No” at") == sum(item.asked_if is not None for item in PEER_ITEMS)
    assert ("Is there something you want to add?" in paper) is closing
    assert len(read_aloud(content, tmp_path)) <= 4


@needs_reader
def test_the_counting_sheet_has_a_row_for_every_question_with_its_labels(tmp_path: Path) -> None:
    content = totals_form_pdf(SHIPPED, ENGLISH)
    assert faults(content, tmp_path) == []
    pages = read_aloud(content, tmp_path)
    assert len(pages) <= 3
    assert "How many forms are there?" in pages[0]
    kinds = tags(content)
    assert kinds.count("/TD") == 6 * len(PEER_ITEMS)
    assert kinds.count("/H1") == 1
    paper = {*" ".join(pages).split()}
    for item in PEER_ITEMS:
        assert item.peer
        assert {*item.peer.question.en.split()} <= paper
        assert {*" ".join(label.en for label in item.peer.levels).split()} <= paper


def test_forms_are_the_same_bytes_again_and_stand_for_long_and_short_instruments(tmp_path: Path) -> None:
    def longer(part: Any) -> Any:
        if isinstance(part, dict):
            return {key: f"{value} " * 6 if key == "en" else longer(value) for key, value in part.items()}
        return [longer(one) for one in part] if isinstance(part, list) else part

    tree: Any = a_tree(gated=("a.1",))
    for item in (item for domain in tree["domains"] for item in domain["items"]):
        item["peer"] = {"question": {"en": "Is it so?"}, "levels": [{"en": f"So {level}"} for level in range(5)]}
    for instrument in (SHIPPED, parse(a_tree()), parse(longer(tree))):
        form = voice_form_pdf(instrument, words=True, say=ENGLISH)
        counting = totals_form_pdf(instrument, ENGLISH)
        assert voice_form_pdf(instrument, words=True, say=ENGLISH) == form
        assert totals_form_pdf(instrument, ENGLISH) == counting
        assert faults(form, tmp_path) == []
        assert faults(counting, tmp_path) == []
