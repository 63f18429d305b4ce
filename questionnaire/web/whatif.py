"""What if: levels are chosen for some questions, and the scores that would follow are shown. Nothing is kept."""

from flask import Blueprint, render_template, request
from flask.typing import ResponseReturnValue

from questionnaire.core.access import Role
from questionnaire.core.answers import Choice
from questionnaire.core.scorecard import Scorecard
from questionnaire.core.whatif import suppose
from questionnaire.store import instruments
from questionnaire.web import fields
from questionnaire.web.access import requires
from questionnaire.web.scorecards import submission_of
from questionnaire.web.site import gettext as _
from questionnaire.web.site import reading

LEVELS = tuple(choice.value for choice in Choice if choice.level is not None)

blueprint = Blueprint("whatif", __name__)


@blueprint.route(
    "/organizations/<organization_id>/<int:year>/scorecard/<int:number>/what-if", methods=["GET", "POST"]
)
@requires(Role.VIEWER)
def show(organization_id: str, year: int, number: int) -> ResponseReturnValue:
    """The scores beside those that would be. What was chosen is sent in the form, so that no address keeps it."""
    submission = submission_of(organization_id, year, number)
    instrument = instruments.recall(reading(), submission.instrument_digest)
    wrong = _wrong_with(set(submission.answers)) if request.method == "POST" else None
    chosen = {
        item_id: Choice(value)
        for item_id, value in request.form.items()
        if item_id in submission.answers and value in LEVELS
    }
    supposed = suppose(submission, instrument, chosen) if chosen and not wrong else None
    scorecard = Scorecard(submission, instrument)
    page = render_template(
        "whatif/show.html",
        scorecard=scorecard,
        supposed=supposed,
        chosen=chosen,
        pairs=list(zip(scorecard.domains, supposed.domains, strict=True)) if supposed else [],
        wrong=wrong,
    )
    return page, 400 if wrong else 200


def _wrong_with(asked: set[str]) -> str | None:
    strangers = fields.strangers(request.form, {"csrf_token", *asked})
    chosen = [value for name, value in request.form.items() if name != "csrf_token" and value]
    if not strangers and not set(chosen) <= set(LEVELS):
        return _("Choose one of the levels of each question, or leave it as it was answered.")
    if not strangers and not chosen:
        return _("Nothing is chosen yet: choose another level for at least one question.")
    return strangers
