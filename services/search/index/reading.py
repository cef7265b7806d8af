"""What a search sees: one committed state of the index, with the position in the log that belongs to it."""

from __future__ import annotations

import json
from functools import partial
from typing import Any, NamedTuple

from tantivy import DocAddress, Occur, Order, Query, Schema, Searcher

from services.search.domain.documents import highlights_of, hit_of
from services.search.domain.log import Position
from services.search.domain.questions import Question
from services.search.index.guard import IndexFault, guarded
from services.search.index.queries import Compiled, Compiler
from services.search.index.schema import CONTENT, KEY, POSITION_KEY

# Nobody turns to page 500; whoever wants all hits sorts by number, where every page costs the same.
DEEPEST_RELEVANCE = 10_000
# As many hits as may have been inserted before the last one shown without it being lost from sight.
SLACK = 50
LARGEST_SCAN = 4_000_000
NO_WORDS = "q holds no word and no number, so nothing matches it."
ONLY_THE_BEST = f"Only the best {DEEPEST_RELEVANCE:,} are listed by relevance; sort by number to list all."


class Page(NamedTuple):
    """Hits in order, and where the next page begins: None after the last one."""

    total: int
    items: list[dict[str, Any]]
    next: list[int] | None
    change_no: int
    note: str | None = None


class Sort(NamedTuple):
    """The field that orders, which way, and the keys that say where a page ended."""

    field: str
    descending: bool
    keys: tuple[str, ...]


_NAME_KEYS = ("name_key_0", "name_key_1", "name_key_2", "number_key")
SORTS = {
    "number": Sort("number_key", False, ("number_key",)),
    "-number": Sort("number_key", True, ("number_key",)),
    "date": Sort("date_key", False, ("date_key",)),
    "-date": Sort("date_key", True, ("date_key",)),
    "name": Sort("name_order", False, _NAME_KEYS),
    "scan": Sort("number_key", False, ("number_key",)),
}

Addresses = list[DocAddress]


class View:
    """One committed state of the index. Views are values: what happens later does not change them."""

    def __init__(self, schema: Schema, searcher: Searcher) -> None:
        self._searcher = searcher
        self._compiler = Compiler(schema)
        self.position = self._read_position(schema)
        self.documents = max(searcher.num_docs - 1, 0)

    def search(self, question: Question, limit: int, position: list[int] | None = None) -> Page:
        """Up to ``limit`` hits with highlights, behind ``position``; ``total`` counts all of them."""
        with guarded():
            compiled = self._compiler.compile(question)
            if compiled is None:
                return Page(0, [], None, self.position.change_no, NO_WORDS)
            if question.sort == "relevance":
                return self._by_relevance(compiled, limit, position)
            return self._by_keys(compiled, SORTS[question.sort], limit, position)

    def scan(self, question: Question, limit: int, position: list[int] | None = None) -> Page:
        """Up to ``limit`` whole snapshots, fewer if they are large, in the order of ``question.sort``.

        ``total`` is what the first page counted: it travels in the position, for counting costs as much as a page.
        """
        sort, keys = SORTS[question.sort], (position or [])[1:]
        with guarded():
            compiled = self._compiler.compile(question)
            if compiled is None:
                return Page(0, [], None, self.position.change_no, NO_WORDS)
            total, addresses = self._find(self._behind(compiled.query, sort, keys), limit + 1, sort, count=not position)
            total = position[0] if position else total
            contents = self._contents(addresses[:limit])
            more = len(addresses) > len(contents)
            following = [total, *self._keys(sort, addresses[len(contents) - 1])] if more else None
            snapshots = [json.loads(content) for content in contents]
            return Page(total, snapshots, following, self.position.change_no, compiled.note)

    def _find(
        self, query: Query, limit: int, sort: Sort | None = None, offset: int = 0, count: bool = True
    ) -> tuple[int, Addresses]:
        """The total, if it is to be counted, and addresses: one more than a page holds shows that there is a next.
        Without a sort the best come first."""
        order = Order.Asc if sort and not sort.descending else Order.Desc
        field, weight = (sort.field, None) if sort else (None, "recency")
        found = self._searcher.search(query, limit, count, field, offset, order, weight)
        return found.count or 0, [address for _, address in found.hits]  # type: ignore[attr-defined]

    def _behind(self, query: Query, sort: Sort, position: list[int] | None) -> Query:
        if not position:
            return query
        behind = self._compiler.after(sort.keys, position, sort.descending)
        return Query.boolean_query([(Occur.Must, query), (Occur.Must, behind)])

    def _by_keys(self, compiled: Compiled, sort: Sort, limit: int, position: list[int] | None) -> Page:
        total, addresses = self._find(self._behind(compiled.query, sort, position), limit + 1, sort)
        if position:
            total = self._find(compiled.query, 1, sort)[0]
        following = self._keys(sort, addresses[limit - 1]) if len(addresses) > limit else None
        items = self._hits(addresses[:limit], compiled)
        return Page(total, items, following, self.position.change_no, compiled.note)

    def _by_relevance(self, compiled: Compiled, limit: int, position: list[int] | None) -> Page:
        """The page behind the hit that was shown last, found again by its key: what came in before has moved it."""
        shown, last_key = (min(position[0], DEEPEST_RELEVANCE), position[1]) if position else (0, None)
        start = max(shown - SLACK, 0)
        most = min(shown + limit + 1 + SLACK, DEEPEST_RELEVANCE + 1) - start
        total, addresses = self._find(compiled.query, most, offset=start)
        keys = self._searcher.fast_field_values("number_key", addresses)
        skipped = keys.index(last_key) + 1 if last_key in keys else shown - start
        page = addresses[skipped : skipped + limit]
        seen = start + skipped + len(page)
        more = len(addresses) > skipped + limit and seen < DEEPEST_RELEVANCE
        following = [seen, *self._keys(SORTS["number"], page[-1])] if more else None
        note = ONLY_THE_BEST if not more and seen < total else compiled.note
        return Page(total, self._hits(page, compiled), following, self.position.change_no, note)

    def _keys(self, sort: Sort, address: DocAddress) -> list[int]:
        values = [self._searcher.fast_field_values(key, [address])[0] for key in sort.keys]
        return [int(value or 0) for value in values]

    def _contents(self, addresses: Addresses) -> list[bytes]:
        """At least one, and as many as fit into one message."""
        contents: list[bytes] = []
        size = 0
        for address in addresses:
            content = self._content(address)
            size += len(content)
            if contents and size > LARGEST_SCAN:
                break
            contents.append(content)
        return contents

    def _content(self, address: DocAddress) -> bytes:
        content = self._searcher.doc(address).get_first(CONTENT)
        if not isinstance(content, bytes):
            raise IndexFault("a document of the index has no content")
        return content

    def _hits(self, addresses: Addresses, compiled: Compiled) -> list[dict[str, Any]]:
        snapshots = [json.loads(self._content(address)) for address in addresses]
        mark = partial(highlights_of, highlighter=compiled.highlighter)
        return [hit_of(snapshot) | {"highlights": mark(snapshot)} for snapshot in snapshots]

    def _read_position(self, schema: Schema) -> Position:
        with guarded():
            found = self._searcher.search(Query.term_query(schema, KEY, POSITION_KEY, "basic"), 1).hits
            if not found and self._searcher.num_docs:
                raise IndexFault("the index does not say up to which change it goes")
            return Position.from_wire(json.loads(self._content(found[0][1]))) if found else Position()
