"""Serving: the database brought up to date, the address printed, and waitress in front."""

import logging
import os
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any

from flask import Flask
from waitress.server import create_server

from questionnaire.config import LOOPBACK, SettingsError
from questionnaire.store import access, accounts, database, instruments
from questionnaire.store.database import UnusableDatabaseError
from questionnaire.store.instruments import InstrumentChangedError, UnreadableInstrumentError
from questionnaire.web import work
from questionnaire.web.security import LARGEST_FILE_SENT, VOICES
from questionnaire.web.site import Site

OPEN_CONNECTIONS = 1000  # with waitress's own 100, slow readers keep all others out
IDLE_SECONDS = 30
LARGEST_SENT = LARGEST_FILE_SENT  # of more no byte reaches the disk; up to it, a page says that it was too much


@contextmanager
def stopping_in_words() -> Iterator[None]:
    """End the program with a message where the site cannot start, instead of a traceback."""
    try:
        yield
    except (SettingsError, UnreadableInstrumentError, InstrumentChangedError, UnusableDatabaseError) as error:
        sys.exit(str(error))


def keep_private() -> None:
    """What this process writes, the database and what SQLite keeps beside it, is for this user alone."""
    os.umask(0o077)


def prepare(app: Flask) -> Site:
    """Bring the database up to date and keep the instrument in it."""
    site: Site = app.extensions["alongside"]
    database.upgrade(site.engine)
    with database.writing(site.engine) as connection:
        instruments.record(connection, site.instrument)
    site.close_due()
    return site


def _tells_no_voice(record: logging.LogRecord) -> bool:
    """The server names the path of a request that was broken off; those of peer workers stand in no log."""
    return VOICES not in record.getMessage()


def listen(app: Flask, **where: Any) -> Any:
    """A server that holds against slow and greedy clients; raises OSError where nobody can listen."""
    site: Site = app.extensions["alongside"]
    logging.getLogger("waitress").addFilter(_tells_no_voice)
    return create_server(
        app,
        threads=site.settings.threads,
        connection_limit=OPEN_CONNECTIONS,
        asyncore_use_poll=True,  # select() knows no file beyond number 1023
        max_request_body_size=LARGEST_SENT,
        channel_timeout=IDLE_SECONDS,
        ident=None,
        **where,
    )


def _offer_first_account(site: Site, address: str) -> None:
    """Where no mail can confirm an address, the first account is made by whoever sees this terminal."""
    if site.settings.sends_mail or site.settings.public_url is None:
        return
    with database.writing(site.engine) as connection:
        if accounts.are_there_any(connection):
            return
        access.end_account_links(connection, "")
        token = access.make_account_link(connection, "", on=site.today())
    print(f"Nobody has an account yet. This link makes the first, once: {address}/in/{token}", flush=True)


def serve(app: Flask, *, opening: str = "", told: Sequence[str] = ()) -> None:
    """Answer requests until stopped; `opening` is the path of the first page, `told` what else is said of it."""
    site: Site = app.extensions["alongside"]
    settings = site.settings
    try:
        server = listen(app, host=settings.host, port=settings.port)
    except (OSError, ValueError) as error:
        why = getattr(error, "strerror", None) or str(error).rstrip(".")
        sys.exit(f"Nobody can listen at {settings.host}, port {settings.port}: {why}. Set HOST or PORT to another.")
    address = settings.public_url or f"http://{settings.host}:{settings.port}"
    print(f"Alongside is ready: {address}{opening}   (stop it with Ctrl+C)", flush=True)
    for line in told:
        print(line.format(address=address), flush=True)
    if settings.public_url is None and settings.host not in LOOPBACK:
        print("PUBLIC_URL is not set: until it is, nobody can start, for private links need it.", flush=True)
    _offer_first_account(site, address)
    # While the disk is full, a new connection to SQLite might fail, and reading with it.
    with site.engine.connect(), work.working(site, settings.workers):
        server.run()
