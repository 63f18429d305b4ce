"""Reports: what stands in one is chosen; then it is read, printed, and handed out as files."""

import hashlib
from datetime import date
from functools import lru_cache

from flask import Blueprint, Response, abort, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from questionnaire.core.access import Role
from questionnaire.core.differences import Voices
from questionnaire.core.events import Event
from questionnaire.core.readable import Readable, digests
from questionnaire.core.report import (
    NetworkPlaces,
    Part,
    Report,
    YearPlace,
    grouped,
    make,
    schema,
    with_places,
    with_voices,
    write,
)
from questionnaire.core.scorecard import Scorecard
from questionnaire.output import sheets
from questionnaire.output.radar import described, radar_of
from questionnaire.store import assessments, instruments, networks, plans, releases, reports
from questionnaire.web import events, fields
from questionnaire.web.access import current, current_or_none, current_report, public, requires
from questionnaire.web.attempts import costly
from questionnaire.web.pictures import MIMETYPES, drawn
from questionnaire.web.scorecards import results_of, scorecard_of, scorecards_of, voices_of
from questionnaire.web.site import gettext as _
from questionnaire.web.site import language, reading, site, writing

PDF, JSON = "application/pdf", "application/json"
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"

blueprint = Blueprint("reports", __name__)


@blueprint.route("/organizations/<organization_id>/<int:year>/scorecard/<int:number>/report", methods=["GET", "POST"])
@requires(Role.VIEWER)
def choose(organization_id: str, year: int, number: int) -> ResponseReturnValue:
    """What shall stand in the report: nothing but the scorecard unless it is ticked. Once made, it never changes."""
    scorecard = scorecard_of(organization_id, year, number)
    voices = _voices_for_readers(scorecard)
    chosen = [part for part in Part if part in request.form]
    wrong = _wrong_with(chosen, voices) if request.method == "POST" else None
    if request.method == "POST" and not wrong:
        report = _made(scorecard, chosen, voices, organization_id)
        with writing() as connection:
            report_id, is_new = reports.keep(connection, organization_id, report)
            if is_new:
                events.note(connection, Event.MADE_REPORT, year=year, revision=number)
        return redirect(url_for(".show", report_id=report_id), 303)
    page = render_template(
        "reports/choose.html",
        scorecard=scorecard,
        chosen=chosen,
        has_earlier=bool(_before(organization_id, year)),
        has_voices=voices is not None,
        has_places=bool(_places(organization_id)),
        has_plan=any(action.year <= year for action in plans.listed(reading(), organization_id)),
        owns=current().role is Role.OWNER,
        wrong=wrong,
    )
    return page, 400 if wrong else 200


@blueprint.get("/reports/<report_id>")
@requires(Role.READER)
def show(report_id: str) -> ResponseReturnValue:
    """The report as its readers see it."""
    readable = _readable(report_id)
    member = current_or_none()
    return render_template(
        "reports/show.html",
        report_id=report_id,
        readable=readable,
        scorecard=readable.scorecard,
        holds={part.name.lower(): readable.holds(part) for part in Part},
        in_words=described(readable.scorecard, readable.comparison, language(), readable.voices),
        fingerprint=grouped(readable.report.fingerprint),
        sheets={sheet: _sheet_names()[sheet] for sheet in sheets.sheets_of(readable)},
        is_member=member is not None,
        owns=member is not None and member.role is Role.OWNER,
    )


@blueprint.get("/reports/<report_id>/radar.<any(svg, png):form>")
@requires(Role.READER)
def radar(report_id: str, form: str) -> ResponseReturnValue:
    """The radar of the report."""
    readable = _readable(report_id)
    is_case, voices = readable.report.is_case, readable.voices
    chart = radar_of(readable.scorecard, readable.comparison, language(), is_case=is_case, voices=voices)
    return Response(drawn(current_report(report_id).organization_id, chart, form), mimetype=MIMETYPES[form])


@blueprint.get("/reports/<report_id>/report.pdf")
@requires(Role.READER)
@costly
def document(report_id: str) -> ResponseReturnValue:
    """The report on paper."""
    from questionnaire.output.pdf import report_pdf

    return _file(report_id, report_pdf(_readable(report_id), language()), "pdf", PDF)


@blueprint.get("/reports/<report_id>/report.xlsx")
@requires(Role.READER)
@costly
def workbook(report_id: str) -> ResponseReturnValue:
    """The report as a workbook."""
    return _file(report_id, sheets.workbook(_readable(report_id), language()), "xlsx", XLSX)


