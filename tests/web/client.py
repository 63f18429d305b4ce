"""A browser without scripts: it checks every page it fetches, and fills forms as they stand on the page."""

from typing import Any, Self
from xml.etree.ElementTree import Element

from flask.testing import FlaskClient
from werkzeug.datastructures import MultiDict
from werkzeug.test import Cookie, TestResponse

from tests.pages import check_page, page_of

Fields = MultiDict[str, str]


class Browser(FlaskClient):
    """Flask's test client, with eyes."""

    def open(self, *args: Any, **kwargs: Any) -> TestResponse:
        response = super().open(*args, **kwargs)
        is_page = response.mimetype == "text/html" and response.request.method != "HEAD"
        if is_page and response.status_code not in {301, 302, 303, 307, 308}:
            check_page(response.text, status=response.status_code)
        return response

    def read(self, address: str) -> str:
        """A page that must be there."""
        response = self.get(address, follow_redirects=True)
        assert response.status_code == 200, f"{address}: {response.status_code}"
        return response.text

    def fill(self, address: str, **typed: str) -> TestResponse:
        """Open a page, fill its (last) form and send it; the answer, without following where it leads."""
        fields = form_fields(self.read(address))
        return self.send(address, fields, **typed)

    def send(self, address: str, fields: Fields, **typed: str) -> TestResponse:
        """Send a form's fields with what was typed over them; `__` stands for a dot, `___` for a colon."""
        sent = fields.copy()
        for name, value in typed.items():
            sent.setlist(name.replace("___", ":").replace("__", "."), [value])
        return self.post(address, data=sent)

    def as_somebody_else(self) -> Self:
        """Another browser, with nothing in it."""
        return type(self)(self.application, self.response_wrapper)


def session_cookie(browser: Browser) -> Cookie:
    """The cookie by which a site knows a browser."""
    found = browser.get_cookie(browser.application.extensions["alongside"].settings.cookie())
    assert found
    return found


def form_fields(html: str, *, which: str | None = None) -> Fields:
    """What a form of a page would send if it were sent as it stands: the one with this id, or else the last."""
    forms = page_of(html).all("form")
    return _fields(next(form for form in forms if form.get("id") == which) if which else forms[-1])


def all_forms(html: str) -> list[Fields]:
    """What each form of a page would send."""
    return [_fields(form) for form in page_of(html).all("form")]


def _fields(form: Element) -> Fields:
    fields: Fields = MultiDict()
    for element in form.iter():
        name = element.get("name")
        if name and _is_sent(element):
            fields.add(name, _value(element))
    return fields


def _is_sent(element: Element) -> bool:
    if element.tag == "textarea":
        return True
    if element.tag != "input":
        return False
    return element.get("type") not in {"radio", "checkbox"} or element.get("checked") is not None


def _value(element: Element) -> str:
    if element.tag == "textarea":
        return "".join(element.itertext()).removeprefix("\n")
    return element.get("value", "")
