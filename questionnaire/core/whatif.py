"""What if: the scores that a scorecard would have with other levels for some items. None of it is real, or kept."""

from collections.abc import Mapping

from questionnaire.core.answers import Answer, Choice
from questionnaire.core.instrument import Instrument
from questionnaire.core.scorecard import Scorecard
from questionnaire.core.scoring import Scores, overall, score
from questionnaire.core.submission import Submission


def suppose(submission: Submission, instrument: Instrument, choices: Mapping[str, Choice]) -> Scorecard:
    """The scorecard with these choices in the place of those that were made; items that were not asked are ignored.

    A domain in which nothing is changed keeps the score that was recorded, whatever rules it came from.
    """
    changed = {
        item_id: Answer(choices[item_id])
        for item_id, answer in submission.answers.items()
        if item_id in choices and choices[item_id] is not answer.choice
    }
    answers = {**submission.answers, **changed}
    touched = {instrument.domain_of[item_id].id for item_id in changed}
    anew = {one.domain_id: one for one in score(instrument, submission.profile, answers).domains}
    domains = tuple(anew[one.domain_id] if one.domain_id in touched else one for one in submission.scores.domains)
    scores = Scores(domains=domains, overall=overall(domains)) if changed else submission.scores
    supposed = submission.model_copy(update={"answers": answers, "advice": (), "scores": scores, "stored": None})
    return Scorecard(supposed, instrument)
