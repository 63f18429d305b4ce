"""The server itself: how it holds against who sends slowly, and what it forgets by itself."""

import socket
import time
from contextlib import closing
from http.client import HTTPConnection
from pathlib import Path

import pytest
from sqlalchemy import update

from questionnaire.store import database, models
from questionnaire.web import serving
from tests.journeys.running import running_site
from tests.soak.served import HOST, served_site
from tests.web.crowd import everything

KIND = b"Content-Type: application/x-www-form-urlencoded"
FORM = b"POST /start HTTP/1.1\r\nHost: a\r\n" + KIND + b"\r\nContent-Length: 9999\r\n\r\n"


def test_who_sends_a_byte_now_and_then_is_cut_off_when_the_time_for_a_request_is_over(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(serving, "SENDING_SECONDS", 0.5)
    with running_site(tmp_path) as site:
        port = int(site.address.rpartition(":")[2])
        with socket.create_connection(("127.0.0.1", port), timeout=0.1) as client:
            client.sendall(FORM)
            for _ in range(600):  # a minute; never a measure, only an end to waiting
                try:
                    client.sendall(b"a")
                    if client.recv(1) == b"":
                        return
                except TimeoutError:
                    continue
                except ConnectionError:
                    return
    raise AssertionError("It was never cut off.")


def test_the_time_for_a_request_does_not_run_between_two_of_one_connection(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(serving, "SENDING_SECONDS", 0)
    with running_site(tmp_path) as site:
        connection = HTTPConnection("127.0.0.1", int(site.address.rpartition(":")[2]), timeout=120)
        connection.connect()
        connection.auto_open = 0  # a second connection would hide that the first was cut off
        for _ in range(2):
            connection.request("GET", "/healthz")
            assert connection.getresponse().read() == b"ok\n"
            time.sleep(1.5)  # the server looks once a second
        connection.close()


def test_a_large_file_comes_whole_to_who_takes_it_and_the_next_page_after_it(tmp_path: Path) -> None:
    large = b"0123456789" * 2_000_000
    asked = b"GET /healthz HTTP/1.1\r\nHost: a\r\n"
    with running_site(tmp_path) as site:
        site.app.view_functions["health.live"] = lambda: large
        port = int(site.address.rpartition(":")[2])
        with socket.create_connection(("127.0.0.1", port), timeout=120) as client, client.makefile("rb") as answers:
            for last in (b"\r\n", b"Connection: close\r\n\r\n"):
                client.sendall(asked + last)
                time.sleep(0.2)  # much of it is ready before it is taken
                while answers.readline() not in {b"\r\n", b""}:
                    continue
                assert answers.read(len(large)) == large
            assert answers.read() == b"", "the server has closed it, and the files in which the answers lay"


@pytest.mark.parametrize("is_apart", [False, True])
def test_what_counts_against_a_place_goes_without_workers_and_where_they_are_apart(*, is_apart: bool) -> None:
    with served_site(WORKERS="0") as site:
        site.start()
        engine = database.open_database(site.database_url)
        with closing(HTTPConnection(HOST, site.port, timeout=60)) as browser:
            browser.request("GET", "/in/nobodys")
            assert browser.getresponse().status == 404
        if is_apart:
            site.kill()
            site.program = ("-m", "flask", "work")
            site.begin()
        with database.writing(engine) as connection:
            assert connection.execute(update(models.throttle).values(ends_at=0)).rowcount == 1
        until = time.monotonic() + 60  # never a measure, only an end to waiting
        while everything(engine)["throttle"] and time.monotonic() < until:
            time.sleep(0.1)
        assert everything(engine)["throttle"] == []
        engine.dispose()
