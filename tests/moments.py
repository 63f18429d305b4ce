"""What is done in the same moment."""

from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from typing import TypeVar

T = TypeVar("T")
PATIENCE = 120  # seconds; for a lock, too: on a slow disk SQLite passes one of many writers over for long


def at_once(deeds: Sequence[Callable[[], T]]) -> list[T]:
    """Do all of this in the same moment; what came of each."""
    together = Barrier(len(deeds), timeout=PATIENCE)

    def do(deed: Callable[[], T]) -> T:
        together.wait()
        return deed()

    with ThreadPoolExecutor(len(deeds)) as pool:
        return list(pool.map(do, deeds))
