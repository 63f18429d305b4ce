"""Links: what opens one, and the private link of an organization. A token stands in no address but the link's own."""

from flask import Blueprint, abort, flash, redirect, render_template, request, session, url_for
from flask.typing import ResponseReturnValue
from werkzeug.wrappers import Response

from questionnaire.core.access import PrincipalKind, Role, Scope
from questionnaire.core.events import Event
from questionnaire.store import access as kept_access
from questionnaire.store import assessments, instruments, organizations, sessions
from questionnaire.store.database import token_hash
from questionnaire.web import attempts, events
from questionnaire.web.access import current, device, public, remember, requires, session_token
from questionnaire.web.site import gettext as _
from questionnaire.web.site import reading, site, writing

FRESH_LINK, INVITATION, ACCOUNT_LINK, JOINING = "fresh_link", "invitation", "account_link", "joining"

# Links that are used by a form on a page of their own: where the browser keeps them until then, and the page.
KEPT_FOR = {
    Scope.INVITATION: (INVITATION, "colleagues.accept"),
    Scope.ACCOUNT: (ACCOUNT_LINK, "passwords.choose"),
    Scope.JOINING: (JOINING, "memberships.join"),
}

blueprint = Blueprint("links", __name__)


class NoAddressError(Exception):
    """No link can be made: the site does not know the address that people open."""


@blueprint.get("/in/<token>")
@public
def enter(token: str) -> ResponseReturnValue:
    """Any link of ours: exchanged at once, so that its token stands in no other address."""
    link = kept_access.find_link(reading(), token, on=site().today())
    if link is None:
        wait = attempts.attempt(attempts.of_link())
        return attempts.refused(wait) if wait else no_link()
    if link.scope in KEPT_FOR:
        name, page = KEPT_FOR[link.scope]
        session[name] = token_hash(token)  # the cookie can be read by whoever has the browser
        return redirect(url_for(page), 303)
    today = site().today()
    told = "" if link.scope is Scope.ROUND else device()  # nothing about what a steward opens it with
    with writing() as connection:
        principals = [(PrincipalKind.CAPABILITY, link.capability_id)]
        fresh = sessions.open_session(connection, principals, earlier=session_token(), device=told, on=today)
        if link.scope is Scope.ORGANIZATION:
            organizations.note_use(connection, link.scope_id, on=today)
    if link.scope is Scope.ROUND:
        return remember(redirect(url_for("stewards.show", round_id=link.scope_id), 303), fresh)
    if link.scope is Scope.REPORT:
        return remember(redirect(url_for("reports.show", report_id=link.scope_id), 303), fresh)
    if link.scope is Scope.RELEASE:
        return remember(redirect(url_for("releases.show", release_id=link.scope_id), 303), fresh)
    return remember(redirect(url_for("organizations.show", organization_id=link.scope_id), 303), fresh)


@blueprint.get("/organizations/<organization_id>/private-link")
@requires(Role.EDITOR)
def show(organization_id: str) -> ResponseReturnValue:
    """A link that was just made, shown this once; afterwards only its hash is left."""
    onward = _first_questions(organization_id)  # first: a link that was taken from the session and not shown is lost
    token = take_fresh(organization_id)
    return render_template(
        "links/show.html",
        link=address_of(token) if token else None,
        token=token,
        onward=onward,
        idle_days=organizations.IDLE_DAYS,
    )


@blueprint.post("/organizations/<organization_id>/private-link")
@requires(Role.EDITOR)
def renew(organization_id: str) -> ResponseReturnValue:
    """A new private link; the old one, and every other browser that came by it, stop working.

    This browser keeps its session: were it exchanged, an answer lost on the way would lock out everybody for ever.
    """
    _only_owner_of_claimed()
    need_address()
    today = site().today()
    with writing() as connection:
        kept_access.revoke_links(connection, organization_id, on=today)
        token, link = kept_access.make_link(connection, organization_id, Role.EDITOR, on=today)
        if not current().email:
            sessions.hold(connection, session_token() or "", PrincipalKind.CAPABILITY, link.capability_id)
        events.note(connection, Event.MADE_LINK)
    return to_fresh(organization_id, token)


