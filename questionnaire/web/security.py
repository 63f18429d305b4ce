"""What every answer carries so that a browser guards the page, and what every form must bring."""

from flask import Flask, Response, request
from flask_wtf.csrf import CSRFProtect

FORM_HOURS = 8

POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self';"
    " form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
)


def set_up(app: Flask) -> None:
    """Guard every form against posts from elsewhere, and every page against what does not belong in it."""
    app.before_request(_keep_body)
    app.config.update(WTF_CSRF_TIME_LIMIT=FORM_HOURS * 60 * 60, WTF_CSRF_HEADERS=[])
    CSRFProtect(app)
    app.after_request(_guard)


def _keep_body() -> None:
    """Keep what was sent as it was sent: fields.strangers() looks for halves of characters, which parsing hides."""
    if request.mimetype == "application/x-www-form-urlencoded":
        request.get_data(cache=True)


def _guard(response: Response) -> Response:
    headers = response.headers
    headers["Content-Security-Policy"] = POLICY
    headers["X-Content-Type-Options"] = "nosniff"
    headers["Referrer-Policy"] = "same-origin"
    headers["X-Frame-Options"] = "DENY"
    if request.endpoint != "static":
        headers["Cache-Control"] = "no-store"
    return response
