"""A network's batch, worked by two processes, one of which is killed -9: every document is made, and made once."""

import shutil
import subprocess
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from sqlalchemy import select

from questionnaire.core.events import Event
from questionnaire.store import accounts, batches, database, models, networks, passwords
from questionnaire.web import work
from questionnaire.web.site import Site
from tests.networks import ABOUT
from tests.soak import seeded
from tests.soak.rows import Row, exactly, told
from tests.soak.served import HOST, PATIENCE, ServedSite, free_port
from tests.store.members import members

YEAR = 2026
LONGEST = 900  # seconds for all of a batch; never a measure

Wait = Callable[[Site, str, Callable[[int], bool]], None]


@dataclass
class Outcome:
    """What came of it."""

    documents: int = 0
    more_than_once: int = 0
    missing: int = 0
    failed: int = 0
    seconds: int = 0

    def rows(self, name: str, *, parts: int) -> Iterator[Row]:
        yield exactly(f"{name}: documents of {parts}", self.documents, parts)
        yield exactly(f"{name}: made more than once", self.more_than_once, 0)
        yield exactly(f"{name}: missing or failed", self.missing + self.failed, 0)
        yield told(f"{name}: seconds, with the wait for the one that was killed", self.seconds)


@contextmanager
def redis() -> Iterator[str]:
    """The address of a Redis that lives as long as the block."""
    port = free_port()
    told_to = ["redis-server", "--port", str(port), "--bind", HOST, "--save", "", "--appendonly", "no"]
    process = subprocess.Popen(told_to, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL)
    try:
        yield f"redis://{HOST}:{port}/0"
    finally:
        process.terminate()
        process.wait(PATIENCE)


def has_redis() -> bool:
    """Whether this machine has it."""
    return shutil.which("redis-server") is not None


def trial(first: ServedSite, *, parts: int, at_last: Wait | None = None) -> Outcome:
    """Begin a batch, let two work at it, and kill one of them in the midst of a part.

    `at_last` is done instead of waiting for what the other one does.
    """
    began = time.monotonic()
    assert first.flask("db", "upgrade").returncode == 0
    second = first.another()
    first.program = second.program = ("-m", "flask", "work")
    with seeded.storage_of(first) as site:
        batch_id = _begin(site, parts)
        for process in (first, second):
            process.begin()
        try:
            _wait(site, batch_id, lambda done: done >= parts // 4)
            second.kill()
            if at_last:
                first.kill()
            (at_last or _wait)(site, batch_id, lambda done: done == parts)
        finally:
            second.kill()
            first.kill()
        outcome = _found(site, batch_id)
    outcome.seconds = round(time.monotonic() - began)
    return outcome


def _begin(site: Site, parts: int) -> str:
    with database.writing(site.engine) as connection:
        owner = accounts.create(connection, "facilitator@example.org", passwords.hashed("x" * 20), on=site.today())
        network = networks.create(connection, ABOUT, owner, on=site.today())
        members(connection, network, parts, YEAR, lends_scorecard=True, instrument=site.instrument)
        batch_id = batches.start(connection, network, YEAR, language="en", on=site.today())
    work.wake(site)
    return batch_id


def _wait(site: Site, batch_id: str, enough: Callable[[int], bool]) -> None:
    deadline = time.monotonic() + LONGEST
    while time.monotonic() < deadline:
        with database.reading(site.engine) as connection:
            found = batches.find(connection, batch_id)
        if found is None or found.is_over or enough(found.done):
            return
        time.sleep(0.2)


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
