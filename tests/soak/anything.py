"""What hypothesis may think of: a form of an endpoint, or an address of it, with anything at any place in it."""

import json
import re
import zipfile
from io import BytesIO
from typing import Any
from urllib.parse import quote

from hypothesis import strategies as st
from werkzeug.datastructures import MultiDict
from werkzeug.routing import Rule

from tests.soak.forms import Control, Form, a_file
from tests.soak.hostile import Stage
from tests.web.casting import values_of

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
QUERY = ("to", "download", "page", "sort", "earlier", "later")  # all that is read of an address, by any view
OTHERS = ("HEAD", "OPTIONS", "PUT", "DELETE", "TRACE")
ARGUMENT = re.compile(r"<(?:[^<>]*:)?(\w+)>")
ANYTHING = st.one_of(st.sampled_from(NASTY), st.text(max_size=80), st.integers().map(str))
JSON = st.one_of(ANYTHING, st.none(), st.integers(), st.floats(), st.just([]), st.just({}), st.booleans())
CHANGES = st.sampled_from(("keep", "keep", "keep", "keep", "choose", "choose", "put", "drop", "twice"))

Case = tuple[str, str, str, object, dict[str, str]]  # who, method, address, data and headers


@st.composite
def a_form(draw: st.DrawFn, stage: Stage, forms: list[Form]) -> Case:
    """One of the forms of an endpoint, with some of its fields chosen, changed, left out, twice or made up."""
    form: Form = draw(st.sampled_from(forms))
    fields: MultiDict[str, object] = MultiDict()
    filled = form.filled() if draw(st.booleans()) else None
    for control in form.controls:
        sent = filled.getlist(control.name) if filled and control.name in filled else list(control.sent)
        for value in _values(draw, stage, control, sent):
            fields.add(control.name, value)
    for _ in range(draw(st.sampled_from((0, 0, 0, 1, 2)))):
        fields.add(_sendable(draw(ANYTHING)), _sendable(draw(ANYTHING)))
    if form.method == "GET":
        asked = "&".join(f"{_quoted(name)}={_quoted(str(value))}" for name, value in fields.items(multi=True))
        return form.who, "GET", f"{form.action}?{asked}", None, {}
    return form.who, "POST", form.action, fields, {}


def _values(draw: st.DrawFn, stage: Stage, control: Control, sent: list[str]) -> list[object]:
    if control.name == "csrf_token":
        return [*sent]
    if control.kind == "file":
        return [a_file(draw(_content(stage.files[control.name])), _sendable(draw(ANYTHING)))]
    what, put = draw(CHANGES), _sendable(draw(ANYTHING))
    if what == "drop":
        return []
    if what == "choose" and control.kind in {"chosen", "pressed"}:
        return [draw(st.sampled_from(control.values))]
    if what == "put":
        return [put]
    return [*sent, put] if what == "twice" else [*sent]


@st.composite
def _content(draw: st.DrawFn, content: bytes) -> bytes:
    """A file that would be taken, as it is or with something changed in it."""
    how = draw(st.sampled_from(("whole", "bytes", "bytes", "part", "part", "part", "cut", "none")))
    if how == "none":
        return draw(st.binary(max_size=200))
    if how == "cut":
        return content[: draw(st.integers(0, len(content)))]
    if how == "part":
        return _zip_with_another_part(draw, content) if content[:2] == b"PK" else _another_part(draw, content)
    changed = bytearray(content)
    for _ in range(draw(st.integers(1, 4)) if how == "bytes" else 0):
        changed[draw(st.integers(0, len(content) - 1))] = draw(st.integers(0, 255))
    return bytes(changed)


def _zip_with_another_part(draw: st.DrawFn, content: bytes) -> bytes:
    made = BytesIO()
    with zipfile.ZipFile(BytesIO(content)) as old, zipfile.ZipFile(made, "w") as new:
        chosen = draw(st.sampled_from(old.namelist()))
        for name in old.namelist():
            inside, is_chosen = old.read(name), name == chosen
            if is_chosen and draw(st.sampled_from((False, False, False, True))):
                continue
            new.writestr(name, _another_part(draw, inside) if is_chosen else inside)
    return made.getvalue()


def _another_part(draw: st.DrawFn, content: bytes) -> bytes:
    """JSON with another value somewhere in it, or one that is gone."""
    try:
        tree: Any = json.loads(content)
    except ValueError:
        return draw(st.binary(max_size=200))
    place = tree
    while isinstance(place, dict | list) and place:
        keys: list[Any] = list(place) if isinstance(place, dict) else list(range(len(place)))
        key = draw(st.sampled_from(keys))
        if isinstance(place[key], dict | list) and place[key] and draw(st.integers(0, 4)):
            place = place[key]
            continue
        if draw(st.integers(0, 4)):
            place[key] = draw(JSON)
        else:
            del place[key]
        break
    return json.dumps(tree).encode(errors="surrogatepass")


@st.composite
def an_address(draw: st.DrawFn, stage: Stage, method: str, rule: Rule, replaced: tuple[int, ...]) -> Case:
    """An address of an endpoint as one of its people has it, with so many of its arguments replaced, by turns."""
    cast, who = draw(st.sampled_from(stage.doors.get(rule.endpoint, stage.everybody)))
    if not draw(st.integers(0, 4)):
        cast, who = draw(st.sampled_from(stage.everybody))
    values = {name: _quoted(str(value)) for name, value in values_of(rule, cast).items()}
    arguments = sorted(rule.arguments)
    for _ in range(draw(st.sampled_from(replaced)) if arguments else 0):
        values[draw(st.sampled_from(arguments))] = _quoted(draw(ANYTHING))[:2000]
    address = ARGUMENT.sub(lambda found: values[found[1]], rule.rule)
    data: MultiDict[str, object] | None = None
    if method == "POST":
        data = MultiDict({"csrf_token": stage.token(who, address)})
        for _ in range(draw(st.integers(0, 2))):
            data.add(_sendable(draw(ANYTHING)), _sendable(draw(ANYTHING)))
    elif not draw(st.integers(0, 9)):
        method = draw(st.sampled_from(OTHERS))
    names = draw(st.lists(st.sampled_from(QUERY), max_size=2, unique=True))
    asked = "&".join(f"{name}={_quoted(draw(ANYTHING))}"[:3000] for name in names)
    headers = {} if data is not None else draw(st.sampled_from(HEADERS))
    return who, method, f"{address}?{asked}" if asked else address, data, headers


def _quoted(text: str) -> str:
    """Half a character as the bytes that some programs send for it."""
    return quote(text, safe="", errors="surrogatepass")


def _sendable(text: str) -> str:
    return text.encode(errors="replace").decode()
