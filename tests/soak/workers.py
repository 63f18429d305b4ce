"""A network's batch, worked by two processes, one of which is killed -9: every document is made, and made once."""

import os
import shutil
import signal
import socket
import subprocess
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

from sqlalchemy import select, update
from sqlalchemy.exc import DBAPIError

from questionnaire.core.events import Event
from questionnaire.store import accounts, batches, database, models, networks, passwords
from questionnaire.web import work
from questionnaire.web.site import Site
from tests.networks import ABOUT
from tests.soak import seeded
from tests.soak.rows import Row, at_least, exactly, told
from tests.soak.served import HOST, MOVES, PATIENCE, ServedSite, free_port
from tests.store.members import members

YEAR = 2026
LONGEST = 900  # seconds for all of a batch; never a measure

AtLast = Callable[[Site, str], None]
Held = frozenset[tuple[str, str]]  # organizations whose part is being made, and by whom


@dataclass
class Outcome:
    """What came of it."""

    documents: int = 0
    more_than_once: int = 0
    missing: int = 0
    failed: int = 0
    left: int = 0  # parts that the one that was killed held
    taken_over: int = 0  # of these, made by somebody else
    seconds: int = 0

    def rows(self, name: str, *, parts: int) -> Iterator[Row]:
        yield exactly(f"{name}: documents of {parts}", self.documents, parts)
        yield exactly(f"{name}: made more than once", self.more_than_once, 0)
        yield exactly(f"{name}: missing or failed", self.missing + self.failed, 0)
        yield at_least(f"{name}: parts in the hands of the one that was killed", self.left, 1)
        yield exactly(f"{name}: of these, made by another", self.taken_over, self.left)
        yield told(f"{name}: seconds, with the wait for the one that was killed", self.seconds)


@dataclass(frozen=True)
class Redis:
    """A Redis that runs."""

    port: int

    @property
    def url(self) -> str:
        return f"redis://{HOST}:{self.port}/0"

    @property
    def taken(self) -> int:
        """How often somebody asked for what was put into a queue."""
        said = self.ask("INFO commandstats")
        return sum(int(line.partition("calls=")[2].split(",")[0]) for line in said.split() if "pop:" in line)

    def ask(self, command: str, patience: float = PATIENCE) -> str:
        with socket.create_connection((HOST, self.port), timeout=patience) as client:
            client.sendall(f"{command}\r\nQUIT\r\n".encode())
            return b"".join(iter(lambda: client.recv(65_536), b"")).decode()


@contextmanager
def redis() -> Iterator[Redis]:
    """A Redis that lives as long as the block, and answers when it begins."""
    with TemporaryDirectory(prefix="alongside-redis-") as folder:
        running, process = _started(Path(folder) / "log")
        try:
            yield running
            assert process.poll() is None, "Redis ended before the trial did"
        finally:
            process.terminate()
            process.wait(PATIENCE)


def _started(log: Path, moves: int = MOVES) -> "tuple[Redis, subprocess.Popen[bytes]]":
    """One that answers; where somebody else took its port meanwhile, it is tried with another."""
    running = Redis(free_port())
    told_to = ["redis-server", "--port", str(running.port), "--bind", HOST, "--dir", str(log.parent)]
    told_to += ["--save", "", "--appendonly", "no", "--logfile", str(log)]
    process = subprocess.Popen(told_to, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL)
    try:
        _wait_until(lambda: process.poll() is not None or _answers(running), "Redis answers")
    except BaseException:
        process.kill()
        process.wait()
        raise
    if process.poll() is None:
        return running, process
    told = log.read_text(encoding="utf-8")
    if not moves or "ddress already in use" not in told:
        raise AssertionError(told)
    return _started(log, moves - 1)


def has_redis() -> bool:
    """Whether this machine has it."""
    return shutil.which("redis-server") is not None


