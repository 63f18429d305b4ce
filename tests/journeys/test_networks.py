"""A network in the browser: started, joined by invitation, a year submitted, released, read, and left."""

from __future__ import annotations

from datetime import date

import pytest
from playwright.sync_api import Page, expect

from questionnaire.core.releases import About, Grouping
from questionnaire.store import database, networks
from questionnaire.web import work
from questionnaire.web.site import Site
from tests.journeys import prepared
from tests.journeys.checks import assert_sound
from tests.journeys.conftest import Opener
from tests.journeys.running import RunningSite
from tests.journeys.screens import Screen
from tests.journeys.test_every_page import LONG_NAME, Inspection
from tests.store.members import members
from tests.web import network_walks
from tests.web.stored import id_of, submitted

YEAR = 2026

# The page of a batch loads itself anew after some seconds: not while it is looked at, however long that takes.
STAY = """
const really = setTimeout
window.setTimeout = (call, delay, ...given) => delay >= 1000 ? 0 : really(call, delay, ...given)
"""


def shows(screen: Screen, words: str) -> Screen:
    """Wait until these words stand within the page."""
    expect(screen.page.locator("main")).to_contain_text(words)
    return screen


def started(facilitator: Screen) -> tuple[str, str]:
    """A network is started and an organization invited; its address, and the invitation."""
    facilitator.press("Start a network").says("Start a network")
    facilitator.write("What is the network called?", "Coast group")
    facilitator.write("Who stands behind it?", "Three peer-run organizations.")
    facilitator.write("How are decisions made in it?", "By consent.")
    facilitator.press_button("Start it").says("Coast group")
    network = facilitator.page.url
    shows(facilitator, "A release needs at least 5 organizations")
    facilitator.press("Invite organizations").says("Invite organizations")
    facilitator.write("Which organization is it for?", "Harbour Street").press_button("Make the invitation")
    return network, facilitator.page.get_by_label("Invitation to the network").input_value()


def joined(owner: Screen, link: str) -> None:
    """An owner sees what joining shares, and joins."""
    owner.page.goto(link)
    shows(owner.says("Join a network"), "Answers and notes are never in it")
    assert_sound(owner.page)
    owner.page.get_by_label("Only the group’s figures, in which ours are counted without our name").check()
    owner.press_button("Join").says("Coast group")


def frozen(facilitator: Screen) -> None:
    """The facilitator looks at who is a member first, then freezes the year."""
    facilitator.press("Freeze a release").says("Freeze a release")
    assert_sound(facilitator.page)
    facilitator.press_button("Freeze it for good")
    shows(facilitator, "Look at the list of members first, then tick this.")
    facilitator.page.get_by_label("We know every organization in the list of members").check()
    shows(shows(facilitator.press_button("Freeze it for good"), "The release is frozen."), "Of 9 organizations")


def read(owner: Screen) -> None:
    """A member reads the release, takes its document, and sees its own place."""
    owner.reload().press(f"Release of {YEAR}: spread, change, both voices")
    shows(owner, "Voluntary, and not representative.")
    assert_sound(owner.page)
    expect(owner.page.get_by_role("img")).to_be_visible()
    with owner.page.expect_download() as download:
        owner.page.get_by_role("link", name="PDF").click()
    assert download.value.suggested_filename.endswith(".pdf")
    shows(owner.press("Where Harbour Street stands, for its own eyes"), "quarter")
    assert_sound(owner.page)


def test_a_network_from_its_start_to_a_member_that_leaves(
    open_page: Opener, site: RunningSite, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(Site, "today", lambda _site: date(YEAR, 11, 2))
    facilitator, owner = Screen(open_page()), Screen(open_page())
    prepared.sign_in(site.inside, facilitator.page, prepared.account(site.inside, "facilitator@coast.example"))
    facilitator.page.goto(f"{site.inside.settings.public_url}/networks")
    network, link = started(facilitator)

    owner_id = prepared.account(site.inside, "owner@harbour.example")
    submitted(site.inside, prepared.organization(site.inside, owner_id), YEAR, 2)
    prepared.sign_in(site.inside, owner.page, owner_id)
    joined(owner, link)
    with database.writing(site.inside.engine) as connection:
        members(connection, network.rsplit("/", 1)[1], 8, YEAR, instrument=site.inside.instrument)

    facilitator.page.goto(network)
    frozen(facilitator)
    read(owner)
    owner.press("To what we share").press("Leave the network").says("Leave the network")
    shows(owner.press_button("Leave the network"), "Your organization has left the network.")
    owner.page.goto(network)
    owner.says("There is no such page")
    facilitator.page.goto(f"{network}/members")
    shows(facilitator, "1 organization that counts in the release of 2026 has left since.")


def test_the_pages_of_networks(page: Page, site: RunningSite) -> None:
    inspection, inside = Inspection(), site.inside
    facilitator = prepared.account(inside, "facilitator@pages.example")
    organization = prepared.organization(inside, facilitator, name=LONG_NAME)
    year = inside.today().year
    submitted(inside, organization, year, 2)
    with database.writing(inside.engine) as connection:
        about = About(name=LONG_NAME, behind="x" * 300, decisions="By consent. " * 20)
        network_id = networks.create(connection, about, facilitator, on=inside.today())
        networks.join(
            connection, network_id, id_of(organization), by_name=True, lends_scorecard=True, on=inside.today()
        )
    network = f"/networks/{network_id}"
    prepared.sign_in(inside, page, facilitator)
    page.add_init_script(STAY)
    screen = Screen(page)

    def look(path: str, name: str) -> None:
        page.goto(f"{inside.settings.public_url}{path}")
        inspection.look(screen, name)

    look("/networks", "networks")
    look(network, "network without a release")
    look(f"{network}/freeze", "freezing with too few")
    look(f"{network}/scorecards", "scorecards of members")
    shows(screen.press("Make them"), "Choose one of the answers.")
    inspection.look(screen, "scorecards of no year")
    screen.pick("Which year?", f"{year}: 1 lends it")
    shows(screen.press("Make them"), "0 of 1 are made.")
    inspection.look(screen, "a batch")
    work.work_off(inside)
    page.reload()
    shows(screen, "1 of 1 are made.")
    inspection.look(screen, "a batch that is made")
    release = network_walks.frozen(inside, network, number=11, year=year, grouping=Grouping.KIND)
    look(network, "network")
    look(f"{network}/members", "members")
    look(f"{network}/about", "what the network is")
    look(f"/releases/{release}", "release")
    look(f"{network}/releases/{year}/names", "names of a release")
    look(f"{network}/releases/{year}/share", "sharing a release")
    screen.write("Who is it for?", "Funder").press_button("Make the link")
    inspection.look(screen, "links to releases")
    look(f"{network}/contributions", "contributions")
    screen.press_button("Take it")
    inspection.look(screen, "contributions with errors")
    look(f"{organization}/networks", "what is shared")
    look(f"{organization}/networks/{network_id}", "sharing more or less")
    look(f"{organization}/networks/{network_id}/places", "own place")
    look(f"{organization}/contributions", "a contribution for another site")
    page.get_by_label(str(year)).check()
    screen.write("What is the code of the network?", network_id).press_button("Show me what it would hold")
    inspection.look(screen, "all of a contribution")
    assert not inspection.faults, "\n".join(inspection.faults)
