"""The record of what was done: noted with every deed, read by the owner."""

from flask import Blueprint, render_template
from flask.typing import ResponseReturnValue
from sqlalchemy import Connection

from questionnaire.core.access import Role
from questionnaire.core.events import Entry, Event
from questionnaire.store import events as kept_events
from questionnaire.web.access import current, requires
from questionnaire.web.site import reading, site

blueprint = Blueprint("events", __name__)


@blueprint.get("/organizations/<organization_id>/record")
@requires(Role.OWNER)
def show(organization_id: str) -> ResponseReturnValue:
    """Who did what when."""
    entries = kept_events.newest(reading(), organization_id)
    is_cut = len(entries) == kept_events.MOST_SHOWN
    return render_template("events/show.html", entries=entries, is_cut=is_cut)


def note(
    connection: Connection, event: Event, *, year: int | None = None, revision: int | None = None, about: str = ""
) -> None:
    """Note what this request does with its organization, in the same transaction as the deed."""
    entry = Entry(site().today(), event, current().email, year, revision, about)
    kept_events.note(connection, current().organization_id, entry)
