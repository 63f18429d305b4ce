"""Organizations put into a site's storage before it is tried, and visitors that are let in."""

from collections.abc import Iterator
from contextlib import contextmanager

from questionnaire.config import from_environment
from questionnaire.core.access import PrincipalKind, Role
from questionnaire.store import access, assessments, database, instruments, organizations, sessions
from questionnaire.web.site import Site
from tests.soak.served import PATIENCE, ServedSite
from tests.soak.visitor import Visitor
from tests.web.stored import submitted

YEAR = 2026


@contextmanager
def storage_of(served: ServedSite) -> Iterator[Site]:
    """The storage of a site that runs in a process of its own."""
    settings = from_environment(served.environment, serving=True)
    site = Site(settings, database.open_database(settings.database_url, seconds_to_wait=PATIENCE))
    try:
        yield site
    finally:
        site.engine.dispose()


def organization(site: Site, number: int) -> str:
    """An organization with a scorecard of the year before, and a draft; its path."""
    with database.writing(site.engine) as connection:
        instruments.record(connection, site.instrument)
        organization_id = organizations.start(connection, f"House {number}", on=site.today())
    path = f"/organizations/{organization_id}"
    submitted(site, path, YEAR - 1, number % 5)
    with database.writing(site.engine) as connection:
        before = assessments.find_submission(connection, organization_id, YEAR - 1, 1)
        assert before
        assessments.begin(connection, organization_id, YEAR, site.instrument, before.profile, on=site.today())
    return path


def let_in(site: Site, path: str) -> Visitor:
    """A browser that came by the organization's private link."""
    with database.writing(site.engine) as connection:
        _token, link = access.make_link(connection, path.rpartition("/")[2], Role.EDITOR, on=site.today())
        holds = [(PrincipalKind.CAPABILITY, link.capability_id)]
        token = sessions.open_session(connection, holds, earlier=None, on=site.today())
    visitor = Visitor()
    visitor.cookies[site.settings.cookie()] = token
    return visitor
