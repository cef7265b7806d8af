"""The other side of B5: numbering's transaction as bare SQL, from psycopg in native threads, in one process.

``python -m bench.stock.allocating port``, with the database's address in DATABASE_URL.
"""

from __future__ import annotations

import os
import queue
import sys

import psycopg

from bench.batches import timed
from bench.remote import obey

COUNT_ON = (
    "INSERT INTO counters (series, last) VALUES (%s, %s)"
    " ON CONFLICT (series) DO UPDATE SET last = counters.last + excluded.last RETURNING last"
)
RECORD = (
    "INSERT INTO ledger (series, n, owner_id) SELECT %s, n, owner_id"
    " FROM unnest(%s::integer[], %s::varchar[]) AS asked (n, owner_id)"
)


class Bare:
    """A connection for each caller, as a pool would have it."""

    def __init__(self, url: str, callers: int) -> None:
        self._connections: queue.SimpleQueue[psycopg.Connection[tuple[int]]] = queue.SimpleQueue()
        for _ in range(callers):
            self._connections.put(psycopg.connect(url))

    def allocate(self, series: str, owner_ids: list[str]) -> None:
        connection = self._connections.get()
        with connection.transaction():
            row = connection.execute(COUNT_ON, (series, len(owner_ids))).fetchone()
            assert row is not None
            numbers = list(range(row[0] - len(owner_ids) + 1, row[0] + 1))
            connection.execute(RECORD, (series, numbers, owner_ids))
        self._connections.put(connection)


def main(port: str) -> None:
    bare = Bare(os.environ["DATABASE_URL"], 8)

    def allocate(series: str, callers: int, batches: int, size: int) -> float:
        return timed(lambda owner_ids: bare.allocate(series, owner_ids), callers, batches, size)

    obey(int(port), allocate)


if __name__ == "__main__":
    main(*sys.argv[1:])
