"""Everybody there is, and where everything of theirs stands."""

from dataclasses import dataclass
from uuid import UUID

from flask import Flask
from werkzeug.routing import Rule

from questionnaire.store import database, plans
from tests.builders import an_action
from tests.web import network_walks, round_walks, walks
from tests.web.client import Browser
from tests.web.round_walks import Opened
from tests.web.stored import id_of


@dataclass
class Cast:
    """Everybody there is, one organization of theirs, and its open round; the stranger owns another organization."""

    organization: str
    report: str
    opened: Opened
    people: dict[str, Browser]
    network: str = ""
    release: str = ""
    batch: str = "none"
    token: str = "none"
    code: str = "none"


def cast_of(app: Flask, browser: Browser) -> Cast:
    """Everybody, each with a browser, let in as they would be."""
    organization = walks.own(browser)
    page = browser.read(organization)
    browser.post(f"{organization}/private-link", data={"csrf_token": walks.token_of(page)})
    by_link, guest, stranger = (browser.as_somebody_else() for _ in range(3))
    by_link.get(walks.private_link(browser.read(f"{organization}/private-link")))
    viewer = walks.colleague(browser, organization, "viewer", "viewer@example.org")
    editor = walks.colleague(browser, organization, "editor", "editor@example.org")
    walks.year(browser, organization, 2025)
    walks.answer(browser, organization)
    walks.submit(browser, organization)
    walks.amend(browser, organization)
    walks.own(stranger, "stranger@example.org")
    report = walks.report(browser, f"{organization}/2026/scorecard/1")
    reader = browser.as_somebody_else()
    reader.get(walks.share(browser, organization, report))
    with database.writing(app.extensions["alongside"].engine) as connection:
        plans.add(connection, id_of(organization), an_action())
    opened = round_walks.open_round(browser, organization, assessment="2026-1")
    peer_worker, facilitator = browser.as_somebody_else(), browser.as_somebody_else()
    round_walks.begin(peer_worker, opened, round_walks.codes_of(opened)[0])
    walks.account(facilitator, "facilitator@example.org")
    network = walks.network(facilitator)
    walks.join_network(browser, walks.invite_to(facilitator, network))
    release = network_walks.frozen(app.extensions["alongside"], network)
    release_reader = browser.as_somebody_else()
    release_reader.get(network_walks.share(facilitator, network, 2026))
    return Cast(
        organization,
        report,
        opened,
        {
            "guest": guest,
            "reader": reader,
            "release reader": release_reader,
            "steward": opened.steward,
            "peer worker": peer_worker,
            "facilitator": facilitator,
            "stranger": stranger,
            "private link": by_link,
            "viewer": viewer,
            "editor": editor,
            "owner": browser,
        },
        network.rsplit("/", 1)[1],
        release,
    )


def address_of(rule: Rule, cast: Cast, *, code: str = "") -> str:
    """The address of a route, with everything of theirs in it."""
    values = values_of(rule, cast)
    if code:
        values["code"] = code
    built = rule.build({name: values[name] for name in rule.arguments})
    assert built
    return built[1]


def values_of(rule: Rule, cast: Cast) -> dict[str, object]:
    """What of theirs can stand in the addresses of a route."""
    return {
        "organization_id": cast.organization.rsplit("/", 1)[1],
        "report_id": cast.report.rsplit("/", 1)[1],
        "sheet": "domains" if rule.endpoint.startswith("releases.") else "scorecard",
        "release_id": cast.release,
        "batch_id": cast.batch,
        "year": 2026,
        "earlier": 2025,
        "later": 2026,
        "number": 1,
        "action_id": an_action().id,
        "domain_id": "role",
        "round_id": cast.opened.round_id,
        "network_id": cast.network,
        "network": UUID(cast.network),
        "handle": cast.opened.handle,
        "code": cast.code,
        "form": "svg",
        "token": cast.token,
        "filename": "alongside.css",
    }
