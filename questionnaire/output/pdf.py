"""Documents on paper: a report, and the blank questionnaire. Typst lays them out; the result is tagged (PDF/UA-1).

Words go in as data and stay text: nothing that somebody typed is read as markup, code or a link. The same bytes for
the same report, language and version of the software.
"""

from dataclasses import replace
from functools import lru_cache

from questionnaire.core.instrument import Instrument
from questionnaire.core.report import Readable
from questionnaire.language import Language
from questionnaire.output import charts, pdf_questionnaire, pdf_report
from questionnaire.output.pdf_letters import Printer, plain
from questionnaire.output.pdf_press import blank_form, pressed, printable
from questionnaire.output.radar import radar_of


def report_pdf(readable: Readable, say: Language) -> bytes:
    """A report on paper: the scorecard on a page, what else was chosen, and how far all of it may be trusted."""
    report, shown = readable.report, pdf_report.own_direction(readable)
    radar = radar_of(readable.scorecard, readable.comparison, say, is_case=report.is_case, voices=readable.voices)
    printer = Printer()
    axes = tuple(map(printer.printable, radar.axes))
    outcome = report.outcome
    content = {
        "title": plain(printer.printable(f"{outcome.organization} · {outcome.year} · Alongside")),
        "dated": True,
        "warning": pdf_report.case_words(say) if report.is_case else "",
        "stamp": pdf_report.stamp(readable, say),
    }
    pieces = printable(pdf_report.pieces(shown, radar.description, say), printer, pdf_report.left_out_words(say))
    picture = _radar(replace(radar, axes=axes, title="", description=""))
    return pressed("document", {**content, "blocks": pieces}, say, on=report.made_on, picture=picture)


def questionnaire_pdf(instrument: Instrument, say: Language) -> bytes:
    """The blank questionnaire on paper, for a workshop or to read before starting."""
    pieces = pdf_questionnaire.pieces(instrument, say)
    stamp = pdf_questionnaire.stamp(instrument, say)
    return blank_form(pieces, say, title=say.text(instrument.title), stamp=stamp)


@lru_cache(maxsize=64)
def _radar(radar: charts.Radar) -> str:
    return charts.radar_svg(radar).decode()
