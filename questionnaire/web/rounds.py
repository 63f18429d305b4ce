"""Rounds, as an organization sees them: proposed by its owner, agreed with a steward, and read once they are closed.

Of the forms an owner sees nothing while a round is open, and afterwards the frozen result, after the peer workers.
"""

from datetime import date, timedelta

from flask import Blueprint, abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from wtforms import BooleanField, Form, StringField, ValidationError

from questionnaire.core.access import Role
from questionnaire.core.answers import MOST_PEER_WORKERS, NAME_LIMIT
from questionnaire.core.instrument import Instrument
from questionnaire.core.rounds import MOST_DAYS, PAY_LIMIT, Side, Terms, organization_sees_from
from questionnaire.store import assessments, closing, database, instruments, organizations, rounds
from questionnaire.web import fields
from questionnaire.web.access import current, requires
from questionnaire.web.actions import DayField
from questionnaire.web.fields import ChoiceField
from questionnaire.web.links import address_of, keep_fresh, need_address, take_fresh
from questionnaire.web.site import gettext as _
from questionnaire.web.site import language, reading, site, writing

USUAL_DAYS = 21

blueprint = Blueprint("rounds", __name__, url_prefix="/organizations/<organization_id>/rounds")


def _in_time(form: Form, field: DayField) -> None:
    """Open long enough that nobody is found by when they answered; a meeting has just its day."""
    today, limits = site().today(), site().limits
    workers = fields.whole(form["peer_workers"].data or "") or 0
    first = today + timedelta(days=limits.days if workers >= limits.forms else 0)
    last = today + timedelta(days=max(MOST_DAYS, limits.days))
    if field.day is None:
        raise ValidationError(_("Say which day."))
    if not first <= field.day <= last:
        raise ValidationError(
            _("Choose a day from %(first)s to %(last)s.", first=language().date(first), last=language().date(last))
        )


class TermsForm(Form):
    """What owner and steward both agree to; `seen` is what its writer saw."""

    peer_workers = StringField(filters=[fields.tidy], validators=[fields.whole_number(1, MOST_PEER_WORKERS)])
    closes_on = DayField(filters=[fields.tidy], validators=[_in_time])
    pay = StringField(
        filters=[fields.tidy],
        validators=[fields.needed(lambda: _("Say how everybody is paid for the time.")), fields.text(PAY_LIMIT)],
    )
    board = BooleanField()
    network = BooleanField()
    words = BooleanField()
    operator = StringField(
        filters=[fields.tidy],
        validators=[
            fields.needed(lambda: _("Say who runs this machine.")),
            fields.text(NAME_LIMIT),
        ],
    )
    by_employer = BooleanField()
    seen = StringField()

    @property
    def terms(self) -> Terms:
        """The terms in a valid form."""
        return Terms(
            peer_workers=int(self.peer_workers.data or 0),
            closes_on=self.closes_on.day or site().today(),
            board=self.board.data,
            network=self.network.data,
            words=self.words.data,
            pay=self.pay.data or "",
            operator=self.operator.data or "",
            by_employer=self.by_employer.data,
        )


class ProposalForm(TermsForm):
    """The same, and the assessment that the round stands beside."""

    assessment = ChoiceField()


def label(form: TermsForm) -> None:
    """Say what each field asks."""
    form.peer_workers.label.text = _("How many peer workers are asked?")
    form.closes_on.label.text = _("Last day to hand in a form")
    form.pay.label.text = _("How is everybody paid for the time, whether or not they answer?")
    form.board.label.text = _("The board may see the result, too, and whoever gets a report with it")
    form.network.label.text = _("The network may use the result, too, in its group figures")
    form.words.label.text = _("Peer workers may add closing words")
    form.operator.label.text = _("Who runs the machine that this site is on?")
    form.by_employer.label.text = _("That is the organization itself, the employer")


def shown_terms(terms: Terms) -> dict[str, object]:
    """The terms as a form shows them."""
    return {**terms.model_dump(), "peer_workers": str(terms.peer_workers), "closes_on": str(terms.closes_on)}


def known_fields(form: TermsForm) -> set[str]:
    """What such a form may send."""
    return {"csrf_token", *(field.name for field in form)}


