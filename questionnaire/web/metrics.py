"""Metrics: figures for Prometheus at an address of their own, where METRICS names one.

Nothing is counted where peer workers answer, and nothing of what their pages are made of: a figure that moves every
quarter of a minute would tell when one of them was here.
"""

from math import nan
from time import perf_counter
from typing import Any

from flask import Flask, Response, g, request
from sqlalchemy.exc import DBAPIError
from sqlalchemy.exc import TimeoutError as NoConnectionError

from questionnaire.config import SettingsError
from questionnaire.store import batches, database
from questionnaire.web.health import OK, state
from questionnaire.web.logs import asked
from questionnaire.web.security import among_voices
from questionnaire.web.site import Site


def serve(app: Flask) -> None:
    """Count from now on, and give the figures out; raises SettingsError where that cannot be."""
    site: Site = app.extensions["alongside"]
    if site.settings.metrics is None:
        return
    host, port = site.settings.metrics
    try:
        from prometheus_client import CollectorRegistry, start_http_server
    except ImportError as error:
        raise SettingsError("METRICS is set, and what it needs is not installed. Install it: make extras") from error
    registry = CollectorRegistry()
    _count(app, registry)
    _look(site, registry)
    try:
        start_http_server(port, addr=host, registry=registry)
    except OSError as error:
        raise SettingsError(
            f"Nobody can listen at {host}, port {port}: {error.strerror}. Set METRICS to another."
        ) from error


def _count(app: Flask, registry: Any) -> None:
    from prometheus_client import Counter, Histogram

    answered = Counter(
        "alongside_requests", "Requests that were answered", ("route", "method", "status"), registry=registry
    )
    seconds = Histogram("alongside_request_seconds", "How long they took", ("route",), registry=registry)

    def begin() -> None:
        g.counted_from = perf_counter()

    def note(response: Response) -> Response:
        if not among_voices() and request.endpoint != "static" and "counted_from" in g:
            method, route = asked()
            answered.labels(route, method, response.status_code).inc()
            seconds.labels(route).observe(perf_counter() - g.counted_from)
        return response

    app.before_request(begin)
    app.after_request(note)


def _look(site: Site, registry: Any) -> None:
    """What is looked up when somebody asks."""
    from prometheus_client import Gauge

    ready = Gauge("alongside_ready", "Whether database, schema and disk are as they should be", registry=registry)
    ready.set_function(lambda: float(set(state(site).values()) == {OK}))
    waiting = Gauge("alongside_batch_parts_waiting", "Parts of batches that are not made yet", registry=registry)
    waiting.set_function(lambda: _waiting(site))


def _waiting(site: Site) -> float:
    """Not a number where the database does not answer: the other figures are given out all the same."""
    try:
        with database.reading(site.engine) as connection:
            return float(batches.waiting(connection))
    except (DBAPIError, NoConnectionError):
        return nan
