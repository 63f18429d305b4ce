"""What goes wrong, in words: what happened, what was kept, what to do. All handlers stand here."""

import logging
from dataclasses import dataclass
from typing import cast
from urllib.parse import urlsplit

from flask import Flask, current_app, g, make_response, render_template, request
from flask.typing import ResponseReturnValue
from flask_wtf.csrf import CSRFError, validate_csrf
from sqlalchemy.exc import DBAPIError, IntegrityError
from sqlalchemy.exc import TimeoutError as NoConnectionError
from werkzeug.exceptions import HTTPException
from wtforms import ValidationError

from questionnaire.core.instrument import Instrument
from questionnaire.store import database, rounds
from questionnaire.store.keys import KeyAwayError
from questionnaire.web.links import NoAddressError
from questionnaire.web.logs import asked, reference, where
from questionnaire.web.security import among_voices
from questionnaire.web.site import gettext as _
from questionnaire.web.site import language, site, stop_reading

NEVER_SHOWN = {"csrf_token", "password", "until_now"}
AS_LONG_AS_THE_COOKIE = 10 * 365 * 24 * 60 * 60


@dataclass(frozen=True)
class Typed:
    """One field of a form that could not be saved, and how to call it."""

    name: str
    value: str
    label: str
    shown: str


def set_up(app: Flask) -> None:
    """Answer every error with a page."""
    app.register_error_handler(CSRFError, _csrf)
    app.register_error_handler(HTTPException, _http)
    app.register_error_handler(DBAPIError, _database)
    app.register_error_handler(NoConnectionError, _unavailable)
    app.register_error_handler(KeyAwayError, _unavailable)
    app.register_error_handler(NoAddressError, _no_address)
    app.register_error_handler(rounds.TermsChangedError, _moved_on)
    app.register_error_handler(rounds.NotOpenError, _moved_on)
    app.register_error_handler(500, _bug)


def log(app: Flask, exc_info: object) -> None:
    """Log a bug with its reference and its route; never with its address, which may hold a private link.

    A line where peer workers answer would tell when one of them did: `flask tick` logs it, with others of its day.
    """
    what = f"{' '.join(asked())}\n{where(exc_info[1] if isinstance(exc_info, tuple) else None)}"
    if not among_voices():
        app.logger.error("%s: %s", reference(), what, extra={"more": {"request": reference()}})
        return
    site().mishaps.append((reference(), what))
    site().keep_mishaps()


def kept(
    title: str, what_happened: str, status: int, *, may_be_sent: bool = True, logged_as: str = ""
) -> ResponseReturnValue:
    """A page that holds all that was typed, and a button that sends it once more where that can help."""
    page = render_template(
        "errors/kept.html",
        title=title,
        what_happened=what_happened,
        fields=_typed(),
        action=request.path if may_be_sent else None,
        reference=logged_as,
    )
    return page, status


def _csrf(_error: CSRFError) -> ResponseReturnValue:
    if _is_from_here() and _has_only_expired():
        return kept(
            _("This page was open for a long time"),
            _(
                "To be safe, a page can be sent for some hours only, so nothing was done yet."
                " Nothing was lost: press the button to send it now."
            ),
            400,
        )
    return render_template("errors/forbidden.html"), 403


def _is_from_here() -> bool:
    """Whether the browser says that this form stood on a page of this site."""
    told = request.headers.get("Origin") or request.headers.get("Referer") or ""
    own = {request.host, urlsplit(site().settings.public_url or "").netloc}
    return urlsplit(told).netloc in own - {""}


def _has_only_expired() -> bool:
    """Whether the form's token was made for this very browser, however long ago."""
    try:
        validate_csrf(request.form.get("csrf_token"), time_limit=AS_LONG_AS_THE_COOKIE)
    except ValidationError:
        return False
    return True


