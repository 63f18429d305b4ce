"""What every view works with: settings, the database, the instrument, the clock, and the tongue of the reader."""

from collections import deque
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from contextvars import ContextVar
from dataclasses import dataclass, field
from datetime import date, datetime
from functools import cached_property
from time import time
from typing import cast

from flask import current_app, g, request
from sqlalchemy import Connection, Engine
from sqlalchemy.exc import DBAPIError
from sqlalchemy.exc import TimeoutError as NoConnectionError

from questionnaire.config import Settings, SettingsError
from questionnaire.core.instrument import Instrument
from questionnaire.core.rounds import Limits
from questionnaire.language import SOURCE, Language, languages
from questionnaire.store import closing, database, instruments, mishaps, throttles
from questionnaire.store.keys import KeyAwayError, Keys

LANGUAGE_COOKIE = "language"

_language: ContextVar[Language] = ContextVar("language", default=languages()[SOURCE])


@dataclass
class Site:
    """One running site. It keeps no state of its own: what is true stands in the database."""

    settings: Settings
    engine: Engine = field(repr=False)
    keys: Keys = field(init=False)
    looked_at: tuple[date, int] | None = None  # the hour in which this process last closed what was due
    mishaps: deque[tuple[str, str]] = field(default_factory=lambda: deque(maxlen=100), repr=False)  # not kept yet

    def __post_init__(self) -> None:
        """Keys stand apart from the database."""
        self.keys = Keys(self.settings.keys)

    @cached_property
    def instrument(self) -> Instrument:
        """The version on which new assessments are begun; raises UnreadableInstrumentError for a faulty one."""
        return instruments.read(self.settings.instrument)

    @cached_property
    def limits(self) -> Limits:
        """The numbers that keep peer workers unknown; raises SettingsError where this site would lower one."""
        known = {name: f"VOICES_{name}".upper() for name in Limits.__dataclass_fields__}
        for name in self.settings.raised.keys() - known.keys():
            raise SettingsError(f"There is no setting VOICES_{name.upper()}. There are {', '.join(known.values())}.")
        try:
            return Limits(**self.settings.raised)
        except ValueError as error:
            raise SettingsError(f"A VOICES_ setting cannot be used: {error}.") from error

    def close_due(self) -> int:
        """Close the rounds whose last day is over, and destroy their keys; how many these were."""
        today = self.today()
        self.looked_at = self._hour()
        with database.reading(self.engine) as connection:
            late = closing.due(connection, on=today)
        if late:
            with database.writing(self.engine) as connection:
                late = closing.close_due(connection, self.keys, on=today, limits=self.limits)
        self._destroy_needless_keys()
        return len(late)

    def _destroy_needless_keys(self) -> None:
        """Destroy the keys of all rounds that are closed, also where whoever closed one was cut short.

        What cannot be reached is tried again in an hour. No log tells of it: it would tell when somebody was here.
        """
        with database.reading(self.engine) as connection:
            needless = closing.needless_keys(connection, self.keys)
        for round_id in needless:
            with suppress(KeyAwayError):
                self.keys.destroy(round_id)
        if needless:
            database.scrub(self.engine)

    def close_hourly(self) -> None:
        """The same once an hour, before any page: what is to be deleted waits for nobody. A failure waits an hour."""
        if self.looked_at != self._hour():
            self.keep_mishaps()
            try:
                self.close_due()
            except (DBAPIError, NoConnectionError) as error:
                if not database.is_unavailable(error):
                    raise

    def forget_attempts(self) -> None:
        """Delete what was counted against anybody once its time is over, from SQLite's log, too.

        And from there what could not be deleted earlier, for somebody was reading.
        """
        with database.reading(self.engine) as connection:
            late = throttles.are_there_old(connection, now=self.now())
        if late:
            with database.writing(self.engine) as connection:
                throttles.forget_old(connection, now=self.now())
        database.scrub(self.engine)

    def keep_mishaps(self) -> None:
        """Keep the bugs that peer workers met for the next tick; where that cannot be, it is tried again."""
        met = list(self.mishaps)
        try:
            if met:
                with database.writing(self.engine) as connection:
                    for reference, what in met:
                        mishaps.keep(connection, reference, what)
                for one in met:  # another thread may have kept it, too
                    with suppress(ValueError):
                        self.mishaps.remove(one)
        except (DBAPIError, NoConnectionError):
            return

    def today(self) -> date:
        """The day it is where the site runs."""
        return datetime.now().astimezone().date()

    def _hour(self) -> tuple[date, int]:
        return self.today(), self.now() // 3600

    def now(self) -> int:
        """Seconds since 1970, for what is counted by the minute."""
        return int(time())


def site() -> Site:
    """The site of this request."""
    return cast("Site", current_app.extensions["alongside"])


def reading() -> Connection:
    """The connection on which this request reads: opened when first asked for, ended with the request."""
    if "reading" not in g:
        g.reading = site().engine.connect()
        g.reading.begin()
    return cast("Connection", g.reading)


@contextmanager
def writing() -> Iterator[Connection]:
    """One use case in one transaction. What this request read before is let go first: it may be old."""
    stop_reading()
    with database.writing(site().engine) as connection:
        yield connection


def close_what_is_due() -> None:
    """Close rounds whose last day is over, before a page says anything of them."""
    if request.endpoint not in {"static", "health.live", "health.ready"}:
        site().close_hourly()


def stop_reading(_: BaseException | None = None) -> None:
    """End the look at the data that reading() began; where the database has ended it first, that is no fault."""
    connection = g.pop("reading", None)
    if connection is not None:
        with suppress(DBAPIError):
            connection.close()


def language() -> Language:
    """The tongue of this request; a page asks for it a hundred times, so it stands in a context variable."""
    return _language.get()


def choose_language() -> None:
    """Take the tongue that was chosen on a page, or else the browser's wish."""
    known = languages()
    chosen = request.cookies.get(LANGUAGE_COOKIE, "")
    if chosen not in known:
        chosen = request.accept_languages.best_match(list(known)) or SOURCE
    _language.set(known[chosen])


def gettext(message: str, **params: object) -> str:
    """A sentence of the site's own, in the reader's tongue."""
    translated = language().gettext(message)
    return translated % params if params else translated


def ngettext(one: str, many: str, count: int, **params: object) -> str:
    """A sentence that depends on a count."""
    return language().ngettext(one, many, count) % {"num": count, **params}
