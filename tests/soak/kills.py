"""Kill -9 of the server while eight browsers write: is every acknowledged answer there afterwards?

Two writers share each section, so that every form also carries, stale, what the other one writes. A write puts new
answers beside two of the writer's own items in one request. Acknowledged means that the answer 303 began to arrive.
"""

import random
import re
import sqlite3
import time
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from dataclasses import dataclass, field
from http.client import HTTPException
from threading import Event

from sqlalchemy import make_url
from sqlalchemy.exc import DBAPIError
from werkzeug.datastructures import MultiDict

from questionnaire.config import Settings
from questionnaire.core.answers import BLANK, Answer, Answers, Choice
from questionnaire.store import assessments, database, instruments
from tests.soak.rows import Row, at_least, exactly, told
from tests.soak.served import PATIENCE, ServedSite, SiteDidNotStart
from tests.soak.visitor import UnexpectedAnswer, Visitor
from tests.web import walks
from tests.web.client import Fields, form_fields

WRITERS = 8
ANSWERS = 2  # in each write
LONGEST_LIFE = 0.5  # seconds of writing, at most, from when every writer writes to the kill
YEAR = int(walks.ABOUT["year"])


@dataclass
class Outcome:
    """What a trial has seen."""

    kills: int = 0
    acknowledged: int = 0  # writes
    lost: int = 0  # answers
    torn: int = 0  # answers
    kills_in_flight: int = 0
    in_flight: int = 0  # writes
    in_flight_kept: int = 0  # writes
    failed_starts: list[str] = field(default_factory=list)
    faults: list[str] = field(default_factory=list)
    integrity: str = "not asked"

    def rows(self, name: str, *, kills: int) -> list[Row]:
        return [
            exactly(f"{name}: kills", self.kills, kills),
            at_least(f"{name}: writes acknowledged", self.acknowledged, 1),
            exactly(f"{name}: acknowledged answers lost", self.lost, 0),
            exactly(f"{name}: answers torn", self.torn, 0),
            exactly(f"{name}: starts failed after a kill", len(self.failed_starts), 0),
            exactly(f"{name}: other faults of site or database", len(self.faults), 0),
            at_least(f"{name}: kills with a write in flight", self.kills_in_flight, 1),
            told(f"{name}: writes in flight at a kill", self.in_flight),
            told(f"{name}: of these, found kept", self.in_flight_kept),
        ]


