"""What a search sees: one committed state of the index, with the position in the log that belongs to it."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from functools import partial
from typing import Any, NamedTuple

from tantivy import DocAddress, Occur, Order, Query, Schema, Searcher

from services.search.domain.hits import highlights_of, hit_of
from services.search.domain.issues import Issues
from services.search.domain.questions import Question
from services.search.index.contents import Contents
from services.search.index.facets import FacetCounter, Facets
from services.search.index.guard import guarded
from services.search.index.queries import Compiled, Compiler
from services.search.index.remembering import remembered
from services.search.index.schema import NAME_KEYS
from services.search.index.tally import Kept

# Nobody turns to page 500; whoever wants all hits sorts by number, where every page costs the same.
DEEPEST_RELEVANCE = 10_000
# As many hits as may have been inserted before the last one shown without it being lost from sight.
SLACK = 50
NO_WORDS = "What is searched for holds no word and no number, so nothing matches it."
ONLY_THE_BEST = f"Only the best {DEEPEST_RELEVANCE:,} are listed by relevance; sort by number to list all."


class Page(NamedTuple):
    """Hits in order, and where the next page begins: None after the last one."""

    total: int
    items: list[dict[str, Any]]
    next: list[int] | None
    change_no: int
    note: str | None = None
    facets: Facets = {}  # noqa: RUF012 - nobody writes into it


class Scanned(NamedTuple):
    """Whole snapshots as the index holds them, as JSON, and where the next page begins."""

    total: int
    contents: list[bytes]
    next: list[int] | None
    change_no: int


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


class Found(NamedTuple):
    """Where the hits of a page lie, and what the next one begins behind; ``cut``: there are more, not to be shown.

    ``total``: how many there are; where the page begins behind keys, how many are behind them.
    """

    addresses: Addresses
    following: list[int] | None
    total: int
    cut: bool = False


class View:
    """One committed state of the index. Views are values: what happens later does not change them.

    A position is where a page ended: first which words were loosened, then the keys of the last hit.
    """

    def __init__(self, schema: Schema, searcher: Searcher, kept: Kept, countries: Mapping[str, str]) -> None:
        self._searcher = searcher
        self._contents = Contents(schema, searcher)
        self._compiler = Compiler(schema, countries)
        # The same for the hits, the total and the facets of all pages.
        self._compile = remembered(self._compiler.compile)
        self._total = remembered(self._count)
        # What many ask in a row, such as for the newest of all, is looked for once.
        self._found = remembered(self._look_for)
        self._facets = FacetCounter(searcher, self._compile, kept, countries)
        self.position = self._contents.position()
        self.documents = max(searcher.num_docs - 1, 0)

    def search(
        self, question: Question, limit: int, position: list[int] | None = None, facets: Sequence[str] = ()
    ) -> Page:
        """Up to ``limit`` hits with highlights, behind ``position``; ``total`` and the facets count all of them."""
        loosened, keys = (position[0], position[1:]) if position else (0, None)
        with guarded():
            page = self._page(question, loosened, limit, keys)
            if not (page.items or position) and question.asked and (suspects := self._suspects(question)):
                loosely = self._page(question, suspects, limit, None)
                page, loosened = (loosely, suspects) if loosely.items else (page, loosened)
            following = None if page.next is None else [loosened, *page.next]
            return page._replace(next=following, facets=self._facets.count(question, loosened, facets))

    def scan(self, question: Question, limit: int, position: list[int] | None = None) -> Scanned:
        """Up to ``limit`` whole snapshots, fewer if they are large, in the order of ``question.sort``.

        ``total`` is what the first page counted: it travels in the position, for the index moves on meanwhile.
        """
        loosened, total, keys = (position[0], position[1], position[2:]) if position else (0, None, None)
        with guarded():
            if total is None:
                total = self._total(question, loosened)
                loosened = 0 if total or not question.asked else self._suspects(question)
                total = self._total(question, loosened) if loosened else total
            compiled = self._compile(question, loosened)
            if compiled is None:
                return Scanned(0, [], None, self.position.change_no)
            sort = SORTS[question.sort]
            addresses, _ = self._find(self._behind(compiled.query, sort, keys), limit + 1, sort)
            contents = self._contents.fitting(addresses[:limit])
            more = len(addresses) > len(contents)
            following = [loosened, total, *self._keys(sort, addresses[len(contents) - 1])] if more else None
            return Scanned(total, contents, following, self.position.change_no)

    def issues_of(self, base_number: str) -> Issues:
        """What is held of one certificate, by issue; nothing of one that the index does not know."""
        with guarded():
            return self._contents.issues_of(base_number)

    def slices(self) -> dict[str, tuple[int, int]]:
        """Of each body and year: how many certificates there are, and the sum of their marks."""
        with guarded():
            return self._contents.slices()

    def _page(self, question: Question, loosened: int, limit: int, keys: list[int] | None) -> Page:
        compiled = self._compile(question, loosened)
        if compiled is None:
            return Page(0, [], None, self.position.change_no, NO_WORDS)
        found = self._found(question, loosened, limit, None if keys is None else tuple(keys))
        behind = keys is not None and question.sort != "relevance"
        total = self._total(question, loosened) if behind else found.total
        note = ONLY_THE_BEST if found.cut else compiled.note
        return Page(total, self._hits(found.addresses, compiled), found.following, self.position.change_no, note)

    def _look_for(self, question: Question, loosened: int, limit: int, keys: tuple[int, ...] | None) -> Found:
        compiled = self._compile(question, loosened)
        assert compiled is not None, "asked only for what can be found"
        query = compiled.query
        if question.sort == "relevance":
            return self._by_relevance(query, limit, keys)
        return self._by_keys(query, SORTS[question.sort], limit, keys)

    def _suspects(self, question: Question) -> int:
        return self._compiler.suspects(self._searcher, question)

    def _count(self, question: Question, loosened: int) -> int:
        compiled = self._compile(question, loosened)
        return 0 if compiled is None else self._searcher.search(compiled.query, 1).count or 0  # type: ignore[attr-defined]

    def _find(self, query: Query, limit: int, sort: Sort | None = None, offset: int = 0) -> tuple[Addresses, int]:
        """Addresses, and how many there are in all: counting what is sorted anyway costs next to nothing, counting it
        once more costs as much again. One more than a page holds shows that there is a next. Without a sort the best
        come first."""
        order = Order.Asc if sort and not sort.descending else Order.Desc
        field, weight = (sort.field, None) if sort else (None, "recency")
        found = self._searcher.search(query, limit, True, field, offset, order, weight)
        return [address for _, address in found.hits], found.count or 0  # type: ignore[attr-defined]

    def _behind(self, query: Query, sort: Sort, keys: Sequence[int] | None) -> Query:
        if not keys:
            return query
        behind = self._compiler.after(sort.keys, keys, sort.descending)
        return Query.boolean_query([(Occur.Must, query), (Occur.Must, behind)])

    def _by_keys(self, query: Query, sort: Sort, limit: int, keys: Sequence[int] | None) -> Found:
        addresses, count = self._find(self._behind(query, sort, keys), limit + 1, sort)
        following = self._keys(sort, addresses[limit - 1]) if len(addresses) > limit else None
        return Found(addresses[:limit], following, count)

    def _by_relevance(self, query: Query, limit: int, position: Sequence[int] | None) -> Found:
        """The page behind the hit that was shown last, found again by its key: what came in before has moved it."""
        shown, last_key = (min(position[0], DEEPEST_RELEVANCE), position[1]) if position else (0, None)
        start = max(shown - SLACK, 0)
        most = min(shown + limit + 1 + SLACK, DEEPEST_RELEVANCE + 1) - start
        addresses, count = self._find(query, most, offset=start)
        keys = self._searcher.fast_field_values("number_key", addresses)
        skipped = keys.index(last_key) + 1 if last_key in keys else shown - start
        page = addresses[skipped : skipped + limit]
        seen, more = start + skipped + len(page), len(addresses) > skipped + limit
        if more and seen >= DEEPEST_RELEVANCE:
            return Found(page, None, count, cut=True)
        return Found(page, [seen, *self._keys(SORTS["number"], page[-1])] if more else None, count)

    def _keys(self, sort: Sort, address: DocAddress) -> list[int]:
        values = [self._searcher.fast_field_values(key, [address])[0] for key in sort.keys]
        return [int(value or 0) for value in values]

    def _hits(self, addresses: Addresses, compiled: Compiled) -> list[dict[str, Any]]:
        mark = partial(highlights_of, highlighter=compiled.highlighter)
        snapshots = (json.loads(self._contents.content(address)) for address in addresses)
        return [hit_of(snapshot) | {"highlights": mark(snapshot)} for snapshot in snapshots]
