"""A whole site with everybody on it, in this process, to be asked anything; and put back as it was."""

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from io import BytesIO
from pathlib import Path
from tempfile import TemporaryDirectory
from urllib.parse import urlsplit

from flask import Flask
from flask.testing import FlaskClient
from werkzeug.datastructures import MultiDict

from questionnaire.config import Settings
from questionnaire.store import database
from questionnaire.store.keys import Keys
from questionnaire.web import attempts, create_app
from questionnaire.web.serving import prepare
from questionnaire.web.site import Site
from tests.pages import page_of
from tests.postgres import Postgres
from tests.web.casting import Cast, address_of, cast_of
from tests.web.client import Browser, Fields

TYPED = {None, "text", "email", "search", "password", "number", "date", "url", "tel"}


@dataclass(frozen=True)
class Form:
    """A form as somebody finds it on a page."""

    who: str
    page: str
    action: str
    method: str
    fields: Fields
    typed: tuple[str, ...]  # the names of what is typed, not chosen


@dataclass
class Stage:
    """The site, everybody on it, and all pages and forms that each of them can reach."""

    app: Flask
    cast: Cast
    folder: Path
    server: Postgres | None
    pages: list[tuple[str, str]] = field(default_factory=list)  # who, and the address
    forms: list[Form] = field(default_factory=list)

    @property
    def site(self) -> Site:
        site: Site = self.app.extensions["alongside"]
        return site

    def ask(self, who: str, method: str, address: str, data: object = None, **more: str) -> tuple[int, bytes, str]:
        """Ask as somebody, whose own browser learns nothing of it; the status, the content and its type."""
        client = FlaskClient(self.app, self.app.response_class)
        client._cookies = dict(self.cast.people[who]._cookies or {})
        sent = MultiDict(data) if isinstance(data, dict | MultiDict) else data
        with client.open(address, method=method, data=sent, headers=more) as answer:
            return answer.status_code, answer.get_data(), answer.content_type or ""

    @contextmanager
    def unharmed(self) -> Iterator[None]:
        """Whatever is done in the block is undone."""
        site, keys = self.site, self.site.keys.folder
        kept, was = self.folder / "kept-keys", site.engine
        shutil.copytree(keys, kept)
        was.dispose()
        try:
            if self.server:
                url = was.url.render_as_string(hide_password=False)
                with self.server.database(like=url) as copy:
                    site.engine = database.open_database(copy)
                    try:
                        yield
                    finally:
                        site.engine.dispose()
            else:
                copied = shutil.copy(str(was.url.database), self.folder / "copy.sqlite")
                site.engine = database.open_database(f"sqlite:///{copied}")
                try:
                    yield
                finally:
                    site.engine.dispose()
        finally:
            site.engine = was
            shutil.rmtree(keys)
            kept.rename(keys)


@contextmanager
def staged(server: Postgres | None = None, **settings: str) -> Iterator[Stage]:
    """Everybody is let in, and every page is read once, so that it is known what can be asked."""
    with TemporaryDirectory(prefix="alongside-hostile-") as name:
        folder = Path(name)
        if server is None:
            yield from _staged(folder, f"sqlite:///{folder / 'site.sqlite'}", None, settings)
        else:
            with server.database() as url:
                yield from _staged(folder, url, server, settings)


def _staged(folder: Path, url: str, server: Postgres | None, settings: dict[str, str]) -> Iterator[Stage]:
    kept, attempts.FILES = attempts.FILES, 1_000_000  # nobody is kept from files here
    keys = folder / "keys"
    app = create_app(
        Settings(secret_key="k", database_url=url, public_url="http://localhost", keys=keys, **settings)  # type: ignore[arg-type]  # texts only
    )
    app.test_client_class = Browser
    site = prepare(app)
    site.keys = Keys(keys)
    try:
        browser = app.test_client()
        assert isinstance(browser, Browser)
        stage = Stage(app, cast_of(app, browser), folder, server)
        _look_around(stage)
        yield stage
    finally:
        attempts.FILES = kept
        site.engine.dispose()


def _look_around(stage: Stage) -> None:
    """Every page and form, for everybody who may open it."""
    for browser in stage.cast.people.values():  # each has the cookie that its forms need
        browser.get("/start")
        browser.get(stage.cast.opened.address)
    for rule in stage.app.url_map.iter_rules():
        if "GET" not in (rule.methods or set()) or rule.endpoint in {"static", "health.live", "health.ready"}:
            continue
        address = address_of(rule, stage.cast)
        for who in stage.cast.people:
            status, content, kind = stage.ask(who, "GET", address)
            if status != 200:
                continue
            stage.pages.append((who, address))
            if kind.startswith("text/html"):
                stage.forms += _forms_on(who, address, content.decode())


def _forms_on(who: str, address: str, html: str) -> Iterator[Form]:
    for form in page_of(html).all("form"):
        fields: Fields = MultiDict()
        typed = []
        for element in form.iter():
            name, kind = element.get("name"), element.get("type")
            if not name or element.tag not in {"input", "textarea", "select"} or kind in {"submit", "file"}:
                continue
            if kind in {"radio", "checkbox"} and element.get("checked") is None:
                continue
            is_long, is_chosen = element.tag == "textarea", kind in {"radio", "checkbox"}
            value = (element.text if is_long else element.get("value")) or ""
            fields.add(name, value or "on" if is_chosen else value)
            if is_long or (element.tag == "input" and kind in TYPED):
                typed.append(name)
        action = urlsplit(form.get("action") or address).path
        yield Form(who, address, action, (form.get("method") or "get").upper(), fields, tuple(typed))


def a_file(content: bytes, name: str) -> tuple[BytesIO, str]:
    """What a browser sends for a file that was chosen."""
    return BytesIO(content), name
