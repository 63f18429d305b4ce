"""Colleagues: who owns an organization, who else may work on it, and how they are invited."""

from flask import Blueprint, abort, flash, redirect, render_template, request, session, url_for
from flask.typing import ResponseReturnValue
from wtforms import Form, StringField

from questionnaire.core.access import GIVEN_ROLES, Role
from questionnaire.core.events import Entry, Event
from questionnaire.store import access as kept_access
from questionnaire.store import events as kept_events
from questionnaire.store import organizations
from questionnaire.web import events, fields
from questionnaire.web.access import account, current, my_account, public, requires, to_sign_in
from questionnaire.web.fields import ChoiceField
from questionnaire.web.links import (
    INVITATION,
    address_of,
    held_invitation,
    keep_fresh,
    need_address,
    no_link,
    take_fresh,
)
from questionnaire.web.site import gettext as _
from questionnaire.web.site import reading, site, writing

NAME_OF_INVITED = 200
KEEP, END = "keep", "end"

blueprint = Blueprint("colleagues", __name__)


class InvitationForm(Form):
    """Whom an invitation is for, in the owner's words, and what they may do."""

    made_for = StringField(
        filters=[fields.tidy],
        validators=[fields.needed(lambda: _("Say whom this is for.")), fields.text(NAME_OF_INVITED)],
    )
    role = ChoiceField()


class ClaimForm(Form):
    """What becomes of the private link once there is an owner."""

    link = ChoiceField()


class HandOverForm(Form):
    """Who shall be the owner."""

    account_id = ChoiceField()


@blueprint.route("/organizations/<organization_id>/colleagues", methods=["GET", "POST"])
@requires(Role.OWNER)
def show(organization_id: str) -> ResponseReturnValue:
    """Everybody who may work on an organization, and the form that invites another."""
    form = InvitationForm(request.form or None)
    form.made_for.label.text, form.role.label.text = _("Who is it for?"), _("What may they do?")
    form.role.options = [(role.value, text) for role, text in _roles().items() if role in GIVEN_ROLES]
    wrong = _wrong_with(form)
    if request.method == "POST" and not wrong and form.validate():
        need_address()
        made_for, role = form.made_for.data or "", Role(form.role.data or "")
        with writing() as connection:
            token = kept_access.invite(connection, organization_id, role, made_for=made_for, on=site().today())
            events.note(connection, Event.INVITED, about=made_for)
        keep_fresh(organization_id, token)
        return redirect(url_for(".invitation", organization_id=organization_id), 303)
    page = render_template(
        "colleagues/show.html",
        form=form,
        wrong=wrong,
        colleagues=kept_access.colleagues(reading(), organization_id),
        invitations=kept_access.invitations(reading(), organization_id, on=site().today()),
        roles=_roles(),
        link_made_on=kept_access.link_made_on(reading(), organization_id, on=site().today()),
    )
    return page, 400 if request.method == "POST" else 200


@blueprint.get("/organizations/<organization_id>/colleagues/invitation")
@requires(Role.OWNER)
def invitation(organization_id: str) -> ResponseReturnValue:
    """An invitation that was just made, shown this once."""
    token = take_fresh(organization_id)
    return render_template(
        "colleagues/invitation.html",
        link=address_of(token) if token else None,
        days=kept_access.INVITATION_DAYS,
        mails=site().settings.sends_mail,
    )


@blueprint.post("/organizations/<organization_id>/colleagues/invitation/end")
@requires(Role.OWNER)
def end_invitation(organization_id: str) -> ResponseReturnValue:
    """An invitation that nobody is to use any more."""
    with writing() as connection:
        ended = kept_access.end_invitation(connection, organization_id, _sent("capability_id"))
        if ended is None:
            abort(404)
        events.note(connection, Event.ENDED_INVITATION, about=ended)
    flash(_("That invitation does not work any more."))
    return _back(organization_id)


@blueprint.post("/organizations/<organization_id>/colleagues/role")
@requires(Role.OWNER)
def change_role(organization_id: str) -> ResponseReturnValue:
    """Let a colleague answer, or only read."""
    role = next((role for role in GIVEN_ROLES if role == request.form.get("role")), None)
    with writing() as connection:
        colleague = _colleague(kept_access.colleagues(connection, organization_id), _sent("account_id"))
        if role is None or colleague.role is Role.OWNER:
            abort(400)
        if colleague.role is not role:
            kept_access.set_role(connection, organization_id, colleague.account_id, role)
            event = Event.MADE_EDITOR if role is Role.EDITOR else Event.MADE_VIEWER
            events.note(connection, event, about=colleague.email)
    flash(_("%(email)s: %(role)s", email=colleague.email, role=_roles()[role]))
    return _back(organization_id)


@blueprint.post("/organizations/<organization_id>/colleagues/remove")
@requires(Role.OWNER)
def remove(organization_id: str) -> ResponseReturnValue:
    """Let somebody work on this no more, from this moment."""
    with writing() as connection:
        colleague = _colleague(kept_access.colleagues(connection, organization_id), _sent("account_id"))
        if colleague.role is Role.OWNER or not kept_access.remove(connection, organization_id, colleague.account_id):
            abort(400)  # it was handed over to them, perhaps a moment ago
        events.note(connection, Event.REMOVED, about=colleague.email)
    flash(_("%(email)s cannot open this organization any more.", email=colleague.email))
    return _back(organization_id)


