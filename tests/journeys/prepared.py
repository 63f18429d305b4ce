"""What a site holds before a journey begins: put into its storage, where the pages on the way do not matter."""

from __future__ import annotations

from functools import cache

from playwright.sync_api import Page

from questionnaire.core.access import PrincipalKind, Role
from questionnaire.store import access, accounts, assessments, database, organizations, passwords, sessions
from questionnaire.web.site import Site
from tests.web.stored import id_of
from tests.web.walks import PASSWORD


def account_link(site: Site, email: str) -> str:
    """The path of a link that makes an account, as `flask user create` prints it; without an address, for anybody."""
    with database.writing(site.engine) as connection:
        return f"/in/{access.make_account_link(connection, email, on=site.today())}"


def account(site: Site, email: str) -> str:
    """An account with PASSWORD; its id."""
    with database.writing(site.engine) as connection:
        return accounts.create(connection, email, _kept_password(), on=site.today())


def session(site: Site, account_id: str, *, device: str = "", earlier: str | None = None) -> str:
    """The token of a browser that is signed in."""
    with database.writing(site.engine) as connection:
        principals = [(PrincipalKind.ACCOUNT, account_id)]
        return sessions.open_session(connection, principals, earlier=earlier, device=device, on=site.today())


def sign_in(site: Site, page: Page, account_id: str) -> None:
    """Sign this browser profile in; what it came to by private links it keeps."""
    name, address = site.settings.cookie(), site.settings.public_url or ""
    earlier = {cookie.get("name"): cookie.get("value") for cookie in page.context.cookies(address)}.get(name)
    token = session(site, account_id, device="Chrome · Linux", earlier=earlier)
    page.context.add_cookies([{"name": name, "value": token, "url": address}])


def organization(site: Site, owner: str, *, name: str = "Harbour Street") -> str:
    """The address of an organization that this account owns, with no year yet."""
    with database.writing(site.engine) as connection:
        organization_id = organizations.start(connection, name, on=site.today())
        organizations.claim(connection, organization_id, owner)
    return f"/organizations/{organization_id}"


def draft(site: Site, organization: str, year: int) -> None:
    """A year that was begun, on what the organization said of itself last."""
    with database.writing(site.engine) as connection:
        profile = assessments.newest_profile(connection, id_of(organization))
        assert profile, "submit a year first"
        assessments.begin(connection, id_of(organization), year, site.instrument, profile, on=site.today())


def colleague(site: Site, organization: str, email: str, role: Role = Role.EDITOR) -> str:
    """The id of another account that works on an organization."""
    account_id = account(site, email)
    with database.writing(site.engine) as connection:
        access.join(connection, id_of(organization), account_id, role)
    return account_id


def invitation(site: Site, organization: str, made_for: str, role: Role = Role.EDITOR) -> str:
    """The path of an invitation."""
    with database.writing(site.engine) as connection:
        token = access.invite(connection, id_of(organization), role, made_for=made_for, on=site.today())
    return f"/in/{token}"


@cache
def _kept_password() -> str:
    return passwords.hashed(PASSWORD)
