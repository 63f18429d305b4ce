"""Kill -9 of the server while peer workers answer and hand in: each page that was saved, each form that was counted.

Each answers everything alike, so that what a code's form must hold is known; a code is handed in once.
"""

import random
import re
import time
from collections.abc import Iterable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from datetime import date
from http.client import HTTPException
from threading import Event

from sqlalchemy import Engine

from questionnaire.core.voices import Form, GateSaid, Said, Tally
from questionnaire.store import database
from tests.anonymity.opened import Opened, counted, open_round
from tests.anonymity.people import INSTRUMENT
from tests.soak.rows import Row, at_least, exactly, told
from tests.soak.served import PATIENCE, ServedSite, SiteDidNotStart
from tests.soak.visitor import UnexpectedAnswer, Visitor
from tests.web.client import Fields, form_fields

WORKERS, CODES = 6, 300
LONGEST_LIFE = 0.7  # seconds from when each has been acknowledged something, and one of them a form
WORD = "harbour"


@dataclass
class Outcome:
    """What a trial has seen."""

    kills: int = 0
    pages: int = 0  # acknowledged
    forms: int = 0  # acknowledged
    lost: int = 0
    doubled: int = 0
    unequal: int = 0  # rounds whose counts are not those of the forms that were handed in
    in_flight: int = 0
    faults: list[str] = field(default_factory=list)

    def rows(self, name: str, *, kills: int) -> Iterator[Row]:
        yield exactly(f"{name}, peer workers: kills", self.kills, kills)
        yield at_least(f"{name}, peer workers: pages and forms acknowledged", self.pages + self.forms, kills)
        yield at_least(f"{name}, peer workers: of these, forms handed in", self.forms, kills)
        yield exactly(f"{name}, peer workers: acknowledged, and lost", self.lost, 0)
        yield exactly(f"{name}, peer workers: counted twice, or not at all", self.doubled, 0)
        yield exactly(f"{name}, peer workers: counts that are not of these forms", self.unequal, 0)
        yield exactly(f"{name}, peer workers: other faults", len(self.faults), 0)
        yield told(f"{name}, peer workers: kills with something in flight", self.in_flight)


@dataclass
class PeerWorker:
    """One phone, and the slips that are filled in on it, one after the other."""

    codes: list[str]
    address: str
    levels: Mapping[str, str]
    visitor: Visitor = field(default_factory=Visitor)
    saved: dict[str, Fields] = field(default_factory=dict)  # by address: what was acknowledged of the slip at hand
    next_page: str = ""
    handed_in: list[str] = field(default_factory=list)
    writes: int = 0
    in_flight: bool = False

    @property
    def code(self) -> str:
        return self.codes[0]

    def work(self, port: int, killed: Event) -> str:
        """Fill in and hand in until the connection is lost; what else went wrong, if anything."""
        self.writes = 0
        try:
            with self.visitor.connected(port):
                self._look_back()
                while self.codes and not killed.is_set():
                    self._one_step(killed)
        except UnexpectedAnswer as answer:
            return str(answer)
        except (OSError, HTTPException) as error:
            return "" if killed.is_set() else f"{type(error).__name__} before the kill"
        return "" if killed.is_set() else "there were too few codes"

    def _one_step(self, killed: Event) -> None:
        if not self.next_page:
            self.visitor.cookies.clear()
            form = form_fields(self.visitor.read(self.address))
            start = self._send(self.address, form, killed, code=self.code)
            self.next_page = self._send(start, form_fields(self.visitor.read(start)), killed, word=WORD)
            return
        page = self.visitor.read(self.next_page)
        form = form_fields(page)
        here = self.next_page
        if here.endswith("/hand-in"):
            self._send(here, form, killed)
            self.handed_in.append(self.codes.pop(0))
            self.next_page, self.saved = "", {}
            return
        answers = {name: self._answer(name) for name in _questions(page)}
        self.next_page = self._send(here, form, killed, go="next", **answers)
        for name, value in answers.items():
            form[name] = value
        self.saved[here] = form

    def _send(self, address: str, form: Fields, killed: Event, **typed: str) -> str:
        for name, value in typed.items():
            form[name] = value
        self.visitor.send(address, form)
        self.in_flight = not killed.is_set()
        response = self.visitor.receive()
        response.read()
        self.in_flight = False
        if response.status != 303:
            raise UnexpectedAnswer(f"{response.status} to POST {address}")
        self.writes += 1
        return str(response.headers["Location"])

    def _answer(self, name: str) -> str:
        return "yes" if name.startswith("gate:") else self.levels[self.code]

    def _look_back(self) -> None:
        """Every page that was acknowledged must show what was saved on it."""
        for address, saved in self.saved.items():
            shown = form_fields(self.visitor.read(address))
            for name in saved:
                if name.startswith(("q:", "gate:")) and shown.get(name) != saved[name]:
                    raise UnexpectedAnswer(f"an answer that was saved on {address} is not there any more")


