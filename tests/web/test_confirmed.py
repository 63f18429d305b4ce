"""Beside an action of an earlier year: whether peer workers confirm that something moved."""

from datetime import timedelta

from questionnaire.store import database, plans
from questionnaire.web.site import Site
from tests.builders import an_action
from tests.web import voiced, walks
from tests.web.client import Browser
from tests.web.stored import id_of, submitted


def test_the_scorecard_says_whether_peer_workers_confirm_what_an_action_moved(browser: Browser, site: Site) -> None:
    organization = walks.own(browser)
    earlier = submitted(site, organization, 2025, 1)
    later = submitted(site, organization, 2026, 3)
    with database.writing(site.engine) as connection:
        plans.add(connection, id_of(organization), an_action(year=2025, items=("comm.start", "comm.ahead")))
    assert "peer workers say" not in browser.read(later)
    long_ago = site.today() - timedelta(days=400)
    voiced.closed(site, earlier, voiced.a_group(figures={"comm": 35, "role": 20}), closed_on=long_ago)
    voiced.closed(site, later, voiced.a_group(figures={"comm": 60, "role": 80}))
    page = browser.read(later)
    assert "Communication: peer workers say clearly more than in 2025 (+25)." in page
    assert "Role clarity: peer workers say" not in page, "the action is about communication"


def test_what_the_organization_may_not_see_yet_confirms_nothing(browser: Browser, site: Site) -> None:
    organization = walks.own(browser)
    earlier = submitted(site, organization, 2025, 1)
    later = submitted(site, organization, 2026, 3)
    with database.writing(site.engine) as connection:
        plans.add(connection, id_of(organization), an_action(year=2025, items=("comm.start",)))
    voiced.closed(site, earlier, voiced.a_group(figures={"comm": 35}), closed_on=site.today() - timedelta(days=400))
    voiced.closed(site, later, voiced.a_group(figures={"comm": 60}), closed_on=site.today() - timedelta(days=2))
    assert "peer workers say" not in browser.read(later)
