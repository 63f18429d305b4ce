"""Documents on paper: tagged for who does not see them, the same bytes each time, and nobody's words become code."""

import subprocess
import sys
from io import BytesIO
from itertools import pairwise
from pathlib import Path
from typing import Any

import pikepdf
import pytest
from pdfua import Severity, validate

from questionnaire.config import ROOT
from questionnaire.core.answers import Answer, Choice
from questionnaire.core.differences import Voices, both_asked
from questionnaire.core.instrument import Instrument, Tree, parse
from questionnaire.core.readable import Readable
from questionnaire.core.report import Part, grouped, make, with_voices
from questionnaire.core.scorecard import Scorecard
from questionnaire.core.submission import freeze
from questionnaire.core.voices import Bands, DomainFigure, Forms, GroupResult, Points
from questionnaire.language import languages
from questionnaire.output import pdf_letters
from questionnaire.output.pdf import questionnaire_pdf, report_pdf
from questionnaire.store.instruments import read
from tests.builders import A_DAY, a_profile, a_tree, an_action
from tests.voices import a_result

ENGLISH = languages()["en"]
SHIPPED = read(ROOT / "data" / "instruments" / "alongside-1")
HOSTILE = {
    "markup": "<script>alert(1)</script> <b>bold</b> &amp; *strong* _weak_ = heading",
    "typst": '#panic("x") $1/0$ @ref <label> // /* \\ `raw` ``` #import "x.typ" #{ let x = 1 }',
    "formula": '=HYPERLINK("http://x.example","y") +1 -1 @SUM(A1)',
    "bidi": "\u202eevil\u202c \u2066isolate عربي עברית",
    "emoji": "👩🏽‍🚒 🧡 🇨🇦 ☃",
    "long": "x" * 10_000,
    "inuktitut": "ᐃᓄᒃᑎᑐᑦ ᐅᖃᐅᓯᖅ",
    "chinese": "减少伤害 同伴工作者",
    "lines": "one\n\n  two\n\tthree",
}


DEEDS = {"/JS", "/JavaScript", "/EmbeddedFile", "/EmbeddedFiles", "/AA", "/OpenAction"}


def a_scorecard(year: int = 2026, level: int = 2, note: str = "", instrument: Instrument = SHIPPED) -> Scorecard:
    gates = a_profile().gates
    answers = {
        item_id: Answer(Choice(str((level + place) % 5)), note=note) for place, item_id in enumerate(instrument.items)
    }
    answers[next(iter(answers))] = Answer(Choice.DOES_NOT_APPLY, reason=note)
    submission = freeze(
        instrument,
        organization=note.replace("\n", " ").replace("\t", " ")[:200] or "Harbour Street",
        year=year,
        revision=1,
        on=A_DAY,
        profile=a_profile(**gates),
        answers=answers,
    )
    return Scorecard(submission, instrument)


def a_report(*parts: Part, note: str = "", instrument: Instrument = SHIPPED, is_case: bool = False) -> Readable:
    line = note.replace("\n", " ").replace("\t", " ")[:200] or "Write the roles down"
    items = tuple(list(instrument.items)[:2])
    card = a_scorecard(2026, 3, note, instrument)
    report = make(
        card,
        parts,
        on=A_DAY,
        earlier=[a_scorecard(2024, 1, note, instrument), a_scorecard(2025, 2, note, instrument)],
        actions=[an_action(line, year=2025, who=line, notes=note, involvement=note[:2000], items=items)],
        is_case=is_case,
    )
    if Part.VOICES in parts:
        asked = [item.id for item in instrument.items.values() if item.peer]
        bands = tuple(Bands(item_id=item_id, low="under 15", middle="none", high="over 85") for item_id in asked)
        result = a_result(instrument, GroupResult(forms=Forms.TEN, domains=figures_of(instrument), items=bands))
        few = GroupResult(forms=Forms.FIVE, domains=figures_of(instrument), items=())
        earlier = a_result(instrument, few, year=2024)
        report = with_voices(report, Voices(card, result, both_asked(card)), (earlier,))
    return Readable(report, {instrument.digest: instrument})


def figures_of(instrument: Instrument) -> tuple[DomainFigure, ...]:
    """A figure of peer workers for every domain but the last: the longest that there are."""
    points: tuple[Points, ...] = ("under 15", "over 85", 15, 85, 50)
    shown = zip(instrument.domains[:-1], points, strict=False)
    return tuple(DomainFigure(domain_id=domain.id, points=figure) for domain, figure in shown)


