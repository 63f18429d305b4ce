"""What a review of rounds tried: the early look, another's slip, a key that is away, who comes a moment late."""

import re
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import func, select

from questionnaire.store import closing, database, models, rounds, slips
from questionnaire.store.keys import Keys, RoundKey
from questionnaire.web import attempts
from questionnaire.web import rounds as owners_pages
from tests.web import round_walks, voiced, walks
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


def found_of(opened: Opened) -> rounds.Round:
    with database.reading(round_walks.site_of(opened.owner).engine) as connection:
        found = rounds.find(connection, opened.round_id)
    assert found
    return found


def after(opened: Opened, monkeypatch: pytest.MonkeyPatch, days: int) -> None:
    closes_on = found_of(opened).closes_on
    assert closes_on
    round_walks.on_day(opened, monkeypatch, closes_on + timedelta(days=days))


def fresh(opened: Opened) -> Browser:
    return opened.owner.as_somebody_else()


def slips_left(opened: Opened) -> int:
    with database.reading(round_walks.site_of(opened.owner).engine) as connection:
        return connection.scalar(select(func.count()).select_from(models.slip)) or 0


def refuse(error: type[Exception]) -> object:
    def too_late(*_args: object, **_more: object) -> None:
        raise error

    return too_late


@pytest.mark.parametrize("forms", [4, 5])
def test_before_its_day_the_owner_does_not_learn_whether_there_is_a_result(
    opened: Opened, monkeypatch: pytest.MonkeyPatch, forms: int
) -> None:
    for code in round_walks.codes_of(opened)[:forms]:
        round_walks.hand_in(opened, code)
    after(opened, monkeypatch, 2)
    listed = opened.owner.read(f"{opened.organization}/rounds")
    assert "Prepare a round" not in listed
    assert "may open from" not in listed
    assert "no result" not in opened.owner.read(opened.page)
    typed = {"peer_workers": "12", "pay": "An hour", "operator": "Coast"}
    refused = opened.owner.fill(f"{opened.organization}/rounds/new", **typed)
    assert "not over yet" in refused.text
    after(opened, monkeypatch, 3)
    told = opened.owner.read(f"{opened.organization}/rounds")
    assert ("may open from" in told) == (forms == 5)
    assert ("Prepare a round" in told) == (forms == 4)


def test_the_first_page_after_the_last_day_deletes_what_will_not_be_shown(
    opened: Opened, monkeypatch: pytest.MonkeyPatch
) -> None:
    for code in round_walks.codes_of(opened)[:4]:
        round_walks.hand_in(opened, code)
    after(opened, monkeypatch, 1)
    assert slips_left(opened) == 12
    assert "all of it is deleted" in fresh(opened).read(opened.address)
    assert slips_left(opened) == 0
    assert round_walks.site_of(opened.owner).keys.held() == []


def test_the_key_that_a_closing_cut_short_has_left_is_destroyed_within_the_hour(
    opened: Opened, monkeypatch: pytest.MonkeyPatch
) -> None:
    site = round_walks.site_of(opened.owner)
    after(opened, monkeypatch, 1)
    with database.writing(site.engine) as connection:
        assert closing.close_due(connection, site.keys, on=site.today()) == [opened.round_id]
    assert site.keys.held() == [opened.round_id]
    site.looked_at = None
    fresh(opened).read(opened.address)
    assert site.keys.held() == []


def test_a_key_that_cannot_be_destroyed_is_in_nobodys_way_and_told_once_a_day(
    opened: Opened, monkeypatch: pytest.MonkeyPatch
) -> None:
    site, app = round_walks.site_of(opened.owner), opened.owner.application
    after(opened, monkeypatch, 1)
    with monkeypatch.context() as meanwhile:
        meanwhile.setattr(Path, "unlink", refuse(OSError))
        assert "all of it is deleted" in fresh(opened).read(opened.address)
        result = app.test_cli_runner().invoke(args=["tick"])
        assert "Closed 0 rounds" in result.stdout
        assert str(result.exception).startswith("Keys of 1 closed rounds could not be destroyed")
    assert app.test_cli_runner().invoke(args=["tick"]).exit_code == 0
    assert site.keys.held() == []


@pytest.mark.parametrize("what", ["call off", "delete"])
def test_what_would_leave_a_key_that_is_out_of_reach_is_put_off_in_words(opened: Opened, what: str) -> None:
    folder = round_walks.site_of(opened.owner).keys.folder
    folder.rename(folder.with_name("away"))
    page, typed = {
        "call off": (f"{opened.page}/call-off", {}),
        "delete": (f"{opened.organization}/delete", {"name": "Harbour Street"}),
    }[what]
    late = opened.owner.fill(page, **typed)
    assert late.status_code == 503
    assert "This could not be done right now" in late.text
    folder.with_name("away").rename(folder)
    assert found_of(opened).opened_on
    assert opened.owner.fill(page, **typed).status_code == 303
    assert round_walks.site_of(opened.owner).keys.held() == []


