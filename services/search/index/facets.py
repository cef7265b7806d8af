"""Facets: how many of the hits have which value, for each filter that there is.

Each facet is counted under all filters but its own, so that it tells what another choice of the same filter would find.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from tantivy import Searcher

from services.search.domain.questions import Question
from services.search.index.queries import Compiled
from services.search.index.remembering import remembered
from services.search.index.tally import Counted, Kept, limit_of, most

# Each part of the index names its most frequent values; with so many of them the sums are exact but for odd cases.
SHARE = 50

Facets = dict[str, list[dict[str, Any]]]
Compile = Callable[[Question, int], Compiled | None]


class FacetCounter:
    """Counts over one committed state of the index. ``compile``: a question, with the words that may be spelled
    otherwise, as a query; ``countries``: of bodies, by their codes."""

    def __init__(self, searcher: Searcher, compile: Compile, kept: Kept, countries: Mapping[str, str]) -> None:  # noqa: A002
        self._searcher, self._compile = searcher, compile
        self._kept, self._countries = kept, countries
        # Counted once for all pages and all who ask the same before the next change.
        self._remembered = remembered(self._count)

    def count(self, question: Question, loosened: int, names: Sequence[str]) -> Facets:
        """``{"scheme": [{"value", "count"}, …], …}``, the most frequent values first."""
        together: defaultdict[Question, list[str]] = defaultdict(list)
        for name in names:
            together[question.without(name)].append(name)
        counted: dict[str, Counted] = {}
        for asked, facets in together.items():
            counted |= self._counted(asked, loosened, facets)
        return {name: [{"value": value, "count": n} for value, n in counted[name][: limit_of(name)]] for name in names}

    def _counted(self, question: Question, loosened: int, names: list[str]) -> dict[str, Counted]:
        fields = tuple(dict.fromkeys("excb" if name == "excb_country" else name for name in names))
        if question.is_everything:
            kept = self._kept.all if question.all_issues else self._kept.latest
            found = {name: kept[name] for name in fields}
        else:
            found = self._remembered(question, loosened, fields)
        return {name: self._by_country(found["excb"]) if name == "excb_country" else found[name] for name in names}

    def _count(self, question: Question, loosened: int, fields: tuple[str, ...]) -> dict[str, Counted]:
        compiled = self._compile(question, loosened)
        if compiled is None:
            return {name: [] for name in fields}
        asked = {name: {"terms": _terms(name)} for name in fields}
        answer = self._searcher.aggregate(compiled.query, asked)
        return {name: _most(name, answer[name]["buckets"]) for name in fields}

    def _by_country(self, bodies: Counted) -> Counted:
        countries: Counter[str] = Counter()
        for excb, count in bodies:
            if excb in self._countries:
                countries[self._countries[excb]] += count
        return most("excb_country", countries)


def _terms(name: str) -> dict[str, Any]:
    return {"field": name, "size": limit_of(name), "segment_size": limit_of(name) * SHARE}


def _most(name: str, buckets: list[dict[str, Any]]) -> Counted:
    """The engine leaves open in which order values of the same count come."""
    return most(name, Counter({bucket["key"]: int(bucket["doc_count"]) for bucket in buckets}))
