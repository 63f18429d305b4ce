"""First starts: several processes at once on an empty folder, or on an empty database."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from werkzeug.datastructures import MultiDict

from tests.soak.rows import Row, exactly
from tests.soak.served import SiteDidNotStart, served_site
from tests.soak.visitor import UnexpectedAnswer, Visitor
from tests.web import walks
from tests.web.client import form_fields

PROCESSES = 6
WENT_WRONG = re.compile(r"^Traceback|^(?:ERROR|CRITICAL) ", re.MULTILINE)  # in a log


@dataclass
class Outcome:
    """What a trial has seen."""

    starts: int = 0
    bad: list[str] = field(default_factory=list)

    def rows(self, name: str, *, times: int) -> Iterator[Row]:
        yield exactly(f"first start, {name}: starts of {PROCESSES} processes", self.starts, times)
        yield exactly(f"first start, {name}: bad", len(self.bad), 0)


def start_together(outcome: Outcome, database_url: str = "", *, processes: int = PROCESSES) -> None:
    """Once: all must come up, and what one has begun must be there for each."""
    with served_site(database_url) as first:
        sites = [first, *(first.another() for _ in range(processes - 1))]
        outcome.starts += 1
        try:
            for site in sites:
                site.begin()
            for site in sites:
                site.wait()
            _work_together([site.port for site in sites])
            outcome.bad += [site.said() for site in sites if WENT_WRONG.search(site.said())]
        except (SiteDidNotStart, UnexpectedAnswer, OSError) as error:
            outcome.bad.append(f"{type(error).__name__}: {error}")
        finally:
            for site in sites:
                site.kill()


def _work_together(ports: list[int]) -> None:
    """Begin at one, with a form of another; then read at all of them with the same cookies."""
    visitor = Visitor()
    with visitor.connected(ports[0]):
        form = form_fields(visitor.read("/start"))
    with visitor.connected(ports[1]):
        about: Mapping[str, str] = walks.ABOUT
        shown_at = visitor.go("/start", MultiDict({**form, **about}))
    for port in ports:
        with visitor.connected(port):
            visitor.read(shown_at.removesuffix("/private-link"))
