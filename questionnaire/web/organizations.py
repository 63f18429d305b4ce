"""An organization: how one starts, its private link, and the page with its years."""

from flask import Blueprint, abort, redirect, render_template, request, session, url_for
from flask.typing import ResponseReturnValue
from werkzeug.wrappers import Response

from questionnaire.core.access import Role
from questionnaire.store import access as kept_access
from questionnaire.store import assessments, instruments, organizations
from questionnaire.web.access import current, forget, public, remember, requires, session_token
from questionnaire.web.profiles import name_form, profile_form, wrong_with
from questionnaire.web.site import gettext as _
from questionnaire.web.site import reading, site, writing

blueprint = Blueprint("organizations", __name__)

FRESH_LINK = "fresh_link"


@blueprint.get("/")
@public
def home() -> ResponseReturnValue:
    """What this is, where to begin, and the organizations that this browser may open."""
    token = session_token()
    known = kept_access.all_held(reading(), token, on=site().today()) if token else []
    return render_template("organizations/home.html", known=known)


@blueprint.route("/start", methods=["GET", "POST"])
@public
def start() -> ResponseReturnValue:
    """The first page of an organization: its name and profile, and the year."""
    if site().settings.public_url is None:
        return render_template("errors/no_address.html"), 503
    instrument = site().instrument
    form = profile_form(instrument, request.form or None, year=str(site().today().year))
    wrong = wrong_with(form)
    if request.method == "GET" or wrong or not form.validate():
        page = render_template("organizations/start.html", form=form, wrong=wrong, instrument=instrument)
        return page, 200 if request.method == "GET" else 400
    today = site().today()
    with writing() as connection:
        instruments.record(connection, instrument)
        organization_id = organizations.start(connection, form.name.data or "", on=today)
        year = int(form.year.data or 0)
        assessments.begin(connection, organization_id, year, instrument, form.profile(), on=today)
        token, link = kept_access.make_link(connection, organization_id, Role.EDITOR, on=today)
        fresh = kept_access.open_session(connection, link.capability_id, earlier=session_token(), on=today)
    return remember(_to_fresh_link(organization_id, token), fresh)


@blueprint.get("/in/<token>")
@public
def enter(token: str) -> ResponseReturnValue:
    """A private link: exchanged for a session at once, so that its token stands in no other address."""
    link = kept_access.find_link(reading(), token, on=site().today())
    if link is None:
        abort(404)
    with writing() as connection:
        fresh = kept_access.open_session(connection, link.capability_id, earlier=session_token(), on=site().today())
        organizations.note_use(connection, link.organization_id, on=site().today())
    return remember(redirect(url_for(".show", organization_id=link.organization_id), 303), fresh)


@blueprint.get("/organizations/<organization_id>")
@requires(Role.VIEWER)
def show(organization_id: str) -> ResponseReturnValue:
    """The years of an organization, and its private link."""
    return render_template(
        "organizations/show.html",
        revisions=assessments.history(reading(), organization_id),
        link_made_on=kept_access.link_made_on(reading(), organization_id, on=site().today()),
        may_edit=current().role.includes(Role.EDITOR),
        idle_days=organizations.IDLE_DAYS,
    )


@blueprint.route("/organizations/<organization_id>/name", methods=["GET", "POST"])
@requires(Role.EDITOR)
def rename(organization_id: str) -> ResponseReturnValue:
    """Correct the name; what was submitted keeps the name it was submitted with."""
    form = name_form(request.form or None, current().name)
    wrong = wrong_with(form)
    if request.method == "POST" and not wrong and form.validate():
        with writing() as connection:
            organizations.rename(connection, organization_id, form.name.data or "")
        return redirect(url_for(".show", organization_id=organization_id, saved=1), 303)
    page = render_template("organizations/rename.html", form=form, wrong=wrong)
    return page, 400 if request.method == "POST" else 200


@blueprint.get("/organizations/<organization_id>/private-link")
@requires(Role.EDITOR)
def private_link(organization_id: str) -> ResponseReturnValue:
    """A link that was just made, shown this once; afterwards only its hash is left."""
    onward = _first_questions(
        organization_id
    )  # first, for a link that was taken from the session and not shown is lost
    fresh = session.pop(FRESH_LINK, None) or {}
    token = fresh.get("token") if fresh.get("organization_id") == organization_id else None
    return render_template(
        "organizations/private_link.html",
        link=_address(token) if token else None,
        token=token,
        onward=onward,
        idle_days=organizations.IDLE_DAYS,
    )


@blueprint.post("/organizations/<organization_id>/private-link")
@requires(Role.EDITOR)
def renew_private_link(organization_id: str) -> ResponseReturnValue:
    """A new private link; the old one, and every other browser that came by it, stop working.

    This browser keeps its session: were it exchanged, an answer lost on the way would lock out everybody for ever.
    """
    today = site().today()
    with writing() as connection:
        kept_access.revoke_links(connection, organization_id, on=today)
        token, link = kept_access.make_link(connection, organization_id, Role.EDITOR, on=today)
        kept_access.hold(connection, session_token() or "", link.capability_id)
    return _to_fresh_link(organization_id, token)


@blueprint.post("/organizations/<organization_id>/private-link/file")
@requires(Role.EDITOR)
def save_private_link(organization_id: str) -> ResponseReturnValue:
    """The link as a small file, for who wants to keep it so."""
    token = request.form.get("token", "")
    link = kept_access.find_link(reading(), token, on=site().today())
    if link is None or link.organization_id != organization_id:
        abort(404)
    words = _("Private link of %(name)s. Whoever has it can read and change the answers.", name=current().name)
    return Response(
        f"{words}\n\n{_address(token)}\n",
        content_type="text/plain; charset=utf-8",
        headers={"Content-Disposition": "attachment; filename=alongside-private-link.txt"},
    )


@blueprint.route("/leave", methods=["GET", "POST"])
@public
def leave() -> ResponseReturnValue:
    """Make this browser forget every organization; on a shared computer, the way out."""
    if request.method == "GET":
        return render_template("organizations/leave.html")
    token = session_token()
    if token:
        with writing() as connection:
            kept_access.close_session(connection, token)
    return forget(redirect(url_for(".home"), 303))


def _to_fresh_link(organization_id: str, token: str) -> Response:
    session[FRESH_LINK] = {"organization_id": organization_id, "token": token}
    return redirect(url_for(".private_link", organization_id=organization_id), 303)


def _first_questions(organization_id: str) -> str | None:
    """Where answering goes on: the first section of the newest draft."""
    drafts = [revision for revision in assessments.history(reading(), organization_id) if revision.is_draft]
    draft = assessments.find_draft(reading(), organization_id, drafts[0].year) if drafts else None
    if draft is None:
        return None
    first = instruments.recall(reading(), draft.instrument_digest).domains[0]
    return url_for("questions.show", organization_id=organization_id, year=draft.year, domain_id=first.id)


def _address(token: str) -> str:
    """The address of a link; built from the site's own address, never from what a request says of it."""
    address = site().settings.public_url
    if address is None:
        abort(503)
    return f"{address}{url_for('.enter', token=token)}"