def trial(first: ServedSite, *, parts: int, at_last: AtLast | None = None) -> Outcome:
    """Begin a batch, let two work at it, and kill one of them in the midst of a part.

    `at_last` is done instead of waiting for what the other one does.
    """
    began = time.monotonic()
    assert first.flask("db", "upgrade").returncode == 0
    second = first.another()
    first.program = second.program = ("-m", "flask", "work", "--workers", "1")
    with seeded.storage_of(first) as site:
        batch_id = _begin(site, parts)
        try:
            left = _until_one_is_killed(site, batch_id, first, second, parts // 4)
            if at_last:
                first.kill()
                at_last(site, batch_id)
            _wait_until(lambda: _batch(site, batch_id).is_over, "the batch is over", LONGEST)
        finally:
            second.kill()
            first.kill()
        outcome = _found(site, batch_id)
        outcome.left = len(left)
        outcome.taken_over = len(left & _made(site, batch_id))
    outcome.seconds = round(time.monotonic() - began)
    return outcome


def _until_one_is_killed(
    site: Site, batch_id: str, first: ServedSite, second: ServedSite, enough: int
) -> frozenset[str]:
    """The organizations whose part the second one held when it was killed.

    Both must be seen to hold a part at the same time, and to live; the second is stopped before it is killed: what it
    holds is what stays held while the first goes on.
    """
    second.begin()
    _wait_until(lambda: _is_stopped_with_a_part(site, second), "the second worker holds a part")
    _hold_on(site)
    first.begin()
    _wait_until(lambda: len(_held(site)) > 1, "both hold a part")
    _go_on(second)
    _wait_until(lambda: _batch(site, batch_id).done >= enough, "some documents are made", LONGEST)
    deadline = time.monotonic() + PATIENCE
    while not (mine := _stopped_in_the_midst(site, batch_id, second)):
        assert time.monotonic() < deadline, "the second worker is never found in the midst of a part"
        _go_on(second)
        time.sleep(0.05)
    for process in (first, second):
        assert process.process
        assert process.process.poll() is None, process.said()
    second.kill()
    left = _held(site) & mine
    return frozenset(organization_id for organization_id, _worker in left)


def _is_stopped_with_a_part(site: Site, only: ServedSite) -> bool:
    """Stop the only one who works, if it holds a part then."""
    if not _held(site):
        return False
    _stop(site, only)
    if _held(site):
        return True
    _go_on(only)
    return False


def _hold_on(site: Site) -> None:
    """Who is stopped cannot hold on to its part itself, and the other one may take long to start."""
    part = models.batch_part
    with database.writing(site.engine) as connection:
        connection.execute(update(part).where(part.c.held_by.is_not(None)).values(held_until=site.now() + LONGEST))


def _stopped_in_the_midst(site: Site, batch_id: str, second: ServedSite) -> Held:
    """Stop it; what is held still after the other one has finished two parts is its."""
    _stop(site, second)
    held, done = _held(site), _batch(site, batch_id).done
    _wait_until(lambda: _batch(site, batch_id).done >= done + 2, "the first worker goes on")
    return held & _held(site)


def _stop(site: Site, worker: ServedSite) -> None:
    """Stop a process at a moment at which it keeps nobody else from writing."""
    assert worker.process
    engine = database.open_database(site.engine.url, connections=1, seconds_to_wait=1)
    try:
        for _ in range(50):
            os.kill(worker.process.pid, signal.SIGSTOP)
            try:
                with database.writing(engine):
                    return
            except DBAPIError:
                _go_on(worker)
                time.sleep(0.02)
    finally:
        engine.dispose()
    raise AssertionError("the worker writes all the time")


def _go_on(worker: ServedSite) -> None:
    assert worker.process
    os.kill(worker.process.pid, signal.SIGCONT)


def _wait_until(is_so: Callable[[], bool], what: str, patience: float = PATIENCE) -> None:
    deadline = time.monotonic() + patience
    while not is_so():
        assert time.monotonic() < deadline, f"It was waited in vain until {what}"
        time.sleep(0.02)


def _answers(running: Redis) -> bool:
    try:
        return "PONG" in running.ask("PING", 1)  # who sits at its port may say nothing
    except OSError:
        return False


def _held(site: Site) -> Held:
    part = models.batch_part.c
    query = select(part.organization_id, part.held_by).where(part.held_by.is_not(None), part.content.is_(None))
    with database.reading(site.engine) as connection:
        return frozenset((row[0], row[1]) for row in connection.execute(query))


def _made(site: Site, batch_id: str) -> frozenset[str]:
    part = models.batch_part.c
    query = select(part.organization_id).where(part.batch_id == batch_id, part.content.is_not(None))
    with database.reading(site.engine) as connection:
        return frozenset(connection.scalars(query))


def _batch(site: Site, batch_id: str) -> batches.Batch:
    with database.reading(site.engine) as connection:
        found = batches.find(connection, batch_id)
    assert found
    return found


def _begin(site: Site, parts: int) -> str:
    with database.writing(site.engine) as connection:
        owner = accounts.create(connection, "facilitator@example.org", passwords.hashed("x" * 20), on=site.today())
        network = networks.create(connection, ABOUT, owner, on=site.today())
        members(connection, network, parts, YEAR, lends_scorecard=True, instrument=site.instrument)
        batch_id = batches.start(connection, network, YEAR, language="en", on=site.today())
    work.wake(site)
    return batch_id


def _found(site: Site, batch_id: str) -> Outcome:
    """What the batch holds, and how often each organization reads that its scorecard was given."""
    part, event = models.batch_part.c, models.event.c
    with database.reading(site.engine) as connection:
        contents = list(connection.scalars(select(part.content).where(part.batch_id == batch_id)))
        given = Counter(connection.scalars(select(event.organization_id).where(event.what == Event.LENT_SCORECARD)))
    whole = [content for content in contents if content is not None and content.startswith(b"%PDF-")]
    return Outcome(
        documents=len(whole),
        more_than_once=sum(times > 1 for times in given.values()),
        missing=len(contents) - len(whole),
        failed=len(whole) - len(given),
    )
