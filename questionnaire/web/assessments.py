"""An assessment: a year is begun, its open questions reviewed, its answers submitted, and amended."""

from dataclasses import dataclass

from flask import Blueprint, abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from questionnaire.core.access import Role
from questionnaire.core.answers import BLANK, Answer, Choice, asked_in
from questionnaire.core.events import Event
from questionnaire.core.instrument import Domain, Item
from questionnaire.core.scoring import DomainScore, score
from questionnaire.core.submission import freeze
from questionnaire.store import assessments, instruments
from questionnaire.web import events, fields
from questionnaire.web.access import current, requires
from questionnaire.web.profiles import as_data, profile_form, wrong_with
from questionnaire.web.site import gettext as _
from questionnaire.web.site import reading, site, writing
from questionnaire.web.steps import steps, without_draft

blueprint = Blueprint("assessments", __name__)


@dataclass(frozen=True)
class Section:
    """One domain on the review page: what is open there, and what submitting now would do to its score."""

    domain: Domain
    score: DomainScore
    answers: tuple[tuple[int, Item, Answer], ...]

    @property
    def open(self) -> list[tuple[int, Item, Answer]]:
        """The questions without an answer."""
        return [entry for entry in self.answers if entry[2].choice is None]

    @property
    def marked(self) -> list[tuple[int, Item, Answer]]:
        """The answered questions somebody wanted to come back to."""
        return [entry for entry in self.answers if entry[2].come_back and entry[2].choice is not None]

    @property
    def unknown(self) -> list[tuple[int, Item, Answer]]:
        """The questions to which nobody knew the answer."""
        return [entry for entry in self.answers if entry[2].choice is Choice.DONT_KNOW]


@blueprint.route("/organizations/<organization_id>/new-year", methods=["GET", "POST"])
@requires(Role.EDITOR)
def begin(organization_id: str) -> ResponseReturnValue:
    """Another year: the profile is asked anew, beginning with what was said last, for it may have changed."""
    instrument = site().instrument
    form = profile_form(
        instrument,
        request.form or None,
        without=("name",),
        **{**_said_last(organization_id), "year": str(_year_to_begin(organization_id))},
    )
    wrong = wrong_with(form)
    if request.method == "POST" and not wrong and form.validate():
        year = int(form.year.data or 0)
        try:
            with writing() as connection:
                instruments.record(connection, instrument)
                assessments.begin(connection, organization_id, year, instrument, form.profile(), on=site().today())
                events.note(connection, Event.BEGAN_YEAR, year=year)
        except assessments.YearTakenError:
            form.year.errors = [_("There is an assessment of this year already. Open it on the organization’s page.")]
        else:
            first = instrument.domains[0].id
            address = url_for("questions.show", organization_id=organization_id, year=year, domain_id=first)
            return redirect(address, 303)
    page = render_template("assessments/begin.html", form=form, wrong=wrong)
    return page, 400 if request.method == "POST" else 200


@blueprint.get("/organizations/<organization_id>/<int:year>/review")
@requires(Role.EDITOR)
def review(organization_id: str, year: int) -> ResponseReturnValue:
    """What is open, and what submitting now would do to the scores."""
    draft = assessments.find_draft(reading(), organization_id, year)
    if draft is None:
        return without_draft(organization_id, year)
    instrument = instruments.recall(reading(), draft.instrument_digest)
    scores = score(instrument, draft.profile, draft.answers)
    return render_template(
        "assessments/review.html",
        draft=draft,
        instrument=instrument,
        newest=site().instrument,
        steps=steps(draft, instrument),
        sections=[
            Section(domain, domain_score, _numbered(draft, domain))
            for domain, domain_score in zip(instrument.domains, scores.domains, strict=True)
        ],
    )


@blueprint.post("/organizations/<organization_id>/<int:year>/submit")
@requires(Role.EDITOR)
def submit(organization_id: str, year: int) -> ResponseReturnValue:
    """Freeze the answers; pressing twice submits once."""
    number = fields.whole(request.form.get("revision", "")) or 0
    today = site().today()
    try:
        with writing() as connection:
            draft = assessments.draft_to_write(connection, organization_id, year, number)
            instrument = instruments.recall(connection, draft.instrument_digest)
            submission = freeze(
                instrument,
                organization=current().name,
                year=year,
                revision=number,
                on=today,
                profile=draft.profile,
                answers=draft.answers,
            )
            assessments.submit(connection, draft, submission)
            events.note(connection, Event.SUBMITTED, year=year, revision=number)
    except assessments.NoDraftError:
        if assessments.find_submission(reading(), organization_id, year, number) is None:
            abort(404)
    return redirect(url_for("scorecards.show", organization_id=organization_id, year=year, number=number), 303)


@blueprint.post("/organizations/<organization_id>/<int:year>/amend")
@requires(Role.EDITOR)
def amend(organization_id: str, year: int) -> ResponseReturnValue:
    """A new draft with the submitted answers; what was submitted stays as it is."""
    with writing() as connection:
        if assessments.amend(connection, organization_id, year, on=site().today()):
            events.note(connection, Event.AMENDED, year=year)
    if assessments.find_draft(reading(), organization_id, year) is None:
        abort(404)
    flash(_("You can change the answers now. The submitted ones stay as they are until you submit again."))
    return redirect(url_for(".review", organization_id=organization_id, year=year), 303)


@blueprint.route("/organizations/<organization_id>/<int:year>/discard", methods=["GET", "POST"])
@requires(Role.EDITOR)
def discard(organization_id: str, year: int) -> ResponseReturnValue:
    """Delete a draft: of a year that was begun by mistake, on an older version, or amended for nothing.

    Pressing twice deletes once.
    """
    if request.method == "GET":
        draft = assessments.find_draft(reading(), organization_id, year)
        if draft is None:
            return without_draft(organization_id, year)
        given = sum(answer.choice is not None for answer in draft.answers.values())
        return render_template("assessments/discard.html", draft=draft, given=given)
    number = fields.whole(request.form.get("revision", "")) or 0
    try:
        with writing() as connection:
            assessments.discard(connection, assessments.draft_to_write(connection, organization_id, year, number))
            events.note(connection, Event.DELETED_DRAFT, year=year, revision=number)
    except assessments.NoDraftError:
        if assessments.find_submission(reading(), organization_id, year, number):
            return without_draft(organization_id, year)
    else:
        flash(_("The draft of %(year)s is deleted.", year=year))
    return redirect(url_for("organizations.show", organization_id=organization_id), 303)


def _said_last(organization_id: str) -> dict[str, str]:
    profile = assessments.newest_profile(reading(), organization_id)
    return {} if profile is None else as_data(profile)


def _year_to_begin(organization_id: str) -> int:
    """This year, or the one after it where this year was begun already."""
    this_year = site().today().year
    begun = {revision.year for revision in assessments.history(reading(), organization_id)}
    return this_year + (this_year in begun)


def _numbered(draft: assessments.Draft, domain: Domain) -> tuple[tuple[int, Item, Answer], ...]:
    items = asked_in(domain, draft.profile)
    return tuple((number, item, draft.answers.get(item.id, BLANK)) for number, item in enumerate(items, 1))
