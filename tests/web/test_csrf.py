"""Forms that come late, or from elsewhere."""

import pytest
from flask import Flask

from tests.web import walks
from tests.web.client import Browser, form_fields

HERE = {"Origin": "http://localhost"}


@pytest.fixture
def section(browser: Browser) -> str:
    return f"{walks.start(browser)}/2026/questions/role"


def expire(app: Flask) -> None:
    app.config["WTF_CSRF_TIME_LIMIT"] = -1


def test_a_page_left_open_for_hours_shows_what_was_typed_and_saves_it(
    app: Flask, browser: Browser, section: str
) -> None:
    fields = form_fields(browser.read(section), which="page")
    fields["role.title:choice"] = "3"
    fields["role.title:note"] = "Two\nlines <b>"
    expire(app)
    response = browser.post(section, data=fields, headers=HERE)
    assert response.status_code == 400
    assert "open for a long time" in response.text
    assert "Two\nlines &lt;b&gt;" in response.text
    again = form_fields(response.text)
    app.config["WTF_CSRF_TIME_LIMIT"] = 3600
    assert browser.post(section, data=again).status_code == 303
    kept = form_fields(browser.read(section), which="page")
    assert (kept["role.title:choice"], kept["role.title:note"]) == ("3", "Two\nlines <b>")


@pytest.mark.parametrize(
    "headers",
    [
        {},
        {"Origin": "https://evil.example"},
        {"Origin": "null"},
        {"Referer": "https://evil.example/http://localhost"},
    ],
)
def test_a_late_form_that_is_not_from_here_is_refused_and_not_echoed(
    app: Flask, browser: Browser, section: str, headers: dict[str, str]
) -> None:
    fields = form_fields(browser.read(section), which="page")
    fields["role.title:note"] = "a secret"
    expire(app)
    response = browser.post(section, data=fields, headers=headers)
    assert response.status_code == 403
    assert "a secret" not in response.text


def test_a_late_form_of_another_browser_is_refused_and_not_echoed(app: Flask, browser: Browser, section: str) -> None:
    fields = form_fields(browser.read(section), which="page")
    fields["role.title:note"] = "a secret"
    stranger = browser.as_somebody_else()
    stranger.get("/start")
    expire(app)
    response = stranger.post(section, data=fields, headers=HERE)
    assert response.status_code == 403
    assert "a secret" not in response.text


@pytest.mark.parametrize("token", [None, "", "x", "ImEi.aaaa.bbbb"])
def test_a_missing_or_wrong_token_is_refused_and_nothing_is_echoed(
    browser: Browser, section: str, token: str | None
) -> None:
    fields = form_fields(browser.read(section), which="page")
    fields["role.title:note"] = "a secret"
    del fields["csrf_token"]
    if token is not None:
        fields["csrf_token"] = token
    response = browser.post(section, data=fields, headers=HERE)
    assert response.status_code == 403
    assert "a secret" not in response.text
