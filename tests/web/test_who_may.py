"""Who may open which page: every route, for everybody there is, on their own organization and on another's."""

from collections.abc import Iterator
from dataclasses import dataclass

import pytest
from flask import Flask
from werkzeug.routing import Rule

from questionnaire.core.access import Role
from questionnaire.store import database, plans
from questionnaire.web.access import ACCOUNT, PUBLIC
from tests.builders import an_action
from tests.web import walks
from tests.web.client import Browser, all_forms
from tests.web.stored import id_of

# Who may, at the least. A route that is not here fails; so does one here that is not there.
TABLE = {
    "GET accounts.show": ACCOUNT,
    "POST accounts.end_all_devices": ACCOUNT,
    "POST accounts.end_device": ACCOUNT,
    "GET accounts.sign_in": PUBLIC,
    "POST accounts.sign_in": PUBLIC,
    "GET accounts.sign_out": PUBLIC,
    "POST accounts.sign_out": PUBLIC,
    "GET archives.load": ACCOUNT,
    "POST archives.load": ACCOUNT,
    "GET archives.show": Role.OWNER,
    "POST archives.show": Role.OWNER,
    "GET assessments.begin": Role.EDITOR,
    "POST assessments.begin": Role.EDITOR,
    "POST assessments.amend": Role.EDITOR,
    "GET assessments.discard": Role.EDITOR,
    "POST assessments.discard": Role.EDITOR,
    "GET assessments.review": Role.EDITOR,
    "POST assessments.submit": Role.EDITOR,
    "GET colleagues.accept": PUBLIC,
    "POST colleagues.accept": PUBLIC,
    "GET colleagues.claim": Role.EDITOR,
    "POST colleagues.claim": Role.EDITOR,
    "GET colleagues.hand_over": Role.OWNER,
    "POST colleagues.hand_over": Role.OWNER,
    "GET colleagues.invitation": Role.OWNER,
    "GET colleagues.leave": Role.VIEWER,
    "POST colleagues.leave": Role.VIEWER,
    "GET colleagues.show": Role.OWNER,
    "POST colleagues.show": Role.OWNER,
    "POST colleagues.change_role": Role.OWNER,
    "POST colleagues.end_invitation": Role.OWNER,
    "POST colleagues.remove": Role.OWNER,
    "GET events.show": Role.OWNER,
    "GET links.enter": PUBLIC,
    "GET links.show": Role.EDITOR,
    "POST links.end": Role.OWNER,
    "POST links.renew": Role.EDITOR,
    "POST links.save": Role.EDITOR,
    "GET organizations.delete": Role.OWNER,
    "POST organizations.delete": Role.OWNER,
    "GET organizations.home": PUBLIC,
    "GET organizations.rename": Role.EDITOR,
    "POST organizations.rename": Role.EDITOR,
    "GET organizations.show": Role.VIEWER,
    "GET organizations.start": PUBLIC,
    "POST organizations.start": PUBLIC,
    "GET passwords.change": ACCOUNT,
    "POST passwords.change": ACCOUNT,
    "GET passwords.choose": PUBLIC,
    "POST passwords.choose": PUBLIC,
    "GET passwords.forgotten": PUBLIC,
    "POST passwords.forgotten": PUBLIC,
    "GET passwords.mailed": PUBLIC,
    "GET passwords.sign_up": PUBLIC,
    "POST passwords.sign_up": PUBLIC,
    "GET plans.dates": Role.VIEWER,
    "GET plans.delete": Role.EDITOR,
    "POST plans.delete": Role.EDITOR,
    "GET plans.edit": Role.EDITOR,
    "POST plans.edit": Role.EDITOR,
    "POST plans.from_advice": Role.EDITOR,
    "GET plans.new": Role.EDITOR,
    "POST plans.new": Role.EDITOR,
    "GET plans.show": Role.VIEWER,
    "GET profiles.edit": Role.EDITOR,
    "POST profiles.edit": Role.EDITOR,
    "GET questions.show": Role.EDITOR,
    "POST questions.save": Role.EDITOR,
    "GET reports.choose": Role.VIEWER,
    "POST reports.choose": Role.VIEWER,
    "GET reports.data": Role.READER,
    "GET reports.document": Role.READER,
    "GET reports.published_schema": PUBLIC,
    "GET reports.questionnaire": PUBLIC,
    "GET reports.radar": Role.READER,
    "GET reports.show": Role.READER,
    "GET reports.table": Role.READER,
    "GET reports.workbook": Role.READER,
    "GET scorecards.advice": Role.VIEWER,
    "GET scorecards.radar": Role.VIEWER,
    "GET scorecards.show": Role.VIEWER,
    "GET scorecards.worked_out": Role.VIEWER,
    "GET shares.made": Role.OWNER,
    "GET shares.make": Role.OWNER,
    "POST shares.make": Role.OWNER,
    "GET shares.show": Role.OWNER,
    "POST shares.end": Role.OWNER,
    "GET static": PUBLIC,
    "GET whatif.show": Role.VIEWER,
    "POST whatif.show": Role.VIEWER,
    "GET years.compared": Role.VIEWER,
    "GET years.choose": Role.VIEWER,
    "GET years.show": Role.VIEWER,
    "GET years.trend": Role.VIEWER,
}
# Where even a lesser role than the page's own makes the page one that does not exist, or forbids it: see the views.
EXCEPTIONS = {
    ("POST links.renew", "editor"): 403,  # who owns an organization decides who gets in by a link
    ("POST links.renew", "private link"): 403,
    ("POST links.save", "owner"): 404,  # it takes the link itself
    ("POST links.save", "editor"): 404,
    ("POST links.save", "private link"): 404,
    ("GET colleagues.leave", "owner"): 404,  # an owner hands over first
    ("POST colleagues.leave", "owner"): 404,
    ("GET colleagues.leave", "private link"): 404,  # who came by a link has no role to give back
    ("POST colleagues.leave", "private link"): 404,
    ("POST colleagues.change_role", "owner"): 404,  # nobody was named
    ("POST colleagues.remove", "owner"): 404,
    ("POST colleagues.end_invitation", "owner"): 404,
    ("POST accounts.end_device", "*"): 404,
    ("POST shares.end", "owner"): 404,  # no link was named
    ("POST plans.from_advice", "*"): 404,  # no advice was named
    ("GET links.enter", "*"): 404,  # a token that is none
    ("GET colleagues.accept", "*"): 404,  # without an invitation
    ("POST colleagues.accept", "*"): 404,
    ("GET passwords.choose", "*"): 404,  # without a link
    ("POST passwords.choose", "*"): 404,
}
RANK = {"guest": 0, "stranger": 0, "reader": 0, "viewer": 1, "private link": 2, "editor": 2, "owner": 3}
NEEDED = {Role.READER: 1, Role.VIEWER: 1, Role.EDITOR: 2, Role.OWNER: 3}
HAS_ACCOUNT = {"stranger", "viewer", "editor", "owner"}


