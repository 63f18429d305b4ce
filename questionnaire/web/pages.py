"""What templates can say: texts, phrases and dates in the reader's tongue, forms with their token, messages."""

from datetime import date
from typing import Literal

from flask import Flask, session
from flask_wtf.csrf import generate_csrf
from jinja2 import StrictUndefined
from markupsafe import Markup

from questionnaire.core.benchmark import Figure
from questionnaire.core.instrument import Text
from questionnaire.core.phrase import Phrase
from questionnaire.core.release_years import counted_in_words, signed_in_words
from questionnaire.core.report import grouped
from questionnaire.core.scoring import whole
from questionnaire.core.voices import Points, figure
from questionnaire.web import access
from questionnaire.web.security import among_voices
from questionnaire.web.site import gettext, language, ngettext


def set_up(app: Flask) -> None:
    """Teach the templates their few words."""
    environment = app.jinja_env
    environment.undefined = StrictUndefined
    environment.trim_blocks = environment.lstrip_blocks = True
    environment.filters.update(words=_words, say=_say, day=_day, points=_points, figure=_figure)
    environment.filters.update(signed=_signed, counted=_counted, groups=grouped)
    # Jinja's own extension for translations formats every sentence, and costs a fifth of a page of questions.
    environment.globals.update(_=gettext, ngettext=ngettext)
    environment.globals.update(
        csrf_field=_csrf_field,
        tongue=language,
        held=access.current_or_none,
        signed_in_as=access.email_or_none,
        has_session=access.has_session,
        is_reader=access.is_reader,
    )


def _words(text: Text) -> str:
    return language().text(text)


def _say(phrase: Phrase) -> str:
    return language().say(phrase)


def _points(points: float | None) -> str:
    return "–" if points is None else str(whole(points))


def _figure(points: Points | Literal["none"] | None) -> str:
    """A figure of peer workers, or a share, as it may be shown."""
    return gettext("none") if points == "none" else language().say(figure(points))


def _signed(figure: Figure | None) -> str:
    """A change or a difference of a network, with its sign and of how many organizations."""
    return language().say(signed_in_words(figure))


def _counted(figure: Figure) -> str:
    """A median of a network, and of how many organizations."""
    return language().say(counted_in_words(figure))


def _day(day: date) -> str:
    return language().date(day)


def _csrf_field() -> Markup:
    """The hidden field of every form. Its secret outlives the browser, unless a peer worker answers on it."""
    if not session.permanent and not among_voices():
        session.permanent = True
    return Markup('<input type="hidden" name="csrf_token" value="{}">').format(generate_csrf())
