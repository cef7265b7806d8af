"""The other side of B6 and B7: the same documents in PostgreSQL's full text search, and the same questions in SQL.

Tuned as a careful person would: a stored tsvector with weights and a GIN index, B-trees for what is filtered and sorted
by, a trigram index beside them, statistics, and queries that rank only what they found.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from typing import Any

import psycopg

from contracts.numbers import normalise, parse
from services.search.domain.documents import Entry, entry_of
from services.search.domain.hits import highlights_of, hit_of
from services.search.domain.issues import Snapshot, Validity
from services.search.domain.text import Highlighter, fold, words

TABLES = """
CREATE EXTENSION IF NOT EXISTS pg_trgm;
CREATE UNLOGGED TABLE documents (
 id bigint PRIMARY KEY, latest boolean NOT NULL, number text NOT NULL, short text NOT NULL, status text, scheme text,
 excb text, country text[], manufacturer text, protection text[], standard text[], year text, day integer,
 words tsvector NOT NULL, content text NOT NULL
);
"""
INDEXES = """
CREATE INDEX ON documents USING gin (words) WITH (fastupdate = off);
CREATE INDEX ON documents (number text_pattern_ops);
CREATE INDEX ON documents (short text_pattern_ops);
CREATE INDEX ON documents USING gin (number gin_trgm_ops);
CREATE INDEX ON documents (day DESC, id DESC) WHERE latest;
CREATE INDEX ON documents (status, scheme);
VACUUM ANALYZE documents;
"""
COPY = "COPY documents FROM STDIN"
PLAIN, SEVERAL = ("status", "scheme", "excb"), ("country", "protection", "standard")
RANKED = """
WITH asked AS (SELECT plainto_tsquery('simple', %(words)s) AS query),
found AS MATERIALIZED (SELECT id, words, day FROM documents, asked WHERE words @@ query AND latest {filters})
SELECT (SELECT count(*) FROM found), content FROM documents JOIN (
 SELECT id, ts_rank(words, query) + 0.0001 * day AS rank FROM found, asked ORDER BY rank DESC LIMIT 20
) AS best USING (id)
ORDER BY rank DESC
"""
FOUND = "WITH found AS MATERIALIZED (SELECT {columns} FROM documents WHERE latest {filters}) "
COUNTED = "(SELECT '{name}', {value}, count(*) FROM {rows} GROUP BY 2 ORDER BY 3 DESC LIMIT 100)"
COUNT = "SELECT count(*) FROM documents WHERE {condition} AND latest"
LISTED = "SELECT content FROM documents WHERE {condition} AND latest ORDER BY number LIMIT 20"
EACH = "found, unnest({name}) AS value"


class FullText:
    """A connection with the questions of the bars. Every answer is what ours is: the total, and 20 hits as a list shows
    them, with highlights, by the same functions."""

    def __init__(self, url: str) -> None:
        self._connection = psycopg.connect(url, autocommit=True)
        self._connection.execute("SET work_mem = '256MB'")
        # Ranking a few thousand rows by several processes takes longer to begin than to do.
        self._connection.execute("SET max_parallel_workers_per_gather = 0")

    def fill(self, issues: Iterable[tuple[Snapshot, Validity]]) -> None:
        self._connection.execute(TABLES)
        with self._connection.cursor() as cursor, cursor.copy(COPY) as copy:
            for row in _rows(issues):
                copy.write_row(row)
        for statement in INDEXES.strip().split(";\n"):
            self._connection.execute(statement.rstrip(";").encode())

    def ranked(self, q: str, **filters: str) -> tuple[int, list[Any]]:
        """The best 20 that hold all the words."""
        conditions = "".join(f" AND {name} = %({name})s" for name in filters)
        query = RANKED.format(filters=conditions)
        rows = self._connection.execute(query.encode(), {"words": q, **filters}).fetchall()
        return (rows[0][0] if rows else 0), _hits([content for _, content in rows], q)

    def newest(self, q: str) -> tuple[int, list[Any]]:
        """The newest 20 that hold a word."""
        asked = b"plainto_tsquery('simple', %(words)s)"
        where = b" FROM documents WHERE words @@ " + asked + b" AND latest"
        count = self._connection.execute(b"SELECT count(*)" + where, {"words": q}).fetchone()
        query = b"SELECT content" + where + b" ORDER BY day DESC, id DESC LIMIT 20"
        rows = self._connection.execute(query, {"words": q}).fetchall()
        return (count or (0,))[0], _hits([content for (content,) in rows], q)

    def facets(self, q: str | None = None, **filters: str) -> dict[str, list[Any]]:
        """Six facets of what is found, each by its GROUP BY over the ids and values that were found once."""
        conditions = "".join(f" AND {name} = %({name})s" for name in filters)
        conditions += " AND words @@ plainto_tsquery('simple', %(words)s)" if q else ""
        found = FOUND.format(columns=", ".join((*PLAIN, *SEVERAL)), filters=conditions)
        groups = [COUNTED.format(name=name, value=name, rows="found") for name in PLAIN]
        groups += [COUNTED.format(name=name, value="value", rows=EACH.format(name=name)) for name in SEVERAL]
        query = found + " UNION ALL ".join(groups)
        counted: dict[str, list[Any]] = {}
        for name, value, count in self._connection.execute(query.encode(), {"words": q, **filters}):
            counted.setdefault(name, []).append((value, count))
        return counted

    def everything(self) -> list[Any]:
        """The newest 20 of all, and the total."""
        self._connection.execute("SELECT count(*) FROM documents WHERE latest").fetchone()
        rows = self._connection.execute(
            "SELECT content FROM documents WHERE latest ORDER BY day DESC, id DESC LIMIT 20"
        ).fetchall()
        return _hits([content for (content,) in rows], "")

    def numbered(self, spelled: str) -> tuple[int, list[Any]]:
        """By a number in any spelling."""
        number = parse(spelled)
        return self._where("number = %s", number.normalised, spelled=spelled)

    def beginning(self, spelled: str) -> tuple[int, list[Any]]:
        """By the beginning of a number, with the scheme's name before it or without, in the order of numbers."""
        opening = normalise(spelled)
        return self._where("(number LIKE %s OR short LIKE %s)", f"{opening}%", f"{opening}%", spelled=spelled)

    def _where(self, condition: str, *values: str, spelled: str) -> tuple[int, list[Any]]:
        count = self._connection.execute(COUNT.format(condition=condition).encode(), values).fetchone()
        rows = self._connection.execute(LISTED.format(condition=condition).encode(), values).fetchall()
        return (count or (0,))[0], _hits([content for (content,) in rows], spelled)


