"""Every page there is, measured as checks.py says: narrow and wide, in light and in dark, errors included."""

from __future__ import annotations

import re
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass, field, replace
from datetime import date
from pathlib import Path

import pytest
from playwright.sync_api import Page

from questionnaire.core.access import Role
from questionnaire.core.events import Entry, Event
from questionnaire.store import accounts, database, events, plans
from questionnaire.web.site import Site
from tests.builders import an_action
from tests.journeys import prepared
from tests.journeys.checks import assert_accessible, assert_no_sideways_scroll, assert_targets
from tests.journeys.conftest import Opener
from tests.journeys.running import RunningSite
from tests.journeys.screens import (
    SECTIONS,
    About,
    ChoosePassword,
    ColleaguesPage,
    Collision,
    FirstPage,
    Invited,
    OrganizationPage,
    ReviewPage,
    ScorecardPage,
    Screen,
    answer_all,
    start,
)
from tests.web.mailbox import links_in, running_mailbox
from tests.web.stored import id_of, submitted

LONG_NAME = "Harbour-Street-Rückenwind-Überdosisvorbeugungsgemeinschaft"  # without a place to break it
LONG_WORDS = "Überdosisvorbeugungsgemeinschaftskoordination" * 4
NOTHING_SAVED = "Nothing was saved yet"
LEVELS = ("00100", "111111", "222233", "333333", "444443", "22?222")
NOTICE = "Our coding of the study’s findings, to try the tool: not an organization, not a measurement."
NOTHING_LOADED = "Nothing was loaded. Put this right, then choose the file again."
WIDE, NARROW = {"width": 1280, "height": 900}, {"width": 320, "height": 640}


@dataclass
class Inspection:
    """Looks at one page after another, and in the end says all that is wrong with any of them."""

    faults: list[str] = field(default_factory=list)

    def look(self, screen: Screen, name: str) -> None:
        """Axe reads each colouring once, at one width each; what has a size is measured at both widths."""
        page = screen.page
        for size, colours in ((NARROW, "dark"), (WIDE, "light")):
            page.set_viewport_size(size)  # type: ignore[arg-type]
            page.emulate_media(color_scheme=colours)  # type: ignore[arg-type]
            for check in (assert_accessible, assert_targets, assert_no_sideways_scroll):
                try:
                    check(page)
                except AssertionError as fault:
                    self.faults.append(f"{name}, {size['width']} px, {colours}: {fault}")


@pytest.fixture
def inspection() -> Iterator[Inspection]:
    inspection = Inspection()
    yield inspection
    assert not inspection.faults, "\n".join(inspection.faults)


def test_the_pages_of_the_start(page: Page, inspection: Inspection) -> None:
    first = FirstPage(page).open()
    inspection.look(first, "first page")
    about = first.start()
    inspection.look(about, "start")
    about.press("Start").tells(NOTHING_SAVED)
    inspection.look(about, "start with errors")
    link_page = about.fill(name=LONG_NAME).send()
    inspection.look(link_page, "private link")
    inspection.look(link_page.reload(), "private link, the second time")
    link_page.press("To your organization’s page")
    organization = OrganizationPage(page).says(LONG_NAME)
    inspection.look(organization, "organization with a draft")
    organization.press("Begin another year").says("Begin another year")
    inspection.look(organization, "another year")
    About(page).fill(year=2026).press("Begin").tells(NOTHING_SAVED)
    inspection.look(organization, "another year that is taken")
    FirstPage(page).open()
    inspection.look(first, "first page with an organization")


def test_the_pages_of_questions(open_page: Opener, inspection: Inspection) -> None:
    page, other = open_page(), open_page()
    link_page = FirstPage(page).open().start().fill(name=LONG_NAME).send()
    other.goto(link_page.link)
    section = link_page.go_on()
    inspection.look(section, "first section")
    section.choose(1, 1).write_note(1, "https://example.org/" + "x" * 200).save()

    there = OrganizationPage(other).open_review().to_section(SECTIONS[0])
    section.choose(1, 3).save()
    there.choose(1, 0).press("Save")
    Collision(other).versions()
    inspection.look(there, "collision")

    section.does_not_apply(2, "").write_note(3, "x" * 10_001).press("Save").tells(NOTHING_SAVED)
    inspection.look(section, "section with errors")
    page.goto(page.url)
    inspection.look(section.to_section(SECTIONS[4]), "another section")
    about = section.to_profile()
    inspection.look(about, "profile")
    about.fill(year=None, peer_workers="many").press("Save and continue").tells(NOTHING_SAVED)
    inspection.look(about, "profile with errors")
    about.fill(year=None)
    inspection.look(section.to_review(), "review with open questions")


