"""The site answers, in a browser with scripts and in one without."""

from __future__ import annotations

import pytest

from tests.journeys.checks import assert_sound
from tests.journeys.conftest import Opener


@pytest.mark.parametrize("javascript", [True, False])
def test_the_first_page_is_sound(open_page: Opener, javascript: bool) -> None:
    page = open_page(javascript=javascript)
    page.goto("/")
    assert page.get_by_role("heading", level=1).is_visible()
    assert_sound(page)
