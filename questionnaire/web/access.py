"""Who may open which page: every route says so, by @public or by @requires(role)."""

from collections.abc import Callable
from functools import wraps
from typing import ParamSpec, TypeVar, cast

from flask import abort, g, request
from sqlalchemy.exc import DBAPIError
from werkzeug.wrappers import Response

from questionnaire.core.access import Role
from questionnaire.store import access, database, organizations
from questionnaire.web.site import reading, site, writing

P = ParamSpec("P")
R = TypeVar("R")

PUBLIC = "public"


def public(view: Callable[P, R]) -> Callable[P, R]:
    """Anybody may open this page."""
    view.access = PUBLIC  # type: ignore[attr-defined]  # test_conventions reads it off the function
    return view


def requires(role: Role) -> Callable[[Callable[P, R]], Callable[P, R]]:
    """Only who holds this role over the organization in the address; to all others the page does not exist."""

    def declare(view: Callable[P, R]) -> Callable[P, R]:
        @wraps(view)
        def guarded(*args: P.args, **kwargs: P.kwargs) -> R:
            found = _held(str(kwargs["organization_id"]))
            if found is None or not found.role.includes(role):
                abort(404)
            g.access = found
            _note_use(found)
            return view(*args, **kwargs)

        guarded.access = role  # type: ignore[attr-defined]  # as above
        return guarded

    return declare


def current() -> access.Access:
    """What this request may do with the organization in its address."""
    return cast("access.Access", g.access)


def current_or_none() -> access.Access | None:
    """The same, for what every page shows; None on pages of no organization."""
    return cast("access.Access | None", g.get("access"))


def session_cookie() -> str:
    """What this site calls its cookie."""
    return f"alongside_{site().settings.cookie_suffix}"


def session_token() -> str | None:
    """The token of this browser's session, as it says."""
    return request.cookies.get(session_cookie())


def remember(response: Response, token: str) -> Response:
    """Give this browser a session."""
    response.set_cookie(
        session_cookie(),
        token,
        max_age=access.SESSION_DAYS * 24 * 60 * 60,
        httponly=True,
        samesite="Lax",
        secure=site().settings.secure or request.is_secure,
    )
    return response


def forget(response: Response) -> Response:
    """Take this browser's session away."""
    response.delete_cookie(session_cookie(), httponly=True, samesite="Lax")
    return response


def _note_use(found: access.Access) -> None:
    """Put off the day on which what nobody opens is deleted: once a day, and not where the disk is full."""
    today = site().today()
    if found.last_used_on < today:
        try:
            with writing() as connection:
                organizations.note_use(connection, found.organization_id, on=today)
        except DBAPIError as error:
            if not database.is_unavailable(error):
                raise


def _held(organization_id: str) -> access.Access | None:
    token = session_token()
    if not token or "\0" in organization_id:  # PostgreSQL refuses to look for a text with NUL in it
        return None
    return access.held(reading(), token, organization_id, on=site().today())
