"""What if: scores are shown that would be, marked as not real, and nothing of them is kept."""

import pytest
from sqlalchemy import select

from questionnaire.store import database, models
from questionnaire.web.site import Site
from tests.web import walks
from tests.web.client import Browser
from tests.web.stored import submitted


@pytest.fixture
def scorecard(site: Site, browser: Browser) -> str:
    return submitted(site, walks.own(browser), 2026)


def test_other_levels_show_what_the_domain_would_become(browser: Browser, scorecard: str) -> None:
    response = browser.fill(f"{scorecard}/what-if", role__title="4", role__limits="0")
    assert response.status_code == 200
    assert "Not real: what would be" in response.text
    assert "With 2 levels chosen below." in response.text
    response = browser.fill(f"{scorecard}/what-if", role__title="4")
    assert "<b>60</b>" in response.text


def test_nothing_of_it_is_kept(site: Site, browser: Browser, scorecard: str) -> None:
    browser.read(f"{scorecard}/what-if")
    before = rows(site)
    response = browser.fill(f"{scorecard}/what-if", role__title="4")
    assert response.status_code == 200
    assert "role.title" not in response.request.url
    assert rows(site) == before
    assert "Not real" not in browser.read(f"{scorecard}/what-if")


def rows(site: Site) -> list[list[str]]:
    with database.reading(site.engine) as connection:
        return [sorted(map(repr, connection.execute(select(table)))) for table in models.metadata.sorted_tables]


def test_a_colleague_who_only_reads_may_suppose_too(browser: Browser, scorecard: str) -> None:
    organization = scorecard.partition("/2026")[0]
    viewer = walks.colleague(browser, organization, "viewer")
    assert "Not real" in viewer.fill(f"{scorecard}/what-if", role__title="4").text


def test_what_is_chosen_wrongly_is_said_and_shows_nothing(browser: Browser, scorecard: str) -> None:
    for typed, said in (
        ({}, "Nothing is chosen yet"),
        ({"role__title": "5"}, "Choose one of the levels"),
        ({"role__title": "dont-know"}, "Choose one of the levels"),
        ({"role__nothing": "1"}, "not on this page"),
    ):
        response = browser.fill(f"{scorecard}/what-if", **typed)
        assert response.status_code == 400, typed
        assert said in response.text
        assert "Not real" not in response.text


def test_there_is_none_without_a_submission(browser: Browser, scorecard: str) -> None:
    assert browser.get(scorecard.replace("scorecard/1", "scorecard/9/what-if")).status_code == 404
