"""Changes of reports stand in the same log: search takes their numbers in order and holds certificates."""

from __future__ import annotations

from typing import Any

import pytest

from contracts.errors import InvalidInput
from services.search.service import Search
from tests.builders import a_report_envelope
from tests.service.search.replicas import FakeCertificates, Start, held, service_of


def with_a_report(certificates: FakeCertificates) -> list[dict[str, Any]]:
    """A certificate, a report, a certificate."""
    certificates.append()
    certificates.log.append(dict(a_report_envelope(2)))
    certificates.append()
    return certificates.log


def test_a_replica_that_begins_anew_passes_over_reports(start: Start, certificates: FakeCertificates) -> None:
    with_a_report(certificates)
    follower = start()
    follower.step()
    assert (follower.index.view.position.change_no, len(held(follower))) == (3, 2)


def test_a_report_that_is_pushed_leaves_no_gap_to_pull(start: Start, certificates: FakeCertificates) -> None:
    follower = start()
    follower.step()
    certificates.asked.clear()
    for envelope in with_a_report(certificates):
        service_of(follower).on_change(envelope)
    follower.step()
    assert (follower.index.view.position.change_no, len(held(follower))) == (3, 2)
    assert certificates.asked == []


def test_a_log_that_ends_with_a_report_is_followed_after_a_restart(
    start: Start, certificates: FakeCertificates
) -> None:
    certificates.log.append(dict(a_report_envelope(1)))
    start().step()
    again = start()
    certificates.append()
    again.step()
    assert (again.index.view.position.change_no, len(held(again))) == (2, 1)


@pytest.mark.parametrize("report", [None, [], {}, {"base_number": 5}])
def test_an_event_that_tells_of_nothing_is_refused(start: Start, report: Any) -> None:
    with pytest.raises(InvalidInput):
        service_of(start()).on_change({"change_no": 1, "report": report})


def test_it_asks_the_broker_for_every_change() -> None:
    (handler,) = Search.on_change.nameko_entrypoints  # type: ignore[attr-defined]
    assert handler.routing_key == "#"
