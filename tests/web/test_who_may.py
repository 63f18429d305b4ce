"""Who may open which page: every route, for everybody there is, on their own organization and on another's."""

from collections.abc import Iterator
from urllib.parse import urlsplit

import pytest
from flask import Flask
from werkzeug.routing import Rule

from questionnaire.core.access import Role
from questionnaire.web.access import ACCOUNT, MEMBER, RESPONDENT
from tests.web import round_walks, walks
from tests.web.access_table import EXCEPTIONS, TABLE
from tests.web.casting import Cast, address_of, cast_of
from tests.web.client import Browser, all_forms

RANK = {
    **dict.fromkeys(("guest", "stranger", "reader", "release reader", "steward", "peer worker", "facilitator"), 0),
    "viewer": 1,
    "private link": 2,
    "editor": 2,
    "owner": 3,
}
NEEDED = {Role.READER: 1, Role.VIEWER: 1, Role.EDITOR: 2, Role.OWNER: 3}
BY_LINK = {Role.READER: "reader", Role.STEWARD: "steward"}  # over one report, one round; an owner is no steward
FIRST = {ACCOUNT: "accounts.sign_in", RESPONDENT: "voices.enter"}  # to whoever has no account, or typed no code
ENTERS = {ACCOUNT: {"stranger", "facilitator", "viewer", "editor", "owner"}, RESPONDENT: {"peer worker"}}


@pytest.fixture
def cast(app: Flask, browser: Browser) -> Cast:
    return cast_of(app, browser)


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
            form = cast.opened.address if rule.endpoint.startswith("voices.") else "/start"
            data = {"csrf_token": walks.token_of(browser.read(form)), "revision": "2"}
        with browser.open(address, method=method, data=data) as response:
            led_to = app.url_map.bind("").match(urlsplit(response.location).path)[0] if response.location else ""
            if not fits(response.status_code, expected, led_to):
                wrong.append(f"{name} for {who}: {response.status_code} {led_to}, not {expected}")
    assert not wrong, "\n".join(wrong)


DEEDS = {
    "POST assessments.submit": 1,
    "POST assessments.discard": 2,
    "POST links.renew": 2,
    "POST links.end": 3,
    "POST rounds.call_off": 3,
    "POST stewards.call_off": 3,
    "POST memberships.leave": 3,
    "POST colleagues.leave": 4,
    "POST accounts.end_all_devices": 5,
    "POST accounts.sign_out": 6,
}


def expected_of(name: str, who: str) -> int | str:
    """A status, or "open" for any that neither hides nor forbids the page, or the page that one is sent to first."""
    declared = TABLE[name]
    is_release = declared is Role.READER and name.split()[1].startswith("releases.")
    if is_release and who == "release reader":
        return "open"
    if is_release or declared in {MEMBER, Role.FACILITATOR}:
        inside = "open" if who == "facilitator" or is_release or declared == MEMBER else 403
        return EXCEPTIONS.get((name, who)) or (inside if RANK[who] or who == "facilitator" else 404)
    if isinstance(declared, Role):
        if who != BY_LINK.get(declared):
            if RANK[who] == 0 or declared is Role.STEWARD:
                return 404
            if RANK[who] < NEEDED[declared]:
                return 403
    elif who not in ENTERS.get(declared, RANK):
        return FIRST[declared]
    return EXCEPTIONS.get((name, who)) or EXCEPTIONS.get((name, "*")) or "open"


def fits(status: int, expected: int | str, led_to: str) -> bool:
    if expected in FIRST.values():
        return (status, led_to) == (303, expected)
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


def test_a_round_of_another_organization_is_nobodys(app: Flask, cast: Cast) -> None:
    """Not by the address of one's own organization either; nor does one round's link open another round."""
    stranger = cast.people["stranger"]
    token = walks.token_of(stranger.read("/start"))
    others = f"/organizations/{stranger.read('/').partition('/organizations/')[2][:36]}"
    asked = 0
    for name, rule in routes(app):
        if "round_id" in rule.arguments and TABLE[name] is not Role.STEWARD:
            address = address_of(rule, cast).replace(cast.organization, others)
            answer = stranger.open(address, method=name.split()[0], data={"csrf_token": token})
            assert answer.status_code == 404, name
            asked += 1
    assert asked > 5
    walks.year(stranger, others, 2025)
    theirs = round_walks.open_round(stranger, others, assessment="2025-1")
    assert theirs.steward.get(theirs.stewards_page).status_code == 200
    assert theirs.steward.get(cast.opened.stewards_page).status_code == 404
    assert cast.opened.steward.get(theirs.stewards_page).status_code == 404
    peer_worker = cast.people["peer worker"]
    assert peer_worker.get(f"{cast.opened.address}/questions/1").status_code == 200
    assert peer_worker.get(f"{theirs.address}/questions/1").headers["Location"] == theirs.address
