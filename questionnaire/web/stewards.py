"""The steward, whom the peer workers chose: accepts, agrees on the terms, makes the slips, and reads closing words.

While a round is open a steward sees of its forms one bit, in the last three days; nobody else sees even that.
"""

import hashlib
from datetime import date, timedelta

from flask import Blueprint, Response, abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy import Connection
from wtforms import BooleanField, Form, StringField, ValidationError

from questionnaire.core.access import PrincipalKind, Role
from questionnaire.core.answers import NAME_LIMIT
from questionnaire.core.rounds import (
    MOST_DAYS,
    Sheet,
    Side,
    Way,
    most_slips,
    organization_sees_from,
    peers_see_from,
)
from questionnaire.store import access, closing, database, rounds, sessions, slips
from questionnaire.store.keys import KeyLostError
from questionnaire.web import fields
from questionnaire.web.access import current_round, requires, session_token
from questionnaire.web.actions import DayField
from questionnaire.web.attempts import costly
from questionnaire.web.links import address_of, keep_fresh, need_address, take_fresh
from questionnaire.web.rounds import agree as agree_to
from questionnaire.web.rounds import change_terms, instrument_of, name_of, slip_address
from questionnaire.web.site import gettext as _
from questionnaire.web.site import language, reading, site, writing

PDF = "application/pdf"

blueprint = Blueprint("stewards", __name__, url_prefix="/rounds/<round_id>")


class AcceptForm(Form):
    """Who accepts, as the peer workers know them."""

    name = StringField(
        filters=[fields.tidy],
        validators=[fields.needed(lambda: _("Write your name.")), fields.text(NAME_LIMIT)],
    )
    chosen = BooleanField()

    def validate_chosen(self, field: BooleanField) -> None:
        """A steward whom the peer workers did not choose is none."""
        if not field.data:
            raise ValidationError(_("Only somebody whom the peer workers chose can be their steward."))


class ExtendForm(Form):
    """A later last day."""

    closes_on = DayField(filters=[fields.tidy])


@blueprint.get("")
@requires(Role.STEWARD)
def show(round_id: str) -> ResponseReturnValue:
    """What is to be done now."""
    return _page(round_id, AcceptForm())


def _page(round_id: str, form: AcceptForm, wrong: str | None = None) -> str:
    found, today, limits = current_round(round_id), site().today(), site().limits
    form.name.label.text = _("Your name, as the other peer workers know you")
    form.chosen.label.text = _("The peer workers chose me, and I want to do this")
    counting, pending = slips.made(reading(), round_id)
    closes_on = found.closes_on or found.terms.closes_on
    return render_template(
        "stewards/show.html",
        found=found,
        name=name_of(found),
        form=form,
        wrong=wrong,
        is_open=found.is_open(on=today),
        is_over=found.result is not None or found.is_due(on=today),
        is_deleted=found.result is not None,
        is_meeting=found.way is Way.MEETING,
        counting=counting,
        pending=pending,
        left=most_slips(found.terms.peer_workers) - counting,
        enough=closing.is_enough(reading(), site().keys, found, on=today, limits=limits),
        peers_from=peers_see_from(closes_on),
        organization_from=organization_sees_from(closes_on, limits),
        address=slip_address(found),
        limits=limits,
        reads_words=found.words is not None and not found.words_shown,
    )


@blueprint.post("/accept")
@requires(Role.STEWARD)
def accept(round_id: str) -> ResponseReturnValue:
    """Become the steward: from now on only the steward's own link works, not the one that the owner has seen."""
    form = AcceptForm(request.form)
    wrong = fields.strangers(request.form, {"csrf_token", "name", "chosen"})
    wrong = wrong or _wrong_with_owner(current_round(round_id))
    if wrong or not form.validate():
        return _page(round_id, form, wrong), 400
    need_address()
    try:
        with writing() as connection:
            token = rounds.accept(connection, round_id, form.name.data or "", on=site().today())
            _hold(connection, token)
    except rounds.TermsChangedError:
        abort(404)
    keep_fresh(round_id, token)
    return redirect(url_for(".link", round_id=round_id), 303)


