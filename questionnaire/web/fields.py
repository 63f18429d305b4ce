"""What every form checks: text that can be kept, whole numbers, and choices that exist. All errors are in words."""

from collections.abc import Callable, Sequence
from typing import Any
from urllib.parse import unquote_to_bytes

from flask import request
from werkzeug.datastructures import MultiDict
from wtforms import Field, Form, StringField, ValidationError
from wtforms.form import BaseForm

from questionnaire.core.text import LOST, says_something, showable
from questionnaire.web.site import gettext as _

Validator = Callable[[Any, Any], None]


def tidy(text: str | None) -> str | None:
    """Text as it is kept: lines end in one way, and nothing blank stands around it."""
    return None if text is None else text.replace("\r\n", "\n").replace("\r", "\n").strip()


def _is_whole(body: bytes) -> bool:
    """Whether a form's body is UTF-8 throughout; what is not would be kept as percent signs and numbers."""
    try:
        unquote_to_bytes(body).decode()
    except UnicodeDecodeError:
        return False
    return True


def text(limit: int, *, lines: bool = False) -> Validator:
    """Text of at most so many characters, in one line or several."""

    def check(_form: Form, field: Field) -> None:
        content = field.data or ""
        if len(content) > limit:
            raise ValidationError(
                _(
                    "This is %(length)s characters long; at most %(limit)s can be kept. Shorten it.",
                    length=f"{len(content):,}",
                    limit=f"{limit:,}",
                )
            )
        if LOST in showable(content):
            field.data = showable(content)
            raise ValidationError(_("This holds a character that cannot be kept. Take out what stands as �."))
        if not lines and ("\n" in content or "\t" in content):
            raise ValidationError(_("This must be one line, without tabs."))

    return check


def needed(message: Callable[[], str]) -> Validator:
    """Something must stand here."""

    def check(_form: Form, field: Field) -> None:
        if not says_something(field.data or ""):
            raise ValidationError(message())

    return check


def whole(content: str) -> int | None:
    """The whole number that a text is, in ordinary digits; None for any other, and for one no database holds."""
    return int(content) if content.isascii() and content.isdigit() and len(content) < 10 else None


def whole_number(lowest: int, highest: int) -> Validator:
    """A whole number in a range, in ordinary digits."""

    def check(_form: Form, field: Field) -> None:
        number = whole(field.data or "")
        if number is None or not lowest <= number <= highest:
            field.data = showable(field.data or "")
            raise ValidationError(
                _("Give a whole number from %(lowest)s to %(highest)s.", lowest=lowest, highest=f"{highest}")
            )

    return check


class ChoiceField(StringField):
    """One of the answers that the page offers, each a value and what is read beside it."""

    options: Sequence[tuple[str, str]] = ()

    def pre_validate(self, _form: BaseForm) -> None:
        """Anything else, or nothing, is refused."""
        if self.data not in {value for value, _label in self.options}:
            raise ValidationError(_("Choose one of the answers."))


def strangers(sent: MultiDict[str, str], known: set[str]) -> str | None:
    """What is wrong with a form as a whole: fields that the page does not have, or that came twice."""
    if set(sent) - known:
        return _("This form holds something that is not on this page. Nothing was saved; check it and save again.")
    if not _is_whole(request.get_data(cache=True)):
        return _("This form holds half a character. Nothing was saved; type what looks odd again, and save again.")
    if any(len(values) > 1 for values in sent.listvalues()):
        return _("This form holds two answers to the same question. Nothing was saved; check it and save again.")
    return None
