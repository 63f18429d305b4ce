"""Hostile text: what people type, in every field that takes text, must be text wherever it comes out again."""

import json
import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import wraps

from questionnaire.core.voices import LEVELS
from tests.soak.forms import Form, a_file, forms_on
from tests.soak.hostile import Stage
from tests.soak.live import MARK, is_touched, kind_of, seen_in, squeezed
from tests.soak.made import Found, everything_made
from tests.soak.rows import Row, at_least, exactly
from tests.web.mailbox import Mailbox

PAYLOADS = (
    f"<{MARK}>",
    f"<script>{MARK}()</script>",
    f'"><img src=x onerror={MARK}()>',
    f"' onmouseover='{MARK}()",
    f"javascript:{MARK}()",
    f"</textarea></title></style><{MARK} a=",
    f"--><{MARK}/>]]><{MARK}/>",
    f"&lt;{MARK}&gt;&#60;{MARK}&#62;",
    f"<svg onload={MARK}()><foreignObject>",
    f"<!DOCTYPE a [<!ENTITY {MARK} SYSTEM 'file:///etc/passwd'>]>&{MARK};",
    "{{ 7*1910917 }}{% raw %}",
    "${7*1910917} #{7*1910917} <%= 7*1910917 %>",
    '#eval("7*1910917") #link("http://xlive.example")[a] $ x $ *b* @c \\ `d`',
    "$\\frac{1}{0}$ \\input{/etc/passwd}",
    f'=HYPERLINK("http://{MARK}.example","a")',
    "+1910917*7",
    f"-2+3+cmd|' /C {MARK}'!A0",
    f"@SUM(1,{MARK})",
    f"%s %n %({MARK})s {{0.__class__}} %00",
    f"\u202e{MARK}\u2066\u200f ']; DROP TABLE organization; --",
    f"a\r\nBcc: {MARK}@example.org",
)
REFUSING = {  # by these rules no payload is a number, a day, an address, a code, the password, or the name asked for
    *((f"POST {route}", "peer_workers") for route in ("organizations.start", "assessments.begin", "profiles.edit")),
    *((f"POST {route}", "year") for route in ("organizations.start", "assessments.begin")),
    *((f"POST rounds.{route}", name) for route in ("propose", "terms") for name in ("peer_workers", "closes_on")),
    *(("POST stewards.terms", name) for name in ("peer_workers", "closes_on")),
    *((f"POST passwords.{route}", "email") for route in ("forgotten", "sign_up")),
    *((f"POST plans.{route}", "due_on") for route in ("edit", "new")),
    *((f"POST {route}.{deed}", "days") for route, deed in (("releases", "share"), ("shares", "make"))),
    *(("POST together.type_totals", name) for name in ("forms", *(f"*:{level}" for level in range(LEVELS)))),
    *(("POST accounts.sign_in", name) for name in ("email", "password")),
    ("POST contributions.wish", "network"),
    ("POST organizations.delete", "name"),
    ("POST passwords.change", "until_now"),
    ("POST stewards.extend", "closes_on"),
    ("POST voices.enter", "code"),
}
HOLDING = ("html", "svg", "pdf", "csv", "spreadsheetml", "json", "zip", "calendar")  # in which typed text can stand
OTHERS = ("png", "css", "plain", "mail")  # nothing that is typed stands in them


@dataclass
class Outcome:
    """What came of it."""

    payloads: int = 0
    typed: set[tuple[str, str]] = field(default_factory=set)  # route and field
    kept: set[tuple[str, str]] = field(default_factory=set)
    looked_at: dict[str, int] = field(default_factory=dict)
    held: dict[str, set[str]] = field(default_factory=dict)  # the payloads that stand in some file of a kind
    logged: dict[str, int] = field(default_factory=lambda: {"info": 0, "error": 0})
    live: list[str] = field(default_factory=list)

    @property
    def never_kept(self) -> list[tuple[str, str]]:
        """The fields that took no payload at all, and that nobody says should refuse them."""
        return sorted(self.typed - self.kept - REFUSING)

    def rows(self, *, payloads: int) -> Iterator[Row]:
        yield at_least("hostile text: payloads", self.payloads, payloads)
        yield at_least("hostile text: fields that took one", len(self.kept), 1)
        yield exactly("hostile text: fields that never took one, and should have", len(self.never_kept), 0)
        for kind in HOLDING:
            held = len(self.held.get(kind, ()))
            yield at_least(f"hostile text: payloads that stand in some {kind}", held, payloads)
        for kind in OTHERS:
            yield at_least(f"hostile text: {kind} looked at", self.looked_at.get(kind, 0), self.payloads)
        for level, lines in self.logged.items():
            yield at_least(f"hostile text: lines of the log, {level}", lines, self.payloads)
        yield exactly(f"hostile text: live in {', '.join(sorted(self.looked_at))}", len(self.live), 0)

    def look(self, payload: str, where: str, kind: str, content: bytes) -> None:
        """Look for life in one page or file, and whether what was typed stands in it at all."""
        self.looked_at[kind] = self.looked_at.get(kind, 0) + 1
        if kind == "html" and not is_touched(content, payload):
            return
        faults, text = seen_in(kind, content)
        self.live += [f"{payload!r} {where}: {fault}" for fault in faults]
        if squeezed(payload) in text:
            self.held.setdefault(kind, set()).add(payload)

    def look_at(self, payload: str, found: Found) -> None:
        """The same of an answer of the site."""
        kind = kind_of(found.kind)
        if found.status >= 500:
            self.live.append(f"{payload!r} {found.where}: {found.status}")
        elif kind is None:
            if found.content:
                self.live.append(f"{payload!r} {found.where}: nobody looks into {found.kind!r}")
        else:
            self.look(payload, found.where, kind, found.content)


