"""Rounds on paper and in a meeting, and the closing words, which the steward reads first."""

import re
from datetime import timedelta

import pytest

from questionnaire.core.voices import mirrored
from questionnaire.store import database, rounds
from tests.web import round_walks, walks
from tests.web.client import Browser, form_fields
from tests.web.round_walks import Opened
from tests.web.stored import submitted


@pytest.fixture
def organization(browser: Browser) -> str:
    address = walks.own(browser)
    submitted(round_walks.site_of(browser), address, 2026, 2)
    return address


@pytest.fixture
def opened(browser: Browser, organization: str) -> Opened:
    return round_walks.open_round(browser, organization)


def asked(opened: Opened) -> list[str]:
    instrument = round_walks.site_of(opened.owner).instrument
    return [item.id for domain in instrument.domains for item in mirrored(domain)]


def after_closing(opened: Opened, monkeypatch: pytest.MonkeyPatch, days: int = 4) -> None:
    with database.reading(round_walks.site_of(opened.owner).engine) as connection:
        found = rounds.find(connection, opened.round_id)
    assert found
    assert found.closes_on
    round_walks.on_day(opened, monkeypatch, found.closes_on + timedelta(days=days))


def test_a_paper_form_is_typed_in_with_its_code_alone(opened: Opened, monkeypatch: pytest.MonkeyPatch) -> None:
    for code in round_walks.codes_of(opened)[:5]:
        typist = opened.owner.as_somebody_else()
        assert typist.fill(opened.address, code=code).status_code == 303
        form = form_fields(typist.read(f"{opened.address}/paper"))
        for item_id in asked(opened):
            form[f"q:{item_id}"] = "4"
        assert typist.post(f"{opened.address}/paper", data=form).status_code == 303
        assert typist.fill(opened.address, code=code).status_code == 400
    after_closing(opened, monkeypatch)
    assert "over 85" in opened.owner.as_somebody_else().read(opened.address)


def test_an_answer_that_the_paper_form_does_not_offer_is_refused_and_the_others_are_kept(opened: Opened) -> None:
    typist, page = opened.owner.as_somebody_else(), f"{opened.address}/paper"
    typist.fill(opened.address, code=round_walks.codes_of(opened)[0])
    form = form_fields(typist.read(page))
    refused = typist.post(page, data={**form, "q:role.title": "9", "q:role.limits": "3", "words": "Thank you."})
    assert refused.status_code == 400
    assert "an answer that is not on this page" in refused.text
    assert re.search(r'name="q:role.limits"[^>]* value="3"\s+checked', refused.text)
    assert typist.post(page, data={**form, "gate:frontline": "maybe"}).status_code == 400


def test_a_form_that_was_begun_on_a_phone_cannot_be_typed_in_without_its_word(opened: Opened) -> None:
    code, typist = round_walks.codes_of(opened)[0], opened.owner.as_somebody_else()
    round_walks.begin(opened.owner.as_somebody_else(), opened, code)
    typist.fill(opened.address, code=code)
    assert typist.get(f"{opened.address}/paper").headers["Location"].endswith("/start")
    fields = form_fields(typist.read(f"{opened.address}/start"))
    sent = typist.post(f"{opened.address}/paper", data={**fields, "q:role.title": "4"})
    assert sent.headers["Location"].endswith("/start")


def test_totals_of_a_paper_round_are_typed_in_once(opened: Opened, monkeypatch: pytest.MonkeyPatch) -> None:
    page = f"{opened.stewards_page}/totals"
    form = form_fields(opened.steward.read(page))
    form["forms"] = "6"
    for item_id in asked(opened):
        form[f"{item_id}:1"], form[f"{item_id}:3"] = "3", "3"
    assert opened.steward.post(page, data=form).status_code == 303
    assert opened.steward.get(page).status_code == 404
    assert "totals of the paper forms are counted" in opened.steward.read(opened.stewards_page)
    token = walks.token_of(opened.steward.read(opened.stewards_page))
    answer = opened.steward.post(
        f"{opened.stewards_page}/slips.pdf", data={"csrf_token": token, "number": "12"}, follow_redirects=True
    )
    assert "No slips can be made" in answer.text
    after_closing(opened, monkeypatch)
    seen = opened.owner.as_somebody_else().read(opened.address)
    assert "5–9 peer workers" in seen
    assert len(re.findall(r">50<", seen)) == 5