def faults(content: bytes, folder: Path) -> list[str]:
    file = folder / "checked.pdf"
    file.write_bytes(content)
    found = validate(str(file)).findings
    return [f"{one.rule_id}: {one.message}" for one in found if one.severity is Severity.ERROR]


def opened(content: bytes) -> pikepdf.Pdf:
    return pikepdf.open(BytesIO(content))


def tags(content: bytes) -> list[str]:
    """The kinds of all structure elements, in their order."""
    found: list[str] = []

    def walk(element: Any) -> None:
        if isinstance(element, pikepdf.Dictionary):
            if "/S" in element:
                found.append(str(element["/S"]))
            walk(element.get("/K"))
        elif isinstance(element, pikepdf.Array):
            for part in element:
                walk(part)

    with opened(content) as pdf:
        walk(pdf.Root["/StructTreeRoot"].get("/K"))
    return found


def alternatives(content: bytes) -> list[str]:
    with opened(content) as pdf:
        return [str(one["/Alt"]) for one in pdf.objects if isinstance(one, pikepdf.Dictionary) and "/Alt" in one]


def font_names(content: bytes) -> list[str]:
    with opened(content) as pdf:
        found = [
            one
            for one in pdf.objects
            if isinstance(one, pikepdf.Dictionary) and one.get("/Type") == "/FontDescriptor"
        ]
        assert all({"/FontFile", "/FontFile2", "/FontFile3"} & set(one.keys()) for one in found), (
            "a font is not embedded"
        )
        return [str(one["/FontName"]) for one in found]


@pytest.fixture(scope="module")
def full() -> bytes:
    return report_pdf(a_report(*Part), ENGLISH)


@pytest.fixture(scope="module")
def blank() -> bytes:
    return questionnaire_pdf(SHIPPED, ENGLISH)


def test_a_report_can_be_read_by_who_does_not_see_it(full: bytes, tmp_path: Path) -> None:
    assert faults(full, tmp_path) == []
    kinds = tags(full)
    assert kinds.count("/H1") == 1
    assert {"/H2", "/Table", "/TH", "/TD", "/Figure"} <= set(kinds)
    headings = [int(kind[2:]) for kind in kinds if kind[:2] == "/H" and kind[2:].isdigit()]
    assert headings[0] == 1
    assert all(later - earlier <= 1 for earlier, later in pairwise(headings))
    assert any("Radar chart of points from 0 to 100." in one for one in alternatives(full))
    with opened(full) as pdf:
        assert str(pdf.Root["/Lang"]).lower().startswith("en")
        assert pdf.docinfo["/Title"] == "Harbour Street · 2026 · Alongside"
        assert pdf.Root["/MarkInfo"]["/Marked"]


def test_the_blank_questionnaire_can_be_read_so_too(blank: bytes, tmp_path: Path) -> None:
    assert faults(blank, tmp_path) == []
    assert tags(blank).count("/H1") == 1


@pytest.mark.parametrize("document", ["full", "blank"])
def test_a_document_does_nothing_and_carries_nothing(document: str, request: pytest.FixtureRequest) -> None:
    content: bytes = request.getfixturevalue(document)
    with opened(content) as pdf:
        for one in pdf.objects:
            if isinstance(one, pikepdf.Dictionary):
                assert not {"/JS", "/JavaScript", "/EmbeddedFile", "/EmbeddedFiles", "/AA", "/OpenAction"} & set(
                    one.keys()
                )
                assert one.get("/S") not in {"/JavaScript", "/Launch", "/SubmitForm", "/ImportData"}
        assert not pdf.attachments
    assert b"/work" not in content
    assert b"/home" not in content


@pytest.mark.parametrize("document", ["full", "blank"])
def test_fonts_are_embedded_and_none_draws_boxes(document: str, request: pytest.FixtureRequest) -> None:
    names = font_names(request.getfixturevalue(document))
    assert names
    assert not any("LastResort" in name for name in names)


def test_the_same_report_is_the_same_bytes_again_and_in_another_process(full: bytes) -> None:
    assert report_pdf(a_report(*Part), ENGLISH) == full
    program = (
        "import sys; from questionnaire.output.pdf import report_pdf; from tests.output.test_pdf import *;"
        "sys.stdout.buffer.write(report_pdf(a_report(*Part), ENGLISH))"
    )
    again = subprocess.run([sys.executable, "-c", program], cwd=ROOT, check=True, capture_output=True)
    assert again.stdout == full


