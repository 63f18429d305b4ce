"""Logs: one line an event, in words or as JSON; never an answer, a link, a code, or anything of a peer worker.

What an exception says may hold what somebody typed. So no log has it: where it happened is enough to find a bug.
"""

import json
import logging
import re
import secrets
import sys
import traceback
from datetime import UTC, datetime
from time import monotonic, perf_counter, time

from flask import Flask, Response, g, request

from questionnaire.config import Settings
from questionnaire.web.security import VOICES, among_voices

requests = logging.getLogger("alongside.requests")

REPEATED_SECONDS = 60
METHODS = {"GET", "HEAD", "POST", "OPTIONS"}

PATH = re.compile(r"/[^\s'\",]*")


class Words(logging.Formatter):
    """Lines for a terminal, or for systemd, which notes the time itself."""

    def __init__(self) -> None:
        super().__init__("%(levelname)s %(name)s: %(message)s")

    def formatException(self, ei: object) -> str:  # noqa: N802  # the name is logging's
        """Where it happened, without what it says."""
        return where(ei[1]) if isinstance(ei, tuple) and isinstance(ei[1], BaseException) else ""


class Lines(Words):
    """One line of JSON an event, for programs that read logs."""

    def format(self, record: logging.LogRecord) -> str:
        """The event."""
        told: dict[str, object] = {
            "at": _at(record.created),
            "level": record.levelname.lower(),
            "from": record.name,
            "message": record.getMessage(),
        }
        told.update(getattr(record, "more", {}))
        if record.exc_info:
            told["where"] = self.formatException(record.exc_info)
        return json.dumps(told, ensure_ascii=False)


class Sparing(logging.Filter):
    """What workers say again and again while the queue is away is said once a minute."""

    def __init__(self) -> None:
        super().__init__()
        self.said: dict[str, float] = {}

    def filter(self, record: logging.LogRecord) -> bool:
        """Whether to say it."""
        if not record.name.startswith("huey"):
            return True
        is_new = monotonic() - self.said.get(record.msg, -REPEATED_SECONDS) >= REPEATED_SECONDS
        if is_new:
            self.said[record.msg] = monotonic()
        return is_new


def set_up(app: Flask, settings: Settings) -> None:
    """Send what this process says to its standard error; as JSON, with a line a request."""
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(Lines() if settings.logs == "json" else Words())
    handler.addFilter(Sparing())
    logging.basicConfig(handlers=[handler], level=logging.WARNING, force=True)
    app.logger.handlers.clear()  # Flask's own would say everything a second time
    logging.getLogger("waitress").addFilter(_without_paths)
    if settings.logs == "json":
        requests.setLevel(logging.INFO)
        app.before_request(_begin)
        app.after_request(_note)


def say(settings: Settings, sentence: str, **more: str) -> None:
    """Say something to whoever starts the site or a command of it, at once."""
    told = json.dumps({"at": _at(time()), "level": "info", "message": sentence, **more}, ensure_ascii=False)
    print(told if settings.logs == "json" else sentence, flush=True)


def tell(logger: logging.Logger, sentence: str, error: BaseException | None) -> None:
    """Log that something went wrong that nobody expected: what it means, and where it happened."""
    logger.error("%s\n%s", sentence, where(error))


def asked() -> tuple[str, str]:
    """The method and the route of this request; what a visitor may invent, another method or address, is not told."""
    method = request.environ["REQUEST_METHOD"]
    return (method if method in METHODS else "other"), (request.url_rule.rule if request.url_rule else "none")


def reference() -> str:
    """The id of this request: on the page of an error, and in the log."""
    return str(g.setdefault("reference", secrets.token_hex(4)))


def where(error: BaseException | None) -> str:
    """The kinds of an exception and of what led to it, and the lines of code; not what they say."""
    told: list[str] = []
    while error is not None and len(told) < 5:
        frames = (
            f"{frame.filename}:{frame.lineno} in {frame.name}" for frame in traceback.extract_tb(error.__traceback__)
        )
        told.append("\n  ".join((type(error).__name__, *frames)))
        error = error.__cause__ or error.__context__
    return "\ncaused by ".join(told)


def _at(seconds: float) -> str:
    return datetime.fromtimestamp(seconds, UTC).isoformat(timespec="milliseconds")


def _without_paths(record: logging.LogRecord) -> bool:
    """The server names the path of a request that was broken off; it may hold a link, and is nobody's business."""
    message = record.getMessage()
    if VOICES in message:
        return False
    record.msg, record.args = PATH.sub("(a page)", message), ()
    return True


def _begin() -> None:
    g.begun = perf_counter()


def _note(response: Response) -> Response:
    """A line for a request, by its route; none where peer workers answer, nor for what their pages are made of."""
    if not among_voices() and request.endpoint not in {"static", "health.live", "health.ready"}:
        method, route = asked()
        more = {
            "request": reference(),
            "method": method,
            "route": route,
            "status": response.status_code,
            "ms": round((perf_counter() - g.begun) * 1000, 1) if "begun" in g else None,
        }
        requests.info("answered", extra={"more": more})
    return response
