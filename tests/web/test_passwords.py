"""Passwords on pages: which are taken, that none is ever shown again, and the ways to one without mail."""

from collections.abc import Callable
from functools import partial
from unicodedata import normalize

import pytest
from flask import Flask

from questionnaire.store import access, database
from questionnaire.web.serving import _offer_first_account
from questionnaire.web.site import Site
from tests.moments import at_once
from tests.web import walks
from tests.web.client import Browser, form_fields, session_cookie
from tests.web.conftest import PUBLIC_URL, browser_of
from tests.web.crowd import cookie_name, everything, known, owner, site_of
from tests.web.test_unavailable import locked

KIM = "kim@example.org"
NEW = "somewhere over the hill"


@pytest.fixture
def link(app: Flask) -> str:
    """A link with which the password of an address is chosen."""
    return link_for(app, KIM)


def link_for(app: Flask, email: str) -> str:
    site = site_of(app)
    with database.writing(site.engine) as connection:
        return f"/in/{access.make_account_link(connection, email, on=site.today())}"


def is_signed_in(browser: Browser) -> bool:
    return browser.get("/account").status_code == 200


REFUSED = {
    "": "Use at least 12 characters",
    "elevenchars": "Use at least 12 characters",
    "🌱" * 11: "Use at least 12 characters",
    "q1w2e3r4t5y6": "among the first that others would try",
    "Q1W2E3r4T5Y6": "among the first that others would try",
    "ｑ１ｗ２ｅ３ｒ４ｔ５ｙ６": "among the first that others would try",
    KIM: "among the first that others would try",
    " KIM@EXAMPLE.ORG": "among the first that others would try",
    "a" * 1001: "Use at most 1000 characters",
    "e\u0301" * 600: "Use at most 1000 characters",
}


def test_a_password_that_is_short_common_long_or_the_address_is_refused(browser: Browser, link: str) -> None:
    browser.get(link)
    form = form_fields(browser.read("/choose-password"))
    for password, why in REFUSED.items():
        answer = browser.send("/choose-password", form, password=password)
        assert answer.status_code == 400, password[:40]
        assert why in answer.text, password[:40]
    assert not is_signed_in(browser)
    assert browser.send("/choose-password", form, password="twelve chars").status_code == 303


@pytest.mark.parametrize(
    "password",
    [
        "crème brûlée à midi",
        "🌱🌱🌱🌱🌱🌱🌱🌱🌱🌱🌱🌱",
        "twelve\0twelve\x07",
        "line one\nline two",
        "é" * 1000,
        "<script>'\"&%s{0}</script>",
    ],
    ids=["accents", "emoji", "control characters", "lines", "a thousand", "markup"],
)
def test_a_password_may_be_of_any_characters_and_is_the_same_in_either_form(
    app: Flask, browser: Browser, link: str, password: str
) -> None:
    browser.get(link)
    assert browser.fill("/choose-password", password=normalize("NFC", password)).status_code == 303
    for form in ("NFC", "NFD"):
        assert walks.sign_in(browser_of(app), password=normalize(form, password)).status_code == 303


def test_the_first_account_takes_any_address_but_not_as_its_password(app: Flask, browser: Browser) -> None:
    browser.get(link_for(app, ""))
    form = form_fields(browser.read("/choose-password"))
    assert (
        browser.send("/choose-password", form, email="a@b.example.org", password=" A@b.example.org ").status_code
        == 400
    )
    assert browser.send("/choose-password", form, email="kim", password=NEW).status_code == 400
    assert browser.send("/choose-password", form, email="Kim@Example.org", password=NEW).status_code == 303
    assert KIM in browser.read("/account")


# --- no password is ever shown

SECRET = "a secret that nobody shows"


def sign_in(browser: Browser) -> tuple[str, dict[str, str]]:
    return "/sign-in", {"email": KIM, "password": SECRET}


def change(browser: Browser) -> tuple[str, dict[str, str]]:
    return "/account/password", {"until_now": SECRET, "password": SECRET}


def choose(browser: Browser) -> tuple[str, dict[str, str]]:
    browser.get(link_for(browser.application, "max@example.org"))
    return "/choose-password", {"password": SECRET}


def make(browser: Browser) -> tuple[str, dict[str, str]]:
    boss, organization = owner(browser.application, "boss@example.org")
    browser.get(walks.invite(boss, organization))
    return "/sign-up", {"email": KIM, "password": SECRET}


Form = Callable[[Browser], tuple[str, dict[str, str]]]


