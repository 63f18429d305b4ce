"""Networks as their facilitator and their members walk them: started, joined, shared with, and left."""

import pytest
from flask import Flask
from sqlalchemy import Engine

from questionnaire.store import database, networks
from questionnaire.web.site import Site
from tests.moments import just_before
from tests.web import round_walks, walks
from tests.web.client import Browser, form_fields
from tests.web.conftest import browser_of
from tests.web.stored import id_of, submitted


@pytest.fixture
def owner(facilitator: Browser) -> Browser:
    return facilitator.as_somebody_else()


@pytest.fixture
def organization(owner: Browser) -> str:
    return walks.own(owner)


def test_a_network_is_started_joined_shared_with_and_left(app_on_both: Flask) -> None:
    facilitator = browser_of(app_on_both)
    walks.account(facilitator, "facilitator@example.org")
    network = walks.network(facilitator)
    assert "Nobody has joined yet" in facilitator.read(f"{network}/members")
    assert "Coast group" in facilitator.read("/networks")
    owner = facilitator.as_somebody_else()
    organization = walks.own(owner)
    submitted(round_walks.site_of(owner), organization, round_walks.site_of(owner).today().year, 2)
    joined = walks.join_network(owner, walks.invite_to(facilitator, network), sharing="named")
    assert joined.headers["Location"] == network
    for who in (facilitator, owner):
        seen = who.read(f"{network}/members")
        assert "1 member" in seen
        assert "Yes" in seen
        assert "By consent." in who.read(network)
    page = f"{organization}/networks"
    assert "beside our name" in owner.read(page)
    assert owner.fill(f"{page}/{network.rsplit('/', 1)[1]}", sharing="figures").status_code == 303
    assert "without our name" in owner.read(page)
    assert owner.fill(f"{page}/{network.rsplit('/', 1)[1]}/leave").status_code == 303
    assert "in no network" in owner.read(page)
    assert owner.get(network).status_code == 404
    assert "Nobody has joined yet" in facilitator.read(f"{network}/members")
    record = owner.read(f"{organization}/record")
    for words in ("Joined the network Coast group", "Changed what is shared", "Left the network Coast group"):
        assert words in record


def test_an_owner_sees_what_joining_shares_before_anything_is_shared(
    facilitator: Browser, network: str, owner: Browser, organization: str
) -> None:
    owner.get(walks.invite_to(facilitator, network))
    page = owner.read("/joining")
    for words in (
        "Three peer-run organizations.",
        "By consent.",
        "Answers and notes are never in it",
        "who has submitted",
    ):
        assert words in page
    assert "Nobody has joined yet" in facilitator.read(f"{network}/members")
    refused = owner.fill("/joining")
    assert refused.status_code == 400
    assert "Choose one of the answers." in refused.text


def test_an_invitation_works_once(facilitator: Browser, network: str, owner: Browser, organization: str) -> None:
    invitation = walks.invite_to(facilitator, network)
    late = owner.as_somebody_else()
    walks.own(late, "late@example.org")
    late.get(invitation)
    assert walks.join_network(owner, invitation).status_code == 303
    assert late.get("/joining").status_code == 404
    assert late.get(invitation).status_code == 404


def test_an_invitation_that_was_ended_works_no_more(facilitator: Browser, network: str, owner: Browser) -> None:
    invitation = walks.invite_to(facilitator, network, "Harbour Street")
    assert "Harbour Street" in facilitator.read(f"{network}/invitations")
    assert round_walks.press(facilitator, f"{network}/invitations", f"{network}/invitations/end").status_code == 303
    assert "Open invitations" not in facilitator.read(f"{network}/invitations")
    assert owner.get(invitation).status_code == 404


def test_who_owns_no_organization_is_told_what_to_do(facilitator: Browser, network: str) -> None:
    invitation = walks.invite_to(facilitator, network)
    guest = facilitator.as_somebody_else()
    guest.get(invitation)
    assert "joined by its owner, who has an account" in guest.read("/joining")
    walks.account(guest, "nobody@example.org")
    guest.get(invitation)
    assert "You own no organization that could join" in guest.read("/joining")


def test_an_editor_reads_the_network_and_changes_nothing(
    facilitator: Browser, network: str, owner: Browser, organization: str
) -> None:
    walks.join_network(owner, walks.invite_to(facilitator, network))
    editor = walks.colleague(owner, organization)
    assert "1 member" in editor.read(f"{network}/members")
    assert editor.get(f"{organization}/networks/{network.rsplit('/', 1)[1]}/leave").status_code == 403
    assert editor.get(f"{network}/invitations").status_code == 403


def test_a_network_is_no_page_for_others(
    facilitator: Browser, network: str, owner: Browser, organization: str
) -> None:
    assert owner.get(network).status_code == 404
    assert owner.get(f"{network}/about").status_code == 404
    assert owner.get("/networks/%00").status_code == 404
    assert owner.get(f"{organization}/networks/{network.rsplit('/', 1)[1]}").status_code == 404


def test_an_organization_joins_a_network_once(
    facilitator: Browser, network: str, owner: Browser, organization: str
) -> None:
    first, second = (walks.invite_to(facilitator, network) for _ in range(2))
    walks.join_network(owner, first)
    owner.get(second)
    assert "You own no organization that could join" in owner.read("/joining")


def test_what_the_network_is_can_be_said_anew_and_a_spoiled_form_is_shown_again(
    facilitator: Browser, network: str
) -> None:
    refused = facilitator.fill(f"{network}/about", name="", behind="x" * 501)
    assert refused.status_code == 400
    assert "Give the network a name." in refused.text
    assert "at most 500" in refused.text
    assert (
        facilitator.fill(f"{network}/about", name="Hills", behind="A <b>group</b>", decisions="{{ 7*7 }}").status_code
        == 303
    )
    assert "A &lt;b&gt;group&lt;/b&gt;" in facilitator.read(network)


def test_an_organization_that_is_deleted_is_no_member_any_more(
    facilitator: Browser, network: str, owner: Browser, organization: str
) -> None:
    walks.join_network(owner, walks.invite_to(facilitator, network))
    with database.reading(round_walks.site_of(owner).engine) as connection:
        assert networks.among(connection, network.rsplit("/", 1)[1], [id_of(organization)])
    assert owner.fill(f"{organization}/delete", name="Harbour Street").status_code == 303
    assert "Nobody has joined yet" in facilitator.read(f"{network}/members")


def test_an_organization_that_joins_by_two_invitations_at_once_is_a_member_and_told_so(
    facilitator: Browser, network: str, owner: Browser, organization: str, site: Site
) -> None:
    def join(other: Engine) -> None:
        with database.writing(other) as connection:
            networks.join(
                connection, id_of(network), id_of(organization), by_name=True, lends_scorecard=False, on=site.today()
            )

    owner.get(walks.invite_to(facilitator, network))
    form = form_fields(owner.read("/joining"))
    with just_before(site.engine, "BEGIN IMMEDIATE", join) as joined:
        answer = owner.send("/joining", form, sharing="figures")
    assert joined == [True]
    assert (answer.status_code, answer.headers.get("Location")) == (303, network)
    assert "is a member already" in owner.read(network)
