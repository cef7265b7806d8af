"""What a register on one machine needs around it: a data folder, secrets made once, a free port, an environment.

No secret is in the code: each is made when it is first needed and kept in the data folder, for its owner's eyes only.
"""

from __future__ import annotations

import fcntl
import os
import secrets
import socket
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import IO

ROOT = Path(__file__).resolve().parent.parent
PASSWORD_FILE = "demo-password"  # noqa: S105 - a file's name
HOST = "127.0.0.1"


class CannotStart(Exception):
    """Something that the register needs is missing; the message says what to do."""


def data_folder() -> Path:
    return Path(os.environ.get("REGISTER_DATA") or "data").resolve()


def port() -> int:
    given = os.environ.get("PORT") or "8000"
    if not given.isdigit() or not 0 < int(given) < 65536:
        raise CannotStart(f"PORT is {given!r}; it must be a number from 1 to 65535.")
    return int(given)


def address() -> str:
    """Where the register answers: REGISTER_URL, else this machine at PORT."""
    return os.environ.get("REGISTER_URL") or f"http://{HOST}:{port()}"


def password() -> str:
    """The password of all demonstration accounts: DEMO_PASSWORD, else the one that was made for this data folder.

    The data folder has a copy of either, so that the README's commands find it.
    """
    file = data_folder() / PASSWORD_FILE
    given = os.environ.get("DEMO_PASSWORD")
    if given and (not file.exists() or file.read_text() != given):
        file.unlink(missing_ok=True)
    return kept_secret(file, given or secrets.token_urlsafe(9))


def kept_secret(file: Path, new: str) -> str:
    """The secret in ``file``; ``new`` is put there first if there is none."""
    file.parent.mkdir(parents=True, exist_ok=True)
    try:
        descriptor = os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:
        return file.read_text(encoding="utf-8")
    with os.fdopen(descriptor, "w", encoding="utf-8") as opened:
        opened.write(new)
    return new


@dataclass(frozen=True)
class Surroundings:
    """Where one register keeps its things, and the environment that its processes get."""

    data: Path
    environment: dict[str, str]

    @classmethod
    def embedded(cls) -> Surroundings:
        """Everything in one process: neither a broker nor a database server is asked for, even if one is named."""
        return cls._of(data_folder(), {"AMQP_URI": "embedded://register", "DATABASE_URL": "", "REPLICA": "embedded"})

    @classmethod
    def of_servers(cls, amqp_uri: str, database_url: str) -> Surroundings:
        """Separate processes on this machine. What is no database lies apart from the embedded register's."""
        servers = {"AMQP_URI": amqp_uri, "DATABASE_URL": database_url}
        return cls._of(data_folder() / "stack", servers | {"REPLICA": os.environ.get("REPLICA") or "local"})

    @classmethod
    def _of(cls, data: Path, servers: dict[str, str]) -> Surroundings:
        given = os.environ
        environment = {
            **given,
            "DATABASE_URL": f"sqlite:///{data}/register.sqlite",
            "REGISTER_DATA": str(data),
            "BLOB_URL": f"file://{data}/blobs",
            "INDEX_PATH": str(data / "index"),
            "IDENTITY_KEY": given.get("IDENTITY_KEY") or kept_secret(data / "identity-key", secrets.token_urlsafe(32)),
            "PERSONAL_DATA_KEY": given.get("PERSONAL_DATA_KEY")
            or kept_secret(data / "personal-data-key", secrets.token_urlsafe(32)),
            "SECOND_FACTOR_KEY": given.get("SECOND_FACTOR_KEY")
            or kept_secret(data / "second-factor-key", secrets.token_urlsafe(32)),
            "WEB_ADDRESS": f"{HOST}:{port()}",
            "PUBLIC_URL": given.get("PUBLIC_URL") or f"http://{HOST}:{port()}",
            "DEMONSTRATION": "true",
            # A person watches this terminal: what went wrong is of interest, each call is not.
            "LOG_LEVEL": given.get("LOG_LEVEL") or "WARNING",
            # The Procfile says "python" and means the one with the register's libraries.
            "PATH": f"{Path(sys.executable).parent}{os.pathsep}{given.get('PATH', '')}",
            **{name: value for name, value in servers.items() if value},
        }
        return cls(data, environment)

    @property
    def on_files(self) -> bool:
        """Whether the databases lie in the data folder."""
        return self.environment["DATABASE_URL"].startswith("sqlite")

    def lock(self) -> IO[str]:
        """Held as long as the returned file is open: two registers in one folder would spoil each other's files."""
        lock = (self.data / "lock").open("a+")
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            raise CannotStart(
                f"A register is already running with the data in {self.data}."
                " Stop it, or name another folder by REGISTER_DATA."
            ) from error
        return lock


def check_port_is_free() -> None:
    with socket.socket() as listener:
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            listener.bind((HOST, port()))
        except OSError as error:
            raise CannotStart(
                f"Port {port()} is taken ({error.strerror})."
                f" Choose another one, for example: make run PORT={port() + 1}"
            ) from error
