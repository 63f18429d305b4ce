"""Forms as somebody finds them on a page: every control, with all that may be chosen in it, and every button."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from io import BytesIO
from urllib.parse import urldefrag, urljoin
from xml.etree.ElementTree import Element

from werkzeug.datastructures import MultiDict

from tests.pages import page_of
from tests.web import walks
from tests.web.client import Fields

TYPED = {"text", "email", "search", "password", "number", "date", "url", "tel"}
CHOSEN, PRESSED = {"radio", "checkbox"}, {"submit", "image"}

TODAY = datetime.now().astimezone().date()
PLAUSIBLE = {  # what somebody would type where nothing stands
    "behind": "Three peer-run organizations.",
    "closes_on": str(TODAY + timedelta(days=30)),
    "days": "30",
    "decisions": "By consent.",
    "due_on": str(TODAY + timedelta(days=300)),
    "email": "somebody@example.org",
    "label": "Board",
    "made_for": "Sam",
    "name": "Harbour Street",
    "number": "1",
    "operator": "Coast Network",
    "password": walks.PASSWORD,
    "pay": "One hour at the usual rate.",
    "peer_workers": "12",
    "until_now": walks.PASSWORD,
    "what": "Write the roles down",
    "word": "harbour",
    "year": "2025",
}
LEFT_OUT = {"is_first"}  # three actions at most come first


@dataclass(frozen=True)
class Control:
    """One name of a form, what may be sent for it, and what is sent if nobody touches it."""

    name: str
    kind: str  # typed, chosen, pressed, hidden or file
    values: tuple[str, ...]
    sent: tuple[str, ...]


@dataclass(frozen=True)
class Form:
    """A form, or one button of it that leads elsewhere."""

    who: str
    page: str
    action: str
    method: str
    controls: tuple[Control, ...]

    @property
    def typed(self) -> tuple[str, ...]:
        return tuple(control.name for control in self.controls if control.kind == "typed")

    @property
    def files(self) -> tuple[str, ...]:
        return tuple(control.name for control in self.controls if control.kind == "file")

    def filled(self) -> Fields:
        """As it is sent by somebody who fills whatever is empty, and presses the first button."""
        fields: Fields = MultiDict()
        for control in self.controls:
            if control.kind == "file":
                continue
            sent = control.sent
            if control.kind == "typed" and not any(sent):
                sent = (PLAUSIBLE.get(control.name, ""),)
            if control.kind in {"chosen", "pressed"} and not any(sent) and control.name not in LEFT_OUT:
                sent = (control.values[0 if control.kind == "pressed" else len(control.values) // 2],)
            fields.setlist(control.name, list(sent))
        return fields


def forms_on(who: str, address: str, html: str) -> Iterator[Form]:
    """Every form of a page; one with a button that leads elsewhere counts once more, for that address."""
    page = page_of(html)
    for form in page.all("form"):
        method, action = (form.get("method") or "get").upper(), form.get("action") or ""
        inside = set(form.iter())
        own = [
            one
            for one in page.all("input", "select", "textarea", "button")
            if (one.get("form") == form.get("id") if one.get("form") else one in inside)
        ]
        controls = tuple(_controls(own))
        for leads_to in dict.fromkeys((action, *(one.get("formaction") for one in own if one.get("formaction")))):
            yield Form(who, address, urldefrag(urljoin(address, leads_to)).url, method, controls)


def a_file(content: bytes, name: str) -> tuple[BytesIO, str]:
    """What a browser sends for a file that was chosen."""
    return BytesIO(content), name


def _controls(elements: list[Element]) -> Iterator[Control]:
    named: dict[tuple[str, str], list[Element]] = {}
    for element in elements:
        if element.get("name"):
            named.setdefault((element.get("name") or "", _kind(element)), []).append(element)
    for (name, kind), some in named.items():
        values = tuple(value for one in some for value in _values(one))
        yield Control(name, kind, values, tuple(sent for one in some for sent in _sent(one, kind)))


def _kind(element: Element) -> str:
    kind = element.get("type") or ("submit" if element.tag == "button" else "text")
    if element.tag == "select" or kind in CHOSEN:
        return "chosen"
    if kind in PRESSED:
        return "pressed"
    if element.tag == "textarea" or kind in TYPED:
        return "typed"
    return "file" if kind == "file" else "hidden"


def _values(element: Element) -> list[str]:
    if element.tag == "select":
        return [_of(option) for option in element.iter("option")]
    return [_of(element)]


def _sent(element: Element, kind: str) -> list[str]:
    if kind == "pressed" or (element.get("type") in CHOSEN and element.get("checked") is None):
        return []
    if element.tag == "select":
        options = list(element.iter("option"))
        return [_of(option) for option in options if option.get("selected") is not None] or [_of(options[0])]
    return [_of(element)]


def _of(element: Element) -> str:
    if element.tag == "textarea":
        return "".join(element.itertext()).removeprefix("\n")
    return element.get("value") or ("on" if element.get("type") in CHOSEN else "")