@blueprint.get("/link")
@requires(Role.STEWARD)
def link(round_id: str) -> ResponseReturnValue:
    """The steward's own link, shown this once."""
    token = take_fresh(round_id)
    return render_template(
        "stewards/link.html",
        found=current_round(round_id),
        name=name_of(current_round(round_id)),
        link=address_of(token) if token else None,
    )


@blueprint.post("/link")
@requires(Role.STEWARD)
def renew(round_id: str) -> ResponseReturnValue:
    """Another link of one's own; the older one stops working."""
    need_address()
    if not current_round(round_id).steward:
        abort(404)
    with writing() as connection:
        token = rounds.renew_link(connection, round_id, accepted=True, on=site().today())
        _hold(connection, token)
    keep_fresh(round_id, token)
    return redirect(url_for(".link", round_id=round_id), 303)


@blueprint.route("/terms", methods=["GET", "POST"])
@requires(Role.STEWARD)
def terms(round_id: str) -> ResponseReturnValue:
    """Other terms, to which the owner must agree anew."""
    if not current_round(round_id).steward:
        abort(404)
    return change_terms(round_id, Side.STEWARD) or back(round_id)


@blueprint.post("/agree")
@requires(Role.STEWARD)
def agree(round_id: str) -> ResponseReturnValue:
    """Agree to the terms as they were seen."""
    agree_to(round_id, Side.STEWARD)
    return back(round_id)


@blueprint.post("/slips.pdf")
@requires(Role.STEWARD)
@costly
def make_slips(round_id: str) -> ResponseReturnValue:
    """A sheet of slips: the codes stand on it, and nowhere else. They count once its steward says that it arrived."""
    from questionnaire.output.pdf_slips import slips_pdf

    need_address()
    found = current_round(round_id)
    number = fields.whole(request.form.get("number", "")) or 0
    try:
        key = site().keys.find(round_id)
        with writing() as connection:
            codes = slips.make(connection, key, found, number, on=site().today())
    except slips.TooManyError as error:
        flash(_("There may be %(left)s more slips at most. None was made.", left=error.left))
        return back(round_id)
    except (rounds.NotOpenError, KeyLostError):
        flash(_("No slips can be made for this round now."))
        return back(round_id)
    found = current_round(round_id)
    content = slips_pdf(_sheet(found, codes), language())
    return handed(content, f"slips-{found.year}.pdf")


@blueprint.post("/slips")
@requires(Role.STEWARD)
def count_slips(round_id: str) -> ResponseReturnValue:
    """Let the slips count whose sheet has arrived."""
    with writing() as connection:
        number = slips.activate(connection, round_id)
    if number:
        flash(_("The slips count from now on. Cut them, and hand them out."))
    else:
        flash(_("There is no new sheet. Make one first."))
    return back(round_id)


@blueprint.get("/form.pdf")
@requires(Role.STEWARD)
@costly
def paper(round_id: str) -> ResponseReturnValue:
    """The form on paper."""
    from questionnaire.output.pdf_voice_form import voice_form_pdf

    found = current_round(round_id)
    content = voice_form_pdf(instrument_of(found), words=found.terms.words, say=language())
    return handed(content, "form.pdf")


@blueprint.route("/extend", methods=["GET", "POST"])
@requires(Role.STEWARD)
def extend(round_id: str) -> ResponseReturnValue:
    """A later last day, once."""
    found = current_round(round_id)
    if not found.is_open(on=site().today()) or found.extended or found.closes_on is None or found.way is Way.MEETING:
        abort(404)
    form = ExtendForm(request.form or None)
    form.closes_on.label.text = _("New last day")
    last = found.closes_on + timedelta(days=MOST_DAYS)
    if request.method == "POST" and form.validate():
        day = form.closes_on.day
        if day is None or not found.closes_on < day <= last:
            form.closes_on.errors = [_later(found.closes_on, last)]
        else:
            with writing() as connection:
                rounds.extend(connection, round_id, day, on=site().today())
            flash(_("The round closes later now. Tell everybody: the slips name the old day."))
            return back(round_id)
    page = render_template("stewards/extend.html", found=found, name=name_of(found), form=form)
    return page, 400 if request.method == "POST" else 200


