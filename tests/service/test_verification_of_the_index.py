"""The verification compares the index, as the public API gives it, with what the log adds up to."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import pytest

from tests.service.verification import CHANGES, Copy, office_at, small_register
from verification import index
from verification.api import Gateway, Silent
from verification.databases import snapshot
from verification.finding import Finding
from verification.queries import log_end

Hit = tuple[str, int, str]
SOUND: list[Hit] = [
    ("IECEx BAS 26.0001", 0, "current"),
    ("IECEx BAS 26.0002", 0, "suspended"),
    ("IECEx BAS 26.0003", 0, "cancelled"),
    ("IECEx SIR 26.0001", 0, "current"),
]


class FakeGateway(Gateway):
    """A gateway before an index that holds ``hits`` and has come to ``change_no``; two hits a page."""

    def __init__(self, copy: Copy, hits: list[Hit] = SOUND, change_no: int = CHANGES) -> None:
        super().__init__("http://register.example")
        self.hits, self.change_no, self.total = hits, change_no, len(hits)
        self.meanwhile: Callable[[], object] = lambda: None
        with snapshot(copy.certificates_url) as certificates:
            self.last, self.event_id = log_end(certificates)

    def log_end(self, change_no: int) -> tuple[str | None, int]:
        assert change_no == CHANGES
        return self.event_id, self.last

    def page(self, cursor: str | None, least: int) -> dict[str, Any]:
        assert least == CHANGES
        self.meanwhile()
        start, stop = int(cursor or 0), int(cursor or 0) + 2
        items = [{"number": number, "issue": issue, "status": status} for number, issue, status in self.hits]
        following = str(stop) if stop < len(items) else None
        return {"total": self.total, "items": items[start:stop], "next": following, "change_no": self.change_no}


NOBODY = Gateway("http://127.0.0.1:9")


@pytest.fixture(scope="module")
def register(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Copy]:
    with small_register(f"sqlite:///{tmp_path_factory.mktemp('index') / 'register.sqlite'}") as copy:
        yield copy


@pytest.fixture
def copy(register: Copy) -> Copy:
    register.heal()
    return register


def found(copy: Copy, *gateways: Gateway) -> Finding:
    finding: Finding = copy.findings(gateways=gateways)["S"]
    return finding


def test_an_index_that_equals_the_log_passes(copy: Copy) -> None:
    finding = found(copy, NOBODY, FakeGateway(copy))
    assert (finding.faults, finding.unchecked) == ([], "")
    assert finding.facts == "4 certificates in the index behind http://register.example"


def test_a_certificate_that_is_not_in_the_index_is_found(copy: Copy) -> None:
    finding = found(copy, FakeGateway(copy, SOUND[:1] + SOUND[2:]))
    assert finding.faults == [
        "IECEx BAS 26.0002 Issue 0 (suspended) is not in the index.",
        "The index counts 3 certificates, the log 4.",
    ]


def test_a_deleted_certificate_that_is_still_in_the_index_is_found(copy: Copy) -> None:
    hits = [*SOUND, ("IECEx BAS 26.0004", 0, "current")]
    text = "IECEx BAS 26.0004 Issue 0 (current) is in the index, where the log has none, or once more than that."
    assert text in found(copy, FakeGateway(copy, hits)).faults


def test_a_certificate_that_is_in_the_index_twice_is_found(copy: Copy) -> None:
    assert found(copy, FakeGateway(copy, [*SOUND, SOUND[0]])).count == 2


def test_an_older_state_in_the_index_is_found(copy: Copy) -> None:
    hits = [("IECEx BAS 26.0002X", 0, "current") if hit == SOUND[1] else hit for hit in SOUND]
    (text,) = found(copy, FakeGateway(copy, hits)).faults
    assert text == (
        "IECEx BAS 26.0002X Issue 0 (current) is in the index, in the log IECEx BAS 26.0002 Issue 0 (suspended)."
    )


def test_a_total_that_nobody_can_list_is_found(copy: Copy) -> None:
    gateway = FakeGateway(copy)
    gateway.total = 9
    assert found(copy, gateway).faults == ["The index counts 9 certificates, the log 4."]


def test_an_index_that_knows_more_than_the_log_is_found(copy: Copy) -> None:
    finding = found(copy, FakeGateway(copy, change_no=CHANGES + 1))
    assert finding.faults == ["The index is at change 12, but the log ends with change 11."]


def test_an_index_that_stays_behind_is_found(copy: Copy, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(index, "CATCHES_UP_WITHIN", 0)
    finding = found(copy, FakeGateway(copy, change_no=7))
    assert finding.faults == ["The index stays at change 7, but the log has gone to 11 and further."]


def test_what_changes_while_the_index_is_read_is_left_out(copy: Copy) -> None:
    with office_at(copy.url) as office:
        draft = office.draft()
        gateway = FakeGateway(copy, [*SOUND[:3], (draft["number"], 0, "current"), SOUND[3]], CHANGES + 1)
        gateway.meanwhile = lambda: office.signatory.issue(number=draft["number"], version=draft["version"])
        finding = found(copy, gateway)
    assert (finding.faults, finding.unchecked) == ([], "")
    assert finding.facts.endswith("; 1 change made meanwhile not compared")


def test_another_register_at_the_same_address_is_not_taken_for_this_one(copy: Copy) -> None:
    other, further = FakeGateway(copy), FakeGateway(copy)
    other.event_id, further.last = "another", CHANGES + 1
    for gateway in (other, further):
        finding = found(copy, gateway)
        assert finding.unchecked.endswith("is another register: its log is not the one of these databases")
        assert not finding.count


def test_what_could_not_be_checked_is_said(copy: Copy) -> None:
    nowhere = found(copy, NOBODY)
    assert str(nowhere) == "S search        not checked: no register answers at http://127.0.0.1:9"


def test_a_search_that_does_not_answer_is_not_checked(copy: Copy) -> None:
    def fail() -> None:
        raise Silent("it does not answer as it should: 503")

    gateway = FakeGateway(copy)
    gateway.meanwhile = fail
    assert found(copy, gateway).unchecked.endswith("503")
