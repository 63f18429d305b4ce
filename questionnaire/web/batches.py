"""Batches: the scorecards of members that lend theirs, made one after the other while a page shows how far it is."""

from flask import Blueprint, Response, abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from wtforms import Form

from questionnaire.core.access import Role
from questionnaire.output.archives import pack_scorecards
from questionnaire.store import batches
from questionnaire.store.batches import KEPT_DAYS, Batch, NothingToMakeError
from questionnaire.web import fields, work
from questionnaire.web.access import current_network, requires
from questionnaire.web.attempts import costly
from questionnaire.web.fields import ChoiceField
from questionnaire.web.site import gettext as _
from questionnaire.web.site import language, ngettext, reading, site, writing

blueprint = Blueprint("batches", __name__, url_prefix="/networks/<network_id>/scorecards")


class YearForm(Form):
    """Of which year."""

    year = ChoiceField()


@blueprint.route("", methods=["GET", "POST"])
@requires(Role.FACILITATOR)
def listed(network_id: str) -> ResponseReturnValue:
    """What was made lately, and the form that begins another."""
    years = batches.years(reading(), network_id)
    form = YearForm(request.form or None)
    form.year.label.text = _("Which year?")
    form.year.options = [
        (str(year), ngettext("%(year)s: %(num)d lends it", "%(year)s: %(num)d lend it", number, year=year))
        for year, number in years.items()
    ]
    wrong = fields.strangers(request.form, {"csrf_token", "year"})
    if request.method == "POST" and not wrong and form.validate():
        year, code = int(form.year.data or 0), language().code
        try:
            with writing() as connection:
                batch_id = batches.start(connection, network_id, year, language=code, on=site().today())
        except NothingToMakeError:
            return redirect(url_for(".listed", network_id=network_id), 303)  # nobody lends any more: the page says so
        work.wake(site())
        return redirect(url_for(".show", network_id=network_id, batch_id=batch_id), 303)
    page = render_template(
        "batches/listed.html",
        form=form,
        wrong=wrong,
        network=current_network(network_id).network,
        batches=batches.listed(reading(), network_id),
        days=KEPT_DAYS,
    )
    return page, 400 if request.method == "POST" else 200


@blueprint.get("/<batch_id>")
@requires(Role.FACILITATOR)
def show(network_id: str, batch_id: str) -> ResponseReturnValue:
    """How far it is."""
    return render_template(
        "batches/show.html",
        batch=_batch(network_id, batch_id),
        network=current_network(network_id).network,
        days=KEPT_DAYS,
    )


@blueprint.get("/<batch_id>/scorecards.zip")
@requires(Role.FACILITATOR)
@costly
def download(network_id: str, batch_id: str) -> ResponseReturnValue:
    """All that is made, of members that still lend their scorecard."""
    found = _batch(network_id, batch_id)
    content = pack_scorecards(batches.contents(reading(), batch_id), found.year, found.made_on)
    headers = {"Content-Disposition": f"attachment; filename=alongside-scorecards-{found.year}.zip"}
    return Response(content, mimetype="application/zip", headers=headers)


@blueprint.post("/<batch_id>/stop")
@requires(Role.FACILITATOR)
def stop(network_id: str, batch_id: str) -> ResponseReturnValue:
    """Make no more of it, and delete what was made."""
    with writing() as connection:
        if not batches.stop(connection, network_id, batch_id.replace("\0", "")):
            abort(404)
    flash(_("Stopped, and deleted."))
    return redirect(url_for(".listed", network_id=network_id), 303)


def _batch(network_id: str, batch_id: str) -> Batch:
    found = batches.find(reading(), batch_id) if "\0" not in batch_id else None
    if found is None or found.network_id != network_id:
        abort(404)
    return found