@dataclass
class Writer:
    """One browser, the items it alone writes to, and what must stand there."""

    name: str
    address: str
    acknowledged: dict[str, Answer]
    trying: Answers = field(default_factory=dict)  # sent, and not acknowledged
    in_flight: bool = False  # what it tries had been sent whole when the server was killed
    count: int = 0
    writes: int = 0  # acknowledged since the server was started
    lost: int = 0  # answers, of all comparisons
    torn: int = 0
    visitor: Visitor = field(default_factory=Visitor)

    def write(self, port: int, killed: Event) -> str:
        """Write until the connection is lost; what else went wrong, if anything."""
        self.writes = 0
        try:
            with self.visitor.connected(port):
                self._write(killed)
        except UnexpectedAnswer as answer:
            return str(answer)
        except (OSError, HTTPException) as error:
            return "" if killed.is_set() else f"{type(error).__name__} before the kill"
        return ""

    def _write(self, killed: Event) -> None:
        form = form_fields(self.visitor.read(self.address), which="page")
        for item, answer in self.acknowledged.items():
            if form[f"{item}:seen"] != answer.fingerprint:
                raise UnexpectedAnswer(f"the page shows another answer to {item} than the database holds")
        while not killed.is_set():
            changes = self._next()
            for item, answer in changes.items():
                _fill_in(form, item, answer)
            self.trying, self.in_flight = changes, False
            self.visitor.send(self.address, form)
            self.in_flight = not killed.is_set()
            response = self.visitor.receive()
            if response.status != 303:
                raise UnexpectedAnswer(f"{response.status} to POST {self.address}")
            self.acknowledged |= changes
            self.trying = {}
            self.writes += 1
            response.read()
            for item, answer in changes.items():
                form[f"{item}:seen"] = answer.fingerprint

    def write_once(self) -> int:
        """One write over a connection that is open; how it was answered.

        What the page shows first must be what was acknowledged, or what was tried since: what is not is told at once,
        for the write that follows would hide it.
        """
        self.visitor.send(self.address)
        response = self.visitor.receive()
        page = response.read().decode()
        if response.status != 200:
            return response.status
        form = form_fields(page, which="page")
        self.compare({item: _shown(form, item) for item in self.acknowledged})
        changes = self._next()
        for item, answer in changes.items():
            _fill_in(form, item, answer)
        self.trying = changes
        self.visitor.send(self.address, form)
        response = self.visitor.receive()
        response.read()
        status = response.status
        if status == 303:
            self.acknowledged |= changes
            self.trying = {}
            self.writes += 1
        return status

    def _next(self) -> Answers:
        """Some of its items by turns: so most of what was acknowledged lately still stands to be compared."""
        self.count += 1
        items = tuple(self.acknowledged)
        turns = range(self.count, self.count + ANSWERS)
        return {items[turn % len(items)]: made_by(self.name, self.count) for turn in turns}

    def compare(self, standing: Answers) -> tuple[int, int]:
        """How many of its answers are lost and how many torn; from here on, what stands now must stand.

        What was acknowledged must stand, or what was tried since: either is right, but not half of it.
        """
        lost = torn = 0
        mine = {item: standing.get(item, BLANK) for item in self.acknowledged}
        for item, answer in mine.items():
            if answer not in (self.acknowledged[item], self.trying.get(item)):
                whole = answer == BLANK or answer == _as_it_was_made(self.name, answer)
                lost, torn = lost + whole, torn + (not whole)
        if not self.trying_was_kept(mine) and any(mine[item] == answer for item, answer in self.trying.items()):
            torn += 1
        self.acknowledged, self.trying = mine, {}
        self.lost, self.torn = self.lost + lost, self.torn + torn
        return lost, torn

    def trying_was_kept(self, standing: Answers) -> bool:
        return bool(self.trying) and all(standing.get(item) == answer for item, answer in self.trying.items())


def count_of(writer: str, answer: Answer) -> int:
    """Which of its writer's writes an answer is of; 0 for none."""
    named = re.match(rf"{re.escape(writer)} (\d+)", answer.note)
    return int(named[1]) if named and answer == made_by(writer, int(named[1])) else 0


def made_by(writer: str, count: int) -> Answer:
    """The answer of one write. Its parts differ from those of the writes before: parts of two make a torn answer."""
    choice = tuple(Choice)[count % len(Choice)]
    return Answer(
        choice=choice,
        reason=f"{writer} {count}" if choice is Choice.DOES_NOT_APPLY else "",
        note=f"{writer} {count}" + " and more" * (count * 37 % 500),  # up to 4,500 characters
        come_back=count % 2 == 1,
    )


def _as_it_was_made(writer: str, answer: Answer) -> Answer | None:
    """The answer of the write that this one's note names."""
    named = re.match(rf"{re.escape(writer)} (\d+)", answer.note)
    return made_by(writer, int(named[1])) if named else None


def _shown(form: Fields, item: str) -> Answer:
    """An answer as a page shows it."""
    choice = form.get(f"{item}:choice")
    shown = Answer(
        choice=Choice(choice) if choice else None,
        reason=form[f"{item}:reason"],
        note=form[f"{item}:note"],
        come_back=f"{item}:come_back" in form,
    )
    if shown.fingerprint != form[f"{item}:seen"]:
        raise UnexpectedAnswer(f"the page says that it shows another answer to {item} than it does")
    return shown


def _fill_in(form: Fields, item: str, answer: Answer) -> None:
    form[f"{item}:choice"] = answer.choice or ""
    form[f"{item}:reason"] = answer.reason
    form[f"{item}:note"] = answer.note
    form.poplist(f"{item}:come_back")
    if answer.come_back:
        form[f"{item}:come_back"] = "y"


