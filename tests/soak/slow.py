"""Slow clients: half-sent requests and readers that hardly take anything hold sockets, and nobody else up."""

import random
import socket
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass, field
from pathlib import Path

from tests.soak import seeded
from tests.soak.load import Person
from tests.soak.rows import Row, below, exactly
from tests.soak.served import HOST, PATIENCE, ServedSite

FORM = "application/x-www-form-urlencoded"
SAID = (
    b"GET /start HTTP/1.1\r\nHost: a\r\nX-Half:",
    f"POST /start HTTP/1.1\r\nHost: a\r\nContent-Type: {FORM}\r\nContent-Length: 1000\r\n\r\nname=half".encode(),
    b"GET /static/alongside.css HTTP/1.1\r\nHost: a\r\n\r\n" * 40,  # three quarters of a megabyte
)
READS = len(SAID) - 1
ASKED_AT_ONCE = b"GET /questionnaire.pdf HTTP/1.1\r\n\r\n" * 200  # 40 megabytes, asked for in 7 kilobytes
# Who says nothing for half a minute is put out, as it should be: on a slow machine that is before all have come.
PATIENT_SITE = """
import runpy
from questionnaire.web import serving
serving.IDLE_SECONDS = 3600
runpy.run_path("app.py", run_name="__main__")
"""
CONNECTIONS = Path("/proc/net/tcp")  # on Linux: what each connection has to send
ESTABLISHED = "01"


@dataclass
class Outcome:
    """What honest people met while others were slow; times in milliseconds."""

    asked: int = 0
    answered: int = 0
    slowest: int = 0
    readers: int = 0
    connected: int | None = None  # of the slow ones, at the end; None where this system does not say
    waited_for: int | None = None  # readers for whom the site's side kept bytes
    greedy_left: int | None = None  # of those who asked for far more than they take, connected still
    errors: list[str] = field(default_factory=list)

    def rows(self, slow: int) -> Iterator[Row]:
        yield exactly(f"slow clients: honest pages and forms beside {slow}, answered", self.answered, self.asked)
        yield exactly("slow clients: errors", len(self.errors), 0)
        yield below("slow clients: the slowest honest answer, ms", self.slowest, 500)
        if self.greedy_left is not None:
            yield exactly("slow clients: who ask for 40 MB and take none, not let go", self.greedy_left, 0)
        if self.connected is not None and self.waited_for is not None:
            yield exactly("slow clients: connected at the end", self.connected, slow)
            yield exactly("slow clients: readers that answers lay for", self.waited_for, self.readers)


@dataclass
class SlowClient:
    """Half a head; a head and half a body; or whole requests whose answers hardly anybody takes."""

    kind: int
    socket: socket.socket

    @property
    def port(self) -> int:
        return int(self.socket.getsockname()[1])

    def drip(self) -> None:
        """Send a byte, or take one."""
        if self.kind == READS:
            assert self.socket.recv(1), "the site has put a slow reader out"
        else:
            self.socket.sendall(b"a")


def trial(served: ServedSite, *, slow: int, greedy: int, requests: int) -> Outcome:
    """Let so many be slow, in three ways, and ask honestly meanwhile: three pages, and then a form.

    The greedy ones would hold a thread each if the site waited until they take what they asked for.
    """
    outcome, served.program = Outcome(), ("-c", PATIENT_SITE)
    served.start()
    with seeded.storage_of(served) as site:
        path = seeded.organization(site, 1)
        person = Person(served.port, seeded.let_in(site, path), path, random.Random(1))
    person.report = person.make_report()
    _ask(Outcome(), person, 20)  # what is loaded once is loaded
    with ExitStack() as open_sockets:
        clients = [SlowClient(number % 3, _connected(served.port, SAID[number % 3])) for number in range(slow)]
        for client in clients:
            open_sockets.enter_context(client.socket)
        readers = [client.port for client in clients if client.kind == READS]
        _wait_until(served.port, lambda kept: all(kept.get(reader, 0) > 0 for reader in readers))
        many = [open_sockets.enter_context(_connected(served.port, ASKED_AT_ONCE)) for _ in range(greedy)]
        outcome.greedy_left = _left(served.port, [int(one.getsockname()[1]) for one in many])
        for turn in range(requests):
            _drip(outcome, clients[turn % len(clients)])
            _ask(outcome, person, 1, first=turn)
        outcome.readers = len(readers)
        if (kept := _kept(served.port)) is not None:
            outcome.connected = sum(client.port in kept for client in clients)
            outcome.waited_for = sum(kept.get(port, 0) > 0 for port in readers)
    served.kill()
    return outcome


def _ask(outcome: Outcome, person: Person, times: int, *, first: int = 0) -> None:
    for turn in range(first, first + times):
        outcome.asked += 1
        try:
            for seconds in person.do("write" if turn % 4 == 3 else "read"):
                outcome.slowest = max(outcome.slowest, round(seconds * 1000))
        except Exception as error:
            outcome.errors.append(f"{type(error).__name__}: {error}")
        else:
            outcome.answered += 1


def _drip(outcome: Outcome, client: SlowClient) -> None:
    try:
        client.drip()
    except (AssertionError, OSError) as error:
        outcome.errors.append(f"a slow client: {error!r}")


def _connected(port: int, said: bytes) -> socket.socket:
    client = socket.socket()
    client.settimeout(PATIENCE)
    client.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 1024)  # heeded only where it is said before it connects
    client.connect((HOST, port))
    client.sendall(said)
    return client


def _left(port: int, greedy: list[int]) -> int | None:
    """How many of these the site has not let go, after a while."""
    _wait_until(port, lambda kept: not any(one in kept for one in greedy))
    return None if (kept := _kept(port)) is None else sum(one in kept for one in greedy)


def _wait_until(port: int, is_so: Callable[[dict[int, int]], bool]) -> None:
    """Until the site has answered all that it can, so that what is measured is slowness and not work."""
    deadline = time.monotonic() + PATIENCE
    while (kept := _kept(port)) is not None and not is_so(kept) and time.monotonic() < deadline:
        time.sleep(0.1)


def _kept(port: int) -> dict[int, int] | None:
    """How many bytes the system keeps for each port that is connected to this one; None where it does not say."""
    if not CONNECTIONS.exists():
        return None
    lines = [line.split() for line in CONNECTIONS.read_text(encoding="utf-8").splitlines()[1:]]
    return {
        int(there.partition(":")[2], 16): int(queues.partition(":")[0], 16)
        for _number, here, there, state, queues, *_more in lines
        if state == ESTABLISHED and int(here.partition(":")[2], 16) == port
    }