def test_the_pages_of_a_full_scorecard(page: Page, inspection: Inspection) -> None:
    review = answer_all(start(page, name=LONG_NAME), LEVELS)
    inspection.look(review.tells("Every question is answered."), "review of answered questions")
    scorecard = review.submit()
    inspection.look(scorecard, "scorecard")
    inspection.look(scorecard.press("Advice in full").says("All advice, in order"), "advice")
    scorecard.press("How it was worked out").says("How these scores were worked out")
    inspection.look(scorecard, "how it was worked out")


def test_the_pages_of_a_scorecard_without_figures(page: Page, inspection: Inspection) -> None:
    section = start(page, name=LONG_NAME).does_not_apply(1, "Everybody here is a volunteer " * 8).choose(2, 1)
    scorecard = section.to_review().submit().says("There are not enough answers yet to score any domain")
    address = page.url
    inspection.look(scorecard, "scorecard without figures")
    inspection.look(scorecard.press("Advice in full").says("All advice, in order"), "advice on one answer")
    scorecard.press("How it was worked out").says("How these scores were worked out")
    inspection.look(scorecard, "how nothing was worked out")
    scorecard.press(LONG_NAME).says(LONG_NAME)
    inspection.look(scorecard, "organization with a scorecard")
    scorecard.press("Amend the answers of 2026")
    ReviewPage(page).says("Review before you submit").submit().says(re.compile("not enough answers"))
    page.goto(address)
    inspection.look(ScorecardPage(page).tells("See the newest scorecard"), "scorecard that was amended")


def test_the_pages_of_the_demonstration(page: Page, inspection: Inspection, site: RunningSite) -> None:
    page.goto(site.with_the_case())
    organization = OrganizationPage(page).tells(NOTICE)
    inspection.look(organization, "the case")
    inspection.look(organization.press("Scorecard 2018, revision 1").tells(NOTICE), "scorecard of the case")


def test_the_pages_of_signing_in(page: Page, inspection: Inspection, site: RunningSite) -> None:
    email = long_address("signing.in")
    sign_in = FirstPage(page).open().to_sign_in()
    sign_in.write("E-mail address", email).press_button("Sign in").tells("The address or the password is wrong.")
    inspection.look(sign_in, "sign in with an error")
    inspection.look(sign_in.press("I forgot my password").says("This site sends no mail"), "forgotten, without mail")
    page.goto("/sign-up")
    inspection.look(Screen(page).says("This site sends no mail"), "sign up, without mail")

    page.goto(prepared.account_link(site.inside, ""))
    choose = ChoosePassword(page).says("Choose your password").press("Save and sign in").tells(NOTHING_SAVED)
    inspection.look(choose, "choose a password and an address, with errors")
    page.goto("/in/nothing")
    inspection.look(choose.says("This link does not work"), "link that does not work")


def test_the_pages_of_mail(
    page: Page, inspection: Inspection, site: RunningSite, monkeypatch: pytest.MonkeyPatch
) -> None:
    email = long_address("mailed")
    with running_mailbox() as mailbox:
        settings = replace(site.inside.settings, smtp_url=mailbox.url, mail_from="alongside@example.org")
        monkeypatch.setattr(site.inside, "settings", settings)
        screen = FirstPage(page).open().to_sign_in().press("I forgot my password").says("A new password")
        inspection.look(screen, "forgotten")
        screen.press("Back").press("Make one").says("Make an account").press("Send me the link").tells(NOTHING_SAVED)
        inspection.look(screen, "sign up with an error")
        screen.write("E-mail address", email).press("Send me the link").says("Look into your mail").tells(email)
        inspection.look(screen, "look into your mail")
        page.goto(links_in(mailbox.last())[0])
    choose = ChoosePassword(page).says("Choose your password").tells(email)
    inspection.look(choose, "choose a password")
    inspection.look(choose.choose_password(), "first page, signed in")


