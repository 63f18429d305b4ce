"""The press: plain data and a layout of `typst/` become a PDF for everybody (PDF/UA-1), the same bytes each time."""

import json
from datetime import UTC, date, datetime, time
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Literal

from questionnaire.language import Language
from questionnaire.output.pdf_letters import Printer, fonts, plain
from questionnaire.output.pdf_pieces import Piece, text
from questionnaire.output.pdf_questionnaire import left_out_words

if TYPE_CHECKING:
    from typst import Fonts

TEMPLATES = Path(__file__).parent / "typst"
STANDARD: Literal["ua-1"] = "ua-1"
UNDATED = date(2026, 1, 1)  # of a document that is about no day: it is not shown
Layout = Literal["document", "slips"]
_BETWEEN = "\x00"


def printable(pieces: list[Piece], printer: Printer, notice: str) -> list[object]:
    """The pieces with all their words printable; a notice after the first heading says if any had to be left out."""
    shown = [printer.all(piece) for piece in pieces]
    if printer.left_out:
        title = next(place for place, piece in enumerate(pieces) if piece["kind"] == "heading")
        shown.insert(title + 1, text(notice, look="remark"))
    return shown


def blank_form(pieces: list[Piece], say: Language, *, title: str, stamp: str) -> bytes:
    """A document to fill in, of no day and about nobody."""
    printer = Printer()
    content = {
        "title": plain(printer.printable(title)),
        "dated": False,
        "warning": "",
        "stamp": stamp,
        "blocks": printable(pieces, printer, left_out_words(say)),
    }
    return pressed("document", content, say, on=UNDATED)


def pressed(layout: Layout, content: dict[str, object], say: Language, *, on: date, picture: str = "") -> bytes:
    """The document. A fresh compiler each time: one that is used again may keep the data of the last document."""
    from typst import Compiler

    settings = {
        "lang": say.code,
        "region": say.locale.territory or "CA",
        "numbering": _numbering(say),
    }
    inputs = {"data": json.dumps({**content, **settings}, ensure_ascii=False), "picture": picture}
    compiler = Compiler(
        _layout(layout), root=str(TEMPLATES), font_paths=_fonts(), ignore_system_fonts=True, sys_inputs=inputs
    )
    document = compiler.compile(
        format="pdf", sys_inputs=inputs, pdf_standards=STANDARD, timestamp=datetime.combine(on, time(12), UTC)
    )
    if not isinstance(document, bytes):
        raise TypeError("a PDF is one file")
    return document


def _numbering(say: Language) -> list[str]:
    """What stands before, between and after the numbers of a page and of all pages."""
    _ = say.gettext
    return (_("Page %(page)s of %(pages)s") % {"page": _BETWEEN, "pages": _BETWEEN}).split(_BETWEEN)


@cache
def _layout(layout: Layout) -> bytes:
    return (TEMPLATES / f"{layout}.typ").read_bytes()


@cache
def _fonts() -> "Fonts":
    """The fonts that come with Typst and with matplotlib; never those of the machine."""
    from typst import Fonts

    return Fonts(include_system_fonts=False, font_paths=[str(fonts())])
