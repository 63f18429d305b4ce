"""Accounts by mail: one link in one mail, the same for everybody, and what happens where no mail goes out."""

import logging
import smtplib
from collections.abc import Iterator
from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import select

from questionnaire.store import database, models
from questionnaire.web.security import Sessions
from questionnaire.web.site import Site
from tests.web import walks
from tests.web.client import Browser
from tests.web.conftest import PUBLIC_URL, browser_of, running
from tests.web.crowd import everything, known, overheard, site_of
from tests.web.mailbox import Mailbox, links_in, running_mailbox

KIM = "kim@example.org"
NOBODY = "nobody@example.org"


@pytest.fixture(scope="module")
def server() -> Iterator[Mailbox]:
    with running_mailbox() as mailbox:
        yield mailbox


@pytest.fixture
def mailbox(server: Mailbox) -> Mailbox:
    server.empty()
    return server


@pytest.fixture
def app(app: Flask, mailbox: Mailbox, monkeypatch: pytest.MonkeyPatch) -> Flask:
    """The site, with somebody to hand its mail to."""
    settings = site_of(app).settings.__dict__
    monkeypatch.setitem(settings, "smtp_url", mailbox.url)
    monkeypatch.setitem(settings, "mail_from", "alongside@example.org")
    return app


def mailed_link(browser: Browser, mailbox: Mailbox, email: str = KIM, page: str = "/sign-up") -> str:
    """Ask for a link and take it out of the mail; its path."""
    assert browser.fill(page, email=email).status_code == 303
    return links_in(mailbox.last())[0].removeprefix(PUBLIC_URL)


def choose(browser: Browser, link: str, password: str = walks.PASSWORD) -> None:
    response = browser.get(link)
    assert (response.status_code, response.headers["Location"]) == (303, "/choose-password")
    assert browser.fill("/choose-password", password=password).status_code == 303


def test_a_mailed_link_makes_an_account_and_signs_in(browser: Browser, mailbox: Mailbox) -> None:
    asked = browser.fill("/sign-up", email=" Kim@Example.org ")
    assert (asked.status_code, asked.headers["Location"]) == (303, "/check-mail")
    assert KIM in browser.read("/check-mail")
    (recipients, mail), *others = mailbox.taken
    assert (others, recipients, mail["To"], mail["From"]) == ([], [KIM], KIM, "alongside@example.org")
    [link] = links_in(mail)
    assert link.startswith(f"{PUBLIC_URL}/in/")
    choose(browser, link.removeprefix(PUBLIC_URL))
    assert KIM in browser.read("/account")
    assert walks.sign_in(browser.as_somebody_else()).status_code == 303


def test_the_mail_names_the_sites_own_address_whatever_the_request_says(browser: Browser, mailbox: Mailbox) -> None:
    evil = "http://evil.example"
    token = walks.token_of(browser.get("/sign-up", base_url=evil).text)
    sent = {"csrf_token": token, "email": KIM, "to": ""}
    headers = {"X-Forwarded-Host": "evil.example", "Forwarded": "host=evil.example"}
    assert browser.post("/sign-up", data=sent, base_url=evil, headers=headers).status_code == 303
    assert [link.partition("/in/")[0] for link in links_in(mailbox.last())] == [PUBLIC_URL]
    assert "evil" not in mailbox.last().as_string()


def test_a_link_that_was_only_looked_at_still_works(browser: Browser, mailbox: Mailbox) -> None:
    """As by a mail program that opens every link, to see whether it is dangerous."""
    link = mailed_link(browser, mailbox)
    program = browser.as_somebody_else()
    assert program.get(link, follow_redirects=True).status_code == 200
    choose(browser, link)
    assert KIM in browser.read("/account")


