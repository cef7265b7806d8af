"""B7: certificates by their numbers, whole and begun, in any spelling, against B-trees of PostgreSQL.

Ours reads the text that a person typed and finds words and numbers in it, ranks, highlights, counts; the database is
given the number as it is stored, and looks it up.
"""

from __future__ import annotations

from functools import partial
from random import Random

from bench import corpus
from bench.library import both, in_turn, search
from bench.measure import Row
from contracts.numbers import normalise


def run(scale: int) -> list[Row]:
    random = Random(7)  # noqa: S311 - the same questions each time

    def number() -> str:
        return str(corpus.snapshots(random.randrange(scale))[-1]["number"])

    def spelled() -> str:
        return random.choice(SPELLINGS)(number())

    def opening() -> str:
        return number()[: random.randrange(9, 15)]

    with both(scale) as (index, other):
        ask, no_slower = partial(search, index), {"p50": 1.0, "p99": 1.0}
        rows = in_turn("B7", "number, any spelling", ask, lambda q: other.numbered(normalise(q)), spelled, **no_slower)
        rows += in_turn(
            "B7", "beginning of a number", ask, lambda q: other.beginning(normalise(q)), opening, **no_slower
        )
    return rows


SPELLINGS = (str, str.lower, lambda number: number.replace(" ", ""), lambda number: number.replace(" ", "-"))
