"""Settings: everything the site is told from outside, read from the environment once."""

import hmac
import os
import secrets
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from ipaddress import IPv4Network, IPv6Network, ip_network
from pathlib import Path
from urllib.parse import urlsplit

ROOT = Path(__file__).resolve().parent.parent
LONGEST_OPERATOR = 200
LOOPBACK = {"127.0.0.1", "::1", "localhost"}

Network = IPv4Network | IPv6Network


class SettingsError(Exception):
    """A setting that cannot be right; the message says which, and what to do."""


@dataclass(frozen=True)
class Settings:
    """How this site runs. The defaults are safe on one machine: nobody else reaches it."""

    secret_key: str = field(repr=False)
    database_url: str = field(repr=False)  # it may hold a password
    host: str = "127.0.0.1"
    port: int = 8000
    threads: int = 8
    workers: int = 1  # for long work, beside the pages; 0 where `flask work` does it elsewhere
    public_url: str | None = None
    queue_url: str | None = field(default=None, repr=False)  # beside the database where it is none
    logs: str = "text"
    metrics: tuple[str, int] | None = None  # where figures for Prometheus are given out
    trusted_proxies: tuple[Network, ...] = ()  # whose word on who asks is taken
    smtp_url: str | None = field(default=None, repr=False)
    mail_from: str = ""
    instrument: Path = ROOT / "data" / "instruments" / "alongside-1"
    keys: Path = ROOT / "instance-keys"
    operator: str = ""  # who runs the machine, as peer workers read it
    raised: Mapping[str, int] = field(default_factory=dict)  # of the numbers that keep peer workers unknown

    @property
    def cookie_suffix(self) -> str:
        """What tells this site's cookies from another's at the same host: browsers do not look at ports."""
        told = hmac.new(self.secret_key.encode(), self.database_url.encode(), "sha256")
        return told.hexdigest()[:8]

    def cookie(self, name: str = "") -> str:
        """The name of a cookie for the whole site; over https no other site of the same domain can set it."""
        return f"{'__Host-' if self.secure else ''}{'_'.join(filter(None, ('alongside', name, self.cookie_suffix)))}"

    @property
    def sends_mail(self) -> bool:
        """Whether there is somebody to hand mail to; without, accounts are made by link and command."""
        return self.smtp_url is not None

    @property
    def secure(self) -> bool:
        """Whether browsers reach this site over https, so that cookies may insist on it."""
        return self.public_url is not None and self.public_url.startswith("https://")


def from_environment(
    environment: Mapping[str, str] = os.environ, *, serving: bool = False, file_name: str = "alongside.sqlite"
) -> Settings:
    """The settings in these variables; `serving` says that this process itself answers at HOST and PORT.

    `file_name` is the database within the instance folder, where DATABASE_URL names no other.

    Raises SettingsError for a setting that cannot be right.
    """
    instance = Path(environment.get("INSTANCE") or ROOT / "instance")
    host = environment.get("HOST") or "127.0.0.1"
    port = _number(environment, "PORT", 8000, highest=65535)
    return Settings(
        secret_key=environment.get("SECRET_KEY") or _kept_secret_key(instance),
        database_url=_database_url(environment.get("DATABASE_URL"), instance, file_name),
        host=host,
        port=port,
        threads=_number(environment, "THREADS", 8, highest=256),
        workers=_number(environment, "WORKERS", 1, lowest=0, highest=64),
        public_url=_public_url(environment.get("PUBLIC_URL")) or (own_address(host, port) if serving else None),
        queue_url=_queue_url(environment.get("QUEUE_URL", "").strip()),
        logs=_one_of(environment, "LOGS", "text", "json"),
        metrics=_metrics(environment.get("METRICS", "").strip()),
        trusted_proxies=_networks(environment.get("TRUSTED_PROXY", "")),
        **_mail(environment.get("SMTP_URL", "").strip(), environment.get("MAIL_FROM", "").strip()),
        instrument=Path(environment.get("INSTRUMENT") or Settings.instrument),
        keys=Path(environment.get("KEYS") or instance.with_name(f"{instance.name}-keys")),
        operator=environment.get("OPERATOR", "").strip()[:LONGEST_OPERATOR],
        raised=_raised(environment),
    )


def _raised(environment: Mapping[str, str]) -> dict[str, int]:
    """The safety numbers of rounds that this site sets, by VOICES_FORMS and its like; their user checks them."""
    prefix = "VOICES_"
    return {
        name.removeprefix(prefix).lower(): _number(environment, name, 1, highest=1000)
        for name in environment
        if name.startswith(prefix) and environment[name].strip()
    }


