"""The scorecard of a submission: the page, how it was worked out, all advice, and the radar as a picture."""

import hashlib

from flask import Blueprint, Response, abort, render_template, request
from flask.typing import ResponseReturnValue
from sqlalchemy.exc import DBAPIError

from questionnaire.core.access import Role
from questionnaire.core.scorecard import Scorecard
from questionnaire.output import charts
from questionnaire.store import assessments, database, instruments
from questionnaire.store import charts as kept_charts
from questionnaire.web.access import current, requires
from questionnaire.web.site import gettext as _
from questionnaire.web.site import language, reading, site, writing

blueprint = Blueprint(
    "scorecards", __name__, url_prefix="/organizations/<organization_id>/<int:year>/scorecard/<int:number>"
)


@blueprint.get("")
@requires(Role.VIEWER)
def show(organization_id: str, year: int, number: int) -> ResponseReturnValue:
    """The scorecard on a page."""
    scorecard = _scorecard(organization_id, year, number)
    newest = max(
        revision.number
        for revision in assessments.history(reading(), organization_id)
        if revision.year == year and not revision.is_draft
    )
    return render_template(
        "scorecards/show.html",
        scorecard=scorecard,
        in_words=_in_words(scorecard),
        newest=newest,
        may_edit=current().role.includes(Role.EDITOR),
    )


@blueprint.get("/advice")
@requires(Role.VIEWER)
def advice(organization_id: str, year: int, number: int) -> ResponseReturnValue:
    """All advice in full, in its order."""
    return render_template("scorecards/advice.html", scorecard=_scorecard(organization_id, year, number))


@blueprint.get("/worked-out")
@requires(Role.VIEWER)
def worked_out(organization_id: str, year: int, number: int) -> ResponseReturnValue:
    """How every score was worked out, down to the answer."""
    return render_template("scorecards/worked_out.html", scorecard=_scorecard(organization_id, year, number))


@blueprint.get("/radar.<any(svg, png):form>")
@requires(Role.VIEWER)
def radar(organization_id: str, year: int, number: int, form: str) -> ResponseReturnValue:
    """The radar as a picture: drawn once for the same content, then kept."""
    scorecard = _scorecard(organization_id, year, number)
    radar = _radar(scorecard)
    response = Response(_drawn(radar, form), mimetype={"svg": "image/svg+xml", "png": "image/png"}[form])
    if "download" in request.args:
        response.headers["Content-Disposition"] = f"attachment; filename=alongside-{year}-radar.{form}"
    return response


def _scorecard(organization_id: str, year: int, number: int) -> Scorecard:
    """The scorecard of a submission, with the instrument it was made on; no such page where there is none."""
    submission = assessments.find_submission(reading(), organization_id, year, number)
    if submission is None:
        abort(404)
    return Scorecard(submission, instruments.recall(reading(), submission.instrument_digest))


def _radar(scorecard: Scorecard) -> charts.Radar:
    say = language()
    submission = scorecard.submission
    return charts.Radar(
        axes=tuple(say.text(result.domain.name) for result in scorecard.domains),
        series=(
            charts.Series(
                _("Our coding of the study")
                if current().is_case
                else _("Organization %(year)s", year=submission.year),
                tuple(result.score.points for result in scorecard.domains),
                charts.Voice.ORGANIZATION,
            ),
        ),
        scale=_("Rings mark 25, 50, 75 and 100 points; the centre is 0."),
        title=f"{submission.organization} · {submission.year} · Alongside",
        description=_in_words(scorecard),
    )


def _in_words(scorecard: Scorecard) -> str:
    """What the radar shows, for who does not see it."""
    figures = "; ".join(language().say(result.in_words) for result in scorecard.domains)
    return _("Radar chart of points from 0 to 100. %(figures)s.", figures=figures)


def _drawn(radar: charts.Radar, form: str) -> bytes:
    digest = hashlib.sha256(f"{charts.version()} {form} {radar!r}".encode(errors="backslashreplace")).hexdigest()
    picture = kept_charts.find(reading(), digest)
    if picture is None:
        picture = charts.radar_svg(radar) if form == "svg" else charts.radar_png(radar)
        try:
            with writing() as connection:
                kept_charts.keep(connection, digest, picture, on=site().today())
        except DBAPIError as error:
            if not database.is_unavailable(error):  # a full disk keeps no picture, but shows it
                raise
    return picture
