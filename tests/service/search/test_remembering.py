"""States of the index do not pile up: one that nobody reads any more goes at once."""

from __future__ import annotations

import gc
import weakref

from services.search.domain.questions import read_question
from tests.builders import a_snapshot
from tests.service.search.indexes import Fill, ask


def test_a_state_of_the_index_goes_with_its_last_reader_whatever_it_remembers(holding: Fill) -> None:
    index = holding(a_snapshot())
    gc.disable()
    try:
        found = index.view.search(read_question("transmitter"), 20, facets=("status", "standard"))
        assert (found.total, list(found.facets)) == (1, ["status", "standard"])
        state = weakref.ref(index.view)
        index.keep_countries({"BAS": "GB"})
        assert state() is None
    finally:
        gc.enable()


def test_what_was_asked_lately_is_not_looked_for_again(holding: Fill) -> None:
    index = holding(a_snapshot())
    assert ask(index, "transmitter") == ask(index, "transmitter")
    assert index.view._found.cache_info().hits == 1  # type: ignore[attr-defined]
