"""nginx and Caddy before a site, as docs/server shows them: only names, ports and files are changed for the trial."""

import os
import re
import shutil
import socket
import ssl
import subprocess
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from datetime import UTC, datetime, timedelta
from pathlib import Path

from questionnaire.config import ROOT
from tests.soak.served import HOST, MOVES, PATIENCE, free_ports

EXAMPLES = ROOT / "docs" / "server"
NAME = "alongside.example.org"


def has(program: str) -> bool:
    """Whether this machine has nginx, or Caddy."""
    return shutil.which(program) is not None


@contextmanager
def nginx(folder: Path, ports: list[int]) -> Iterator[int]:
    """The port at which nginx answers over TLS, before sites at these ports."""
    certificate, key = _certificate(folder)

    def told_to(plain: int, tls: int) -> list[str]:
        file = folder / "nginx.conf"
        file.write_text(_nginx(folder, ports, plain, tls, certificate, key), encoding="utf-8")
        return ["nginx", "-p", str(folder), "-c", str(file)]

    with _running(folder, told_to) as tls:
        yield tls


def _nginx(folder: Path, ports: list[int], plain: int, tls: int, certificate: Path, key: Path) -> str:
    """The example, on these ports, and what stands around it in Debian's own file."""
    said = (EXAMPLES / "nginx.conf").read_text(encoding="utf-8")
    changes = {
        r"    server 127\.0\.0\.1:8000 (.*);": "\n".join(rf"    server {HOST}:{port} \1;" for port in ports),
        r"    listen \[::\].*\n": "",
        r"listen 80;": f"listen {HOST}:{plain};",
        r"listen 443 ": f"listen {HOST}:{tls} ",
        r"/etc/letsencrypt/\S*/fullchain.pem": str(certificate),
        r"/etc/letsencrypt/\S*/privkey.pem": str(key),
        r"/var/log/nginx": str(folder),
    }
    for pattern, put in changes.items():
        said, found = re.subn(pattern, put, said)
        assert found, pattern
    paths = "".join(
        f"{kind}_temp_path {folder}/{kind};" for kind in ("client_body", "proxy", "fastcgi", "uwsgi", "scgi")
    )
    return (
        f"{_as_ourselves()} daemon off; pid {folder}/nginx.pid; error_log {folder}/start.log crit;"
        f" worker_processes 1; events {{ worker_connections 2048; }} http {{ {paths}\n{said}\n}}\n"
    )


def _as_ourselves() -> str:
    """Started by root, nginx would work as somebody who may not keep a large form in the trial's folder: a 500."""
    return "user root;" if os.geteuid() == 0 else ""


@contextmanager
def caddy(folder: Path, port: int) -> Iterator[int]:
    """The same with Caddy, with a certificate that it makes itself."""

    def told_to(plain: int, tls: int) -> list[str]:
        file = folder / "Caddyfile"
        file.write_text(_caddy(folder, port, plain, tls), encoding="utf-8")
        return ["caddy", "run", "--config", str(file), "--adapter", "caddyfile"]

    with _running(folder, told_to) as tls:
        yield tls


def _caddy(folder: Path, port: int, plain: int, tls: int) -> str:
    """The example, on these ports; this machine is not told to trust the certificate."""
    said = (EXAMPLES / "Caddyfile").read_text(encoding="utf-8")
    changes = {
        r"127\.0\.0\.1:8000": f"{HOST}:{port}",
        rf"\n{NAME} {{": f"\nhttps://{NAME}:{tls}, https://localhost:{tls} {{\n\tbind {HOST}\n\ttls internal",
        r"\A(#.*\n)*{": f"{{\n\tadmin off\n\tskip_install_trust\n\thttp_port {plain}"
        f"\n\tstorage file_system {folder}/caddy",
    }
    for pattern, put in changes.items():
        said, found = re.subn(pattern, put, said)
        assert found, pattern
    return said


def status(port: int, address: str) -> int:
    """How a proxy with a name of its own answers."""
    with _connected(port, PATIENCE) as client:
        client.sendall(f"GET {address} HTTP/1.1\r\nHost: {NAME}\r\nConnection: close\r\n\r\n".encode())
        return int(client.recv(100).split()[1])


@contextmanager
def _connected(port: int, patience: float) -> Iterator[ssl.SSLSocket]:
    """Over TLS; the certificate is looked at by nobody."""
    unverified = ssl._create_unverified_context()  # noqa: S323  # the trial made the certificate itself
    with (
        socket.create_connection((HOST, port), timeout=patience) as plain,
        unverified.wrap_socket(plain, server_hostname=NAME) as client,
    ):
        yield client


@contextmanager
def _running(folder: Path, told_to: Callable[[int, int], list[str]]) -> Iterator[int]:
    """The port with TLS of a proxy that runs; where somebody else took one of its ports, it is tried with others."""
    homes = dict.fromkeys(("HOME", "XDG_CONFIG_HOME", "XDG_DATA_HOME", "XDG_RUNTIME_DIR"), str(folder))
    log = folder / "said.log"
    for moves in range(MOVES, -1, -1):
        plain, tls = free_ports(2)
        with log.open("wb") as said:
            process = subprocess.Popen(
                told_to(plain, tls),
                env=os.environ | homes,
                stdin=subprocess.DEVNULL,
                stdout=said,
                stderr=subprocess.STDOUT,
            )
        try:
            if _has_started(process, tls):
                yield tls
                return
        finally:
            _end(process)
        told = log.read_text(encoding="utf-8", errors="replace")
        if not moves or "ddress already in use" not in told:
            raise AssertionError(told)


def _has_started(process: "subprocess.Popen[bytes]", port: int) -> bool:
    deadline = time.monotonic() + PATIENCE
    while process.poll() is None and time.monotonic() < deadline:
        if _answers(port):
            return True
        time.sleep(0.05)
    return False


def _end(process: "subprocess.Popen[bytes]") -> None:
    process.terminate()
    with suppress(subprocess.TimeoutExpired):
        process.wait(PATIENCE)
    process.kill()
    process.wait()


def _answers(port: int) -> bool:
    """Whether it speaks TLS under its name: Caddy listens before it has made its certificate."""
    with suppress(OSError), _connected(port, 5):
        return True
    return False


def _certificate(folder: Path) -> tuple[Path, Path]:
    """A certificate that nobody else trusts, and its key."""
    from cryptography import x509
    from cryptography.hazmat.primitives import hashes, serialization
    from cryptography.hazmat.primitives.asymmetric import ec

    key, now = ec.generate_private_key(ec.SECP256R1()), datetime.now(UTC)
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, NAME)])
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=2))
        .sign(key, hashes.SHA256())
    )
    files = folder / "certificate.pem", folder / "key.pem"
    files[0].write_bytes(made.public_bytes(serialization.Encoding.PEM))
    plain = serialization.NoEncryption()
    files[1].write_bytes(key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, plain))
    return files
