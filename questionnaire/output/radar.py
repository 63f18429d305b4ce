"""The radar of a scorecard: its lines, labels and the sentence that says what it shows, in the reader's tongue."""

from questionnaire.core.comparison import Comparison
from questionnaire.core.differences import Voices
from questionnaire.core.phrase import Phrase
from questionnaire.core.scorecard import Scorecard
from questionnaire.core.voices import in_text
from questionnaire.language import Language
from questionnaire.output.charts import Radar, Series, Voice


def radar_of(
    scorecard: Scorecard,
    comparison: Comparison | None,
    say: Language,
    *,
    is_case: bool,
    voices: Voices | None = None,
) -> Radar:
    """The radar: a thinner line is the year before where the two can be compared, a dashed one peer workers."""
    _, submission = say.gettext, scorecard.submission
    points = tuple(result.score.points for result in scorecard.domains)
    year = _("Organization %(year)s")
    label = _("Our coding of the study") if is_case else year % {"year": submission.year}
    series = [Series(label, points, Voice.ORGANIZATION)]
    if comparison and comparison.is_possible:
        label = year % {"year": comparison.earlier.submission.year}
        series.append(Series(label, comparison.earlier_line, Voice.EARLIER))
    if voices:
        label = _("Peer workers %(year)s") % {"year": submission.year}
        series.append(Series(label, voices.line, Voice.PEERS))
    return Radar(
        axes=tuple(say.text(result.domain.name) for result in scorecard.domains),
        series=tuple(series),
        scale=_("Rings mark 25, 50, 75 and 100 points; the centre is 0."),
        title=f"{submission.organization} · {submission.year} · Alongside",
        description=described(scorecard, comparison, say, voices),
    )


def described(
    scorecard: Scorecard, comparison: Comparison | None, say: Language, voices: Voices | None = None
) -> str:
    """What the radar shows, for who does not see it."""
    _ = say.gettext
    figures = "; ".join(say.say(result.in_words) for result in scorecard.domains)
    said = _("Radar chart of points from 0 to 100. %(figures)s.") % {"figures": figures}
    if comparison and comparison.is_possible:
        year = comparison.earlier.submission.year
        said += " " + _("A thinner line shows %(year)s; the change stands in the table.") % {"year": year}
    return f"{said} {_of_peers(voices, say)}" if voices else said


def _of_peers(voices: Voices, say: Language) -> str:
    """The second line: its figures, and the domains that it does not reach."""
    _ = say.gettext
    shown = [(one.domain.name, one.peers) for one in voices.differences if one.peers is not None]
    figures = "; ".join(
        say.say(Phrase("domain.scored", {"domain": name, "points": in_text(points)})) for name, points in shown
    )
    said = _("A dashed line with squares shows peer workers: %(figures)s.") % {"figures": figures} if shown else ""
    none = say.say(voices.without_figure) if voices.without_figure else ""
    return f"{said} {none}".strip()
