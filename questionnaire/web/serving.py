"""Serving: the database brought up to date, the address printed, and waitress in front."""

import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager

from flask import Flask
from waitress.server import create_server

from questionnaire.config import LOOPBACK, SettingsError
from questionnaire.store import database, instruments
from questionnaire.store.instruments import InstrumentChangedError, UnreadableInstrumentError
from questionnaire.web.site import Site

OPEN_CONNECTIONS = 1000  # with waitress's own 100, slow readers keep all others out
IDLE_SECONDS = 30


@contextmanager
def stopping_in_words() -> Iterator[None]:
    """End the program with a message where the site cannot start, instead of a traceback."""
    try:
        yield
    except (SettingsError, UnreadableInstrumentError, InstrumentChangedError) as error:
        sys.exit(str(error))


def prepare(app: Flask) -> Site:
    """Bring the database up to date and keep the instrument in it."""
    site: Site = app.extensions["alongside"]
    database.upgrade(site.engine)
    with database.writing(site.engine) as connection:
        instruments.record(connection, site.instrument)
    return site


def serve(app: Flask, *, opening: str = "") -> None:
    """Answer requests until stopped; `opening` is the path of the first page to look at."""
    os.umask(0o077)  # the database and what SQLite keeps beside it are for this user alone
    site = prepare(app)
    settings = site.settings
    try:
        server = create_server(
            app,
            host=settings.host,
            port=settings.port,
            threads=settings.threads,
            connection_limit=OPEN_CONNECTIONS,
            channel_timeout=IDLE_SECONDS,
            ident=None,
        )
    except OSError as error:
        sys.exit(
            f"Nobody can listen at {settings.host}, port {settings.port}: {error.strerror}. Set PORT to another."
        )
    address = settings.public_url or f"http://{settings.host}:{settings.port}"
    print(f"Alongside is ready: {address}{opening}   (stop it with Ctrl+C)", flush=True)
    if settings.public_url is None and settings.host not in LOOPBACK:
        print("PUBLIC_URL is not set: until it is, nobody can start, for private links need it.", flush=True)
    held_open = (
        site.engine.connect()
    )  # while the disk is full, a new SQLite connection might fail, and reading with it
    try:
        server.run()
    finally:
        held_open.close()
