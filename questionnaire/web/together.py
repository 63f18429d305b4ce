"""Answers given together: paper forms of which the steward types in the totals, and the one answer of a meeting."""

from flask import Blueprint, abort, flash, render_template, request
from flask.typing import ResponseReturnValue
from wtforms import BooleanField, Form, ValidationError

from questionnaire.core.access import Role
from questionnaire.core.instrument import Instrument
from questionnaire.core.rounds import Way, organization_sees_from
from questionnaire.core.text import showable
from questionnaire.core.voices import LEVELS, agreed, mirrored, totals
from questionnaire.store import closing, database, slips
from questionnaire.store.keys import KeyLostError
from questionnaire.web import fields
from questionnaire.web.access import current_round, requires
from questionnaire.web.attempts import costly
from questionnaire.web.errors import kept
from questionnaire.web.rounds import instrument_of, name_of
from questionnaire.web.site import gettext as _
from questionnaire.web.site import language, reading, site, writing
from questionnaire.web.stewards import back, handed

INSTEAD = "instead"  # of the slips that were made

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
@costly
def counting_sheet(round_id: str) -> ResponseReturnValue:
    """A sheet to count paper forms on."""
    from questionnaire.output.pdf_voice_form import totals_form_pdf

    return handed(totals_form_pdf(instrument_of(current_round(round_id)), language()), "totals.pdf")


@blueprint.route("/totals", methods=["GET", "POST"])
@requires(Role.STEWARD)
def type_totals(round_id: str) -> ResponseReturnValue:
    """What was counted on paper, typed in once."""
    found, instrument = current_round(round_id), instrument_of(current_round(round_id))
    if not found.is_open(on=site().today()) or found.way is not Way.SLIPS:
        abort(404)
    has_slips = any(slips.made(reading(), round_id))
    typed = {name: showable(value.strip()) for name, value in request.form.items()}
    items = [item for domain in instrument.domains for item in mirrored(domain)]
    names = {f"{item.id}:{level}" for item in items for level in range(LEVELS)}
    wrong = fields.strangers(request.form, {"csrf_token", "forms", INSTEAD, *names})
    faults = _faults(instrument, typed, found.terms.peer_workers) if request.method == "POST" else {}
    if request.method == "POST" and has_slips and INSTEAD not in typed:
        faults[INSTEAD] = _("Say that these totals take the place of the slips.")
    if request.method == "POST" and not wrong and not faults:
        counts = {item.id: _row(typed, item.id) for item in items}
        tally = totals(instrument, fields.whole(typed.get("forms", "")) or 0, counts)
        try:
            with writing() as connection:
                closing.put_totals(connection, site().keys.find(round_id), round_id, tally, on=site().today())
        except KeyLostError:
            said = _(
                "The key of the round cannot be read just now, so nothing was counted. Wait, then press the button."
            )
            return kept(_("This could not be done right now"), said, 503)
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
        has_slips=has_slips,
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
        answer, today = agreed(instrument, levels), site().today()
        if answer.domains:
            with writing() as connection:
                closing.put_agreed(connection, round_id, answer, on=today)
            first = organization_sees_from(today, site().limits)
            flash(
                _(
                    "It is handed in. You see it first; the organization sees it from %(day)s.",
                    day=language().date(first),
                )
            )
            return back(round_id)
        wrong = _(
            "No topic has an answer to three of its questions, so there would be nothing to show. Nothing was handed"
            " in. If you do not agree on more, let the last day pass."
        )
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


def _faults(instrument: Instrument, typed: dict[str, str], peer_workers: int) -> dict[str, str]:
    """What is wrong with totals: no numbers, no answers, or more of them than there can be."""
    forms = fields.whole(typed.get("forms", ""))
    if forms is None or forms < 1:
        return {"forms": _("Give the number of forms.")}
    if forms > peer_workers:
        return {
            "forms": _(
                "By the terms there are %(number)s peer workers. With more forms than that there is no result: count"
                " again.",
                number=peer_workers,
            )
        }
    found = {}
    for domain in instrument.domains:
        for item in mirrored(domain):
            row = [typed.get(f"{item.id}:{level}") or "0" for level in range(LEVELS)]
            if any(fields.whole(number) is None for number in row):
                found[item.id] = _("Give whole numbers, or leave a box empty.")
            elif sum(map(int, row)) > forms:
                found[item.id] = _("These are more answers than there are forms.")
    if not found and not any(value for name, value in typed.items() if ":" in name):
        return {"forms": _("There are no answers below. Type in what you counted.")}
    return found
