"""What is counted against whom, so that nobody can guess, flood or fill: shared by all processes, for a short time.

A place, the address that a request comes from, may be a whole shelter's. What counts against a place is forgotten
after a minute, and keeps out nobody who brings what is right: a code, a link, a password.
"""

import hmac
import secrets
from collections.abc import Callable
from functools import wraps
from ipaddress import IPv6Address, ip_address
from typing import ParamSpec, TypeVar, cast

from flask import make_response, render_template, request
from itsdangerous import BadSignature, URLSafeSerializer
from werkzeug.wrappers import Response

from questionnaire.store import accounts, database, throttles
from questionnaire.store.keys import RoundKey
from questionnaire.store.throttles import Limit
from questionnaire.web.access import keep_cookie, session_token
from questionnaire.web.site import ngettext, reading, site, stop_reading, writing

P = ParamSpec("P")
R = TypeVar("R")

MINUTE = 60
DEVICE_DAYS = 400
GUESSES, FILES, MAILS = 10, 30, 10  # a minute


def of_password(email: str) -> list[Limit]:
    """What counts when somebody tries a password: the account, or a device that signed in to it before by itself.

    So nobody else's guessing keeps an owner out on the devices that signed in before.
    """
    device = _device_of(email)
    if device:
        return [Limit("device", device, attempts=10, seconds=15 * MINUTE)]
    return [Limit("account", accounts.same(email), attempts=10, seconds=15 * MINUTE)]


def of_mail(email: str) -> list[Limit]:
    """What counts when somebody has a mail sent: a stranger's mailbox is not to be filled from here."""
    device = _device_of(email)
    sender = (
        Limit("device mails", device, attempts=MAILS, seconds=MINUTE)
        if device
        else Limit("place", _place(), attempts=MAILS, seconds=MINUTE)
    )
    return [Limit("mail", accounts.same(email), attempts=3, seconds=60 * MINUTE), sender]


def of_invitation(token: str) -> list[Limit]:
    """What counts when who was invited makes an account at once: only they can, so only they wait."""
    return [Limit("invitation", database.token_hash(token), attempts=10, seconds=MINUTE)]


def of_guess(key: RoundKey, what: str = "") -> Limit:
    """What counts when a code is nobody's, or a word is not that of the slip `what`: the place, told by a hash.

    It is keyed by the round, so that what is left of it anywhere tells nothing once the round is closed.
    """
    return Limit("guess", key.of_guesser(f"{_place()} {what}"), attempts=GUESSES, seconds=MINUTE)


def of_link() -> Limit:
    """What counts when a link is none."""
    return Limit("link", _place(), attempts=GUESSES, seconds=MINUTE)


def attempt(limits: list[Limit]) -> int:
    """Count an attempt before it is made; the seconds to wait, or 0 where it may be made."""
    with writing() as connection:
        return throttles.attempt(connection, limits, key=site().settings.secret_key, now=site().now())


def failed(limit: Limit) -> int:
    """Count a failure; the seconds to wait, or 0 where there were few. While one has to wait nothing is written."""
    wait = waits(limit)
    return wait or attempt([limit])


def waits(limit: Limit) -> int:
    """The seconds to wait until this may be tried again, or 0."""
    wait = throttles.waits(reading(), limit, key=site().settings.secret_key, now=site().now())
    stop_reading()
    return wait


def forgive(limits: list[Limit]) -> None:
    """Take back what was no failure."""
    with writing() as connection:
        throttles.forgive(connection, limits, key=site().settings.secret_key)


def costly(view: Callable[P, R]) -> Callable[P, R]:
    """A file that takes long to make or to read: so many a minute for each browser, whatever others of its place do.

    Where a form asks for it, the form itself is free.
    """

    @wraps(view)
    def guarded(*args: P.args, **kwargs: P.kwargs) -> R:
        whose, methods = session_token(), (request.url_rule and request.url_rule.methods) or set()
        counts = whose and request.method == ("POST" if "POST" in methods else request.method)
        wait = (
            failed(Limit("files", database.token_hash(whose or ""), attempts=FILES, seconds=MINUTE)) if counts else 0
        )
        return cast("R", refused(wait)) if wait else view(*args, **kwargs)

    return guarded


def refused(wait: int) -> Response:
    """The page that says so, where there is no form to say it on."""
    response = make_response(render_template("errors/too_many.html", what_to_do=too_many(wait)), 429)
    response.headers["Retry-After"] = str(wait)
    return response


def too_many(wait: int) -> str:
    """What to do about it, in words."""
    return ngettext(
        "There were too many attempts. Wait %(num)d minute, then try again. Nothing was changed.",
        "There were too many attempts. Wait %(num)d minutes, then try again. Nothing was changed.",
        -(-wait // MINUTE),
    )


def know_device(response: Response, email: str) -> Response:
    """Let this browser bring proof that somebody signed in on it with this address."""
    proof = _serializer().dumps([secrets.token_hex(8), _told(email)])
    return keep_cookie(response, _cookie(), str(proof), days=DEVICE_DAYS)


def _place() -> str:
    """Where a request comes from; of IPv6 the network, within which one machine has as many addresses as it likes."""
    told = request.remote_addr or ""
    try:
        address = ip_address(told)
    except ValueError:
        return told
    if not isinstance(address, IPv6Address):
        return told
    return str(address.ipv4_mapped) if address.ipv4_mapped else address.exploded[: len("0000:0000:0000:0000")]


def _device_of(email: str) -> str | None:
    try:
        device, told = _serializer().loads(request.cookies.get(_cookie(), ""))
    except (BadSignature, ValueError, TypeError):
        return None
    return str(device) if hmac.compare_digest(str(told), _told(email)) else None


def _told(email: str) -> str:
    key = site().settings.secret_key.encode()
    return hmac.new(key, f"device of {accounts.same(email)}".encode(errors="replace"), "sha256").hexdigest()


def _serializer() -> URLSafeSerializer:
    return URLSafeSerializer(site().settings.secret_key, salt="device")


def _cookie() -> str:
    return site().settings.cookie("device")
