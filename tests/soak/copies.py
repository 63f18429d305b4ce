"""Backups made while people write: each restored somewhere else, started, and compared with what was acknowledged."""

import random
import shutil
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from threading import Event

from questionnaire.config import from_environment
from questionnaire.core.answers import BLANK
from questionnaire.store import database
from tests.anonymity.opened import Opened
from tests.soak import handed_in, kills
from tests.soak.handed_in import PeerWorker
from tests.soak.kills import Writer
from tests.soak.rows import Row, at_least, exactly
from tests.soak.served import PATIENCE, ServedSite, SiteDidNotStart, served_site
from tests.soak.upgrades import NewDatabase
from tests.soak.visitor import Visitor

PEER_WORKERS = 2
CODES = 100  # for each backup that is made while they are handed in: more than there is time for


@dataclass
class Outcome:
    """What a trial has seen."""

    backups: int = 0
    compared: int = 0  # acknowledged answers
    missing: int = 0
    forms: int = 0  # handed in before a backup, and looked for in it
    forms_missing: int = 0
    unequal: int = 0  # backups whose counts are not those of the forms that are in it
    faults: list[str] = field(default_factory=list)

    def rows(self, name: str, *, times: int) -> Iterator[Row]:
        yield exactly(f"backup, {name}: made under writers, restored and started", self.backups, times)
        yield at_least(f"backup, {name}: acknowledged answers compared", self.compared, times)
        yield exactly(f"backup, {name}: acknowledged answers missing", self.missing, 0)
        yield at_least(f"backup, {name}: forms of peer workers compared", self.forms, times)
        yield exactly(f"backup, {name}: forms missing", self.forms_missing, 0)
        yield exactly(f"backup, {name}: counts that are not of its forms", self.unequal, 0)
        yield exactly(f"backup, {name}: other faults", len(self.faults), 0)


@dataclass
class Work:
    """A site, and all who work on it at once."""

    site: ServedSite
    organization: str
    writers: list[Writer]
    opened: Opened
    peer_workers: list[PeerWorker]

    def acknowledged(self) -> list[dict[str, int]]:
        """By writer and item: which of its writes must stand, where any must."""
        return [
            {
                item: number
                for item, answer in writer.acknowledged.items()
                if (number := kills.count_of(writer.name, answer))
            }
            for writer in self.writers
        ]

    def handed_in(self) -> set[str]:
        """The codes whose form was acknowledged."""
        return {code for worker in self.peer_workers for code in worker.handed_in}

    def has_begun(self) -> bool:
        """Whether everybody was acknowledged something."""
        return all(writer.writes for writer in self.writers) and all(worker.handed_in for worker in self.peer_workers)


def trial(site: ServedSite, places: list[NewDatabase], *, times: int, seed: int) -> Outcome:
    """Back up so often under writers, and restore into a new database of each kind in turn."""
    outcome, moments, stopped = Outcome(), random.Random(seed), Event()
    site.start()
    organization, writers = kills.begin(site)
    engine = database.open_database(site.database_url, seconds_to_wait=PATIENCE)
    opened, peer_workers = handed_in.begin(engine, site, workers=PEER_WORKERS, codes=CODES * times)
    engine.dispose()
    all_work = Work(site, organization, writers, opened, peer_workers)
    everybody = [*(writer.write for writer in writers), *(worker.work for worker in peer_workers)]
    with ThreadPoolExecutor(len(everybody)) as pool:
        tasks = [pool.submit(one, site.port, stopped) for one in everybody]
        try:
            deadline = time.monotonic() + PATIENCE
            while not all_work.has_begun() and time.monotonic() < deadline:
                time.sleep(0.02)
            for number in range(times):
                time.sleep(moments.uniform(0, 0.5))
                _one(outcome, all_work, places[number % len(places)], number)
        finally:
            stopped.set()
            outcome.faults += [fault for task in tasks if (fault := task.result())]
            site.kill()
    return outcome


def _one(outcome: Outcome, all_work: Work, place: NewDatabase, number: int) -> None:
    site, acknowledged, forms = all_work.site, all_work.acknowledged(), all_work.handed_in()
    file = site.folder / f"backup-{number}"
    made = site.flask("backup", str(file))
    if made.returncode:
        outcome.faults.append(made.stderr)
        return
    with place() as url, served_site(url) as other:
        restored = other.flask("restore", str(file))
        if restored.returncode:
            outcome.faults.append(restored.stderr)
            return
        # The keys of open rounds are in no backup: they stay where they are, or are brought along.
        shutil.copytree(
            from_environment(site.environment).keys, from_environment(other.environment).keys, dirs_exist_ok=True
        )
        try:
            other.start()
        except SiteDidNotStart as error:
            outcome.faults.append(str(error))
            return
        visitor = Visitor()
        with visitor.connected(other.port):
            if visitor.status("/readyz") != 200:
                outcome.faults.append("it started, and is not ready")
        _compare_answers(outcome, all_work, acknowledged, other)
        _compare_forms(outcome, all_work, forms, other)
        other.kill()
    outcome.backups += 1
    file.unlink()


def _compare_answers(outcome: Outcome, all_work: Work, acknowledged: list[dict[str, int]], other: ServedSite) -> None:
    """What was acknowledged before the backup began stands in the copy, or what its writer wrote since."""
    standing = kills.standing(other.database_url, all_work.organization)
    for writer, before in zip(all_work.writers, acknowledged, strict=True):
        for item, least in before.items():
            outcome.compared += 1
            outcome.missing += kills.count_of(writer.name, standing.get(item, BLANK)) < least


def _compare_forms(outcome: Outcome, all_work: Work, before: set[str], other: ServedSite) -> None:
    """Every form that was handed in before is counted in the copy, and its counts are those of the forms in it."""
    engine = database.open_database(other.database_url, connections=1)
    try:
        copied = Opened(engine, other.keys, all_work.opened.round_id, all_work.opened.codes)
        tally, spent = copied.stands()
    finally:
        engine.dispose()
    levels = all_work.peer_workers[0].levels
    outcome.forms += len(before)
    outcome.forms_missing += len(before - spent)
    outcome.unequal += tally != handed_in.counts_of(levels, spent)