@blueprint.route("/words", methods=["GET", "POST"])
@requires(Role.STEWARD)
def read_words(round_id: str) -> ResponseReturnValue:
    """The closing words, which the steward alone reads first, and strikes where they tell who wrote them."""
    found = current_round(round_id)
    if found.words is None or found.words_shown:
        abort(404)
    known = {_mark(one): one for one in found.words}
    wrong = fields.strangers(request.form, {"csrf_token", *(f"strike:{mark}" for mark in known)})
    if request.method == "POST" and not wrong:
        left = [one for mark, one in known.items() if f"strike:{mark}" not in request.form]
        with writing() as connection:
            closing.keep_words(connection, round_id, left)
        database.scrub(site().engine)
        flash(_("What you left stands beside the result now. What you struck is deleted."))
        return back(round_id)
    page = render_template("stewards/words.html", found=found, name=name_of(found), known=known, wrong=wrong)
    return page, 400 if wrong else 200


@blueprint.route("/call-off", methods=["GET", "POST"])
@requires(Role.STEWARD)
def call_off(round_id: str) -> ResponseReturnValue:
    """End the round without a result, with all that was handed in."""
    found = current_round(round_id)
    if found.result is not None or found.is_due(on=site().today()):
        abort(404)
    if request.method == "GET":
        return render_template("stewards/call_off.html", found=found, name=name_of(found))
    with writing() as connection:
        rounds.call_off(connection, site().keys, round_id)
    database.scrub(site().engine)
    flash(_("The round is called off. All that was handed in is deleted."))
    return redirect(url_for("organizations.home"), 303)


def _wrong_with_owner(found: rounds.Round) -> str | None:
    """A manager sees no code: who has opened this organization as its owner in this browser is no steward of it."""
    held = access.held(reading(), session_token() or "", found.organization_id, on=site().today())
    if held is None or held.role is not Role.OWNER:
        return None
    return _(
        "In this browser you are the owner of the organization, and the owner cannot be the steward. Give the link to"
        " the person whom the peer workers chose."
    )


def _hold(connection: Connection, token: str) -> None:
    """Let this browser keep what a link that was just made opens, for the one it came by has ended."""
    made = access.find_link(connection, token, on=site().today())
    if made:
        sessions.hold(connection, session_token() or "", PrincipalKind.CAPABILITY, made.capability_id)


def _sheet(found: rounds.Round, codes: tuple[str, ...]) -> Sheet:
    closes_on = found.closes_on or found.terms.closes_on
    return Sheet(
        organization=name_of(found),
        year=found.year,
        steward=found.steward,
        closes_on=closes_on,
        peers_from=peers_see_from(closes_on),
        organization_from=organization_sees_from(closes_on, site().limits),
        terms=found.terms,
        address=slip_address(found),
        codes=codes,
    )


def back(round_id: str) -> ResponseReturnValue:
    """To the steward's page."""
    return redirect(url_for("stewards.show", round_id=round_id), 303)


def _later(first: date, last: date) -> str:
    return _(
        "Choose a day after %(first)s, up to %(last)s.", first=language().date(first), last=language().date(last)
    )


def _mark(words: str) -> str:
    return hashlib.sha256(words.encode()).hexdigest()[:16]


def handed(content: bytes, name: str) -> Response:
    """A PDF to keep."""
    return Response(content, mimetype=PDF, headers={"Content-Disposition": f"attachment; filename=alongside-{name}"})
