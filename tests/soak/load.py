"""Load: 200 people at once who read, answer, and have charts and documents made, as fast as the site bears."""

import random
import re
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from itertools import cycle, islice
from pathlib import Path
from statistics import quantiles

from werkzeug.datastructures import MultiDict

from questionnaire.config import Settings
from questionnaire.store import instruments
from tests.soak import seeded
from tests.soak.rows import Row, at_least, below, exactly, told
from tests.soak.served import ServedSite
from tests.soak.visitor import UnexpectedAnswer, Visitor
from tests.web.client import Fields, form_fields

SHARES = {"read": 70, "write": 25, "file": 5}  # of 100 things that are done
DECK = tuple(kind for kind, share in SHARES.items() for _ in range(share // 5))
SHUFFLED = tuple(random.Random(5).sample(DECK, len(DECK)))
OFF = 2  # of 100: how far a share may be from what is wanted
PAUSE = (1.0, 2.0)  # seconds: 200 people ask about 150 times a second, near all that one process can answer
DOMAINS = tuple(instruments.read(Settings.instrument).domains)
HIDDEN = re.compile(r'<input[^>]* type="hidden" name="([^"]+)"[^>]* value="([^"]*)"')


@dataclass
class Outcome:
    """What a trial has seen; times in seconds, memory in megabytes."""

    done: list[str] = field(default_factory=list)  # kinds
    times: list[tuple[str, float]] = field(default_factory=list)  # of each request, with its kind
    errors: list[str] = field(default_factory=list)
    lasted: float = 0
    grown: float = 0

    def p95(self, *kinds: str) -> int:
        """In milliseconds."""
        return round(quantiles([seconds for kind, seconds in self.times if kind in kinds], n=20)[-1] * 1000)

    @property
    def shares(self) -> dict[str, int]:
        """How many of 100 things were of each kind."""
        return {kind: round(100 * self.done.count(kind) / len(self.done)) for kind in SHARES}

    def rows(self, clients: int) -> Iterator[Row]:
        shares = self.shares
        near = all(abs(shares[kind] - share) <= OFF for kind, share in SHARES.items())
        yield at_least(f"load: requests of {clients} people", len(self.times), clients)
        yield told("load: requests a second", round(len(self.times) / self.lasted))
        in_flight = sum(seconds for _kind, seconds in self.times) / self.lasted
        yield told("load: requests at the same time, on the average", f"{in_flight:.1f}")
        wanted = " ".join(map(str, SHARES.values()))
        yield Row("load: of 100, read, written, files", " ".join(map(str, shares.values())), f"near {wanted}", near)
        yield exactly("load: errors", len(self.errors), 0)
        yield below("load: 95 of 100 answered within, ms", self.p95(*SHARES), 800)
        yield told("load: of pages, ms", self.p95("read"))
        yield told("load: of forms, opened and saved, ms", self.p95("write"))
        yield told("load: of charts and documents, ms", self.p95("file"))
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

    def do(self, kind: str) -> Iterator[float]:
        """One thing; the seconds of each request that it takes."""
        with self.visitor.connected(self.port):
            if kind == "write":
                yield from self._write()
            else:
                yield self._ask(kind)

    def _write(self) -> Iterator[float]:
        domain = self.rng.choice(DOMAINS)
        section = f"{self.path}/{seeded.YEAR}/questions/{domain.id}"
        began = time.monotonic()
        page = self.visitor.read(section)
        yield time.monotonic() - began
        # To parse the page would take this machine longer than to make it.
        form: Fields = MultiDict(HIDDEN.findall(page.partition('id="page"')[2]))
        for item in domain.items:
            form[f"{item.id}:choice"] = str(self.rng.randrange(5))
        began = time.monotonic()
        self.visitor.go(section, form)
        yield time.monotonic() - began

    def _ask(self, kind: str) -> float:
        draft, card, report = f"{self.path}/{seeded.YEAR}", self.card, self.report
        section = f"{draft}/questions/{self.rng.choice(DOMAINS).id}"
        pages = (self.path, card, f"{card}/advice", f"{draft}/review", section, report)
        files = (f"{card}/radar.svg", f"{card}/radar.png", f"{report}/report.pdf", f"{report}/report.xlsx")
        address, began = self.rng.choice(files if kind == "file" else pages), time.monotonic()
        if (status := self.visitor.status(address)) != 200:
            raise UnexpectedAnswer(f"{status} to GET {address}")
        return time.monotonic() - began


@dataclass(frozen=True)
class Day:
    """How people spend a trial: until when, or with so many turns, and how long they look at what they got."""

    seconds: float = 0
    turns: int = 0
    pause: tuple[float, float] = PAUSE


def trial(served: ServedSite, day: Day, *, clients: int, seed: int, warm_up: Day) -> Outcome:
    """So many people, each with an organization.

    Before anything is measured several of them ask for each kind of thing as in `warm_up`.
    """
    served.start()
    people = _people(served, clients, random.Random(seed))
    before_it = _live(people[:16], warm_up, tuple(SHARES))
    assert served.process
    before = resident(served.process.pid)
    outcome = _live(people, day, SHUFFLED)
    outcome.grown = resident(served.process.pid) - before
    outcome.errors += before_it.errors
    served.kill()
    return outcome


def _people(served: ServedSite, clients: int, rng: random.Random) -> list[Person]:
    """Each works on an organization alone: two who save the same section would be told so, and that is no error."""
    people = []
    with seeded.storage_of(served) as site:
        for number in range(clients):
            path = seeded.organization(site, number)
            people.append(Person(served.port, seeded.let_in(site, path), path, random.Random(rng.random())))
    for person in people:
        person.report = person.make_report()
    return people


def resident(process: int) -> float:
    """Memory that a process holds, in megabytes."""
    status = Path(f"/proc/{process}/status").read_text(encoding="utf-8")
    return int(status.partition("VmRSS:")[2].split()[0]) / 1024


def _live(people: list[Person], day: Day, deck: tuple[str, ...]) -> Outcome:
    """All at once, and each begins at another place of the deck, so that its shares are kept at any time."""
    outcome, began = Outcome(), time.monotonic()
    with ThreadPoolExecutor(len(people)) as pool:
        tasks = [
            pool.submit(_live_one, outcome, person, day, islice(cycle(deck), number, None))
            for number, person in enumerate(people)
        ]
    outcome.lasted = time.monotonic() - began
    outcome.errors += [f"{error!r}" for task in tasks if (error := task.exception())]
    return outcome


def _live_one(outcome: Outcome, person: Person, day: Day, kinds: Iterator[str]) -> None:
    until, turns = time.monotonic() + day.seconds, 0
    time.sleep(person.rng.uniform(0, day.pause[1]))
    while turns < day.turns or time.monotonic() < until:
        kind, turns = next(kinds), turns + 1
        try:
            for seconds in person.do(kind):
                outcome.times.append((kind, seconds))
        except Exception as error:  # whatever it is, it is counted
            outcome.errors.append(f"{kind}: {type(error).__name__} {error}")
        outcome.done.append(kind)
        time.sleep(person.rng.uniform(*day.pause))
