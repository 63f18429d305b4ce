"""Respondents: who typed the code of a slip, and what their browser brings along, sealed and for one round only."""

from base64 import urlsafe_b64decode, urlsafe_b64encode
from binascii import Error as NotBase64
from collections.abc import Callable
from dataclasses import dataclass
from functools import wraps
from typing import ParamSpec, TypeVar, cast

from flask import abort, g, redirect, render_template, request, session, url_for
from flask.typing import ResponseReturnValue
from pydantic import BaseModel, ConfigDict, ValidationError

from questionnaire.core.rounds import Way, organization_sees_from, peers_see_from
from questionnaire.core.voices import Form
from questionnaire.store import rounds, slips
from questionnaire.store.keys import KeyLostError, RoundKey, UnsealedError
from questionnaire.web.access import RESPONDENT
from questionnaire.web.rounds import name_of, slip_address
from questionnaire.web.site import reading, site

HELD, COOKIE, MARK = "voice", "cookie", "of"
COOKIE_ROOM = 256  # bytes, whatever it holds

P = ParamSpec("P")
R = TypeVar("R")


class Held(BaseModel):
    """What the browser of somebody who typed a code brings along, sealed."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    code: str
    draft_key: str = ""


@dataclass(frozen=True)
class Respondent:
    """Who typed a code: the round, its key, and what the code opens."""

    found: rounds.Round
    key: RoundKey
    code: str
    draft_key: RoundKey | None

    @property
    def code_hash(self) -> str:
        """What the database holds of the code."""
        return self.key.code_hash(self.code)

    @property
    def mark(self) -> str:
        """What the forms of this code bring: a browser may have opened another slip since."""
        return self.key.mark(self.code)

    def slip(self) -> slips.Slip:
        """The slip; raises SpentError where it is spent, or none."""
        slip = slips.find(reading(), self.key, self.code_hash)
        if slip is None or slip.spent:
            raise slips.SpentError
        return slip

    def form(self) -> Form:
        """What was answered so far; raises UnsealedError and SpentError."""
        if self.draft_key is None:
            raise UnsealedError
        return slips.read(self.draft_key, self.slip())


def respondent(view: Callable[P, R]) -> Callable[P, R]:
    """Who typed a code of an open round; all others are asked for it. A code that is spent says so, and no more."""

    @wraps(view)
    def guarded(*args: P.args, **kwargs: P.kwargs) -> R:
        handle = str(kwargs["handle"])
        found = round_of(handle)
        if not found.is_open(on=site().today()):
            return cast("R", redirect(url_for("voices.enter", handle=handle), 303))
        try:
            g.respondent = _brought(found)
            if request.method == "POST" and request.form.get(MARK) != me().mark:
                raise UnsealedError
            return view(*args, **kwargs)
        except (UnsealedError, KeyLostError):
            session.pop(HELD, None)
            return cast("R", _set_aside(found))
        except slips.SpentError:
            session.pop(HELD, None)
            return cast("R", spent())
        except rounds.NotOpenError:
            return cast("R", redirect(url_for("voices.enter", handle=handle), 303))

    guarded.access = RESPONDENT  # type: ignore[attr-defined]  # tests read it off the function
    return guarded


def round_of(handle: str) -> rounds.Round:
    """The round that has this address: one of many billions, so that nobody comes by it who has no slip."""
    found = rounds.with_handle(reading(), handle.upper()) if "\0" not in handle else None
    if found is None or (found.way is Way.MEETING and found.result is None):
        abort(404)
    return found


def about(found: rounds.Round) -> dict[str, object]:
    """What every page may say of a round."""
    closes_on = found.closes_on or found.terms.closes_on
    return {
        "handle": found.handle,
        "found": found,
        "organization": name_of(found),
        "address": slip_address(found),
        "least": site().limits.forms,
        "limits": site().limits,
        "mark": me().mark if "respondent" in g else "",
        "peers_from": peers_see_from(closes_on),
        "organization_from": organization_sees_from(closes_on, site().limits),
    }


def me() -> Respondent:
    """Who asks, where @respondent has seen to it that there is somebody."""
    return cast("Respondent", g.respondent)


def keep(found: rounds.Round, key: RoundKey, held: Held) -> None:
    """Let this browser bring along what a code opened, until it is closed."""
    session[HELD] = to_bring(found, key, held)


def to_bring(found: rounds.Round, key: RoundKey, held: Held) -> list[str]:
    """What stands in the cookie: for which round, and the rest sealed."""
    return [
        found.handle,
        urlsafe_b64encode(key.seal(COOKIE, held.model_dump_json().encode(), room=COOKIE_ROOM)).decode(),
    ]


def _brought(found: rounds.Round) -> Respondent:
    """What this browser brings; raises UnsealedError where it is nothing, or of another round."""
    handle, sealed = session.get(HELD) or ("", "")
    if handle != found.handle:
        raise UnsealedError
    key = site().keys.find(found.round_id)
    try:
        held = Held.model_validate_json(key.unseal(COOKIE, urlsafe_b64decode(sealed)))
        draft_key = RoundKey(found.round_id, bytes.fromhex(held.draft_key)) if held.draft_key else None
    except (NotBase64, ValidationError, ValueError) as error:
        raise UnsealedError from error
    return Respondent(found, key, held.code, draft_key)


def _set_aside(found: rounds.Round) -> ResponseReturnValue:
    """To where a code is typed; answers that were sent wait on a page until this browser has opened their slip."""
    typed = [(name, value) for name, value in request.form.items(multi=True) if name != "csrf_token"]
    if not any(name.startswith(("q:", "gate:")) or (name == "words" and value) for name, value in typed):
        return redirect(url_for("voices.enter", handle=found.handle), 303)
    page = render_template("voices/set_aside.html", handle=found.handle, typed=typed, action=request.path)
    return page, 409


def spent() -> ResponseReturnValue:
    """A form was handed in with this code; nothing else is said."""
    return render_template("voices/spent.html"), 400
