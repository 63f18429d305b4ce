"""What is frozen, and that its record has one spelling for ever."""

import json
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from questionnaire.core.advice import advise
from questionnaire.core.answers import BLANK, Answer, Choice, GateAnswer
from questionnaire.core.scoring import score
from questionnaire.core.submission import Submission, digest, freeze
from tests.builders import A_DAY, a_profile, a_submission, an_instrument, answers, levels
from tests.core.strategies import ANSWERS, answers_to

INSTRUMENT = an_instrument(domains=3, items=3, gated=("a.1", "b.1"))
PINNED = "660845755fcd346119d90b8ce54276a66fe32a2e43fd168121500bd29bf77d9d"


def frozen(chosen: dict[str, Answer], gate: GateAnswer = GateAnswer.YES) -> Submission:
    return freeze(
        INSTRUMENT,
        organization="Harbour Street",
        year=2026,
        revision=2,
        on=A_DAY,
        profile=a_profile(work=gate),
        answers=chosen,
    )


def test_a_submission_holds_what_was_said_and_what_follows_from_it() -> None:
    chosen = levels(INSTRUMENT, 1)
    submission = frozen(chosen)
    profile = a_profile(work=GateAnswer.YES)
    assert (submission.organization, submission.year, submission.revision) == ("Harbour Street", 2026, 2)
    assert (submission.submitted_on, submission.profile, submission.answers) == (date(2026, 10, 14), profile, chosen)
    assert submission.scores == score(INSTRUMENT, profile, chosen)
    assert submission.advice == advise(INSTRUMENT, profile, chosen)


def test_a_submission_names_the_instrument_it_was_made_on() -> None:
    submission = frozen({})
    named = (submission.instrument_id, submission.instrument_version, submission.instrument_digest)
    assert named == ("small", 1, INSTRUMENT.digest)


def test_answers_to_items_that_were_not_asked_are_left_out() -> None:
    submission = frozen({**levels(INSTRUMENT, 2), **answers(z_9="1")}, GateAnswer.NO)
    assert sorted(submission.answers) == ["a.2", "a.3", "b.2", "b.3", "c.1", "c.2", "c.3"]


def test_an_item_without_an_answer_is_kept_as_open() -> None:
    assert frozen(answers(a_2="1")).answers["a.3"] == BLANK


@given(answers_to(INSTRUMENT), st.sampled_from([None, *Choice]))
def test_the_answer_to_an_item_that_is_not_asked_leaves_no_trace(
    chosen: dict[str, Answer], choice: Choice | None
) -> None:
    hidden = Answer(choice=choice, note="Said before the gate was closed")
    closed = frozen({**chosen, "a.1": hidden, "b.1": hidden}, GateAnswer.NO)
    assert closed.record() == frozen(chosen, GateAnswer.NO).record()


def test_a_record_is_canonical() -> None:
    record = frozen({"a.2": Answer(choice=Choice.DOES_NOT_APPLY, reason="Déjà “fait”\n")}).record()
    content = json.loads(record)
    assert record == json.dumps(content, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    assert content["answers"]["a.2"] == {
        "choice": "does-not-apply",
        "reason": "Déjà “fait”\n",
        "note": "",
        "come_back": False,
    }


def test_the_order_of_answers_does_not_change_the_record() -> None:
    chosen = levels(INSTRUMENT, 3)
    assert frozen(dict(reversed(chosen.items()))).record() == frozen(chosen).record()


def test_the_digest_is_the_same_in_every_run() -> None:
    """A change of the format makes new digests: then what is stored already must still be readable as it was."""
    chosen = {**levels(INSTRUMENT, 2), **answers(a_1="0", a_2="dont-know", c_3="4")}
    assert frozen(chosen).digest == PINNED


def test_the_digest_changes_with_what_was_said() -> None:
    chosen = levels(INSTRUMENT, 2)
    others = [
        frozen({**chosen, **answers(a_1="3")}),
        frozen({**chosen, "a.1": Answer(choice=Choice.LEVEL_2, note="Since May")}),
        frozen(chosen, GateAnswer.DONT_KNOW),
        a_submission(INSTRUMENT, chosen, organization="Other Street"),
    ]
    assert len({frozen(chosen).digest, *(other.digest for other in others)}) == 5


@given(st.dictionaries(st.sampled_from([*INSTRUMENT.items]), ANSWERS))
def test_a_stored_record_is_read_as_it_was_frozen(chosen: dict[str, Answer]) -> None:
    submission = frozen(chosen)
    stored = Submission.read(submission.record())
    assert (stored.record(), stored.digest) == (submission.record(), digest(submission.record()))
    assert stored.model_dump() == submission.model_dump()


def test_a_stored_record_keeps_its_own_spelling() -> None:
    spelled = json.dumps(json.loads(frozen({}).record()), indent=1)
    assert Submission.read(spelled).record() == spelled
    assert Submission.read(spelled).digest == digest(spelled)


@pytest.mark.parametrize("key", ["organization", "scores"])
def test_a_record_that_lacks_a_part_is_not_read(key: str) -> None:
    content = json.loads(frozen({}).record())
    del content[key]
    with pytest.raises(ValueError, match=key):
        Submission.read(json.dumps(content))
