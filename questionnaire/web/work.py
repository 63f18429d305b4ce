"""Long work: parts of batches, made by workers. A queue (huey) wakes them; what is left to do stands in the database.

So nothing is lost with the queue: every worker looks for what is left when it starts, and once a minute.
"""

import hashlib
import logging
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, closing, contextmanager, suppress
from datetime import date
from itertools import count
from pathlib import Path
from threading import Event, Thread
from typing import Any
from uuid import uuid4

from sqlalchemy import Connection, text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.exc import TimeoutError as NoConnectionError

from questionnaire.config import SettingsError
from questionnaire.core.events import Entry
from questionnaire.core.events import Event as Noted
from questionnaire.core.readable import Readable, digests
from questionnaire.core.report import Report, make
from questionnaire.core.scorecard import Scorecard
from questionnaire.language import SOURCE, languages
from questionnaire.store import assessments, batches, database, events, instruments, networks, reports
from questionnaire.store.batches import Part
from questionnaire.web.logs import tell
from questionnaire.web.site import Site

STOP_SECONDS = 20  # for the part that is being made; then it is left to others
LONGEST_WAIT = 60  # seconds until a queue that cannot be used is tried again
MOST_RENEWALS = 30  # five minutes: who is at a part for longer is taken for dead

logger = logging.getLogger(__name__)


class Queue:
    """The queue that stands beside a site's database. What is in it is signed, for it is unpickled."""

    def __init__(self, site: Site, stopping: Event | None = None) -> None:
        """Connects to nothing yet: see make_tables(). huey is imported only here: it is slow to."""
        from huey import PostgresHuey, SqliteHuey, crontab
        from huey.serializer import SignedSerializer

        signed = SignedSerializer(secret=site.settings.secret_key, salt="alongside queue")
        url, kept = site.engine.url, {"serializer": signed, "results": False}
        self.engine = site.engine
        if site.settings.queue_url:
            self.huey = _redis(site.settings.queue_url, kept)
        elif url.get_backend_name() == "sqlite":
            file = Path(url.database or "alongside.sqlite")
            file = file.with_name(f"{file.stem}-queue.sqlite")
            database.make_private(file)
            self.huey = SqliteHuey("alongside", filename=str(file), create_tables=False, **kept)
        else:
            dsn = url.set(drivername="postgresql").render_as_string(hide_password=False)
            self.huey = PostgresHuey("alongside", dsn=dsn, create_tables=False, **kept)
        self.tell = self.huey.task(name="work")(lambda: work_off(site, stopping=stopping))
        self.huey.periodic_task(crontab(), name="look")(lambda: work_off(site, stopping=stopping))

    def make_tables(self) -> None:
        """Those that huey keeps its queue in, where it has any. Its own way fails where two do it at once."""
        storage = self.huey.storage
        if not getattr(storage, "ddl", ()):
            return
        if self.engine.dialect.name == "sqlite":
            with closing(sqlite3.connect(storage.filename)) as file:
                database.keep_log(file.cursor())
            storage.initialize_schema()
            return
        with database.writing(self.engine) as connection:
            connection.execute(text("SELECT pg_advisory_xact_lock(:lock)"), {"lock": database.UPGRADE_LOCK})
            for statement in storage.ddl:
                connection.exec_driver_sql(statement)


def _redis(url: str, kept: dict[str, Any]) -> Any:
    from huey import RedisHuey
    from huey.exceptions import ConfigurationError

    try:
        return RedisHuey("alongside", url=url, **kept)
    except (ImportError, ConfigurationError) as error:
        raise SettingsError(
            "QUEUE_URL is set, and what it needs is not installed. Install it: make extras"
        ) from error


@contextmanager
def working(site: Site, workers: int) -> Iterator[None]:
    """So many workers, as threads of this process, while the block runs; at its end they finish the part they are at.

    They are daemons: a process that is killed waits for none of them.
    """
    stopping, consumers = Event(), list[Any]()
    if workers and site.settings.queue_url:
        _redis(site.settings.queue_url, {})  # a setting that cannot work is told at once
    starting = Thread(target=_start, args=(site, workers, stopping, consumers), daemon=True)
    if workers:
        starting.start()
    try:
        yield
    finally:
        stopping.set()
        if workers:
            starting.join(STOP_SECONDS)
        for consumer in consumers:
            consumer.stop(graceful=True)


def _start(site: Site, workers: int, stopping: Event, consumers: list[Any]) -> None:
    """Let the workers begin as soon as the queue can be used, however often that must be tried."""
    wait, has_failed = 1, False
    while not stopping.is_set():
        try:
            consumer = _told(site, workers, stopping)
        except Exception as error:
            if not has_failed:
                tell(logger, "The queue cannot be used: long work waits until it can. Pages go on.", error)
            stopping.wait(wait)
            wait, has_failed = min(2 * wait, LONGEST_WAIT), True
        else:
            if has_failed:
                logger.warning("The queue can be used: long work goes on.")
            consumers.append(consumer)
            consumer.start()
            return


