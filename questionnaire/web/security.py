"""What every answer carries so that a browser guards the page, and what every form must bring."""

import hashlib
from collections.abc import Callable, Iterable
from ipaddress import IPv4Address, IPv6Address, ip_address
from typing import TYPE_CHECKING, ParamSpec, TypeVar

from flask import Flask, Response, current_app, request
from flask.sessions import SecureCookieSessionInterface
from flask_wtf.csrf import CSRFProtect

from questionnaire.config import Network, Settings

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment

P = ParamSpec("P")
R = TypeVar("R")

FORM_HOURS = 8
VOICES = "/v/"  # where peer workers answer: these paths stand in no log, and have a cookie of their own
LARGEST_FILE_SENT = 32_000_000  # as much as the server lets through: what is too much is said beside the field

POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self';"
    " form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
)
GUARDS = {
    "Content-Security-Policy": POLICY,
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "X-Robots-Tag": "noindex, nofollow",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": ", ".join(
        f"{feature}=()"
        for feature in (
            "accelerometer",
            "autoplay",
            "browsing-topics",
            "camera",
            "display-capture",
            "encrypted-media",
            "fullscreen",
            "geolocation",
            "gyroscope",
            "magnetometer",
            "microphone",
            "midi",
            "payment",
            "picture-in-picture",
            "publickey-credentials-get",
            "screen-wake-lock",
            "usb",
            "xr-spatial-tracking",
        )
    ),
}
OVER_HTTPS = {"Strict-Transport-Security": "max-age=63072000; includeSubDomains"}


class Sessions(SecureCookieSessionInterface):
    """A form's own cookie. Where peer workers answer it is another one, which is sent nowhere else."""

    digest_method = staticmethod(hashlib.sha256)

    def get_cookie_name(self, app: Flask) -> str:
        """The name of the cookie, by where the request is."""
        name = super().get_cookie_name(app)
        # __Host- is for cookies of a whole site; this one has a path of its own.
        return f"{name.replace('__Host-', '__Secure-')}_voice" if among_voices() else name

    def get_cookie_path(self, app: Flask) -> str:
        """Where the browser sends it."""
        return VOICES if among_voices() else super().get_cookie_path(app)


def among_voices() -> bool:
    """Whether this request is a peer worker's."""
    return request.path.startswith(VOICES)


class BehindProxy:
    """Takes from a trusted proxy who it is that asks; from anybody else X-Forwarded-For is a word like any other.

    Proxies one behind the other each add who asked them: the last whom none of them is says where it came from.
    (Werkzeug's ProxyFix counts proxies instead, and believes whoever reaches the site around one of them.)
    """

    def __init__(self, app: "WSGIApplication", trusted: Iterable[Network]) -> None:
        self.app, self.trusted = app, tuple(trusted)

    def __call__(self, environ: "WSGIEnvironment", start_response: "StartResponse") -> "Iterable[bytes]":
        """Answer a request."""
        told = [_address(one) for one in environ.get("HTTP_X_FORWARDED_FOR", "").split(",")]
        place = _address(environ.get("REMOTE_ADDR", ""))
        while place and told and told[-1] and any(place in network for network in self.trusted):
            place = told.pop()
            environ["REMOTE_ADDR"] = str(place)
        return self.app(environ, start_response)


def _address(told: str) -> IPv4Address | IPv6Address | None:
    try:
        found = ip_address(told.strip())
    except ValueError:
        return None
    return (found.ipv4_mapped or found) if isinstance(found, IPv6Address) else found


def set_up(app: Flask, settings: Settings) -> None:
    """Guard every form against posts from elsewhere, and every page against what does not belong in it."""
    if settings.trusted_proxies:
        app.wsgi_app = BehindProxy(app.wsgi_app, settings.trusted_proxies)  # type: ignore[method-assign]  # as Flask says
    guards = GUARDS | (OVER_HTTPS if settings.secure else {})
    app.before_request(_keep_body)
    app.before_request(_let_files_in)  # before the form is read, which is when its token is looked for
    app.config.update(WTF_CSRF_TIME_LIMIT=FORM_HOURS * 60 * 60, WTF_CSRF_HEADERS=[])
    CSRFProtect(app)
    app.after_request(lambda response: _guard(response, guards))


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


def _guard(response: Response, guards: dict[str, str]) -> Response:
    headers = response.headers
    headers.update(guards)
    # A peer worker's page is not even named to the site itself: proxies log what a browser says it came from.
    headers["Referrer-Policy"] = "strict-origin" if among_voices() else "same-origin"
    if request.endpoint != "static":
        headers["Cache-Control"] = "no-store"
    return response
