"""Failed attempts: counted against an account and an address, but against the device itself where it is known.

So nobody else's guessing keeps an owner out on the devices that signed in before.
"""

import hmac
import secrets

from flask import request
from itsdangerous import BadSignature, URLSafeSerializer
from werkzeug.wrappers import Response

from questionnaire.store import accounts, throttles
from questionnaire.store.throttles import Limit
from questionnaire.web.access import keep_cookie
from questionnaire.web.site import ngettext, site, writing

MINUTE = 60
DEVICE_DAYS = 400


def of_password(email: str) -> list[Limit]:
    """What counts when somebody tries a password."""
    device = _device_of(email)
    if device:
        return [Limit("device", device, attempts=10, seconds=15 * MINUTE)]
    return [Limit("account", accounts.same(email), attempts=10, seconds=15 * MINUTE), of_address(attempts=30)]


def of_mail(email: str) -> list[Limit]:
    """What counts when somebody has a mail sent: a stranger's mailbox is not to be filled from here."""
    return [Limit("mail", accounts.same(email), attempts=3, seconds=60 * MINUTE), of_address(attempts=10)]


def of_address(*, attempts: int) -> Limit:
    """What counts against the place that a request comes from; it is forgotten after a minute."""
    return Limit("address", request.remote_addr or "", attempts=attempts, seconds=MINUTE)


def attempt(limits: list[Limit]) -> int:
    """Count an attempt; the seconds to wait, or 0 where it may be made."""
    with writing() as connection:
        return throttles.attempt(connection, limits, key=site().settings.secret_key, now=site().now())


def forgive(limits: list[Limit]) -> None:
    """Take back what was no failure."""
    with writing() as connection:
        throttles.forgive(connection, limits, key=site().settings.secret_key)


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
    return f"alongside_device_{site().settings.cookie_suffix}"