@pytest.mark.parametrize("word", ["harbour", "lighthouse"], ids=["right", "wrong"])
def test_guesses_at_a_word_that_are_all_made_at_once_are_no_more_than_one_after_the_other(
    opened: Opened, monkeypatch: pytest.MonkeyPatch, word: str
) -> None:
    code = round_walks.codes_of(opened)[0]
    round_walks.begin(fresh(opened), opened, code)
    guessers = [fresh(opened) for _ in range(attempts.GUESSES + 1)]
    for one in guessers:
        assert one.fill(opened.address, code=code).status_code == 303
    pages = [(one, form_fields(one.read(f"{opened.address}/start"))) for one in guessers]
    slow, (last, form) = RoundKey.draft_key, pages.pop()

    def meanwhile(key: RoundKey, code: str, typed: str) -> RoundKey:
        while pages:  # whoever comes while a word is looked at has not been told yet that it was wrong
            one, page = pages.pop()
            one.send(f"{opened.address}/start", page, word="seagull")
        return slow(key, code, typed)

    monkeypatch.setattr(RoundKey, "draft_key", meanwhile)
    answer = last.send(f"{opened.address}/start", form, word=word)
    assert answer.status_code == 429
    assert "Set-Cookie" not in answer.headers, "whether it was right is told by nothing"


@pytest.mark.parametrize("is_other_folder", [True, False], ids=["another folder", "too many open files"])
def test_a_key_that_is_away_when_a_round_should_close_loses_nothing(
    opened: Opened, monkeypatch: pytest.MonkeyPatch, tmp_path: Path, is_other_folder: bool
) -> None:
    for code in round_walks.codes_of(opened)[:6]:
        round_walks.hand_in(opened, code)
    site = round_walks.site_of(opened.owner)
    after(opened, monkeypatch, 40)
    with monkeypatch.context() as meanwhile:
        if is_other_folder:
            meanwhile.setattr(site, "keys", Keys(tmp_path / "elsewhere"))
        else:
            meanwhile.setattr(Path, "read_bytes", refuse(OSError))
        assert site.close_due() == 0
        assert "cannot be read right now" in fresh(opened).read(opened.address)
    site.looked_at = None
    assert "5–9 peer workers" in fresh(opened).read(opened.address)


def test_a_database_that_does_not_answer_when_a_round_should_close_lets_pages_be_read(
    opened: Opened, monkeypatch: pytest.MonkeyPatch
) -> None:
    site = round_walks.site_of(opened.owner)
    after(opened, monkeypatch, 1)

    def full(*_args: object, **_more: object) -> None:
        with database.reading(site.engine) as connection:
            connection.exec_driver_sql("SELECT * FROM nothing")

    with monkeypatch.context() as meanwhile:
        meanwhile.setattr(closing, "close_due", full)
        assert opened.owner.get(opened.page).status_code == 200
    assert found_of(opened).result is None
    site.looked_at = None
    opened.owner.read(opened.page)
    assert found_of(opened).result


def test_what_was_chosen_for_one_slip_is_never_saved_in_another(opened: Opened) -> None:
    one, other = round_walks.codes_of(opened)[:2]
    phone = fresh(opened)
    address = round_walks.begin(phone, opened, one, "alder")
    form = {**form_fields(phone.read(address)), "go": "next", "gate:frontline": "no"}
    round_walks.begin(phone, opened, other, "birch")
    told = phone.post(address, data=form)
    assert told.status_code == 409
    assert "Not saved yet" in told.text
    for code, word in ((one, "alder"), (other, "birch")):
        assert draft(opened, code, word) == {}
    phone.fill(opened.address, code=one)
    phone.fill(f"{opened.address}/start", word="alder")
    kept = {**form_fields(told.text)}
    assert phone.post(address, data=kept).status_code == 303
    assert draft(opened, one, "alder") == {"frontline": "no"}
    assert draft(opened, other, "birch") == {}


def draft(opened: Opened, code: str, word: str) -> dict[str, str]:
    site = round_walks.site_of(opened.owner)
    key = site.keys.find(opened.round_id)
    with database.reading(site.engine) as connection:
        slip = slips.find(connection, key, key.code_hash(code))
        assert slip
        return dict(slips.read(key.draft_key(code, word), slip).gates)


