"""One action of a plan: its form, what can be wrong with it, and the scorecards whose questions it can name."""

import re
from collections.abc import Iterable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID, uuid4

from flask import request
from wtforms import BooleanField, Field, Form, StringField, ValidationError

from questionnaire.core.instrument import Text
from questionnaire.core.plan import (
    FURTHEST_YEARS,
    INVOLVEMENT_LIMIT,
    LINE_LIMIT,
    NOTES_LIMIT,
    WHY_DROPPED_LIMIT,
    Action,
    Movement,
    Status,
    planned,
)
from questionnaire.core.scorecard import Scorecard
from questionnaire.core.text import says_something, showable
from questionnaire.store import assessments, instruments
from questionnaire.web import fields
from questionnaire.web.fields import ChoiceField
from questionnaire.web.site import gettext as _
from questionnaire.web.site import language, reading, site

ITEM = "item:"
A_DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")


@dataclass(frozen=True)
class Basis:
    """What a plan rests on: the newest scorecard of each year."""

    organization_id: str
    scorecards: Mapping[int, Scorecard]

    @property
    def newest(self) -> Scorecard | None:
        """The newest year's; None where nothing is submitted."""
        return self.scorecards[max(self.scorecards)] if self.scorecards else None

    def question(self, item_id: str) -> Text | None:
        """A question in the newest words there are; None where no year knows it."""
        for year in sorted(self.scorecards, reverse=True):
            item = self.scorecards[year].instrument.items.get(item_id)
            if item:
                return item.question
        return None

    def called(self, item_id: str) -> str:
        """The same in the reader's tongue; where no year knows it, its id."""
        question = self.question(item_id)
        return language().text(question) if question else item_id

    def movements(self, actions: Iterable[Action]) -> dict[str, Movement]:
        """What moved since earlier years' actions were planned, by their ids."""
        if self.newest is None:
            return {}
        beside = planned(self.newest, self.scorecards, actions)
        return {one.action.id: one.movement for one in beside if one.movement}

    def groups(self, chosen: Sequence[str]) -> list[tuple[str, list[tuple[str, str]]]]:
        """The questions that an action can name, by domain: those asked last, and those that it names already."""
        found = []
        for result in self.newest.domains if self.newest else ():
            asked = {part.item.id for part in result.items}
            items = [item.id for item in result.domain.items if item.id in asked or item.id in chosen]
            found.append((language().text(result.domain.name), items))
        listed = {item_id for _name, items in found for item_id in items}
        found.append((_("No longer asked"), [item_id for item_id in chosen if item_id not in listed]))
        return [(name, [(item_id, self.called(item_id)) for item_id in items]) for name, items in found if items]


class DayField(StringField):
    """A day, chosen or typed as year-month-day; `standing` is the one that is kept, which may be over."""

    standing: date | None = None

    @property
    def day(self) -> date | None:
        """The day that stands here; None where that is none."""
        if self.data and A_DAY.fullmatch(self.data):
            with suppress(ValueError):
                return date.fromisoformat(self.data)
        return None

    def pre_validate(self, _form: object) -> None:
        """The day must exist, be still to come, and not be further away than anybody plans."""
        day, today = self.day, site().today()
        if not self.data or (day and day == self.standing):
            return
        if not A_DAY.fullmatch(self.data):
            self.data = showable(self.data)
            raise ValidationError(_("Write the day as year-month-day, for example 2027-03-31."))
        if day is None:
            raise ValidationError(_("There is no such day. Look it up in a calendar."))
        if day < today:
            raise ValidationError(_("This day is over. Choose today or a later day, or leave it empty."))
        if (day.year - FURTHEST_YEARS, day.month, day.day) > (today.year, today.month, today.day):
            message = _("This is more than %(years)s years ahead. Choose an earlier day.", years=FURTHEST_YEARS)
            raise ValidationError(message)


class QuestionsField(Field):
    """Which questions: a checkbox each, for one name that is sent twice would be two answers to one question."""

    groups: Sequence[tuple[str, Sequence[tuple[str, str]]]] = ()
    data: tuple[str, ...]

    def process(self, formdata: Any, data: Any = (), extra_filters: Any = None) -> None:
        """Take what was ticked, or what stands."""
        del extra_filters
        self.process_errors = []
        sent = (name.removeprefix(ITEM) for name in formdata or () if name.startswith(ITEM))
        self.data = tuple(sent) if formdata else tuple(data)

    def pre_validate(self, _form: object) -> None:
        """Only questions that the page offers, in its order."""
        offered = [item_id for _name, items in self.groups for item_id, _question in items]
        if not set(self.data) <= set(offered):
            raise ValidationError(_("Choose from the questions on this page."))
        self.data = tuple(item_id for item_id in offered if item_id in self.data)


