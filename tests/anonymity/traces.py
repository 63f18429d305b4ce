"""What a respondent leaves in the log and in the tables of a real server, also when things go wrong."""

import re
import socket
import sqlite3
import struct
import time
from collections.abc import Mapping
from contextlib import closing
from dataclasses import dataclass, field
from datetime import date, datetime
from http.client import HTTPConnection
from http.cookies import Morsel, SimpleCookie
from pathlib import Path
from urllib.parse import urlencode

from sqlalchemy import Engine

from questionnaire.store import database
from questionnaire.store.keys import Keys
from questionnaire.store.rounds import TALLY, write
from tests.anonymity.opened import Opened, open_round
from tests.soak.served import HOST, PATIENCE, ServedSite
from tests.web.client import form_fields
from tests.web.crowd import everything

BROWSER = "Unmistakable/7.7 (a phone)"
THERE = "203.0.113.77"  # an address of nobody (RFC 5737), as a proxy would hand it on
SEVERAL_HOURS = 6 * 60 * 60
RESET = struct.pack("ii", 1, 0)  # closing then breaks the connection off


@dataclass
class Phone:
    """A browser of a peer worker, which says what it is and where it comes from."""

    port: int
    cookies: dict[str, Morsel[str]] = field(default_factory=dict)

    def ask(self, address: str, typed: Mapping[str, str] | None = None) -> tuple[int, str, str]:
        """Status, where it leads, and the page."""
        connection = HTTPConnection(HOST, self.port, timeout=PATIENCE)
        with closing(connection):
            body = None if typed is None else urlencode(dict(typed))
            connection.request("GET" if body is None else "POST", address, body, self.headers(body is not None))
            response = connection.getresponse()
            for header in response.headers.get_all("Set-Cookie", []):
                self.cookies.update(dict(SimpleCookie(header).items()))
            return response.status, response.headers.get("Location") or "", response.read().decode(errors="replace")

    def fill(self, address: str, **typed: str) -> tuple[int, str, str]:
        """Open a page, fill its form, send it."""
        return self.ask(address, {**form_fields(self.ask(address)[2]).to_dict(), **typed})

    def headers(self, sends: bool) -> dict[str, str]:
        told = {"User-Agent": BROWSER, "X-Forwarded-For": THERE, "Forwarded": f"for={THERE}"}
        if sends:
            told["Content-Type"] = "application/x-www-form-urlencoded"
        return {**told, "Cookie": "; ".join(f"{name}={one.value}" for name, one in self.cookies.items())}

    def break_off(self, address: str, *, sends: bool) -> None:
        """Begin a request, or wait for its answer, and be gone."""
        told = "".join(f"{name}: {value}\r\n" for name, value in self.headers(sends).items())
        length = "Content-Length: 5000\r\n" if sends else ""
        method = "POST" if sends else "GET"
        with socket.create_connection((HOST, self.port), timeout=PATIENCE) as gone:
            gone.sendall(
                f"{method} {address} HTTP/1.1\r\nHost: {HOST}\r\n{told}{length}\r\n{'code=' * sends}".encode()
            )
            gone.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, RESET)


@dataclass(frozen=True)
class Left:
    """What a day of respondents left behind."""

    statuses: Mapping[str, int]
    logged: str  # what was said in the log after the site was ready
    changed: frozenset[str]  # tables
    fresh: str  # all rows that were not there before
    cookies: tuple[Morsel[str], ...]
    elsewhere: str  # what the log says of a failure on a page that is no peer worker's
    opened: Opened
    times: tuple[int, int]  # seconds since 1970, around it all

    def tells_a_time(self) -> list[str]:
        """What looks like a time of day in the new rows: 12:34, or seconds, or parts of them, since 1970."""
        return times_in(self.fresh, self.times)


def times_in(rows: str, around: tuple[int, int]) -> list[str]:
    """The same of any rows, for moments around these."""
    clock = re.findall(r"(?<![\w:-])[0-2]?\d:[0-5]\d(?![\w:-])", rows)
    since, until = around[0] - SEVERAL_HOURS, around[1] + SEVERAL_HOURS
    numbers = re.findall(r"(?<![\w.])\d{10,19}(?![\w.])", rows)
    return clock + [one for one in numbers if any(since <= int(one) / 1000**step <= until for step in range(4))]


