"""The years of an organization: every domain over all of them, and any two compared."""

from flask import Blueprint, Response, abort, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from wtforms import Form

from questionnaire.core.access import Role
from questionnaire.core.comparison import MOST_SHOWN, compare
from questionnaire.core.voices_years import PeerLine, peer_line
from questionnaire.core.years import Line, Years, years_of
from questionnaire.output import trends
from questionnaire.web.access import current, requires
from questionnaire.web.fields import ChoiceField
from questionnaire.web.pictures import MIMETYPES, drawn
from questionnaire.web.scorecards import heard_of, scorecards_of
from questionnaire.web.site import gettext as _
from questionnaire.web.site import language

blueprint = Blueprint("years", __name__, url_prefix="/organizations/<organization_id>/years")


class TwoYears(Form):
    """Which two years to compare."""

    earlier = ChoiceField()
    later = ChoiceField()


@blueprint.get("")
@requires(Role.VIEWER)
def show(organization_id: str) -> ResponseReturnValue:
    """Every domain over all years."""
    return _page(organization_id, sent=False), 200


@blueprint.get("/compare")
@requires(Role.VIEWER)
def choose(organization_id: str) -> ResponseReturnValue:
    """To the comparison of the two years that were chosen, whichever came first."""
    form = _form(organization_id, sent=True)
    if not form.validate() or form.earlier.data == form.later.data:
        return _page(organization_id, sent=True), 400
    earlier, later = sorted(int(field.data or 0) for field in form)
    return redirect(url_for(".compared", organization_id=organization_id, earlier=earlier, later=later), 303)


@blueprint.get("/<int:earlier>/<int:later>")
@requires(Role.VIEWER)
def compared(organization_id: str, earlier: int, later: int) -> ResponseReturnValue:
    """Two years, on the questions that both share."""
    scorecards = {scorecard.submission.year: scorecard for scorecard in scorecards_of(organization_id)}
    if earlier >= later or not {earlier, later} <= set(scorecards):
        abort(404)
    comparison = compare(scorecards[earlier], scorecards[later])
    return render_template("years/compared.html", comparison=comparison, most=MOST_SHOWN)


@blueprint.get("/<domain_id>.<any(svg, png):form>")
@requires(Role.VIEWER)
def trend(organization_id: str, domain_id: str, form: str) -> ResponseReturnValue:
    """One domain's line as a picture."""
    line = next((line for line in _years(organization_id).lines if line.domain.id == domain_id), None)
    if line is None:
        abort(404)
    is_file, heard = "download" in request.args, heard_of(organization_id)
    if is_file:  # of what peer workers said only what may go into files
        heard = tuple(one for one in heard if one.result.board)
    peers = peer_line(line.domain, heard)
    response = Response(drawn(organization_id, _trend(line, peers), form), mimetype=MIMETYPES[form])
    if is_file:
        response.headers["Content-Disposition"] = f"attachment; filename=alongside-{domain_id}.{form}"
    return response


def _page(organization_id: str, *, sent: bool) -> str:
    years = _years(organization_id)
    form = _form(organization_id, sent=sent, years=years)
    wrong = None
    if sent and form.validate() and form.earlier.data == form.later.data:
        wrong = _("Choose two different years.")
    elif sent and form.errors:
        wrong = _("Choose two of the years that have a scorecard.")
    heard = heard_of(organization_id)
    both = [(line, peer_line(line.domain, heard)) for line in years.lines]
    lines = [(line, peers, trends.told(line, peers, language())) for line, peers in both]
    return render_template(
        "years/show.html", years=years, lines=lines, has_voices=bool(heard), form=form, wrong=wrong
    )


def _years(organization_id: str) -> Years:
    scorecards = scorecards_of(organization_id)
    if not scorecards:
        abort(404)
    return years_of(tuple(scorecards))


def _form(organization_id: str, *, sent: bool, years: Years | None = None) -> TwoYears:
    known = [scorecard.submission.year for scorecard in (years or _years(organization_id)).scorecards]
    ends = {"earlier": str(known[-2] if len(known) > 1 else known[0]), "later": str(known[-1])}
    form = TwoYears(request.args if sent else None, data={} if sent else ends)
    form.earlier.label.text, form.later.label.text = _("From"), _("To")
    form.earlier.options = form.later.options = [(str(year), str(year)) for year in known]
    return form


def _trend(line: Line, peers: PeerLine) -> trends.Trend:
    say = language()
    return trends.Trend(
        years=line.years,
        segments=line.segments,
        alone=line.alone,
        title=f"{say.text(line.domain.name)} · {current().name} · Alongside",
        description=trends.told(line, peers, say),
        peers=peers.segments,
        peers_alone=peers.alone,
    )
