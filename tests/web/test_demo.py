"""What `make demo` shows beside the case: an invented network, which says so on every page and in every file."""

from pathlib import Path

import pytest

from questionnaire.store import access, accounts, database, networks, releases
from questionnaire.web.commands import demo
from questionnaire.web.site import Site
from tests.web import walks
from tests.web.client import Browser

PASSWORD = "harbour lights at dawn"


@pytest.fixture
def shown(site: Site) -> tuple[str, str]:
    """The links that the command prints: to the case, and to a member of the network."""
    with database.writing(site.engine) as connection:
        return demo.ready(connection, site, PASSWORD)


def test_there_are_twelve_organizations_over_four_years_all_of_them_invented(
    site: Site, shown: tuple[str, str], browser: Browser
) -> None:
    with database.reading(site.engine) as connection:
        facilitator = accounts.find(connection, demo.FACILITATOR)
        assert facilitator
        (network,) = networks.facilitated(connection, facilitator.account_id)
        members = networks.members(connection, network.network_id, site.today().year)
        kept = releases.listed(connection, network.network_id)
    assert len(members) == 12
    assert all(one.name.endswith("(invented)") for one in members)
    years = [one.release.year for one in kept]
    assert years == [site.today().year - number for number in (4, 3, 2, 1)]
    assert [one.release.organizations for one in kept] == [7, 12, 12, 12]
    assert all("invented" in one.release.network.behind for one in kept)
    organization = browser.get(f"/in/{shown[1]}").headers["Location"]
    path, newest = f"/networks/{network.network_id}", f"/releases/{kept[-1].release_id}"
    year = years[-1]
    for page in (
        organization,
        f"{organization}/{year}/scorecard/1",
        f"{organization}/{year}/scorecard/1/advice",
        f"{organization}/years",
        f"{organization}/networks/{network.network_id}/places",
        path,
        f"{path}/members",
        newest,
        f"{path}/releases/{year}/names",
    ):
        assert "invented" in browser.read(page).casefold(), page
    for file in ("release.json", "domains.csv", "years.csv", "spread.csv", "groups.csv", "spread.svg"):
        assert b"nvented" in browser.get(f"{newest}/{file}").data, file
    assert "Median of the differences" in browser.read(newest), "both voices are heard"


def test_the_second_start_shows_the_same_network(site: Site, shown: tuple[str, str], browser: Browser) -> None:
    with database.writing(site.engine) as connection:
        again = demo.ready(connection, site, PASSWORD)
        facilitator = accounts.find(connection, demo.FACILITATOR)
        assert facilitator
        assert len(networks.facilitated(connection, facilitator.account_id)) == 1
        for before, after in zip(shown, again, strict=True):
            links = [access.find_link(connection, token, on=site.today()) for token in (before, after)]
            assert links[0]
            assert links[1]
            assert links[0].scope_id == links[1].scope_id
    assert walks.sign_in(browser, demo.FACILITATOR, PASSWORD).status_code == 303
    assert "Invented example group" in browser.read("/networks")


def test_the_same_seed_draws_the_same_figures(tmp_path: Path, site: Site) -> None:
    drawn = demo.read(demo.NETWORK)
    digests = []
    for attempt in range(2):
        engine = database.open_database(f"sqlite:///{tmp_path / str(attempt)}.sqlite")
        database.upgrade(engine)
        with database.writing(engine) as connection:
            network_id = demo.invent(connection, drawn, site.instrument, on=site.today())
            digests.append([one.release.digest for one in releases.listed(connection, network_id)])
        engine.dispose()
    assert digests[0] == digests[1]
