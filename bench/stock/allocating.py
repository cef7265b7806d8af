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

# The statement of services/numbering/queries.py, word for word, with psycopg's placeholders.
GIVE = """
WITH counted AS (
 INSERT INTO counters (series, last) SELECT %(series)s, CAST(%(count)s AS integer)
 WHERE CAST(%(count)s AS integer) <= %(highest)s
 ON CONFLICT (series) DO UPDATE SET last = counters.last + excluded.last
 WHERE counters.last + excluded.last <= %(highest)s RETURNING last
), recorded AS (
 INSERT INTO ledger (series, n, owner_id) SELECT %(series)s, last - %(count)s + place, owner_id
 FROM counted, unnest(CAST(%(owner_ids)s AS varchar[])) WITH ORDINALITY AS asked (owner_id, place)
 ORDER BY owner_id
) SELECT last FROM counted
"""
HIGHEST = 9999


class Bare:
    """A connection for each caller, as a pool would have it."""

    def __init__(self, url: str, callers: int) -> None:
        self._connections: queue.SimpleQueue[psycopg.Connection[tuple[int]]] = queue.SimpleQueue()
        for _ in range(callers):
            self._connections.put(psycopg.connect(url, autocommit=True))

    def allocate(self, series: str, owner_ids: list[str]) -> None:
        connection = self._connections.get()
        asked = {"series": series, "count": len(owner_ids), "highest": HIGHEST, "owner_ids": owner_ids}
        row = connection.execute(GIVE, asked).fetchone()
        assert row is not None
        self._connections.put(connection)


def main(port: str) -> None:
    bare = Bare(os.environ["DATABASE_URL"], 8)

    def allocate(series: str, callers: int, batches: int, size: int) -> float:
        return timed(lambda owner_ids: bare.allocate(series, owner_ids), callers, batches, size)

    obey(int(port), allocate)


if __name__ == "__main__":
    main(*sys.argv[1:])
