"""A calendar of due dates: one event for each open action, and no text that breaks out of its line."""

from datetime import UTC, date, datetime

import pytest
from icalendar import Calendar, vText

from questionnaire.core.plan import Action, Status
from questionnaire.language import languages
from questionnaire.output.calendars import calendar
from tests.builders import an_action

SAY = languages()["en"]
BREAK = b"\r\n"
ADDRESS = "https://alongside.example.org:8443/somewhere"

HOSTILE = {
    "lines": "Call\nBEGIN:VEVENT\nSUMMARY:Not ours\nEND:VEVENT",
    "property": "Call\nATTACH:https://example.org/\nX",
    "separators": "a, b; c: d\\n e\\, f\\; g",
    "quotes": "\"a\" 'b' <c> &amp; %0d%0a",
    "emoji": "🌱👩🏽‍🌾 " * 40,
    "Inuktitut": "ᐃᓕᓐᓂᐊᕐᓂᖅ " * 20,
    "right to left": "\u202eעברית العربية\u202c",
    "long": "Å" * 10_000,
    "blanks": "  \t a  ",
}


def file(*actions: Action, organization: str = "Harbour Street", address: str = ADDRESS) -> bytes:
    return calendar(actions, organization=organization, address=address, say=SAY)


def read(content: bytes) -> Calendar:
    found = Calendar.from_ical(content)
    assert isinstance(found, Calendar)
    assert not found.errors
    return found


def test_an_open_action_is_an_event_of_its_due_date() -> None:
    (event,) = read(file(an_action())).events
    assert event.decoded("dtstart") == date(2027, 3, 31)
    assert b"DTSTART;VALUE=DATE:20270331\r\n" in file(an_action())
    assert event["summary"] == "Write the roles down"
    assert event["description"] == (
        "Who: Program manager\nHow peer workers are involved, and paid for it: In paid meetings."
    )
    assert event["transp"] == "TRANSPARENT"
    assert not event.alarms.times


@pytest.mark.parametrize(
    ("changes", "stands"),
    [
        ({"status": Status.UNDER_WAY}, True),
        ({"status": Status.DONE}, False),
        ({"status": Status.DROPPED}, False),
        ({"due_on": None}, False),
        ({"due_on": date(2001, 1, 1)}, True),
        ({"due_on": date.max}, True),
    ],
)
def test_only_what_is_open_and_has_a_date_is_in_the_calendar(changes: dict[str, object], stands: bool) -> None:
    assert bool(read(file(an_action().model_copy(update=changes))).events) is stands


def test_what_nobody_wrote_is_not_described() -> None:
    (event,) = read(file(an_action(who="", involvement=""))).events
    assert not event["description"]


def test_notes_and_reasons_are_not_in_the_calendar() -> None:
    assert b"Sam" not in file(an_action(notes="Sam said so.", why_dropped="Sam left."))


@pytest.mark.parametrize(
    ("address", "host"),
    [
        (ADDRESS, "alongside.example.org"),
        ("http://localhost:8080", "localhost"),
        ("http://[::1]/", "::1"),
        ("", "alongside.invalid"),
    ],
)
def test_an_event_is_known_by_its_action_and_the_host(address: str, host: str) -> None:
    (event,) = read(file(an_action(), address=address)).events
    assert event["uid"] == f"{an_action().id}@{host}"


def test_a_changed_action_is_the_same_event() -> None:
    (before,), (after,) = (
        read(file(an_action())).events,
        read(file(an_action("Other", due_on=date(2027, 1, 1)))).events,
    )
    assert before["uid"] == after["uid"]


def test_equal_actions_make_equal_bytes_that_do_not_tell_when() -> None:
    assert file(an_action()) == file(an_action())
    (event,) = read(file(an_action())).events
    assert event.decoded("dtstamp") == datetime(2026, 1, 1, tzinfo=UTC)


def test_a_calendar_without_events_is_one() -> None:
    assert read(file()).events == []


@pytest.mark.parametrize("text", HOSTILE.values(), ids=HOSTILE.keys())
def test_whatever_is_written_stays_text(text: str) -> None:
    content = file(an_action(text, who=text, involvement=text), organization=text)
    found = read(content)
    (event,) = found.events
    assert event["summary"] == text
    assert event["description"] == f"Who: {text}\nHow peer workers are involved, and paid for it: {text}"
    name, whole = vText(f"Plan: {text}").to_ical(), content.replace(BREAK + b" ", b"")
    assert BREAK + b"NAME:" + name + BREAK in whole
    assert BREAK + b"X-WR-CALNAME:" + name + BREAK in whole
    assert set(event) == {"UID", "DTSTAMP", "DTSTART", "SUMMARY", "DESCRIPTION", "TRANSP"}


@pytest.mark.parametrize("text", HOSTILE.values(), ids=HOSTILE.keys())
def test_lines_are_as_short_as_calendars_want_them(text: str) -> None:
    lines = file(an_action(text, who=text, involvement=text), organization=text).split(b"\r\n")
    assert lines.pop() == b""
    assert all(len(line) <= 75 and b"\n" not in line and b"\r" not in line for line in lines)


def test_what_cannot_be_shown_leaves_a_mark() -> None:
    (event,) = read(file(an_action("a\r\nBEGIN:VALARM\x00\ud800"))).events
    assert event["summary"] == "a\ufffd\nBEGIN:VALARM\ufffd\ufffd"
