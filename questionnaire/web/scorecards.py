"""The scorecard of a submission: the page, how it was worked out, all advice, and the radar as a picture."""

from functools import partial
from typing import Any

from flask import Blueprint, Response, abort, render_template, request
from flask.typing import ResponseReturnValue

from questionnaire.core.access import Role
from questionnaire.core.comparison import Comparison, compare
from questionnaire.core.differences import Voices, both_asked
from questionnaire.core.instrument import question
from questionnaire.core.phrase import Phrase
from questionnaire.core.plan import advice_in_plan, planned
from questionnaire.core.scorecard import Scorecard
from questionnaire.core.submission import Submission
from questionnaire.core.voices import RoundResult
from questionnaire.core.voices_years import Heard, confirmed
from questionnaire.output.radar import described, radar_of
from questionnaire.store import assessments, closing, instruments, plans
from questionnaire.web.access import current, requires
from questionnaire.web.pictures import MIMETYPES, drawn
from questionnaire.web.site import language, reading, site

blueprint = Blueprint(
    "scorecards", __name__, url_prefix="/organizations/<organization_id>/<int:year>/scorecard/<int:number>"
)


@blueprint.get("")
@requires(Role.VIEWER)
def show(organization_id: str, year: int, number: int) -> ResponseReturnValue:
    """The scorecard on a page, with both voices where there are two."""
    scorecard = scorecard_of(organization_id, year, number)
    comparison, voices = _since_the_year_before(scorecard), voices_of(scorecard)
    revisions = assessments.history(reading(), organization_id)
    return render_template(
        "scorecards/show.html",
        scorecard=scorecard,
        comparison=comparison,
        voices=voices,
        silence=None if voices else _silence(scorecard),
        advised=voices.heard if voices else scorecard,
        in_words=described(scorecard, comparison, language(), voices),
        newest=max(one.number for one in revisions if one.year == year and not one.is_draft),
        imported_on=next(one.imported_on for one in revisions if (one.year, one.number) == (year, number)),
        may_edit=current().role.includes(Role.EDITOR),
        **_beside(scorecard),
    )


@blueprint.get("/advice")
@requires(Role.VIEWER)
def advice(organization_id: str, year: int, number: int) -> ResponseReturnValue:
    """All advice in full, in its order."""
    scorecard = scorecard_of(organization_id, year, number)
    return render_template(
        "scorecards/advice.html",
        scorecard=scorecard,
        advised=heard(scorecard),
        may_edit=current().role.includes(Role.EDITOR),
        planned_advice=advice_in_plan(plans.listed(reading(), organization_id), year),
    )


@blueprint.get("/worked-out")
@requires(Role.VIEWER)
def worked_out(organization_id: str, year: int, number: int) -> ResponseReturnValue:
    """How every score was worked out, down to the answer."""
    return render_template("scorecards/worked_out.html", scorecard=scorecard_of(organization_id, year, number))


@blueprint.get("/radar.<any(svg, png):form>")
@requires(Role.VIEWER)
def radar(organization_id: str, year: int, number: int, form: str) -> ResponseReturnValue:
    """The radar as a picture: drawn once for the same content, then kept."""
    scorecard = scorecard_of(organization_id, year, number)
    comparison = _since_the_year_before(scorecard)
    voices, is_file = voices_of(scorecard), "download" in request.args
    if is_file and voices and not voices.result.board:  # it was agreed that their result goes into no file
        voices = None
    chart = radar_of(scorecard, comparison, language(), is_case=current().is_case, voices=voices)
    picture = drawn(organization_id, chart, form)
    response = Response(picture, mimetype=MIMETYPES[form])
    if is_file:
        response.headers["Content-Disposition"] = f"attachment; filename=alongside-{year}-radar.{form}"
    return response


def submission_of(organization_id: str, year: int, number: int) -> Submission:
    """What was submitted; no such page where nothing was."""
    submission = assessments.find_submission(reading(), organization_id, year, number)
    if submission is None:
        abort(404)
    return submission


def scorecard_of(organization_id: str, year: int, number: int) -> Scorecard:
    """The scorecard of a submission, with the instrument it was made on; no such page where there is none."""
    submission = submission_of(organization_id, year, number)
    return Scorecard(submission, instruments.recall(reading(), submission.instrument_digest))


def voices_of(scorecard: Scorecard) -> Voices | None:
    """Both voices, where peer workers answered the same questions and the organization may see what they said."""
    submission = scorecard.submission
    result = _round_of(submission.year)
    if result is None or result.group is None or result.instrument_digest != submission.instrument_digest:
        return None
    return Voices(scorecard, result, both_asked(scorecard))


def heard(scorecard: Scorecard) -> Scorecard:
    """The scorecard with the advice that follows from both voices, where there are two."""
    voices = voices_of(scorecard)
    return voices.heard if voices else scorecard


def results_of(organization_id: str) -> list[RoundResult]:
    """What peer workers said, as far as the organization may see it, the earliest year first: one round a year."""
    seen = closing.seen_by_organization(
        reading(), site().keys, organization_id, on=site().today(), limits=site().limits
    )
    return [result for _round, result in seen]


def heard_of(organization_id: str) -> tuple[Heard, ...]:
    """The same where there is something to show, with the questions that were asked."""
    results = (result for result in results_of(organization_id) if result.group)
    return tuple(Heard(result, instruments.recall(reading(), result.instrument_digest)) for result in results)


def _round_of(year: int) -> RoundResult | None:
    return next((result for result in results_of(current().organization_id) if result.year == year), None)


def _silence(scorecard: Scorecard) -> Phrase | None:
    """Why there is one voice, where peer workers were asked."""
    result = _round_of(scorecard.submission.year)
    if result is None:
        return None
    return result.why_none or result.on_other_questions


def _since_the_year_before(scorecard: Scorecard) -> Comparison | None:
    """The change since the newest submission of the year before, if there is an earlier year."""
    submission = scorecard.submission
    earlier = assessments.find_earlier(reading(), current().organization_id, submission.year)
    if earlier is None:
        return None
    return compare(Scorecard(earlier, instruments.recall(reading(), earlier.instrument_digest)), scorecard)


def _beside(scorecard: Scorecard) -> dict[str, Any]:
    """The plan beside a scorecard: what was set out to be done up to its year, and whether that moved anything."""
    organization_id, year = current().organization_id, scorecard.submission.year
    actions = plans.listed(reading(), organization_id)
    carried = any(action.year < year for action in actions)
    earlier = {one.submission.year: one for one in scorecards_of(organization_id)} if carried else {}
    plan, heard_in = planned(scorecard, earlier, actions), heard_of(organization_id) if carried else ()
    return {
        "plan": plan,
        "confirmed": {one.action.id: confirmed(one.movement, heard_in) for one in plan},
        "planned_advice": advice_in_plan(actions, year),
        "question": partial(question, (scorecard.instrument, *(one.instrument for one in earlier.values()))),
    }


def scorecards_of(organization_id: str) -> list[Scorecard]:
    """The newest scorecard of each year, the earliest year first."""
    return [
        Scorecard(submission, instruments.recall(reading(), submission.instrument_digest))
        for submission in assessments.yearly(reading(), organization_id)
    ]
