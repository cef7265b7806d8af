"""Databases: SQLite or PostgreSQL by URL, one for each service, short transactions that are visible in the code.

SQLite gets one connection: its lock wait happens in C and would stop the whole cooperative process, so that
transactions queue for the connection instead. PostgreSQL gets a pool as large as the worker pool, and limits on
how long a statement, a lock or a forgotten transaction may last.
"""

from __future__ import annotations

import math
import time
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import sqlalchemy as sa
from eventlet.patcher import is_monkey_patched
from nameko.extensions import DependencyProvider, SharedExtension
from sqlalchemy import event
from sqlalchemy.engine import URL, make_url
from sqlalchemy.exc import DBAPIError, DisconnectionError, OperationalError
from sqlalchemy.exc import TimeoutError as PoolTimeout
from sqlalchemy.orm import Session, sessionmaker

from contracts.errors import Unavailable
from plumbing import waiting

STATEMENT_TIMEOUT = "5s"
LOCK_TIMEOUT = "3s"
IDLE_TRANSACTION_TIMEOUT = "30s"
# The relay, a timer's lock and a readiness check need a connection while every worker holds one.
SPARE_CONNECTIONS = 4
PING_AFTER = 10.0
# A server that vanished without a word is given up after this many seconds, of silence or of data it did not take.
LINE = {
    "connect_timeout": 5,
    "keepalives_idle": 5,
    "keepalives_interval": 2,
    "keepalives_count": 3,
    "tcp_user_timeout": 10_000,
}


class Moment(sa.types.TypeDecorator[datetime]):
    """A moment in time: aware UTC in, aware UTC out, on every database."""

    impl = sa.DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: sa.Dialect) -> datetime | None:
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("a moment needs a time zone")
        value = value.astimezone(UTC)
        return value.replace(tzinfo=None) if dialect.name == "sqlite" else value

    def process_result_value(self, value: datetime | None, dialect: sa.Dialect) -> datetime | None:
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


def create_engine_for(url: str, workers: int = 10) -> sa.Engine:
    """An engine for ``url`` that serves ``workers`` greenlets at a time.

    Its errors, which go into the log, tell the statement and not its values: hashes of passwords are among them,
    drafts, and what somebody typed for a name.
    """
    parsed = make_url(url)
    if parsed.get_backend_name() == "sqlite":
        return _sqlite(parsed)
    return _postgresql(parsed, workers)


def _sqlite(url: URL) -> sa.Engine:
    if url.database:
        Path(url.database).parent.mkdir(parents=True, exist_ok=True)
    engine = sa.create_engine(
        url,
        hide_parameters=True,
        poolclass=sa.pool.QueuePool,
        pool_size=1,
        max_overflow=0,
        pool_timeout=10,
        connect_args={"check_same_thread": False},
    )

    @event.listens_for(engine, "connect")
    def _prepare(connection: Any, _record: Any) -> None:
        # We begin transactions ourselves: the driver's own way begins them late and lets two writers meet.
        connection.isolation_level = None
        cursor = connection.cursor()
        # FULL: a number handed out must survive a power cut, or it would be given twice.
        for pragma in ("journal_mode=WAL", "synchronous=FULL", "foreign_keys=ON", "busy_timeout=5000"):
            cursor.execute(f"PRAGMA {pragma}")
        cursor.close()

    @event.listens_for(engine, "begin")
    def _begin(connection: sa.Connection) -> None:
        connection.exec_driver_sql("BEGIN IMMEDIATE")

    return engine


def _postgresql(url: URL, workers: int) -> sa.Engine:
    options = (
        f"-c statement_timeout={STATEMENT_TIMEOUT} -c lock_timeout={LOCK_TIMEOUT}"
        f" -c idle_in_transaction_session_timeout={IDLE_TRANSACTION_TIMEOUT} -c timezone=UTC"
    )
    if is_monkey_patched("socket"):
        waiting.install()
    engine = sa.create_engine(
        url.set(drivername="postgresql+psycopg"),
        hide_parameters=True,
        pool_size=workers + SPARE_CONNECTIONS,
        max_overflow=0,
        pool_timeout=5,
        connect_args={"options": options, "application_name": "register", **LINE},
    )
    _ping_what_lay_idle(engine)
    return engine


