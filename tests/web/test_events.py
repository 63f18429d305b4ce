"""The record: every deed with who did it, and never what was answered."""

from collections.abc import Iterable
from io import BytesIO

from flask import Flask

from questionnaire.core.events import Entry, Event
from questionnaire.store import database, events
from tests.web import walks
from tests.web.client import Browser, all_forms, form_fields
from tests.web.conftest import browser_of
from tests.web.crowd import colleague, known, owner, site_of

KIM, SAM = "kim@example.org", "sam@example.org"
NOTE = "We never told Robin about the wages"


def record(app: Flask, organization: str) -> list[Entry]:
    """What was noted, the earliest first."""
    with database.reading(site_of(app).engine) as connection:
        return events.newest(connection, organization.rsplit("/", 1)[1])[::-1]


def told(entries: Iterable[Entry]) -> list[tuple[Event, str, int | None, int | None, str]]:
    return [(entry.event, entry.who, entry.year, entry.revision, entry.about) for entry in entries]


def press(browser: Browser, page: str, button: str, **sent: str) -> None:
    token = walks.token_of(browser.read(page))
    assert browser.post(button, data={"csrf_token": token, **sent}).status_code == 303


def note(browser: Browser, organization: str) -> None:
    """Answer a question, with a note that nobody else is to read."""
    address = f"{organization}/2026/questions/role"
    fields = form_fields(browser.read(address), which="page")
    fields["role.title:choice"], fields["role.title:note"] = "3", NOTE
    assert browser.post(address, data=fields).status_code == 303


def test_what_is_done_by_the_private_link_is_noted_without_a_name(app: Flask, browser: Browser) -> None:
    organization = walks.start(browser)
    note(browser, organization)
    browser.fill(f"{organization}/name", name="Harbour Street 2")
    walks.submit(browser, organization)
    walks.amend(browser, organization)
    assert browser.fill(f"{organization}/2026/discard").status_code == 303
    browser.fill(f"{organization}/new-year", **{**walks.ABOUT_A_YEAR, "year": "2025"})
    press(browser, organization, f"{organization}/private-link")
    link = walks.private_link(browser.read(f"{organization}/private-link"))
    kim = known(app)
    kim.get(link)
    assert kim.fill(f"{organization}/claim", link="end").status_code == 303
    assert told(record(app, organization)) == [
        (Event.STARTED, "", 2026, None, ""),
        (Event.RENAMED, "", None, None, "Harbour Street 2"),
        (Event.SUBMITTED, "", 2026, 1, ""),
        (Event.AMENDED, "", 2026, None, ""),
        (Event.DELETED_DRAFT, "", 2026, 2, ""),
        (Event.BEGAN_YEAR, "", 2025, None, ""),
        (Event.MADE_LINK, "", None, None, ""),
        (Event.CLAIMED, KIM, None, None, ""),
        (Event.ENDED_LINK, KIM, None, None, ""),
    ]
    page = kim.read(f"{organization}/record")
    assert page.count("Somebody with the private link") == 7
    assert "Submitted 2026, revision 1" in page
    assert "Corrected the name to Harbour Street 2" in page


