"""A power cut takes what the disk does not have: so the sync must come before the answer. strace tells the order."""

import os
import re
import shutil
import signal
import subprocess
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from tests.soak import kills
from tests.soak.rows import Row, exactly
from tests.soak.served import PATIENCE, ServedSite

STRACE = ("strace", "-f", "--seccomp-bpf", "-y", "-qq", "-s", "20", "-e")
CALLS = "trace=fsync,fdatasync,pwrite64,recvfrom,sendto"
MARK = "/healthz"  # what is asked for when the trial begins
LOG = "alongside.sqlite-wal>"
CALL = re.compile(r"^(\d+) +(?:<\.\.\. (?P<resumed>\w+) resumed>|(?P<call>\w+)\()(?P<rest>.*)$")


@dataclass
class Order:
    """In which order a process wrote, synced and answered."""

    answered: int = 0
    early: int = 0  # answers that were sent while something that was written had not reached the disk
    _unsynced: bool = False
    _written: bool = False  # since the form arrived
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
        elif call == "recvfrom" and '"POST ' in rest:
            self._written = False
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
    """Whether this machine has strace, and lets it do its work."""
    if shutil.which("strace") is None:
        return False
    tried = subprocess.run([*STRACE, CALLS, "-o", os.devnull, "true"], capture_output=True, check=False)
    return tried.returncode == 0


def trial(site: ServedSite, *, answers: int) -> Order:
    """Save so many answers, one after the other, and look at the order of what the site did."""
    traced = site.folder / "trace"
    site.under = (*STRACE, CALLS, "-o", str(traced))
    site.start()
    _organization, writers = kills.begin(site)
    writer = writers[0]
    with writer.visitor.connected(site.port):
        assert writer.visitor.status(MARK) == 200
        for _ in range(answers):
            assert writer.write_once() == 303
    assert site.process
    os.killpg(site.process.pid, signal.SIGTERM)  # strace ends after it, and writes down all that it saw
    assert site.process.wait(PATIENCE) == 0
    lines = traced.read_text(encoding="utf-8", errors="replace").splitlines()
    marked = next(place for place, line in enumerate(lines) if f'"GET {MARK}' in line)
    return of(lines[marked:])


def of(lines: Iterable[str]) -> Order:
    """The order that a trace tells."""
    order = Order()
    for line in lines:
        order.note(line)
    return order


def rows(order: Order, *, answers: int) -> Iterator[Row]:
    yield exactly("power cut: answers traced", order.answered, answers)
    yield exactly("power cut: sent before the disk had it", order.early, 0)
