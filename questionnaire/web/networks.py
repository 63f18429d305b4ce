"""Networks: what a peer advisory group is, who its members are, and how its facilitator invites organizations."""

from flask import Blueprint, abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from wtforms import Form, StringField

from questionnaire.core.access import Role, Scope
from questionnaire.core.answers import NAME_LIMIT, REASON_LIMIT
from questionnaire.core.benchmark import LEAST
from questionnaire.core.releases import About
from questionnaire.store import access as kept_access
from questionnaire.store import contributions, networks
from questionnaire.store import releases as kept_releases
from questionnaire.web import fields
from questionnaire.web.access import current_network, member, my_account, requires, signed_in
from questionnaire.web.links import address_of, keep_fresh, need_address, take_fresh
from questionnaire.web.releases import years_of
from questionnaire.web.site import gettext as _
from questionnaire.web.site import reading, site, writing

MEMBERS_A_PAGE = 200

blueprint = Blueprint("networks", __name__, url_prefix="/networks")


class AboutForm(Form):
    """What a network says of itself to those it invites."""

    name = StringField(
        filters=[fields.tidy],
        validators=[fields.needed(lambda: _("Give the network a name.")), fields.text(NAME_LIMIT)],
    )
    behind = StringField(
        filters=[fields.tidy],
        validators=[
            fields.needed(lambda: _("Say who stands behind it.")),
            fields.text(REASON_LIMIT, lines=True),
        ],
    )
    decisions = StringField(
        filters=[fields.tidy],
        validators=[
            fields.needed(lambda: _("Say how decisions are made.")),
            fields.text(REASON_LIMIT, lines=True),
        ],
    )

    @property
    def about(self) -> About:
        """What stands in a valid form."""
        return About(name=self.name.data or "", behind=self.behind.data or "", decisions=self.decisions.data or "")


class InvitationForm(Form):
    """Whom an invitation is for, in the facilitator's words."""

    made_for = StringField(
        filters=[fields.tidy],
        validators=[fields.needed(lambda: _("Say which organization this is for.")), fields.text(NAME_LIMIT)],
    )


@blueprint.get("")
@signed_in
def listed() -> ResponseReturnValue:
    """The networks whose facilitator this account is."""
    return render_template("networks/listed.html", networks=networks.facilitated(reading(), my_account().account_id))


@blueprint.route("/new", methods=["GET", "POST"])
@signed_in
def create() -> ResponseReturnValue:
    """A new network, whose facilitator is whoever makes it."""
    form, wrong = _about_form(None)
    if request.method == "POST" and not wrong and form.validate():
        with writing() as connection:
            network_id = networks.create(connection, form.about, my_account().account_id, on=site().today())
        return redirect(url_for(".show", network_id=network_id), 303)
    page = render_template("networks/create.html", form=form, wrong=wrong)
    return page, 400 if request.method == "POST" else 200


@blueprint.get("/<network_id>")
@member
def show(network_id: str) -> ResponseReturnValue:
    """What the network is, and what it has released."""
    mine, listed = current_network(network_id), kept_releases.listed(reading(), network_id)
    return render_template(
        "networks/show.html",
        network=mine.network,
        facilitates=mine.facilitates,
        organizations=mine.organizations,
        releases=listed,
        years=years_of(listed[-1]) if listed else None,
        least=LEAST,
    )


@blueprint.get("/<network_id>/members")
@member
def members(network_id: str) -> ResponseReturnValue:
    """Who takes part, by name, and who has submitted this year: all members see that."""
    mine, year = current_network(network_id), site().today().year
    page = fields.whole(request.args.get("page", "1")) or 1
    number, listed = networks.number_of_members(reading(), network_id), kept_releases.listed(reading(), network_id)
    if page > max(1, -(-number // MEMBERS_A_PAGE)):
        abort(404)
    return render_template(
        "networks/members.html",
        network=mine.network,
        facilitates=mine.facilitates,
        own={one.organization_id for one in mine.organizations},
        year=year,
        number=number,
        members=networks.members(reading(), network_id, year, most=MEMBERS_A_PAGE, start=(page - 1) * MEMBERS_A_PAGE),
        page=page,
        pages=max(1, -(-number // MEMBERS_A_PAGE)),
        given=contributions.listed(reading(), network_id) if page == 1 else [],
        newest=listed[-1].release if listed else None,
        gone=kept_releases.gone(reading(), listed[-1]) if listed else 0,
    )


@blueprint.route("/<network_id>/about", methods=["GET", "POST"])
@requires(Role.FACILITATOR)
def describe(network_id: str) -> ResponseReturnValue:
    """Say anew what the network is."""
    form, wrong = _about_form(current_network(network_id).network.about)
    if request.method == "POST" and not wrong and form.validate():
        with writing() as connection:
            networks.describe(connection, network_id, form.about)
        flash(_("Saved. What was released before keeps what the network said then."))
        return redirect(url_for(".show", network_id=network_id), 303)
    page = render_template(
        "networks/describe.html", form=form, wrong=wrong, network=current_network(network_id).network
    )
    return page, 400 if request.method == "POST" else 200


@blueprint.route("/<network_id>/invitations", methods=["GET", "POST"])
@requires(Role.FACILITATOR)
def invitations(network_id: str) -> ResponseReturnValue:
    """The invitations that nobody has used yet, and the form that makes another."""
    form = InvitationForm(request.form or None)
    form.made_for.label.text = _("Which organization is it for?")
    wrong = fields.strangers(request.form, {"csrf_token", "made_for"})
    if request.method == "POST" and not wrong and form.validate():
        need_address()
        with writing() as connection:
            made_for = form.made_for.data or ""
            token = networks.invite(connection, network_id, made_for=made_for, on=site().today())
        keep_fresh(network_id, token)
        return redirect(url_for(".invitation", network_id=network_id), 303)
    page = render_template(
        "networks/invitations.html",
        form=form,
        wrong=wrong,
        network=current_network(network_id).network,
        invitations=kept_access.invitations(reading(), network_id, on=site().today(), scope=Scope.JOINING),
    )
    return page, 400 if request.method == "POST" else 200


@blueprint.get("/<network_id>/invitations/link")
@requires(Role.FACILITATOR)
def invitation(network_id: str) -> ResponseReturnValue:
    """An invitation that was just made, shown this once."""
    token = take_fresh(network_id)
    return render_template(
        "networks/invitation.html",
        network=current_network(network_id).network,
        link=address_of(token) if token else None,
        days=kept_access.INVITATION_DAYS,
    )


@blueprint.post("/<network_id>/invitations/end")
@requires(Role.FACILITATOR)
def end_invitation(network_id: str) -> ResponseReturnValue:
    """An invitation that nobody is to use any more."""
    sent = request.form.get("capability_id", "").replace("\0", "")
    with writing() as connection:
        if kept_access.end_invitation(connection, network_id, sent, scope=Scope.JOINING) is None:
            abort(404)
    flash(_("That invitation does not work any more."))
    return redirect(url_for(".invitations", network_id=network_id), 303)


def _about_form(about: About | None) -> tuple[AboutForm, str | None]:
    form = AboutForm(request.form or None, data=about.model_dump() if about else None)
    form.name.label.text = _("What is the network called?")
    form.behind.label.text = _("Who stands behind it?")
    form.decisions.label.text = _("How are decisions made in it?")
    return form, fields.strangers(request.form, {"csrf_token", *(field.name for field in form)})