def test_the_pages_of_an_account(page: Page, inspection: Inspection, site: RunningSite) -> None:
    account_id = prepared.account(site.inside, long_address("account"))
    prepared.organization(site.inside, account_id, name=LONG_NAME)
    start(page, name=LONG_NAME)
    prepared.sign_in(site.inside, page, account_id)
    for device in ("Firefox · Android", ""):
        prepared.session(site.inside, account_id, device=device)
    screen = FirstPage(page).open().press("Your account").says("Your account").tells("Unknown browser")
    inspection.look(screen, "account with devices")
    screen.press("Change your password").says("Change your password").press("Change it").tells(NOTHING_SAVED)
    inspection.look(screen, "change the password, with an error")
    inspection.look(screen.press("Sign out").says("Sign out").tells(LONG_NAME), "sign out with a private link")


def test_the_pages_of_owning(page: Page, inspection: Inspection, site: RunningSite) -> None:
    organization = start(page, name=LONG_NAME).to_organization(LONG_NAME)
    first = organization.own().says("An account comes first")
    inspection.look(first, "claim without an account")
    prepared.sign_in(site.inside, page, prepared.account(site.inside, long_address("owning")))
    claim = first.reload().says("Own this organization").press("Own it").tells(NOTHING_SAVED)
    inspection.look(claim, "claim with an error")


def test_the_pages_of_an_owner(page: Page, inspection: Inspection, site: RunningSite) -> None:
    organization = an_organization_with_colleagues(site.inside, page)
    colleagues = OrganizationPage(page).to_colleagues().press("Make the invitation").tells(NOTHING_SAVED)
    inspection.look(colleagues, "colleagues with errors")
    made = ColleaguesPage(page).invite(LONG_WORDS)
    inspection.look(made, "invitation")
    inspection.look(made.reload(), "invitation, the second time")
    made.back().press("Hand over to another owner").press("Hand over").tells(NOTHING_SAVED)
    inspection.look(made, "hand over with an error")

    page.goto(organization)
    inspection.look(OrganizationPage(page).says(LONG_NAME), "organization of an owner")
    inspection.look(made.press("What was done, and by whom").says("What was done"), "record")
    page.goto(organization)
    made.press("Delete this organization").says("Delete this organization").press("Delete it for ever")
    inspection.look(made.tells(NOTHING_SAVED), "delete with an error")
    page.goto(organization)
    made.press("Correct the name").says("Correct the name").write("Name of the organization", "").press("Save")
    inspection.look(made.tells(NOTHING_SAVED), "correct the name, with an error")


def test_the_pages_of_a_colleague(page: Page, inspection: Inspection, site: RunningSite) -> None:
    owner = prepared.account(site.inside, long_address("inviting"))
    organization = prepared.organization(site.inside, owner, name=LONG_NAME)
    submitted(site.inside, organization, 2026)
    invited = Invited(page).open(prepared.invitation(site.inside, organization, "Sam", Role.VIEWER))
    inspection.look(invited, "invitation opened")
    invited.press("Make an account").press("Make the account").tells(NOTHING_SAVED)
    inspection.look(invited, "make an account, with errors")
    email = long_address("invited")
    prepared.sign_in(site.inside, page, prepared.account(site.inside, email))
    page.goto("/invitation")
    inspection.look(invited.says("You are invited").tells(email), "invitation, signed in")
    inspection.look(invited.press("Join").says(LONG_NAME), "organization of a viewer")
    page.goto(f"{organization}/record")
    inspection.look(invited.says("You may not do this here"), "not allowed")
    page.goto(f"{organization}/leave")
    inspection.look(invited.says("Leave this organization"), "leave")


