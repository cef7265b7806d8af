"""The service over the log that it follows: pushed in any order, pulled where something is missing, and equal to it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import eventlet
import pytest
from eventlet import tpool
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from contracts import events
from contracts.errors import InvalidInput, Unavailable
from plumbing.context import new_context
from plumbing.rpc import rpc
from plumbing.signing import sign
from plumbing.wire import CONTENT_TYPE, encode
from services.search import follower as following
from services.search.follower import Follower
from services.search.index import CertificateIndex, IndexFault
from services.search.service import Search
from tests.builders import a_snapshot, a_tombstone, an_envelope
from tests.running import KEY, Broker, running, settings_for
from tests.waiting import until


class FakeCertificates:
    """The neighbour that has the log."""

    def __init__(self) -> None:
        self.log: list[dict[str, Any]] = []
        self.asked: list[int] = []
        self.silent = False
        self.silent_after = 99

    def append(self, certificate: dict[str, Any] | None = None, **overrides: Any) -> dict[str, Any]:
        number = len(self.log) + 1
        certificate = certificate or a_snapshot(f"IECEx BAS 26.{number:04}")
        self.log.append(dict(an_envelope(number, certificate=certificate, **overrides)))
        return self.log[-1]

    def changes(self, after: int = 0, limit: int = 100) -> dict[str, Any]:
        self.asked.append(after)
        if self.silent or after > self.silent_after:
            raise Unavailable("The certificates service did not answer in time; try again soon.")
        items = self.log[after : after + limit]
        following = items[-1]["change_no"] if after + limit < len(self.log) else None
        return {"items": items, "next": following, "last": len(self.log)}

    def fold(self) -> dict[str, Any]:
        """What the index must hold: the last public snapshot of each certificate."""
        last = {envelope["certificate"]["base_number"]: envelope["certificate"] for envelope in self.log}
        return {number: certificate for number, certificate in last.items() if certificate["status"] != "deleted"}


def service_of(follower: Follower, seconds: float = 5.0) -> Any:
    service: Any = Search()
    service.replica, service.settings = follower, settings_for("embedded://x")
    service.call = new_context(seconds=seconds)
    return service


@pytest.fixture
def certificates() -> FakeCertificates:
    return FakeCertificates()


Start = Callable[[], Follower]


@pytest.fixture
def start(tmp_path: Path, certificates: FakeCertificates) -> Iterator[Start]:
    """Starts a replica on the same folder, after ending the one before; it moves only when it is told to."""
    indexes: list[CertificateIndex] = []

    def start() -> Follower:
        for index in indexes:
            index.close()
        indexes[:] = [CertificateIndex(tmp_path)]
        return Follower(indexes[0], certificates.changes)

    yield start
    for index in indexes:
        index.close()


@pytest.fixture
def run() -> Iterator[Callable[[Follower], None]]:
    """Lets a replica move by itself until the test ends."""
    followers: list[Follower] = []

    def run(follower: Follower) -> None:
        followers.append(follower)
        eventlet.spawn(follower.run)

    yield run
    for follower in followers:
        follower.stop()


def held(follower: Follower) -> dict[str, Any]:
    service = service_of(follower)
    items, cursor = [], None
    while True:
        page = service.scan(cursor=cursor, limit=3)
        items += page["items"]
        cursor = page["next"]
        if cursor is None:
            return {item["base_number"]: item for item in items}


# Following the log


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
        "replica": "one", "change_no": 0, "log_change_no": 2, "documents": 0, "ready": False,
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


STATUSES = st.sampled_from(["current", "suspended", "cancelled", "deleted"])
LIVES = st.lists(st.tuples(st.integers(1, 4), STATUSES), min_size=1, max_size=12)
# A number: that event is delivered now. The others: what else may happen meanwhile.
HAPPENINGS = st.lists(st.integers(0, 11) | st.sampled_from(["step", "look", "restart", "silence"]), max_size=25)


@given(LIVES, HAPPENINGS)
@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_events_reordered_repeated_or_dropped_the_index_is_the_fold_of_the_log(
    tmp_path_factory: pytest.TempPathFactory, lives: list[tuple[int, str]], happenings: list[int | str]
) -> None:
    certificates, folder = FakeCertificates(), tmp_path_factory.mktemp("index")
    for n, status in lives:
        number = f"IECEx BAS 26.{n:04}"
        certificates.append(a_tombstone(number) if status == "deleted" else a_snapshot(number, status=status))
    follower = Follower(CertificateIndex(folder), certificates.changes)
    for happening in happenings:
        follower = happens(follower, certificates, happening, folder)
    certificates.silent = False
    follower.step(look=True)
    assert held(follower) == certificates.fold()
    assert follower.index.view.position.change_no == len(certificates.log)
    follower.index.close()


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


# Asking


@pytest.fixture
def search(start: Start, certificates: FakeCertificates) -> Any:
    """A service that has taken twelve certificates."""
    for _ in range(12):
        certificates.append()
    follower = start()
    follower.step()
    return service_of(follower)


def test_an_answer_has_what_its_contract_says(search: Any) -> None:
    answer = search.search(q="transmitter", limit=1)
    assert {name: answer[name] for name in ("total", "facets", "change_no", "note")} == {
        "total": 12, "facets": {}, "change_no": 12, "note": None,
    }  # fmt: skip
    (hit,) = answer["items"]
    assert ", ".join(sorted(hit)) == (
        "applicant, date_of_issue, demonstration, excb, highlights, issue, kind, manufacturer, marking, number, "
        "scheme, status, title"
    )
    assert hit["highlights"]["title"] == "Pressure <b>transmitter</b> type PX-200"


def test_cursors_lead_through_all_pages(search: Any) -> None:
    found, cursor = [], None
    while True:
        answer = search.search(q="transmitter", sort="number", limit=5, cursor=cursor)
        found += [item["number"] for item in answer["items"]]
        cursor = answer["next"]
        if cursor is None:
            break
    assert found == [f"IECEx BAS 26.{n:04}" for n in range(1, 13)]


@pytest.mark.parametrize(
    ("arguments", "field"),
    [
        ({"q": 5}, "q"),
        ({"q": "x" * 10_001}, "q"),
        ({"filters": {"colour": ["red"]}}, "colour"),
        ({"sort": "colour"}, "sort"),
        ({"sort": ["number"]}, "sort"),
        ({"limit": 0}, "limit"),
        ({"limit": 201}, "limit"),
        ({"cursor": "made up"}, "cursor"),
        ({"min_change": "soon"}, "min_change"),
    ],
)
def test_what_is_wrong_is_refused_by_name(search: Any, arguments: dict[str, Any], field: str) -> None:
    with pytest.raises(InvalidInput) as error:
        search.search(**arguments)
    assert [row["field"] for row in error.value.details["errors"]] == [field]


def test_a_cursor_of_another_question_is_refused(search: Any) -> None:
    cursor = search.search(q="transmitter", limit=5)["next"]
    for change in ({"q": "pressure"}, {"sort": "number"}, {"filters": {"excb": "BAS"}}):
        with pytest.raises(InvalidInput, match="cursor"):
            search.search(**{"q": "transmitter", "cursor": cursor} | change)
    with pytest.raises(InvalidInput, match="cursor"):
        search.scan(q="transmitter", cursor=cursor)


@pytest.mark.parametrize("q", ['"' * 10_000, "( AND )", "title:*", "\x00\ud800", "a*b?~^", "(" * 9_999])
def test_hostile_text_is_answered(search: Any, q: str) -> None:
    assert search.search(q=q)["total"] >= 0
    assert search.scan(q=q)["total"] >= 0


@pytest.mark.parametrize("certificate", [None, [], {}, {"base_number": 5}])
def test_an_event_without_a_certificate_is_refused(search: Any, certificate: Any) -> None:
    with pytest.raises(InvalidInput):
        search.on_change({"change_no": 1, "certificate": certificate})


def test_who_waits_for_a_change_sees_it(
    search: Any, certificates: FakeCertificates, run: Callable[[Follower], None]
) -> None:
    run(search.replica)
    envelope = certificates.append()
    eventlet.spawn_after(0.1, search.on_change, envelope)
    answer = search.search(min_change=13)
    assert (answer["change_no"], answer["total"]) == (13, 13)


def test_who_waits_in_vain_is_told_how_far_it_goes(search: Any) -> None:
    search.call = new_context(seconds=0.5)
    answer = search.search(min_change=99)
    assert (answer["change_no"], answer["total"]) == (12, 12)


def test_waiting_does_not_keep_others_from_being_answered(search: Any) -> None:
    waiting = eventlet.spawn(search.search, min_change=99)
    eventlet.sleep(0)
    assert search.search()["total"] == 12
    assert not waiting.dead
    waiting.wait()


# The whole service, in a container


class Certificates:
    """Serves a log as the real service does."""

    name = "certificates"
    neighbour = FakeCertificates()

    @rpc
    def changes(self, after: int = 0, limit: int = 100) -> dict[str, Any]:
        return self.neighbour.changes(after, limit)


@pytest.fixture(params=["embedded", "rabbitmq"])
def broker_uri(request: pytest.FixtureRequest) -> str:
    return "embedded://search" if request.param == "embedded" else str(request.getfixturevalue("amqp_uri"))


def test_the_service_follows_and_answers_over_either_broker(broker_uri: str, tmp_path: Path) -> None:
    log = Certificates.neighbour = FakeCertificates()
    log.append()
    settings = settings_for(broker_uri, index_path=tmp_path)
    with running(settings, Certificates, Search) as register:
        until(lambda: register.call("search", "status")["ready"], 10, "the log was taken")
        envelope = log.append()
        body = encode(envelope)
        Broker(broker_uri).publish(
            events.EXCHANGE,
            events.routing_key("certificate.issued", "equipment", "BAS"),
            body,
            {"signature": sign(KEY, body)},
            content_type=CONTENT_TYPE,
        )
        answer = register.call("search", "search", q="transmitter", min_change=2)
        assert (answer["total"], answer["change_no"]) == (2, 2)
        assert len(register.call("search", "scan")["items"]) == 2
    again = CertificateIndex(tmp_path)
    assert again.view.position.change_no == 2
    again.close()


def test_the_hub_stays_free_while_the_index_works(tmp_path: Path, certificates: FakeCertificates) -> None:
    """Counts, not times: other greenlets go on many times while one long commit runs."""
    for _ in range(300):
        certificates.append()
    index = CertificateIndex(tmp_path)
    follower = Follower(index, certificates.changes, tpool.execute)
    turns = [0]

    def turn() -> None:
        while True:
            turns[0] += 1
            eventlet.sleep(0.001)

    turning = eventlet.spawn(turn)
    follower.step()
    turning.kill()
    index.close()
    assert turns[0] > 3
