"""The radar of a scorecard: its lines, labels and the sentence that says what it shows, in the reader's tongue."""

from questionnaire.core.comparison import Comparison
from questionnaire.core.scorecard import Scorecard
from questionnaire.language import Language
from questionnaire.output.charts import Radar, Series, Voice


def radar_of(scorecard: Scorecard, comparison: Comparison | None, say: Language, *, is_case: bool) -> Radar:
    """The radar, with a thinner line for the year before where the two can be compared."""
    _, submission = say.gettext, scorecard.submission
    points = tuple(result.score.points for result in scorecard.domains)
    year = _("Organization %(year)s")
    label = _("Our coding of the study") if is_case else year % {"year": submission.year}
    series = [Series(label, points, Voice.ORGANIZATION)]
    if comparison and comparison.is_possible:
        label = year % {"year": comparison.earlier.submission.year}
        series.append(Series(label, comparison.earlier_line, Voice.EARLIER))
    return Radar(
        axes=tuple(say.text(result.domain.name) for result in scorecard.domains),
        series=tuple(series),
        scale=_("Rings mark 25, 50, 75 and 100 points; the centre is 0."),
        title=f"{submission.organization} · {submission.year} · Alongside",
        description=described(scorecard, comparison, say),
    )


def described(scorecard: Scorecard, comparison: Comparison | None, say: Language) -> str:
    """What the radar shows, for who does not see it."""
    _ = say.gettext
    figures = "; ".join(say.say(result.in_words) for result in scorecard.domains)
    said = _("Radar chart of points from 0 to 100. %(figures)s.") % {"figures": figures}
    if comparison and comparison.is_possible:
        year = comparison.earlier.submission.year
        said += " " + _("A thinner line shows %(year)s; the change stands in the table.") % {"year": year}
    return said
