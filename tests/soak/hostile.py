"""A whole site with everybody on it, in this process, to be asked anything; and put back as it was."""

import logging
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from io import StringIO
from pathlib import Path
from tempfile import TemporaryDirectory
from unittest.mock import patch
from urllib.parse import urlsplit

from flask import Flask
from flask.testing import FlaskClient
from werkzeug.datastructures import MultiDict
from werkzeug.exceptions import HTTPException
from werkzeug.routing import RequestRedirect, Rule

from questionnaire.config import Settings
from questionnaire.store import database
from questionnaire.store.keys import Keys
from questionnaire.web import attempts, create_app, logs, work
from questionnaire.web.security import VOICES
from questionnaire.web.serving import prepare
from questionnaire.web.site import Site
from tests.postgres import Postgres
from tests.soak.forms import Form, forms_on
from tests.soak.scenes import scenes_of
from tests.web import walks
from tests.web.casting import Cast, address_of, cast_of
from tests.web.client import Browser, form_fields

NOT_REACHED = {403, 404, 405}
BY_WHAT_A_BROWSER_HOLDS = {"colleagues.accept", "memberships.join", "passwords.choose", "passwords.mailed"}
SENDER = "alongside@example.org"


@dataclass
class Stage:
    """The site, everybody on it, and all pages and forms that each of them can reach."""

    app: Flask
    casts: list[Cast]
    folder: Path
    server: Postgres | None
    log: StringIO
    files: dict[str, bytes]  # what may be chosen for the field of this name
    people: dict[str, Browser]
    tokens: dict[tuple[str, bool], str] = field(default_factory=dict)  # of whom, and whether for pages of voices
    pages: list[tuple[str, str]] = field(default_factory=list)  # who, and the address
    forms: list[Form] = field(default_factory=list)
    doors: dict[str, list[tuple[Cast, str]]] = field(default_factory=dict)  # who may open a page, among whom
    reached: set[str] = field(default_factory=set)

    @property
    def site(self) -> Site:
        site: Site = self.app.extensions["alongside"]
        return site

    @property
    def everybody(self) -> list[tuple[Cast, str]]:
        return [(cast, who) for cast in self.casts for who in sorted(cast.people)]

    @property
    def routes(self) -> set[str]:
        """Every route, with the method that it is for."""
        rules = self.app.url_map.iter_rules()
        return {f"{method} {rule.endpoint}" for rule in rules for method in {"GET", "POST"} & (rule.methods or set())}

    def route(self, method: str, address: str) -> str:
        """The route that an address leads to; nothing where it leads nowhere."""
        try:
            found, _values = self.app.url_map.bind("localhost").match(urlsplit(address).path, method=method)
        except (HTTPException, RequestRedirect, ValueError):
            return ""
        return f"{'GET' if method == 'HEAD' else method} {found}"

    def token(self, who: str, address: str) -> str:
        """What a form of somebody's browser would carry at this address."""
        return self.tokens.get((who, address.startswith(VOICES)), "")

    def ask(self, who: str, method: str, address: str, data: object = None, **more: str) -> tuple[int, bytes, str]:
        """Ask as somebody, whose own browser learns nothing of it; the status, the content and its type."""
        status, content, kind, _onward = self.ask_on(who, method, address, data, **more)
        return status, content, kind

    def ask_on(
        self, who: str, method: str, address: str, data: object = None, **more: str
    ) -> tuple[int, bytes, str, str]:
        """The same, and where it leads."""
        client = FlaskClient(self.app, self.app.response_class)
        client._cookies = dict(self.people[who]._cookies or {})
        sent = MultiDict(data) if isinstance(data, dict | MultiDict) else data
        with client.open(address, method=method, data=sent, headers=more) as answer:
            onward = answer.headers.get("Location", "")
            return answer.status_code, answer.get_data(), answer.content_type or "", onward

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
def staged(smtp_url: str, server: Postgres | None = None) -> Iterator[Stage]:
    """Everybody is let in, and every page is read once, so that it is known what can be asked."""
    with TemporaryDirectory(prefix="alongside-hostile-") as name:
        folder = Path(name)
        if server is None:
            yield from _staged(folder, f"sqlite:///{folder / 'site.sqlite'}", None, smtp_url)
        else:
            with server.database() as url:
                yield from _staged(folder, url, server, smtp_url)


