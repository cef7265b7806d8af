"""The settings of a process: environment variables, read once at start, checked all together.

Outside the embedded mode nothing that matters has a default: a process that lacks a setting says which, and ends.
No other module reads the environment.
"""

from __future__ import annotations

import os
import secrets
import socket
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from ipaddress import IPv4Network, IPv6Network, ip_network
from pathlib import Path
from typing import cast

from environs import Env, EnvValidationError
from sqlalchemy.engine import make_url

SERVICES = ("numbering", "certificates", "search", "export", "gateway")
SHORTEST_KEY = 32
# Three years at first, five today; the day of the change is the scheme's to say, and an operator's to set.
PERSON_VALIDITY = "2010-01-01:3,2015-01-01:5"
GUEST_RATE = 10.0
# A year and the weeks in which somebody looks back at it; and what the tables themselves keep.
ACCESS_DAYS, FEWEST_ACCESS_DAYS = 400, 30


class SettingsError(Exception):
    """Something is missing or wrong in the environment; the message names each variable."""


@dataclass(frozen=True, slots=True)
class Settings:
    """What a process needs to know of its surroundings. Times in seconds, sizes in bytes."""

    amqp_uri: str = field(repr=False)
    database_url: str = field(repr=False)
    identity_key: str = field(repr=False)
    blob_url: str
    index_path: Path
    replica: str
    web_address: str
    health_address: str
    public_url: str
    max_workers: int
    rpc_timeout: float
    demonstration: bool
    log_level: str
    # Seal the private data of persons; the first seals, all open. None: such data are refused.
    personal_data_keys: tuple[str, ...] = field(default=(), repr=False)
    # Since which day of issue a person's certificate is valid for how many years, the newest rule first.
    person_validity: tuple[tuple[date, int], ...] = ()
    # Seal the secrets of second factors, as the keys above do persons' data. None: nobody can set one up.
    second_factor_keys: tuple[str, ...] = field(default=(), repr=False)
    # The proxies whose word on where a request comes from is taken.
    trusted_proxies: tuple[IPv4Network | IPv6Network, ...] = ()
    # Requests a second of one guest, for long; 0 for no limit.
    guest_rate: float = GUEST_RATE
    # How long the access audit is kept.
    access_days: int = ACCESS_DAYS
    # A PKCS#12 file, with the key that signs documents. None: a demonstration makes its own in ``data``.
    signing_key: Path | None = None
    signing_password: str = field(default="", repr=False)
    data: Path = Path("data")

    @property
    def embedded(self) -> bool:
        """Whether the broker lives in this process."""
        return self.amqp_uri.startswith("embedded:")

    def database_of(self, service: str) -> str:
        """The URL of one service's own database: the configured name with ``_<service>`` behind it."""
        return database_url_of(self.database_url, service)

    @classmethod
    def read(cls) -> Settings:
        """The settings of this process. Raises SettingsError that names all that is missing or wrong."""
        env = Env(eager=False)
        amqp_uri = env.str("AMQP_URI", "embedded://register")
        embedded = (amqp_uri or "").startswith("embedded:")
        data = Path(os.environ.get("REGISTER_DATA", "data")).resolve()
        required = not embedded

        def text(name: str, embedded_default: str) -> str:
            return env.str(name) if required else env.str(name, embedded_default)

        web_address = env.str("WEB_ADDRESS", "127.0.0.1:" + os.environ.get("PORT", "8000"))
        settings = cls(
            amqp_uri=amqp_uri,
            database_url=text("DATABASE_URL", f"sqlite:///{data}/register.sqlite"),
            # One process signs and checks in the embedded mode, so that a key of its own lifetime does.
            identity_key=text("IDENTITY_KEY", secrets.token_hex(32)),
            # Optional: a register that certifies no persons needs none.
            personal_data_keys=_list(env.str("PERSONAL_DATA_KEY", "")),
            person_validity=_validity(env.str("PERSON_VALIDITY", PERSON_VALIDITY)),
            second_factor_keys=_list(env.str("SECOND_FACTOR_KEY", "")),
            trusted_proxies=_networks(env.str("TRUSTED_PROXIES", "")),
            guest_rate=env.float("GUEST_RATE", GUEST_RATE),
            access_days=env.int("ACCESS_DAYS", ACCESS_DAYS),
            blob_url=text("BLOB_URL", f"file://{data}/blobs"),
            index_path=Path(text("INDEX_PATH", f"{data}/index") or "."),
            replica=env.str("REPLICA", "embedded" if embedded else socket.gethostname()),
            web_address=web_address,
            health_address=env.str("HEALTH_ADDRESS", ""),
            public_url=(env.str("PUBLIC_URL", f"http://{web_address}") or "").rstrip("/"),
            max_workers=env.int("MAX_WORKERS", 10),
            rpc_timeout=env.float("RPC_TIMEOUT", 5.0),
            demonstration=env.bool("DEMONSTRATION", embedded),
            log_level=env.str("LOG_LEVEL", "INFO"),
            # Only the service that prints documents needs one, and refuses to start without it.
            signing_key=Path(path) if (path := env.str("SIGNING_KEY", "")) else None,
            signing_password=env.str("SIGNING_PASSWORD", "") or "",
            data=data,
        )
        try:
            env.seal()
        except EnvValidationError as error:
            messages = cast(Mapping[str, list[str]], error.error_messages)
            lines = [f"  {name}: {' '.join(texts)}" for name, texts in sorted(messages.items())]
            raise SettingsError("These settings are missing or wrong:\n" + "\n".join(lines)) from error
        settings._check()
        return settings

    def _check(self) -> None:
        if len(self.identity_key) < SHORTEST_KEY:
            raise SettingsError(f"IDENTITY_KEY must have at least {SHORTEST_KEY} characters.")
        keys = {"PERSONAL_DATA_KEY": self.personal_data_keys, "SECOND_FACTOR_KEY": self.second_factor_keys}
        for name, several in keys.items():
            if any(len(key) < SHORTEST_KEY for key in several):
                raise SettingsError(f"{name} must have at least {SHORTEST_KEY} characters (each, if several).")
        if self.max_workers < 1:
            raise SettingsError("MAX_WORKERS must be at least 1.")
        if self.rpc_timeout <= 0:
            raise SettingsError("RPC_TIMEOUT must be more than 0 seconds.")
        if self.guest_rate < 0:
            raise SettingsError("GUEST_RATE must be 0 (no limit) or more requests a second.")
        if self.access_days < FEWEST_ACCESS_DAYS:
            raise SettingsError(f"ACCESS_DAYS must be at least {FEWEST_ACCESS_DAYS}.")


