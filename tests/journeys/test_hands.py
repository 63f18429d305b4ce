"""The keyboard's eyes: a focus that nobody could see fails the journey that meets it."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page

from tests.journeys.hands import Keyboard

SEEN = "a:focus { outline: 3px solid black }"


def shown(page: Page, style: str, body: str = '<a href="/">One</a> <a href="/">Two</a>') -> Page:
    page.set_content(
        f"<!DOCTYPE html><html lang='en'><title>Test</title><style>{style}</style><body>{body}</body></html>"
    )
    return page


@pytest.mark.parametrize(
    ("style", "message"),
    [
        ("a { outline: none !important }", "nobody sees that this has the focus"),
        (f"{SEEN} a {{ position: absolute; left: -1000px }}", "this has the focus out of sight"),
        (f"{SEEN} body::after {{ content: ''; position: fixed; inset: 0 }}", "this has the focus out of sight"),
    ],
)
def test_a_focus_that_cannot_be_seen_is_a_fault(page: Page, style: str, message: str) -> None:
    with pytest.raises(AssertionError, match=message):
        Keyboard(shown(page, style)).press(page.get_by_text("Two"))


def test_what_tab_does_not_reach_is_a_fault(page: Page) -> None:
    shown(page, SEEN, '<a href="/">One</a> <a href="/" tabindex="-1">Two</a>')
    with pytest.raises(AssertionError, match="the Tab key does not lead to"):
        Keyboard(page, most_steps=10).press(page.get_by_text("Two"))
