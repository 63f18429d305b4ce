"""What whoever runs the site sees of it: health, logs, metrics; and what they must not see."""

import json
import logging
import re
import shutil
from collections import namedtuple
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any
from urllib.request import urlopen

import prometheus_client
import pytest
from flask import Flask
from sqlalchemy import select, text
from sqlalchemy.exc import OperationalError

from questionnaire.config import Settings
from questionnaire.core.answers import Profile
from questionnaire.store import database, mishaps, models
from questionnaire.web import logs, metrics, voices
from questionnaire.web.site import Site
from tests.web import round_walks, walks
from tests.web.client import Browser
from tests.web.conftest import browser_of, running
from tests.web.crowd import everything, site_of
from tests.web.round_walks import Opened
from tests.web.stored import submitted

SECRETS = "what somebody typed"


@pytest.fixture
def opened(browser: Browser) -> Opened:
    organization = walks.own(browser)
    submitted(round_walks.site_of(browser), organization, 2026, 2)
    return round_walks.open_round(browser, organization)


@pytest.fixture
def lines(app: Flask) -> Iterator[Callable[[], list[dict[str, object]]]]:
    """What the site logs as JSON, as it is written."""
    kept: list[str] = []

    class Keep(logging.Handler):
        def emit(self, record: logging.LogRecord) -> None:
            kept.append(self.format(record))

    handler = Keep()
    handler.setFormatter(logs.Lines())
    root = logging.getLogger()
    root.addHandler(handler)
    logs.requests.setLevel(logging.INFO)
    before, after = list(app.before_request_funcs[None]), list(app.after_request_funcs[None])
    app.before_request_funcs[None].append(logs._begin)
    app.after_request_funcs[None].append(logs._note)
    yield lambda: [json.loads(line) for line in kept]
    app.before_request_funcs[None], app.after_request_funcs[None] = before, after
    root.removeHandler(handler)
    logs.requests.setLevel(logging.NOTSET)


ANYWHERE = ("127.0.0.1", 0)  # the system finds a port that nobody can take first


@pytest.fixture
def figures(monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[[], str]]:
    """What is given out to who asks at the address of metrics; it is closed with the test."""
    really, started = prometheus_client.start_http_server, []

    def start(*args: Any, **more: Any) -> None:
        started.append(really(*args, **more))

    def ask() -> str:
        [(server, _thread)] = started
        with urlopen(f"http://127.0.0.1:{server.server_port}/metrics") as answer:
            told: str = answer.read().decode()
        return told

    monkeypatch.setattr(prometheus_client, "start_http_server", start)
    yield ask
    for server, thread in started:
        server.shutdown()
        server.server_close()
        thread.join()


def test_a_process_is_alive_as_long_as_it_answers_whatever_its_database_does(app: Flask, site: Site) -> None:
    site.engine = database.open_database("postgresql+psycopg://nobody@127.0.0.1:1/none")
    answer = browser_of(app).get("/healthz")
    assert (answer.status_code, answer.text) == (200, "ok\n")


def test_a_site_is_ready_when_database_schema_and_disk_are(app_on_both: Flask) -> None:
    answer = browser_of(app_on_both).get("/readyz")
    assert (answer.status_code, answer.json) == (200, {"database": "ok", "schema": "ok", "disk": "ok"})


def test_a_site_of_another_schema_is_not_ready(app_on_both: Flask) -> None:
    with database.writing(site_of(app_on_both).engine) as connection:
        connection.execute(text("UPDATE alembic_version SET version_num = '0001'"))
    answer = browser_of(app_on_both).get("/readyz")
    assert (answer.status_code, answer.json) == (
        503,
        {"database": "ok", "schema": "of another version", "disk": "ok"},
    )


def test_a_site_whose_database_does_not_answer_is_not_ready(app: Flask, site: Site) -> None:
    site.engine = database.open_database("postgresql+psycopg://nobody@127.0.0.1:1/none")
    answer = browser_of(app).get("/readyz")
    assert (answer.status_code, answer.json) == (
        503,
        {"database": "does not answer", "schema": "not known", "disk": "ok"},
    )