def _list(text: str | None) -> tuple[str, ...]:
    return tuple(filter(None, (part.strip() for part in (text or "").split(","))))


def _networks(text: str | None) -> tuple[IPv4Network | IPv6Network, ...]:
    """``10.0.0.2,fd00::/8`` as networks. Raises SettingsError."""
    try:
        return tuple(ip_network(part) for part in _list(text))
    except ValueError as error:
        raise SettingsError(f"TRUSTED_PROXIES must be addresses or networks with commas between: {error}.") from error


def _validity(text: str | None) -> tuple[tuple[date, int], ...]:
    """``2010-01-01:3,2015-01-01:5`` as (first day of issue, years), the newest first. Raises SettingsError."""
    try:
        pairs = [part.split(":") for part in (text or "").split(",")]
        return tuple(sorted(((date.fromisoformat(since), int(years)) for since, years in pairs), reverse=True))
    except ValueError as error:
        raise SettingsError(
            f"PERSON_VALIDITY must look like {PERSON_VALIDITY}: since which day, how many years."
        ) from error


def database_url_of(database_url: str, service: str) -> str:
    """``…/register`` → ``…/register_numbering``; ``…/register.sqlite`` → ``…/register_numbering.sqlite``."""
    url = make_url(database_url)
    database = url.database or "register"
    stem, ending = database, ""
    if url.get_backend_name() == "sqlite":
        ending = Path(database).suffix
        stem = database.removesuffix(ending)
    return url.set(database=f"{stem}_{service}{ending}").render_as_string(hide_password=False)
