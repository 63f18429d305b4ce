"""The scorecard of a submission: the page, how it was worked out, all advice, and the radar as a picture."""

from flask import Blueprint, Response, abort, render_template, request
from flask.typing import ResponseReturnValue

from questionnaire.core.access import Role
from questionnaire.core.comparison import Comparison, compare
from questionnaire.core.scorecard import Scorecard
from questionnaire.output import charts
from questionnaire.store import assessments, instruments
from questionnaire.web.access import current, requires
from questionnaire.web.pictures import MIMETYPES, drawn
from questionnaire.web.site import gettext as _
from questionnaire.web.site import language, reading

blueprint = Blueprint(
    "scorecards", __name__, url_prefix="/organizations/<organization_id>/<int:year>/scorecard/<int:number>"
)


@blueprint.get("")
@requires(Role.VIEWER)
def show(organization_id: str, year: int, number: int) -> ResponseReturnValue:
    """The scorecard on a page."""
    scorecard = _scorecard(organization_id, year, number)
    comparison = _since_the_year_before(scorecard)
    revisions = assessments.history(reading(), organization_id)
    return render_template(
        "scorecards/show.html",
        scorecard=scorecard,
        comparison=comparison,
        in_words=_in_words(scorecard, comparison),
        newest=max(one.number for one in revisions if one.year == year and not one.is_draft),
        imported_on=next(one.imported_on for one in revisions if (one.year, one.number) == (year, number)),
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
    picture = drawn(_radar(scorecard, _since_the_year_before(scorecard)), form)
    response = Response(picture, mimetype=MIMETYPES[form])
    if "download" in request.args:
        response.headers["Content-Disposition"] = f"attachment; filename=alongside-{year}-radar.{form}"
    return response


def _scorecard(organization_id: str, year: int, number: int) -> Scorecard:
    """The scorecard of a submission, with the instrument it was made on; no such page where there is none."""
    submission = assessments.find_submission(reading(), organization_id, year, number)
    if submission is None:
        abort(404)
    return Scorecard(submission, instruments.recall(reading(), submission.instrument_digest))


def _since_the_year_before(scorecard: Scorecard) -> Comparison | None:
    """The change since the newest submission of the year before, if there is an earlier year."""
    submission = scorecard.submission
    earlier = assessments.find_earlier(reading(), current().organization_id, submission.year)
    if earlier is None:
        return None
    return compare(Scorecard(earlier, instruments.recall(reading(), earlier.instrument_digest)), scorecard)


def _radar(scorecard: Scorecard, comparison: Comparison | None) -> charts.Radar:
    say, submission = language(), scorecard.submission
    points = tuple(result.score.points for result in scorecard.domains)
    label = _("Our coding of the study") if current().is_case else _("Organization %(year)s", year=submission.year)
    series = [charts.Series(label, points, charts.Voice.ORGANIZATION)]
    if comparison and comparison.is_possible:
        label = _("Organization %(year)s", year=comparison.earlier.submission.year)
        series.append(charts.Series(label, comparison.earlier_line, charts.Voice.EARLIER))
    return charts.Radar(
        axes=tuple(say.text(result.domain.name) for result in scorecard.domains),
        series=tuple(series),
        scale=_("Rings mark 25, 50, 75 and 100 points; the centre is 0."),
        title=f"{submission.organization} · {submission.year} · Alongside",
        description=_in_words(scorecard, comparison),
    )


def _in_words(scorecard: Scorecard, comparison: Comparison | None) -> str:
    """What the radar shows, for who does not see it."""
    figures = "; ".join(language().say(result.in_words) for result in scorecard.domains)
    said = _("Radar chart of points from 0 to 100. %(figures)s.", figures=figures)
    if comparison and comparison.is_possible:
        year = comparison.earlier.submission.year
        said += " " + _("A thinner line shows %(year)s; the change stands in the table.", year=year)
    return said
