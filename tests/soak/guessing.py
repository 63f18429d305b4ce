"""Guesses at codes, links and one account, at two processes in turn, with forged headers: when they are stopped."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import date
from itertools import count

from sqlalchemy import update
from werkzeug.datastructures import MultiDict

from questionnaire.core.access import Role
from questionnaire.core.codes import whole
from questionnaire.store import access, accounts, database, models, passwords
from questionnaire.web.site import Site
from tests.anonymity.opened import Opened, open_round
from tests.soak import seeded
from tests.soak.rows import Row, exactly
from tests.soak.served import ServedSite
from tests.soak.visitor import Visitor
from tests.web.client import form_fields
from tests.web.walks import PASSWORD

MOST = 60
STOPPED = 429
ATTACKED, NEIGHBOUR = "kim@example.org", "sam@example.org"

Guess = Callable[[Visitor], int]


@dataclass
class Outcome:
    """After how many tries each attack was stopped, who still gets in, and how it is answered after that."""

    tries: dict[str, int] = field(default_factory=dict)
    neighbours: dict[str, int] = field(default_factory=dict)
    afterwards: dict[str, int] = field(default_factory=dict)

    def rows(self) -> Iterator[Row]:
        for what, most in (("codes", 20), ("links", 20), ("one account", 10)):
            yield Row(
                f"guessing {what}: tries until stopped", self.tries[what], f"at most {most}", self.tries[what] <= most
            )
        for who, status in self.neighbours.items():
            yield exactly(f"guessing: {who} gets in", status, 303)
        for what, status in self.afterwards.items():
            yield exactly(f"guessing {what}: goes on after these came in", status, STOPPED)


def trial(first: ServedSite) -> Outcome:
    """Guess as fast as can be; then let neighbours behind the same address in."""
    outcome, second = Outcome(), first.another()
    first.start()
    second.start()
    ports = [first.port, second.port]
    try:
        with seeded.storage_of(first) as site:
            opened = open_round(site.engine, site.keys, 12, day=date.today())  # noqa: DTZ011  # the site's own day
            address = f"/v/{opened.found().handle}"
            for email in (ATTACKED, NEIGHBOUR):
                _account(site, email)
            device = _sign_in(ports[0], ATTACKED, PASSWORD)[1]
            attacks: dict[str, Guess] = {
                "codes": lambda visitor: _guess_code(visitor, address),
                "links": lambda visitor: visitor.status("/in/nobodys", None, **_forged()),
                "one account": lambda visitor: _guess_password(visitor, ATTACKED),
            }
            outcome.tries = {what: _until_stopped(ports, guess) for what, guess in attacks.items()}
            _prolong(site)
            outcome.neighbours = _neighbours(ports[1], site, opened, address, device)
            outcome.afterwards = {what: _at(ports[0], guess) for what, guess in attacks.items()}
    finally:
        second.kill()
    first.kill()
    return outcome


def _prolong(site: Site) -> None:
    """Who was stopped stays so until all have been looked at, however long a slow machine takes for that."""
    ends_at = models.throttle.c.ends_at
    with database.writing(site.engine) as connection:
        connection.execute(update(models.throttle).values(ends_at=ends_at + 3600))


def _until_stopped(ports: list[int], guess: Guess) -> int:
    for number in range(MOST):
        if _at(ports[number % 2], guess) == STOPPED:
            return number
    return MOST


def _at(port: int, guess: Guess) -> int:
    """How a guess is answered that somebody makes whom the site has never seen."""
    visitor = Visitor()
    with visitor.connected(port):
        return guess(visitor)


_numbers = count(1)


def _forged() -> dict[str, str]:
    place = f"192.0.2.{next(_numbers) % 250}"
    return {"X_Forwarded_For": place, "Forwarded": f"for={place}", "X_Real_IP": place, "Client_IP": place}


def _guess_code(visitor: Visitor, address: str) -> int:
    letters = "ABCDEFGHJKMN"
    turn = next(_numbers) % len(letters)
    form = form_fields(visitor.read(address))
    form["code"] = whole(letters[turn:] + letters[:turn])
    return visitor.status(address, form, **_forged())


def _guess_password(visitor: Visitor, email: str) -> int:
    form = form_fields(visitor.read("/sign-in"))
    return visitor.status("/sign-in", MultiDict({**form, "email": email, "password": "a wrong one"}), **_forged())


def _sign_in(port: int, email: str, password: str, visitor: Visitor | None = None) -> tuple[int, Visitor]:
    visitor = visitor or Visitor()
    with visitor.connected(port):
        form = form_fields(visitor.read("/sign-in"))
        status = visitor.status("/sign-in", MultiDict({**form, "email": email, "password": password}))
    return status, visitor


def _account(site: Site, email: str) -> None:
    with database.writing(site.engine) as connection:
        accounts.create(connection, email, passwords.hashed(PASSWORD), on=site.today())


def _neighbours(port: int, site: Site, opened: Opened, address: str, device: Visitor) -> dict[str, int]:
    """Who sits behind the attacker's address, and brings what is right."""
    path = seeded.organization(site, 1)
    with database.writing(site.engine) as connection:
        token, _link = access.make_link(connection, path.rpartition("/")[2], Role.EDITOR, on=site.today())
    with_code, with_link = Visitor(), Visitor()
    with with_code.connected(port):
        form = form_fields(with_code.read(address))
        form["code"] = opened.codes[0]
        code = with_code.status(address, form)
    with with_link.connected(port):
        link = with_link.status(f"/in/{token}")
    return {
        "a peer worker with a code": code,
        "somebody with a link": link,
        "another account": _sign_in(port, NEIGHBOUR, PASSWORD)[0],
        "the account, on a device that it knows": _sign_in(port, ATTACKED, PASSWORD, device)[0],
    }