def test_paper_forms_in_two_tabs_are_counted_each_with_its_own_code(
    opened: Opened, monkeypatch: pytest.MonkeyPatch
) -> None:
    codes, page, typist = round_walks.codes_of(opened)[:5], f"{opened.address}/paper", fresh(opened)
    tabs = []
    for code in codes:
        typist.fill(opened.address, code=code)
        names = set(re.findall(r'name="(q:[^"]+)"', typist.read(page)))
        tabs.append({**form_fields(typist.read(page)), **dict.fromkeys(names, "4")})
    for code, form in zip(codes, tabs, strict=True):
        told = typist.post(page, data=form)
        if told.status_code == 409:
            typist.fill(opened.address, code=code)
            told = typist.post(page, data=form_fields(told.text))
        assert told.status_code == 303
    after(opened, monkeypatch, 1)
    assert "over 85" in fresh(opened).read(opened.address)


def test_answers_sent_after_stopping_in_another_tab_are_kept_on_a_page(opened: Opened) -> None:
    code, phone = round_walks.codes_of(opened)[0], fresh(opened)
    address = round_walks.begin(phone, opened, code)
    form = {**form_fields(phone.read(address)), "go": "next", "gate:frontline": "no"}
    phone.read(f"{opened.address}/stopped")
    told = phone.post(address, data=form)
    assert (told.status_code, form_fields(told.text)["gate:frontline"]) == (409, "no")
    phone.fill(opened.address, code=code)
    phone.fill(f"{opened.address}/start", word="harbour")
    assert phone.post(address, data=form_fields(told.text)).status_code == 303
    assert draft(opened, code, "harbour") == {"frontline": "no"}


def test_the_owner_gets_no_link_in_the_moment_in_which_the_steward_accepts(
    browser: Browser, organization: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    round_id, _link = round_walks.propose(browser, organization)
    site, token = round_walks.site_of(browser), walks.token_of(browser.read(organization))
    own: list[str] = []

    def accepted_meanwhile() -> None:
        with database.writing(site.engine) as connection:
            own.append(rounds.accept(connection, round_id, "Robin", on=site.today()))

    monkeypatch.setattr(owners_pages, "need_address", accepted_meanwhile)
    answer = browser.post(f"{organization}/rounds/{round_id}/steward-link", data={"csrf_token": token})
    assert answer.status_code == 409
    assert browser.as_somebody_else().get(f"/in/{own[0]}").status_code == 303, "the steward's own link still works"


def test_an_owner_cannot_accept_as_steward_in_the_owners_browser(browser: Browser, organization: str) -> None:
    round_id, link = round_walks.propose(browser, organization)
    browser.get(link)
    page = f"/rounds/{round_id}"
    fields = form_fields(browser.read(page))
    refused = browser.post(f"{page}/accept", data={"csrf_token": fields["csrf_token"], "name": "Kim", "chosen": "y"})
    assert refused.status_code == 400
    assert "the owner cannot be the steward" in refused.text
    assert round_walks.accept(browser.as_somebody_else(), link)


def test_a_picture_that_is_downloaded_shows_peer_workers_only_if_the_board_may_see_them(
    browser: Browser, organization: str
) -> None:
    card, pictures = f"{organization}/2026/scorecard/1", {}
    site = round_walks.site_of(browser)
    addresses = (f"{card}/radar.svg", f"{organization}/years/role.svg")
    before = {address: browser.get(f"{address}?download").data for address in addresses}
    voiced.closed(site, card, board=False)
    for address in addresses:
        assert browser.get(f"{address}?download").data == before[address]
        pictures[address] = browser.get(address).data
        assert pictures[address] != before[address], "on the page both voices are drawn"
    with database.writing(site.engine) as connection:
        connection.execute(models.peer_round.delete())
    voiced.closed(site, card, board=True)
    for address in addresses:
        assert browser.get(f"{address}?download").data == pictures[address]


def test_terms_that_stay_as_they_were_are_agreed_to_by_nobody(browser: Browser, organization: str) -> None:
    round_id, link = round_walks.propose(browser, organization)
    steward = browser.as_somebody_else()
    round_walks.accept(steward, link)
    told = steward.read(steward.fill(f"/rounds/{round_id}/terms").headers["Location"])
    assert "Nothing was changed" in told
    assert "Agree to these terms" in told


@pytest.mark.parametrize(
    ("page", "module", "action", "error"),
    [
        ("extend", rounds, "extend", rounds.NotOpenError),
        ("call-off", rounds, "call_off", rounds.TermsChangedError),
        ("totals", closing, "put_totals", rounds.NotOpenError),
    ],
)
def test_who_comes_a_moment_late_is_told_and_nothing_is_done(
    opened: Opened, monkeypatch: pytest.MonkeyPatch, page: str, module: object, action: str, error: type[Exception]
) -> None:
    monkeypatch.setattr(module, action, refuse(error))
    closes_on = found_of(opened).closes_on
    assert closes_on
    typed = {
        "extend": {"closes_on": str(closes_on + timedelta(days=3))},
        "totals": {"forms": "6", "role.title:0": "6"},
    }
    late = opened.steward.fill(f"{opened.stewards_page}/{page}", **typed.get(page, {}))
    assert late.status_code == 409
    assert "Somebody was faster" in late.text
