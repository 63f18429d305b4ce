"""Forms as nobody's browser sends them: refused in words, nothing saved, everything typed shown again."""

from collections.abc import Callable
from urllib.parse import urlencode
from xml.etree import ElementTree as ET

import pytest
from flask import Flask
from werkzeug.test import encode_multipart

from tests.web import walks
from tests.web.client import Browser, Fields, form_fields, session_cookie
from tests.web.conftest import browser_of

URLENCODED = "application/x-www-form-urlencoded"
TYPED = "We talked about this in May"


@pytest.fixture
def section(browser: Browser) -> str:
    return f"{walks.start(browser)}/2026/questions/role"


def typed_into(browser: Browser, section: str) -> Fields:
    fields = form_fields(browser.read(section), which="page")
    fields["role.title:choice"] = "3"
    fields["role.title:note"] = TYPED
    return fields


def unknown_level(fields: Fields) -> None:
    fields["role.known:choice"] = "5"


def choice_in_letters(fields: Fields) -> None:
    fields["role.known:choice"] = "three"


def item_of_another_section(fields: Fields) -> None:
    fields["comm.start:choice"] = "3"


def item_twice(fields: Fields) -> None:
    fields.add("role.known:choice", "1")
    fields.add("role.known:choice", "2")


def note_of_a_megabyte(fields: Fields) -> None:
    fields["role.known:note"] = "x" * 1_000_000


def note_with_nul(fields: Fields) -> None:
    fields["role.known:note"] = "one\0two"


def note_with_a_control_character(fields: Fields) -> None:
    fields["role.known:note"] = "one\x1btwo"


def ten_thousand_fields(fields: Fields) -> None:
    for number in range(10_000):
        fields[f"field{number}"] = "x"


def no_reason(fields: Fields) -> None:
    fields["role.known:choice"] = "does-not-apply"


def long_reason(fields: Fields) -> None:
    fields["role.known:choice"] = "does-not-apply"
    fields["role.known:reason"] = "x" * 501


def a_page_that_does_not_exist(fields: Fields) -> None:
    fields["go"] = "//elsewhere.example"


@pytest.mark.parametrize(
    "spoil",
    [
        unknown_level,
        choice_in_letters,
        item_of_another_section,
        item_twice,
        note_of_a_megabyte,
        note_with_nul,
        note_with_a_control_character,
        ten_thousand_fields,
        no_reason,
        long_reason,
        a_page_that_does_not_exist,
    ],
)
def test_a_spoiled_section_is_refused_in_words_and_shown_again(
    browser: Browser, section: str, spoil: Callable[[Fields], None]
) -> None:
    fields = typed_into(browser, section)
    spoil(fields)
    response = browser.post(section, data=fields)
    assert response.status_code == 400
    assert "Nothing was saved yet" in response.text
    shown = form_fields(response.text, which="page")
    assert shown["role.title:choice"] == "3"
    assert shown["role.title:note"] == TYPED
    assert "role.title:choice" not in form_fields(browser.read(section), which="page")


def test_a_long_note_comes_back_whole_with_its_limit(browser: Browser, section: str) -> None:
    fields = typed_into(browser, section)
    note_of_a_megabyte(fields)
    response = browser.post(section, data=fields)
    assert "1,000,000 characters long; at most 10,000" in response.text
    assert form_fields(response.text, which="page")["role.known:note"] == "x" * 1_000_000


def test_a_note_in_emoji_as_large_as_the_limit_is_kept(browser: Browser, section: str) -> None:
    fields = typed_into(browser, section)
    fields["role.title:note"] = "🌱" * 10_000
    assert browser.post(section, data=fields).status_code == 303
    assert form_fields(browser.read(section), which="page")["role.title:note"] == "🌱" * 10_000


def test_half_a_character_is_refused_and_the_rest_comes_back(browser: Browser, section: str) -> None:
    fields = typed_into(browser, section)
    fields["role.known:note"] = "HALF"
    body = urlencode(fields).replace("HALF", "%ED%A0%80")
    response = browser.post(section, data=body, content_type=URLENCODED)
    assert response.status_code == 400
    assert form_fields(response.text, which="page")["role.title:note"] == TYPED


def test_ten_thousand_parts_are_no_error_of_ours(browser: Browser, section: str) -> None:
    fields = typed_into(browser, section)
    ten_thousand_fields(fields)
    boundary, body = encode_multipart(fields)
    response = browser.post(section, data=body, content_type=f"multipart/form-data; boundary={boundary}")
    assert response.status_code == 400
    assert form_fields(response.text, which="page")["role.title:note"] == TYPED


def test_five_megabytes_are_refused_in_words(browser: Browser, section: str) -> None:
    fields = typed_into(browser, section)
    fields["role.known:note"] = "x" * 5_000_000
    response = browser.post(section, data=urlencode(fields), content_type=URLENCODED)
    assert response.status_code == 413
    assert "too much for one page" in response.text


