"""Long work: parts of batches, made by workers. A queue (huey) wakes them; what is left to do stands in the database.

So nothing is lost with the queue: every worker looks for what is left when it starts, and once a minute.
"""

import hashlib
import logging
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from pathlib import Path
from threading import Event
from typing import Any
from uuid import uuid4

from sqlalchemy import Connection

from questionnaire.config import SettingsError
from questionnaire.core.events import Entry
from questionnaire.core.events import Event as Noted
from questionnaire.core.report import Readable, Report, digests, make
from questionnaire.core.scorecard import Scorecard
from questionnaire.language import SOURCE, languages
from questionnaire.store import assessments, batches, database, events, instruments, networks, reports
from questionnaire.store.batches import Part
from questionnaire.web.logs import tell
from questionnaire.web.site import Site

STOP_SECONDS = 20  # for the part that is being made; then it is left to others

logger = logging.getLogger(__name__)


class Queue:
    """The queue that stands beside a site's database. What is in it is signed, for it is unpickled."""

    def __init__(self, site: Site, stopping: Event | None = None) -> None:
        """Connects to nothing before something is put in, or taken out. huey is imported only here: it is slow to."""
        from huey import PostgresHuey, SqliteHuey, crontab
        from huey.serializer import SignedSerializer

        signed = SignedSerializer(secret=site.settings.secret_key, salt="alongside queue")
        url, kept = site.engine.url, {"serializer": signed, "results": False}
        if site.settings.queue_url:
            self.huey = _redis(site.settings.queue_url, kept)
        elif url.get_backend_name() == "sqlite":
            file = Path(url.database or "alongside.sqlite")
            self.huey = SqliteHuey("alongside", filename=str(file.with_name(f"{file.stem}-queue.sqlite")), **kept)
        else:
            dsn = url.set(drivername="postgresql").render_as_string(hide_password=False)
            self.huey = PostgresHuey("alongside", dsn=dsn, **kept)
        self.tell = self.huey.task(name="work")(lambda: work_off(site, stopping=stopping))
        self.huey.periodic_task(crontab(), name="look")(lambda: look(site, stopping))


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
    stopping = Event()
    consumer = _started(site, workers, stopping) if workers else None
    try:
        yield
    finally:
        stopping.set()
        if consumer is not None:
            consumer.stop(graceful=True)


def _started(site: Site, workers: int, stopping: Event) -> Any:
    from huey.consumer import Consumer

    class Workers(Consumer):  # type: ignore[misc]  # huey has no types
        def _set_signal_handlers(self) -> None:
            """The server has its own."""

    logging.getLogger("huey").setLevel(logging.WARNING)
    try:
        queue = Queue(site, stopping)
        consumer = Workers(
            queue.huey,
            workers=workers,
            worker_type="thread",
            max_delay=2,
            check_worker_health=False,
            shutdown_timeout=STOP_SECONDS,
        )
        queue.tell()
        consumer.start()
    except SettingsError:
        raise
    except Exception as error:
        tell(logger, "The queue cannot be used: long work waits until the site starts again. Pages go on.", error)
        return None
    return consumer


def wake(site: Site) -> None:
    """Tell the workers that there is something to do; where that fails they find it within a minute."""
    try:
        queue = Queue(site)
        for _worker in range(max(1, site.settings.workers)):
            queue.tell()
    except Exception as error:
        tell(logger, "The queue could not be told. Workers look by themselves once a minute.", error)


def look(site: Site, stopping: Event | None = None) -> None:
    """What is done once a minute: forget what was counted against anybody, and see whether work was left."""
    site.forget_attempts()
    work_off(site, stopping=stopping)


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
        with database.reading(site.engine) as connection:
            report, content = _scorecard(connection, part, on=site.today())
        with database.writing(site.engine) as connection:
            if batches.finish(connection, part, worker, content):
                _note(connection, part, report, content, on=site.today())
    except Exception as error:
        tell(logger, "A scorecard of a batch could not be made.", error)
        with database.writing(site.engine) as connection:
            batches.let_go(connection, part, worker)
    return True


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
