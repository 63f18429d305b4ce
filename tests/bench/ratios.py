"""How a figure is measured: the cost of one action over that of another, run by turns."""

import gzip
import resource
import statistics
import time
from collections.abc import Callable
from dataclasses import dataclass

from flask.testing import FlaskClient

from questionnaire.config import ROOT
from questionnaire.core.answers import Answer, Choice
from tests.web.client import form_fields

ROUNDS = 60
Action = Callable[[], object]


@dataclass(frozen=True)
class Row:
    """One line of the table."""

    name: str
    value: float
    limit: float
    unit: str


def saving(client: FlaskClient, section: str) -> Action:
    """Saving a section in which all six answers have changed since the last time."""
    fields = form_fields(client.get(section).text, which="page")
    items = [name.removesuffix(":seen") for name in fields if name.endswith(":seen")]
    level = 2

    def save() -> None:
        nonlocal level
        level = (level + 1) % 5
        for item in items:
            fields[f"{item}:choice"] = str(level)
        answer = client.post(section, data=fields)
        assert answer.status_code == 303, answer.text
        for item in items:
            fields[f"{item}:seen"] = Answer(choice=Choice(str(level))).fingerprint

    return save


def getting(client: FlaskClient, address: str) -> Action:
    def get() -> None:
        assert client.get(address).status_code == 200

    return get


def ratio(one: Action, other: Action, *, rounds: int = ROUNDS) -> float:
    """The median cost of one action over that of another, run by turns; the first turns warm both up."""
    pairs = [(cost(one), cost(other)) for _ in range(rounds + 3)][3:]
    return statistics.median(a for a, _ in pairs) / statistics.median(b for _, b in pairs)


def cost(action: Action) -> float:
    """CPU seconds of this process and its children; short actions are repeated until they can be measured."""
    before = spent()
    times = 0
    while times == 0 or (spent() - before < 0.01 and times < 20):
        action()
        times += 1
    return (spent() - before) / times


def spent() -> float:
    children = resource.getrusage(resource.RUSAGE_CHILDREN)
    return time.process_time() + children.ru_utime + children.ru_stime


def compressed(page: bytes) -> int:
    """What a page weighs on the way with its stylesheet and script, compressed."""
    static = ROOT / "questionnaire" / "web" / "static"
    files = [page, (static / "alongside.css").read_bytes(), (static / "alongside.js").read_bytes()]
    return sum(len(gzip.compress(content, 6)) for content in files)
