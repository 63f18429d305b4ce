"""What an owner, a steward and peer workers do with a round, by the pages alone; codes are made as a sheet is."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from html import unescape

from werkzeug.test import TestResponse

from questionnaire.store import database, rounds, slips
from questionnaire.web.site import Site
from tests.web import walks
from tests.web.client import Browser, form_fields

DAYS = 21


@dataclass(frozen=True)
class Opened:
    """A round that is open: its owner, its steward, and the addresses of both."""

    owner: Browser
    steward: Browser
    organization: str
    round_id: str
    handle: str
    stewards_link: str

    @property
    def page(self) -> str:
        """The owner's page of it."""
        return f"{self.organization}/rounds/{self.round_id}"

    @property
    def stewards_page(self) -> str:
        return f"/rounds/{self.round_id}"

    @property
    def address(self) -> str:
        """What stands on the slips."""
        return f"/v/{self.handle}"


def site_of(browser: Browser) -> Site:
    site: Site = browser.application.extensions["alongside"]
    return site


def propose(owner: Browser, organization: str, **terms: str) -> tuple[str, str]:
    """Propose a round beside the newest assessment; its id, and the steward's link."""
    closes_on = site_of(owner).today() + timedelta(days=DAYS)
    filled = {
        "peer_workers": "12",
        "closes_on": str(closes_on),
        "pay": "One hour at the usual rate, for all of us.",
        "operator": "Coast Network",
        **terms,
    }
    response = owner.fill(f"{organization}/rounds/new", **filled)
    assert response.status_code == 303, response.text
    address = response.headers["Location"]
    return address.split("/rounds/")[1].split("/")[0], walks.private_link(owner.read(address))


def accept(steward: Browser, link: str, name: str = "Robin") -> str:
    """Open the link, accept, and get a link of one's own."""
    response = steward.get(link)
    assert response.status_code == 303
    page = response.headers["Location"]
    fields = form_fields(steward.read(page))
    response = steward.post(f"{page}/accept", data={"csrf_token": fields["csrf_token"], "name": name, "chosen": "y"})
    assert response.status_code == 303, response.text
    return walks.private_link(steward.read(response.headers["Location"]))


def press(browser: Browser, page: str, action: str, **more: str) -> TestResponse:
    """Press the button of the form with this action on a page."""
    html = browser.read(page)
    form = next(
        form for form in re.findall(r"<form[^>]*>.*?</form>", html, re.DOTALL) if f'action="{action}"' in form
    )
    hidden = re.findall(r'<input type="hidden"\s+name="([^"]*)"\s+value="([^"]*)"', form)
    return browser.post(action, data={**{name: unescape(value) for name, value in hidden}, **more})


def open_round(owner: Browser, organization: str, **terms: str) -> Opened:
    """Propose, accept and agree: the round is open."""
    round_id, link = propose(owner, organization, **terms)
    steward = owner.as_somebody_else()
    stewards_link = accept(steward, link)
    page = f"/rounds/{round_id}"
    response = press(steward, page, f"{page}/agree")
    assert response.status_code == 303, response.text
    with database.reading(site_of(owner).engine) as connection:
        found = rounds.find(connection, round_id)
    assert found
    assert found.opened_on, steward.read(page)
    return Opened(owner, steward, organization, round_id, found.handle, stewards_link)


def codes_of(opened: Opened, number: int = 12) -> tuple[str, ...]:
    """Codes that count, made as a sheet of slips is."""
    site = site_of(opened.owner)
    with database.writing(site.engine) as connection:
        found = rounds.find(connection, opened.round_id)
        assert found
        codes = slips.make(connection, site.keys.find(found.round_id), found, number, on=site.today())
        slips.activate(connection, found.round_id)
    return codes


def begin(browser: Browser, opened: Opened, code: str, word: str = "harbour") -> str:
    """Type a code, pick a word; the address of the first page of questions."""
    response = browser.fill(opened.address, code=code)
    assert response.status_code == 303, response.text
    response = browser.fill(response.headers["Location"], word=word)
    assert response.status_code == 303, response.text
    return response.headers["Location"]


def answer(browser: Browser, address: str, level: str = "2", gates: Mapping[str, str] | None = None) -> str:
    """Give every question the same answer, page by page; the address of the last page."""
    while "/questions/" in address:
        html = browser.read(address)
        names = set(re.findall(r'name="((?:q|gate):[^"]+)"', html))
        typed = {name: (gates or {}).get(name, "yes") if name.startswith("gate:") else level for name in names}
        fields = form_fields(html)
        held = {name: fields[name] for name in ("csrf_token", "of")}
        response = browser.post(address, data={**held, "go": "next", **typed})
        assert response.status_code == 303, response.text
        address = response.headers["Location"]
    return address


def hand_in(
    opened: Opened, code: str, level: str = "2", *, words: str = "", gates: Mapping[str, str] | None = None
) -> Browser:
    """Answer everything alike on a device of one's own, and hand it in."""
    browser = opened.owner.as_somebody_else()
    last = answer(browser, begin(browser, opened, code), level, gates)
    response = browser.fill(last, **({"words": words} if words else {}))
    assert response.status_code == 303, response.text
    assert "It is counted" in browser.read(response.headers["Location"])
    return browser


def on_day(opened: Opened, monkeypatch: object, day: date) -> None:
    """Let it be another day at this site."""
    site = site_of(opened.owner)
    monkeypatch.setattr(type(site), "today", lambda _site: day)  # type: ignore[attr-defined]
