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

from questionnaire.config import Settings
from questionnaire.core.access import Role
from questionnaire.store import access, cases, database
from questionnaire.web import create_app
from questionnaire.web.commands.demo import CASE
from questionnaire.web.serving import listen, prepare
from questionnaire.web.site import Site


@dataclass(frozen=True)
class RunningSite:
    """One site that answers, and what a journey may have to know of its inside."""

    address: str
    app: Flask
    file: Path

    @property
    def inside(self) -> Site:
        """What its views work with: settings, storage and clock."""
        site: Site = self.app.extensions["alongside"]
        return site

    def with_the_case(self) -> str:
        """Load the study's case, as `make demo` does; the path that opens it."""
        site = self.inside
        with database.writing(site.engine) as connection:
            organization_id = cases.load(connection, cases.read(CASE), site.instrument, on=site.today())
            token, _link = access.make_link(connection, organization_id, Role.EDITOR, on=site.today())
        return f"/in/{token}"


@contextmanager
def running_site(folder: Path) -> Iterator[RunningSite]:
    """Serve until the end of the block."""
    file = folder / "alongside.sqlite"
    with socket.create_server(("127.0.0.1", 0)) as listening:
        host, port = listening.getsockname()[:2]
        address = f"http://{host}:{port}"
        settings = Settings(
            secret_key="a key for tests",
            database_url=f"sqlite:///{file}",
            public_url=address,
            keys=folder / "keys",
        )
        app = create_app(settings)
        site = prepare(app)
        connections: dict[int, wasyncore.dispatcher] = {}
        server = listen(app, map=connections, sockets=[listening])
        thread = threading.Thread(target=server.run)
        thread.start()
        try:
            yield RunningSite(address, app, file)
        finally:
            server.trigger.pull_trigger(lambda: wasyncore.close_all(connections))  # by its own thread: ends run()
            thread.join()
            server.task_dispatcher.shutdown()
            site.engine.dispose()
