"""Who may open which page: every route says so, by @public, @signed_in or @requires(role)."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import wraps
from typing import ParamSpec, TypeVar, cast

from flask import abort, g, redirect, request, url_for
from sqlalchemy import Connection
from sqlalchemy.exc import DBAPIError
from werkzeug.wrappers import Response

from questionnaire.core.access import Role, Scope
from questionnaire.store import access, database, networks, organizations, releases, reports, rounds, sessions, shares
from questionnaire.web.site import reading, site, writing

P = ParamSpec("P")
R = TypeVar("R")

PUBLIC = "public"
RESPONDENT = "respondent"  # who typed a code of the round in the address: see voices.py
ACCOUNT = "account"
MEMBER = "member"  # of a network, or its facilitator
LONGEST_KEPT = 300  # of an address of this site; browsers drop a cookie that is too large, and all that it holds


@dataclass(frozen=True)
class InNetwork:
    """A network, and what a request is in it: its facilitator, somebody of a member, or both."""

    network: networks.Network
    facilitates: bool
    organizations: tuple[access.Access, ...]


def public(view: Callable[P, R]) -> Callable[P, R]:
    """Anybody may open this page."""
    view.access = PUBLIC  # type: ignore[attr-defined]  # tests read it off the function
    return view


def signed_in(view: Callable[P, R]) -> Callable[P, R]:
    """Who has an account; all others are asked to sign in first."""

    @wraps(view)
    def guarded(*args: P.args, **kwargs: P.kwargs) -> R:
        return cast("R", to_sign_in()) if account() is None else view(*args, **kwargs)

    guarded.access = ACCOUNT  # type: ignore[attr-defined]  # as above
    return guarded


def requires(role: Role) -> Callable[[Callable[P, R]], Callable[P, R]]:
    """Who holds this role over the organization in the address; a reader the report, a steward the round, and so on.

    To who holds none the page does not exist; who holds a lesser one is told so.
    """

    def declare(view: Callable[P, R]) -> Callable[P, R]:
        @wraps(view)
        def guarded(*args: P.args, **kwargs: P.kwargs) -> R:
            if role is Role.READER and "release_id" in kwargs:
                _admit_to_release(str(kwargs["release_id"]))
            elif role is Role.READER:
                _admit_to_report(str(kwargs["report_id"]))
            elif role is Role.STEWARD:
                _admit_to_round(str(kwargs["round_id"]))
            elif role is Role.FACILITATOR:
                _admit_to_network(str(kwargs["network_id"]), facilitator=True)
            else:
                _admit(str(kwargs["organization_id"]), role)
            return view(*args, **kwargs)

        guarded.access = role  # type: ignore[attr-defined]  # as above
        return guarded

    return declare


def member(view: Callable[P, R]) -> Callable[P, R]:
    """Who may read an organization that is a member of the network in the address, and its facilitator."""

    @wraps(view)
    def guarded(*args: P.args, **kwargs: P.kwargs) -> R:
        _admit_to_network(str(kwargs["network_id"]))
        return view(*args, **kwargs)

    guarded.access = MEMBER  # type: ignore[attr-defined]  # as above
    return guarded


def current_network(network_id: str) -> InNetwork:
    """The network in the address, and what this request is in it."""
    found = cast("InNetwork", g.network)
    if found.network.network_id != network_id:
        raise LookupError(network_id)
    return found


def current() -> access.Access:
    """What this request may do with the organization in its address."""
    return cast("access.Access", g.access)


def current_or_none() -> access.Access | None:
    """The same, for what every page shows; None on pages of no organization."""
    return cast("access.Access | None", g.get("access"))


def current_report(report_id: str) -> reports.Kept:
    """The report in the address, which this request may read."""
    kept = cast("reports.Kept", g.report)
    if kept.report_id != report_id:
        raise LookupError(report_id)
    return kept


def current_release(release_id: str) -> releases.Kept:
    """The release in the address, which this request may read."""
    kept = cast("releases.Kept", g.release)
    if kept.release_id != release_id:
        raise LookupError(release_id)
    return kept


def network_or_none() -> InNetwork | None:
    """What this request is in the network of the release that it reads; None for who came by a share link."""
    return cast("InNetwork | None", g.get("network"))


def current_round(round_id: str) -> rounds.Round:
    """The round in the address, which this request may run as its steward."""
    found = cast("rounds.Round", g.round)
    if found.round_id != round_id:
        raise LookupError(round_id)
    return found


def is_reader() -> bool:
    """Whether this request may open a report, a release or a round, and nothing else of whose it is."""
    return ("access" not in g and ("report" in g or "round" in g)) or ("release" in g and "network" not in g)


def account() -> sessions.SignedIn | None:
    """The account that this browser is signed in with."""
    if "account" not in g:
        token = session_token()
        g.account = sessions.signed_in(reading(), token, on=site().today()) if token else None
    return cast("sessions.SignedIn | None", g.account)


def my_account() -> sessions.SignedIn:
    """The same, where @signed_in has seen to it that there is one."""
    return cast("sessions.SignedIn", account())


def email_or_none() -> str | None:
    """The address that this browser is signed in with, for what every page shows."""
    found = current_or_none()
    if found and found.email:
        return found.email
    mine = account()
    return mine.email if mine else None


def to_sign_in() -> Response:
    """To the page for signing in, and from there back here."""
    here = request.path if request.method == "GET" else url_for("organizations.home")
    return redirect(url_for("accounts.sign_in", to=here), 303)


def onward(to: str | None) -> str:
    """A page of this site that somebody wanted to open; the first page where that is none."""
    return inside(to) or url_for("organizations.home")


def inside(to: str | None) -> str:
    """The same as it is kept until then, in a form or a cookie: nothing, where it is no page of this site."""
    if not to or len(to) > LONGEST_KEPT or not (to.isascii() and to.isprintable()):
        return ""
    return to if to.startswith("/") and not to.startswith(("//", "/\\")) else ""


def device() -> str:
    """What this browser calls itself, coarsely, so that its owner tells it from others in a list."""
    said = request.user_agent.string
    browser = next((name for mark, name in _BROWSERS if mark in said), "")
    system = next((name for mark, name in _SYSTEMS if mark in said), "")
    return " · ".join(part for part in (browser, system) if part)


_BROWSERS = (
    ("Firefox/", "Firefox"),
    ("Edg", "Edge"),
    ("OPR/", "Opera"),
    ("Chrome/", "Chrome"),
    ("Safari/", "Safari"),
)
_SYSTEMS = (
    ("iPhone", "iPhone"),
    ("iPad", "iPad"),
    ("Android", "Android"),
    ("Windows", "Windows"),
    ("Mac OS", "Mac"),
    ("Linux", "Linux"),
)


def session_cookie() -> str:
    """What this site calls its cookie."""
    return site().settings.cookie()


def session_token() -> str | None:
    """The token of this browser's session, as it says."""
    return request.cookies.get(session_cookie())


