"""Answers given together: paper forms of which the steward types in the totals, and the one answer of a meeting."""

from flask import Blueprint, abort, flash, render_template, request
from flask.typing import ResponseReturnValue
from wtforms import BooleanField, Form, ValidationError

from questionnaire.core.access import Role
from questionnaire.core.instrument import Instrument
from questionnaire.core.rounds import Way
from questionnaire.core.text import showable
from questionnaire.core.voices import LEVELS, agreed, mirrored, totals
from questionnaire.store import closing, database, rounds, slips
from questionnaire.store.keys import KeyLostError
from questionnaire.web import fields
from questionnaire.web.access import current_round, requires
from questionnaire.web.rounds import instrument_of, name_of
from questionnaire.web.site import gettext as _
from questionnaire.web.site import language, reading, site, writing
from questionnaire.web.stewards import back, handed

blueprint = Blueprint("together", __name__, url_prefix="/rounds/<round_id>")


class MeetingForm(Form):
    """Whether the group says so."""

    allowed = BooleanField()

    def validate_allowed(self, field: BooleanField) -> None:
        """Without the group's word nothing is shown, so nothing is kept."""
        if not field.data:
            raise ValidationError(_("Hand it in only if the group says that it may be shown. Nothing was kept."))


@blueprint.get("/totals.pdf")
@requires(Role.STEWARD)
def counting_sheet(round_id: str) -> ResponseReturnValue:
    """A sheet to count paper forms on."""
    from questionnaire.output.pdf_voice_form import totals_form_pdf

    return handed(totals_form_pdf(instrument_of(current_round(round_id)), language()), "totals.pdf")


@blueprint.route("/totals", methods=["GET", "POST"])
@requires(Role.STEWARD)
def type_totals(round_id: str) -> ResponseReturnValue:
    """What was counted on paper, typed in once."""
    found, instrument = current_round(round_id), instrument_of(current_round(round_id))
    if not found.is_open(on=site().today()) or found.way is not Way.SLIPS or any(slips.made(reading(), round_id)):
        abort(404)
    typed = {name: showable(value.strip()) for name, value in request.form.items()}
    items = [item for domain in instrument.domains for item in mirrored(domain)]
    names = {f"{item.id}:{level}" for item in items for level in range(LEVELS)}
    wrong = fields.strangers(request.form, {"csrf_token", "forms", *names})
    faults = _faults(instrument, typed) if request.method == "POST" else {}
    if request.method == "POST" and not wrong and not faults:
        counts = {item.id: _row(typed, item.id) for item in items}
        tally = totals(instrument, fields.whole(typed.get("forms", "")) or 0, counts)
        try:
            with writing() as connection:
                closing.put_totals(connection, site().keys.find(round_id), round_id, tally, on=site().today())
        except (rounds.NotOpenError, KeyLostError):
            abort(404)
        database.scrub(site().engine)
        flash(_("The totals are counted. You can throw the paper forms away safely now."))
        return back(round_id)
    page = render_template(
        "together/totals.html",
        found=found,
        name=name_of(found),
        instrument=instrument,
        domains=[(domain, mirrored(domain)) for domain in instrument.domains if mirrored(domain)],
        typed=typed,
        wrong=wrong,
        faults=faults,
    )
    return page, 400 if request.method == "POST" else 200


@blueprint.route("/meeting", methods=["GET", "POST"])
@requires(Role.STEWARD)
def meeting(round_id: str) -> ResponseReturnValue:
    """The one answer that a group too small for slips agreed on in its meeting."""
    found, instrument = current_round(round_id), instrument_of(current_round(round_id))
    if not found.is_open(on=site().today()) or found.way is not Way.MEETING:
        abort(404)
    items = [item for domain in instrument.domains for item in mirrored(domain)]
    form = MeetingForm(request.form or None)
    form.allowed.label.text = _("The group says that this may be shown, and knows that it is not anonymous")
    known = {"csrf_token", "allowed", *(f"{item.id}:level" for item in items)}
    wrong = fields.strangers(request.form, known)
    if request.method == "POST" and not wrong and form.validate():
        said = {item.id: request.form.get(f"{item.id}:level", "") for item in items}
        levels = {item_id: int(level) for item_id, level in said.items() if level in set("01234")}
        with writing() as connection:
            closing.put_agreed(connection, round_id, agreed(instrument, levels), on=site().today())
        flash(_("It is handed in. You see it first; the organization sees it in two days."))
        return back(round_id)
    page = render_template(
        "together/meeting.html",
        found=found,
        name=name_of(found),
        domains=[(domain, mirrored(domain)) for domain in instrument.domains if mirrored(domain)],
        form=form,
        typed=request.form,
        wrong=wrong,
    )
    return page, 400 if request.method == "POST" else 200


def _row(typed: dict[str, str], item_id: str) -> tuple[int, ...]:
    return tuple(fields.whole(typed.get(f"{item_id}:{level}") or "0") or 0 for level in range(LEVELS))


def _faults(instrument: Instrument, typed: dict[str, str]) -> dict[str, str]:
    """What is wrong with totals: no numbers, or more answers to a question than there are forms."""
    forms = fields.whole(typed.get("forms", ""))
    if forms is None or forms < 1:
        return {"forms": _("Give the number of forms.")}
    found = {}
    for domain in instrument.domains:
        for item in mirrored(domain):
            row = [typed.get(f"{item.id}:{level}") or "0" for level in range(LEVELS)]
            if any(fields.whole(number) is None for number in row):
                found[item.id] = _("Give whole numbers, or leave a box empty.")
            elif sum(map(int, row)) > forms:
                found[item.id] = _("These are more answers than there are forms.")
    return found
