"""B7: certificates by their numbers, whole and begun, in any spelling, against B-trees of PostgreSQL.

Both read what a person typed and answer with the total and the hits of a list. Ours looks for words in it as well, for
it cannot know that a person meant a number; the database is asked for nothing else.
"""

from __future__ import annotations

from functools import partial
from random import Random

from bench import corpus
from bench.library import in_turn, library, search
from bench.measure import Row


def run(scale: int) -> list[Row]:
    random = Random(7)  # noqa: S311 - the same questions each time

    def number() -> str:
        return str(corpus.snapshots(random.randrange(scale))[-1]["number"])

    def spelled() -> str:
        return random.choice(SPELLINGS)(number())

    def opening() -> str:
        return number()[: random.randrange(9, 15)]

    made = library(scale)
    ask, no_slower = partial(search, made.index), {"p50": 1.0, "p99": 1.0}
    return [
        *in_turn("B7", "number, any spelling", ask, made.other.numbered, spelled, **no_slower),
        *in_turn("B7", "beginning of a number", ask, made.other.beginning, opening, **no_slower),
    ]


SPELLINGS = (str, str.lower, lambda number: number.replace(" ", ""), lambda number: number.replace(" ", "-"))