@blueprint.post("/organizations/<organization_id>/private-link/end")
@requires(Role.OWNER)
def end(organization_id: str) -> ResponseReturnValue:
    """No private link any more; every browser that came by one is out."""
    with writing() as connection:
        kept_access.revoke_links(connection, organization_id, on=site().today())
        events.note(connection, Event.ENDED_LINK)
    flash(_("The private link does not work any more."))
    return redirect(url_for("organizations.show", organization_id=organization_id), 303)


@blueprint.post("/organizations/<organization_id>/private-link/file")
@requires(Role.EDITOR)
def save(organization_id: str) -> ResponseReturnValue:
    """The link as a small file, for who wants to keep it so."""
    token = request.form.get("token", "")
    link = kept_access.find_link(reading(), token, on=site().today())
    if link is None or (link.scope, link.scope_id) != (Scope.ORGANIZATION, organization_id):
        abort(404)
    words = _("Private link of %(name)s. Whoever has it can read and change the answers.", name=current().name)
    return Response(
        f"{words}\n\n{address_of(token)}\n",
        content_type="text/plain; charset=utf-8",
        headers={"Content-Disposition": "attachment; filename=alongside-private-link.txt"},
    )


def no_link() -> ResponseReturnValue:
    """The one answer to every link that does not work, whatever the reason."""
    return render_template("errors/no_link.html"), 404


def to_fresh(organization_id: str, token: str) -> Response:
    """To the page that shows a private link that was just made."""
    keep_fresh(organization_id, token)
    return redirect(url_for("links.show", organization_id=organization_id), 303)


def keep_fresh(organization_id: str, token: str) -> None:
    """Keep a link for the next page, which shows it once."""
    session[FRESH_LINK] = {"organization_id": organization_id, "token": token}


def take_fresh(organization_id: str) -> str | None:
    """The link that was just made for this organization; it is given out once."""
    fresh = session.pop(FRESH_LINK, None) or {}
    return fresh.get("token") if fresh.get("organization_id") == organization_id else None


def held_invitation() -> kept_access.Link | None:
    """The invitation that this browser opened, if it is still in force."""
    link = kept_access.find_hashed(reading(), session.get(INVITATION, ""), on=site().today())
    return link if link and link.scope is Scope.INVITATION else None


def held_joining() -> kept_access.Link | None:
    """The invitation to a network that this browser opened, if it is still in force."""
    link = kept_access.find_hashed(reading(), session.get(JOINING, ""), on=site().today())
    return link if link and link.scope is Scope.JOINING else None


def held_account_link() -> kept_access.Link | None:
    """The link for setting a password that this browser opened, if it is still in force."""
    link = kept_access.find_hashed(reading(), session.get(ACCOUNT_LINK, ""), on=site().today())
    return link if link and link.scope is Scope.ACCOUNT else None


def address_of(token: str) -> str:
    """The address of a link; built from the site's own address, never from what a request says of it."""
    return f"{need_address()}{url_for('links.enter', token=token)}"


def need_address() -> str:
    """The site's own address; raises NoAddressError, which a page explains, where the site does not know it."""
    address = site().settings.public_url
    if address is None:
        raise NoAddressError
    return address


def _only_owner_of_claimed() -> None:
    """Who owns an organization decides who gets in by a link; until somebody does, everybody who is in."""
    if current().claimed and current().role is not Role.OWNER:
        abort(403)


def _first_questions(organization_id: str) -> str | None:
    """Where answering goes on: the first section of the newest draft."""
    drafts = [revision for revision in assessments.history(reading(), organization_id) if revision.is_draft]
    draft = assessments.find_draft(reading(), organization_id, drafts[0].year) if drafts else None
    if draft is None:
        return None
    first = instruments.recall(reading(), draft.instrument_digest).domains[0]
    return url_for("questions.show", organization_id=organization_id, year=draft.year, domain_id=first.id)
