"""Documents on paper: a report, a release, the blank questionnaire. Typst lays them out, and tags them (PDF/UA-1).

Words go in as data and stay text: nothing that somebody typed is read as markup, code or a link. The same bytes for
the same report, language and version of the software.
"""

from dataclasses import replace
from functools import lru_cache

from questionnaire.core.instrument import Instrument
from questionnaire.core.readable import Readable
from questionnaire.core.release_years import ReleaseYears
from questionnaire.language import Language
from questionnaire.output import charts, pdf_questionnaire, pdf_releases, pdf_report
from questionnaire.output.pdf_letters import Printer, plain
from questionnaire.output.pdf_press import blank_form, pressed, printable
from questionnaire.output.radar import radar_of
from questionnaire.output.spreads import spreads_of, spreads_svg


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


def release_pdf(years: ReleaseYears, say: Language) -> bytes:
    """A release on paper: the spread on a page, then the years, both voices, and what it may not be taken for."""
    release, chart = years.release, spreads_of(years, say)
    printer = Printer()
    content = {
        "title": plain(printer.printable(f"{release.network.name} · {release.year} · Alongside")),
        "dated": True,
        "warning": "",
        "stamp": pdf_releases.stamp(years, say),
    }
    pieces = pdf_releases.pieces(years, chart.description, say)
    content["blocks"] = printable(pieces, printer, pdf_releases.left_out_words(say))
    rows = tuple(replace(row, label=printer.printable(row.label)) for row in chart.rows)
    picture = spreads_svg(replace(chart, rows=rows, title="", description="")).decode()
    return pressed("document", content, say, on=release.frozen_on, picture=picture)


def questionnaire_pdf(instrument: Instrument, say: Language) -> bytes:
    """The blank questionnaire on paper, for a workshop or to read before starting."""
    pieces = pdf_questionnaire.pieces(instrument, say)
    stamp = pdf_questionnaire.stamp(instrument, say)
    return blank_form(pieces, say, title=say.text(instrument.title), stamp=stamp)


@lru_cache(maxsize=64)
def _radar(radar: charts.Radar) -> str:
    return charts.radar_svg(radar).decode()
