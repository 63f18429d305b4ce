"""Networks with members and releases, for tests in which the way there does not matter."""

from questionnaire.core.releases import Grouping
from questionnaire.store import database, freezing
from questionnaire.web.site import Site
from tests.store.members import members
from tests.web import walks
from tests.web.client import Browser


def filled(
    site: Site, network: str, number: int, *, year: int = 2026, by_name: bool = False, lends_scorecard: bool = False
) -> list[str]:
    """The ids of so many new members of the network with this path, which have submitted."""
    with database.writing(site.engine) as connection:
        return members(
            connection,
            network.rsplit("/", 1)[1],
            number,
            year,
            by_name=by_name,
            lends_scorecard=lends_scorecard,
            instrument=site.instrument,
        )


def frozen(site: Site, network: str, *, number: int = 5, year: int = 2026, grouping: Grouping | None = None) -> str:
    """The id of a release of the network with this path, with so many more members."""
    filled(site, network, number, year=year)
    with database.writing(site.engine) as connection:
        return freezing.freeze_year(connection, network.rsplit("/", 1)[1], year, grouping, on=site.today())


def share(facilitator: Browser, network: str, year: int, label: str = "Funder", days: str = "30") -> str:
    """The path of a new link to a release."""
    facilitator.fill(f"{network}/releases/{year}/share", label=label, days=days)
    return walks.private_link(facilitator.read(f"{network}/links"))
