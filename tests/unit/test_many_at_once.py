"""Rules of batches and imports: keys of lines, what fits into a series, where imported numbers leave gaps."""

from __future__ import annotations

from typing import Any

from contracts.errors import SeriesFull
from services.certificates.domain import batches, drafts, imports


def test_a_line_has_the_same_key_whenever_the_batch_is_sent() -> None:
    assert batches.key_of("b", None, 7) == batches.key_of("b", None, 7)
    assert batches.key_of("b", "mine", 7) == batches.key_of("b", "mine", 8)


def test_no_two_lines_have_the_same_key() -> None:
    keys = {batches.key_of(*line) for line in (("b", None, 7), ("b", None, 8), ("b", "7", 7), ("c", None, 7))}
    assert len(keys) == 4


def test_the_longest_key_of_a_batch_makes_keys_that_drafts_may_have() -> None:
    drafts.check_key(batches.key_of("b" * drafts.KEY_LENGTH, "k" * 200, 10_000))


def groups(ids: str, **details: Any) -> list[str]:
    return ["".join(group) for group in drafts.by_what_is_left(list(ids), SeriesFull(**details))]


def test_of_new_drafts_the_first_ask_for_what_is_left() -> None:
    assert groups("abcde", left=2, asked=5) == ["ab", "cde"]


def test_new_drafts_are_refused_together_when_nothing_is_left() -> None:
    assert groups("abc", left=0, asked=3) == []


def test_where_one_may_have_its_number_each_asks_for_itself() -> None:
    assert groups("abc", left=0, asked=2) == groups("abc") == ["a", "b", "c"]


def test_one_draft_alone_is_refused() -> None:
    assert groups("a", left=0, asked=1) == groups("a") == []


def test_gaps_are_told_as_runs() -> None:
    runs = imports.ranges("mark-licence/BAS", {7, 3, 4, 5})
    assert runs == [["BAS003", "BAS005"], ["BAS007", "BAS007"]]


def test_what_is_adopted_moves_the_end_and_fills_gaps() -> None:
    assert imports.end_and_gaps({2, 3}, 5, {3, 8}) == (8, {2, 6, 7})
    assert imports.end_and_gaps({2}, 5) == (5, {2})


def test_the_id_of_an_imported_certificate_never_changes() -> None:
    assert imports.id_of("IECEx BAS 07.0003") == "9b704c02-7850-548e-8d06-cdb4420c74f7"
