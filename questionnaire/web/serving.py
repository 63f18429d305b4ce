"""Serving: the database brought up to date, the address printed, and waitress in front."""

import logging
import signal
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from time import monotonic
from typing import Any

from flask import Flask
from waitress.channel import ClientDisconnected, HTTPChannel
from waitress.server import TcpWSGIServer, create_server

from questionnaire.config import LOOPBACK, SettingsError
from questionnaire.store import access, accounts, database, instruments
from questionnaire.store.database import UnusableDatabaseError
from questionnaire.store.instruments import InstrumentChangedError, UnreadableInstrumentError
from questionnaire.web import attempts, logs, metrics, work
from questionnaire.web.security import LARGEST_FILE_SENT
from questionnaire.web.site import Site

logger = logging.getLogger(__name__)

OPEN_CONNECTIONS = 1000  # with waitress's own 100, slow readers keep all others out
UNTAKEN = 1_000_000  # bytes of answers that nobody takes: more is asked for in vain
IDLE_SECONDS = 30
SENDING_SECONDS = 600  # for the whole of a request: the largest file, from a slow telephone
LARGEST_SENT = LARGEST_FILE_SENT  # of more no byte reaches the disk; up to it, a page says that it was too much


@contextmanager
def stopping_in_words() -> Iterator[None]:
    """End the program with a message where the site cannot start, instead of a traceback."""
    try:
        yield
    except (SettingsError, UnreadableInstrumentError, InstrumentChangedError, UnusableDatabaseError) as error:
        sys.exit(str(error))


def stop_when_told() -> None:
    """A service manager says SIGTERM: end as with Ctrl+C, with what was begun finished and workers let go."""
    signal.signal(signal.SIGTERM, lambda _number, _frame: sys.exit(0))


def prepare(app: Flask) -> Site:
    """Bring the database up to date and keep the instrument in it."""
    site: Site = app.extensions["alongside"]
    database.upgrade(site.engine)
    with database.writing(site.engine) as connection:
        instruments.record(connection, site.instrument)
    site.close_due()
    return site


class Connection(HTTPChannel):  # type: ignore[misc]  # waitress has no types
    """One that is closed where a request is not whole in time, or where far more is asked for than is taken."""

    begun = 0.0

    def received(self, data: bytes) -> Any:
        """Note when a request begins."""
        if self.request is None:
            self.begun = monotonic()
        return super().received(data)

    def handle_error(self) -> None:
        """Waitress would name the visitor's address: a log says where it happened, and nothing of who was there."""
        logs.tell(logger, "A connection failed.", sys.exc_info()[1])
        self.handle_close()

    def write_soon(self, data: Any) -> Any:
        """Part of an answer; nobody can have it who has left too much of those before."""
        self._flush_outbufs_below_high_watermark()
        if self.will_close:
            raise ClientDisconnected
        return super().write_soon(data)

    def _flush_outbufs_below_high_watermark(self) -> None:
        """Waitress would wait here until more is taken, and a thread of the site with it."""
        if self.total_outbufs_len > self.adj.outbuf_high_watermark:
            self.will_close = True
            self.server.pull_trigger()

    def readable(self) -> Any:
        """Asked at least once a second. Waitress would close when more can be sent: never on who reads nothing."""
        if self.request is not None and monotonic() - self.begun > SENDING_SECONDS:
            self.will_close = True
        if self.will_close:
            self.handle_close()
        return self.connected and super().readable()

    def writable(self) -> Any:
        """Asked right after that."""
        return self.connected and super().writable()


def listen(app: Flask, **where: Any) -> Any:
    """A server that holds against slow and greedy clients; raises OSError where nobody can listen."""
    site: Site = app.extensions["alongside"]
    listening: dict[int, Any] = where.setdefault("map", {})
    server = create_server(
        app,
        threads=site.settings.threads,
        connection_limit=OPEN_CONNECTIONS,
        outbuf_high_watermark=UNTAKEN,
        asyncore_use_poll=True,  # select() knows no file beyond number 1023
        max_request_body_size=LARGEST_SENT,
        clear_untrusted_proxy_headers=False,  # security.BehindProxy sees to them
        channel_timeout=IDLE_SECONDS,
        ident=None,
        **where,
    )
    for one in listening.values():  # one for each address that a name stands for
        if isinstance(one, TcpWSGIServer):
            one.channel_class = Connection
    return server


def _offer_first_account(site: Site, address: str) -> None:
    """Where no mail can confirm an address, the first account is made by whoever sees this terminal."""
    if site.settings.sends_mail or site.settings.public_url is None:
        return
    with database.writing(site.engine) as connection:
        if accounts.are_there_any(connection):
            return
        if site.settings.logs == "json":  # a log is no place for a link
            logs.say(site.settings, "Nobody has an account yet. The first is made by: flask user create")
            return
        access.end_account_links(connection, "")
        token = access.make_account_link(connection, "", on=site.today())
    logs.say(site.settings, f"Nobody has an account yet. This link makes the first, once: {address}/in/{token}")


def serve(app: Flask, *, opening: str = "", told: Sequence[str] = ()) -> None:
    """Answer requests until stopped; `opening` is the path of the first page, `told` what else is said of it."""
    site: Site = app.extensions["alongside"]
    settings = site.settings
    logs.set_up(app, settings)
    stop_when_told()
    with stopping_in_words():
        metrics.serve(app)
    try:
        server = listen(app, host=settings.host, port=settings.port)
    except (OSError, ValueError) as error:
        why = getattr(error, "strerror", None) or str(error).rstrip(".")
        sys.exit(f"Nobody can listen at {settings.host}, port {settings.port}: {why}. Set HOST or PORT to another.")
    address = settings.public_url or f"http://{settings.host}:{settings.port}"
    logs.say(settings, f"Alongside is ready: {address}{opening}   (stop it with Ctrl+C)")
    for line in told:
        logs.say(settings, line.format(address=address))
    if settings.public_url is None and settings.host not in LOOPBACK:
        logs.say(settings, "PUBLIC_URL is not set: until it is, nobody can start, for private links need it.")
    _offer_first_account(site, address)
    # While the disk is full, a new connection to SQLite might fail, and reading with it.
    with stopping_in_words(), site.engine.connect(), attempts.forgetting(site), work.working(site, settings.workers):
        server.run()