def _http(error: HTTPException) -> ResponseReturnValue:
    if error.code == 403:
        return render_template("errors/not_allowed.html"), 403
    if error.code == 404:
        return render_template("errors/not_found.html"), 404
    if error.code == 413:
        return render_template("errors/too_large.html"), 413
    if error.code is None or error.code < 400:
        return error
    response = make_response(render_template("errors/refused.html", code=error.code), error.code)
    if error.code == 405:
        response.headers["Allow"] = ", ".join(getattr(error, "valid_methods", None) or [])
    return response


def _database(error: DBAPIError) -> ResponseReturnValue:
    if database.is_unavailable(error):
        return _unavailable(error)
    if isinstance(error, IntegrityError) and request.method == "POST":
        return _at_odds(error)
    raise error


def _at_odds(error: IntegrityError) -> ResponseReturnValue:
    """What this is about was deleted, or made by somebody else, after a view looked; or a bug: the log has it."""
    log(current_app, (type(error), error, None))
    stop_reading()
    return kept(
        _("Somebody was faster"),
        _(
            "What this page is about was deleted or changed in the same moment, so nothing was done. What you typed"
            " is still here; look at it as it is now."
        ),
        409,
        may_be_sent=False,
        logged_as=reference(),
    )


def _unavailable(error: Exception) -> ResponseReturnValue:
    stop_reading()
    g.setdefault("account", None)  # the page that says so does not ask the storage who reads it
    if not among_voices():
        logging.getLogger(__name__).warning("the storage did not answer: %s", database.reason(error))
    title = _("This could not be done right now")
    if request.method == "POST":
        answer = kept(
            title,
            _(
                "The site’s storage did not answer. What you typed is still here:"
                " wait a moment, then press the button."
            ),
            503,
        )
    else:
        answer = (render_template("errors/unavailable.html"), 503)
    response = make_response(answer)
    response.headers["Retry-After"] = "10"
    return response


def _moved_on(_error: Exception) -> ResponseReturnValue:
    stop_reading()
    return kept(
        _("Somebody was faster"),
        _("This round has changed since you opened the page, so nothing was done. Look at it as it is now."),
        409,
        may_be_sent=False,
    )


def _no_address(_error: NoAddressError) -> ResponseReturnValue:
    return render_template("errors/no_address.html"), 503


def _bug(_error: Exception) -> ResponseReturnValue:
    return render_template("errors/bug.html", reference=reference()), 500


def _typed() -> list[Typed]:
    return [
        Typed(name, value, _label(name), _shown(name, value))
        for name, value in request.form.items(multi=True)
        if name not in NEVER_SHOWN and len(name) < 200
    ]


def _shown(name: str, value: str) -> str:
    """An answer in its own words; everything else as it was typed."""
    item_id, _separator, part = name.partition(":")
    item = _questions().items.get(item_id)
    if part == "choice" and item and value in set("01234"):
        return language().text(item.levels[int(value)].label)
    return value


def _questions() -> Instrument:
    """The questions that the form was about, if that is known."""
    return cast("Instrument", g.get("instrument") or site().instrument)


def _label(name: str) -> str:
    """What a reader calls a field: for an answer its question, else nothing (it is kept, but not shown)."""
    item_id, _separator, part = name.partition(":")
    item = _questions().items.get(item_id)
    if part == "note" and item:
        return _("Note: %(question)s", question=language().text(item.question))
    if part == "reason" and item:
        return _("Why it does not apply: %(question)s", question=language().text(item.question))
    if part == "choice" and item:
        return language().text(item.question)
    return {
        "name": _("Name of the organization"),
        "peer_workers": _("Number of peer workers"),
        "what": _("What is to be done?"),
        "who": _("Who sees to it?"),
        "due_on": _("By when?"),
        "why_dropped": _("Why was it dropped?"),
        "involvement": _("How are peer workers involved, and paid for it?"),
        "notes": _("Notes"),
        "label": _("Who is it for?"),
    }.get(name, "")
