"""The log is followed: pushed in any order, pulled where something is missing, and equal to it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from contracts.digests import mark
from contracts.errors import Unavailable
from services.search import follower as following
from services.search.domain.questions import read_question
from services.search.follower import Follower
from services.search.index import CertificateIndex, IndexFault
from tests.builders import a_snapshot, a_tombstone
from tests.service.search.replicas import FakeCertificates, Start, held, service_of
from tests.waiting import until


def test_a_new_replica_takes_the_whole_log(start: Start, certificates: FakeCertificates) -> None:
    for _ in range(5):
        certificates.append()
    follower = start()
    follower.step()
    assert held(follower) == certificates.fold()


def test_a_long_log_is_pulled_page_by_page(
    start: Start, certificates: FakeCertificates, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(following, "PAGE", 3)
    monkeypatch.setattr(following, "CATCH_UP_COMMIT", 4)
    for _ in range(10):
        certificates.append()
    follower = start()
    follower.step()
    assert held(follower) == certificates.fold()
    assert certificates.asked == [0, 2, 4, 6, 8]


def test_an_index_is_built_quietly_and_written_as_fast_as_can_be_once_it_is_whole(
    tmp_path: Path, certificates: FakeCertificates, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(following, "PAGE", 3)
    done: list[str] = []

    def under(name: str) -> Callable[..., Any]:
        def run(function: Callable[..., Any], *arguments: Any) -> Any:
            done.append(f"{name} {function.__name__}")
            return function(*arguments)

        return run

    for _ in range(4):
        certificates.append()
    follower = Follower(CertificateIndex(tmp_path), certificates.changes, under("at once"), quietly=under("quietly"))
    follower.step()
    follower.offer(certificates.append())
    follower.step()
    assert done == [
        "quietly renew_writer", "quietly apply", "quietly apply", "quietly commit", "at once renew_writer",
        "at once apply", "at once commit",
    ]  # fmt: skip
    assert held(follower) == certificates.fold()
    follower.index.close()


def test_nothing_is_answered_before_the_whole_log_was_taken(start: Start, certificates: FakeCertificates) -> None:
    certificates.append()
    certificates.silent = True
    follower = start()
    follower.offer(certificates.append())
    with pytest.raises(Unavailable):
        follower.step()
    for ask in (service_of(follower).search, service_of(follower).scan):
        with pytest.raises(Unavailable, match="0 of 2 changes"):
            ask()
    assert service_of(follower).status() == {
        "replica": "one", "change_no": 0, "log_change_no": 2, "lag": 2, "documents": 0, "ready": False,
    }  # fmt: skip


def test_half_a_register_is_not_ready_after_a_restart_either(
    start: Start, certificates: FakeCertificates, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(following, "PAGE", 3)
    monkeypatch.setattr(following, "CATCH_UP_COMMIT", 1)
    for _ in range(9):
        certificates.append()
    follower = start()
    certificates.silent_after = 4
    with pytest.raises(Unavailable):
        follower.step()
    certificates.silent_after = 99
    again = start()
    assert (again.index.view.documents > 0, again.ready) == (True, False)
    again.step()
    assert held(again) == certificates.fold()


def test_an_empty_register_is_ready(start: Start) -> None:
    follower = start()
    follower.step()
    assert service_of(follower).search()["total"] == 0
    assert service_of(follower).status()["ready"]


def test_a_change_that_is_pushed_is_found_without_asking_anybody(start: Start, certificates: FakeCertificates) -> None:
    follower = start()
    follower.step()
    certificates.silent = True
    service_of(follower).on_change(certificates.append())
    follower.step()
    assert held(follower) == certificates.fold()


def test_a_gap_is_pulled(start: Start, certificates: FakeCertificates) -> None:
    follower = start()
    follower.step()
    certificates.append()
    follower.offer(certificates.append())
    follower.step()
    assert held(follower) == certificates.fold()


def test_a_restarted_replica_goes_on_where_it_was(start: Start, certificates: FakeCertificates) -> None:
    for _ in range(4):
        certificates.append()
    start().step()
    certificates.append()
    certificates.asked.clear()
    follower = start()
    follower.step()
    assert certificates.asked == [3], "one change is read again to see that it is the same log"
    assert held(follower) == certificates.fold()


def test_a_restarted_replica_answers_although_certificates_is_silent(
    start: Start, certificates: FakeCertificates
) -> None:
    certificates.append()
    start().step()
    certificates.silent = True
    assert service_of(start()).search(q="transmitter")["total"] == 1


@pytest.mark.parametrize("length", [0, 2, 5, 9])
def test_a_log_that_was_replaced_is_taken_from_its_beginning(
    start: Start, certificates: FakeCertificates, length: int, run: Callable[[Follower], None]
) -> None:
    for _ in range(5):
        certificates.append()
    start().step()
    certificates.log.clear()
    for _ in range(length):
        certificates.append(a_snapshot(f"IECEx SIR 26.{length:04}"), event_id="of another log")
    follower = start()
    run(follower)
    until(lambda: follower.ready and held(follower) == certificates.fold(), 5, "the other log was taken")
    assert follower.index.view.position.change_no == length


def test_a_fault_of_the_engine_costs_only_time(
    start: Start, certificates: FakeCertificates, monkeypatch: pytest.MonkeyPatch, run: Callable[[Follower], None]
) -> None:
    certificates.append()
    follower = start()
    follower.step()
    commit, faults = follower.index.commit, iter(range(2))

    def fail(position: Any) -> None:
        if next(faults, None) is not None:
            raise IndexFault("no space left on device")
        commit(position)

    monkeypatch.setattr(follower.index, "commit", fail)
    monkeypatch.setattr(following, "TRY_AGAIN_AFTER", 0.01)
    follower.offer(certificates.append())
    run(follower)
    until(lambda: follower.index.view.position.change_no == 2, 5, "the second change was committed")
    assert held(follower) == certificates.fold()


def test_a_lost_event_heals_although_none_follows_it(
    start: Start, certificates: FakeCertificates, monkeypatch: pytest.MonkeyPatch, run: Callable[[Follower], None]
) -> None:
    monkeypatch.setattr(following, "LOOK_EVERY", 0.05)
    follower = start()
    run(follower)
    until(lambda: follower.ready, 5, "the empty log was taken")
    certificates.append()
    until(lambda: follower.index.view.position.change_no == 1, 5, "the lost change was taken")


def test_following_goes_on_after_certificates_was_silent(
    start: Start, certificates: FakeCertificates, monkeypatch: pytest.MonkeyPatch, run: Callable[[Follower], None]
) -> None:
    monkeypatch.setattr(following, "TRY_AGAIN_AFTER", 0.01)
    certificates.append()
    certificates.silent = True
    follower = start()
    run(follower)
    until(lambda: len(certificates.asked) > 2, 5, "the log was asked for again")
    certificates.silent = False
    until(lambda: follower.ready, 5, "the log was taken")


# What may be told of one of four certificates: an issue, its status, by which others it was superseded.
WHAT = st.sampled_from(["current", "suspended", "cancelled", "deleted", "related", "report"])
LIVES = st.lists(st.tuples(st.integers(1, 4), st.integers(0, 2), WHAT), min_size=1, max_size=14)
# A number: that event is delivered now. The others: what else may happen meanwhile.
HAPPENINGS = st.lists(st.integers(0, 11) | st.sampled_from(["step", "look", "restart", "silence"]), max_size=25)


@given(LIVES, HAPPENINGS)
@settings(max_examples=40, suppress_health_check=[HealthCheck.too_slow, HealthCheck.function_scoped_fixture])
def test_events_reordered_repeated_or_dropped_the_index_is_the_fold_of_the_log(
    tmp_path_factory: pytest.TempPathFactory, lives: list[tuple[int, int, str]], happenings: list[int | str]
) -> None:
    certificates, folder = FakeCertificates(), tmp_path_factory.mktemp("index")
    for life in lives:
        happened(certificates, *life)
    follower = Follower(CertificateIndex(folder), certificates.changes)
    for happening in happenings:
        follower = happens(follower, certificates, happening, folder)
    certificates.silent = False
    follower.step(look=True)
    fold = certificates.fold()
    assert held(follower) == fold
    assert follower.index.view.position.change_no == len(certificates.log)
    latest = [snapshot for snapshot in fold.values() if "latest_issue" not in snapshot]
    assert counted(follower, {}) == count(latest)
    assert counted(follower, {"issues": "all"}) == count(list(fold.values()))
    assert follower.index.view.slices() == digest(latest)
    follower.index.close()


def happened(certificates: FakeCertificates, n: int, issue: int, what: str) -> None:
    number = f"IECEx BAS 26.{n:04}"
    related = {"superseded_by": [f"IECEx BAS 26.{len(certificates.log) + 100:04}"]} if what == "related" else {}
    status = "current" if what == "related" else what
    if what == "report":
        certificates.append_report()
    elif what == "deleted":
        certificates.append(a_tombstone(number))
    else:
        first = f"20{20 + n}-01-01"
        certificates.append(a_snapshot(number, issue=issue, status=status, first_issued=first, **related))


def counted(follower: Follower, filters: dict[str, str]) -> dict[str, list[tuple[str, int]]]:
    """The facets over everything, as they are kept, of those that the lives above make differ."""
    facets = follower.index.view.search(read_question(filters=filters), 1, facets=["status", "standard"]).facets
    return {name: [(row["value"], row["count"]) for row in rows] for name, rows in facets.items()}


def count(snapshots: list[dict[str, Any]]) -> dict[str, list[tuple[str, int]]]:
    statuses = Counter(snapshot["status"] for snapshot in snapshots)
    standards = Counter(standard["number"] for snapshot in snapshots for standard in snapshot["standards"])
    return {
        name: sorted(counts.items(), key=lambda item: (-item[1], item[0]))
        for name, counts in (("status", statuses), ("standard", standards))
    }


def digest(snapshots: list[dict[str, Any]]) -> dict[str, tuple[int, int]]:
    slices: dict[str, tuple[int, int]] = {}
    for it in snapshots:
        name = f"{it['excb']} {it['first_issued'][:4]}"
        before = slices.get(name, (0, 0))
        marked = mark(it["base_number"], it["issue"], it["status"], it["change_no"])
        slices[name] = (before[0] + 1, before[1] + marked)
    return slices


def happens(follower: Follower, certificates: FakeCertificates, happening: int | str, folder: Path) -> Follower:
    if isinstance(happening, int):
        follower.offer(certificates.log[happening % len(certificates.log)])
    elif happening == "silence":
        certificates.silent = not certificates.silent
    elif happening == "restart":
        follower.index.close()
        return Follower(CertificateIndex(folder), certificates.changes)
    else:
        try:
            follower.step(look=happening == "look")
        except Unavailable:
            assert certificates.silent
    return follower