def has_session() -> bool:
    """Whether this browser brings a session, of an account or of links; only a look can tell if it still holds."""
    return session_token() is not None


def remember(response: Response, token: str) -> Response:
    """Give this browser a session."""
    return keep_cookie(response, session_cookie(), token, days=sessions.SESSION_DAYS)


def keep_cookie(response: Response, name: str, value: str, *, days: int) -> Response:
    """Give this browser something to bring along that no script reads."""
    secure = site().settings.secure or request.is_secure
    response.set_cookie(name, value, max_age=days * 24 * 60 * 60, httponly=True, samesite="Lax", secure=secure)
    return response


def forget(response: Response) -> Response:
    """Take this browser's session away."""
    response.delete_cookie(session_cookie(), httponly=True, samesite="Lax", secure=site().settings.secure)
    response.headers["Clear-Site-Data"] = '"cache", "storage"'  # "cookies" would empty sites of the same domain too
    return response


def _admit(organization_id: str, role: Role) -> None:
    found = _held(organization_id)
    if found is None:
        abort(404)
    g.access = found
    if not found.role.includes(role):
        abort(403)
    _note_use(found)


def _admit_to_report(report_id: str) -> None:
    """Whoever may read all of the organization, and whoever opened a share link that is in force."""
    token, today = session_token(), site().today()
    kept = reports.find(reading(), report_id) if token and "\0" not in report_id else None
    if kept is None or token is None:
        abort(404)
    found = _held(kept.organization_id)
    reader = None if found else shares.reader(reading(), token, report_id, on=today)
    if found:
        g.access = found
        _note_use(found)
    elif reader is None:
        abort(404)
    elif reader.last_opened_on != today:
        _note(lambda connection: shares.note_opened(connection, reader.capability_id, on=today))
    g.report = kept


def _admit_to_round(round_id: str) -> None:
    """Who came by the steward's link, and nobody else: the owner of the organization is no steward."""
    token = session_token()
    found = (
        rounds.stewarded(reading(), token, round_id, on=site().today()) if token and "\0" not in round_id else None
    )
    if found is None:
        abort(404)
    g.round = found


def _admit_to_network(network_id: str, *, facilitator: bool = False) -> None:
    """Its facilitator, and whoever may read one of its members; to all others there is no such network."""
    found = _in_network(network_id) if "\0" not in network_id else None
    if found is None:
        abort(404)
    if facilitator and not found.facilitates:
        abort(403)
    g.network = found


def _admit_to_release(release_id: str) -> None:
    """Whoever may open the network, and whoever opened a share link of the release that is in force."""
    token, today = session_token(), site().today()
    kept = releases.find(reading(), release_id) if token and "\0" not in release_id else None
    if kept is None or token is None:
        abort(404)
    found = _in_network(kept.network_id)
    reader = None if found else shares.reader(reading(), token, release_id, on=today, scope=Scope.RELEASE)
    if found:
        g.network = found
    elif reader is None:
        abort(404)
    elif reader.last_opened_on != today:
        _note(lambda connection: shares.note_opened(connection, reader.capability_id, on=today))
    g.release = kept


def _in_network(network_id: str) -> InNetwork | None:
    """What this request is in a network; None where that is nothing, or there is none."""
    network = networks.find(reading(), network_id)
    if network is None:
        return None
    mine = account()
    facilitates = mine is not None and networks.is_facilitator(reading(), network_id, mine.account_id)
    held = access.all_held(reading(), session_token() or "", on=site().today())
    inside = networks.among(reading(), network_id, [one.organization_id for one in held])
    organizations_inside = tuple(one for one in held if one.organization_id in inside)
    return InNetwork(network, facilitates, organizations_inside) if facilitates or inside else None


def _note_use(found: access.Access) -> None:
    """Note the day, so that what is used is not deleted as idle: once a day, and not where the disk is full."""
    today = site().today()
    if found.last_used_on < today or found.seen_on != today:

        def use(connection: Connection) -> None:
            organizations.note_use(connection, found.organization_id, on=today)
            sessions.note_use(connection, session_token() or "", on=today)

        _note(use)


def _note(what: Callable[[Connection], None]) -> None:
    """Write something that the page can do without, where the disk is full."""
    try:
        with writing() as connection:
            what(connection)
    except DBAPIError as error:
        if not database.is_unavailable(error):
            raise


def _held(organization_id: str) -> access.Access | None:
    token = session_token()
    if not token or "\0" in organization_id:  # PostgreSQL refuses to look for a text with NUL in it
        return None
    return access.held(reading(), token, organization_id, on=site().today())
