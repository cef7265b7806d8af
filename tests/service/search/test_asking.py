"""What the service answers, refuses, and waits for."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import eventlet
import pytest

from contracts.errors import InvalidInput
from plumbing.context import new_context
from services.search.domain.values import FACETS
from services.search.follower import MOST_WAITING, Follower
from tests.service.search.replicas import FakeCertificates, Start, service_of


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
    assert (answer["total"], answer["change_no"], answer["note"]) == (12, 12, None)
    assert set(answer["facets"]) == set(FACETS)
    assert answer["facets"]["excb"] == [{"value": "BAS", "count": 12}]
    (hit,) = answer["items"]
    assert ", ".join(sorted(hit)) == (
        "applicant, date_of_issue, demonstration, excb, highlights, issue, kind, latest, manufacturer, marking, "
        "number, scheme, status, title"
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
        ({"facets": ["colour"]}, "facets"),
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
    assert json.loads(search.scan(q=q).text)["total"] >= 0


def test_only_the_facets_that_are_wanted_are_counted(search: Any) -> None:
    assert list(search.search(facets=["excb"])["facets"]) == ["excb"]
    assert search.search(facets="none")["facets"] == {}


@pytest.mark.parametrize("certificate", [None, [], {}, {"base_number": 5}])
def test_an_event_of_a_certificate_that_is_none_is_refused(search: Any, certificate: Any) -> None:
    with pytest.raises(InvalidInput):
        search.on_change({"change_no": 1, "certificate": certificate})


def test_a_change_of_what_search_does_not_know_counts_as_taken(search: Any, certificates: FakeCertificates) -> None:
    envelope = certificates.append_report()
    envelope["weather"] = envelope.pop("report")
    search.on_change(envelope)
    search.replica.step()
    answer = search.search()
    assert (answer["change_no"], answer["total"]) == (13, 12)


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


def test_those_who_wait_for_a_change_that_never_comes_keep_nobody_else_waiting(search: Any) -> None:
    waiting = [eventlet.spawn(search.search, min_change=2**60) for _ in range(MOST_WAITING)]
    eventlet.sleep(0)
    assert search.search(min_change=2**60)["change_no"] < 2**60
    assert not any(greenlet.dead for greenlet in waiting)
    for greenlet in waiting:
        greenlet.kill()