@pytest.mark.parametrize("form", [sign_in, change, choose, make])
def test_no_page_ever_shows_a_password(app: Flask, site: Site, form: Form, monkeypatch: pytest.MonkeyPatch) -> None:
    browser = known(app)
    address, typed = form(browser)
    page = form_fields(browser.read(address))
    answers = [
        browser.send(address, page, **typed, more="than the page has"),
        browser.send(address, page, **{**typed, "email": "no address"}),
        browser.send(address, page, **{**typed, "password": SECRET[:11]}),
    ]
    with monkeypatch.context() as late:
        late.setitem(app.config, "WTF_CSRF_TIME_LIMIT", -1)
        kept = browser.post(address, data={**page, **typed}, headers={"Origin": PUBLIC_URL})
        assert "This page was open for a long time" in kept.text
        answers += [kept, browser.post(address, data={**page, **typed}, headers={"Origin": "https://evil.example"})]
    site.engine.dispose()
    with monkeypatch.context() as impatient:
        impatient.setattr(site, "engine", database.open_database(site.engine.url, seconds_to_wait=0))
        with locked(site):
            away = browser.send(address, page, **typed)
        site.engine.dispose()
    assert (away.status_code, "What you typed is still here" in away.text) == (503, True)
    answers.append(away)
    for answer in answers:
        assert answer.status_code in {400, 403, 503}
        assert SECRET[:11] not in answer.text
        assert answer.text.count("Typed") == 0
    if "email" in typed:
        assert form_fields(away.text)["email"] == KIM, "what is no secret is kept"


# --- changing and resetting


@pytest.fixture
def other(app: Flask, browser: Browser) -> Browser:
    """Another device of the same account, and a token of this one's earlier session."""
    return browser.as_somebody_else()


def test_changing_the_password_ends_all_other_sessions_and_keeps_this_browser(
    app: Flask, browser: Browser, other: Browser
) -> None:
    here = known(app)
    organization = walks.start(other)
    walks.sign_in(other)
    earlier = session_cookie(here).value
    assert here.fill("/account/password", until_now="a wrong password", password=NEW).status_code == 400
    assert here.fill("/account/password", until_now=walks.PASSWORD, password="short").status_code == 400
    assert is_signed_in(other)
    assert here.fill("/account/password", until_now=walks.PASSWORD, password=NEW).status_code == 303
    assert is_signed_in(here)
    assert not is_signed_in(other)
    assert other.get(organization).status_code == 404, "all that a stolen session held has gone"
    browser.set_cookie(cookie_name(app), earlier)
    assert not is_signed_in(browser)
    assert walks.sign_in(browser).status_code == 400
    assert walks.sign_in(browser, password=NEW).status_code == 303


def test_a_link_for_a_new_password_ends_all_sessions_and_every_other_such_link(
    app: Flask, browser: Browser, other: Browser
) -> None:
    here = known(app)
    walks.sign_in(other)
    link, another = link_for(app, KIM), link_for(app, KIM)
    of_sam = link_for(app, "sam@example.org")
    browser.get(link)
    assert browser.fill("/choose-password", password=NEW).status_code == 303
    assert [is_signed_in(one) for one in (browser, here, other)] == [True, False, False]
    assert browser.get(another).status_code == 404
    assert browser.get(of_sam).status_code == 303
    assert walks.sign_in(other).status_code == 400
    assert walks.sign_in(other, password=NEW).status_code == 303


def test_who_resets_on_a_browser_keeps_what_it_opened_by_links(app: Flask, browser: Browser, link: str) -> None:
    organization = walks.start(browser)
    browser.get(link)
    browser.fill("/choose-password", password=NEW)
    assert browser.get(organization).status_code == 200


def test_of_eight_who_use_one_link_at_once_one_chooses_the_password(app_on_both: Flask) -> None:
    link = link_for(app_on_both, "")
    browsers = [browser_of(app_on_both) for _ in range(8)]
    forms = []
    for browser in browsers:
        browser.get(link)
        forms.append(form_fields(browser.read("/choose-password")))

    def use(number: int) -> int:
        mine = {"email": f"a{number}@example.org", "password": f"a password of number {number}"}
        return browsers[number].send("/choose-password", forms[number], **mine).status_code

    told = at_once([partial(use, number) for number in range(8)])
    assert sorted(told) == [303] + [404] * 7
    assert len(everything(site_of(app_on_both).engine)["account"]) == 1
    assert is_signed_in(browsers[told.index(303)])
    assert [is_signed_in(browser) for browser in browsers].count(True) == 1


def test_two_links_of_one_new_address_used_at_once_make_one_account(app_on_both: Flask) -> None:
    browsers = [browser_of(app_on_both) for _ in range(2)]
    forms = []
    for browser in browsers:
        browser.get(link_for(app_on_both, KIM))
        forms.append(form_fields(browser.read("/choose-password")))

    def use(number: int) -> int:
        return browsers[number].send("/choose-password", forms[number], password=f"{NEW} {number}").status_code

    told = at_once([partial(use, number) for number in range(2)])
    assert sorted(told) == [303, 404]
    assert len(everything(site_of(app_on_both).engine)["account"]) == 1
    assert [is_signed_in(browser) for browser in browsers].count(True) == 1


