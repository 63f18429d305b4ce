"""Memberships: an owner sees what a network would get, joins it, shares more or less, and leaves."""

from flask import Blueprint, abort, flash, redirect, render_template, request, session, url_for
from flask.typing import ResponseReturnValue
from wtforms import BooleanField, Form

from questionnaire.core.access import Role
from questionnaire.core.benchmark import PLACE_FROM
from questionnaire.core.events import Entry, Event
from questionnaire.store import access as kept_access
from questionnaire.store import events as kept_events
from questionnaire.store import networks, releases
from questionnaire.web import events, fields
from questionnaire.web.access import account, current, public, requires, session_token, to_sign_in
from questionnaire.web.fields import ChoiceField
from questionnaire.web.links import JOINING, held_joining, no_link
from questionnaire.web.releases import years_of
from questionnaire.web.site import gettext as _
from questionnaire.web.site import reading, site, writing

FIGURES, NAMED = "figures", "named"

blueprint = Blueprint("memberships", __name__)


class SharingForm(Form):
    """What an organization shares with a network."""

    sharing = ChoiceField()
    lends_scorecard = BooleanField()

    @property
    def shared(self) -> dict[str, bool]:
        """What stands in a valid form."""
        return {"by_name": self.sharing.data == NAMED, "lends_scorecard": bool(self.lends_scorecard.data)}


class JoiningForm(SharingForm):
    """The same, and with which organization."""

    organization = ChoiceField()


@blueprint.route("/joining", methods=["GET", "POST"])
@public
def join() -> ResponseReturnValue:
    """What joining a network would share, all of it; then an owner joins with an organization."""
    link = held_joining()
    if link is None:
        return no_link()
    network, mine = networks.find(reading(), link.scope_id), account()
    if network is None:
        return no_link()
    form = JoiningForm(request.form or None)
    _label(form)
    form.organization.label.text = _("Which organization joins?")
    form.organization.options = _could_join(network.network_id)
    if len(form.organization.options) == 1 and request.method == "GET":
        form.organization.data = form.organization.options[0][0]
    wrong = fields.strangers(request.form, {"csrf_token", *(field.name for field in form)})
    if request.method == "POST" and mine is None:
        return to_sign_in()
    if request.method == "POST" and mine and not wrong and form.validate():
        organization_id, today = form.organization.data or "", site().today()
        entry = Entry(today, Event.JOINED_NETWORK, mine.email, about=network.about.name)
        try:
            with writing() as connection:
                if not kept_access.use_up(connection, link):
                    return no_link()
                networks.join(connection, network.network_id, organization_id, on=today, **form.shared)
                kept_events.note(connection, organization_id, entry)
        except networks.AlreadyMemberError:  # by another invitation, a moment ago: this one can be used by another
            flash(_("Your organization is a member already."))
        else:
            flash(_("Your organization is a member now."))
        session.pop(JOINING, None)
        return redirect(url_for("networks.show", network_id=network.network_id), 303)
    page = render_template("memberships/join.html", form=form, wrong=wrong, network=network, mine=mine)
    return page, 400 if request.method == "POST" else 200


@blueprint.get("/organizations/<organization_id>/networks")
@requires(Role.VIEWER)
def listed(organization_id: str) -> ResponseReturnValue:
    """The networks that an organization is a member of, and what each of them gets."""
    return render_template(
        "memberships/listed.html",
        memberships=networks.memberships(reading(), organization_id),
        owns=current().role is Role.OWNER,
    )


@blueprint.route("/organizations/<organization_id>/networks/<network_id>", methods=["GET", "POST"])
@requires(Role.OWNER)
def choose(organization_id: str, network_id: str) -> ResponseReturnValue:
    """Share more, or less, from the next release on."""
    found = _membership(organization_id, network_id)
    data = {"sharing": NAMED if found.by_name else FIGURES, "lends_scorecard": found.lends_scorecard}
    form = SharingForm(request.form or None, data=data)
    _label(form)
    wrong = fields.strangers(request.form, {"csrf_token", *(field.name for field in form)})
    if request.method == "POST" and not wrong and form.validate():
        with writing() as connection:
            networks.choose(connection, network_id, organization_id, **form.shared)
            events.note(connection, Event.CHANGED_SHARING, about=found.network.about.name)
        flash(_("Saved. It holds from the next release on."))
        return redirect(url_for(".listed", organization_id=organization_id), 303)
    page = render_template("memberships/choose.html", form=form, wrong=wrong, network=found.network)
    return page, 400 if request.method == "POST" else 200


@blueprint.get("/organizations/<organization_id>/networks/<network_id>/places")
@requires(Role.VIEWER)
def places(organization_id: str, network_id: str) -> ResponseReturnValue:
    """Where the organization stood among the others of each release, for its own eyes."""
    found = _membership(organization_id, network_id)
    listed = releases.listed(reading(), network_id)
    return render_template(
        "memberships/places.html",
        network=found.network,
        releases=listed,
        years=years_of(listed[-1]) if listed else None,
        places=releases.places(reading(), network_id, organization_id),
        place_from=PLACE_FROM,
    )


@blueprint.route("/organizations/<organization_id>/networks/<network_id>/leave", methods=["GET", "POST"])
@requires(Role.OWNER)
def leave(organization_id: str, network_id: str) -> ResponseReturnValue:
    """Be no member any more, from this moment."""
    found = _membership(organization_id, network_id)
    if request.method == "GET":
        return render_template("memberships/leave.html", network=found.network)
    with writing() as connection:
        if networks.leave(connection, network_id, organization_id):
            events.note(connection, Event.LEFT_NETWORK, about=found.network.about.name)
    flash(_("Your organization has left the network."))
    return redirect(url_for(".listed", organization_id=organization_id), 303)


def _membership(organization_id: str, network_id: str) -> networks.Membership:
    found = networks.membership(reading(), network_id, organization_id) if "\0" not in network_id else None
    if found is None:
        abort(404)
    return found


def _could_join(network_id: str) -> list[tuple[str, str]]:
    """The organizations that this account owns and that are no members yet; a study's case is no organization."""
    held = kept_access.all_held(reading(), session_token() or "", on=site().today())
    return [
        (one.organization_id, one.name)
        for one in held
        if one.role is Role.OWNER
        and not one.is_case
        and networks.membership(reading(), network_id, one.organization_id) is None
    ]


def _label(form: SharingForm) -> None:
    form.sharing.label.text = _("What may the group see of your points?")
    form.sharing.options = [
        (FIGURES, _("Only the group’s figures, in which ours are counted without our name")),
        (NAMED, _("Those, and our points by domain beside our name, for members and the facilitator alone")),
    ]
    form.lends_scorecard.label.text = _("The facilitator may also have our scorecard as a PDF, with answers left out")
