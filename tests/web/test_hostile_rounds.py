"""Forms of rounds as nobody's browser sends them: refused in words, nothing counted, everything typed shown again."""

from collections.abc import Callable
from datetime import timedelta
from urllib.parse import urlencode

import pytest
from flask import Flask

from tests.web import round_walks, walks
from tests.web.client import Browser, Fields, form_fields
from tests.web.conftest import browser_of
from tests.web.round_walks import Opened
from tests.web.stored import submitted

HUGE = "9" * 30
PROPOSED = {"peer_workers": "12", "pay": "An hour", "operator": "Coast Network"}


@pytest.fixture
def organization(browser: Browser) -> str:
    address = walks.own(browser)
    submitted(round_walks.site_of(browser), address, 2026, 2)
    return address


@pytest.fixture
def opened(browser: Browser, organization: str) -> Opened:
    return round_walks.open_round(browser, organization, words="y")


@pytest.mark.parametrize(
    ("field", "value", "words"),
    [
        ("peer_workers", "0", "Give a whole number from 1"),
        ("peer_workers", "٣", "Give a whole number from 1"),
        ("peer_workers", HUGE, "Give a whole number from 1"),
        ("peer_workers", "1\0", "Give a whole number from 1"),
        ("closes_on", "", "Say which day."),
        ("closes_on", "\0", "Write the day as year-month-day"),
        ("closes_on", "soon", "Write the day as year-month-day"),
        ("closes_on", "2027-02-31", "There is no such day"),
        ("closes_on", "1999-01-01", "This day is over"),
        ("closes_on", "9999-12-31", "ahead"),
        ("pay", "", "Say how everybody is paid"),
        ("pay", "x" * 501, "at most 500"),
        ("pay", "nul\0", "cannot be kept"),
        ("operator", "\u200b", "Say who runs this machine."),
        ("operator", "two\nlines", "must be one line"),
        ("assessment", "1999-1", "Choose one of the answers."),
        ("assessment", f"2026-{HUGE}", "Choose one of the answers."),
        ("surprise", "x", "not on this page"),
    ],
)
def test_a_spoiled_proposal_is_refused_in_words_and_shown_again(
    browser: Browser, organization: str, field: str, value: str, words: str
) -> None:
    response = browser.fill(f"{organization}/rounds/new", **{**PROPOSED, field: value})
    assert response.status_code == 400
    assert words in response.text
    shown = form_fields(response.text)
    kept = {name: typed for name, typed in PROPOSED.items() if name != field}
    assert {name: shown[name] for name in kept} == kept
    assert "no round yet" in browser.read(f"{organization}/rounds")


@pytest.mark.parametrize(
    "typed", ["", "\0", "x" * 5000, "🌱" * 13, "' OR 1=1 --", "\u202eABC", "<script>alert(1)</script>"]
)
def test_what_is_no_code_gets_the_page_again_with_what_was_typed(opened: Opened, typed: str) -> None:
    phone = opened.owner.as_somebody_else()
    response = phone.fill(opened.address, code=typed)
    assert response.status_code == 400
    assert "That did not work" in response.text


def unknown_answer(fields: Fields) -> None:
    fields["q:role.title"] = "5"


def unknown_gate_answer(fields: Fields) -> None:
    fields["gate:frontline"] = "perhaps"


def question_that_peer_workers_are_not_asked(fields: Fields) -> None:
    fields["q:role.nowhere"] = "3"


def question_twice(fields: Fields) -> None:
    fields.add("q:role.title", "1")
    fields.add("q:role.title", "2")


def words_on_another_page(fields: Fields) -> None:
    fields["words"] = "Here?"


def ten_thousand_fields(fields: Fields) -> None:
    for number in range(10_000):
        fields[f"q:field{number}"] = "1"


@pytest.mark.parametrize(
    "spoil",
    [
        unknown_answer,
        unknown_gate_answer,
        question_that_peer_workers_are_not_asked,
        question_twice,
        words_on_another_page,
        ten_thousand_fields,
    ],
)
def test_a_spoiled_page_of_questions_is_refused_in_words_and_nothing_of_it_is_kept(
    opened: Opened, spoil: Callable[[Fields], None]
) -> None:
    phone = opened.owner.as_somebody_else()
    page = round_walks.begin(phone, opened, round_walks.codes_of(opened)[0])
    fields = form_fields(phone.read(page))
    fields["gate:navigation"] = "no"
    spoil(fields)
    response = phone.post(page, data=fields)
    assert response.status_code == 400
    assert "Nothing was saved" in response.text
    assert "gate:navigation" not in form_fields(phone.read(page))