def trial(site: ServedSite, *, kills: int, seed: int) -> Outcome:
    """Kill the server so often, at moments that the seed decides, and compare after each start."""
    outcome, moments = Outcome(), random.Random(seed)
    site.start()
    organization_id, writers = begin(site)
    for _ in range(kills):
        outcome.faults += _write_until_killed(site, writers, after=moments.uniform(0, LONGEST_LIFE))
        outcome.kills += 1
        try:
            site.start()
            found = standing(site.database_url, organization_id)
        except SiteDidNotStart as error:
            outcome.failed_starts.append(str(error))
            break
        except (DBAPIError, assessments.NoDraftError) as error:
            outcome.faults.append(f"The answers cannot be read after kill {outcome.kills}: {error!r}")
            break
        _look_back(outcome, writers, found)
    site.kill()
    outcome.integrity = integrity(site.database_url)
    return outcome


def begin(site: ServedSite, *, through: int = 0) -> tuple[str, list[Writer]]:
    """Start an organization, and let each writer in by its private link; `through` is a proxy's port."""
    founder, port = Visitor(tls=bool(through)), through or site.port
    with founder.connected(port):
        form = form_fields(founder.read("/start"))
        about: Mapping[str, str] = walks.ABOUT
        shown_at = founder.go("/start", MultiDict({**form, **about}))
        link = walks.private_link(founder.read(shown_at))
    organization = shown_at.removesuffix("/private-link")
    domains = instruments.read(Settings.instrument).domains
    writers = []
    for index in range(WRITERS):
        domain = domains[index // 2]
        items = [item.id for item in domain.items][index % 2 :: 2]
        address = f"{organization}/{YEAR}/questions/{domain.id}"
        browser = Visitor(tls=bool(through))
        writer = Writer(f"Writer {index + 1}", address, dict.fromkeys(items, BLANK), visitor=browser)
        with writer.visitor.connected(port):
            writer.visitor.go(link)
        writers.append(writer)
    return organization.rpartition("/")[2], writers


def _write_until_killed(site: ServedSite, writers: list[Writer], *, after: float) -> list[str]:
    """Let all write, and kill the server so many seconds after each has written; what went wrong before that."""
    killed = Event()
    with ThreadPoolExecutor(len(writers)) as pool:
        try:
            tasks = [pool.submit(writer.write, site.port, killed) for writer in writers]
            deadline = time.monotonic() + PATIENCE
            while not all(writer.writes or task.done() for writer, task in zip(writers, tasks, strict=True)):
                if time.monotonic() > deadline:
                    break
                time.sleep(0.005)
            time.sleep(after)
        finally:
            killed.set()
            site.kill()  # which ends the writers, and so the pool
    return [fault for task in tasks if (fault := task.result())]


def standing(url: str, organization_id: str) -> Answers:
    """What stands in the database now; holding the draft waits for what a killed server has left in PostgreSQL."""
    engine = database.open_database(url, connections=1, seconds_to_wait=PATIENCE)
    try:
        with database.writing(engine) as connection:
            return assessments.draft_to_write(connection, organization_id, YEAR, 1).answers
    finally:
        engine.dispose()


def _look_back(outcome: Outcome, writers: list[Writer], standing: Answers) -> None:
    in_flight = [writer for writer in writers if writer.trying and writer.in_flight]
    outcome.kills_in_flight += bool(in_flight)
    outcome.in_flight += len(in_flight)
    outcome.in_flight_kept += sum(writer.trying_was_kept(standing) for writer in in_flight)
    for writer in writers:
        outcome.acknowledged += writer.writes
        lost, torn = writer.compare(standing)
        outcome.lost += lost
        outcome.torn += torn


def integrity(url: str) -> str:
    """What SQLite says of its file; PostgreSQL was not killed."""
    file = make_url(url)
    if file.get_backend_name() != "sqlite":
        return "not asked"
    with closing(sqlite3.connect(str(file.database))) as connection:
        try:
            return "; ".join(row[0] for row in connection.execute("PRAGMA integrity_check"))
        except sqlite3.DatabaseError as error:
            return str(error)
