"""The due dates of a plan, for a calendar: an all-day event for each open action that has one.

The same bytes for the same actions: nothing in it tells when it was made.
"""

from collections.abc import Iterable
from datetime import UTC, datetime
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from questionnaire.core.plan import Action
from questionnaire.core.text import showable
from questionnaire.language import Language

if TYPE_CHECKING:
    from icalendar import Event

NOWHERE = "alongside.invalid"  # stands for the host where an address has none
STAMP = datetime(2026, 1, 1, tzinfo=UTC)  # the same for all: when a file was made is nobody's business


def calendar(actions: Iterable[Action], *, organization: str, address: str, say: Language) -> bytes:
    """A file that calendars load. Loaded again, it changes events in place, for their UIDs are the actions'."""
    from icalendar import Calendar, vText

    made = Calendar()
    made.add("prodid", "-//Alongside//Plan//EN")
    made.add("version", "2.0")
    made.add("method", "PUBLISH")
    name = vText(f"{say.gettext('Plan')}: {showable(organization)}")  # else it would stand there unescaped
    made.add("name", name)
    made.add("x-wr-calname", name)
    host = urlsplit(address).hostname or NOWHERE
    for action in actions:
        if action.is_open and action.due_on:
            made.add_component(_event(action, host, say))
    return bytes(made.to_ical())


def _event(action: Action, host: str, say: Language) -> "Event":
    from icalendar import Event

    event = Event()
    event.add("uid", f"{action.id}@{host}")
    event.add("dtstamp", STAMP)
    event.add("dtstart", action.due_on)
    event.add("summary", showable(action.what))
    event.add("description", _description(action, say))
    event.add("transp", "TRANSPARENT")
    return event


def _description(action: Action, say: Language) -> str:
    """Who sees to it, and how peer workers are involved. Notes stay where they are: they may name people."""
    _ = say.gettext
    said = (
        (_("Who:"), action.who),
        (_("How peer workers are involved, and paid for it") + ":", action.involvement),
    )
    return "\n".join(f"{label} {showable(words)}" for label, words in said if words)
