"""The change log: every public change once, without holes, in the order of the commits, as it is published."""

from __future__ import annotations

import json
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from contracts.errors import InvalidInput
from contracts.schemas import public_fields
from plumbing.db import Handle, create_engine_for
from services.certificates import changes
from services.certificates.domain import lifecycle
from services.certificates.domain.facts import Facts
from services.certificates.publishing import publish
from services.certificates.queries import certificates as queries
from services.certificates.tables import ChangeRow, metadata
from tests.certificates import SIGNATORY
from tests.service.certificates import Office
from tests.waiting import until

FreshHandle = Callable[[sa.MetaData], Handle]


@pytest.fixture
def office(fresh_handle: FreshHandle) -> Office:
    return Office(fresh_handle(metadata))


def test_every_public_change_is_one_row_and_its_number_is_in_the_certificate(office: Office) -> None:
    issued = office.issued()
    suspended = office.secretariat.suspend(number=issued["number"], reason="Audit failed.")
    assert [change["change_no"] for change in office.log()] == [1, 2]
    assert (issued["change_no"], suspended["change_no"]) == (1, 2)
    assert office.woken == 2


def test_the_log_holds_the_full_snapshot_and_nothing_internal(office: Office) -> None:
    issued = office.issued()
    (change,) = office.log()
    assert change["certificate"] == {name: value for name, value in issued.items() if name != "version"}
    assert change["certificate"].keys() == public_fields("equipment")
    assert "bas-signatory" not in json.dumps(change)


def test_the_log_gives_each_envelope_as_it_is_published(office: Office) -> None:
    office.issued(schedule="Gehäuse aus Aluminium, „druckfest“, ≤ 70 °C")
    with office.handle.read() as session:
        (row,) = changes.unpublished(session, 10)
        assert session.scalar(sa.select(ChangeRow.envelope)) == row.body
    assert json.loads(row.body) == office.log()[0]
    assert (row.routing_key, row.event_id) == ("certificate.issued.equipment.BAS", office.log()[0]["event_id"])
    assert "__type__" not in row.body
    assert "druckfest“, ≤ 70 °C" in row.body


def append_issue(office: Office, session: Session, draft: dict[str, Any]) -> int | None:
    """Writes an issue to the log and leaves the transaction open."""
    old = queries.find(session, draft["base_number"])
    assert old is not None
    today = office.now.date()
    new = lifecycle.issued(old, Facts(today))
    change = changes.Change("certificate.issued", old, new, SIGNATORY, office.now, today)
    return publish(session, [change])[0].change_no


def test_a_change_that_is_rolled_back_leaves_no_hole(office: Office) -> None:
    first, second = office.issued(), office.draft()
    with office.handle.begin() as session:
        assert append_issue(office, session, second) == first["change_no"] + 1
        session.rollback()
    assert office.signatory.issue(number=second["number"], version="0.1")["change_no"] == first["change_no"] + 1


@pytest.fixture
def postgres_office(postgres_url: str) -> Iterator[Office]:
    """With a connection for each of twenty writers; SQLite has one for all."""
    handle = Handle(create_engine_for(postgres_url, workers=21))
    metadata.create_all(handle.engine)
    yield Office(handle)
    handle.engine.dispose()


def somebody_waits(office: Office) -> bool:
    query = "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'"
    with office.handle.read() as session:
        return bool(session.connection().exec_driver_sql(query).scalar())


def test_a_later_change_waits_for_the_earlier_one_to_be_committed(postgres_office: Office) -> None:
    office = postgres_office
    first, second = office.draft(), office.draft()
    with ThreadPoolExecutor(1) as pool, office.handle.begin() as session:
        assert append_issue(office, session, first) == 1
        later = pool.submit(office.signatory.issue, number=second["number"], version="0.1")
        until(lambda: somebody_waits(office), 5, "the second writer waits for the first")
        assert office.log() == []
        session.commit()
        assert later.result()["change_no"] == 2
    assert [change["certificate"]["number"] for change in office.log()] == [first["number"], second["number"]]


def test_twenty_writers_leave_no_hole_and_a_reader_misses_nothing(postgres_office: Office) -> None:
    office = postgres_office
    drafts = [office.draft() for _ in range(60)]
    done = threading.Event()

    def issue(draft: dict[str, Any]) -> int:
        return int(office.signatory.issue(number=draft["number"], version=draft["version"])["change_no"])

    def follow() -> list[int]:
        """What a consumer sees that never looks back."""
        seen: list[int] = []
        while True:
            finished = done.is_set()
            page = office.page(after=seen[-1] if seen else 0, limit=7)
            seen += [change["change_no"] for change in page["items"]]
            if finished and not page["items"]:
                return seen

    with ThreadPoolExecutor(21) as pool:
        reader = pool.submit(follow)
        given = list(pool.map(issue, drafts))
        done.set()
        assert sorted(given) == list(range(1, 61))
        assert reader.result() == list(range(1, 61))


def test_the_log_is_read_in_pages(office: Office) -> None:
    for _ in range(5):
        office.issued()
    first = office.page(limit=2)
    assert ([change["change_no"] for change in first["items"]], first["next"], first["last"]) == ([1, 2], 2, 5)
    last = office.page(after=4, limit=2)
    assert ([change["change_no"] for change in last["items"]], last["next"], last["last"]) == ([5], None, 5)
    assert office.page(after=3, limit=2)["next"] is None
    assert office.page(after=9) == {"items": [], "next": None, "last": 5}


def test_an_empty_log_ends_at_zero(office: Office) -> None:
    assert office.page() == {"items": [], "next": None, "last": 0}


def test_the_log_is_narrowed_by_type(office: Office) -> None:
    for _ in range(3):
        office.secretariat.suspend(number=office.issued()["number"], reason="Audit failed.")
    page = office.page(type="certificate.suspended", limit=2)
    assert ([change["change_no"] for change in page["items"]], page["next"]) == ([2, 4], 4)
    page = office.page(type="certificate.suspended", limit=2, after=4)
    assert ([change["change_no"] for change in page["items"]], page["next"], page["last"]) == ([6], None, 6)


def test_a_page_of_large_certificates_is_cut(office: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(changes, "PAGE_SIZE", 25_000)
    for _ in range(5):
        office.issued(schedule="x" * 10_000)
    pages = [office.page(after=after) for after in (0, 3)]
    assert [[change["change_no"] for change in page["items"]] for page in pages] == [[1, 2, 3], [4, 5]]
    assert [page["next"] for page in pages] == [3, None]


def test_a_page_is_measured_in_bytes_and_not_in_letters(office: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(changes, "PAGE_SIZE", 25_000)
    for _ in range(2):
        office.issued(schedule="防" * 9_000)
    assert len(office.page()["items"]) == 1


def test_the_log_refuses_what_it_does_not_understand(office: Office) -> None:
    wrong: list[dict[str, Any]] = [{"after": after} for after in (-1, "0", 2**70)]
    wrong += [{"limit": limit} for limit in (0, 1001, None)]
    for arguments in [*wrong, {"type": "issued"}]:
        with pytest.raises(InvalidInput):
            office.page(**arguments)


def test_the_relay_goes_on_where_it_stopped(office: Office) -> None:
    for _ in range(3):
        office.issued()

    def waiting() -> list[int]:
        with office.handle.read() as session:
            return [row.change_no for row in changes.unpublished(session, 2)]

    assert waiting() == [1, 2]
    with office.handle.begin() as session:
        changes.mark_published(session, 2)
    assert waiting() == [3]
    with office.handle.begin() as session:
        changes.mark_published(session, 1)
    assert waiting() == [3]
