"""Where the tests' RabbitMQ and PostgreSQL are, and fresh corners of them: a vhost, a database.

The servers are those of AMQP_URI and DATABASE_URL, else those at the default local addresses, else private ones
that are started for this run. Where none of it can be had, the tests fail and say what is missing.
"""

from __future__ import annotations

import os
import secrets
import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Protocol
from urllib.parse import quote, urlsplit

import psycopg
import requests
from sqlalchemy.engine import make_url

from tests.private import PrivatePostgres, PrivateRabbitMQ, ServerMissing, is_listening, run

DEFAULT_AMQP_URI = "amqp://guest:guest@127.0.0.1:5672//"
DEFAULT_DATABASE_URL = "postgresql+psycopg://postgres@127.0.0.1:5432/postgres"

VHOSTS_AT_ONCE = 10


@dataclass
class Servers:
    """Finds or starts each server when it is first asked for, and ends those it started."""

    _started: list[PrivateRabbitMQ | PrivatePostgres] = field(default_factory=list)
    _vhosts: Vhosts | None = None
    _database_url: str | None = None

    @property
    def database_url(self) -> str:
        """The address of a database from which others can be made."""
        if self._database_url is None:
            self._database_url = self._find_postgres()
        return self._database_url

    def fresh_vhost(self) -> str:
        """The address of a new, empty vhost; it is deleted with its queues, at the latest when the run ends."""
        if self._vhosts is None:
            self._vhosts = self._find_rabbitmq()
        return self._vhosts.take()

    def give_back(self, vhost: str) -> None:
        """The vhost at this address is done with; it is deleted before the next ones are made."""
        if self._vhosts is not None:
            self._vhosts.finished.append(vhost.rpartition("/")[2])

    def stop(self) -> None:
        if self._vhosts is not None:
            self._vhosts.delete()
        while self._started:
            self._started.pop().remove()

    def _find_postgres(self) -> str:
        given = os.environ.get("DATABASE_URL")
        trouble = _postgres_trouble(given or DEFAULT_DATABASE_URL)
        if trouble is None:
            return given or DEFAULT_DATABASE_URL
        if given:
            raise ServerMissing(f"PostgreSQL at DATABASE_URL does not let the tests make databases: {trouble}")
        private = PrivatePostgres()
        self._started.append(private)
        private.start()
        return private.url

    def _find_rabbitmq(self) -> Vhosts:
        given = os.environ.get("AMQP_URI")
        uri = given or DEFAULT_AMQP_URI
        control = _control_of(uri)
        if control is not None:
            return Vhosts(_without_vhost(uri), control)
        if given:
            raise ServerMissing(
                "RabbitMQ at AMQP_URI does not let the tests make vhosts: run them where rabbitmqctl works, or switch"
                " on the management plugin (port 15672) for a user that is an administrator."
            )
        private = PrivateRabbitMQ()
        self._started.append(private)
        private.start()
        return Vhosts(_without_vhost(private.uri), CommandLine(private.control, "guest"))


@dataclass
class Vhosts:
    """New vhosts of one broker, made some at a time, before which those that were given back are deleted.

    Each costs the broker open files; all those of a whole run at once would be more than it may have.
    """

    uri: str
    control: Control
    finished: list[str] = field(default_factory=list)
    _spare: list[str] = field(default_factory=list)
    _made: list[str] = field(default_factory=list)

    def take(self) -> str:
        if not self._spare:
            self._delete_finished()
            names = [f"register-test-{secrets.token_hex(6)}" for _ in range(VHOSTS_AT_ONCE)]
            self._made += names
            self.control.add_vhosts(names)
            self._spare = names
        return f"{self.uri}/{self._spare.pop()}"

    def delete(self) -> None:
        self.control.delete_vhosts(self._made)

    def _delete_finished(self) -> None:
        if self.finished:
            self.control.delete_vhosts(self.finished)
            self._made = [name for name in self._made if name not in self.finished]
            self.finished = []


def _postgres_trouble(url: str) -> str | None:
    try:
        with _administrator(url) as connection:
            row = connection.execute("SELECT rolcreatedb OR rolsuper FROM pg_roles WHERE rolname = current_user")
            return None if row.fetchone() == (True,) else "the role may not create databases"
    except psycopg.OperationalError as error:
        return str(error)


