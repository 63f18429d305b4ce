"""What if: other choices for some questions, the rest as it was recorded."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from questionnaire.core.answers import Answer, Choice, GateAnswer
from questionnaire.core.instrument import parse
from questionnaire.core.scorecard import Scorecard
from questionnaire.core.scoring import DomainScore, Scores, score
from questionnaire.core.submission import Submission, freeze
from questionnaire.core.whatif import suppose
from tests.builders import A_DAY, a_profile, a_submission, a_tree, an_instrument, levels
from tests.core.strategies import answers_to

SMALL = an_instrument(domains=4, items=4)
CHOICES = st.dictionaries(st.sampled_from([*SMALL.items, "gone"]), st.sampled_from(Choice))


def choices(**chosen: str) -> dict[str, Choice]:
    return {item_id.replace("_", "."): Choice(choice) for item_id, choice in chosen.items()}


def points(card: Scorecard) -> list[int | None]:
    return [result.points for result in card.domains]


def recorded_otherwise(submission: Submission) -> Submission:
    """A record whose scores came from other rules: 12.5 in every domain, 1 overall."""
    domains = tuple(one.model_copy(update={"points": 12.5}) for one in submission.scores.domains)
    return submission.model_copy(update={"scores": Scores(domains=domains, overall=1)})


def test_other_choices_have_other_scores() -> None:
    supposed = suppose(a_submission(SMALL), SMALL, choices(a_1="4", a_2="4", d_4="0"))
    assert points(supposed) == [75, 50, 50, 38]
    assert supposed.overall == 53


def test_a_domain_without_a_change_keeps_the_score_that_was_recorded() -> None:
    supposed = suppose(recorded_otherwise(a_submission(SMALL)), SMALL, choices(b_1="4"))
    assert points(supposed) == [13, 63, 13, 13]
    assert supposed.submission.scores.overall == pytest.approx((62.5 + 3 * 12.5) / 4)


@pytest.mark.parametrize("chosen", [{}, {"a_1": "2"}, {"gone": "4"}, {"a_1": "2", "b_2": "2"}])
def test_where_nothing_is_changed_all_scores_are_those_that_were_recorded(chosen: dict[str, str]) -> None:
    submission = recorded_otherwise(a_submission(SMALL))
    supposed = suppose(submission, SMALL, choices(**chosen))
    assert supposed.submission.scores == submission.scores
    assert supposed.submission.answers == submission.answers


def test_questions_that_were_not_asked_are_left_out() -> None:
    gated = parse(a_tree(domains=3, items=4, gated=("a.1",)))
    submission = freeze(
        gated,
        organization="Harbour Street",
        year=2026,
        revision=1,
        on=A_DAY,
        profile=a_profile(work=GateAnswer.NO),
        answers=levels(gated, 2),
    )
    supposed = suppose(submission, gated, choices(a_1="4"))
    assert supposed.submission.scores == submission.scores
    assert "a.1" not in supposed.submission.answers


def test_a_domain_with_too_few_levels_left_is_not_scored() -> None:
    supposed = suppose(a_submission(SMALL), SMALL, choices(a_1="dont-know"))
    assert supposed.domains[0].points is None
    assert supposed.domains[0].score.dont_know == 1
    assert supposed.overall is None


def test_a_domain_with_enough_levels_is_scored_at_last() -> None:
    submission = a_submission(SMALL, {**levels(SMALL, 2), "a.1": Answer(), "a.2": Answer(Choice.DONT_KNOW)})
    assert points(suppose(submission, SMALL, choices(a_1="4", a_2="4"))) == [75, 50, 50, 50]


def test_a_question_may_be_supposed_not_to_apply() -> None:
    (first, *_) = suppose(a_submission(SMALL), SMALL, choices(a_1="does-not-apply")).domains
    assert (first.points, first.score.applicable, first.score.does_not_apply) == (50, 3, 1)


def test_what_was_said_beside_an_answer_does_not_stand_beside_another_one() -> None:
    given = {
        **levels(SMALL, 2),
        "a.1": Answer(Choice.LEVEL_1, note="So it is."),
        "a.2": Answer(Choice.LEVEL_1, note="x"),
    }
    supposed = suppose(a_submission(SMALL, given), SMALL, choices(a_1="3", a_2="1"))
    assert supposed.submission.answers["a.1"] == Answer(Choice.LEVEL_3)
    assert supposed.submission.answers["a.2"] == Answer(Choice.LEVEL_1, note="x")


def test_no_advice_is_given_for_what_is_only_supposed() -> None:
    assert suppose(a_submission(SMALL), SMALL, choices(a_1="0")).advice == ()


def test_what_is_only_supposed_is_no_record() -> None:
    submission = Submission.read(a_submission(SMALL).record())
    supposed = suppose(submission, SMALL, choices(a_1="0")).submission
    assert isinstance(supposed, Submission)
    assert supposed.stored is None
    assert supposed.digest != submission.digest


@given(answers_to(SMALL), CHOICES)
def test_whatever_is_supposed_the_submission_stays_and_the_scores_are_those_of_the_answers(
    answered: dict[str, Answer], chosen: dict[str, Choice]
) -> None:
    submission = a_submission(SMALL, answered)
    before = submission.record()
    supposed = suppose(submission, SMALL, chosen)
    assert submission.record() == before
    assert supposed.submission.scores == score(SMALL, submission.profile, supposed.submission.answers)
    assert all(isinstance(one, DomainScore) for one in supposed.submission.scores.domains)
    assert set(supposed.submission.answers) == set(submission.answers)
