"""Hostile input: every form and every part of every address, with anything in it. No answer may be our error."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import islice
from urllib.parse import quote

from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from werkzeug.datastructures import MultiDict

from tests.soak.hostile import Form, Stage, a_file
from tests.soak.rows import Row, at_least, exactly

AT_ONCE = 100  # cases between two times that the site is put back as it was
WORDS = """
    0 -1 1 2026 99999999999999999999 2147483648 9223372036854775808 1e309 NaN ٣ ١٢ % %zz %00 ../../etc/passwd
    null None true [] {} ' " ';-- {{7*7}} ${7*7} =1+1 owner y on next back stop 0:0 q: :choice //evil.example
    2026-02-30 0000-00-00 9999-12-31 10000-01-01 11111111-1111-4111-8111-111111111111 javascript:alert(1)
"""
BYTES = ("", "\0", "a\0b", "\ud800", "\u202e", "\x1b[2J", "\r\nSet-Cookie: a=b", "x" * 300, "x" * 20_000, "🌱" * 300)
NASTY = (*WORDS.split(), *BYTES)
HEADERS: tuple[dict[str, str], ...] = (
    {},
    {"Accept-Language": "fr-CA;q=x, *"},
    {"Cookie": "language=\x80; a"},
    {"Range": "bytes=9-1"},
    {"Content-Type": "application/json"},
)
METHODS = ("GET", "GET", "GET", "HEAD", "OPTIONS", "POST", "PUT", "DELETE", "TRACE")
ANYTHING = st.one_of(st.sampled_from(NASTY), st.text(max_size=80), st.integers().map(str))
CHANGES = st.sampled_from(("keep", "keep", "keep", "put", "drop", "twice"))


@dataclass
class Outcome:
    """What came of all cases."""

    cases: int = 0
    statuses: dict[int, int] = field(default_factory=dict)
    errors: list[str] = field(default_factory=list)

    def note(self, status: int, asked: str) -> None:
        self.cases += 1
        self.statuses[status] = self.statuses.get(status, 0) + 1
        if status == 500:
            self.errors.append(asked)

    def rows(self, name: str, *, cases: int) -> Iterator[Row]:
        yield at_least(f"hostile input, {name}: cases", self.cases, cases)
        yield exactly(f"hostile input, {name}: answers of 500", len(self.errors), 0)


def trial(stage: Stage, *, cases: int, seed: int) -> Outcome:
    """So many cases, half of them forms and half addresses."""
    outcome = Outcome()
    made = _cases(stage, cases, seed)
    while some := list(islice(made, AT_ONCE)):
        with stage.unharmed():
            for who, method, address, data, headers in some:
                status, _content, _kind = stage.ask(who, method, address, data, **headers)
                outcome.note(status, f"{who}: {method} {address!r} {data!r}"[:2000])
    return outcome


Case = tuple[str, str, str, object, dict[str, str]]


def _cases(stage: Stage, cases: int, seed: int) -> Iterator[Case]:
    """What hypothesis thinks of, in the order of its thinking."""
    from hypothesis import seed as seeded

    made: list[Case] = []

    @seeded(seed)
    @settings(
        max_examples=cases,
        database=None,
        phases=[Phase.generate],
        deadline=None,
        suppress_health_check=list(HealthCheck),
    )
    @given(st.data())
    def think(data: st.DataObject) -> None:
        made.append(data.draw(_form(stage) if data.draw(st.booleans()) else _address(stage)))

    think()
    yield from made


@st.composite
def _form(draw: st.DrawFn, stage: Stage) -> Case:
    form: Form = draw(st.sampled_from(stage.forms))
    fields: MultiDict[str, object] = MultiDict()
    for name, value in form.fields.items(multi=True):
        what = "keep" if name == "csrf_token" else draw(CHANGES)
        if what != "drop":
            fields.add(name, _sendable(draw(ANYTHING)) if what == "put" else value)
        if what == "twice":
            fields.add(name, _sendable(draw(ANYTHING)))
    for _ in range(draw(st.integers(0, 2))):
        fields.add(_sendable(draw(ANYTHING)), _sendable(draw(ANYTHING)))
    if draw(st.integers(0, 9)) == 0:
        content, name = draw(st.binary(max_size=200)), _sendable(draw(ANYTHING))
        fields.add(draw(st.sampled_from(("archive", "file", "contribution"))), a_file(content, name))
    if form.method == "GET":
        asked = "&".join(f"{_quoted(name)}={_quoted(str(value))}" for name, value in fields.items(multi=True))
        return form.who, "GET", f"{form.action}?{asked}", None, {}
    return form.who, "POST", form.action, fields, {}


@st.composite
def _address(draw: st.DrawFn, stage: Stage) -> Case:
    who, address = draw(st.sampled_from(stage.pages))
    parts = address.split("/")
    for _ in range(draw(st.integers(1, 2))):
        parts[draw(st.integers(1, len(parts) - 1))] = _quoted(draw(ANYTHING))[:2000]
    query = draw(st.one_of(st.just(""), ANYTHING.map(lambda text: f"?to={_quoted(text)}"[:3000])))
    path = "/" + "/".join(parts[1:]).lstrip("/")
    return who, draw(st.sampled_from(METHODS)), path + query, None, draw(st.sampled_from(HEADERS))


def _quoted(text: str) -> str:
    """Half a character as the bytes that some programs send for it."""
    return quote(text, safe="", errors="surrogatepass")


def _sendable(text: str) -> str:
    return text.encode(errors="replace").decode()
