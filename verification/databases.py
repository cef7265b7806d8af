"""A look at one consistent state of a database, read-only, for as long as it takes, while the register goes on.

Not plumbing.db: its limits are those of short transactions, and its transactions on SQLite keep out all writers.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from urllib.parse import quote

import sqlalchemy as sa
from sqlalchemy.engine import URL, make_url
from sqlalchemy.exc import DBAPIError

CONNECT_WITHIN = 5


class Unreadable(Exception):
    """A database that is not there, does not answer or holds no register; the message names it."""


@contextmanager
def snapshot(url: str) -> Iterator[sa.Connection]:
    """All reads inside see the state at the first of them. Raises Unreadable."""
    parsed = make_url(url)
    engine = _sqlite(parsed) if parsed.get_backend_name() == "sqlite" else _postgresql(parsed)
    try:
        with engine.connect() as connection:
            yield connection
    except DBAPIError as error:
        reason = str(error.orig).strip().splitlines()[0]
        raise Unreadable(f"{parsed} cannot be verified: {reason}") from error
    finally:
        engine.dispose()


def _postgresql(url: URL) -> sa.Engine:
    options = "-c timezone=UTC -c default_transaction_read_only=on"
    return sa.create_engine(
        url.set(drivername="postgresql+psycopg"),
        poolclass=sa.pool.NullPool,
        # What stands when the first statement runs, for all statements after it.
        isolation_level="REPEATABLE READ",
        connect_args={"application_name": "verification", "connect_timeout": CONNECT_WITHIN, "options": options},
    )


def _sqlite(url: URL) -> sa.Engine:
    path = Path(url.database or "")
    if not path.is_file():
        raise Unreadable(f"{path} cannot be verified: there is no such file.")
    # "rw", for a reader of a database with a write-ahead log may have to make its index file; but never a database.
    file = url.set(database=f"file:{quote(str(path.resolve()))}", query={"mode": "rw", "uri": "true"})
    engine = sa.create_engine(file, poolclass=sa.pool.NullPool)

    @sa.event.listens_for(engine, "connect")
    def _prepare(connection: Any, _record: Any) -> None:
        # We begin transactions ourselves: the driver begins none for reading.
        connection.isolation_level = None
        connection.execute("PRAGMA query_only=ON")
        connection.execute("PRAGMA busy_timeout=5000")

    @sa.event.listens_for(engine, "begin")
    def _begin(connection: sa.Connection) -> None:
        connection.exec_driver_sql("BEGIN")

    return engine
