"""What one takes from a scorecard: the chart as a picture, and pages on paper."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Page

from tests.journeys.screens import ScorecardPage, answer_all, start

LEVELS = ("00100", "111111", "222233", "333333", "444443", "22?222")


@pytest.fixture
def scorecard(page: Page) -> ScorecardPage:
    return answer_all(start(page), LEVELS).submit()


def test_the_radar_is_seen_read_and_downloaded(scorecard: ScorecardPage) -> None:
    radar = scorecard.radar
    radar.evaluate("(picture) => picture.decode()")
    assert radar.evaluate("(picture) => picture.naturalWidth") > 0
    figures = "; ".join(f"{domain}: {points}" for domain, points in scorecard.figures.items())
    assert radar.get_attribute("alt") == f"Radar chart of points from 0 to 100. {figures}."

    svg = download(scorecard, "SVG").decode()
    assert svg.lstrip().startswith(("<?xml", "<svg"))
    assert all(domain in svg for domain in ("Recognition", "Commitment"))
    assert download(scorecard, "PNG").startswith(b"\x89PNG\r\n")


@pytest.mark.parametrize("paper", ["A4", "Letter"])
def test_the_scorecard_prints_on_a_few_pages(scorecard: ScorecardPage, paper: str) -> None:
    printed = scorecard.page.pdf(format=paper, prefer_css_page_size=False)
    assert 2 <= len(re.findall(rb"/Type\s*/Page\b", printed)) <= 4


def download(scorecard: ScorecardPage, form: str) -> bytes:
    with scorecard.page.expect_download() as downloading:
        scorecard.press(form)
    assert downloading.value.suggested_filename == f"alongside-2026-radar.{form.lower()}"
    return downloading.value.path().read_bytes()
