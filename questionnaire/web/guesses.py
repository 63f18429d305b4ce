"""Guesses at codes: counted for an address alone, for a minute, in this process's memory and nowhere else.

A table of them would tell when somebody was here. A code has 59 random bits: what one address may try is little.
"""

from collections.abc import Callable
from threading import Lock
from time import monotonic

MOST, SECONDS = 10, 60
MOST_ADDRESSES = 10_000


class Guesses:
    """How often each address failed in the last minute."""

    def __init__(self, now: Callable[[], float] = monotonic) -> None:
        self._now = now
        self._lock = Lock()
        self._failed: dict[str, list[float]] = {}

    def failed(self, address: str) -> None:
        """Count a failure."""
        with self._lock:
            self._forget()
            self._failed.setdefault(address, []).append(self._now())

    def are_too_many(self, address: str) -> bool:
        """Whether this address has to wait."""
        with self._lock:
            self._forget()
            return len(self._failed.get(address, ())) >= MOST

    def _forget(self) -> None:
        since = self._now() - SECONDS
        recent = ((address, [one for one in times if one > since]) for address, times in self._failed.items())
        self._failed = {address: times for address, times in recent if times}
        while len(self._failed) > MOST_ADDRESSES:
            self._failed.pop(next(iter(self._failed)))
