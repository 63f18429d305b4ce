"""The main journey, whatever one works with: start, answer every question, submit, read the scorecard."""

from __future__ import annotations

import re

from playwright.sync_api import Page, expect

from tests.journeys.conftest import Opener
from tests.journeys.hands import Finger, Keyboard, Mouse
from tests.journeys.screens import SECTIONS, ScorecardPage, answer_all, start

# The levels of each section's questions in turn, and by hand what they give: 25 points a level, the mean of the
# section, a half upwards; not knowing is in no mean.
LEVELS = ("00100", "111111", "222233", "333333", "444443", "22?222")
FIGURES = dict(zip(SECTIONS, ("5", "25", "58", "75", "96", "50"), strict=True))
HEADLINE = "Harbour Street is strongest on Recognition, with furthest to go on Role clarity"
OVERALL = "Mean of the scored domains: 52."  # (5 + 25 + 58.333 + 75 + 95.833 + 50) ÷ 6 = 51.53
NOT_KNOWN = "1 of 35 questions was answered “We don’t know”: a finding too, counted in no score."


def assert_told(scorecard: ScorecardPage) -> None:
    scorecard.says(HEADLINE).tells(NOT_KNOWN)
    assert scorecard.figures == FIGURES
    expect(scorecard.page.get_by_text(OVERALL)).to_be_visible()
    expect(scorecard.page.locator(".first > li")).to_have_count(3)


def test_by_mouse(page: Page) -> None:
    scorecard = answer_all(start(page, Mouse()), LEVELS).submit()
    assert_told(scorecard)
    for paper in ("A4", "Letter"):
        pages = len(re.findall(rb"/Type\s*/Page\b", page.pdf(format=paper)))
        assert 2 <= pages <= 4, f"printed on {pages} pages of {paper}"


def test_by_keyboard_alone(page: Page) -> None:
    assert_told(answer_all(start(page, Keyboard(page)), LEVELS).submit())


def test_with_scripts_off(open_page: Opener) -> None:
    assert_told(answer_all(start(open_page(javascript=False)), LEVELS).submit())


def test_by_finger_on_a_narrow_phone(open_page: Opener) -> None:
    page = open_page(width=320, height=640, has_touch=True, is_mobile=True, device_scale_factor=2)
    assert_told(answer_all(start(page, Finger()), LEVELS).submit())


def test_enter_saves_the_page_and_stays_on_it(page: Page) -> None:
    section = start(page, Keyboard(page)).choose(2, 3)
    press_enter(page)
    section.is_saved().says(SECTIONS[0]).has(2, 3)

    section.does_not_apply(1, "All of us are volunteers")
    press_enter(page)
    section.is_saved().says(SECTIONS[0])
    expect(section.reason(1)).to_have_value("All of us are volunteers")

    about = section.to_profile()
    peer_workers = page.get_by_label("How many of them are peer workers?")
    about.hand.write(peer_workers, "14")
    press_enter(page)
    about.says("About your organization").reload()
    expect(peer_workers).to_have_value("14")


def press_enter(page: Page) -> None:
    with page.expect_navigation():
        page.keyboard.press("Enter")


def test_any_section_can_come_first(page: Page) -> None:
    """The steps of the bar save what stands on the page before they lead away from it."""
    review = start(page).choose(1, 4).to_section(SECTIONS[5]).choose(6, 2).to_review()
    review.to_section(SECTIONS[0]).has(1, 4).to_section(SECTIONS[5]).has(6, 2)
