"""Releases as they are frozen, read, shared and handed out: by the facilitator, by members, and by who has a link."""

import csv
import io
import json

import pytest
from flask import Flask

from questionnaire.core.freezing import UnknownQuestionsError
from questionnaire.core.releases import Grouping, ReleaseFile, schema
from questionnaire.core.report import Part
from questionnaire.store import database, freezing, networks, releases
from questionnaire.web.site import Site
from tests.web import network_walks, round_walks, walks
from tests.web.client import Browser
from tests.web.conftest import browser_of
from tests.web.stored import id_of, submitted


def test_a_release_is_frozen_read_and_stays_as_it_is(app_on_both: Flask) -> None:
    facilitator = browser_of(app_on_both)
    site = round_walks.site_of(facilitator)
    walks.account(facilitator, "facilitator@example.org")
    network = walks.network(facilitator)
    ids = network_walks.filled(site, network, 9)
    form = facilitator.read(f"{network}/freeze")
    assert "2026: 9 organizations count" in form
    assert "Somebody who invents members" in form
    answer = facilitator.fill(f"{network}/freeze", year="2026", grouping="kind", is_known="y")
    assert answer.status_code == 303
    page = answer.headers["Location"]
    assert "The release is frozen." in facilitator.read(page)
    release = facilitator.read(page)
    for words in ("Release of 2026", "Voluntary, and not representative", "Median", "Middle half", "Over the years"):
        assert words in release
    assert page in facilitator.read(network)
    with database.writing(site.engine) as connection:
        networks.leave(connection, network.rsplit("/", 1)[1], ids[0])
    assert facilitator.read(page) == release
    assert "1 organization that counts in the release of 2026 has left since" in facilitator.read(
        f"{network}/members"
    )
    assert "Nobody has submitted a year after 2026" in facilitator.read(f"{network}/freeze")


def test_with_fewer_than_five_the_page_says_what_is_missing(facilitator: Browser, network: str, site: Site) -> None:
    assert "No member has submitted a year yet" in facilitator.read(f"{network}/freeze")
    network_walks.filled(site, network, 4)
    page = facilitator.read(f"{network}/freeze")
    assert "2026: 4 would count, 1 more are needed." in page
    assert "A release needs at least 5 organizations" in page
    assert "A release needs at least 5 organizations" in facilitator.read(network)


def test_nothing_is_frozen_before_the_members_were_looked_at(facilitator: Browser, network: str, site: Site) -> None:
    network_walks.filled(site, network, 5)
    refused = facilitator.fill(f"{network}/freeze", year="2026", grouping="whole")
    assert refused.status_code == 400
    assert "Look at the list of members first" in refused.text
    assert "No release yet" in facilitator.read(network)


