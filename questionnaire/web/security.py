"""What every answer carries so that a browser guards the page, and what every form must bring."""

from collections.abc import Callable
from typing import ParamSpec, TypeVar

from flask import Flask, Response, current_app, request
from flask.sessions import SecureCookieSessionInterface
from flask_wtf.csrf import CSRFProtect

P = ParamSpec("P")
R = TypeVar("R")

FORM_HOURS = 8
VOICES = "/v/"  # where peer workers answer: these paths stand in no log, and have a cookie of their own
LARGEST_FILE_SENT = 32_000_000  # as much as the server lets through: what is too much is said beside the field

POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self';"
    " form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
)


class Sessions(SecureCookieSessionInterface):
    """A form's own cookie. Where peer workers answer it is another one, which is sent nowhere else."""

    def get_cookie_name(self, app: Flask) -> str:
        """The name of the cookie, by where the request is."""
        name = super().get_cookie_name(app)
        return f"{name}_voice" if among_voices() else name

    def get_cookie_path(self, app: Flask) -> str:
        """Where the browser sends it."""
        return VOICES if among_voices() else super().get_cookie_path(app)


def among_voices() -> bool:
    """Whether this request is a peer worker's."""
    return request.path.startswith(VOICES)


def set_up(app: Flask) -> None:
    """Guard every form against posts from elsewhere, and every page against what does not belong in it."""
    app.before_request(_keep_body)
    app.before_request(_let_files_in)  # before the form is read, which is when its token is looked for
    app.config.update(WTF_CSRF_TIME_LIMIT=FORM_HOURS * 60 * 60, WTF_CSRF_HEADERS=[])
    CSRFProtect(app)
    app.after_request(_guard)


def takes_files(view: Callable[P, R]) -> Callable[P, R]:
    """More may be sent to this view than pages of text."""
    view.takes_files = True  # type: ignore[attr-defined]  # read off the function below
    return view


def _let_files_in() -> None:
    if hasattr(current_app.view_functions.get(request.endpoint or ""), "takes_files"):
        request.max_content_length = LARGEST_FILE_SENT


def _keep_body() -> None:
    """Keep what was sent as it was sent: fields.strangers() looks for halves of characters, which parsing hides."""
    if request.mimetype == "application/x-www-form-urlencoded":
        request.get_data(cache=True)


def _guard(response: Response) -> Response:
    headers = response.headers
    headers["Content-Security-Policy"] = POLICY
    headers["X-Content-Type-Options"] = "nosniff"
    # A peer worker's page is not even named to the site itself: proxies log what a browser says it came from.
    headers["Referrer-Policy"] = "strict-origin" if among_voices() else "same-origin"
    headers["X-Frame-Options"] = "DENY"
    headers["X-Robots-Tag"] = "noindex, nofollow"
    if request.endpoint != "static":
        headers["Cache-Control"] = "no-store"
    return response
