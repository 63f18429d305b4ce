"""The site itself, served by waitress as `make run` serves it, on a database of its own."""

from __future__ import annotations

import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from flask import Flask
from waitress import wasyncore
from waitress.server import create_server

from questionnaire.config import Settings
from questionnaire.web import create_app
from questionnaire.web.serving import prepare


@dataclass(frozen=True)
class RunningSite:
    """One site that answers, and what a journey may have to know of its inside."""

    address: str
    app: Flask
    database: Path


@contextmanager
def running_site(folder: Path) -> Iterator[RunningSite]:
    """Serve until the end of the block."""
    database = folder / "alongside.sqlite"
    with socket.create_server(("127.0.0.1", 0)) as listening:
        host, port = listening.getsockname()[:2]
        address = f"http://{host}:{port}"
        settings = Settings(secret_key="a key for tests", database_url=f"sqlite:///{database}", public_url=address)
        app = create_app(settings)
        site = prepare(app)
        connections: dict[int, wasyncore.dispatcher] = {}
        server = create_server(app, map=connections, sockets=[listening], threads=settings.threads, ident=None)
        thread = threading.Thread(target=server.run)
        thread.start()
        try:
            yield RunningSite(address, app, database)
        finally:
            server.trigger.pull_trigger(lambda: wasyncore.close_all(connections))  # by its own thread: ends run()
            thread.join()
            server.task_dispatcher.shutdown()
            site.engine.dispose()
