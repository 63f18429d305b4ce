"""Where copies of a database are worked on: a private folder, which never stays, whatever ends its process."""

import fcntl
import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import IO

PREFIX = ".alongside-copy-"
HELD = "held"


@contextmanager
def aside(place: Path) -> Iterator[Path]:
    """A new folder in this one, for this user alone; what a process that was killed left of its own goes first."""
    for left in place.glob(f"{PREFIX}*"):
        _remove_unless_held(left)
    folder, held = _made_in(place)
    with held:
        try:
            yield folder
        finally:
            shutil.rmtree(folder, ignore_errors=True)


def beside(file: Path) -> Path:
    """The folder of a file, or the system's for what is temporary where nothing may be written there."""
    folder = file.absolute().parent
    return folder if os.access(folder, os.W_OK | os.X_OK) else Path(tempfile.gettempdir())


def _made_in(place: Path) -> tuple[Path, IO[str]]:
    """A folder and the file in it that is locked while it is used; begun anew where somebody swept it meanwhile."""
    while True:
        folder = Path(tempfile.mkdtemp(prefix=PREFIX, dir=place))
        with suppress(FileNotFoundError):
            held = (folder / HELD).open("a")
            with suppress(OSError):  # a file system without locks: then nobody sweeps there
                fcntl.flock(held, fcntl.LOCK_EX)
            if (folder / HELD).exists():
                return folder, held
            held.close()


def _remove_unless_held(left: Path) -> None:
    with suppress(OSError):
        if left.lstat().st_uid == os.geteuid():  # among others' files nothing is touched
            with (left / HELD).open("a") as held:
                fcntl.flock(held, fcntl.LOCK_EX | fcntl.LOCK_NB)
                shutil.rmtree(left, ignore_errors=True)
