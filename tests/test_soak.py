"""The short form of `make soak`: the same code with few kills, so that it says what is lost, and never how fast."""

import os
from pathlib import Path

import pytest

from questionnaire.core.answers import Answer, Answers
from tests.soak import kills
from tests.soak.kills import Writer, made_by
from tests.soak.served import served_site


def test_every_acknowledged_answer_survives_kill_9() -> None:
    with served_site() as site:
        outcome = kills.trial(site, kills=2, seed=1)
    assert (outcome.kills, outcome.lost, outcome.torn, outcome.failed_starts) == (2, 0, 0, [])
    busy = "503 "  # so slow a disk that SQLite gave up: the site says that nothing was saved, and nothing is lost
    assert [fault for fault in outcome.faults if not fault.startswith(busy)] == []
    assert outcome.integrity == "ok"


def test_an_interrupted_trial_leaves_no_process_and_no_folder() -> None:
    seen: list[tuple[int, Path]] = []

    def interrupted() -> None:
        with served_site() as site:
            site.start()
            assert site.process
            seen.append((site.process.pid, site.log.parent))
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        interrupted()
    [(process, folder)] = seen
    with pytest.raises(ProcessLookupError):
        os.kill(process, 0)
    assert not folder.exists()


FIRST, SECOND, THIRD = (made_by("Sam", count) for count in (1, 2, 3))


@pytest.mark.parametrize(
    ("standing", "lost_and_torn"),
    [
        ({"a": SECOND, "b": SECOND}, (0, 0)),
        ({"a": THIRD, "b": THIRD}, (0, 0)),
        ({"a": FIRST, "b": SECOND}, (1, 0)),
        ({}, (2, 0)),
        ({"a": THIRD, "b": SECOND}, (0, 1)),
        ({"a": Answer(THIRD.choice, note=SECOND.note), "b": SECOND}, (0, 1)),
        ({"a": made_by("Ash", 2), "b": SECOND}, (0, 1)),
    ],
    ids=["kept", "the next kept", "an older one", "nothing", "half a write", "parts of two", "a stranger's"],
)
def test_what_stands_after_a_kill_is_told_lost_or_torn(standing: Answers, lost_and_torn: tuple[int, int]) -> None:
    writer = Writer("Sam", "/", {"a": SECOND, "b": SECOND}, trying={"a": THIRD, "b": THIRD})
    assert writer.compare(standing) == lost_and_torn