# --- without mail


def test_where_no_mail_is_sent_the_page_says_how_accounts_are_made(browser: Browser) -> None:
    page = browser.read("/sign-up")
    assert "This site sends no mail" in page
    assert "flask user create" in page
    assert "<form" not in page.partition("<main")[2]
    assert "flask user reset-link" in browser.read("/forgotten")
    token = walks.token_of(browser.read("/sign-in"))
    for address in ("/sign-up", "/forgotten"):
        answer = browser.post(address, data={"csrf_token": token, "email": KIM, "password": NEW})
        assert "This site sends no mail" in answer.text
    assert everything(site_of(browser.application).engine)["account"] == []


def offered(site: Site, said: pytest.CaptureFixture[str]) -> str:
    """The link that the start prints for a first account, if any."""
    _offer_first_account(site, PUBLIC_URL)
    return said.readouterr().out.rpartition(PUBLIC_URL)[2].strip()


def test_the_start_offers_the_first_account_until_there_is_one(
    app: Flask, browser: Browser, site: Site, capsys: pytest.CaptureFixture[str]
) -> None:
    first, second = offered(site, capsys), offered(site, capsys)
    assert browser.get(first).status_code == 404, "a new start ends the link of the one before"
    browser.get(second)
    assert browser.fill("/choose-password", email=KIM, password=NEW).status_code == 303
    assert is_signed_in(browser)
    assert browser.as_somebody_else().get(second).status_code == 404
    assert offered(site, capsys) == ""


def test_where_mail_is_sent_the_start_offers_no_account(
    site: Site, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(site.settings.__dict__, "smtp_url", "smtp://127.0.0.1:1")
    assert offered(site, capsys) == ""


def test_a_link_without_an_address_takes_over_no_account(app: Flask, browser: Browser) -> None:
    kim = known(app)
    browser.get(link_for(app, ""))
    answer = browser.fill("/choose-password", email="KIM@example.org", password=NEW)
    assert (answer.status_code, "No account can be made with this address" in answer.text) == (400, True)
    assert is_signed_in(kim)
    assert walks.sign_in(browser.as_somebody_else()).status_code == 303
    assert browser.fill("/choose-password", email="max@example.org", password=NEW).status_code == 303, (
        "it still works"
    )


def test_an_invitation_makes_an_account_at_once_and_leads_back_to_itself(app: Flask, browser: Browser) -> None:
    boss, organization = owner(app)
    browser.get(walks.invite(boss, organization))
    for address, password, said in (
        (KIM, NEW, "No account can be made with this address"),
        ("sam", NEW, "Give an e-mail address"),
        ("sam@example.org", "short", "Use at least 12 characters"),
    ):
        answer = browser.fill("/sign-up", email=address, password=password)
        assert (answer.status_code, said in answer.text) == (400, True)
    answer = browser.fill("/sign-up", email="Sam@example.org", password=NEW)
    assert answer.headers["Location"] == "/invitation"
    assert browser.fill("/invitation").headers["Location"] == organization
    assert "sam@example.org" in boss.read(f"{organization}/colleagues")
    guest = browser.as_somebody_else()
    assert walks.sign_in(guest, "sam@example.org", NEW).status_code == 303


def test_an_invitation_makes_ten_accounts_a_minute_at_most(
    app: Flask, browser: Browser, monkeypatch: pytest.MonkeyPatch
) -> None:
    boss, organization = owner(app)
    browser.get(walks.invite(boss, organization))
    form = form_fields(browser.read("/sign-up"))
    monkeypatch.setattr("questionnaire.web.passwords.passwords.hashed", lambda _password: "a hash")
    now = site_of(app).now()
    monkeypatch.setattr(Site, "now", lambda _site: now)
    told = [
        browser.send("/sign-up", form, email=f"a{number}@example.org", password=NEW).status_code
        for number in range(11)
    ]
    assert told == [303] * 10 + [429]


def test_a_used_or_ended_invitation_makes_no_account(app: Flask, browser: Browser) -> None:
    boss, organization = owner(app)
    invitation = walks.invite(boss, organization)
    browser.get(invitation)
    form = form_fields(browser.read("/sign-up"))
    walks.join(known(app, "sam@example.org"), invitation)
    answer = browser.send("/sign-up", form, email="max@example.org", password=NEW)
    assert "This site sends no mail" in answer.text
    assert "max@example.org" not in str(everything(site_of(app).engine)["account"])