def change_terms(round_id: str, side: Side) -> ResponseReturnValue | None:
    """Change the terms by a form, for whoever does; None once that is done."""
    found = rounds.find(reading(), round_id)
    if found is None or found.opened_on is not None:
        abort(404)
    form = TermsForm(request.form or None, data={**shown_terms(found.terms), "seen": found.terms.fingerprint})
    label(form)
    wrong = fields.strangers(request.form, known_fields(form))
    if request.method == "POST" and not wrong and form.validate():
        try:
            with writing() as connection:
                is_other = rounds.change_terms(
                    connection, round_id, form.terms, side, seen=form.seen.data or "", limits=site().limits
                )
        except rounds.TermsChangedError:
            wrong = _(
                "Somebody else changed the terms meanwhile. What you typed is still here: compare, then decide."
            )
        else:
            flash(
                _("Saved. The other side must agree to these terms before the round opens.")
                if is_other
                else _("Nothing was changed: these are the terms as they were.")
            )
            return None
    page = render_template("rounds/change.html", form=form, wrong=wrong, found=found, side=side, limits=site().limits)
    return page, 400 if request.method == "POST" else 200


def agree(round_id: str, side: Side) -> None:
    """Agree to the terms that were seen, and say what came of it."""
    try:
        with writing() as connection:
            opened = rounds.agree(
                connection,
                site().keys,
                round_id,
                side,
                seen=request.form.get("seen", ""),
                on=site().today(),
                limits=site().limits,
            )
    except rounds.TermsChangedError:
        flash(_("The terms were changed meanwhile. Read them as they are now, and agree again."))
    except rounds.TooShortError as error:
        flash(_("The last day is too near. Change it to %(day)s or later.", day=language().date(error.first)))
    except rounds.TooSoonError as error:
        flash(too_soon(error.first))
    except rounds.RoundTakenError:
        flash(_("Another round of this organization is not over yet. Nothing was opened."))
    except OSError:
        flash(_("The key of the round could not be kept, so nothing was opened. Tell whoever runs this site."))
    else:
        flash(_("The round is open.") if opened else _("You agreed. The other side has to agree, too."))


def too_soon(first: date) -> str:
    """Why no round may open, and from when one may."""
    return _(
        "Peer workers were asked not long ago: two results close together could show who said what."
        " Another round may open from %(day)s.",
        day=language().date(first),
    )


def name_of(found: rounds.Round) -> str:
    """The name of the organization that a round is about."""
    return organizations.name_of(reading(), found.organization_id) or ""


def slip_address(found: rounds.Round) -> str:
    """What stands on the slips: where a code is typed, and where the result will stand."""
    return f"{site().settings.public_url or ''}{url_for('voices.enter', handle=found.handle)}"


def instrument_of(found: rounds.Round) -> Instrument:
    """The questions of a round: those of its assessment."""
    return instruments.recall(reading(), found.instrument_digest)


@blueprint.get("")
@requires(Role.VIEWER)
def show(organization_id: str) -> ResponseReturnValue:
    """Every round, and how far it has come."""
    found, today = rounds.listed(reading(), organization_id), site().today()
    return render_template(
        "rounds/show.html",
        rounds=found,
        today=today,
        sees_from={one.round_id: _sees_from(one) for one in found},
        owns=current().role is Role.OWNER,
        is_free=all(one.is_over(on=today, limits=site().limits) for one in found),
        first=rounds.first_day(found, on=today, limits=site().limits),
        limits=site().limits,
    )


@blueprint.route("/new", methods=["GET", "POST"])
@requires(Role.OWNER)
def propose(organization_id: str) -> ResponseReturnValue:
    """A new round beside an assessment that was submitted; its steward gets a link."""
    need_address()
    today = site().today()
    form = ProposalForm(
        request.form or None,
        data={"closes_on": str(today + timedelta(days=USUAL_DAYS)), "operator": site().settings.operator},
    )
    label(form)
    form.assessment.label.text = _("Beside which assessment?")
    form.assessment.options = _submitted(organization_id)
    if len(form.assessment.options) == 1 and request.method == "GET":
        form.assessment.data = form.assessment.options[0][0]
    wrong = fields.strangers(request.form, known_fields(form))
    if request.method == "POST" and not wrong and form.validate():
        year, number = map(int, (form.assessment.data or "").split("-"))
        try:
            with writing() as connection:
                round_id, token = rounds.propose(
                    connection, organization_id, year, number, form.terms, on=today, limits=site().limits
                )
        except rounds.TooSoonError as error:
            wrong = too_soon(error.first)
        except rounds.RoundTakenError:
            wrong = _("This organization has a round that is not over yet: its result stands here first.")
        else:
            keep_fresh(organization_id, token)
            return redirect(url_for(".link", organization_id=organization_id, round_id=round_id), 303)
    page = render_template("rounds/propose.html", form=form, wrong=wrong, limits=site().limits)
    return page, 400 if request.method == "POST" else 200


