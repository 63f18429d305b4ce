"""Slow clients: half-sent requests and readers that take a byte a second hold sockets, and nobody else up."""

import socket
import time
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass, field
from http.client import HTTPException

from tests.soak import seeded
from tests.soak.rows import Row, below, exactly
from tests.soak.served import HOST, PATIENCE, ServedSite
from tests.soak.visitor import UnexpectedAnswer, Visitor

FORM = "application/x-www-form-urlencoded"


@dataclass
class Outcome:
    """What honest people met while others were slow; times in milliseconds."""

    asked: int = 0
    answered: int = 0
    slowest: int = 0
    errors: list[str] = field(default_factory=list)

    def rows(self, slow: int) -> Iterator[Row]:
        yield exactly(f"slow clients: honest requests beside {slow}, answered", self.answered, self.asked)
        yield below("slow clients: the slowest honest answer, ms", self.slowest, 500)


def trial(served: ServedSite, *, slow: int, requests: int) -> Outcome:
    """Let so many be slow, in three ways, and ask honestly meanwhile."""
    outcome = Outcome()
    served.start()
    with seeded.storage_of(served) as site:
        path = seeded.organization(site, 1)
        visitor = seeded.let_in(site, path)
    with visitor.connected(served.port):
        visitor.read(path)  # what is loaded once is loaded
    with ExitStack() as open_sockets:
        for number in range(slow):
            open_sockets.enter_context(_slow_client(served.port, number % 3))
        for _ in range(requests):
            _ask(outcome, served.port, visitor, path)
    served.kill()
    return outcome


def _ask(outcome: Outcome, port: int, visitor: Visitor, path: str) -> None:
    began = time.monotonic()
    outcome.asked += 1
    try:
        with visitor.connected(port):
            visitor.read(path)
    except (UnexpectedAnswer, OSError, HTTPException) as error:
        outcome.errors.append(f"{type(error).__name__}: {error}")
        return
    outcome.answered += 1
    outcome.slowest = max(outcome.slowest, round((time.monotonic() - began) * 1000))


def _slow_client(port: int, kind: int) -> socket.socket:
    """Half a head; a head and half a body; or a whole request whose answer nobody takes."""
    client = socket.create_connection((HOST, port), timeout=PATIENCE)
    if kind == 2:
        client.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 1024)
    said = (
        "GET /start HTTP/1.1\r\nHost: a\r\nX-Half:",
        f"POST /start HTTP/1.1\r\nHost: a\r\nContent-Type: {FORM}\r\nContent-Length: 1000\r\n\r\nname=half",
        "GET /static/alongside.css HTTP/1.1\r\nHost: a\r\n\r\n",
    )[kind]
    client.sendall(said.encode())
    return client
