"""What a search sees: one committed state of the index, with the position in the log that belongs to it."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from functools import lru_cache, partial
from typing import Any, NamedTuple

from tantivy import DocAddress, Occur, Order, Query, Schema, Searcher

from services.search.domain.hits import highlights_of, hit_of
from services.search.domain.issues import Issues
from services.search.domain.questions import Question
from services.search.index.contents import Contents
from services.search.index.facets import FacetCounter, Facets
from services.search.index.guard import guarded
from services.search.index.queries import Compiled, Compiler
from services.search.index.schema import NAME_KEYS
from services.search.index.tally import Kept

# Nobody turns to page 500; whoever wants all hits sorts by number, where every page costs the same.
DEEPEST_RELEVANCE = 10_000
# As many hits as may have been inserted before the last one shown without it being lost from sight.
SLACK = 50
MOST_REMEMBERED = 300
NO_WORDS = "q holds no word and no number, so nothing matches it."
ONLY_THE_BEST = f"Only the best {DEEPEST_RELEVANCE:,} are listed by relevance; sort by number to list all."


class Page(NamedTuple):
    """Hits in order, and where the next page begins: None after the last one."""

    total: int
    items: list[dict[str, Any]]
    next: list[int] | None
    change_no: int
    note: str | None = None
    facets: Facets = {}  # noqa: RUF012 - nobody writes into it


class Sort(NamedTuple):
    """The field that orders, which way, and the keys that say where a page ended."""

    field: str
    descending: bool
    keys: tuple[str, ...]


SORTS = {
    "number": Sort("number_key", False, ("number_key",)),
    "-number": Sort("number_key", True, ("number_key",)),
    "date": Sort("date_key", False, ("date_key",)),
    "-date": Sort("date_key", True, ("date_key",)),
    "name": Sort("name_order", False, (*NAME_KEYS, "number_key")),
    "scan": Sort("number_key", False, ("number_key",)),
}

Addresses = list[DocAddress]


class Asked(NamedTuple):
    """A question as it is put to the engine. ``loosened``: which words may be spelled otherwise; a bit for each."""

    question: Question
    loosened: int
    compiled: Compiled
    total: int


class View:
    """One committed state of the index. Views are values: what happens later does not change them.

    A position is where a page ended: first which words were loosened, then the keys of the last hit.
    """

    def __init__(self, schema: Schema, searcher: Searcher, kept: Kept, countries: Mapping[str, str]) -> None:
        self._searcher = searcher
        self._contents = Contents(schema, searcher)
        self._compiler = Compiler(schema, countries)
        self._facets = FacetCounter(searcher, self._compiler.query, kept, countries)
        # All pages have the same total.
        self._total = lru_cache(maxsize=MOST_REMEMBERED)(self._count)
        self.position = self._contents.position()
        self.documents = max(searcher.num_docs - 1, 0)

    def search(
        self, question: Question, limit: int, position: list[int] | None = None, facets: Sequence[str] = ()
    ) -> Page:
        """Up to ``limit`` hits with highlights, behind ``position``; ``total`` and the facets count all of them."""
        with guarded():
            asked = self._ask(question, position)
            if asked is None:
                return self._nothing(facets)
            keys = position[1:] if position else None
            if question.sort == "relevance":
                page = self._by_relevance(asked, limit, keys)
            else:
                page = self._by_keys(asked, SORTS[question.sort], limit, keys)
            counted = self._facets.count(question, asked.loosened, facets)
            following = None if page.next is None else [asked.loosened, *page.next]
            return page._replace(next=following, facets=counted)

    def scan(self, question: Question, limit: int, position: list[int] | None = None) -> Page:
        """Up to ``limit`` whole snapshots, fewer if they are large, in the order of ``question.sort``.

        ``total`` is what the first page counted: it travels in the position, for the index moves on meanwhile.
        """
        sort, total, keys = SORTS[question.sort], position[1] if position else None, (position or [])[2:]
        with guarded():
            asked = self._ask(question, position, total)
            if asked is None:
                return self._nothing()
            addresses = self._find(self._behind(asked.compiled.query, sort, keys), limit + 1, sort)
            snapshots = self._contents.snapshots(addresses[:limit])
            more = len(addresses) > len(snapshots)
            last = addresses[len(snapshots) - 1] if more else None
            following = None if last is None else [asked.loosened, asked.total, *self._keys(sort, last)]
            return Page(asked.total, snapshots, following, self.position.change_no, asked.compiled.note)

    def issues_of(self, base_number: str) -> Issues:
        """What is held of one certificate, by issue; nothing of one that the index does not know."""
        with guarded():
            return self._contents.issues_of(base_number)

    def slices(self) -> dict[str, tuple[int, int]]:
        """Of each body and year: how many certificates there are, and the sum of their marks."""
        with guarded():
            return self._contents.slices()

    def _ask(self, question: Question, position: list[int] | None, total: int | None = None) -> Asked | None:
        """As the first page asked. Where that finds nothing, words that may be misspelled are loosened."""
        loosened = position[0] if position else 0
        compiled = self._compiler.compile(question, loosened)
        if compiled is None:
            return None
        total = self._total(question, loosened) if total is None else total
        if total or position or not question.asked:
            return Asked(question, loosened, compiled, total)
        return self._ask_loosely(Asked(question, 0, compiled, 0))

    def _ask_loosely(self, strictly: Asked) -> Asked:
        question = strictly.question
        loosened = self._compiler.suspects(self._searcher, question)
        total = self._total(question, loosened) if loosened else 0
        compiled = self._compiler.compile(question, loosened) if total else None
        return strictly if compiled is None else Asked(question, loosened, compiled, total)

    def _nothing(self, facets: Sequence[str] = ()) -> Page:
        return Page(0, [], None, self.position.change_no, NO_WORDS, {name: [] for name in facets})

    def _count(self, question: Question, loosened: int) -> int:
        query = self._compiler.query(question, loosened)
        return 0 if query is None else self._searcher.search(query, 1).count or 0  # type: ignore[attr-defined]

    def _find(self, query: Query, limit: int, sort: Sort | None = None, offset: int = 0) -> Addresses:
        """Addresses, one more than a page holds shows that there is a next. Without a sort the best come first."""
        order = Order.Asc if sort and not sort.descending else Order.Desc
        field, weight = (sort.field, None) if sort else (None, "recency")
        found = self._searcher.search(query, limit, False, field, offset, order, weight)
        return [address for _, address in found.hits]

    def _behind(self, query: Query, sort: Sort, keys: list[int] | None) -> Query:
        if not keys:
            return query
        behind = self._compiler.after(sort.keys, keys, sort.descending)
        return Query.boolean_query([(Occur.Must, query), (Occur.Must, behind)])

    def _by_keys(self, asked: Asked, sort: Sort, limit: int, keys: list[int] | None) -> Page:
        addresses = self._find(self._behind(asked.compiled.query, sort, keys), limit + 1, sort)
        following = self._keys(sort, addresses[limit - 1]) if len(addresses) > limit else None
        items = self._hits(addresses[:limit], asked.compiled)
        return Page(asked.total, items, following, self.position.change_no, asked.compiled.note)

    def _by_relevance(self, asked: Asked, limit: int, position: list[int] | None) -> Page:
        """The page behind the hit that was shown last, found again by its key: what came in before has moved it."""
        shown, last_key = (min(position[0], DEEPEST_RELEVANCE), position[1]) if position else (0, None)
        start = max(shown - SLACK, 0)
        most = min(shown + limit + 1 + SLACK, DEEPEST_RELEVANCE + 1) - start
        addresses = self._find(asked.compiled.query, most, offset=start)
        keys = self._searcher.fast_field_values("number_key", addresses)
        skipped = keys.index(last_key) + 1 if last_key in keys else shown - start
        page = addresses[skipped : skipped + limit]
        seen = start + skipped + len(page)
        more = len(addresses) > skipped + limit and seen < DEEPEST_RELEVANCE
        following = [seen, *self._keys(SORTS["number"], page[-1])] if more else None
        note = ONLY_THE_BEST if not more and seen < asked.total else asked.compiled.note
        return Page(asked.total, self._hits(page, asked.compiled), following, self.position.change_no, note)

    def _keys(self, sort: Sort, address: DocAddress) -> list[int]:
        values = [self._searcher.fast_field_values(key, [address])[0] for key in sort.keys]
        return [int(value or 0) for value in values]

    def _hits(self, addresses: Addresses, compiled: Compiled) -> list[dict[str, Any]]:
        mark = partial(highlights_of, highlighter=compiled.highlighter)
        snapshots = (json.loads(self._contents.content(address)) for address in addresses)
        return [hit_of(snapshot) | {"highlights": mark(snapshot)} for snapshot in snapshots]
