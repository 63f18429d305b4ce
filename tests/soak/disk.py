"""A disk that fills while people write, and is freed again: nothing lost, reading works, and it heals by itself."""

import subprocess
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

from tests.soak import kills
from tests.soak.kills import Writer
from tests.soak.rows import Row, at_least, exactly
from tests.soak.served import served_site

MEGABYTES = 24
ROUNDS = 5


@dataclass
class Outcome:
    """What a trial has seen."""

    acknowledged: int = 0
    refused: int = 0  # while the disk was full, with a page that keeps what was typed
    read: int = 0  # pages, while the disk was full
    healed: int = 0  # times that writing went on by itself
    compared: int = 0  # times that what stands in the database was compared
    lost: int = 0
    other: int = 0  # answers that nobody should get
    integrity: str = "not asked"

    def rows(self, *, rounds: int) -> Iterator[Row]:
        yield at_least("full disk: writes acknowledged", self.acknowledged, rounds)
        yield at_least("full disk: writes refused in words", self.refused, rounds)
        yield at_least("full disk: pages read meanwhile", self.read, rounds)
        yield exactly("full disk: healed without a restart", self.healed, rounds)
        yield exactly("full disk: compared, while full, freed, and after a kill", self.compared, 2 * rounds + 1)
        yield exactly("full disk: acknowledged, and lost or torn", self.lost, 0)
        yield exactly("full disk: integrity_check at the end", self.integrity, "ok")
        yield exactly("full disk: other answers", self.other, 0)


def can_mount() -> bool:
    """Whether this user may make a small file system here: root alone may, and not in every container."""
    with (
        TemporaryDirectory(prefix="alongside-disk-") as folder,
        suppress(OSError, subprocess.CalledProcessError),
        small_disk(Path(folder) / "disk"),
    ):
        return True
    return False


@contextmanager
def small_disk(folder: Path) -> Iterator[Path]:
    """A folder with a file system of its own, of a few megabytes."""
    folder.mkdir()
    told_to = ["mount", "-t", "tmpfs", "-o", f"size={MEGABYTES}m,mode=700", "none", str(folder)]
    subprocess.run(told_to, check=True, capture_output=True)
    try:
        yield folder
    finally:
        subprocess.run(["umount", "--lazy", folder], check=True)


def trial(*, rounds: int) -> Outcome:
    """Fill the disk and free it so often, under a writer."""
    outcome = Outcome()
    with served_site() as site, small_disk(Path(site.environment["INSTANCE"])) as disk:
        site.start()
        organization, writers = kills.begin(site)
        writer = writers[0]

        def compare() -> None:
            writer.compare(kills.standing(site.database_url, organization))
            outcome.compared += 1

        for _ in range(rounds):
            with writer.visitor.connected(site.port):
                _write(writer, outcome, 10)
                filler = disk / "filler"
                _fill(filler)
                _while_full(writer, outcome)
                compare()
                filler.unlink()
                outcome.healed += writer.write_once() == 303
            compare()
        site.kill()
        site.start()
        compare()
        outcome.integrity = kills.integrity(site.database_url)
        site.kill()
    outcome.lost = writer.lost + writer.torn
    return outcome


def _write(writer: Writer, outcome: Outcome, times: int) -> None:
    for _ in range(times):
        status = writer.write_once()
        outcome.acknowledged += status == 303
        outcome.other += status != 303


def _while_full(writer: Writer, outcome: Outcome) -> None:
    for _ in range(5):
        status = writer.write_once()
        outcome.refused += status == 503
        outcome.other += status not in {303, 503}
        for page in ("/", writer.address):
            status = writer.visitor.status(page)
            outcome.read += status == 200
            outcome.other += status != 200


def _fill(file: Path) -> None:
    with file.open("wb", buffering=0) as content:
        try:
            while True:
                content.write(bytes(4096))
        except OSError:
            return
