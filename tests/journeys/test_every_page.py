"""Every page there is, measured as checks.py says: narrow and wide, in light and in dark, errors included."""

from __future__ import annotations

import re
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from playwright.sync_api import Page

from tests.journeys.checks import assert_accessible, assert_no_sideways_scroll, assert_targets
from tests.journeys.conftest import Opener
from tests.journeys.running import RunningSite
from tests.journeys.screens import (
    SECTIONS,
    About,
    Collision,
    FirstPage,
    OrganizationPage,
    ReviewPage,
    ScorecardPage,
    Screen,
    answer_all,
    start,
)

LONG_NAME = "Harbour-Street-Rückenwind-Überdosisvorbeugungsgemeinschaft"  # without a place to break it
LEVELS = ("00100", "111111", "222233", "333333", "444443", "22?222")
NOTICE = "Our coding of the study’s findings, to try the tool: not an organization, not a measurement."
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
    about.press("Start").tells("Nothing was saved yet")
    inspection.look(about, "start with errors")
    link_page = about.fill(name=LONG_NAME).send()
    inspection.look(link_page, "private link")
    inspection.look(link_page.reload(), "private link, the second time")
    link_page.press("To your organization’s page")
    organization = OrganizationPage(page).says(LONG_NAME)
    inspection.look(organization, "organization with a draft")
    organization.press("Begin another year").says("Begin another year")
    inspection.look(organization, "another year")
    About(page).fill(year=2026).press("Begin").tells("Nothing was saved yet")
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

    section.does_not_apply(2, "").write_note(3, "x" * 10_001).press("Save").tells("Nothing was saved yet")
    inspection.look(section, "section with errors")
    page.goto(page.url)
    inspection.look(section.to_section(SECTIONS[4]), "another section")
    about = section.to_profile()
    inspection.look(about, "profile")
    about.fill(year=None, peer_workers="many").press("Save and continue").tells("Nothing was saved yet")
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