@pytest.mark.parametrize(
    "text",
    [
        "<script>alert(1)</script>",
        '" onmouseover="alert(1)',
        "{{ 7*7 }}",
        "$\\frac{1}{2}$",
        "%s %(x)s {name}",
        "\u202eabc",
    ],
)
def test_hostile_text_is_text_everywhere(browser: Browser, text: str) -> None:
    organization = walks.start(browser, name=f"Org {text}")
    section = f"{organization}/2026/questions/role"
    fields = form_fields(browser.read(section), which="page")
    fields["role.title:choice"] = "does-not-apply"
    fields["role.title:reason"] = text
    fields["role.title:note"] = text
    assert browser.post(section, data=fields).status_code == 303
    shown = form_fields(browser.read(section), which="page")
    assert (shown["role.title:reason"], shown["role.title:note"]) == (text, text)
    scorecard = walks.submit(browser, organization)
    for page in ("", "/advice", "/worked-out"):  # the client refuses pages with scripts or handlers in them
        assert "Org 49" not in browser.read(scorecard + page)
    picture = ET.fromstring(browser.get(f"{scorecard}/radar.svg").data)
    for element in picture.iter():
        assert not element.tag.endswith("script")
        assert not any(attribute.startswith("on") for attribute in element.attrib)


@pytest.mark.parametrize(
    ("field", "value", "words"),
    [
        ("name", "", "Give the name of your organization."),
        ("name", "x" * 201, "at most 200"),
        ("name", "two\nlines", "must be one line"),
        ("name", "nul\0", "cannot be kept"),
        ("year", "1999", "Give a whole number from 2000"),
        ("year", "2026.5", "Give a whole number"),
        ("year", "99999999999999999999", "Give a whole number"),
        ("peer_workers", "0", "Give a whole number from 1"),
        ("peer_workers", "-3", "Give a whole number from 1"),
        ("peer_workers", "many", "Give a whole number from 1"),
        ("peer_workers", "٣", "Give a whole number from 1"),
        ("kind", "church", "Choose one of the answers."),
        ("gate:frontline", "perhaps", "Choose one of the answers."),
        ("surprise", "x", "not on this page"),
    ],
)
def test_a_spoiled_start_is_refused_in_words_and_shown_again(
    browser: Browser, field: str, value: str, words: str
) -> None:
    response = browser.fill("/start", **{**walks.ABOUT, field: value})
    assert response.status_code == 400
    assert words in response.text
    shown = form_fields(response.text)
    assert {name: shown[name] for name in walks.ABOUT if name != field} == {
        name: kept for name, kept in walks.ABOUT.items() if name != field
    }


@pytest.mark.parametrize(
    "address",
    [
        "/organizations/%00",
        "/organizations/%ED%A0%80",
        "/organizations/x/99999999999999999999/review",
        "/organizations/x/2026/questions/%F0%9F%8C%B1",
        "/organizations/x/2026/scorecard/-1",
        "/in/%00",
        "/in/%ED%A0%80%FF",
        "/in/" + "a" * 5000,
        "/organizations/' OR 1=1 --/2026/review",
        "/static/../app.py",
        "/static/%00",
    ],
)
def test_a_hostile_address_is_no_page(browser: Browser, address: str) -> None:
    assert browser.get(address).status_code == 404


HUGE = "9" * 30


@pytest.mark.parametrize(
    "path",
    [
        f"/{HUGE}/review",
        f"/{HUGE}/profile",
        f"/{HUGE}/questions/role",
        f"/{HUGE}/scorecard/1",
        f"/2026/scorecard/{HUGE}",
        f"/2026/scorecard/{HUGE}/radar.svg",
        "/2026/questions/%00",
        "/2026/questions/nowhere",
        "/1999/review",
        "/2026/radar.svg",
    ],
)
def test_a_hostile_address_is_no_page_for_an_editor_either(app_on_both: Flask, path: str) -> None:
    browser = browser_of(app_on_both)
    organization = walks.start(browser)
    token = walks.token_of(browser.read(organization))
    for method in ("GET", "POST"):
        response = browser.open(organization + path, method=method, data={"csrf_token": token})
        assert response.status_code in {404, 405}, f"{method} {path}: {response.status_code}"


@pytest.mark.parametrize("number", ["", "0", "-1", "2", "x", HUGE])
def test_only_the_open_draft_is_submitted(app_on_both: Flask, number: str) -> None:
    browser = browser_of(app_on_both)
    organization = walks.start(browser)
    token = walks.token_of(browser.read(organization))
    sent = {"csrf_token": token, "revision": number}
    assert browser.post(f"{organization}/2026/submit", data=sent).status_code == 404
    assert browser.post(f"{organization}/{HUGE}/amend", data=sent).status_code == 404
    assert "Draft, begun on" in browser.read(organization)


def test_a_name_that_nobody_can_see_is_no_name(browser: Browser) -> None:
    response = browser.fill("/start", **{**walks.ABOUT, "name": "\u200b\u2060"})
    assert response.status_code == 400


@pytest.mark.parametrize("cookie", ["", "x", "\ud800", "a" * 3000, "é"])
def test_a_made_up_session_is_nobody(browser: Browser, cookie: str) -> None:
    organization = walks.start(browser)
    stranger = browser.as_somebody_else()
    stranger.set_cookie(session_cookie(browser).key, cookie.encode(errors="replace").decode())
    assert stranger.get(organization).status_code == 404
