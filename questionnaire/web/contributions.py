"""Contributions: an owner makes one for a network of another site; a facilitator takes what others made."""

from uuid import UUID

from flask import Blueprint, Response, abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from wtforms import FileField, Form, StringField
from wtforms.validators import ValidationError

from questionnaire.core.access import Role
from questionnaire.core.answers import NAME_LIMIT
from questionnaire.core.contributions import (
    LARGEST,
    Contribution,
    RefusedContributionError,
    contribute,
    number_of,
    read,
    schema,
    write,
)
from questionnaire.core.events import Event
from questionnaire.core.instrument import Instrument
from questionnaire.store import assessments, contributions, instruments
from questionnaire.store.contributions import CountsElsewhereError, Taken, YearReleasedError
from questionnaire.web import events, fields
from questionnaire.web.access import current, current_network, public, requires
from questionnaire.web.fields import ChoiceField
from questionnaire.web.reports import JSON
from questionnaire.web.security import takes_files
from questionnaire.web.site import gettext as _
from questionnaire.web.site import language, reading, site, writing

blueprint = Blueprint("contributions", __name__)


class WishForm(Form):
    """Of which year, and for which network."""

    year = ChoiceField()
    network = StringField(filters=[fields.tidy])

    def validate_network(self, field: StringField) -> None:
        """The code of a network is a UUID, as its facilitator's page shows it."""
        try:
            field.data = str(UUID(field.data or ""))
        except ValueError:
            raise ValidationError(_("This is no code of a network. Ask its facilitator for it.")) from None


class TakingForm(Form):
    """A file, and whose it is."""

    label = StringField(
        filters=[fields.tidy],
        validators=[fields.needed(lambda: _("Say whose contribution it is.")), fields.text(NAME_LIMIT)],
    )
    file = FileField()


@blueprint.route("/organizations/<organization_id>/contributions", methods=["GET", "POST"])
@requires(Role.OWNER)
def wish(organization_id: str) -> ResponseReturnValue:
    """What was made, and the form that leads to another, all of which is then shown before it is made."""
    form = WishForm(request.form or None)
    form.year.label.text, form.network.label.text = _("Which year?"), _("What is the code of the network?")
    years = contributions.newest_submissions(reading(), organization_id) if not current().is_case else {}
    form.year.options = [(str(year), str(year)) for year in years]
    wrong = fields.strangers(request.form, {"csrf_token", *(field.name for field in form)})
    if request.method == "POST" and not wrong and form.validate():
        year, network = int(form.year.data or 0), UUID(form.network.data)
        return redirect(url_for(".make", organization_id=organization_id, year=year, network=network), 303)
    page = render_template(
        "contributions/wish.html",
        form=form,
        wrong=wrong,
        sent=contributions.sent(reading(), organization_id),
    )
    return page, 400 if request.method == "POST" else 200


@blueprint.route("/organizations/<organization_id>/contributions/<int:year>/<uuid:network>", methods=["GET", "POST"])
@requires(Role.OWNER)
def make(organization_id: str, year: int, network: UUID) -> ResponseReturnValue:
    """All that the contribution would hold; then its file."""
    contribution, instrument = _contribution(organization_id, year, str(network))
    if request.method == "GET":
        return _shown(contribution, instrument)
    try:
        with writing() as connection:
            contributions.note_sent(connection, organization_id, contribution, on=site().today())
            events.note(connection, Event.CONTRIBUTED, year=year)
    except CountsElsewhereError:
        return _shown(contribution, instrument, is_late=True), 400
    name = f"alongside-contribution-{year}-{contribution.digest[:8]}.json"
    headers = {"Content-Disposition": f"attachment; filename={name}"}
    return Response(write(contribution), content_type=JSON, headers=headers)