def _staged(folder: Path, url: str, server: Postgres | None, smtp_url: str) -> Iterator[Stage]:
    settings = Settings(
        secret_key="k",
        database_url=url,
        public_url="http://localhost",
        keys=folder / "keys",
        smtp_url=smtp_url,
        mail_from=SENDER,
        logs="json",
    )
    app = create_app(settings)
    app.test_client_class = Browser
    nobody_waits = patch.multiple(attempts, FILES=10**6, FILES_BY_RIGHT=10**6, STARTS=10**6, MAILS=10**6)
    with nobody_waits, _logging(app, settings) as log, patch.object(work, "wake"):  # a queue would hold the database
        site = prepare(app)
        site.keys = Keys(folder / "keys")
        try:
            browser = app.test_client()
            assert isinstance(browser, Browser)
            yield _stage(app, browser, folder, server, log)
        finally:
            site.engine.dispose()


@contextmanager
def _logging(app: Flask, settings: Settings) -> Iterator[StringIO]:
    """What the site logs while the block runs, as it would be written; other handlers hear nothing of it."""
    root, said = logging.getLogger(), StringIO()
    handlers, level = root.handlers, root.level
    root.handlers = []
    try:
        logs.set_up(app, settings)
        [handler] = root.handlers
        assert isinstance(handler, logging.StreamHandler)
        handler.setStream(said)
        yield said
    finally:
        root.handlers = handlers
        root.setLevel(level)
        logs.requests.setLevel(logging.NOTSET)


def _stage(app: Flask, browser: Browser, folder: Path, server: Postgres | None, log: StringIO) -> Stage:
    cast = cast_of(app, browser)
    owner, archive = cast.people["owner"], f"{cast.organization}/archive"
    packed = owner.post(archive, data=form_fields(owner.read(archive)))
    casts, given = scenes_of(app, cast)
    files = {"archive": packed.data, "file": given}
    people = {who: person for one in casts for who, person in one.people.items()}
    stage = Stage(app, casts, folder, server, log, files, people)
    for cast in casts:
        _look_around(stage, cast)
    return stage


def _look_around(stage: Stage, cast: Cast) -> None:
    """Every page and form, for everybody who may open it."""
    _let_know(stage, cast)
    for rule in stage.app.url_map.iter_rules():
        if "GET" not in (rule.methods or set()) or not _is_of(rule, cast, stage.casts[0]):
            continue
        address = address_of(rule, cast)
        for who in cast.people:
            status, content, kind = stage.ask(who, "GET", address)
            if status not in NOT_REACHED:
                stage.reached.add(f"GET {rule.endpoint}")
                stage.doors.setdefault(rule.endpoint, []).append((cast, who))
            if status != 200:
                continue
            stage.pages.append((who, address))
            if kind.startswith("text/html"):
                found = list(forms_on(who, address, content.decode()))
                stage.forms += found
                stage.reached |= {stage.route(form.method, form.action) for form in found}


def _let_know(stage: Stage, cast: Cast) -> None:
    """Everybody's browser gets the cookies that its forms need, and the trial the tokens."""
    for who, browser in cast.people.items():
        for among_voices, address in ((False, "/start"), (True, cast.opened.address)):
            answer = browser.get(address)
            if answer.status_code == 200 and "csrf_token" in answer.text:
                stage.tokens[who, among_voices] = walks.token_of(answer.text)


def _is_of(rule: Rule, cast: Cast, first: Cast) -> bool:
    """Whether a page is not the same for another cast as for the first."""
    if cast is first or rule.endpoint in BY_WHAT_A_BROWSER_HOLDS:
        return True
    if cast.opened is not first.opened:
        return not rule.arguments.isdisjoint({"round_id", "handle"})
    return ("organization_id" if cast.organization != first.organization else "network_id") in rule.arguments