@blueprint.get("/reports/<report_id>/<sheet>.csv")
@requires(Role.READER)
def table(report_id: str, sheet: str) -> ResponseReturnValue:
    """One sheet of the workbook as a plain table."""
    readable = _readable(report_id)
    if sheet not in sheets.sheets_of(readable):
        abort(404)
    content = sheets.csv_file(readable, sheet, language())
    return _file(report_id, content, "csv", "text/csv; charset=utf-8", name=f"-{sheet}")


@blueprint.get("/reports/<report_id>/report.json")
@requires(Role.READER)
def data(report_id: str) -> ResponseReturnValue:
    """The report as data, for programs."""
    return _file(report_id, write(current_report(report_id).report), "json", JSON)


@blueprint.get("/report-1.schema.json")
@public
def published_schema() -> ResponseReturnValue:
    """What the data of every report looks like."""
    return schema()


@blueprint.get("/questionnaire.pdf")
@public
def questionnaire() -> ResponseReturnValue:
    """The questions on paper, for a workshop, or to read before starting."""
    name = f"alongside-questions-{site().instrument.version}.pdf"
    content = _questionnaire(site().instrument.digest, language().code)
    return Response(content, mimetype=PDF, headers=_attachment(name))


@lru_cache(maxsize=8)
def _questionnaire(_digest: str, _language: str) -> bytes:
    """The same for everybody, so made once by each process."""
    from questionnaire.output.pdf import questionnaire_pdf

    return questionnaire_pdf(site().instrument, language())


def _voices_for_readers(scorecard: Scorecard) -> Voices | None:
    """Both voices, where it was agreed before the round that the board sees its result."""
    voices = voices_of(scorecard)
    return voices if voices and voices.result.board else None


def _wrong_with(chosen: list[Part], voices: Voices | None) -> str | None:
    """What is wrong with the ticks as a whole."""
    if Part.VOICES in chosen and voices is None:
        return _(
            "What peer workers say can stand in a report only if there is a result, and it was agreed before their"
            " round that the board sees it."
        )
    return fields.strangers(request.form, {"csrf_token", *Part})


def _made(scorecard: Scorecard, parts: list[Part], voices: Voices | None, organization_id: str) -> Report:
    submission = scorecard.submission
    report = make(
        scorecard,
        parts,
        on=site().today(),
        earlier=_before(organization_id, submission.year),
        actions=plans.listed(reading(), organization_id),
        is_case=current().is_case,
        imported_on=_imported_on(organization_id, submission.year, submission.revision),
    )
    if voices is not None and Part.VOICES in parts:
        report = with_voices(report, voices, results_of(organization_id))
    return with_places(report, _places(organization_id)) if Part.PLACE in parts else report


def _places(organization_id: str) -> list[NetworkPlaces]:
    """Where the organization stood in each network that it is a member of."""
    found = []
    for one in networks.memberships(reading(), organization_id):
        network_id = one.network.network_id
        places = releases.places(reading(), network_id, organization_id)
        years = tuple(
            YearPlace(year=kept.release.year, release_digest=kept.release.digest, quarters=place.quarters)
            for kept in releases.listed(reading(), network_id)
            if (place := places.get(kept.release.year))
        )
        if years:
            found.append(NetworkPlaces(network=one.network.about.name, years=years))
    return found


def _before(organization_id: str, year: int) -> list[Scorecard]:
    return [one for one in scorecards_of(organization_id) if one.submission.year < year]


def _imported_on(organization_id: str, year: int, number: int) -> date | None:
    revisions = assessments.history(reading(), organization_id)
    return next(one.imported_on for one in revisions if (one.year, one.number) == (year, number))


def _readable(report_id: str) -> Readable:
    report = current_report(report_id).report
    return Readable(report, {digest: instruments.recall(reading(), digest) for digest in digests(report)})


def _file(report_id: str, content: bytes, kind: str, mimetype: str, *, name: str = "") -> Response:
    """A file of the report, remembered by its digest: one that was changed afterwards can be told from it."""
    kept = current_report(report_id)
    sha256 = hashlib.sha256(content).hexdigest()
    if not reports.is_issued(reading(), kept, sha256):
        with writing() as connection:
            reports.note_issued(connection, kept, sha256, kind, on=site().today())
    year, fingerprint = kept.report.outcome.year, kept.report.fingerprint
    file_name = f"alongside-{year}-{fingerprint[:8]}{name}.{kind}"
    return Response(content, content_type=mimetype, headers=_attachment(file_name))


def _sheet_names() -> dict[str, str]:
    return {
        "scorecard": _("Scorecard"),
        "items": _("Questions"),
        "advice": _("Advice"),
        "plan": _("Plan"),
        "years": _("Years"),
        "voices": _("Both voices"),
        "spread": _("Spread of answers"),
        "places": _("Place in networks"),
    }


def _attachment(name: str) -> dict[str, str]:
    return {"Content-Disposition": f"attachment; filename={name}"}
