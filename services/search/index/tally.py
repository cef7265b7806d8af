"""How often each value occurs over everything: kept with every change, for counting a million certificates takes long.

Counted once when an index is opened; from then on each change takes away what it replaces and adds what it brings.
"""

from __future__ import annotations

from collections import Counter
from heapq import nsmallest
from typing import Any, NamedTuple

from tantivy import Occur, Query, Schema, Searcher

from services.search.domain.values import VALUES, values_of
from services.search.index.schema import LATEST, OLDER, ROLE

# As many values of a facet are shown; of bodies all, because those of a country are added up.
MOST_VALUES = 100
ALL_BODIES = 5_000
# The engine's limit for one answer.
MOST_COUNTED = 60_000

Snapshot = dict[str, Any]
Counted = list[tuple[str, int]]


class Kept(NamedTuple):
    """The most frequent values of each facet: of the latest issues, and of all."""

    latest: dict[str, Counted]
    all: dict[str, Counted]


class Tally:
    """The counts of one index; whoever writes that keeps them."""

    def __init__(self, schema: Schema, searcher: Searcher) -> None:
        self._latest = _count(searcher, Query.term_query(schema, ROLE, LATEST, "basic"))
        older = Query.term_query(schema, ROLE, OLDER, "basic")
        either = Query.boolean_query([(Occur.Should, older), (Occur.Should, Query.term_query(schema, ROLE, LATEST))])
        self._all = _count(searcher, either)
        self._touched = set(VALUES)
        self._kept = Kept({}, {})

    def add(self, snapshot: Snapshot, times: int = 1) -> None:
        """Counts a document as it is shown, or with -1 no longer."""
        for name, values in values_of(snapshot).items():
            for value in values:
                self._all[name][value] += times
                if "latest_issue" not in snapshot:
                    self._latest[name][value] += times
            if values:
                self._touched.add(name)

    def keep(self) -> Kept:
        """The counts as they are now, which nothing changes afterwards."""
        for name in self._touched:
            self._kept = Kept(
                self._kept.latest | {name: most(name, self._latest[name])},
                self._kept.all | {name: most(name, self._all[name])},
            )
        self._touched = set()
        return self._kept


def most(name: str, counts: Counter[str]) -> Counted:
    """The most frequent values, in the order of their counts, then of the alphabet."""
    there = (item for item in counts.items() if item[1] > 0)
    return nsmallest(limit_of(name), there, key=lambda item: (-item[1], item[0]))


def limit_of(name: str) -> int:
    return ALL_BODIES if name == "excb" else MOST_VALUES


def _count(searcher: Searcher, query: Query) -> dict[str, Counter[str]]:
    """One facet after the other: the engine limits how many values it counts at once."""
    found: dict[str, Counter[str]] = {}
    for name in VALUES:
        terms = {"terms": {"field": name, "size": MOST_COUNTED, "segment_size": MOST_COUNTED}}
        buckets = searcher.aggregate(query, {name: terms})[name]["buckets"]
        found[name] = Counter({bucket["key"]: int(bucket["doc_count"]) for bucket in buckets})
    return found
