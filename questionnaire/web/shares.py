"""Share links: the owner lets somebody without an account read one report, for a while."""

from typing import TypedDict

from flask import Blueprint, abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from wtforms import Form, StringField

from questionnaire.core.access import Role
from questionnaire.core.events import Event
from questionnaire.store import access as kept_access
from questionnaire.store import reports, shares
from questionnaire.web import events, fields
from questionnaire.web.access import requires
from questionnaire.web.links import address_of, keep_fresh, need_address, take_fresh
from questionnaire.web.site import gettext as _
from questionnaire.web.site import reading, site, writing

LABEL_LIMIT = 200
DAYS, MOST_DAYS = 30, 365

blueprint = Blueprint("shares", __name__, url_prefix="/organizations/<organization_id>")


class Wish(TypedDict):
    """Whom a link is for, and for how many days."""

    made_for: str
    days: int


class ShareForm(Form):
    """Whom a link is for, in the owner's words, and for how long."""

    label = StringField(
        filters=[fields.tidy],
        validators=[fields.needed(lambda: _("Say whom this is for.")), fields.text(LABEL_LIMIT)],
    )
    days = StringField(filters=[fields.tidy], validators=[fields.whole_number(1, MOST_DAYS)])

    @property
    def wish(self) -> Wish:
        """What stands in a valid form."""
        return {"made_for": self.label.data or "", "days": int(self.days.data or DAYS)}


@blueprint.get("/shares")
@requires(Role.OWNER)
def show(organization_id: str) -> ResponseReturnValue:
    """Every link in force, and when it was last opened."""
    links = shares.listed(reading(), organization_id, on=site().today())
    return render_template("shares/show.html", links=links)


@blueprint.route("/reports/<report_id>/share", methods=["GET", "POST"])
@requires(Role.OWNER)
def make(organization_id: str, report_id: str) -> ResponseReturnValue:
    """A new link to a report."""
    kept = reports.find(reading(), report_id) if "\0" not in report_id else None
    if kept is None or kept.organization_id != organization_id:
        abort(404)
    form, wrong = share_form()
    if request.method == "POST" and not wrong and form.validate():
        need_address()
        with writing() as connection:
            token = kept_access.share(connection, report_id, on=site().today(), **form.wish)
            events.note(connection, Event.SHARED, year=kept.report.outcome.year, about=form.wish["made_for"])
        keep_fresh(organization_id, token)
        return redirect(url_for(".made", organization_id=organization_id), 303)
    page = render_template("shares/make.html", form=form, wrong=wrong, report=kept.report, report_id=report_id)
    return page, 400 if request.method == "POST" else 200


@blueprint.get("/shares/link")
@requires(Role.OWNER)
def made(organization_id: str) -> ResponseReturnValue:
    """A link that was just made, shown this once; afterwards only its hash is left."""
    token = take_fresh(organization_id)
    link = kept_access.find_link(reading(), token, on=site().today()) if token else None
    return render_template("shares/made.html", link=address_of(token) if token and link else None)


@blueprint.post("/shares/end")
@requires(Role.OWNER)
def end(organization_id: str) -> ResponseReturnValue:
    """A link that nobody is to open any more; who has its page open sees nothing from now on."""
    capability_id = request.form.get("capability_id", "").replace("\0", "")
    with writing() as connection:
        ended = shares.end(connection, organization_id, capability_id)
        if ended is None:
            abort(404)
        events.note(connection, Event.ENDED_SHARE, about=ended)
    flash(_("That link does not work any more."))
    return redirect(url_for(".show", organization_id=organization_id), 303)


def share_form() -> tuple[ShareForm, str | None]:
    """The form that makes a share link, and what is wrong with it as a whole."""
    form = ShareForm(request.form or None, data={"days": str(DAYS)})
    form.label.label.text, form.days.label.text = _("Who is it for?"), _("For how many days?")
    return form, fields.strangers(request.form, {"csrf_token", *(field.name for field in form)})