def _questions(page: str) -> set[str]:
    """The names of all that is asked on a page."""
    return set(re.findall(r'name="((?:q|gate):[^"]+)"', page))


def trial(site: ServedSite, *, kills: int, seed: int) -> Outcome:
    """Kill the server so often, at moments that the seed decides, and compare after each start."""
    outcome, moments = Outcome(), random.Random(seed)
    site.start()
    engine = database.open_database(site.database_url, seconds_to_wait=PATIENCE)
    try:
        opened, workers = begin(engine, site)
        for _ in range(kills):
            engine.dispose()  # nobody has the database open at the kill: the site opens it first, and mends it
            outcome.faults += _work_until_killed(site, workers, after=moments.uniform(0, LONGEST_LIFE))
            outcome.kills += 1
            outcome.in_flight += any(worker.in_flight for worker in workers)
            try:
                site.start()
            except SiteDidNotStart as error:
                outcome.faults.append(str(error))
                break
            _look_back(outcome, opened, workers)
            if min(len(worker.codes) for worker in workers) < CODES // WORKERS // 2:
                opened, workers = begin(engine, site)
        site.kill()
    finally:
        engine.dispose()
    return outcome


def begin(
    engine: Engine, site: ServedSite, *, workers: int = WORKERS, codes: int = CODES
) -> tuple[Opened, list[PeerWorker]]:
    """Open a round, and deal its codes out."""
    opened = open_round(engine, site.keys, codes, day=date.today())  # noqa: DTZ011  # the site's own day
    levels = {code: str(place % 5) for place, code in enumerate(opened.codes)}
    address = f"/v/{opened.found().handle}"
    return opened, [PeerWorker(list(opened.codes[place::workers]), address, levels) for place in range(workers)]


def _work_until_killed(site: ServedSite, workers: list[PeerWorker], *, after: float) -> list[str]:
    killed = Event()
    with ThreadPoolExecutor(len(workers)) as pool:
        try:
            tasks = [pool.submit(worker.work, site.port, killed) for worker in workers]
            deadline = time.monotonic() + PATIENCE
            while not _have_begun(workers) and not all(task.done() for task in tasks):
                if time.monotonic() > deadline:
                    break
                time.sleep(0.005)
            time.sleep(after)
        finally:
            killed.set()
            site.kill()
    return [fault for task in tasks if (fault := task.result())]


def _have_begun(workers: list[PeerWorker]) -> bool:
    """Whether each was acknowledged something, and one of them a whole form."""
    return all(worker.writes for worker in workers) and any(worker.handed_in for worker in workers)


def _look_back(outcome: Outcome, opened: Opened, workers: list[PeerWorker]) -> None:
    """What was acknowledged is counted; what was in flight is counted once or not at all; and nothing else."""
    tally, spent = opened.stands()
    outcome.doubled += abs(tally.forms - len(spent))
    levels = workers[0].levels
    outcome.unequal += tally != counts_of(levels, spent)
    for worker in workers:
        outcome.pages += worker.writes
        outcome.lost += sum(code not in spent for code in worker.handed_in)
        outcome.forms += len(worker.handed_in)
        worker.handed_in.clear()
        if worker.codes and worker.code in spent:  # counted, and killed before it was said
            outcome.lost += not worker.next_page.endswith("/hand-in")
            worker.codes.pop(0)
            worker.next_page, worker.saved = "", {}
        worker.in_flight = False


def counts_of(levels: Mapping[str, str], codes: Iterable[str]) -> Tally:
    """What the counts of these codes' forms are, and of no others."""
    return counted({code: _form(levels[code]) for code in codes})


def _form(level: str) -> Form:
    return Form(
        gates={gate.id: GateSaid.YES for gate in INSTRUMENT.gates},
        said={item.id: Said(level) for item in INSTRUMENT.items.values() if item.peer},
    )
