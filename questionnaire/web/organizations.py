"""An organization: how one starts, the page with its years, and how it ends."""

from unicodedata import normalize

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from questionnaire.core.access import PrincipalKind, Role
from questionnaire.core.events import Entry, Event
from questionnaire.core.instrument import Instrument
from questionnaire.store import access as kept_access
from questionnaire.store import (
    assessments,
    database,
    instruments,
    networks,
    organizations,
    plans,
    rounds,
    sessions,
    shares,
)
from questionnaire.store import events as kept_events
from questionnaire.web import attempts, events
from questionnaire.web.access import account, current, public, remember, requires, session_token
from questionnaire.web.links import need_address, to_fresh
from questionnaire.web.profiles import ProfileForm, name_form, profile_form, wrong_with
from questionnaire.web.site import gettext as _
from questionnaire.web.site import reading, site, writing

blueprint = Blueprint("organizations", __name__)


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
    need_address()
    instrument = site().instrument
    form = profile_form(instrument, request.form or None, year=str(site().today().year))
    wrong = wrong_with(form)
    status = 200 if request.method == "GET" else 400
    if request.method == "POST" and not wrong and form.validate():
        wait = 0 if account() else attempts.attempt(attempts.of_start())
        if not wait:
            return _started(instrument, form)
        wrong, status = attempts.too_many(wait), 429
    return render_template("organizations/start.html", form=form, wrong=wrong, instrument=instrument), status


@blueprint.get("/organizations/<organization_id>")
@requires(Role.VIEWER)
def show(organization_id: str) -> ResponseReturnValue:
    """The years of an organization, who may work on it, and its private link."""
    revisions = assessments.history(reading(), organization_id)
    return render_template(
        "organizations/show.html",
        revisions=revisions,
        older=_on_older_versions(revisions),
        newest=site().instrument,
        link_made_on=kept_access.link_made_on(reading(), organization_id, on=site().today()),
        may_edit=current().role.includes(Role.EDITOR),
        owns=current().role is Role.OWNER,
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
            events.note(connection, Event.RENAMED, about=form.name.data or "")
        return redirect(url_for(".show", organization_id=organization_id, saved=1), 303)
    page = render_template("organizations/rename.html", form=form, wrong=wrong)
    return page, 400 if request.method == "POST" else 200


@blueprint.route("/organizations/<organization_id>/delete", methods=["GET", "POST"])
@requires(Role.OWNER)
def delete(organization_id: str) -> ResponseReturnValue:
    """Delete an organization with all that it has; confirmed by its name."""
    form = name_form(request.form or None, "")
    form.name.label.text = _("To confirm, write the organization’s name")
    wrong = wrong_with(form)
    if request.method == "POST" and not wrong and form.validate():
        if _as_read(form.name.data or "") == _as_read(current().name):
            _delete(organization_id)
            flash(_("%(name)s is deleted, with all that it had here.", name=current().name))
            return redirect(url_for(".home"), 303)
        form.name.errors = [_("This is not its name. Nothing was deleted.")]
    revisions = assessments.history(reading(), organization_id)
    page = render_template(
        "organizations/delete.html",
        form=form,
        wrong=wrong,
        submitted=[revision for revision in revisions if not revision.is_draft],
        drafts=[revision for revision in revisions if revision.is_draft],
        colleagues=[one for one in kept_access.colleagues(reading(), organization_id) if one.role is not Role.OWNER],
        link_made_on=kept_access.link_made_on(reading(), organization_id, on=site().today()),
        invitations=kept_access.invitations(reading(), organization_id, on=site().today()),
        actions=plans.listed(reading(), organization_id),
        shares=shares.listed(reading(), organization_id, on=site().today()),
        rounds=rounds.listed(reading(), organization_id),
        memberships=networks.memberships(reading(), organization_id),
    )
    return page, 400 if request.method == "POST" else 200


def _delete(organization_id: str) -> None:
    """Delete it with all that it has; the keys of its rounds go first, so that nothing is left that they open."""
    with writing() as connection:
        ended = rounds.listed(connection, organization_id)
        organizations.delete(connection, organization_id)
        for one in ended:
            rounds.destroy_key(site().keys, one)
    database.scrub(site().engine)


def _as_read(name: str) -> str:
    """A name as somebody reads it off a page: blanks run together there, and accents are typed in two ways."""
    return " ".join(normalize("NFKC", name).split()).casefold()


def _on_older_versions(revisions: list[assessments.Revision]) -> dict[int, Instrument]:
    """The drafts, by year, that were begun on another version of the questions than the site's own."""
    return {
        revision.year: instruments.recall(reading(), revision.instrument_digest)
        for revision in revisions
        if revision.is_draft and revision.instrument_digest != site().instrument.digest
    }


def _started(instrument: Instrument, form: ProfileForm) -> ResponseReturnValue:
    """A new organization: owned by who is signed in; otherwise whoever has its private link may answer."""
    today, mine, year = site().today(), account(), int(form.year.data or 0)
    with writing() as connection:
        instruments.record(connection, instrument)
        organization_id = organizations.start(connection, form.name.data or "", on=today)
        assessments.begin(connection, organization_id, year, instrument, form.profile(), on=today)
        entry = Entry(today, Event.STARTED, mine.email if mine else "", year=year)
        kept_events.note(connection, organization_id, entry)
        if mine:
            organizations.claim(connection, organization_id, mine.account_id)
            first = instrument.domains[0].id
            address = url_for("questions.show", organization_id=organization_id, year=year, domain_id=first)
            return redirect(address, 303)
        token, link = kept_access.make_link(connection, organization_id, Role.EDITOR, on=today)
        principals = [(PrincipalKind.CAPABILITY, link.capability_id)]
        fresh = sessions.open_session(connection, principals, earlier=session_token(), on=today)
    return remember(to_fresh(organization_id, token), fresh)