@pytest.mark.parametrize("words", HOSTILE.values(), ids=HOSTILE)
def test_whatever_was_typed_the_document_is_made_and_stays_readable(words: str, tmp_path: Path) -> None:
    content = report_pdf(a_report(*Part, note=words), ENGLISH)
    assert faults(content, tmp_path) == []
    assert not any("LastResort" in name for name in font_names(content))
    with opened(content) as pdf:
        links = [one for one in pdf.objects if isinstance(one, pikepdf.Dictionary) and one.get("/S") == "/URI"]
        assert all("doi.org" in str(one["/URI"]) for one in links)


def read_aloud(content: bytes, folder: Path) -> list[str]:
    """The words of each page."""
    file = folder / "read.pdf"
    file.write_bytes(content)
    told = subprocess.run(["pdftotext", "-layout", file, "-"], check=True, capture_output=True, text=True).stdout
    return told.split("\f")[:-1]


needs_reader = pytest.mark.skipif("not __import__('shutil').which('pdftotext')", reason="pdftotext is not installed")


@needs_reader
def test_every_page_says_which_report_and_which_questions_it_is_of(full: bytes, tmp_path: Path) -> None:
    pages = read_aloud(full, tmp_path)
    assert len(pages) > 2
    fingerprint = grouped(a_report(*Part).report.fingerprint)
    for number, page in enumerate(pages, 1):
        assert fingerprint in page
        assert "alongside" in page
        assert f"{number}" in page
    assert "Start here" in pages[0]


@needs_reader
def test_both_voices_leave_the_scorecard_on_its_page(full: bytes, tmp_path: Path) -> None:
    first, second, *_ = (" ".join(page.split()) for page in read_aloud(full, tmp_path))
    for told in ("Two voices", "never averaged", "Peer", "Difference", "under", "clearly", "Start here"):
        assert told in first, told
    assert "Both voices" not in first
    assert "Both voices Peer workers say clearly less than Harbour Street does on" in second
    assert "10–19 peer workers handed in a form." in second
    assert "Levels 0 and 1" in second
    assert any("They are not representative." in " ".join(page.split()) for page in read_aloud(full, tmp_path))
    assert any("A dashed line with squares shows peer workers: Role" in one for one in alternatives(full))


@needs_reader
def test_without_the_tick_no_page_tells_of_peer_workers_figures(tmp_path: Path) -> None:
    content = report_pdf(a_report(*(part for part in Part if part is not Part.VOICES)), ENGLISH)
    pages = " ".join(" ".join(read_aloud(content, tmp_path)).split())
    assert "One voice: the organization’s own answers." in pages
    for told in ("Two voices", "under 15", "over 85", "10–19", "one step earlier", "Both voices"):
        assert told not in pages
    assert not any("squares" in one for one in alternatives(content))


@needs_reader
def test_the_case_is_called_that_on_every_page(tmp_path: Path) -> None:
    pages = read_aloud(report_pdf(a_report(*Part, is_case=True), ENGLISH), tmp_path)
    assert all("not an organization, not a measurement" in " ".join(page.split()) for page in pages)


@needs_reader
def test_words_without_a_font_are_announced_and_all_others_stand_as_typed(tmp_path: Path) -> None:
    chinese = " ".join(read_aloud(report_pdf(a_report(*Part, note=HOSTILE["chinese"]), ENGLISH), tmp_path)[0].split())
    assert "JSON" in chinese
    assert "XLSX" in chinese
    plain = " ".join(read_aloud(report_pdf(a_report(*Part, note="Plain"), ENGLISH), tmp_path)[0].split())
    assert "JSON" not in plain
    typst = " ".join(
        " ".join(read_aloud(report_pdf(a_report(*Part, note="#panic(1) $x$ *b* @ref"), ENGLISH), tmp_path)).split()
    )
    assert "#panic(1) $x$ *b* @ref" in typst


def test_long_and_short_words_of_questions_make_a_document(tmp_path: Path) -> None:
    def longer(part: Tree) -> Tree:
        if isinstance(part, dict):
            return {key: f"{value} " * 6 if key == "en" else longer(value) for key, value in part.items()}
        return [longer(one) for one in part] if isinstance(part, list) else part

    for tree in (a_tree(), longer(a_tree(domains=6))):
        instrument = parse(tree)
        assert faults(report_pdf(a_report(*Part, instrument=instrument), ENGLISH), tmp_path) == []
        assert faults(questionnaire_pdf(instrument, ENGLISH), tmp_path) == []


def test_what_is_printed_without_a_look_into_the_fonts_is_in_all_of_them() -> None:
    within = [chr(code) for code in range(0x20, 0x3000) if pdf_letters.WITHIN_REACH.fullmatch(chr(code))]
    assert {*"aZ é œ « » – — ’ “ … −"} <= {*within}
    assert pdf_letters._unprintable().findall("".join(within)) == []