def _hits(contents: list[str], asked: str) -> list[Any]:
    highlighter = Highlighter(words(fold(asked)), None)
    snapshots = [json.loads(content) for content in contents]
    return [hit_of(snapshot) | {"highlights": highlights_of(snapshot, highlighter)} for snapshot in snapshots]


def _rows(issues: Iterable[tuple[Snapshot, Validity]]) -> Iterator[tuple[Any, ...]]:
    for place, (snapshot, validity) in enumerate(issues):
        entry = entry_of(snapshot, validity)
        values = entry.values
        number = normalise(snapshot["number"])
        plain = [next(iter(values[name]), None) for name in PLAIN]
        several = [values[name] for name in ("protection", "standard")]
        manufacturer, year = (next(iter(values[name]), None) for name in ("manufacturer", "year"))
        yield (
            place, entry.latest, number, number.removeprefix("iecex"), *plain, values["country"], manufacturer,
            *several, year, entry.day, _vector(entry), json.dumps(snapshot),
        )  # fmt: skip


def _vector(entry: Entry) -> str:
    """A tsvector with weights as PostgreSQL writes it: A for the title, B for names, D for the rest."""
    weights: dict[str, list[str]] = {}
    position = 0
    for weight, texts in (("A", [entry.title]), ("B", entry.names), ("", entry.texts)):
        for text in texts:
            for word in "".join(letter if letter.isalnum() else " " for letter in text).split():
                position = min(position + 1, 16_383)
                weights.setdefault(word, []).append(f"{position}{weight}")
    return " ".join(f"'{word}':{','.join(places[:255])}" for word, places in weights.items())
