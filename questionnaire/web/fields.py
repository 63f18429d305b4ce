"""What every form checks: text that can be kept, whole numbers, and choices that exist. All errors are in words."""

import unicodedata
from collections.abc import Callable, Sequence
from typing import Any

from werkzeug.datastructures import MultiDict
from wtforms import Field, Form, StringField, ValidationError
from wtforms.form import BaseForm

from questionnaire.web.site import gettext as _

Validator = Callable[[Any, Any], None]

# What is lost on the way stands as U+FFFD; the others would break a database, an XML file or a page.
_NEVER_KEPT = {"\ufffd", "\ufffe", "\uffff"}


def tidy(text: str | None) -> str | None:
    """Text as it is kept: lines end in one way, and nothing blank stands around it."""
    return None if text is None else text.replace("\r\n", "\n").replace("\r", "\n").strip()


def can_be_kept(text: str) -> bool:
    """Whether text can be stored, printed and shown: no control characters, no halves of characters."""
    return not any(
        (unicodedata.category(character) in {"Cc", "Cs"} and character not in "\n\t") or character in _NEVER_KEPT
        for character in text
    )


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
        if not can_be_kept(content) or (not lines and ("\n" in content or "\t" in content)):
            raise ValidationError(_("This holds a character that cannot be kept. Type it again without it."))

    return check


def needed(message: Callable[[], str]) -> Validator:
    """Something must stand here."""

    def check(_form: Form, field: Field) -> None:
        if not field.data:
            raise ValidationError(message())

    return check


def whole_number(lowest: int, highest: int) -> Validator:
    """A whole number in a range, in ordinary digits."""

    def check(_form: Form, field: Field) -> None:
        content = field.data or ""
        digits = content.isascii() and content.isdigit() and len(content) < 10
        if not digits or not lowest <= int(content) <= highest:
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
    if any(len(values) > 1 for values in sent.listvalues()):
        return _("This form holds two answers to the same question. Nothing was saved; check it and save again.")
    return None