def test_a_site_with_a_nearly_full_disk_is_not_ready(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    usage = namedtuple("usage", "total used free")  # noqa: PYI024  # as shutil has it
    monkeypatch.setattr(shutil, "disk_usage", lambda _folder: usage(10**12, 10**12 - 1, 1))
    answer = browser_of(app).get("/readyz")
    assert (answer.status_code, answer.json) == (503, {"database": "ok", "schema": "ok", "disk": "nearly full"})


def broken(*_args: object, **_more: object) -> str:
    raise ValueError(SECRETS)


def test_an_unexpected_error_has_an_id_on_the_page_and_in_the_log_and_tells_nothing_that_was_typed(
    app: Flask,
    browser: Browser,
    lines: Callable[[], list[dict[str, object]]],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    organization = walks.start(browser)
    monkeypatch.setitem(app.view_functions, "assessments.review", broken)
    page = browser.get(f"{organization}/2026/review")
    assert page.status_code == 500
    shown = re.search(r"this reference: (\w{8})", page.text)
    assert shown
    errors = [line for line in lines() if line["level"] == "error"]
    assert [line["request"] for line in errors] == [shown[1]]
    assert "test_health.py" in str(errors[0]["message"])
    assert "ValueError" in str(errors[0]["message"])
    answered = [line for line in lines() if line["from"] == "alongside.requests" and line["status"] == 500]
    assert [line["request"] for line in answered] == [shown[1]]
    assert SECRETS not in json.dumps(lines())


def test_a_bug_that_a_peer_worker_met_is_told_to_the_log_by_tick_and_not_when_it_happened(
    app: Flask,
    opened: Opened,
    lines: Callable[[], list[dict[str, object]]],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(voices, "_ask", broken)
    before = len(lines())
    page = browser_of(app).get(opened.address)
    assert page.status_code == 500
    shown = re.search(r"this reference: (\w{8})", page.text)
    assert shown
    assert lines()[before:] == [], "the log does not know that anybody was there"
    assert len(everything(site_of(app).engine)["mishap"]) == 1
    with monkeypatch.context() as killed:
        killed.setattr(logs, "say", broken)
        assert app.test_cli_runner().invoke(args=["tick"]).exit_code == 1
    assert len(everything(site_of(app).engine)["mishap"]) == 1, "it was told to nobody yet"
    ticked = app.test_cli_runner().invoke(args=["tick"])
    assert ticked.exit_code == 0
    told = ticked.output
    assert told.startswith(f"{shown[1]}, where peer workers answer, since the last tick: GET /v/<handle>")
    assert "ValueError" in told
    assert SECRETS not in told
    assert everything(site_of(app).engine)["mishap"] == []


def test_a_bug_that_cannot_be_kept_is_kept_when_the_database_is_back(
    app: Flask, opened: Opened, monkeypatch: pytest.MonkeyPatch
) -> None:
    site = site_of(app)
    monkeypatch.setattr(voices, "_ask", broken)
    with monkeypatch.context() as away:
        away.setattr(mishaps, "keep", unwritable)
        page = browser_of(app).get(opened.address)
        assert page.status_code == 500
    assert everything(site.engine)["mishap"] == []
    site.looked_at = None  # an hour later
    browser_of(app).get("/")
    with database.reading(site.engine) as connection:
        [(reference, what)] = connection.execute(select(models.mishap)).all()
    assert f"this reference: {reference}" in page.text
    assert what.startswith("GET /v/<handle>")
    assert not site.mishaps


def unwritable(*_args: object) -> None:
    raise OperationalError("INSERT", {}, Exception("disk is full"))


def test_a_method_that_a_visitor_invents_stands_in_no_log_and_in_no_figure(
    app: Flask, lines: Callable[[], list[dict[str, object]]], tmp_path: Path, figures: Callable[[], str]
) -> None:
    browser_of(app).open("/start", method="INVENTED")
    assert [line["method"] for line in lines()] == ["other"]
    for other in running(f"sqlite:///{tmp_path / 'one.sqlite'}", metrics=ANYWHERE):
        metrics.serve(other)
        browser_of(other).open("/start", method="INVENTED")
        told = figures()
        assert 'method="other"' in told
        assert "INVENTED" not in told


def test_what_workers_repeat_while_the_queue_is_away_is_said_once_a_minute(monkeypatch: pytest.MonkeyPatch) -> None:
    now = 1000.0
    monkeypatch.setattr(logs, "monotonic", lambda: now)
    sparing = logs.Sparing()

    def is_said(name: str, said: str) -> bool:
        return sparing.filter(logging.LogRecord(name, logging.ERROR, "", 1, said, (), None))

    assert [is_said("huey.consumer.Worker", "Error reading from queue") for _ in range(3)] == [True, False, False]
    assert is_said("huey.consumer.Scheduler", "Error reading schedule.")
    assert [is_said("questionnaire.web.work", "again") for _ in range(2)] == [True, True]
    now += 60
    assert is_said("huey.consumer.Worker", "Error reading from queue")


def test_one_bug_that_everybody_meets_fills_no_disk(site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(mishaps, "MOST", 3)
    with database.writing(site.engine) as connection:
        for number in range(5):
            mishaps.keep(connection, f"{number}", "GET /v/<handle>")
        assert len(mishaps.take(connection)) == 3


def test_a_line_of_the_log_names_the_route_and_no_link_no_id_and_no_address(
    browser: Browser, lines: Callable[[], list[dict[str, object]]]
) -> None:
    organization = walks.own(browser)
    link = walks.invite(browser, organization)
    browser.as_somebody_else().get(link)
    told = [line for line in lines() if line["from"] == "alongside.requests"]
    assert {"GET", "POST"} == {str(line["method"]) for line in told}
    assert "/in/<token>" in {line["route"] for line in told}
    assert all(re.fullmatch(r"[0-9a-f]{8}", str(line["request"])) for line in told)
    assert len({line["request"] for line in told}) == len(told)
    written = json.dumps(lines())
    for secret in (link.rpartition("/")[2], organization.rpartition("/")[2], "127.0.0.1", "kim@example.org"):
        assert secret not in written


def test_nothing_that_peer_workers_do_stands_in_the_log(
    app: Flask, opened: Opened, lines: Callable[[], list[dict[str, object]]]
) -> None:
    before = len(lines())
    code = round_walks.codes_of(opened)[0]
    after_codes = len(lines())
    peer_worker = browser_of(app)
    round_walks.begin(peer_worker, opened, code)
    peer_worker.fill(opened.address, code="nonsense")
    peer_worker.get("/static/alongside.css").close()
    assert lines()[after_codes:] == []
    assert after_codes >= before


def test_what_an_exception_says_is_left_out_with_all_that_led_to_it() -> None:
    def fail() -> None:
        try:
            Profile.model_validate({"kind": SECRETS})  # Pydantic says what it was given
        except ValueError as error:
            raise RuntimeError(SECRETS) from error

    with pytest.raises(RuntimeError) as failed:
        fail()
    told = logs.where(failed.value)
    record = logging.LogRecord("x", logging.ERROR, "", 1, "said", (), failed._excinfo)
    assert told.startswith("RuntimeError\n")
    assert "caused by ValidationError" in told
    for written in (told, logs.Words().format(record), logs.Lines().format(record)):
        assert SECRETS not in written
        assert "test_health.py" in written


def test_metrics_stand_at_an_address_of_their_own_and_count_nothing_of_peer_workers(
    tmp_path: Path, figures: Callable[[], str]
) -> None:
    for app in running(f"sqlite:///{tmp_path / 'one.sqlite'}", metrics=ANYWHERE):
        metrics.serve(app)
        browser = browser_of(app)
        browser.read("/start")
        browser.get("/v/ABCDEFGH")
        browser.get("/static/alongside.css").close()
        told = figures()
        assert 'alongside_requests_total{method="GET",route="/start",status="200"} 1.0' in told
        assert "alongside_ready 1.0" in told
        assert "alongside_batch_parts_waiting 0.0" in told
        assert "/v/" not in told
        assert "static" not in told
        assert browser.get("/metrics").status_code == 404


def test_metrics_are_given_out_while_the_database_is_away(tmp_path: Path, figures: Callable[[], str]) -> None:
    for app in running(f"sqlite:///{tmp_path / 'one.sqlite'}", metrics=ANYWHERE):
        metrics.serve(app)
        site: Site = app.extensions["alongside"]
        site.engine.dispose()
        site.engine = database.open_database(f"sqlite:///{tmp_path / 'nowhere' / 'one.sqlite'}")
        told = figures()
        assert "alongside_ready 0.0" in told
        assert "alongside_batch_parts_waiting NaN" in told


def test_without_a_setting_there_are_no_metrics(app: Flask) -> None:
    before = list(app.after_request_funcs[None])
    metrics.serve(app)
    assert app.after_request_funcs[None] == before
    assert Settings(secret_key="k", database_url="sqlite://").metrics is None
