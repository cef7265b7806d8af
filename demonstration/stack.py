"""A register on RabbitMQ and PostgreSQL, one process for each service; a server that is missing is named clearly."""

from __future__ import annotations

import os
import sys
from pathlib import Path

import kombu
import psycopg
from sqlalchemy.engine import make_url

from demonstration import start
from demonstration.surroundings import CannotStart, Surroundings

AMQP_URI = "amqp://guest:guest@127.0.0.1:5672//"
DATABASE_URL = "postgresql://postgres@127.0.0.1:5432/register"


def stack() -> int:
    """Runs the Procfile until it ends or is stopped; the exit code. Raises CannotStart, Refused."""
    amqp_uri, database_url = addresses()
    check(amqp_uri, database_url)
    honcho = str(Path(sys.executable).parent / "honcho")
    # Its usual file of settings, .env, is the containers'.
    command = [honcho, "start", "--no-colour", "--env", os.devnull]
    return start.serve(Surroundings.of_servers(amqp_uri, database_url), command)


def addresses() -> tuple[str, str]:
    """Of the broker and of the databases: AMQP_URI and DATABASE_URL, else the usual local ones."""
    return os.environ.get("AMQP_URI") or AMQP_URI, os.environ.get("DATABASE_URL") or DATABASE_URL


def check(amqp_uri: str, database_url: str) -> None:
    """Raises CannotStart that names each server that does not let us in."""
    troubles = [trouble for trouble in (_rabbitmq(amqp_uri), _postgres(database_url)) if trouble]
    if troubles:
        raise CannotStart("\n".join([*troubles, "make run needs neither of them."]))


def _rabbitmq(uri: str) -> str | None:
    connection = kombu.Connection(uri, connect_timeout=5)
    try:
        connection.connect()
        connection.release()
    except (OSError, *connection.connection_errors) as error:
        return f"There is no RabbitMQ for us at {connection.as_uri()}: {error}. Start one, or name it by AMQP_URI."
    return None


def _postgres(url: str) -> str | None:
    parsed = make_url(url)
    # The databases may not be there yet: migrations make them.
    server = parsed.set(drivername="postgresql", database="postgres").render_as_string(hide_password=False)
    try:
        psycopg.connect(server, connect_timeout=5).close()
    except psycopg.OperationalError as error:
        reason = str(error).strip().splitlines()[0]
        return f"There is no PostgreSQL for us at {parsed}: {reason}. Start one, or name it by DATABASE_URL."
    return None