def test_the_pages_of_years(page: Page, inspection: Inspection, site: RunningSite) -> None:
    """The second year leaves a section unknown, so that its line breaks twice; the fourth is a draft."""
    owner = prepared.account(site.inside, long_address("years"))
    organization = prepared.organization(site.inside, owner, name=LONG_NAME)
    prepared.sign_in(site.inside, page, owner)
    submitted(site.inside, organization, 2024, 1)
    page.goto(f"{organization}/years")
    inspection.look(Screen(page).says("2024 is the only year so far: a second one makes a comparison"), "one year")

    role = (item_id for item_id in site.inside.instrument.items if item_id.startswith("role."))
    submitted(site.inside, organization, 2025, 2, given=dict.fromkeys(role, "dont-know"))
    submitted(site.inside, organization, 2026, 1, given={"comm.start": "4", "comm.ahead": "0", "fit.match": "2"})
    prepared.draft(site.inside, organization, 2027)
    page.goto(organization)
    screen = OrganizationPage(page).says(LONG_NAME)
    inspection.look(screen, "organization with years")
    inspection.look(screen.press("Delete the draft").says("Delete this draft"), "discard a draft")
    page.goto(organization)
    years = screen.press("Scorecard 2026, revision 1").tells("Since 2025")
    inspection.look(years, "scorecard with a change")
    inspection.look(years.press("See what moved").tells("2025 and 2026 compared"), "two years compared")
    years.press("All years").tells("Compare two years:")
    page.get_by_label("From").select_option("2026")
    inspection.look(
        years.press("Compare").tells("Choose two different years."), "all years, with a break and an error"
    )


def test_the_pages_of_an_archive(page: Page, inspection: Inspection, site: RunningSite) -> None:
    owner = prepared.account(site.inside, long_address("archive"))
    organization = prepared.organization(site.inside, owner, name=LONG_NAME)
    submitted(site.inside, organization, 2026)
    prepared.sign_in(site.inside, page, owner)
    page.goto(organization)
    screen = OrganizationPage(page).press("Download everything").says("Download everything")
    inspection.look(screen, "download everything")
    with page.expect_download() as downloading:
        screen.press("Download")
    page.goto("/load")
    page.get_by_label("Archive").set_input_files(site.file)
    inspection.look(screen.press("Load it").tells(NOTHING_LOADED), "load, with an error")
    page.get_by_label("Archive").set_input_files(downloading.value.path())
    inspection.look(screen.press("Load it").says(LONG_NAME), "organization that was loaded")
    inspection.look(screen.press("Scorecard 2026, revision 1").tells(LONG_NAME), "scorecard that was loaded")


def long_address(name: str) -> str:
    """An address without a place to break it."""
    return f"{name}{'x' * 40}@{'y' * 60}.example.org"


def an_organization_with_colleagues(site: Site, page: Page) -> str:
    """The address of one that has every kind of colleague, and a record; its owner has its page open."""
    owner = prepared.account(site, long_address("owner"))
    organization = prepared.organization(site, owner, name=LONG_NAME)
    submitted(site, organization, 2025)
    prepared.draft(site, organization, 2026)
    editor = prepared.colleague(site, organization, long_address("editor"))
    prepared.colleague(site, organization, long_address("viewer"), Role.VIEWER)
    prepared.invitation(site, organization, LONG_WORDS)
    today = site.today()
    with database.writing(site.engine) as connection:
        accounts.disable(connection, editor, on=today)
        for who, event, about in (
            ("", Event.STARTED, ""),
            (long_address("owner"), Event.RENAMED, LONG_NAME),
            (long_address("owner"), Event.INVITED, LONG_WORDS),
        ):
            events.note(connection, id_of(organization), Entry(today, event, who, 2025, about=about))
    prepared.sign_in(site, page, owner)
    page.goto(organization)
    return organization


def test_the_pages_of_what_cannot_be(
    page: Page, inspection: Inspection, site: RunningSite, monkeypatch: pytest.MonkeyPatch
) -> None:
    page.goto("/organizations/nobody")
    inspection.look(Screen(page).says("There is no such page"), "no such page")

    section = start(page, name=LONG_NAME).choose(1, 3).write_note(1, "As seen on the rosters")
    with monkeypatch.context() as later:
        later.setitem(site.app.config, "WTF_CSRF_TIME_LIMIT", -1)  # hours have passed since the page was opened
        section.press("Save").says("This page was open for a long time")
    section.tells("As seen on the rosters")
    inspection.look(section, "page that was open for long")
    section.press("Save").is_saved().has(1, 3)

    page.context.clear_cookies(name=site.app.config["SESSION_COOKIE_NAME"])
    inspection.look(section.press("Save").says("This form was not sent from our page"), "refused form")


