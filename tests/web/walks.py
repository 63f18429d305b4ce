"""What a user does on the way to a scorecard, by the pages alone."""

import re
from html import unescape

from tests.web.client import Browser, Fields, all_forms, form_fields

ABOUT = {
    "name": "Harbour Street",
    "year": "2026",
    "kind": "non-profit",
    "size": "10-to-49",
    "peer_workers": "12",
    "gate:frontline": "yes",
    "gate:navigation": "yes",
}


def start(browser: Browser, **changes: str) -> str:
    """Start an organization; the address of its page."""
    response = browser.fill("/start", **{**ABOUT, **changes})
    assert response.status_code == 303, response.text
    return response.headers["Location"].removesuffix("/private-link")


def private_link(html: str) -> str:
    """The link that a page shows, as a path."""
    found = re.search(r'id="private-link"[^>]* value="[^"]*?(/in/[^"]+)"', html)
    assert found, "the page shows no link"
    return unescape(found[1])


def answer(browser: Browser, organization: str, year: int = 2026, *, level: str = "2") -> None:
    """Give every question of every section the same answer."""
    for domain in ("role", "comm", "fit", "support", "recog", "commit"):
        address = f"{organization}/{year}/questions/{domain}"
        fields = form_fields(browser.read(address))
        for name in list(fields):
            if name.endswith(":seen"):
                fields.setlist(name.replace(":seen", ":choice"), [level])
        response = browser.send(address, fields)
        assert response.status_code == 303, response.text


def submit(browser: Browser, organization: str, year: int = 2026) -> str:
    """Submit; the address of the scorecard."""
    page = browser.read(f"{organization}/{year}/review")
    response = browser.post(f"{organization}/{year}/submit", data=form_fields(page))
    assert response.status_code == 303, response.text
    return response.headers["Location"]


def link_form(html: str) -> Fields:
    """The form that saves the private link as a file."""
    return next(fields for fields in all_forms(html) if "token" in fields)


def token_of(html: str) -> str:
    """The csrf token of a page."""
    return form_fields(html)["csrf_token"]


def amend(browser: Browser, organization: str, year: int = 2026) -> None:
    """Open the submitted answers again."""
    response = browser.post(f"{organization}/{year}/amend", data={"csrf_token": token_of(browser.read(organization))})
    assert response.status_code == 303


ABOUT_A_YEAR = {name: value for name, value in ABOUT.items() if name != "name"}