@dataclass
class Cast:
    """Everybody there is, and one organization of theirs; the stranger owns another."""

    organization: str
    report: str
    people: dict[str, Browser]


@pytest.fixture
def cast(app: Flask, browser: Browser) -> Cast:
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
    return Cast(
        organization,
        report,
        {
            "guest": guest,
            "reader": reader,
            "stranger": stranger,
            "private link": by_link,
            "viewer": viewer,
            "editor": editor,
            "owner": browser,
        },
    )


def routes(app: Flask) -> Iterator[tuple[str, Rule]]:
    for rule in app.url_map.iter_rules():
        for method in sorted((rule.methods or set()) & {"GET", "POST", "PUT", "PATCH", "DELETE"}):
            yield f"{method} {rule.endpoint}", rule


def test_the_table_names_every_route_as_the_route_declares_itself(app: Flask) -> None:
    declared = {name: getattr(app.view_functions[rule.endpoint], "access", None) for name, rule in routes(app)}
    assert declared == TABLE


@pytest.mark.parametrize("who", RANK)
def test_everybody_gets_what_the_table_says(app: Flask, cast: Cast, who: str) -> None:
    """The last first: what ends a session, leaves or deletes comes after what only looks."""
    browser = cast.people[who]
    wrong = []
    for name, rule in sorted(routes(app), key=lambda route: (route[0].startswith("POST"), DEEDS.get(route[0], 0))):
        method, expected = name.split()[0], expected_of(name, who)
        address = address_of(rule, cast)
        data = None
        if method == "POST":
            data = {"csrf_token": walks.token_of(browser.read("/start")), "revision": "2"}
        with browser.open(address, method=method, data=data) as response:
            if not fits(response.status_code, expected):
                wrong.append(f"{name} for {who}: {response.status_code}, not {expected}")
    assert not wrong, "\n".join(wrong)