def test_the_pages_of_storage_that_does_not_answer(
    open_page: Opener, inspection: Inspection, site: RunningSite
) -> None:
    page, other = open_page(javascript=False), open_page()
    link_page = FirstPage(page).open().start().fill(name=LONG_NAME).send()
    link = link_page.link
    section = link_page.go_on().choose(1, 3).write_note(1, "As seen on the rosters")
    with locked(site.file):  # both wait side by side, until the site gives up
        page.get_by_role("button", name="Save", exact=True).focus()
        page.keyboard.press("Enter")
        other.goto(link)
        Screen(other).says("The site cannot reach its storage right now")
        section.says("This could not be done right now").tells("As seen on the rosters")
    inspection.look(Screen(other), "storage away")
    inspection.look(section, "storage away, what was typed is kept")
    section.press("Save").is_saved().has(1, 3)


@contextmanager
def locked(file: Path) -> Iterator[None]:
    """Another program holds the database."""
    with closing(sqlite3.connect(file, isolation_level=None)) as connection:
        connection.execute("BEGIN IMMEDIATE")
        yield
        connection.execute("ROLLBACK")


def test_the_pages_of_the_boardroom(page: Page, open_page: Opener, inspection: Inspection, site: RunningSite) -> None:
    """Everything that is shared or planned, with long words and all that a report can hold."""
    owner = prepared.account(site.inside, "boardroom@example.org")
    organization = prepared.organization(site.inside, owner, name=LONG_NAME)
    submitted(site.inside, organization, 2024, 1)
    with database.writing(site.inside.engine) as connection:
        for number, status in enumerate(("under-way", "done", "dropped"), 1):
            action = an_action(
                LONG_WORDS,
                id=f"{number}0000000-0000-4000-8000-000000000001",
                year=2024,
                who=LONG_WORDS,
                notes=LONG_WORDS,
                status=status,
                why_dropped=LONG_WORDS if status == "dropped" else "",
                due_on=date(2025, 1, 1),
                items=("role.title", "comm.start"),
                is_first=status == "under-way",
            )
            plans.add(connection, id_of(organization), action)
    scorecard = submitted(site.inside, organization, 2025, 2)
    prepared.sign_in(site.inside, page, owner)
    address = site.inside.settings.public_url or ""
    screen = Screen(page)

    def look(path: str, name: str) -> None:
        page.goto(f"{address}{path}")
        inspection.look(screen, name)

    look(scorecard, "scorecard with a plan")
    look(f"{organization}/plan", "plan")
    look(f"{organization}/plan/new", "new action")
    page.get_by_label("By when").fill("2001-01-01")
    screen.press("Save").tells(NOTHING_SAVED)
    inspection.look(screen, "new action with errors")
    look(f"{organization}/plan/10000000-0000-4000-8000-000000000001", "action")
    look(f"{organization}/plan/10000000-0000-4000-8000-000000000001/delete", "deleting an action")
    look(f"{scorecard}/what-if", "what if")
    page.locator("summary").first.click()
    page.locator("select").first.select_option("4")
    screen.press("See what would be")
    inspection.look(screen, "what if, with what would be")
    look(f"{scorecard}/report", "what a report holds")
    for box in page.get_by_role("checkbox").all():
        box.check()
    screen.press("Make the report")
    inspection.look(screen, "report, to its owner")
    screen.press("Share it by a link").press("Make the link").tells(NOTHING_SAVED)
    inspection.look(screen, "share form with errors")
    screen.write("Who is it for?", LONG_WORDS).press("Make the link").says("The link")
    link = page.get_by_label("Share link").input_value()
    inspection.look(screen, "share link")
    screen.press("To the share links")
    inspection.look(screen, "share links")
    board = open_page()
    board.goto(link)
    inspection.look(Screen(board), "report, to a reader")
