"""A round from its proposal to its result, as its owner, its steward and peer workers walk it."""

from datetime import date, timedelta

import pytest
from flask import Flask

from questionnaire.core.codes import LETTERS, grouped, whole
from questionnaire.core.rounds import next_from
from questionnaire.store import database, rounds
from questionnaire.store.rounds import Round
from tests.web import round_walks, walks
from tests.web.client import Browser, form_fields
from tests.web.conftest import browser_of
from tests.web.crowd import overheard
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


def last_day(opened: Opened) -> date:
    found = found_of(opened).closes_on
    assert found
    return found


def found_of(opened: Opened) -> Round:
    with database.reading(round_walks.site_of(opened.owner).engine) as connection:
        found = rounds.find(connection, opened.round_id)
    assert found
    return found


def fresh(opened: Opened) -> Browser:
    return opened.owner.as_somebody_else()


def test_twelve_forms_become_a_result_that_peer_workers_see_first(
    app_on_both: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    owner = browser_of(app_on_both)
    address = walks.own(owner)
    submitted(round_walks.site_of(owner), address, 2026, 2)
    opened = round_walks.open_round(owner, address)
    for number, code in enumerate(round_walks.codes_of(opened)):
        round_walks.hand_in(opened, code, str(number % 2 * 3))
    last = last_day(opened)
    round_walks.on_day(opened, monkeypatch, last)
    assert "Type your code" in fresh(opened).read(opened.address)
    assert "open until" in opened.owner.read(opened.page)
    round_walks.on_day(opened, monkeypatch, last + timedelta(days=1))
    seen = fresh(opened).read(opened.address)
    assert "10–19 peer workers" in seen
    assert ">40<" in seen
    assert ">40<" not in opened.owner.read(opened.page)
    round_walks.on_day(opened, monkeypatch, last + timedelta(days=3))
    assert ">40<" in opened.owner.read(opened.page)


def test_four_forms_give_no_result_and_say_why(opened: Opened, monkeypatch: pytest.MonkeyPatch) -> None:
    for code in round_walks.codes_of(opened)[:4]:
        round_walks.hand_in(opened, code)
    round_walks.on_day(opened, monkeypatch, last_day(opened) + timedelta(days=4))
    assert "Fewer than 5 forms" in fresh(opened).read(opened.address)
    page = opened.owner.read(opened.page)
    assert "too few forms" in page
    assert ">50<" not in page


def test_more_forms_than_peer_workers_give_no_result(opened: Opened, monkeypatch: pytest.MonkeyPatch) -> None:
    for code in round_walks.codes_of(opened, 14)[:13]:
        round_walks.hand_in(opened, code)
    round_walks.on_day(opened, monkeypatch, last_day(opened) + timedelta(days=4))
    assert "More forms were handed in" in fresh(opened).read(opened.address)
    assert "more forms" in opened.owner.read(opened.page)


def test_the_round_opens_only_when_both_agreed_to_the_same_terms(browser: Browser, organization: str) -> None:
    round_id, link = round_walks.propose(browser, organization)
    steward, page = browser.as_somebody_else(), f"/rounds/{round_id}"
    round_walks.accept(steward, link)
    assert steward.fill(f"{page}/terms", board="y").status_code == 303
    seen = browser.read(f"{organization}/rounds/{round_id}")
    assert "The steward changed the terms" in seen
    stale = form_fields(browser.read(f"{organization}/rounds/{round_id}/terms"))["seen"]
    assert steward.fill(f"{page}/terms", network="y").status_code == 303
    token = walks.token_of(seen)
    answer = browser.post(
        f"{organization}/rounds/{round_id}/agree", data={"csrf_token": token, "seen": stale}, follow_redirects=True
    )
    assert "The terms were changed meanwhile" in answer.text
    round_walks.press(browser, f"{organization}/rounds/{round_id}", f"{organization}/rounds/{round_id}/agree")
    assert "The round is open until" in steward.read(page)


def test_the_link_that_the_owner_has_seen_ends_when_the_steward_accepts(browser: Browser, organization: str) -> None:
    round_id, link = round_walks.propose(browser, organization)
    steward = browser.as_somebody_else()
    own = round_walks.accept(steward, link)
    assert browser.get(link).status_code == 404
    assert browser.get(f"/rounds/{round_id}").status_code == 404
    other = browser.as_somebody_else()
    assert "Your round" in other.read(own)
    again = browser.post(
        f"{organization}/rounds/{round_id}/steward-link",
        data={"csrf_token": walks.token_of(browser.read(organization))},
    )
    assert again.status_code == 404


def test_nobody_accepts_whom_the_peer_workers_did_not_choose(browser: Browser, organization: str) -> None:
    round_id, link = round_walks.propose(browser, organization)
    steward = browser.as_somebody_else()
    steward.get(link)
    token = walks.token_of(steward.read(f"/rounds/{round_id}"))
    refused = steward.post(f"/rounds/{round_id}/accept", data={"csrf_token": token, "name": "Robin"})
    assert refused.status_code == 400
    assert "Only somebody whom the peer workers chose" in refused.text
    assert 'value="Robin"' in refused.text


@pytest.mark.parametrize(
    ("days", "fits"), [(13, False), (14, True), (92, True), (93, False)], ids=["13", "14", "92", "93"]
)
def test_a_round_is_open_for_two_weeks_to_three_months(
    browser: Browser, organization: str, days: int, *, fits: bool
) -> None:
    day = round_walks.site_of(browser).today() + timedelta(days=days)
    typed = {"peer_workers": "12", "pay": "An hour", "operator": "Coast", "closes_on": str(day)}
    answer = browser.fill(f"{organization}/rounds/new", **typed)
    assert answer.status_code == (303 if fits else 400)
    assert fits or "An hour" in answer.text


def test_a_second_round_within_nine_months_is_refused_with_the_day(
    opened: Opened, monkeypatch: pytest.MonkeyPatch
) -> None:
    for code in round_walks.codes_of(opened)[:5]:
        round_walks.hand_in(opened, code)
    last = last_day(opened)
    round_walks.on_day(opened, monkeypatch, last + timedelta(days=30))
    first = next_from(last)
    shown = f"{first:%B} {first.day}, {first.year}"
    assert shown in opened.owner.read(f"{opened.organization}/rounds")
    typed = {"peer_workers": "12", "pay": "An hour", "operator": "Coast"}
    refused = opened.owner.fill(f"{opened.organization}/rounds/new", **typed)
    assert refused.status_code == 400
    assert shown in refused.text
    round_walks.on_day(opened, monkeypatch, first - timedelta(days=1))
    assert walks.sign_in(opened.owner).status_code == 303
    assert opened.owner.fill(f"{opened.organization}/rounds/new", **typed).status_code == 400
    round_walks.on_day(opened, monkeypatch, first)
    closes_on = str(first + timedelta(days=20))
    assert opened.owner.fill(f"{opened.organization}/rounds/new", **typed, closes_on=closes_on).status_code == 303


def test_one_round_at_a_time(opened: Opened) -> None:
    closes_on = str(round_walks.site_of(opened.owner).today() + timedelta(days=20))
    typed = {"peer_workers": "12", "pay": "An hour", "operator": "Coast", "closes_on": closes_on}
    refused = opened.owner.fill(f"{opened.organization}/rounds/new", **typed)
    assert refused.status_code == 400
    assert "not over yet" in refused.text


def test_without_an_address_there_is_no_round_and_the_page_says_how_to_set_it(
    browser: Browser, organization: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    site = round_walks.site_of(browser)
    opened = round_walks.open_round(browser, organization)
    monkeypatch.setattr(site, "settings", type(site.settings)(**{**vars(site.settings), "public_url": None}))
    assert "PUBLIC_URL" in browser.get(f"{organization}/rounds/new").text
    token = walks.token_of(opened.steward.read(opened.stewards_page))
    refused = opened.steward.post(f"{opened.stewards_page}/slips.pdf", data={"csrf_token": token, "number": "12"})
    assert refused.status_code == 503
    assert "PUBLIC_URL" in refused.text


def test_a_typing_error_is_told_from_a_code_that_does_not_exist(opened: Opened) -> None:
    code = round_walks.codes_of(opened)[0]
    wrong = code[:-1] + LETTERS[(LETTERS.index(code[-1]) + 1) % 31]
    for typed, words in (
        (grouped(wrong), "typing error"),
        (code[:-1], "more or fewer"),
        (code[:-1] + "0", "no code has"),
        (whole("ABCDEFGHJKMN"), "No form opens with this"),
    ):
        refused = fresh(opened).fill(opened.address, code=typed)
        assert refused.status_code == 400
        assert words in refused.text
        assert f'value="{typed}"' in refused.text


def test_a_code_is_read_however_it_is_typed(opened: Opened) -> None:
    first, second = round_walks.codes_of(opened)[:2]
    assert fresh(opened).fill(opened.address, code=f" {grouped(first).lower()} ").status_code == 303
    assert fresh(opened).get(f"{opened.address}/{second}").status_code == 303


def test_a_wrong_word_gets_the_same_page_as_a_wrong_code(opened: Opened) -> None:
    code = round_walks.codes_of(opened)[0]
    round_walks.begin(fresh(opened), opened, code, "harbour")
    wrong_word = fresh(opened)
    assert wrong_word.fill(opened.address, code=code).status_code == 303
    told = wrong_word.fill(f"{opened.address}/start", word="herring")
    nobodys = whole("ABCDEFGHJKMN")
    other = fresh(opened).fill(opened.address, code=nobodys)
    assert told.status_code == other.status_code == 400
    token = form_fields(told.text)["csrf_token"], form_fields(other.text)["csrf_token"]
    assert told.text.replace(token[0], "").replace(code, "") == other.text.replace(token[1], "").replace(nobodys, "")


def test_a_form_goes_on_by_code_and_word_on_another_device(opened: Opened) -> None:
    code = round_walks.codes_of(opened)[0]
    first, second = fresh(opened), fresh(opened)
    address = round_walks.begin(first, opened, code, "Harbour  Bridge")
    sent = {**form_fields(first.read(address)), "go": "next", "gate:frontline": "no"}
    assert first.post(address, data=sent).status_code == 303
    second.fill(opened.address, code=code)
    assert "Welcome back" in second.read(f"{opened.address}/start")
    answer = second.fill(f"{opened.address}/start", word="harbour bridge")
    assert answer.status_code == 303
    kept = second.read(answer.headers["Location"])
    assert form_fields(kept)["gate:frontline"] == "no"


def test_a_spent_code_says_spent_and_nothing_else(opened: Opened) -> None:
    code = round_walks.codes_of(opened)[0]
    browser = round_walks.hand_in(opened, code)
    for asked in (browser, fresh(opened)):
        told = asked.fill(opened.address, code=code)
        assert told.status_code == 400
        assert "This code is used" in told.text
        assert asked.get(f"{opened.address}/questions/1").headers["Location"] == opened.address


def test_of_two_browsers_that_hand_in_one_code_one_is_told_that_it_is_spent(opened: Opened) -> None:
    code = round_walks.codes_of(opened)[0]
    first, second = fresh(opened), fresh(opened)
    last = round_walks.answer(first, round_walks.begin(first, opened, code))
    second.fill(opened.address, code=code)
    second.fill(f"{opened.address}/start", word="harbour")
    waiting = form_fields(second.read(last))
    assert first.fill(last).status_code == 303
    told = second.send(last, waiting)
    assert told.status_code == 400
    assert "This code is used" in told.text


def test_a_closed_round_says_so_and_where_the_result_stands(opened: Opened, monkeypatch: pytest.MonkeyPatch) -> None:
    code, browser = round_walks.codes_of(opened)[0], fresh(opened)
    address = round_walks.begin(browser, opened, code)
    form = form_fields(browser.read(address))
    round_walks.on_day(opened, monkeypatch, last_day(opened) + timedelta(days=1))
    late = browser.post(address, data=form, follow_redirects=True)
    assert "The round is closed" in late.text
    assert "The round is closed" in fresh(opened).read(f"{opened.address}/{code}")


def test_guesses_are_slowed_for_that_address_alone(opened: Opened) -> None:
    codes = round_walks.codes_of(opened)
    guesser = fresh(opened)
    for _ in range(10):
        assert guesser.fill(opened.address, code=whole("ABCDEFGHJKMN")).status_code == 400
    form = {**form_fields(guesser.read(opened.address)), "code": whole("ABCDEFGHJKMN")}
    waiting = guesser.post(opened.address, data=form)
    assert waiting.status_code == 429
    assert "Wait 1 minute" in waiting.text
    assert guesser.post(opened.address, data=form, environ_base={"REMOTE_ADDR": "192.0.2.7"}).status_code == 400
    assert fresh(opened).fill(opened.address, code=codes[0]).status_code == 303, "a right code of the same shelter"


def test_guesses_at_a_word_are_slowed_for_that_slip_alone(opened: Opened) -> None:
    mine, theirs = round_walks.codes_of(opened)[:2]
    for code in (mine, theirs):
        round_walks.begin(fresh(opened), opened, code)

    def guess(word: str, place: str) -> int:
        guesser = fresh(opened)
        guesser.environ_base["REMOTE_ADDR"] = place
        guesser.fill(opened.address, code=mine)
        return guesser.fill(f"{opened.address}/start", word=word).status_code

    assert [guess("herring", f"192.0.2.{number}") for number in range(11)] == [400] * 10 + [429]
    assert guess("harbour", "192.0.2.99") == 429, "a word is short enough to be guessed"
    other = fresh(opened)
    other.fill(opened.address, code=theirs)
    assert other.fill(f"{opened.address}/start", word="harbour").status_code == 303


def test_who_goes_on_with_the_right_word_leaves_no_count_that_tells_when(opened: Opened) -> None:
    code = round_walks.codes_of(opened)[0]
    round_walks.begin(fresh(opened), opened, code)
    again = fresh(opened)
    again.fill(opened.address, code=code)
    with overheard(round_walks.site_of(again).engine) as statements:
        assert again.fill(f"{opened.address}/start", word="harbour").status_code == 303
    assert not [told for told in statements if "throttle" in told and not told.startswith("SELECT")]


def test_slips_count_only_once_their_sheet_has_arrived(opened: Opened) -> None:
    page = opened.stewards_page
    sheet = round_walks.press(opened.steward, page, f"{page}/slips.pdf")
    assert sheet.mimetype == "application/pdf"
    assert sheet.data.startswith(b"%PDF")
    assert "slips count" not in opened.steward.read(page).replace("these slips count now", "")
    assert round_walks.press(opened.steward, page, f"{page}/slips").status_code == 303
    assert "12 slips count" in opened.steward.read(page)
    for _ in range(2):
        assert round_walks.press(opened.steward, page, f"{page}/slips.pdf").mimetype == "application/pdf"
        round_walks.press(opened.steward, page, f"{page}/slips")
    full = opened.steward.read(page)
    assert "14 slips count" in full
    assert "There can be no more" in full
    token = walks.token_of(full)
    refused = opened.steward.post(
        f"{page}/slips.pdf", data={"csrf_token": token, "number": "1"}, follow_redirects=True
    )
    assert "0 more slips at most" in refused.text


def test_the_steward_sees_one_bit_in_the_last_three_days_and_the_owner_never(
    opened: Opened, monkeypatch: pytest.MonkeyPatch
) -> None:
    for code in round_walks.codes_of(opened)[:5]:
        round_walks.hand_in(opened, code)
    last = last_day(opened)
    bit = "There are enough forms"
    assert bit not in opened.steward.read(opened.stewards_page)
    round_walks.on_day(opened, monkeypatch, last - timedelta(days=3))
    assert bit not in opened.steward.read(opened.stewards_page)
    round_walks.on_day(opened, monkeypatch, last - timedelta(days=2))
    assert bit in opened.steward.read(opened.stewards_page)
    assert bit not in opened.owner.read(opened.page)


def test_a_round_is_extended_once_and_only_to_a_later_day(opened: Opened) -> None:
    page, last = opened.stewards_page, last_day(opened)
    assert opened.steward.fill(f"{page}/extend", closes_on=str(last)).status_code == 400
    later = last + timedelta(days=7)
    assert opened.steward.fill(f"{page}/extend", closes_on=str(later)).status_code == 303
    assert last_day(opened) == later
    assert opened.steward.get(f"{page}/extend").status_code == 404


@pytest.mark.parametrize("whose", ["owner", "steward"])
def test_a_round_that_is_called_off_leaves_nothing(opened: Opened, whose: str) -> None:
    site = round_walks.site_of(opened.owner)
    round_walks.hand_in(opened, round_walks.codes_of(opened)[0])
    assert site.keys.held() == [opened.round_id]
    browser, page = (opened.owner, opened.page) if whose == "owner" else (opened.steward, opened.stewards_page)
    assert browser.fill(f"{page}/call-off").status_code == 303
    assert site.keys.held() == []
    assert fresh(opened).get(opened.address).status_code == 404
    assert "no round yet" in opened.owner.read(f"{opened.organization}/rounds")


def test_a_lost_key_gives_no_result_and_no_crash(opened: Opened, monkeypatch: pytest.MonkeyPatch) -> None:
    codes = round_walks.codes_of(opened)
    round_walks.hand_in(opened, codes[0])
    round_walks.site_of(opened.owner).keys.destroy(opened.round_id)
    lost = fresh(opened).fill(opened.address, code=codes[1])
    assert lost.status_code == 503
    assert "No form can be opened for now" in lost.text
    round_walks.on_day(opened, monkeypatch, last_day(opened) + timedelta(days=14))
    assert "cannot be read right now" in fresh(opened).read(opened.address), "it may come back"
    assert "nothing is deleted yet" in opened.owner.read(opened.page)
    assert "nothing is deleted yet" in opened.steward.read(opened.stewards_page)
    round_walks.on_day(opened, monkeypatch, last_day(opened) + timedelta(days=15))
    assert "key to the counts was lost" in fresh(opened).read(opened.address)
    assert "key to the counts was lost" in opened.owner.read(opened.page)
