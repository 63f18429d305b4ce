"""The checks that journeys make of every page fire, in every kind of browser profile that journeys use."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from playwright.sync_api import Page

from tests.journeys.checks import assert_accessible, assert_no_sideways_scroll, assert_targets
from tests.journeys.conftest import Opener

SIZED = "display:inline-block;width:{0}px;height:{0}px;padding:0;margin:0"


def shown(page: Page, body: str) -> Page:
    head = "<!DOCTYPE html><html lang='en'><head><title>Test</title></head>"
    page.set_content(f"{head}<body><main><h1>A</h1>{body}</main></body></html>")
    return page


@pytest.mark.parametrize("javascript", [True, False])
@pytest.mark.parametrize(
    ("check", "body", "message"),
    [
        (assert_accessible, '<p style="color:#ccc;background:#fff">Faint</p>', "color-contrast (serious)"),
        (assert_accessible, "<input>", "label (critical)"),
        (assert_accessible, "<h4>Deep</h4>", "heading-order"),
        (assert_targets, f'<button style="{SIZED.format(23)}">A</button>', "23 × 23: <button"),
        (assert_targets, '<label><input type="radio"></label>', "13 × 13: <input"),
        (assert_targets, '<ul><li><a href="/">A</a></li></ul>', "<a href"),
        (assert_targets, '<p><a href="/">A</a> <a href="/b">B</a></p>', "<a href"),
        (assert_no_sideways_scroll, '<p style="width:2000px">Wide</p>', "<p style"),
    ],
)
def test_a_fault_is_named_with_the_address(
    open_page: Opener, javascript: bool, check: Callable[[Page], None], body: str, message: str
) -> None:
    page = shown(open_page(javascript=javascript), body)
    with pytest.raises(AssertionError) as caught:
        check(page)
    assert message in str(caught.value)
    assert page.url in str(caught.value)


@pytest.mark.parametrize(
    "body",
    [
        f'<button style="{SIZED.format(24)}">A</button>',
        f'<label style="{SIZED.format(24)}"><input type="radio"></label>',
        f'<input type="radio" id="x"><label for="x" style="{SIZED.format(24)}">A</label>',
        '<p>Read <a href="/">this</a>.</p>',
        '<p>Read <b><a href="/">this</a></b>.</p>',
        '<button hidden>A</button><div style="display:none"><a href="/">A</a></div>',
        '<input type="hidden"><button disabled>A</button>',
    ],
)
def test_what_is_large_enough_passes(page: Page, body: str) -> None:
    assert_targets(shown(page, body))


@pytest.mark.parametrize("dark", [True, False])
def test_a_page_is_shown_as_its_reader_wishes(open_page: Opener, dark: bool) -> None:
    page = open_page(dark=dark, width=320)
    assert page.evaluate("() => [innerWidth, matchMedia('(prefers-color-scheme: dark)').matches]") == [320, dark]