def trial(
    stage: Stage, mailbox: Mailbox, payloads: tuple[str, ...] = PAYLOADS, *, by_everybody: bool = True
) -> Outcome:
    """Type each into every field, make all that is made of it, look at every page and file, the log and the mails."""
    outcome, pages = Outcome(), stage.pages
    forms = _forms(stage)
    if not by_everybody:  # each page once
        pages = list({address: (who, address) for who, address in pages}.values())
    for payload in payloads:
        outcome.payloads += 1
        mailbox.empty()
        stage.log.seek(0)
        stage.log.truncate()
        with stage.unharmed():
            for found in _typed(outcome, stage, forms, payload):
                outcome.look_at(payload, found)
            _have_mailed(stage, payload)
            for found in everything_made(stage, pages, payload):
                outcome.look_at(payload, found)
            _fail(stage, payload)
        _look_at_log(outcome, stage.log.getvalue(), payload)
        for recipients, mail in mailbox.taken:
            told = json.dumps([recipients, mail.items(), mail.get_content()]).encode()
            outcome.look(payload, "in a mail", "mail", told)
    return outcome


def _typed(outcome: Outcome, stage: Stage, forms: list[Form], payload: str) -> Iterator[Found]:
    """In every form all that is typed at once; then, where that is refused, what may take it, and each by itself."""
    for as_found in forms:
        form, route = as_found, stage.route("POST", as_found.action)
        alike = {_alike(name): name for name in form.typed}  # one note is as good as another
        taking = tuple(name for name in form.typed if (route, _alike(name)) not in REFUSING)
        outcome.typed |= {(route, name) for name in alike}
        for names in filter(None, (form.typed, taking, *((name,) for name in alike.values()))):
            if any(control.name in {"seen", "revision"} for control in form.controls):
                form = _anew(stage, form)
            files = {name: [a_file(stage.files[name], "file")] for name in form.files}
            sent = {**_filled(form), **{name: [payload] for name in names}, **files}
            status, content, kind = stage.ask(form.who, "POST", form.action, sent)
            yield Found(f"typed into {names} of {form.page}", status, content, kind)
            if status == 303:
                outcome.kept |= {(route, _alike(name)) for name in names}
            if status == 303 and names is form.typed:
                break


def _forms(stage: Stage) -> list[Form]:
    """Each form once, where it can be by somebody on whom nothing else depends.

    Deleting comes first, before what it asks for is the name of it; and a new password last, for it ends a session.
    """
    by_anybody = sorted(stage.forms, key=lambda form: form.who == "stranger")
    each = {(form.action, form.typed): form for form in by_anybody if form.method == "POST" and form.typed}
    order = {"organizations.delete": -1, "passwords.change": 1}
    return sorted(each.values(), key=lambda form: order.get(stage.route("POST", form.action)[5:], 0))


def _filled(form: Form) -> dict[str, list[str]]:
    return dict(form.filled().lists())


def _alike(name: str) -> str:
    """The name of a field for whatever question it is about."""
    return re.sub(r"^.*:", "*:", name)


def _anew(stage: Stage, form: Form) -> Form:
    """The form as it stands on its page after it was sent: it knows what it was made of."""
    status, content, kind = stage.ask(form.who, "GET", form.page)
    found = forms_on(form.who, form.page, content.decode()) if (status, kind[:9]) == (200, "text/html") else ()
    return next((one for one in found if (one.action, one.typed) == (form.action, form.typed)), form)


def _have_mailed(stage: Stage, payload: str) -> None:
    """A mail, by somebody who says something hostile of where to go afterwards."""
    form = next(form for form in stage.forms if form.page == "/sign-up" and form.typed)
    sent = {**_filled(form), "email": ["somebody@example.org"], "to": [f"/{payload}"]}
    assert stage.ask(form.who, "POST", form.action, sent)[0] == 303


def _fail(stage: Stage, payload: str) -> None:
    """An error of ours whose exception says what was typed."""
    owner = stage.casts[0]
    with _broken(stage, "events.show", payload):
        assert stage.ask("owner", "GET", f"{owner.organization}/record")[0] == 500


@contextmanager
def _broken(stage: Stage, endpoint: str, payload: str) -> Iterator[None]:
    view = stage.app.view_functions[endpoint]

    @wraps(view)
    def breaks(**_values: object) -> str:
        raise ValueError(payload)

    stage.app.view_functions[endpoint] = breaks
    try:
        yield
    finally:
        stage.app.view_functions[endpoint] = view


def _look_at_log(outcome: Outcome, said: str, payload: str) -> None:
    outcome.look(payload, "in the log", "log", said.encode())
    if squeezed(payload) in squeezed(said):
        outcome.live.append(f"{payload!r} stands in the log")
    for line in said.splitlines():
        level = json.loads(line)["level"]
        outcome.logged[level] = outcome.logged.get(level, 0) + 1
