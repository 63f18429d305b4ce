"""Documents on paper: a report, and the blank questionnaire. Typst lays them out; the result is tagged (PDF/UA-1).

Words go in as data and stay text: nothing that somebody typed is read as markup, code or a link. The same bytes for
the same report, language and version of the software.
"""

import json
from dataclasses import replace
from datetime import UTC, date, datetime, time
from functools import cache, lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Literal

from questionnaire.core.instrument import Instrument
from questionnaire.core.report import Readable
from questionnaire.language import Language
from questionnaire.output import charts, pdf_questionnaire, pdf_report
from questionnaire.output.pdf_letters import Printer, fonts, plain
from questionnaire.output.pdf_pieces import Piece, text
from questionnaire.output.radar import radar_of

if TYPE_CHECKING:
    from typst import Fonts

TEMPLATES = Path(__file__).parent / "typst"
STANDARD: Literal["ua-1"] = "ua-1"
UNDATED = date(2026, 1, 1)  # of a document that is about no day: it is not shown
_BETWEEN = "\x00"


def report_pdf(readable: Readable, say: Language) -> bytes:
    """A report on paper: the scorecard on a page, what else was chosen, and how far all of it may be trusted."""
    report, shown = readable.report, pdf_report.own_direction(readable)
    radar = radar_of(readable.scorecard, readable.comparison, say, is_case=report.is_case)
    printer = Printer()
    axes = tuple(map(printer.printable, radar.axes))
    outcome = report.outcome
    content = {
        "title": plain(printer.printable(f"{outcome.organization} · {outcome.year} · Alongside")),
        "dated": True,
        "warning": pdf_report.case_words(say) if report.is_case else "",
        "stamp": pdf_report.stamp(readable, say),
    }
    pieces = _printable(pdf_report.pieces(shown, radar.description, say), printer, pdf_report.left_out_words(say))
    picture = _radar(replace(radar, axes=axes, title="", description=""))
    return _made({**content, "blocks": pieces}, say, on=report.made_on, picture=picture)


def questionnaire_pdf(instrument: Instrument, say: Language) -> bytes:
    """The blank questionnaire on paper, for a workshop or to read before starting."""
    printer = Printer()
    pieces = pdf_questionnaire.pieces(instrument, say)
    content = {
        "title": plain(printer.printable(say.text(instrument.title))),
        "dated": False,
        "warning": "",
        "stamp": pdf_questionnaire.stamp(instrument, say),
        "blocks": _printable(pieces, printer, pdf_questionnaire.left_out_words(say)),
    }
    return _made(content, say, on=UNDATED, picture="")


def _printable(pieces: list[Piece], printer: Printer, notice: str) -> list[object]:
    """The pieces with all their words printable; a notice after the first heading says if any had to be left out."""
    shown = [printer.all(piece) for piece in pieces]
    if printer.left_out:
        title = next(place for place, piece in enumerate(pieces) if piece["kind"] == "heading")
        shown.insert(title + 1, text(notice, look="remark"))
    return shown


def _numbering(say: Language) -> list[str]:
    """What stands before, between and after the numbers of a page and of all pages."""
    _ = say.gettext
    return (_("Page %(page)s of %(pages)s") % {"page": _BETWEEN, "pages": _BETWEEN}).split(_BETWEEN)


def _made(content: dict[str, object], say: Language, *, on: date, picture: str) -> bytes:
    """The document. A fresh compiler each time: one that is used again may keep the data of the last document."""
    from typst import Compiler

    settings = {
        "lang": say.code,
        "region": say.locale.territory or "CA",
        "numbering": _numbering(say),
    }
    inputs = {"data": json.dumps({**content, **settings}, ensure_ascii=False), "picture": picture}
    compiler = Compiler(
        _layout(), root=str(TEMPLATES), font_paths=_fonts(), ignore_system_fonts=True, sys_inputs=inputs
    )
    document = compiler.compile(
        format="pdf", sys_inputs=inputs, pdf_standards=STANDARD, timestamp=datetime.combine(on, time(12), UTC)
    )
    if not isinstance(document, bytes):
        raise TypeError("a PDF is one file")
    return document


@lru_cache(maxsize=64)
def _radar(radar: charts.Radar) -> str:
    return charts.radar_svg(radar).decode()


@cache
def _layout() -> bytes:
    return (TEMPLATES / "document.typ").read_bytes()


@cache
def _fonts() -> "Fonts":
    """The fonts that come with Typst and with matplotlib; never those of the machine."""
    from typst import Fonts

    return Fonts(include_system_fonts=False, font_paths=[str(fonts())])
