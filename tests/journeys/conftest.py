"""A real browser in front of a real server."""

from __future__ import annotations

import os
from collections.abc import Generator, Iterator
from typing import Any, Protocol

import pytest
from playwright.sync_api import Browser, ConsoleMessage, Error, Page, Request, expect, sync_playwright

from tests.journeys.chromium import find_chromium
from tests.journeys.running import RunningSite, running_site

FLAGS = [
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-gpu",
    "--disable-quic",
    "--disable-sync",
    "--no-first-run",
]
PATIENCE = 30_000  # milliseconds for anything that a page is waited for; never a measure, only an end to waiting
# What a journey may be about is said on the console too: an answer of 404, or a lost connection.
EXPECTED = tuple(
    f"Failed to load resource: {what}" for what in ("the server responded", "net::ERR_INTERNET_DISCONNECTED")
)
OPENED = pytest.StashKey[list[Page]]()


class Opener(Protocol):
    """Opens a page in a browser profile of its own: another person, or another device."""

    def __call__(
        self, *, javascript: bool = True, width: int = 1280, height: int = 900, dark: bool = False, **context: Any
    ) -> Page: ...


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    expect.set_options(timeout=PATIENCE)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=find_chromium(),
            args=FLAGS,
            chromium_sandbox=os.geteuid() != 0,  # Chromium refuses to sandbox itself as root
        )
        yield browser
        browser.close()


@pytest.fixture
def open_page(browser: Browser, address: str, request: pytest.FixtureRequest) -> Iterator[Opener]:
    """Pages know the server's address: `page.goto("/")`. A page that complains fails its test."""
    pages: list[Page] = request.node.stash.setdefault(OPENED, [])
    complaints: list[str] = []

    def heard(message: ConsoleMessage) -> None:
        if message.type == "error" and not message.text.startswith(EXPECTED):
            complaints.append(f"{message.location['url']}: {message.text}")

    def failed(error: Error) -> None:
        complaints.append(f"a script failed: {error}")

    def asked(sent: Request) -> None:
        if not sent.url.startswith((address, "data:", "blob:")):
            complaints.append(f"{sent.frame.url} asked for {sent.url}")

    def open_page(
        *, javascript: bool = True, width: int = 1280, height: int = 900, dark: bool = False, **context: Any
    ) -> Page:
        profile = browser.new_context(
            base_url=address,
            java_script_enabled=javascript,
            viewport={"width": width, "height": height},
            color_scheme="dark" if dark else "light",
            **{"locale": "en-CA"} | context,
        )
        profile.set_default_timeout(PATIENCE)
        profile.on("console", heard)
        profile.on("request", asked)
        page = profile.new_page()
        page.on("pageerror", failed)
        pages.append(page)
        return page

    yield open_page
    for page in pages:
        page.context.close()
    assert not complaints, "The browser complained:\n" + "\n".join(complaints)


@pytest.fixture
def page(open_page: Opener) -> Page:
    return open_page()


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item: pytest.Item) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """A failed journey says where it stood."""
    report = yield
    if report.failed:
        for page in item.stash.get(OPENED, []):
            report.sections.append(("Page", page.url))
    return report


@pytest.fixture(scope="session")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningSite]:
    """One server for all journeys: each starts an organization of its own."""
    with running_site(tmp_path_factory.mktemp("site")) as site:
        yield site


@pytest.fixture(scope="session")
def address(site: RunningSite) -> str:
    """Where the server listens."""
    return site.address