@blueprint.get("/<round_id>")
@requires(Role.VIEWER)
def one(organization_id: str, round_id: str) -> ResponseReturnValue:
    """One round: its terms, who agreed, and its result once peer workers have had it for two days."""
    found = _round(organization_id, round_id)
    today = site().today()
    sees_from = _sees_from(found)
    result = None
    if sees_from and sees_from <= today:
        result = closing.result_of(reading(), site().keys, found, on=today, limits=site().limits)
    return render_template(
        "rounds/one.html",
        found=found,
        today=today,
        sees_from=sees_from,
        result=result,
        instrument=instrument_of(found),
        words=found.words if result and found.words_shown else None,
        is_open=found.is_open(on=today),
        is_waiting=bool(sees_from and sees_from <= today and result is None),
        owns=current().role is Role.OWNER,
        limits=site().limits,
    )


@blueprint.get("/<round_id>/steward-link")
@requires(Role.OWNER)
def link(organization_id: str, round_id: str) -> ResponseReturnValue:
    """The steward's link, shown this once; it ends when the steward accepts."""
    found = _round(organization_id, round_id)
    token = take_fresh(organization_id)
    return render_template("rounds/link.html", found=found, link=address_of(token) if token else None)


@blueprint.post("/<round_id>/steward-link")
@requires(Role.OWNER)
def renew(organization_id: str, round_id: str) -> ResponseReturnValue:
    """Another link, as long as nobody has accepted: afterwards only the steward has one."""
    found = _round(organization_id, round_id)
    need_address()
    if found.steward:
        abort(404)
    with writing() as connection:
        token = rounds.renew_link(connection, round_id, accepted=False, on=site().today())
    keep_fresh(organization_id, token)
    return redirect(url_for(".link", organization_id=organization_id, round_id=round_id), 303)


@blueprint.route("/<round_id>/terms", methods=["GET", "POST"])
@requires(Role.OWNER)
def terms(organization_id: str, round_id: str) -> ResponseReturnValue:
    """Other terms, to which the steward must agree anew."""
    _round(organization_id, round_id)
    page = change_terms(round_id, Side.OWNER)
    return page or redirect(url_for(".one", organization_id=organization_id, round_id=round_id), 303)


@blueprint.post("/<round_id>/agree")
@requires(Role.OWNER)
def accept_terms(organization_id: str, round_id: str) -> ResponseReturnValue:
    """Agree to the terms as the steward left them."""
    _round(organization_id, round_id)
    agree(round_id, Side.OWNER)
    return redirect(url_for(".one", organization_id=organization_id, round_id=round_id), 303)


@blueprint.route("/<round_id>/call-off", methods=["GET", "POST"])
@requires(Role.OWNER)
def call_off(organization_id: str, round_id: str) -> ResponseReturnValue:
    """End a round without a result, with all that was handed in."""
    found = _round(organization_id, round_id)
    if found.result is not None or found.is_due(on=site().today()):
        abort(404)
    if request.method == "GET":
        return render_template("rounds/call_off.html", found=found)
    with writing() as connection:
        rounds.call_off(connection, site().keys, round_id)
    database.scrub(site().engine)
    flash(_("The round is called off. All that was handed in is deleted."))
    return redirect(url_for(".show", organization_id=organization_id), 303)


def _round(organization_id: str, round_id: str) -> rounds.Round:
    found = rounds.find(reading(), round_id) if "\0" not in round_id else None
    if found is None or found.organization_id != organization_id:
        abort(404)
    return found


def _sees_from(found: rounds.Round) -> date | None:
    """From when the organization sees the result: two days after the peer workers."""
    return None if found.closes_on is None else organization_sees_from(found.closes_on, site().limits)


def _submitted(organization_id: str) -> list[tuple[str, str]]:
    """The newest submission of each year, the newest year first."""
    newest: dict[int, assessments.Revision] = {}
    for revision in assessments.history(reading(), organization_id):
        if not revision.is_draft:
            newest.setdefault(revision.year, revision)
    return [
        (f"{one.year}-{one.number}", _("%(year)s, revision %(revision)s", year=one.year, revision=one.number))
        for one in newest.values()
    ]
