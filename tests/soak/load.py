"""Load: 200 people at once who read, answer, and have charts and documents made, each at a person's pace."""

import random
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from http.client import HTTPException
from itertools import cycle, islice
from pathlib import Path
from statistics import quantiles

from questionnaire.config import Settings
from questionnaire.store import instruments
from tests.soak import seeded
from tests.soak.rows import Row, at_least, below, exactly, told
from tests.soak.served import ServedSite
from tests.soak.visitor import UnexpectedAnswer, Visitor
from tests.web.client import form_fields

MIX = (*("read",) * 14, *("write",) * 5, "file")  # 70, 25 and 5 of 100
PAUSE = (2.5, 7.5)  # seconds that a person looks at a page
ORGANIZATIONS = 20
DOMAINS = tuple(domain.id for domain in instruments.read(Settings.instrument).domains)


Kinds = tuple[str, ...]


@dataclass
class Outcome:
    """What a trial has seen; times in seconds, memory in megabytes."""

    kinds: dict[str, int] = field(default_factory=lambda: dict.fromkeys(("read", "write", "file"), 0))
    seconds: list[float] = field(default_factory=list)
    errors: list[str] = field(default_factory=list)
    grown: float = 0

    @property
    def p95(self) -> int:
        """In milliseconds."""
        return round(quantiles(self.seconds, n=20)[-1] * 1000)

    def rows(self, clients: int) -> Iterator[Row]:
        yield at_least(f"load: requests of {clients} people", len(self.seconds), clients)
        yield told("load: of these, read, written, charts and documents", " ".join(map(str, self.kinds.values())))
        yield exactly("load: errors", len(self.errors), 0)
        yield below("load: 95 of 100 answered within, ms", self.p95, 800)
        yield below("load: memory more, MB", round(self.grown), 50)


@dataclass
class Person:
    """Somebody who works on one organization, with a browser of their own."""

    port: int
    visitor: Visitor
    path: str
    rng: random.Random
    report: str = ""

    def make_report(self) -> str:
        """The path of a report of the organization's scorecard."""
        with self.visitor.connected(self.port):
            choose = f"{self.card}/report"
            return self.visitor.go(choose, form_fields(self.visitor.read(choose)))

    @property
    def card(self) -> str:
        return f"{self.path}/{seeded.YEAR - 1}/scorecard/1"

    def live(self, outcome: Outcome, until: float, pause: tuple[float, float], kinds: Kinds) -> None:
        """Ask for one thing after the other, and look at each for a while."""
        time.sleep(self.rng.uniform(0, pause[1]))
        while time.monotonic() < until:
            kind = self.rng.choice(kinds)
            try:
                with self.visitor.connected(self.port):
                    outcome.seconds.append(self._write() if kind == "write" else self._ask(kind))
            except (UnexpectedAnswer, OSError, HTTPException) as error:
                outcome.errors.append(f"{kind}: {type(error).__name__} {error}")
            outcome.kinds[kind] += 1
            time.sleep(self.rng.uniform(*pause))

    def _write(self) -> float:
        """Answer a section; the seconds of the saving."""
        section = f"{self.path}/{seeded.YEAR}/questions/{self.rng.choice(DOMAINS)}"
        form = form_fields(self.visitor.read(section), which="page")
        for name in [name for name in form if name.endswith(":choice")]:
            form[name] = str(self.rng.randrange(5))
        began = time.monotonic()
        self.visitor.go(section, form)
        return time.monotonic() - began

    def _ask(self, kind: str) -> float:
        draft, card, report = f"{self.path}/{seeded.YEAR}", self.card, self.report
        section = f"{draft}/questions/{self.rng.choice(DOMAINS)}"
        pages = (self.path, card, f"{card}/advice", f"{draft}/review", section, report)
        files = (f"{card}/radar.svg", f"{card}/radar.png", f"{report}/report.pdf", f"{report}/report.xlsx")
        address, began = self.rng.choice(files if kind == "file" else pages), time.monotonic()
        if (status := self.visitor.status(address)) != 200:
            raise UnexpectedAnswer(f"{status} to GET {address}")
        return time.monotonic() - began


def trial(
    served: ServedSite,
    *,
    clients: int,
    seconds: float,
    seed: int,
    pause: tuple[float, float] = PAUSE,
    warm_up: int = 6,
) -> Outcome:
    """So many people for so long, on a site with organizations that share them.

    Before anything is measured several of them ask for each kind of thing for `warm_up` seconds.
    """
    outcome, rng = Outcome(), random.Random(seed)
    served.start()
    with seeded.storage_of(served) as site:
        paths = [seeded.organization(site, number) for number in range(min(ORGANIZATIONS, clients))]
        people = [
            Person(served.port, seeded.let_in(site, path), path, random.Random(rng.random()))
            for path in islice(cycle(paths), clients)
        ]
    reports = {person.path: person.make_report() for person in people[: len(paths)]}
    for person in people:
        person.report = reports[person.path]
    _live(Outcome(), people[:16], warm_up, (0, 0.1), ("read", "write", "file"))
    assert served.process
    before = resident(served.process.pid)
    _live(outcome, people, seconds, pause, MIX)
    outcome.grown = resident(served.process.pid) - before
    served.kill()
    return outcome


def resident(process: int) -> float:
    """Memory that a process holds, in megabytes."""
    status = Path(f"/proc/{process}/status").read_text(encoding="utf-8")
    return int(status.partition("VmRSS:")[2].split()[0]) / 1024


def _live(outcome: Outcome, people: list[Person], seconds: float, pause: tuple[float, float], kinds: Kinds) -> None:
    until = time.monotonic() + seconds
    with ThreadPoolExecutor(len(people)) as pool:
        for person in people:
            pool.submit(person.live, outcome, until, pause, kinds)