@blueprint.route("/organizations/<organization_id>/colleagues/hand-over", methods=["GET", "POST"])
@requires(Role.OWNER)
def hand_over(organization_id: str) -> ResponseReturnValue:
    """Another owner; who was it until now stays, and may answer."""
    others = [
        colleague
        for colleague in kept_access.colleagues(reading(), organization_id)
        if colleague.role is not Role.OWNER and not colleague.is_disabled
    ]
    form = HandOverForm(request.form or None)
    form.account_id.label.text = _("Who is to be the owner?")
    form.account_id.options = [(other.account_id, other.email) for other in others]
    wrong = _wrong_with(form)
    mine = my_account().account_id
    if request.method == "POST" and not wrong and form.validate():
        with writing() as connection:
            to = _colleague(kept_access.colleagues(connection, organization_id), form.account_id.data or "")
            if not kept_access.swap_roles(connection, organization_id, owner=mine, to=to.account_id):
                abort(403)  # it was handed over a moment ago
            events.note(connection, Event.HANDED_OVER, about=to.email)
        flash(_("%(email)s owns this organization now. You can still answer.", email=to.email))
        return redirect(url_for("organizations.show", organization_id=organization_id), 303)
    page = render_template("colleagues/hand_over.html", form=form, wrong=wrong, others=others)
    return page, 400 if request.method == "POST" else 200


@blueprint.route("/organizations/<organization_id>/claim", methods=["GET", "POST"])
@requires(Role.EDITOR)
def claim(organization_id: str) -> ResponseReturnValue:
    """Become the owner of an organization that was started without an account; the first one does."""
    if current().is_case:
        abort(404)
    if account() is None:
        return render_template("colleagues/claim_first.html", mails=site().settings.sends_mail)
    form = ClaimForm(request.form or None)
    form.link.label.text = _("What shall become of the private link?")
    form.link.options = [
        (KEEP, _("Keep it: whoever has it can go on answering, without an account.")),
        (END, _("End it: only people with an account whom you invite can open this.")),
    ]
    wrong = _wrong_with(form)
    if request.method == "POST" and not wrong and form.validate() and not current().claimed:
        if _claimed(organization_id, ends_link=form.link.data == END):
            flash(_("You own this organization now. You can invite colleagues."))
            return redirect(url_for("organizations.show", organization_id=organization_id), 303)
        return redirect(url_for(".claim", organization_id=organization_id), 303)
    page = render_template("colleagues/claim.html", form=form, wrong=wrong, taken=current().claimed)
    return page, 400 if request.method == "POST" else 200


@blueprint.route("/invitation", methods=["GET", "POST"])
@public
def accept() -> ResponseReturnValue:
    """Where an invitation leads: to an account first, then into the organization; it works once."""
    link = held_invitation()
    name = organizations.name_of(reading(), link.scope_id) if link else None
    if link is None or name is None:
        return no_link()
    mine = account()
    if request.method == "POST":
        if mine is None:
            return to_sign_in()
        with writing() as connection:
            if not kept_access.use_up(connection, link):
                return no_link()
            kept_access.join(connection, link.scope_id, mine.account_id, link.role)
            entry = Entry(site().today(), Event.JOINED, mine.email, about=link.made_for)
            kept_events.note(connection, link.scope_id, entry)
        session.pop(INVITATION, None)
        return redirect(url_for("organizations.show", organization_id=link.scope_id), 303)
    return render_template(
        "colleagues/accept.html", name=name, role=link.role, mine=mine, mails=site().settings.sends_mail
    )


@blueprint.route("/organizations/<organization_id>/leave", methods=["GET", "POST"])
@requires(Role.VIEWER)
def leave(organization_id: str) -> ResponseReturnValue:
    """Give back one's own role; an owner hands over first."""
    if not current().email or current().role is Role.OWNER:
        abort(404)
    if request.method == "GET":
        return render_template("colleagues/leave.html")
    mine = my_account()
    with writing() as connection:
        if not kept_access.remove(connection, organization_id, mine.account_id):
            abort(404)
        events.note(connection, Event.LEFT)
    flash(_("You have left %(name)s.", name=current().name))
    return redirect(url_for("organizations.home"), 303)


def _claimed(organization_id: str, *, ends_link: bool) -> bool:
    mine, today = my_account(), site().today()
    with writing() as connection:
        if not organizations.claim(connection, organization_id, mine.account_id):
            return False
        kept_events.note(connection, organization_id, Entry(today, Event.CLAIMED, mine.email))
        if ends_link:
            kept_access.revoke_links(connection, organization_id, on=today)
            kept_events.note(connection, organization_id, Entry(today, Event.ENDED_LINK, mine.email))
    return True


def _colleague(colleagues: list[kept_access.Colleague], account_id: str) -> kept_access.Colleague:
    """The colleague of this id; no such page where it is another organization's, or nobody's."""
    found = next((colleague for colleague in colleagues if colleague.account_id == account_id), None)
    if found is None:
        abort(404)
    return found


def _sent(name: str) -> str:
    return request.form.get(name, "").replace("\0", "")


def _wrong_with(form: Form) -> str | None:
    return fields.strangers(request.form, {"csrf_token", *(field.name for field in form)})


def _roles() -> dict[Role, str]:
    return {
        Role.OWNER: _("Owner: answers, invites, shares, deletes"),
        Role.EDITOR: _("Editor: reads and answers"),
        Role.VIEWER: _("Viewer: reads only"),
    }


def _back(organization_id: str) -> ResponseReturnValue:
    return redirect(url_for(".show", organization_id=organization_id), 303)