def test_what_colleagues_do_is_noted_with_their_address(app: Flask) -> None:
    boss, organization = owner(app)
    colleagues = f"{organization}/colleagues"
    sam = colleague(boss, organization)
    walks.invite(boss, organization, made_for="Robin")
    invitation = next(fields for fields in all_forms(boss.read(colleagues)) if "capability_id" in fields)
    assert boss.post(f"{colleagues}/invitation/end", data=invitation).status_code == 303
    theirs = next(fields for fields in all_forms(boss.read(colleagues)) if "account_id" in fields)["account_id"]
    for role in ("viewer", "viewer", "editor"):  # what is so already is not noted again
        press(boss, colleagues, f"{colleagues}/role", account_id=theirs, role=role)
    note(sam, organization)
    walks.submit(sam, organization)
    press(boss, organization, f"{organization}/private-link")
    press(boss, organization, f"{organization}/private-link/end")
    archive = boss.fill(f"{organization}/archive")
    assert boss.fill(f"{colleagues}/hand-over", account_id=theirs).status_code == 303
    assert boss.fill(f"{organization}/leave").status_code == 303
    max_ = colleague(sam, organization, "viewer", "max@example.org")
    theirs = next(fields for fields in all_forms(sam.read(colleagues)) if "account_id" in fields)["account_id"]
    press(sam, colleagues, f"{colleagues}/remove", account_id=theirs)
    assert max_.get(organization).status_code == 404
    entries = record(app, organization)
    assert told(entries) == [
        (Event.STARTED, KIM, 2026, None, ""),
        (Event.INVITED, KIM, None, None, SAM),
        (Event.JOINED, SAM, None, None, SAM),
        (Event.INVITED, KIM, None, None, "Robin"),
        (Event.ENDED_INVITATION, KIM, None, None, "Robin"),
        (Event.MADE_VIEWER, KIM, None, None, SAM),
        (Event.MADE_EDITOR, KIM, None, None, SAM),
        (Event.SUBMITTED, SAM, 2026, 1, ""),
        (Event.MADE_LINK, KIM, None, None, ""),
        (Event.ENDED_LINK, KIM, None, None, ""),
        (Event.DOWNLOADED, KIM, None, None, ""),
        (Event.HANDED_OVER, KIM, None, None, SAM),
        (Event.LEFT, KIM, None, None, ""),
        (Event.INVITED, SAM, None, None, "max@example.org"),
        (Event.JOINED, "max@example.org", None, None, "max@example.org"),
        (Event.REMOVED, SAM, None, None, "max@example.org"),
    ]
    assert {entry.happened_on for entry in entries} == {site_of(app).today()}
    loaded = load(boss, archive.data)
    assert (record(app, loaded)[-1].event, record(app, loaded)[-1].who) == (Event.IMPORTED, KIM)


def load(browser: Browser, archive: bytes) -> str:
    token = walks.token_of(browser.read("/load"))
    sent = {"csrf_token": token, "archive": (BytesIO(archive), "archive.zip")}
    answer = browser.post("/load", data=sent, content_type="multipart/form-data")
    assert answer.status_code == 303, answer.text
    return answer.headers["Location"]


def test_the_record_is_the_owners_alone_and_never_holds_an_answer(app: Flask, browser: Browser) -> None:
    boss, organization = owner(app)
    note(boss, organization)
    walks.submit(boss, organization)
    editor = colleague(boss, organization)
    viewer = colleague(boss, organization, "viewer", "max@example.org")
    press(boss, organization, f"{organization}/private-link")
    by_link, guest = browser_of(app), browser_of(app)
    by_link.get(walks.private_link(boss.read(f"{organization}/private-link")))
    address = f"{organization}/record"
    asked = (boss, editor, viewer, by_link, guest, known(app, "robin@example.org"))
    assert [one.get(address).status_code for one in asked] == [200, 403, 403, 403, 404, 404]
    assert "Robin" not in boss.read(address)
    assert "Robin" not in str(record(app, organization))


def test_a_deed_that_fails_is_not_noted(app: Flask) -> None:
    boss, organization = owner(app)
    before = record(app, organization)
    assert boss.fill(f"{organization}/new-year", **{**walks.ABOUT_A_YEAR, "year": "2026"}).status_code == 400
    assert boss.fill(f"{organization}/name", name=" ").status_code == 400
    assert boss.fill(f"{organization}/colleagues", made_for="", role="editor").status_code == 400
    assert record(app, organization) == before


def test_one_organizations_record_is_not_anothers(app: Flask) -> None:
    boss, first = owner(app, name="First")
    _other, second = owner(app, SAM, name="Second")
    boss.fill(f"{first}/name", name="Another")
    assert [entry.event for entry in record(app, second)] == [Event.STARTED]
    assert boss.get(f"{second}/record").status_code == 404