@pytest.mark.parametrize(
    "words", ["one\0two", "x" * 1001, "\u200b", "two\x1b"], ids=["nul", "long", "unseen", "escape"]
)
def test_spoiled_closing_words_are_refused_and_nothing_is_handed_in(opened: Opened, words: str) -> None:
    code, phone = round_walks.codes_of(opened)[0], opened.owner.as_somebody_else()
    last = round_walks.answer(phone, round_walks.begin(phone, opened, code))
    assert phone.fill(last, words=words).status_code == 400
    assert phone.fill(last, words="🌱" * 1000).status_code == 303


def test_half_a_character_in_closing_words_is_refused(opened: Opened) -> None:
    phone = opened.owner.as_somebody_else()
    last = round_walks.answer(phone, round_walks.begin(phone, opened, round_walks.codes_of(opened)[0]))
    body = urlencode({**form_fields(phone.read(last)), "words": "HALF"}).replace("HALF", "%ED%A0%80")
    response = phone.post(last, data=body, content_type="application/x-www-form-urlencoded")
    assert response.status_code == 400
    assert "half a character" in response.text


@pytest.mark.parametrize("number", ["", "0", "-1", "15", "٣", "x\0", HUGE])
def test_no_other_number_of_slips_is_made_than_there_may_be(opened: Opened, number: str) -> None:
    page = opened.stewards_page
    sent = {"csrf_token": walks.token_of(opened.steward.read(page)), "number": number}
    response = opened.steward.post(f"{page}/slips.pdf", data=sent, follow_redirects=True)
    assert "14 more slips at most. None was made." in response.text


@pytest.mark.parametrize("number", ["", "0", "-1", "6.5", "٣", "x\0", HUGE])
def test_spoiled_totals_are_refused_in_words(opened: Opened, number: str) -> None:
    page = f"{opened.stewards_page}/totals"
    for sent, words in (
        ({"forms": number}, "Give the number of forms."),
        ({"forms": "6", "role.title:0": number or "many"}, "Give whole numbers"),
        ({"forms": "6", "role.title:5": "1"}, "not on this page"),
    ):
        if sent.get("role.title:0") != "0":
            response = opened.steward.fill(page, **sent)
            assert response.status_code == 400
            assert words in response.text


def test_enormous_totals_keep_nobody_waiting(opened: Opened) -> None:
    page, most = f"{opened.stewards_page}/totals", "9" * 9
    levels = {name: most for name in form_fields(opened.steward.read(page)) if name.endswith(":4")}
    refused = opened.steward.fill(page, forms=most, **levels)
    assert refused.status_code == 400
    assert "there are 12 peer workers" in refused.text


def test_hostile_text_is_text_on_every_page_of_a_round(browser: Browser, organization: str) -> None:
    """The client refuses pages with scripts or handlers in them."""
    hostile = '<script>alert(1)</script>" onmouseover="alert(1) {{ 7*7 }} %(x)s'
    round_id, link = round_walks.propose(browser, organization, pay=hostile, operator=hostile[:200])
    steward = browser.as_somebody_else()
    round_walks.accept(steward, link, hostile)
    page = f"/rounds/{round_id}"
    assert "alert(1)" in steward.read(page)
    round_walks.press(steward, page, f"{page}/agree")
    shown = browser.read(f"{organization}/rounds/{round_id}")
    assert "{{ 7*7 }} %(x)s" in shown
    for address in (f"{organization}/rounds", f"{organization}/record"):
        browser.read(address)


@pytest.mark.parametrize(
    "address",
    [
        "/v/%00",
        "/v/%ED%A0%80",
        "/v/nobody",
        "/v/nobody/start",
        "/v/nobody/%00",
        f"/v/nobody/questions/{HUGE}",
        "/v/' OR 1=1 --",
        "/rounds/%00",
        "/rounds/x/slips.pdf",
        "/rounds/" + "a" * 5000,
    ],
)
def test_a_hostile_address_is_no_page(app_on_both: Flask, address: str) -> None:
    assert browser_of(app_on_both).get(address).status_code in {404, 405}


@pytest.mark.parametrize("round_id", ["%00", "%ED%A0%80", "x", "' OR 1=1 --", "a" * 5000])
def test_a_hostile_address_is_no_round_for_an_owner_either(app_on_both: Flask, round_id: str) -> None:
    browser = browser_of(app_on_both)
    organization = walks.own(browser)
    token = walks.token_of(browser.read(organization))
    for page in ("", "/terms", "/steward-link", "/agree", "/call-off"):
        for method in ("GET", "POST"):
            address = f"{organization}/rounds/{round_id}{page}"
            response = browser.open(address, method=method, data={"csrf_token": token})
            assert response.status_code in {404, 405}, f"{method} {address}: {response.status_code}"


def test_a_last_day_beyond_the_calendar_is_refused_when_a_round_is_made_longer(opened: Opened) -> None:
    page = f"{opened.stewards_page}/extend"
    late = round_walks.site_of(opened.owner).today() + timedelta(days=800)
    for day in ("", "9999-12-31", "soon", "2027-02-31", str(late), "\0"):
        assert opened.steward.fill(page, closes_on=day).status_code == 400, day
