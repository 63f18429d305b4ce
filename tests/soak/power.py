"""A power cut takes what the disk does not have: so the sync must come before the answer. strace tells the order."""

import re
import shutil
import signal
import subprocess
import time
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from tests.soak import kills
from tests.soak.rows import Row, exactly
from tests.soak.served import PATIENCE, ServedSite

CALLS = "fsync,fdatasync,pwrite64,sendto"
LOG = "alongside.sqlite-wal>"
CALL = re.compile(r"^(\d+) +(?:<\.\.\. (?P<resumed>\w+) resumed>|(?P<call>\w+)\()(?P<rest>.*)$")


@dataclass
class Order:
    """In which order a process wrote, synced and answered."""

    answered: int = 0
    early: int = 0  # answers that were sent while something that was written had not reached the disk
    _unsynced: bool = False
    _written: bool = False  # since the answer before
    _syncing: set[str] = field(default_factory=set)  # by thread

    def note(self, line: str) -> None:
        """One line of strace."""
        found = CALL.match(line)
        if not found:
            return
        thread, rest = found[1], found["rest"]
        call = found["call"] or found["resumed"]
        if call == "pwrite64" and LOG in rest:
            self._unsynced = self._written = True
        elif call in {"fsync", "fdatasync"}:
            self._note_sync(thread, rest, begins=found["call"] is not None)
        elif call == "sendto" and found["call"] and '"HTTP/1.1 303' in rest:
            self.answered += 1
            self.early += self._unsynced or not self._written
            self._written = False

    def _note_sync(self, thread: str, rest: str, *, begins: bool) -> None:
        if begins and LOG in rest:
            self._syncing.add(thread)
        if thread in self._syncing and rest.endswith("= 0"):
            self._syncing.discard(thread)
            self._unsynced = False


def is_there() -> bool:
    """Whether this machine has strace."""
    return shutil.which("strace") is not None


def trial(site: ServedSite, *, answers: int) -> Order:
    """Save so many answers, one after the other, and look at the order of what the site did."""
    site.start()
    _organization, writers = kills.begin(site)
    writer = writers[0]
    traced = site.folder / "trace"
    assert site.process
    with _traced(site.process.pid, traced), writer.visitor.connected(site.port):
        for _ in range(answers):
            assert writer.write_once() == 303
    site.kill()
    return of(traced.read_text(encoding="utf-8", errors="replace").splitlines())


def of(lines: Iterable[str]) -> Order:
    """The order that a trace tells."""
    order = Order()
    for line in lines:
        order.note(line)
    return order


def rows(order: Order, *, answers: int) -> Iterator[Row]:
    yield exactly("power cut: answers traced", order.answered, answers)
    yield exactly("power cut: sent before the disk had it", order.early, 0)


@contextmanager
def _traced(process: int, file: Path) -> Iterator[None]:
    """strace on a process and all its threads, while the block runs."""
    told: list[str | Path] = [
        "strace",
        "-f",
        "-y",
        "-qq",
        "-s",
        "20",
        "-e",
        f"trace={CALLS}",
        "-o",
        file,
        "-p",
        str(process),
    ]
    with subprocess.Popen(told, stderr=subprocess.PIPE, encoding="utf-8") as tracer:
        time.sleep(1)  # it says nothing when it has begun
        assert tracer.poll() is None, tracer.communicate()
        try:
            yield
        finally:
            tracer.send_signal(signal.SIGINT)
            tracer.communicate(timeout=PATIENCE)
