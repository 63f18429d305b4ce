"""Backups made while people write: each restored somewhere else, started, and compared with what was acknowledged."""

import random
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from threading import Event

from questionnaire.core.answers import BLANK
from tests.soak import kills
from tests.soak.kills import Writer
from tests.soak.rows import Row, at_least, exactly
from tests.soak.served import ServedSite, SiteDidNotStart, served_site
from tests.soak.upgrades import NewDatabase
from tests.soak.visitor import Visitor


@dataclass
class Outcome:
    """What a trial has seen."""

    backups: int = 0
    compared: int = 0  # acknowledged answers
    missing: int = 0
    faults: list[str] = field(default_factory=list)

    def rows(self, name: str, *, times: int) -> Iterator[Row]:
        yield exactly(f"backup, {name}: made under writers, restored and started", self.backups, times)
        yield at_least(f"backup, {name}: acknowledged answers compared", self.compared, times)
        yield exactly(f"backup, {name}: acknowledged answers missing", self.missing, 0)
        yield exactly(f"backup, {name}: other faults", len(self.faults), 0)


def trial(site: ServedSite, places: list[NewDatabase], *, times: int, seed: int) -> Outcome:
    """Back up so often under writers, and restore into a new database of each kind in turn."""
    outcome, moments, stopped = Outcome(), random.Random(seed), Event()
    site.start()
    organization, writers = kills.begin(site)
    with ThreadPoolExecutor(len(writers)) as pool:
        tasks = [pool.submit(writer.write, site.port, stopped) for writer in writers]
        try:
            for number in range(times):
                time.sleep(moments.uniform(0, 0.5))
                _one(outcome, site, writers, organization, places[number % len(places)], number)
        finally:
            stopped.set()
            outcome.faults += [fault for task in tasks if (fault := task.result())]
            site.kill()
    return outcome


def _one(
    outcome: Outcome, site: ServedSite, writers: list[Writer], organization: str, place: NewDatabase, number: int
) -> None:
    acknowledged = [dict(writer.acknowledged) for writer in writers]
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
        try:
            other.start()
        except SiteDidNotStart as error:
            outcome.faults.append(str(error))
            return
        visitor = Visitor()
        with visitor.connected(other.port):
            if visitor.status("/readyz") != 200:
                outcome.faults.append("it started, and is not ready")
        standing = kills.standing(other.database_url, organization)
        other.kill()
    outcome.backups += 1
    for writer, before in zip(writers, acknowledged, strict=True):
        for item, answer in before.items():
            least = kills.count_of(writer.name, answer)
            outcome.compared += 1
            outcome.missing += kills.count_of(writer.name, standing.get(item, BLANK)) < least
    file.unlink()
