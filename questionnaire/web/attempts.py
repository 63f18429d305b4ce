"""What is counted against whom, so that nobody can guess, flood or fill: shared by all processes, for a short time.

A place, the address that a request comes from, may be a whole shelter's. What counts against a place is forgotten
after a minute, and keeps out nobody who brings a right code or link; only who is nobody yet, and wants a mail or a
new organization, waits with the others of a place.
"""

import hashlib
import hmac
import secrets
from collections.abc import Callable
from contextlib import AbstractContextManager
from functools import wraps
from ipaddress import IPv6Address, ip_address
from typing import ParamSpec, TypeVar, cast

from flask import make_response, render_template, request
from itsdangerous import BadSignature, URLSafeTimedSerializer
from werkzeug.wrappers import Response

from questionnaire.store import accounts, database, sessions, throttles
from questionnaire.store.keys import RoundKey
from questionnaire.store.throttles import Limit
from questionnaire.web.access import keep_cookie, session_token
from questionnaire.web.site import Site, ngettext, reading, site, stop_reading, writing
from questionnaire.web.work import meanwhile

P = ParamSpec("P")
R = TypeVar("R")

MINUTE = 60
FORGET_SECONDS = 10
DEVICE_DAYS = 400
GUESSES, FILES, MAILS, STARTS = 10, 30, 10, 30  # a minute
FILES_BY_RIGHT = 120  # a minute, for all browsers together that hold the same link or account


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


def of_invitation(link: str) -> list[Limit]:
    """What counts when who was invited makes an account at once: only they can, so only they wait."""
    return [Limit("invitation", link, attempts=10, seconds=MINUTE)]


def of_start() -> list[Limit]:
    """What counts when somebody without an account starts an organization: nobody fills the disk with them."""
    return [Limit("start", _place(), attempts=STARTS, seconds=MINUTE)]


def of_code(key: RoundKey) -> list[Limit]:
    """What counts when a code is nobody's: the place, told by a hash.

    It is keyed by the round, so that what is left of it anywhere tells nothing once the round is closed.
    """
    return [Limit("code", key.of_guesser(_place()), attempts=GUESSES, seconds=MINUTE)]


def of_word(key: RoundKey, code_hash: str) -> list[Limit]:
    """What counts when a word is not that of a slip: the slip, wherever the guesses come from, keyed as above.

    A word is short enough to be guessed, so here the right one waits, too; of a round only this one slip.
    """
    return [Limit("word", key.of_guesser(code_hash), attempts=GUESSES, seconds=15 * MINUTE)]


def of_link() -> list[Limit]:
    """What counts when a link is none."""
    return [Limit("link", _place(), attempts=GUESSES, seconds=MINUTE)]


def of_files(token: str) -> list[Limit]:
    """What counts when a document is made: the browser, and whatever it holds, however many browsers hold that."""
    rights = sessions.held(reading(), token, on=site().today())
    return [
        Limit("files", database.token_hash(token), attempts=FILES, seconds=MINUTE),
        *(Limit(f"files of {kind}", held, attempts=FILES_BY_RIGHT, seconds=MINUTE) for kind, held in rights),
    ]


def attempt(limits: list[Limit]) -> int:
    """Count an attempt before it is made; the seconds to wait, or 0 where it may be made.

    While one has to wait nothing is written.
    """
    wait = waits(limits)
    if wait:
        return wait
    with writing() as connection:
        return throttles.attempt(connection, limits, key=site().settings.secret_key, now=site().now())


def waits(limits: list[Limit]) -> int:
    """The seconds to wait until this may be tried again, or 0; nothing is counted."""
    key, now = site().settings.secret_key, site().now()
    wait = max(throttles.waits(reading(), limit, key=key, now=now) for limit in limits)
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
        token, methods = session_token(), (request.url_rule and request.url_rule.methods) or set()
        is_asked = request.method == ("POST" if "POST" in methods else request.method)
        wait = attempt(of_files(token)) if token and is_asked else 0
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


def forgetting(site: Site) -> AbstractContextManager[None]:
    """While the block runs, what counts against anybody goes when its time is over, whether or not anybody comes."""
    return meanwhile(site.forget_attempts, seconds=FORGET_SECONDS)


def know_device(response: Response, email: str) -> Response:
    """Let this browser bring proof that somebody signed in on it with this address."""
    proof = _serializer_of(site().settings.secret_key).dumps([secrets.token_hex(8), _told(email)])
    return keep_cookie(response, _cookie(), str(proof), days=DEVICE_DAYS)


def _place() -> str:
    """Where a request comes from; of IPv6 the /48, within which one customer has as many addresses as they like."""
    told = request.remote_addr or ""
    try:
        address = ip_address(told)
    except ValueError:
        return told
    if not isinstance(address, IPv6Address):
        return told
    return str(address.ipv4_mapped) if address.ipv4_mapped else address.exploded[: len("0000:0000:0000")]


def _device_of(email: str) -> str | None:
    try:
        proof = request.cookies.get(_cookie(), "")
        device, told = _serializer_of(site().settings.secret_key).loads(proof, max_age=DEVICE_DAYS * 24 * 60 * MINUTE)
    except (BadSignature, ValueError, TypeError):
        return None
    return str(device) if hmac.compare_digest(str(told), _told(email)) else None


def _told(email: str) -> str:
    """What stands for an account as long as its password is the same."""
    found = accounts.find(reading(), email)
    told = f"device of {accounts.same(email)} {found.password_hash if found else ''}"
    return hmac.new(site().settings.secret_key.encode(), told.encode(errors="replace"), "sha256").hexdigest()


def _serializer_of(secret_key: str) -> URLSafeTimedSerializer:
    return URLSafeTimedSerializer(secret_key, salt="device", signer_kwargs={"digest_method": hashlib.sha256})


def _cookie() -> str:
    return site().settings.cookie("device")
