"""How often each value occurs over everything: kept with every change, for counting a million certificates takes long.

Counted once when an index is opened; from then on each change takes away what it replaces and adds what it brings.
"""

from __future__ import annotations

from collections import Counter
from heapq import nsmallest
from typing import NamedTuple

from tantivy import Occur, Query, Schema, Searcher

from services.search.domain.values import VALUES, Values
from services.search.index.schema import LATEST, OLDER, ROLE

# As many values of a facet are shown; of bodies all, because those of a country are added up.
MOST_VALUES = 100
ALL_BODIES = 5_000
# The engine's limit for one answer.
MOST_COUNTED = 60_000

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

    def add(self, values: Values, *, latest: bool, times: int = 1) -> None:
        """Counts the values of an issue, or with -1 no longer."""
        counts = (self._all, self._latest) if latest else (self._all,)
        for name, of_issue in values.items():
            for value in of_issue:
                for counted in counts:
                    counted[name][value] += times

    def keep(self) -> Kept:
        """The counts as they are now, which nothing changes afterwards."""
        return Kept(*({name: most(name, counted[name]) for name in VALUES} for counted in (self._latest, self._all)))


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
