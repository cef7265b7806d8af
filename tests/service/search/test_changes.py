"""What the index holds after changes, and from when on they are seen."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from services.search.domain.questions import read_question
from services.search.index import CertificateIndex
from tests.builders import a_snapshot, a_tombstone, an_envelope
from tests.service.search.indexes import Fill, ask, everything, many, numbers, put


def test_a_later_snapshot_takes_the_place_of_the_earlier(fill: Fill) -> None:
    index = fill(a_snapshot(), a_snapshot("IECEx BAS 26.0001X", issue=1, equipment="Pump"))
    assert (ask(index, "transmitter type px-200").total, ask(index, "pump").total, index.view.documents) == (0, 1, 2)
    fill(a_snapshot("IECEx BAS 26.0001X", issue=1, equipment="Lamp"))
    assert (ask(index, "pump").total, ask(index, "lamp").total, index.view.documents) == (0, 1, 2)


def test_what_was_deleted_is_not_found(fill: Fill) -> None:
    index = fill(a_snapshot(), a_snapshot("IECEx BAS 26.0002"))
    fill(a_tombstone())
    assert numbers(ask(index)) == ["BAS 26.0002"]


def test_a_draft_is_never_found_should_one_come(fill: Fill) -> None:
    assert ask(fill(a_snapshot(status="draft"))).total == 0


def test_one_change_that_cannot_be_read_does_not_keep_others_from_being_found(fill: Fill) -> None:
    index = fill(
        a_snapshot(date_of_issue="soon"), a_snapshot("IECEx BAS 26.0002"), {**a_snapshot(), "base_number": None}
    )
    assert numbers(ask(index)) == ["BAS 26.0002"]


def test_the_position_is_no_hit(fill: Fill) -> None:
    index = fill(a_snapshot())
    assert ask(index).total == ask(index, excb=["-SIR"]).total == 1
    assert (ask(index, "position").total, ask(index, "#position").total) == (0, 0)


def test_what_is_not_committed_is_not_seen_and_not_kept(tmp_path: Path) -> None:
    index = CertificateIndex(tmp_path)
    put(index, many(3))
    index.apply([dict(an_envelope(4, certificate=a_snapshot("IECEx SIR 26.0009")))])
    assert ask(index).total == 3
    index.close()
    again = CertificateIndex(tmp_path)
    assert (ask(again).total, again.view.position.change_no) == (3, 3)
    again.close()


def test_a_view_stays_as_it_was(fill: Fill) -> None:
    view = fill(a_snapshot()).view
    fill(a_snapshot("IECEx BAS 26.0002"))
    assert view.search(read_question(), 10).total == 1


@given(
    st.lists(
        st.tuples(st.integers(1, 4), st.sampled_from(["current", "suspended", "cancelled", "deleted"])), max_size=12
    )
)
@settings(max_examples=15, suppress_health_check=[HealthCheck.too_slow, HealthCheck.function_scoped_fixture])
def test_however_changes_are_batched_the_index_holds_the_last_of_each(
    tmp_path_factory: pytest.TempPathFactory, log: list[tuple[int, str]]
) -> None:
    snapshots = [
        a_tombstone(f"IECEx BAS 26.{n:04}")
        if status == "deleted"
        else a_snapshot(f"IECEx BAS 26.{n:04}", status=status)
        for n, status in log
    ]
    fold = {snapshot["base_number"]: snapshot["status"] for snapshot in snapshots}
    expected = {number: status for number, status in fold.items() if status != "deleted"}
    for batches in ([snapshots], [[snapshot] for snapshot in snapshots]):
        index = CertificateIndex(tmp_path_factory.mktemp("index"))
        for batch in filter(None, batches):
            put(index, batch)
        assert {number: item["status"] for number, item in everything(index).items()} == expected
        index.close()