def test_a_used_an_altered_an_expired_and_an_outdone_link_get_the_same_page(
    browser: Browser, mailbox: Mailbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    outdone, used = mailed_link(browser, mailbox), mailed_link(browser, mailbox)
    expired = mailed_link(browser, mailbox, NOBODY)
    choose(browser, used)
    altered = used[:-1] + ("a" if used[-1] != "a" else "b")
    today = site_of(browser.application).today()
    pages = [browser.as_somebody_else().get(link) for link in (used, outdone, altered, "/in/none")]
    monkeypatch.setattr(Site, "today", lambda _site: today + timedelta(days=2))
    pages.append(browser.as_somebody_else().get(expired))
    assert {page.status_code for page in pages} == {404}
    assert {page.text for page in pages} == {pages[0].text}
    monkeypatch.undo()
    choose(browser.as_somebody_else(), expired)


def test_a_link_works_until_the_end_of_the_day_after(
    browser: Browser, mailbox: Mailbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    link = mailed_link(browser, mailbox)
    tomorrow = site_of(browser.application).today() + timedelta(days=1)
    monkeypatch.setattr(Site, "today", lambda _site: tomorrow)
    choose(browser, link)
    assert KIM in browser.read("/account")


def test_a_link_that_was_used_while_its_page_was_open_makes_no_second_password(
    browser: Browser, mailbox: Mailbox
) -> None:
    link = mailed_link(browser, mailbox)
    late = browser.as_somebody_else()
    late.get(link)
    token = walks.token_of(late.read("/choose-password"))
    choose(browser, link)
    answer = late.post("/choose-password", data={"csrf_token": token, "password": "another password of mine"})
    assert (answer.status_code, "This link does not work" in answer.text) == (404, True)
    assert walks.sign_in(late, password="another password of mine").status_code == 400


def test_signing_up_leads_on_to_what_was_wanted(browser: Browser, mailbox: Mailbox) -> None:
    link = mailed_link(browser, mailbox, page="/sign-up?to=/start")
    browser.get(link)
    assert browser.fill("/choose-password", password=walks.PASSWORD).headers["Location"] == "/start"


@pytest.mark.parametrize("to", ["/" + "a" * 5000, "/\0"], ids=["long", "control character"])
def test_what_cannot_be_a_page_of_this_site_stops_nobody_from_signing_up(
    browser: Browser, mailbox: Mailbox, to: str
) -> None:
    """A cookie that is too large is dropped by browsers, and all that it holds."""
    token = walks.token_of(browser.read("/sign-up"))
    assert browser.post("/sign-up", data={"csrf_token": token, "email": KIM, "to": to}).status_code == 303
    assert KIM in browser.read("/check-mail")
    browser.get(links_in(mailbox.last())[0].removeprefix(PUBLIC_URL))
    assert browser.fill("/choose-password", password=walks.PASSWORD).headers["Location"] == "/"


NO_ADDRESSES = (
    "",
    "kim",
    "kim@localhost",
    "kim@example.org\nBcc: all@example.org",
    "kim@example.org\r\nSubject: You won",
    "kim@example.org, sam@example.org",
    "kim@example.org;sam@example.org",
    "Kim <kim@example.org>",
    "kim@example.org\0",
    "kim\t@example.org",
    "kim@example.org\u2028Bcc:all@example.org",
    "=?utf-8?q?kim?=@example.org",
    "<script>@example.org",
    "(" * 5000 + "@example.org",
    "a" * 255 + "@example.org",
    "a@" + "İ" * 200 + ".org",  # in lower case it is twice as long
)
OTHER_SPELLINGS = (
    "kim(1)@example.org",
    "kim @example.org",
    "kim@ example.org",
    '"kim"@example.org',
    "kim@example.org(a)",
    "kim@ｅxample.org",
    "kim@example.org\u200b",
)


@pytest.mark.parametrize("addresses", [NO_ADDRESSES, OTHER_SPELLINGS], ids=["no address", "another spelling"])
def test_what_is_not_one_address_in_its_one_spelling_is_refused_and_gets_no_mail(
    browser: Browser, mailbox: Mailbox, addresses: tuple[str, ...]
) -> None:
    """With many spellings, a stranger's mailbox could be filled three mails an hour for each."""
    token = walks.token_of(browser.read("/sign-up"))
    taken = []
    for address in addresses:
        answer = browser.post("/sign-up", data={"csrf_token": token, "email": address, "to": ""})
        if answer.status_code != 400 or 'aria-invalid="true"' not in answer.text:
            taken.append((address[:80], answer.status_code))
    assert taken == []
    assert mailbox.taken == []


def heard_of(browser: Browser, mailbox: Mailbox, page: str, email: str) -> tuple[object, ...]:
    """All that asking for a link tells, but for the address itself and the link."""
    stranger = browser.as_somebody_else()
    token = walks.token_of(stranger.read(page))
    with overheard(site_of(browser.application).engine) as said:
        answer = stranger.post(page, data={"csrf_token": token, "email": email, "to": ""})
    [link] = links_in(mailbox.last())
    words = mailbox.last().get_content().replace(link, "")
    then = stranger.read("/check-mail").replace(email, "")
    headers = [(name, value) for name, value in answer.headers if name != "Set-Cookie"]
    return answer.status_code, answer.text, headers, then, words, mailbox.last()["Subject"], said


@pytest.mark.parametrize("page", ["/sign-up", "/forgotten"])
def test_nothing_tells_whether_an_address_has_an_account(
    app: Flask, browser: Browser, mailbox: Mailbox, page: str
) -> None:
    known(app, KIM)
    assert heard_of(browser, mailbox, page, KIM) == heard_of(browser, mailbox, page, NOBODY)


def test_a_forgotten_password_is_replaced_by_mail(app: Flask, browser: Browser, mailbox: Mailbox) -> None:
    device = known(app, KIM)
    choose(browser, mailed_link(browser, mailbox, page="/forgotten"), "somewhere over the hill")
    assert device.get("/account").status_code == 303, "all other devices are signed out"
    assert walks.sign_in(browser.as_somebody_else()).status_code == 400
    assert walks.sign_in(browser.as_somebody_else(), password="somewhere over the hill").status_code == 303


def test_an_address_gets_three_mails_an_hour_whoever_asks(
    browser: Browser, mailbox: Mailbox, site: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    def ask(number: int, email: str = KIM) -> int:
        somebody = browser.as_somebody_else()
        somebody.environ_base["REMOTE_ADDR"] = f"10.0.0.{number}"
        answer = somebody.fill(["/sign-up", "/forgotten"][number % 2], email=email)
        assert (answer.status_code == 429) == ("too many attempts. Wait 60 minutes" in answer.text)
        return answer.status_code

    now = site.now()
    monkeypatch.setattr(Site, "now", lambda _site: now)
    assert [ask(number) for number in range(4)] == [303, 303, 303, 429]
    assert ask(5, "KIM@example.org") == 429
    assert ask(6, NOBODY) == 303
    monkeypatch.setattr(Site, "now", lambda _site: now + 3600)
    assert ask(7) == 303
    assert len(mailbox.taken) == 5


def test_one_place_has_ten_mails_a_minute_sent(
    browser: Browser, mailbox: Mailbox, site: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    now = site.now()
    monkeypatch.setattr(Site, "now", lambda _site: now)
    token = walks.token_of(browser.read("/sign-up"))
    asked = [{"csrf_token": token, "email": f"a{number}@example.org", "to": ""} for number in range(11)]
    assert [browser.post("/sign-up", data=form).status_code for form in asked] == [303] * 10 + [429]


def test_what_a_place_is_refused_uses_up_nothing_of_the_mailboxes_it_names(
    browser: Browser, mailbox: Mailbox, site: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    now = site.now()
    monkeypatch.setattr(Site, "now", lambda _site: now)
    form = {"csrf_token": walks.token_of(browser.read("/sign-up")), "to": ""}
    for number in range(10):
        browser.post("/sign-up", data={**form, "email": f"a{number}@example.org"})
    assert [browser.post("/sign-up", data={**form, "email": KIM}).status_code for _ in range(3)] == [429] * 3
    assert len(everything(site.engine)["throttle"]) == 11, "ten mailboxes and a place"
    browser.environ_base["REMOTE_ADDR"] = "192.0.2.9"
    assert browser.post("/sign-up", data={**form, "email": KIM}).status_code == 303


@pytest.fixture(params=["away", "refuses", "without a cipher", "knows no such user"])
def trouble(request: pytest.FixtureRequest, app: Flask, mailbox: Mailbox, monkeypatch: pytest.MonkeyPatch) -> None:
    """Every way in which a mail does not leave."""
    settings = site_of(app).settings.__dict__
    if request.param == "away":
        monkeypatch.setitem(settings, "smtp_url", "smtp://127.0.0.1:1")
    if request.param == "refuses":
        mailbox.says = "550 no such mailbox: kim@example.org"
    if request.param == "without a cipher":
        monkeypatch.setattr("questionnaire.web.mail.LOOPBACK", set())
    if request.param == "knows no such user":
        monkeypatch.setitem(settings, "smtp_url", mailbox.url.replace("//", "//alongside:a%20password@"))


def test_a_mail_that_does_not_leave_is_said_in_words_and_kept_out_of_the_log(
    browser: Browser, mailbox: Mailbox, trouble: None, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    answer = browser.fill("/sign-up?to=/start", email=KIM)
    assert answer.status_code == 503
    assert "The mail could not be sent right now" in answer.text
    assert f'value="{KIM}"' in answer.text
    assert 'value="/start"' in answer.text
    assert mailbox.taken == []
    ours = [record for record in caplog.records if record.name.startswith("questionnaire")]
    assert ["a mail was not sent" in record.getMessage() for record in ours] == [True]
    logged = "\n".join(f"{record.getMessage()} {record.exc_text}" for record in ours)
    assert "kim" not in logged.lower()
    assert "/in/" not in logged
    assert "password" not in logged


def test_a_mail_that_did_not_leave_is_not_one_of_the_three(browser: Browser, mailbox: Mailbox) -> None:
    mailbox.says = "451 later"
    assert [browser.fill("/sign-up", email=KIM).status_code for _ in range(4)] == [503] * 4
    mailbox.says = "250 OK"
    assert browser.fill("/sign-up", email=KIM).status_code == 303


def test_no_password_goes_to_a_mail_server_in_clear(app: Flask, browser: Browser, mailbox: Mailbox) -> None:
    said: list[str] = []

    class Listening(smtplib.SMTP):
        def putcmd(self, cmd: str, args: str = "") -> None:
            said.append(cmd.split(maxsplit=1)[0].lower())
            super().putcmd(cmd, args)

    with pytest.MonkeyPatch.context() as elsewhere:
        elsewhere.setattr("questionnaire.web.mail.LOOPBACK", set())
        elsewhere.setattr("questionnaire.web.mail.smtplib.SMTP", Listening)
        address = mailbox.url.replace("//", "//alongside:secret@")
        elsewhere.setitem(site_of(app).settings.__dict__, "smtp_url", address)
        assert browser.fill("/sign-up", email=KIM).status_code == 503
    assert "ehlo" in said
    assert not {"auth", "mail", "rcpt", "data"} & set(said)


def opened_cookie(app: Flask, value: str) -> object:
    """What a form's cookie says to whoever has it."""
    serializer = Sessions().get_signing_serializer(app)
    assert serializer
    return serializer.loads(value)


def test_neither_token_nor_password_nor_session_stands_anywhere_as_it_is(
    app: Flask, browser: Browser, mailbox: Mailbox, site: Site, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    link = mailed_link(browser, mailbox)
    before = everything(site.engine)
    browser.get(link)
    form_cookie = browser.get_cookie(browser.application.config["SESSION_COOKIE_NAME"])
    assert form_cookie
    assert link.removeprefix("/in/") not in str(opened_cookie(browser.application, form_cookie.value))
    choose(browser, link)
    other = browser.as_somebody_else()
    walks.sign_in(other, password="a wrong password")
    walks.sign_in(other)
    other.fill("/account/password", until_now=walks.PASSWORD, password="somewhere over the hill")
    secrets = {link.removeprefix("/in/"), walks.PASSWORD, "a wrong password", "somewhere over the hill"}
    for client in (browser, other):
        secrets |= {cookie.value for cookie in (client._cookies or {}).values()}
    assert len(secrets) >= 8
    logged = "\n".join(record.getMessage() for record in caplog.records if not record.name.startswith("mail"))
    for secret in secrets:
        assert secret not in str(before)
        assert secret not in str(everything(site.engine))
        assert secret not in logged


def test_throttles_keep_neither_addresses_nor_places(browser: Browser, site: Site) -> None:
    browser.environ_base["REMOTE_ADDR"] = "10.1.2.3"
    walks.sign_in(browser, NOBODY)
    browser.fill("/forgotten", email=NOBODY)
    with database.reading(site.engine) as connection:
        kept = connection.execute(select(models.throttle)).all()
    assert len(kept) == 3
    assert all(len(row.bucket) == 64 and int(row.bucket, 16) for row in kept)
    assert "10.1.2.3" not in str(kept)
    assert "nobody" not in str(kept)


def test_who_asked_for_no_mail_is_sent_to_where_one_asks(browser: Browser) -> None:
    assert browser.get("/check-mail").headers["Location"] == "/sign-up"


def test_without_its_own_address_a_site_sends_no_link(sqlite_url: str, mailbox: Mailbox) -> None:
    for app in running(sqlite_url, public_url=None, smtp_url=mailbox.url, mail_from="alongside@example.org"):
        answer = browser_of(app).get("/sign-up")
        assert (answer.status_code, "PUBLIC_URL" in answer.text) == (503, True)