def day_of_respondents(site: ServedSite) -> Left:
    """Everything that may happen to respondents: forms, typing errors, guesses, failures, requests broken off."""
    site.start()
    engine = database.open_database(site.database_url)
    try:
        return _day(site, engine)
    finally:
        engine.dispose()
        site.kill()


def _day(site: ServedSite, engine: Engine) -> Left:
    keys = Keys(Path(site.environment["INSTANCE"]).with_name("instance-keys"))
    opened = open_round(engine, keys, 8, day=_today())
    Phone(site.port).ask("/")  # once a page is answered, all is said that is said at the start
    before, began, ready = everything(engine), int(time.time()), site.said()
    address = f"/v/{opened.found().handle}"
    phone = Phone(site.port)
    statuses = {
        "wrong code": phone.fill(address, code="ABCD-EFGH")[0],
        "no such round": phone.ask("/v/ZZZZZZZZ")[0],
        "no such page": phone.ask(f"{address}/questions/none/such")[0],
        "a stranger’s form": phone.ask(f"{address}/hand-in", {"words": "x"})[0],
    }
    for code in opened.codes[:2]:
        statuses["handed in"] = _hand_in(phone, address, code)
    _, questions = _begin(phone, address, opened.codes[2])
    for sends in (True, False):
        for path in (address, questions, f"{address}/{opened.codes[3]}"):
            phone.break_off(path, sends=sends)
    _, _, page = phone.ask(f"{address}/hand-in")
    with database.writing(engine) as connection:  # a fault that no handler knows
        write(connection, opened.round_id, tally=opened.key.seal(TALLY, b"no tally at all"))
    statuses["a bug"] = phone.ask(f"{address}/hand-in", form_fields(page).to_dict())[0]
    file = Path(str(engine.url.database))
    statuses["no database"] = _without(file, "slip", phone, f"{address}/{opened.codes[4]}")
    time.sleep(0.3)  # what was broken off is noticed
    after, logged = everything(engine), site.said().removeprefix(ready)
    _without(file, "session", Phone(site.port, _session_of(phone)), "/")
    fresh = {name: set(rows) - set(before[name]) for name, rows in after.items()}
    return Left(
        statuses,
        logged,
        frozenset(name for name, rows in fresh.items() if rows),
        "\n".join(row for rows in fresh.values() for row in rows),
        tuple(phone.cookies.values()),
        site.said().removeprefix(ready + logged),
        opened,
        (began, int(time.time())),
    )


def _begin(phone: Phone, address: str, code: str) -> tuple[int, str]:
    phone.ask(f"{address}/{code}")  # as by the QR code
    status, onward, _ = phone.fill(f"{address}/start", word="harbour")
    return status, onward


def _hand_in(phone: Phone, address: str, code: str) -> int:
    _begin(phone, address, code)
    phone.fill(f"{address}/questions/2", **{"q:role.title": "1"})
    return phone.fill(f"{address}/hand-in")[0]


def _without(file: Path, table: str, phone: Phone, address: str) -> int:
    """Ask for a page while a table is away."""
    with closing(sqlite3.connect(file, timeout=5, isolation_level=None)) as connection:
        connection.execute(f"ALTER TABLE {table} RENAME TO gone")
        try:
            return phone.ask(address)[0]
        finally:
            connection.execute(f"ALTER TABLE gone RENAME TO {table}")


def _session_of(phone: Phone) -> dict[str, Morsel[str]]:
    """A cookie as those who sign in have one, so that the site looks for it."""
    [name] = (one.removeprefix("alongside_form_").removesuffix("_voice") for one in phone.cookies)
    cookie: SimpleCookie = SimpleCookie({f"alongside_{name}": "nobody"})
    return dict(cookie.items())


def _today() -> date:
    return datetime.now().astimezone().date()