def _number(environment: Mapping[str, str], name: str, default: int, *, highest: int, lowest: int = 1) -> int:
    value = environment.get(name, "").strip()
    if not value:
        return default
    if not (value.isascii() and value.isdigit() and lowest <= int(value) <= highest):
        raise SettingsError(f"{name} is {value!r}: give a whole number from {lowest} to {highest}.")
    return int(value)


def _public_url(value: str | None) -> str | None:
    if not value or not value.strip():
        return None
    with suppress(ValueError):  # what is no address at all, or has no such port
        parts = urlsplit(value.strip())
        more = parts.path.strip("/") or parts.query or parts.fragment or parts.username
        if parts.scheme in {"http", "https"} and parts.hostname and not more and parts.port != 0:
            return f"{parts.scheme}://{parts.netloc}"
    raise SettingsError(f"PUBLIC_URL is {value!r}: give the address people open, like https://alongside.example.org")


def _one_of(environment: Mapping[str, str], name: str, *known: str) -> str:
    value = environment.get(name, "").strip() or known[0]
    if value not in known:
        raise SettingsError(f"{name} is {value!r}: give {' or '.join(known)}.")
    return value


def _queue_url(value: str) -> str | None:
    if value and not value.startswith(("redis://", "rediss://")):  # it is not shown: it may hold a password
        raise SettingsError("QUEUE_URL names no queue: give it like redis://:password@queue.example.org:6379/0")
    return value or None


def _metrics(value: str) -> tuple[str, int] | None:
    if not value:
        return None
    host, _colon, port = value.rpartition(":")
    if not (host and port.isascii() and port.isdigit() and 0 < int(port) < 65536):
        raise SettingsError(f"METRICS is {value!r}: give a host and a free port, like 127.0.0.1:9100.")
    return host.strip("[]"), int(port)


def _networks(value: str) -> tuple[Network, ...]:
    try:
        return tuple(ip_network(one.strip()) for one in value.split(",") if one.strip())
    except ValueError as error:
        raise SettingsError(
            f"TRUSTED_PROXY is {value!r}: give the address of the proxy before this site, like 127.0.0.1, or a"
            " network like 10.0.0.0/24; several with commas between."
        ) from error


def _mail(address: str, sender: str) -> dict[str, str]:
    if not address:
        return {}
    with suppress(ValueError):
        parts = urlsplit(address)
        if parts.scheme in {"smtp", "smtps"} and parts.hostname and parts.port != 0:
            if not _is_one_address(sender):
                raise SettingsError("MAIL_FROM names no sender: give an address like alongside@example.org")
            return {"smtp_url": address, "mail_from": sender}
    # It is not shown: it may hold a password.
    raise SettingsError("SMTP_URL names no mail server: give it like smtps://user:password@mail.example.org")


def _is_one_address(text: str) -> bool:
    name, at, host = text.partition("@")
    return bool(name and at and host) and len(text.split()) == 1 and not set(host) & set("@,;<>")


def own_address(host: str, port: int) -> str | None:
    """The address of a site that only this machine can reach; None for any other host."""
    if host not in LOOPBACK:
        return None
    return f"http://[{host}]:{port}" if ":" in host else f"http://{host}:{port}"


def _database_url(value: str | None, instance: Path, file_name: str) -> str:
    """SQLAlchemy's address of the database; a plain postgresql:// means the driver that comes with the site."""
    if not value:
        return f"sqlite:///{_private_folder(instance) / file_name}"
    for plain in ("postgres://", "postgresql://"):
        if value.startswith(plain):
            return "postgresql+psycopg://" + value.removeprefix(plain)
    if not value.startswith(("postgresql+psycopg://", "sqlite:///")):  # it is not shown: it may hold a password
        raise SettingsError("DATABASE_URL names no database: give it like postgresql://user:password@host/name")
    return value


def _private_folder(folder: Path) -> Path:
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    except OSError as error:
        raise _unusable(folder, error) from error
    return folder


def _unusable(folder: Path, error: OSError) -> SettingsError:
    return SettingsError(
        f"The folder {folder} cannot be used: {error.strerror}. Set INSTANCE to one that you may write in."
    )


def _kept_secret_key(instance: Path) -> str:
    """The key made at the first start, and kept where only this user reads it; several first starts agree on one."""
    path = _private_folder(instance) / "secret-key"
    try:
        if not path.exists():
            _make_secret_key(path)
        key = path.read_text().strip()
    except OSError as error:
        raise _unusable(instance, error) from error
    if not key:
        raise SettingsError(f"{path} is empty. Delete it: the next start makes a new key.")
    return key


def _make_secret_key(path: Path) -> None:
    draft = path.with_name(f"secret-key.{secrets.token_hex(8)}")
    descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "w") as file:
        file.write(secrets.token_hex(32))
        file.flush()
        os.fsync(file.fileno())
    try:
        os.link(draft, path)
    except FileExistsError:
        pass
    finally:
        draft.unlink()
