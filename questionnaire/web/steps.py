"""The steps of an assessment: profile, sections, review. Every button saves, then leads to one of them."""

from contextlib import suppress
from dataclasses import dataclass

from flask import abort, g, redirect, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy.exc import NoResultFound

from questionnaire.core.answers import BLANK, asked_in
from questionnaire.core.instrument import Instrument, Text
from questionnaire.store.assessments import Draft, history
from questionnaire.store.instruments import recall
from questionnaire.web.errors import kept
from questionnaire.web.site import gettext as _
from questionnaire.web.site import reading

PROFILE, REVIEW, NEXT, STAY = "profile", "review", "next", "stay"


@dataclass(frozen=True)
class Step:
    """One step as the bar shows it; the profile and the review have no name in the instrument."""

    id: str
    name: Text | None
    address: str
    answered: int = 0
    asked: int = 0

    @property
    def is_done(self) -> bool:
        """Whether nothing is open there; the review is done by submitting."""
        return self.id != REVIEW and self.answered == self.asked


def steps(draft: Draft, instrument: Instrument) -> list[Step]:
    """Every step in order, with how much of it is answered."""
    sections = []
    for domain in instrument.domains:
        asked = asked_in(domain, draft.profile)
        answered = sum(draft.answers.get(item.id, BLANK).choice is not None for item in asked)
        sections.append(Step(domain.id, domain.name, _address(draft, domain.id), answered, len(asked)))
    return [
        Step(PROFILE, None, _address(draft, PROFILE)),
        *sections,
        Step(REVIEW, None, _address(draft, REVIEW)),
    ]


def known_destinations(instrument: Instrument) -> set[str]:
    """What the buttons of a page may ask for in `go`."""
    return {PROFILE, REVIEW, NEXT, STAY, *(domain.id for domain in instrument.domains)}


def after_saving(draft: Draft, instrument: Instrument, here: str) -> str:
    """The address that the pressed button asks for; without one, the same page again."""
    order = [PROFILE, *(domain.id for domain in instrument.domains), REVIEW]
    wish = request.form.get("go", STAY)
    if wish == NEXT:
        wish = order[order.index(here) + 1]
    return _address(draft, wish if wish in order else here) + "?saved"


def without_draft(organization_id: str, year: int) -> ResponseReturnValue:
    """What a page answers whose draft is one no more: it keeps what was typed, and says where to go."""
    revisions = [revision for revision in history(reading(), organization_id) if revision.year == year]
    number, _dash, digest = request.form.get("revision", "").partition("-")
    if not revisions and not digest:
        abort(404)
    if request.method == "GET":
        return redirect(url_for("organizations.show", organization_id=organization_id), 303)
    if digest.isalnum():
        with suppress(NoResultFound):
            g.instrument = recall(reading(), digest)  # what was typed is shown beside the questions as they were then
    if not any(str(revision.number) == number and not revision.is_draft for revision in revisions):
        return kept(
            _("This draft was deleted meanwhile"),
            _(
                "Somebody deleted this draft while your page was open, so nothing can be added to it."
                " What you typed is below. The organization’s page shows what there is now."
            ),
            409,
            may_be_sent=False,
        )
    return kept(
        _("These answers were submitted meanwhile"),
        _(
            "Somebody submitted this assessment while your page was open, so nothing more can be added to it."
            " What you typed is below. To change the answers, go to the organization’s page and choose Amend."
        ),
        409,
        may_be_sent=False,
    )


def _address(draft: Draft, step_id: str) -> str:
    organization_id, year = draft.organization_id, draft.year
    if step_id == PROFILE:
        return url_for("profiles.edit", organization_id=organization_id, year=year)
    if step_id == REVIEW:
        return url_for("assessments.review", organization_id=organization_id, year=year)
    return url_for("questions.show", organization_id=organization_id, year=year, domain_id=step_id)
