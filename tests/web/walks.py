"""What a user does on the way to a scorecard, by the pages alone."""

import re
from html import unescape

from werkzeug.test import TestResponse

from questionnaire.store import access, database
from questionnaire.web.site import Site
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


def year(browser: Browser, organization: str, year: int, *, level: str = "1") -> str:
    """Begin a year, answer everything alike, submit; the address of the scorecard."""
    response = browser.fill(f"{organization}/new-year", year=str(year))
    assert response.status_code == 303, response.text
    answer(browser, organization, year, level=level)
    return submit(browser, organization, year)


def plan(browser: Browser, organization: str, what: str = "Write the roles down", **typed: str) -> str:
    """Write an action of one's own into the plan; the address of its form."""
    response = browser.fill(f"{organization}/plan/new", what=what, **typed)
    assert response.status_code == 303, response.text
    plan, _hash, anchor = response.headers["Location"].partition("#action-")
    return f"{plan.partition('?')[0]}/{anchor}"


ABOUT_A_YEAR = {name: value for name, value in ABOUT.items() if name != "name"}

PASSWORD = "harbour lights at dawn"


def account(browser: Browser, email: str = "kim@example.org") -> str:
    """Make an account, as `flask user create` does, and sign this browser in with it; the address."""
    site: Site = browser.application.extensions["alongside"]
    with database.writing(site.engine) as connection:
        token = access.make_account_link(connection, email, on=site.today())
    response = browser.get(f"/in/{token}")
    assert response.status_code == 303
    response = browser.fill(response.headers["Location"], password=PASSWORD)
    assert response.status_code == 303, response.text
    return email


def sign_in(browser: Browser, email: str = "kim@example.org", password: str = PASSWORD) -> TestResponse:
    """Send the form for signing in."""
    return browser.fill("/sign-in", email=email, password=password)


def own(browser: Browser, email: str = "kim@example.org", **changes: str) -> str:
    """Start an organization with an account of one's own; the address of its page."""
    account(browser, email)
    response = browser.fill("/start", **{**ABOUT, **changes})
    assert response.status_code == 303, response.text
    return response.headers["Location"].partition("/2026")[0]


def invite(owner: Browser, organization: str, role: str = "editor", made_for: str = "Sam") -> str:
    """Invite somebody; the invitation's path."""
    response = owner.fill(f"{organization}/colleagues", made_for=made_for, role=role)
    assert response.status_code == 303, response.text
    return private_link(owner.read(response.headers["Location"]))


def join(browser: Browser, invitation: str) -> TestResponse:
    """Open an invitation and join."""
    assert browser.get(invitation).status_code == 303
    return browser.fill("/invitation")


def network(facilitator: Browser, name: str = "Coast group") -> str:
    """Start a network; its address."""
    response = facilitator.fill(
        "/networks/new", name=name, behind="Three peer-run organizations.", decisions="By consent."
    )
    assert response.status_code == 303, response.text
    return response.headers["Location"]


def invite_to(facilitator: Browser, network: str, made_for: str = "Harbour Street") -> str:
    """Invite an organization to a network; the invitation's path."""
    response = facilitator.fill(f"{network}/invitations", made_for=made_for)
    assert response.status_code == 303, response.text
    return private_link(facilitator.read(response.headers["Location"]))


def join_network(owner: Browser, invitation: str, **choices: str) -> TestResponse:
    """Open an invitation to a network and join with the organization that one owns."""
    assert owner.get(invitation).status_code == 303
    return owner.fill("/joining", **{"sharing": "figures", **choices})


def colleague(owner: Browser, organization: str, role: str = "editor", email: str = "sam@example.org") -> Browser:
    """Another browser, of a colleague who was invited."""
    other = owner.as_somebody_else()
    account(other, email)
    assert join(other, invite(owner, organization, role, made_for=email)).status_code == 303
    return other


def report(browser: Browser, scorecard: str, *parts: str) -> str:
    """Make a report that holds these parts; its address."""
    fields = form_fields(browser.read(f"{scorecard}/report"))
    for part in parts:
        fields.add(part, "1")
    response = browser.post(f"{scorecard}/report", data=fields)
    assert response.status_code == 303, response.text
    return response.headers["Location"]


def share(owner: Browser, organization: str, report: str, label: str = "Board", days: str = "30") -> str:
    """Share a report; the link's path."""
    response = owner.fill(f"{organization}{report}/share", label=label, days=days)
    assert response.status_code == 303, response.text
    return private_link(owner.read(response.headers["Location"]))