def _administrator(url: str) -> psycopg.Connection[tuple[object, ...]]:
    plain = make_url(url).set(drivername="postgresql").render_as_string(hide_password=False)
    return psycopg.connect(plain, autocommit=True, connect_timeout=5)


@contextmanager
def fresh_database(url: str) -> Iterator[str]:
    """A new, empty database beside the one at ``url``, dropped at the end."""
    name = f"register_test_{secrets.token_hex(6)}"
    with _administrator(url) as connection:
        connection.execute(f'CREATE DATABASE "{name}"')
    try:
        yield make_url(url).set(database=name).render_as_string(hide_password=False)
    finally:
        drop_databases(url, name)


def drop_databases(url: str, name: str) -> None:
    """Drops the database ``name`` and those of the services, whose names begin with it."""
    with _administrator(url) as connection:
        rows = connection.execute(
            "SELECT datname FROM pg_database WHERE datname = %s OR starts_with(datname, %s)", (name, f"{name}_")
        ).fetchall()
        for (database,) in rows:
            connection.execute(f'DROP DATABASE IF EXISTS "{database}" WITH (FORCE)')


def _without_vhost(uri: str) -> str:
    parts = urlsplit(uri)
    return f"{parts.scheme}://{parts.netloc}"


def _control_of(uri: str) -> Control | None:
    """How to make vhosts on the broker at ``uri``: by its command when it is local, else over HTTP, else None."""
    parts = urlsplit(uri)
    host, port, user = parts.hostname or "127.0.0.1", parts.port or 5672, parts.username or "guest"
    if not is_listening(host, port):
        return None
    if host in ("127.0.0.1", "localhost") and _rabbitmqctl_reaches(port):
        return CommandLine(_rabbitmqctl, user)
    management = Management(user, parts.password or "guest", host)
    return management if management.answers() else None


def _rabbitmqctl(*arguments: str) -> str:
    return run(["rabbitmqctl", "-q", *arguments])


def _rabbitmqctl_reaches(port: int) -> bool:
    if shutil.which("rabbitmqctl") is None:
        return False
    try:
        return f"port: {port}" in _rabbitmqctl("status")
    except RuntimeError:
        return False


class Control(Protocol):
    """What the tests ask of a broker."""

    def add_vhosts(self, names: list[str]) -> None: ...

    def delete_vhosts(self, names: list[str]) -> None: ...


@dataclass
class CommandLine:
    """Through rabbitmqctl. It takes a second to start, so it does many vhosts at once."""

    command: Callable[..., str]
    user: str

    def add_vhosts(self, names: list[str]) -> None:
        rights = f'rabbit_auth_backend_internal:set_permissions(<<"{self.user}">>, Name, All, All, All, By)'
        self._for_each(names, f'All = <<".*">>, rabbit_vhost:add(Name, By), {rights}')

    def delete_vhosts(self, names: list[str]) -> None:
        self._for_each(names, "rabbit_vhost:delete(Name, By)")

    def _for_each(self, names: list[str], expression: str) -> None:
        binaries = ", ".join(f'<<"{name}">>' for name in names)
        self.command("eval", f'By = <<"tests">>, [begin {expression} end || Name <- [{binaries}]].')


@dataclass
class Management:
    """Through the management plugin's HTTP API, for a broker on another machine."""

    user: str
    password: str
    host: str

    def add_vhosts(self, names: list[str]) -> None:
        for name in names:
            self._request("PUT", f"vhosts/{name}")
            rights = {"configure": ".*", "write": ".*", "read": ".*"}
            self._request("PUT", f"permissions/{name}/{quote(self.user, safe='')}", rights)

    def delete_vhosts(self, names: list[str]) -> None:
        for name in names:
            self._request("DELETE", f"vhosts/{name}")

    def answers(self) -> bool:
        try:
            self._request("GET", "vhosts")
        except requests.RequestException:
            return False
        return True

    def _request(self, method: str, path: str, body: dict[str, str] | None = None) -> None:
        url = f"http://{self.host}:15672/api/{path}"
        requests.request(method, url, json=body, auth=(self.user, self.password), timeout=10).raise_for_status()