def test_wrong_totals_are_told_and_what_was_typed_is_still_there(opened: Opened) -> None:
    page = f"{opened.stewards_page}/totals"
    form = form_fields(opened.steward.read(page))
    form["forms"], form["role.title:0"], form["role.limits:0"] = "6", "7", "many"
    refused = opened.steward.post(page, data=form)
    assert refused.status_code == 400
    assert "more answers than there are forms" in refused.text
    assert "Give whole numbers" in refused.text
    assert 'value="many"' in refused.text


def test_totals_take_the_place_of_slips_only_where_that_is_said(
    opened: Opened, monkeypatch: pytest.MonkeyPatch
) -> None:
    codes, page = round_walks.codes_of(opened), f"{opened.stewards_page}/totals"
    round_walks.hand_in(opened, codes[0], "4")
    typed = {f"{item_id}:1": "6" for item_id in asked(opened)}
    refused = opened.steward.fill(page, forms="6", **typed)
    assert refused.status_code == 400
    assert "take the place of the slips" in refused.text
    begun = opened.owner.as_somebody_else()
    last = round_walks.answer(begun, round_walks.begin(begun, opened, codes[1]))
    form = form_fields(begun.read(last))
    assert opened.steward.fill(page, forms="6", instead="y", **typed).status_code == 303
    told = begun.post(last, data=form, follow_redirects=True)
    assert told.status_code == 400, "its code works no more"
    assert "held on paper now" in opened.owner.as_somebody_else().read(opened.address)
    after_closing(opened, monkeypatch)
    seen = opened.owner.as_somebody_else().read(opened.address)
    assert "5–9 peer workers" in seen
    assert len(re.findall(r">25<", seen)) == 5


@pytest.mark.parametrize(
    ("typed", "words"),
    [
        ({"forms": "13", "role.title:0": "13"}, "there are 12 peer workers"),
        ({"forms": "6"}, "There are no answers below"),
    ],
)
def test_totals_that_would_give_no_result_are_refused(opened: Opened, typed: dict[str, str], words: str) -> None:
    refused = opened.steward.fill(f"{opened.stewards_page}/totals", **typed)
    assert refused.status_code == 400
    assert words in refused.text
    assert opened.steward.get(f"{opened.stewards_page}/totals").status_code == 200, "it can be mended"


def test_a_meeting_without_an_answer_closes_no_round(browser: Browser, organization: str) -> None:
    opened = round_walks.open_round(browser, organization, peer_workers="3")
    page = f"{opened.stewards_page}/meeting"
    refused = opened.steward.fill(page, allowed="y", **{f"{asked(opened)[0]}:level": "3"})
    assert refused.status_code == 400
    assert "nothing to show" in refused.text
    assert opened.steward.get(page).status_code == 200