@blueprint.route("/networks/<network_id>/contributions", methods=["GET", "POST"])
@requires(Role.FACILITATOR)
@takes_files
def take(network_id: str) -> ResponseReturnValue:
    """The contributions that are here, and the form that takes another."""
    form = TakingForm(request.form or None)
    form.label.label.text, form.file.label.text = _("Whose contribution is it?"), _("Contribution")
    wrong = fields.strangers(request.form, {"csrf_token", "label"}) if request.method == "POST" else None
    if request.method == "POST" and not wrong and form.validate():
        sent = request.files.get("file")
        refusal = _take(network_id, sent.read(LARGEST + 1), form.label.data or "") if sent else _("Choose a file.")
        if refusal is None:
            return redirect(url_for(".take", network_id=network_id), 303)
        form.file.errors = [refusal]
    page = render_template(
        "contributions/take.html",
        form=form,
        wrong=wrong,
        network=current_network(network_id).network,
        given=contributions.listed(reading(), network_id),
        released_to=contributions.released_to(reading(), network_id),
        known=site().instrument.digest,
    )
    return page, 400 if request.method == "POST" else 200


@blueprint.post("/networks/<network_id>/contributions/confirm")
@requires(Role.FACILITATOR)
def confirm(network_id: str) -> ResponseReturnValue:
    """The sender has read the same digest: it counts from now on."""
    contributor, year, digest = _named()
    try:
        with writing() as connection:
            if not contributions.confirm(connection, network_id, contributor, year, digest):
                abort(404)
    except YearReleasedError:
        flash(_("The release of its year stands, so it comes too late. Nothing was taken from it."))
    else:
        flash(_("It counts in the release of %(year)s.", year=year))
    return redirect(url_for(".take", network_id=network_id), 303)


@blueprint.post("/networks/<network_id>/contributions/remove")
@requires(Role.FACILITATOR)
def remove(network_id: str) -> ResponseReturnValue:
    """A contribution that shall not count after all."""
    contributor, year, _digest = _named()
    try:
        with writing() as connection:
            if not contributions.remove(connection, network_id, contributor, year):
                abort(404)
    except YearReleasedError:
        flash(_("Nothing was removed: the release of that year stands."))
    else:
        flash(_("The contribution is removed."))
    return redirect(url_for(".take", network_id=network_id), 303)


@blueprint.get("/contribution-1.schema.json")
@public
def published_schema() -> ResponseReturnValue:
    """What the file of every contribution looks like."""
    return schema()


def _shown(contribution: Contribution, instrument: Instrument, *, is_late: bool = False) -> str:
    told = _(
        "Nothing was made: the organization counts in another network’s release of %(year)s, or gave to another"
        " network. It counts once a year.",
        year=contribution.year,
    )
    return render_template(
        "contributions/make.html",
        contribution=contribution,
        instrument=instrument,
        wrong=told if is_late else None,
    )


def _contribution(organization_id: str, year: int, network: str) -> tuple[Contribution, Instrument]:
    number = contributions.newest_submissions(reading(), organization_id).get(year)
    submission = assessments.find_submission(reading(), organization_id, year, number) if number else None
    if submission is None or current().is_case:
        abort(404)
    instrument = instruments.recall(reading(), submission.instrument_digest)
    contributor = number_of(organization_id, network)
    return contribute(submission, instrument, network=network, contributor=contributor), instrument


def _take(network_id: str, content: bytes, label: str) -> str | None:
    """Take a file, and say what became of it; or why it was refused."""
    try:
        contribution = read(content, network=network_id)
        with writing() as connection:
            taken = contributions.take(connection, network_id, contribution, label=label, on=site().today())
    except RefusedContributionError as refused:
        return language().say(refused.in_words)
    except YearReleasedError:
        return _("The release of its year stands, so it comes too late. Nothing was taken from it.")
    flash(
        {
            Taken.NEW: _("Taken. Compare its digest with the sender; then it counts."),
            Taken.SAME: _("This contribution is here already. Nothing was changed."),
            Taken.REPLACED: _("It replaces an earlier one. Compare its digest with the sender; then it counts."),
        }[taken]
    )
    return None


def _named() -> tuple[str, int, str]:
    """Which contribution a button is about."""
    contributor, digest = (request.form.get(name, "").replace("\0", "") for name in ("contributor", "digest"))
    year = fields.whole(request.form.get("year", ""))
    if year is None:
        abort(404)
    return contributor, year, digest