def _why_given(form: Form, field: StringField) -> None:
    if form["status"].data == Status.DROPPED and not says_something(field.data or ""):
        raise ValidationError(_("Say in a few words why it is dropped."))


class ActionForm(Form):
    """One action; `key` is the id that a new one will have, so that a button pressed twice makes one."""

    what = StringField(
        filters=[fields.tidy],
        validators=[fields.needed(lambda: _("Say what you will do.")), fields.text(LINE_LIMIT)],
    )
    who = StringField(filters=[fields.tidy], validators=[fields.text(LINE_LIMIT)])
    due_on = DayField(filters=[fields.tidy])
    status = ChoiceField()
    why_dropped = StringField(
        filters=[fields.tidy], validators=[fields.text(WHY_DROPPED_LIMIT, lines=True), _why_given]
    )
    is_first = BooleanField()
    involvement = StringField(filters=[fields.tidy], validators=[fields.text(INVOLVEMENT_LIMIT, lines=True)])
    items = QuestionsField()
    notes = StringField(filters=[fields.tidy], validators=[fields.text(NOTES_LIMIT, lines=True)])
    seen = StringField()
    key = StringField()

    def action(self, standing: Action | None, year: int) -> Action:
        """What a valid form says."""
        status = Status(self.status.data or "")
        return Action(
            id=standing.id if standing else self.key.data or "",
            year=standing.year if standing else year,
            what=self.what.data or "",
            who=self.who.data or "",
            due_on=self.due_on.day,
            status=status,
            why_dropped=(self.why_dropped.data or "") if status is Status.DROPPED else "",
            notes=self.notes.data or "",
            involvement=self.involvement.data or "",
            items=self.items.data,
            advice_id=standing.advice_id if standing else None,
            is_first=bool(self.is_first.data),
        )


def basis_of(organization_id: str) -> Basis:
    return Basis(
        organization_id,
        {
            submission.year: Scorecard(submission, instruments.recall(reading(), submission.instrument_digest))
            for submission in assessments.yearly(reading(), organization_id)
        },
    )


def form_of(basis: Basis, standing: Action | None) -> ActionForm:
    """The form with what was sent, or else with what stands."""
    blank: dict[str, Any] = {"items": (), "status": Status.NOT_STARTED.value, "key": str(uuid4())}
    form = ActionForm(request.form or None, data=_as_data(standing) if standing else blank)
    for name, label in _labels().items():
        form[name].label.text = label
    form.status.options = [(status.value, text) for status, text in statuses().items()]
    form.due_on.standing = standing.due_on if standing else None
    form.items.groups = basis.groups(standing.items if standing else ())
    if not is_key(form.key.data):
        form.key.data = str(uuid4())
    return form


def _as_data(action: Action) -> dict[str, Any]:
    return {
        **action.model_dump(mode="json"),
        "items": action.items,
        "seen": action.fingerprint,
        "key": action.id,
    }


def is_key(text: str | None) -> bool:
    """Whether this is an id as this site makes them."""
    try:
        return str(UUID(text or "")) == text
    except ValueError:
        return False


def known_names(form: ActionForm) -> set[str]:
    """What may be sent; whether a question is one that the page offers is said beside the questions."""
    ticked = {name for name in request.form if name.startswith(ITEM)}
    return ({"csrf_token"} | {field.name for field in form} | ticked) - {"items"}


def in_words(basis: Basis, action: Action) -> dict[str, str]:
    """An action by the labels of its form."""
    nothing, labels = _("Nothing"), _labels()
    questions = "\n".join(basis.called(item_id) for item_id in action.items)
    values = {
        "what": action.what,
        "who": action.who,
        "due_on": language().date(action.due_on) if action.due_on else "",
        "status": statuses()[action.status],
        "why_dropped": action.why_dropped,
        "is_first": _("Yes") if action.is_first else _("No"),
        "involvement": action.involvement,
        "items": questions,
        "notes": action.notes,
    }
    return {labels[name]: value or nothing for name, value in values.items()}


def _labels() -> dict[str, str]:
    return {
        "what": _("What will you do?"),
        "who": _("Who sees to it?"),
        "due_on": _("By when?"),
        "status": _("How far is it?"),
        "why_dropped": _("Why is it dropped?"),
        "is_first": _("It is one of the three that come first"),
        "involvement": _("How are peer workers involved, and paid for it?"),
        "items": _("Which questions should it move?"),
        "notes": _("Notes"),
    }


def statuses() -> dict[Status, str]:
    return {
        Status.NOT_STARTED: _("Not started"),
        Status.UNDER_WAY: _("Under way"),
        Status.DONE: _("Done"),
        Status.DROPPED: _("Dropped"),
    }