def _told(site: Site, workers: int, stopping: Event) -> Any:
    """Workers that have not begun yet, and in the queue that something may be left to do."""
    from huey.consumer import Consumer

    class Workers(Consumer):  # type: ignore[misc]  # huey has no types
        def _set_signal_handlers(self) -> None:
            """The server has its own."""

    logging.getLogger("huey").setLevel(logging.WARNING)
    queue = Queue(site, stopping)
    queue.make_tables()
    queue.tell()
    return Workers(
        queue.huey,
        workers=workers,
        worker_type="thread",
        max_delay=2,
        check_worker_health=False,
        shutdown_timeout=STOP_SECONDS,
    )


def wake(site: Site) -> None:
    """Tell the workers that there is something to do; where that fails they find it within a minute."""
    try:
        queue = Queue(site)
        with closing(queue.huey.storage):  # else this thread holds a connection until somebody collects it
            queue.make_tables()
            for _worker in range(max(1, site.settings.workers)):
                queue.tell()
    except Exception as error:
        tell(logger, "The queue could not be told. Workers look by themselves once a minute.", error)


def work_off(site: Site, batch_id: str | None = None, *, stopping: Event | None = None) -> None:
    """Make one part after the other until none is left that nobody holds, or until it is stopping."""
    while not (stopping and stopping.is_set()) and work_once(site, batch_id):
        pass


def work_once(site: Site, batch_id: str | None = None) -> bool:
    """Make one part, of this batch or any; whether there was one to make."""
    worker = uuid4().hex
    with database.writing(site.engine) as connection:
        part = batches.hold(connection, worker, now=site.now(), batch_id=batch_id)
    if part is None:
        return False
    try:
        with _holding(site, part, worker), database.reading(site.engine) as connection:
            report, content = _scorecard(connection, part, on=site.today())
        with database.writing(site.engine) as connection:
            if batches.finish(connection, part, content):
                _note(connection, part, report, content, on=site.today())
    except Exception as error:
        tell(logger, "A scorecard of a batch could not be made.", error)
        with database.writing(site.engine) as connection:
            batches.let_go(connection, part, worker)
    return True


def _holding(site: Site, part: Part, worker: str) -> AbstractContextManager[None]:
    """Hold a part for as long as the block runs, on a slow machine too; who is killed in it holds it no more."""

    def renew() -> None:
        with database.writing(site.engine) as connection:
            batches.hold_on(connection, part, worker, now=site.now())

    return meanwhile(renew, seconds=batches.HELD_SECONDS / 3, most=MOST_RENEWALS)


@contextmanager
def meanwhile(deed: Callable[[], object], *, seconds: float, most: int | None = None) -> Iterator[None]:
    """While the block runs, do this every so many seconds; what the database refuses is tried again the next time."""
    ended = Event()

    def again() -> None:
        for _time in count() if most is None else range(most):
            if ended.wait(seconds):
                return
            with suppress(DBAPIError, NoConnectionError):
                deed()

    doing = Thread(target=again, daemon=True)
    doing.start()
    try:
        yield
    finally:
        ended.set()
        doing.join(seconds)


def _scorecard(connection: Connection, part: Part, *, on: date) -> tuple[Report, bytes]:
    """The scorecard alone as a report, and its document: no answers, no plan, no peer workers' voices."""
    from questionnaire.output.pdf import report_pdf

    submission = assessments.find_submission(connection, part.organization_id, part.year, part.number)
    if submission is None:
        raise LookupError(part.organization_id)
    history = assessments.history(connection, part.organization_id)
    imported_on = next(one.imported_on for one in history if (one.year, one.number) == (part.year, part.number))
    scorecard = Scorecard(submission, instruments.recall(connection, submission.instrument_digest))
    report = make(scorecard, [], on=on, earlier=[], actions=[], imported_on=imported_on)
    known = {digest: instruments.recall(connection, digest) for digest in digests(report)}
    return report, report_pdf(Readable(report, known), languages().get(part.language, languages()[SOURCE]))


def _note(connection: Connection, part: Part, report: Report, content: bytes, *, on: date) -> None:
    """Keep the report, so that its document can be verified, and say in the organization's record who got it."""
    report_id, _is_new = reports.keep(connection, part.organization_id, report)
    kept, network = reports.find(connection, report_id), networks.find(connection, part.network_id)
    if kept and network:
        reports.note_issued(connection, kept, hashlib.sha256(content).hexdigest(), "pdf", on=on)
        entry = Entry(on, Noted.LENT_SCORECARD, "", year=part.year, about=network.about.name)
        events.note(connection, part.organization_id, entry)