def test_three_peer_workers_meet_and_give_one_answer_that_is_not_anonymous(
    browser: Browser, organization: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    day = str(round_walks.site_of(browser).today())
    opened = round_walks.open_round(browser, organization, peer_workers="3", closes_on=day)
    assert opened.owner.get(opened.address).status_code == 404, "there are no slips"
    page = f"{opened.stewards_page}/meeting"
    form = form_fields(opened.steward.read(page))
    for item_id in asked(opened)[:5]:
        form[f"{item_id}:level"] = "3"
    refused = opened.steward.post(page, data=form)
    assert refused.status_code == 400
    assert "only if the group says" in refused.text
    assert re.search(r'value="3"\s+checked', refused.text)
    assert opened.steward.post(page, data={**form, "allowed": "y"}).status_code == 303
    seen = opened.owner.as_somebody_else().read(opened.address)
    assert "not anonymous" in seen
    assert ">75<" in seen
    assert ">75<" not in opened.owner.read(opened.page)
    round_walks.on_day(opened, monkeypatch, round_walks.site_of(browser).today() + timedelta(days=3))
    shown = opened.owner.read(opened.page)
    assert "Not anonymous" in shown
    assert ">75<" in shown


def test_a_meeting_that_says_nothing_gives_no_result(
    browser: Browser, organization: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    day = str(round_walks.site_of(browser).today())
    opened = round_walks.open_round(browser, organization, peer_workers="4", closes_on=day)
    after_closing(opened, monkeypatch)
    assert "There is no result" in opened.owner.read(opened.page)


def test_closing_words_are_read_by_the_steward_before_anybody_sees_them(
    browser: Browser, organization: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    opened = round_walks.open_round(browser, organization, words="y")
    for number, code in enumerate(round_walks.codes_of(opened)[:10]):
        round_walks.hand_in(opened, code, words=f"Word {number}" if number < 5 else "")
    assert opened.steward.get(f"{opened.stewards_page}/words").status_code == 404
    after_closing(opened, monkeypatch)
    for page in (opened.address, opened.page):
        assert "Word 3" not in opened.owner.read(page)
    form = form_fields(html := opened.steward.read(f"{opened.stewards_page}/words"))
    assert all(f"Word {number}" in html for number in range(5))
    struck = re.findall(r'Word 3</bdi>.*?name="(strike:[^"]+)"', html, re.DOTALL)[0]
    assert opened.steward.post(f"{opened.stewards_page}/words", data={**form, struck: "y"}).status_code == 303
    assert opened.steward.get(f"{opened.stewards_page}/words").status_code == 404
    for page in (opened.address, opened.page):
        seen = opened.owner.read(page)
        assert "Word 2" in seen
        assert "Word 3" not in seen


@pytest.mark.parametrize(("forms", "writers"), [(9, 9), (10, 4)])
def test_closing_words_of_few_are_deleted_unread(
    browser: Browser, organization: str, monkeypatch: pytest.MonkeyPatch, forms: int, writers: int
) -> None:
    opened = round_walks.open_round(browser, organization, words="y")
    for number, code in enumerate(round_walks.codes_of(opened)[:forms]):
        round_walks.hand_in(opened, code, words=f"Word {number}" if number < writers else "")
    after_closing(opened, monkeypatch)
    assert opened.steward.get(f"{opened.stewards_page}/words").status_code == 404
    assert "Word" not in opened.owner.read(opened.page)


def test_words_that_were_not_agreed_are_not_counted(opened: Opened, monkeypatch: pytest.MonkeyPatch) -> None:
    for code in round_walks.codes_of(opened)[:10]:
        round_walks.hand_in(opened, code, words="Not agreed")
    after_closing(opened, monkeypatch)
    assert opened.steward.get(f"{opened.stewards_page}/words").status_code == 404


def test_closing_words_that_are_too_long_come_back_and_nothing_is_handed_in(
    browser: Browser, organization: str
) -> None:
    opened = round_walks.open_round(browser, organization, words="y")
    phone = browser.as_somebody_else()
    last = round_walks.answer(phone, round_walks.begin(phone, opened, round_walks.codes_of(opened)[0]))
    refused = phone.fill(last, words="a" * 1001)
    assert refused.status_code == 400
    assert "a" * 1001 in refused.text
    assert phone.fill(last, words="a" * 1000).status_code == 303


def test_closing_words_are_kept_when_somebody_goes_back_or_stops(browser: Browser, organization: str) -> None:
    opened = round_walks.open_round(browser, organization, words="y")
    phone = browser.as_somebody_else()
    last = round_walks.answer(phone, round_walks.begin(phone, opened, round_walks.codes_of(opened)[0]))
    back = phone.fill(last, words="Told too late", go="back")
    assert "/questions/" in back.headers["Location"]
    assert form_fields(phone.read(last))["words"] == "Told too late"
    assert phone.fill(last, words="Told last minute", go="stop").headers["Location"].endswith("/stopped")
    phone.read(f"{opened.address}/stopped")
