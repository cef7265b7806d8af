"""What would not fit into memory: values by key in a private temporary file, which goes with the process.

It holds what one stream said until another one asks for it, so that neither has to come sorted.
"""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterator
from typing import Any


class Scratch:
    """Lists of JSON values by key; to be closed."""

    def __init__(self) -> None:
        # The empty name is SQLite's for a temporary database; it goes to the disk when it outgrows a small cache.
        self._connection = sqlite3.connect("", isolation_level=None)
        self._connection.execute("CREATE TABLE kept (key TEXT PRIMARY KEY, value TEXT) WITHOUT ROWID")
        self._connection.execute("BEGIN")

    def __enter__(self) -> Scratch:
        return self

    def __exit__(self, *_error: object) -> None:
        self._connection.close()

    def __len__(self) -> int:
        return int(self._connection.execute("SELECT count(*) FROM kept").fetchone()[0])

    def get(self, key: str) -> list[Any] | None:
        row = self._connection.execute("SELECT value FROM kept WHERE key = ?", (key,)).fetchone()
        return None if row is None else list(json.loads(row[0]))

    def put(self, key: str, *value: Any) -> None:
        """Keeps ``value``, in place of what was kept for ``key``."""
        self._connection.execute("INSERT OR REPLACE INTO kept VALUES (?, ?)", (key, json.dumps(value)))

    def take(self, key: str) -> list[Any] | None:
        """What is kept for ``key``, which is forgotten with that; None if nothing is."""
        row = self._connection.execute("DELETE FROM kept WHERE key = ? RETURNING value", (key,)).fetchone()
        return None if row is None else list(json.loads(row[0]))

    def rest(self) -> Iterator[tuple[str, list[Any]]]:
        """All that is still kept, by key. Nothing may be put or taken meanwhile."""
        for key, value in self._connection.execute("SELECT key, value FROM kept ORDER BY key"):
            yield key, json.loads(value)