DEEDS = {
    "POST assessments.submit": 1,
    "POST assessments.discard": 2,
    "POST links.renew": 2,
    "POST links.end": 3,
    "POST colleagues.leave": 4,
    "POST accounts.end_all_devices": 5,
    "POST accounts.sign_out": 6,
}


def expected_of(name: str, who: str) -> int | str:
    """A status, or "open" for any that neither hides nor forbids the page."""
    declared = TABLE[name]
    if declared == ACCOUNT and who not in HAS_ACCOUNT:
        return "sign in"
    if declared is Role.READER and who == "reader":
        return "open"
    if isinstance(declared, Role) and RANK[who] == 0:
        return 404
    if isinstance(declared, Role) and RANK[who] < NEEDED[declared]:
        return 403
    return EXCEPTIONS.get((name, who)) or EXCEPTIONS.get((name, "*")) or "open"


def fits(status: int, expected: int | str) -> bool:
    if expected == "sign in":
        return status == 303
    return status not in {401, 403, 404, 405, 500} if expected == "open" else status == expected


def test_what_does_not_exist_and_what_is_anothers_look_the_same(cast: Cast) -> None:
    stranger = cast.people["stranger"]
    theirs = stranger.get(cast.organization)
    none = stranger.get("/organizations/11111111-1111-4111-8111-111111111111")
    assert theirs.status_code == none.status_code == 404
    assert theirs.text.replace(cast.organization.rsplit("/", 1)[1], "") == none.text.replace(
        "11111111-1111-4111-8111-111111111111", ""
    )


def test_ids_of_another_organization_in_a_form_are_nobodys(cast: Cast) -> None:
    owner, stranger = cast.people["owner"], cast.people["stranger"]
    others = stranger.read("/").partition("/organizations/")[2][:36]
    page = owner.read(f"{cast.organization}/colleagues")
    theirs = [fields["account_id"] for fields in all_forms(page) if "account_id" in fields]
    assert len(theirs) == 2
    mine = f"/organizations/{others}/colleagues"
    token = walks.token_of(stranger.read(mine))
    invitation = walks.invite(owner, cast.organization)
    assert invitation
    page = owner.read(f"{cast.organization}/colleagues")
    capability = next(fields["capability_id"] for fields in all_forms(page) if "capability_id" in fields)
    for path, fields in (
        ("role", {"account_id": theirs[0], "role": "viewer"}),
        ("remove", {"account_id": theirs[0]}),
        ("invitation/end", {"capability_id": capability}),
    ):
        answer = stranger.post(f"{mine}/{path}", data={"csrf_token": token, **fields})
        assert answer.status_code == 404, path
    answer = stranger.post(f"{mine}/hand-over", data={"csrf_token": token, "account_id": theirs[0]})
    assert answer.status_code == 400
    assert owner.read(f"{cast.organization}/colleagues").count("sam@example.org") == 0
    assert owner.as_somebody_else().get(invitation).status_code == 303


def address_of(rule: Rule, cast: Cast) -> str:
    values = {
        "organization_id": cast.organization.rsplit("/", 1)[1],
        "report_id": cast.report.rsplit("/", 1)[1],
        "sheet": "scorecard",
        "year": 2026,
        "earlier": 2025,
        "later": 2026,
        "number": 1,
        "action_id": an_action().id,
        "domain_id": "role",
        "form": "svg",
        "token": "none",
        "filename": "alongside.css",
    }
    built = rule.build({name: values[name] for name in rule.arguments})
    assert built
    return built[1]