def _ping_what_lay_idle(engine: sa.Engine) -> None:
    """A connection that was used a moment ago is alive; asking each time would be a tenth of all round trips.

    One that died under work is noticed by the work, which is Unavailable once; the pool then starts anew.
    """

    @event.listens_for(engine, "checkin")
    def _remember(_connection: Any, record: Any) -> None:
        record.info["used"] = time.monotonic()

    @event.listens_for(engine, "checkout")
    def _ping(connection: Any, record: Any, _proxy: Any) -> None:
        if time.monotonic() - record.info.get("used", math.inf) < PING_AFTER:
            return
        try:
            engine.dialect.do_ping(connection)
        except engine.dialect.loaded_dbapi.Error as error:
            # Tells the pool to try another connection.
            raise DisconnectionError from error


class Handle:
    """The way into one database: transactions by ``begin``, looks by ``read``. Hold neither across an RPC."""

    def __init__(self, engine: sa.Engine) -> None:
        self.engine = engine
        self._sessions = sessionmaker(engine, expire_on_commit=False)
        self._statements = sessionmaker(engine.execution_options(isolation_level="AUTOCOMMIT"))

    @contextmanager
    def begin(self) -> Iterator[Session]:
        """A transaction: committed at the end of the block, rolled back if it raises. Raises Unavailable."""
        with _unavailable(), self._sessions.begin() as session:
            yield session

    @contextmanager
    def once(self) -> Iterator[Session]:
        """For ONE statement, which is its own transaction: committed when it returns. Raises Unavailable.

        PostgreSQL is spared the two round trips of BEGIN and COMMIT.
        """
        if self.engine.dialect.name == "sqlite":
            with self.begin() as session:
                yield session
            return
        with _unavailable(), self._statements() as session:
            yield session

    @contextmanager
    def read(self) -> Iterator[Session]:
        """A look, rolled back at the end. Raises Unavailable.

        On PostgreSQL each statement sees what was committed when it began, so two of them may see different states.
        """
        with _unavailable(), self._sessions() as session:
            yield session

    @contextmanager
    def snapshot(self, longest: str) -> Iterator[Session]:
        """A look at one state of the database, for as long as it takes, at most ``longest``. Raises Unavailable.

        On SQLite everybody waits until it ends.
        """
        with self.read() as session:
            if self.engine.dialect.name == "postgresql":
                session.connection(execution_options={"isolation_level": "REPEATABLE READ"})
                session.execute(sa.select(sa.func.set_config("statement_timeout", longest, True)))
            yield session

    @contextmanager
    def alone(self, what: str) -> Iterator[bool]:
        """True for one replica at a time, by an advisory lock that ends with the block or with the connection.

        SQLite serves one process, so that there the answer is always True.
        """
        if self.engine.dialect.name == "sqlite":
            yield True
            return
        key = zlib.crc32(what.encode())
        with _unavailable(), self.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
            mine = bool(connection.scalar(sa.select(sa.func.pg_try_advisory_lock(key))))
            try:
                yield mine
            finally:
                if mine and not connection.invalidated:
                    connection.execute(sa.select(sa.func.pg_advisory_unlock(key)))


@contextmanager
def _unavailable() -> Iterator[None]:
    """A database that is away, or too busy to grant a lock in time, is Unavailable, not a fault of the caller."""
    try:
        yield
    except PoolTimeout as error:
        raise Unavailable("The database is too busy at the moment; try again soon.") from error
    except OperationalError as error:
        raise Unavailable("The database does not answer at the moment; try again soon.") from error
    except DBAPIError as error:
        if not error.connection_invalidated:
            raise
        raise Unavailable("The database does not answer at the moment; try again soon.") from error


class Connections(SharedExtension):  # type: ignore[misc]
    """The container's engine. nameko stops shared extensions last, when nobody holds a connection any more."""

    handle: Handle

    def setup(self) -> None:
        url = self.container.config["settings"].database_of(self.container.service_name)
        self.handle = Handle(create_engine_for(url, workers=self.container.max_workers))

    def stop(self) -> None:
        self.handle.engine.dispose()

    kill = stop


class Database(DependencyProvider):  # type: ignore[misc]
    """The service's own database, as a Handle."""

    connections = Connections()

    @property
    def handle(self) -> Handle:
        return self.connections.handle

    def get_dependency(self, worker_ctx: Any) -> Handle:
        return self.handle
