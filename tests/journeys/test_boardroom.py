"""A scorecard in the boardroom: shared, opened without an account, printed, ended; and a plan through a year."""

from __future__ import annotations

from datetime import date
from itertools import count

import pytest
from playwright.sync_api import Page, expect

from questionnaire.web.site import Site
from tests.journeys import prepared
from tests.journeys.conftest import Opener
from tests.journeys.running import RunningSite
from tests.journeys.screens import Screen
from tests.web.stored import submitted

YEAR = 2026
OWNERS = count()


def shows(screen: Screen, words: str) -> Screen:
    """Wait until these words stand within the page."""
    expect(screen.page.locator("main")).to_contain_text(words)
    return screen


@pytest.fixture
def scorecard(site: RunningSite, page: Page, monkeypatch: pytest.MonkeyPatch) -> str:
    """The address of a scorecard of 2026, with one of 2025 before it; its owner is signed in."""
    monkeypatch.setattr(Site, "today", lambda _site: date(YEAR, 11, 2))
    owner = prepared.account(site.inside, f"board.{next(OWNERS)}@harbour.example")
    organization = prepared.organization(site.inside, owner)
    submitted(site.inside, organization, YEAR - 1, 1)
    prepared.sign_in(site.inside, page, owner)
    return submitted(site.inside, organization, YEAR, 2, given={"role.title": "0"})


def test_a_board_member_opens_prints_and_loses_a_shared_report(
    page: Page, open_page: Opener, site: RunningSite, scorecard: str
) -> None:
    address = site.inside.settings.public_url or ""
    page.goto(f"{address}{scorecard}")
    owner = Screen(page)
    owner.press("Share and download").says("Share and download")
    page.get_by_label("Earlier years").check()
    shows(owner.press_button("Make the report"), "This is the report as its readers see it.")
    owner.press("Share it by a link").says("Share by a link")
    owner.write("Who is it for?", "Board of directors").press_button("Make the link").says("The link")
    link = page.get_by_label("Share link").input_value()

    board_page = open_page()
    board_page.goto(link)
    board = Screen(board_page)
    shows(shows(board, "Since 2025"), "fingerprint")
    expect(board_page.get_by_role("link", name="Share it by a link")).to_have_count(0)
    expect(board_page.get_by_role("link", name="Sign in")).to_have_count(0)
    board_page.emulate_media(media="print")
    expect(board_page.get_by_text("Download:")).to_be_hidden()
    expect(board_page.get_by_role("heading", name="Start here")).to_be_visible()
    board_page.emulate_media(media="screen")
    with board_page.expect_download() as download:
        board_page.get_by_role("link", name="PDF").click()
    assert download.value.suggested_filename.endswith(".pdf")

    owner.press("To the share links").says("Share links")
    shows(shows(owner, "Board of directors"), "Last opened on")
    shows(owner.press_button("End it Board of directors"), "That link does not work any more.")
    board.reload().says("There is no such page")
    board_page.goto(link)
    board.says("This link does not work")


def test_advice_becomes_an_action_and_the_next_year_shows_whether_it_moved_anything(
    page: Page, site: RunningSite, scorecard: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    address = site.inside.settings.public_url or ""
    page.goto(f"{address}{scorecard}")
    owner = Screen(page)
    page.get_by_role("button", name="Put it in the plan").first.click()
    shows(owner, "is in the plan.")
    page.get_by_role("link", name="Edit").first.click()
    page.get_by_label("By when").fill(f"{YEAR}-12-15")
    page.get_by_label("Under way").check()
    shows(owner.press_button("Save"), f"Due on December 15, {YEAR}")

    monkeypatch.setattr(Site, "today", lambda _site: date(YEAR + 1, 1, 20))
    organization = scorecard.partition(f"/{YEAR}/")[0]
    page.goto(f"{address}{submitted(site.inside, organization, YEAR + 1, 3)}")
    shows(shows(owner, f"In the organization’s own answers of {YEAR + 1}:"), "at a higher level than in 2026")
    page.goto(f"{address}{organization}/plan")
    shows(shows(owner, f"Overdue since December 15, {YEAR}"), "From level 0 to level 3")
