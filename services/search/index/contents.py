"""What lies in the index as it was put in: snapshots by address or by number, the position, the marks of slices."""

from __future__ import annotations

import json

from tantivy import DocAddress, Query, Schema, Searcher

from services.search.domain.issues import Issues
from services.search.domain.log import Position
from services.search.index.guard import IndexFault
from services.search.index.schema import CONTENT, KEY, LATEST, POSITION_KEY, ROLE

LARGEST_SCAN = 4_000_000
# Far more issues than a certificate may have, and slices than bodies have years.
MOST_ISSUES, MOST_SLICES = 2_000, 50_000

Addresses = list[DocAddress]


class Contents:
    """Reads one committed state of the index."""

    def __init__(self, schema: Schema, searcher: Searcher) -> None:
        self._schema, self._searcher = schema, searcher

    def content(self, address: DocAddress) -> bytes:
        content = self._searcher.doc(address).get_first(CONTENT)
        if not isinstance(content, bytes):
            raise IndexFault("a document of the index has no content")
        return content

    def fitting(self, addresses: Addresses) -> list[bytes]:
        """The contents, at least one, and as many as fit into one message."""
        contents: list[bytes] = []
        size = 0
        for address in addresses:
            content = self.content(address)
            size += len(content)
            if contents and size > LARGEST_SCAN:
                break
            contents.append(content)
        return contents

    def issues_of(self, base_number: str) -> Issues:
        """What is held of one certificate, by issue."""
        # Nearly always this is a new certificate, which is seen without a search.
        if not self._searcher.doc_freq(KEY, base_number):
            return {}
        snapshots = (json.loads(self.content(address)) for address in self._by_key(base_number, MOST_ISSUES))
        return {int(snapshot.get("issue") or 0): snapshot for snapshot in snapshots}

    def position(self) -> Position:
        found = self._by_key(POSITION_KEY, 1)
        if not found and self._searcher.num_docs:
            raise IndexFault("the index does not say up to which change it goes")
        return Position.from_wire(json.loads(self.content(found[0]))) if found else Position()

    def slices(self) -> dict[str, tuple[int, int]]:
        """By slice: the count and the sum of the marks; see contracts.digests."""
        asked = {"terms": {"field": "slice", "size": MOST_SLICES, "segment_size": MOST_SLICES}}
        summed = asked | {"aggs": {"marks": {"sum": {"field": "mark"}}}}
        latest = Query.term_query(self._schema, ROLE, LATEST, "basic")
        buckets = self._searcher.aggregate(latest, {"slices": summed})["slices"]["buckets"]
        return {bucket["key"]: (int(bucket["doc_count"]), int(bucket["marks"]["value"])) for bucket in buckets}

    def _by_key(self, key: str, limit: int) -> Addresses:
        found = self._searcher.search(Query.term_query(self._schema, KEY, key, "basic"), limit, False).hits
        return [address for _, address in found]
