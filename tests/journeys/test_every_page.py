"""Every page there is, measured as checks.py says: narrow and wide, in light and in dark, errors included."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass, field

import pytest
from playwright.sync_api import Page

from tests.journeys.checks import assert_accessible, assert_no_sideways_scroll, assert_targets
from tests.journeys.conftest import Opener
from tests.journeys.running import RunningSite
from tests.journeys.screens import (
    DOES_NOT_APPLY,
    SECTIONS,
    About,
    Collision,
    FirstPage,
    OrganizationPage,
    ReviewPage,
    ScorecardPage,
    Screen,
    SectionPage,
    answer_all,
    start,
)

LONG_NAME = "Harbour-Street-Rückenwind-Überdosisvorbeugungsgemeinschaft"  # without a place to break it
LEVELS = ("00100", "111111", "222233", "333333", "444443", "22?222")
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


def test_the_pages_of_questions(page: Page, inspection: Inspection) -> None:
    section = start(page, name=LONG_NAME)
    inspection.look(section, "section without answers")
    section.choose(1, DOES_NOT_APPLY).write_note(2, "X" * 10_001).press("Save").tells("Nothing was saved yet")
    inspection.look(section, "section with errors")


def test_the_scorecards(page: Page, inspection: Inspection) -> None:
    review = answer_all(start(page, name=LONG_NAME), LEVELS)
    inspection.look(review.tells("Every question is answered."), "review, all answered")
    scorecard = review.submit()
    inspection.look(scorecard, "scorecard")
    inspection.look(scorecard.press("Advice in full").says("All advice, in order"), "advice")
    inspection.look(
        scorecard.press("How it was worked out").says("How these scores were worked out"), "how it was worked out"
    )