def test_who_was_slower_is_told_that_the_year_is_released(
    facilitator: Browser, network: str, site: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    network_walks.filled(site, network, 5)
    other = freezing.freeze_year

    def meanwhile(*args: object, **named: object) -> str:
        other(*args, **named)  # type: ignore[arg-type]
        return other(*args, **named)  # type: ignore[arg-type]

    monkeypatch.setattr(freezing, "freeze_year", meanwhile)
    refused = facilitator.fill(f"{network}/freeze", year="2026", grouping="whole", is_known="y")
    assert refused.status_code == 400
    assert "there is a release of 2026 already" in refused.text


def test_who_left_while_the_page_was_open_is_missed(
    facilitator: Browser, network: str, site: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    ids = network_walks.filled(site, network, 5)
    other = freezing.freeze_year

    def meanwhile(connection: object, *args: object, **named: object) -> str:
        networks.leave(connection, network.rsplit("/", 1)[1], ids[0])  # type: ignore[arg-type]
        return other(connection, *args, **named)  # type: ignore[arg-type]

    monkeypatch.setattr(freezing, "freeze_year", meanwhile)
    refused = facilitator.fill(f"{network}/freeze", year="2026", grouping="whole", is_known="y")
    assert refused.status_code == 400
    assert "only 4 organizations would count by now" in refused.text


def test_a_year_that_is_still_to_come_cannot_be_frozen(facilitator: Browser, network: str, site: Site) -> None:
    network_walks.filled(site, network, 5, year=site.today().year + 1)
    assert "organizations count" not in facilitator.read(f"{network}/freeze")


def test_where_nobody_answered_known_questions_that_is_said(
    facilitator: Browser, network: str, site: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    def strangers(*_: object, **__: object) -> str:
        raise UnknownQuestionsError

    network_walks.filled(site, network, 5)
    monkeypatch.setattr(freezing, "freeze_year", strangers)
    refused = facilitator.fill(f"{network}/freeze", year="2026", grouping="whole", is_known="y")
    assert refused.status_code == 400
    assert "nobody who counts answered questions that this site knows" in refused.text


def test_a_release_says_in_words_what_it_withholds(facilitator: Browser, network: str, site: Site) -> None:
    release = network_walks.frozen(site, network, number=5, grouping=Grouping.SIZE)
    page = facilitator.read(f"/releases/{release}")
    assert "Quartiles and dots are withheld: fewer than 8 organizations." in page
    assert "withheld: fewer than 5" in page  # the sizes, and both voices
    assert "By size" in page


def test_names_are_for_the_group_alone_and_in_no_file(facilitator: Browser, network: str, site: Site) -> None:
    network_walks.filled(site, network, 2, by_name=True)
    release = network_walks.frozen(site, network, number=8)
    page, names = f"/releases/{release}", f"{network}/releases/2026/names"
    assert "House 00" in facilitator.read(names)
    assert names in facilitator.read(page)
    reader = facilitator.as_somebody_else()
    link = network_walks.share(facilitator, network, 2026)
    reader.get(link)
    assert reader.get(names).status_code == 404
    assert reader.get(network).status_code == 404
    assert names not in reader.read(page)
    for file in ("release.pdf", "release.xlsx", "release.json", "domains.csv", "spread.csv", "spread.svg"):
        assert b"House 0" not in reader.get(f"{page}/{file}").data


def test_a_share_link_opens_one_release_until_it_is_ended(facilitator: Browser, network: str, site: Site) -> None:
    network_walks.filled(site, network, 6, year=2025)
    with database.writing(site.engine) as connection:
        earlier = freezing.freeze_year(connection, network.rsplit("/", 1)[1], 2025, None, on=site.today())
    release = network_walks.frozen(site, network)
    reader = facilitator.as_somebody_else()
    assert reader.get(network_walks.share(facilitator, network, 2026)).headers["Location"] == f"/releases/{release}"
    assert "Not opened yet." in facilitator.read(f"{network}/links")
    assert "2025" in reader.read(f"/releases/{release}"), "the years before stand in it"
    assert reader.get(f"/releases/{earlier}").status_code == 404
    shown = facilitator.read(f"{network}/links")
    assert "Last opened on" in shown
    assert "/in/" not in shown
    assert round_walks.press(facilitator, f"{network}/links", f"{network}/links/end").status_code == 303
    assert reader.get(f"/releases/{release}").status_code == 404


def test_the_files_say_what_the_page_says(facilitator: Browser, network: str, site: Site) -> None:
    release = network_walks.frozen(site, network, number=9, grouping=Grouping.KIND)
    page = f"/releases/{release}"
    file = ReleaseFile.model_validate_json(facilitator.get(f"{page}/release.json").data)
    assert file.organizations == 9
    with database.reading(site.engine) as connection:
        kept = releases.find(connection, release)
    assert kept
    assert file.digest_of_all == kept.release.digest
    assert kept.release.digest[:16] in facilitator.read(page)
    for name, rows in (("domains", 6), ("years", 6), ("spread", 6 * 5), ("groups", 6 * 4)):
        content = facilitator.get(f"{page}/{name}.csv").data.decode("utf-8-sig")
        found = list(csv.DictReader(io.StringIO(content)))
        assert len(found) == rows, name
        assert {row["digest"] for row in found} == {kept.release.digest}
        assert {row["notice"] for row in found} == {"Voluntary, and not representative."}
    assert facilitator.get(f"{page}/nothing.csv").status_code == 404
    assert facilitator.get(f"{page}/release.pdf").data.startswith(b"%PDF-")
    assert facilitator.get(f"{page}/release.xlsx").data.startswith(b"PK")
    assert facilitator.get(f"{page}/release.pdf").data == facilitator.get(f"{page}/release.pdf").data
    assert facilitator.get(f"{page}/spread.png?download").data.startswith(b"\x89PNG")
    assert json.loads(facilitator.as_somebody_else().get("/release-1.schema.json").data) == schema()


def test_a_member_sees_its_own_place_and_nobody_elses(facilitator: Browser, network: str, site: Site) -> None:
    owner = facilitator.as_somebody_else()
    organization = walks.own(owner)
    submitted(site, organization, 2026, 4)
    walks.join_network(owner, walks.invite_to(facilitator, network))
    page = f"{organization}/networks/{network.rsplit('/', 1)[1]}/places"
    assert "in no release of this network yet" in owner.read(page)
    release = network_walks.frozen(site, network, number=6)
    assert "Highest quarter" in owner.read(page)
    assert page in owner.read(f"/releases/{release}")
    assert page in owner.read(f"{organization}/networks")
    assert facilitator.get(page).status_code == 404
    assert "quarter" not in facilitator.read(f"/releases/{release}").lower().replace("quartile", "")
    with database.reading(site.engine) as connection:
        assert releases.places(connection, network.rsplit("/", 1)[1], id_of(organization))


def test_members_are_listed_page_by_page(
    facilitator: Browser, network: str, site: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("questionnaire.web.networks.MEMBERS_A_PAGE", 3)
    network_walks.filled(site, network, 7)
    first, last = (facilitator.read(f"{network}/members?page={page}") for page in (1, 3))
    assert "Page 1 of 3" in first
    assert "House 02" in first
    assert "House 03" not in first
    assert "House 06" in last
    assert facilitator.get(f"{network}/members?page=4").status_code == 404
    assert facilitator.get(f"{network}/members?page=0").status_code == 200


def test_a_year_that_was_not_released_is_no_page(facilitator: Browser, network: str) -> None:
    for path in ("releases/2026/names", "releases/2026/share"):
        assert facilitator.get(f"{network}/{path}").status_code == 404
    assert facilitator.get("/releases/%00").status_code == 404
    assert facilitator.get("/releases/none").status_code == 404


def test_a_report_holds_the_place_only_where_it_was_ticked(facilitator: Browser, network: str, site: Site) -> None:
    owner = facilitator.as_somebody_else()
    organization = walks.own(owner)
    scorecard = submitted(site, organization, 2026, 4)
    assert "Place in networks" not in owner.read(f"{scorecard}/report")
    walks.join_network(owner, walks.invite_to(facilitator, network))
    network_walks.frozen(site, network, number=6)
    assert "It says which networks we are in" in owner.read(f"{scorecard}/report")
    without, with_it = walks.report(owner, scorecard), walks.report(owner, scorecard, Part.PLACE)
    assert "Coast group" not in owner.read(without)
    reader = owner.as_somebody_else()
    reader.get(walks.share(owner, organization, with_it))
    page = reader.read(with_it)
    for words in ("Place in networks", "Coast group", "Highest quarter"):
        assert words in page
    assert "Highest quarter" in reader.get(f"{with_it}/places.csv").data.decode()
    assert reader.get(network).status_code == 404
