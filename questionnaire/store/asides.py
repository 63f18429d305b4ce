"""Where copies of a database are worked on: a private folder, which never stays, whatever ends its process.

And what keeps a file that is to stay from being lost with its folder's last change.
"""

import fcntl
import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

PREFIX = ".alongside-copy-"
AS_FOLDER = os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW | os.O_CLOEXEC


@contextmanager
def aside(place: Path) -> Iterator[Path]:
    """A new folder in this one, for this user alone; what a process that was killed left of its own goes first.

    While it is used the folder itself is locked. A file in it would not do: whoever sweeps could make it anew while
    another removes it, and two would each hold a lock of their own.
    """
    for left in place.glob(f"{PREFIX}*"):
        _remove_unless_locked(left)
    folder, lock = _made_in(place)
    try:
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)
        os.close(lock)


def beside(file: Path) -> Path:
    """The folder of a file, or the system's for what is temporary where nothing may be written there."""
    folder = file.absolute().parent
    return folder if os.access(folder, os.W_OK | os.X_OK) else Path(tempfile.gettempdir())


def settle(folder: Path) -> None:
    """Have the disk keep which files a folder holds: a power cut takes a new file whose name it has not got."""
    with suppress(OSError):  # a folder that cannot be read, or a file system that keeps no folder so
        opened = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(opened)
        finally:
            os.close(opened)


def _made_in(place: Path) -> tuple[Path, int]:
    """A folder, and what holds its lock until it is closed; begun anew where somebody swept it meanwhile."""
    while True:
        folder = Path(tempfile.mkdtemp(prefix=PREFIX, dir=place))
        with suppress(FileNotFoundError):
            lock = os.open(folder, AS_FOLDER)
            with suppress(OSError):  # a file system without locks: then nobody sweeps there
                fcntl.flock(lock, fcntl.LOCK_EX)
            if folder.exists():
                return folder, lock
            os.close(lock)


def _remove_unless_locked(left: Path) -> None:
    with suppress(OSError):
        lock = os.open(left, AS_FOLDER)
        try:
            if os.fstat(lock).st_uid == os.geteuid():  # among others' files nothing is touched
                fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
                shutil.rmtree(left, ignore_errors=True)
        finally:
            os.close(lock)
