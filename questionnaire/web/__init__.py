"""What is seen: create_app is the table of contents, and a blueprint a feature."""

from typing import Any

import click
from flask import Flask, Request
from werkzeug.routing import IntegerConverter, Map

from questionnaire.config import ROOT, Settings, from_environment
from questionnaire.store import database
from questionnaire.web import (
    access,
    accounts,
    archives,
    assessments,
    batches,
    colleagues,
    commands,
    contributions,
    errors,
    events,
    health,
    links,
    memberships,
    networks,
    organizations,
    pages,
    passwords,
    plans,
    profiles,
    questions,
    releases,
    reports,
    rounds,
    scorecards,
    security,
    shares,
    stewards,
    together,
    voices,
    whatif,
    years,
)
from questionnaire.web.site import Site, choose_language, close_what_is_due, stop_reading

LARGEST_BODY = 4_000_000  # a note of 1 MB, however it is encoded, still gets its field error


class _WholeNumber(IntegerConverter):
    """A year or a revision in an address; with a number that no database holds, there is no such page."""

    def __init__(self, url_map: Map) -> None:
        super().__init__(url_map, max=2**31 - 1)


class _Request(Request):
    """Who asks for the head of a page is answered as whoever asks for the page; a form is only what is posted."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if self.method == "HEAD":
            self.method = "GET"  # the server leaves out the page: it goes by what was asked


class _Flask(Flask):
    request_class = _Request

    def log_exception(self, exc_info: object) -> None:
        """Log the route, not the address: an address may hold a private link."""
        errors.log(self, exc_info)

    session_interface = security.Sessions()


def create_app(settings: Settings | None = None) -> Flask:
    """The site as a WSGI application; a faulty instrument stops it here, except for commands that look into it."""
    settings = settings or from_environment()
    app = _Flask(__name__, template_folder=str(ROOT / "templates"))
    app.config.update(
        SECRET_KEY=settings.secret_key,
        SESSION_COOKIE_NAME=settings.cookie("form"),
        SESSION_COOKIE_SAMESITE="Lax",
        SESSION_COOKIE_SECURE=settings.secure,
        SESSION_REFRESH_EACH_REQUEST=False,
        MAX_CONTENT_LENGTH=LARGEST_BODY,
        MAX_FORM_MEMORY_SIZE=LARGEST_BODY,
        MAX_FORM_PARTS=20_000,
    )
    site = Site(settings, database.open_database(settings.database_url, connections=settings.threads * 2))
    app.extensions["alongside"] = site
    _ = site.limits
    app.url_map.converters["int"] = _WholeNumber
    app.before_request(choose_language)
    app.before_request(close_what_is_due)
    app.teardown_appcontext(stop_reading)
    pages.set_up(app)
    security.set_up(app, settings)
    errors.set_up(app)
    features = (
        organizations,
        links,
        accounts,
        passwords,
        colleagues,
        events,
        profiles,
        questions,
        assessments,
        scorecards,
        years,
        plans,
        whatif,
        reports,
        shares,
        rounds,
        stewards,
        together,
        voices,
        networks,
        releases,
        memberships,
        contributions,
        batches,
        archives,
        health,
    )
    for feature in features:
        app.register_blueprint(feature.blueprint)
    access.public(app.view_functions["static"])
    commands.set_up(app)
    if click.get_current_context(silent=True) is None:
        _ = site.instrument
    return app
