"""The figures by which a copy of all that is public is compared with the register."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa

from contracts.errors import Forbidden
from plumbing.db import Handle
from services.certificates.tables import metadata
from services.search.domain.log import Position
from services.search.domain.watching import differing
from services.search.index import CertificateIndex
from tests.certificates import AUTHOR, SECRETARIAT, a_body, somebody
from tests.service.certificates import Office

FreshHandle = Callable[[sa.MetaData], Handle]


@pytest.fixture
def office(fresh_handle: FreshHandle) -> Office:
    return Office(fresh_handle(metadata))


def digest(office: Office) -> list[dict[str, Any]]:
    return office.as_(somebody("service")).digest()


@pytest.fixture
def busy(office: Office) -> Office:
    """A draft, and certificates that were suspended, reissued, deleted, drafted anew, superseded."""
    office.draft()
    first, second, third = (office.issued() for _ in range(3))
    office.secretariat.suspend(number=first["number"], reason="Audit failed.")
    office.secretariat.delete(number=third["number"], reason="Issued by mistake.")
    draft = office.author.create_issue(number=second["number"], body=a_body(changes="New display."))
    office.signatory.issue(number=second["number"], version=draft["version"])
    office.author.create_issue(number=second["number"])
    office.pass_time(days=90)
    office.issued(supersedes=[first["base_number"]])
    return office


def test_each_body_and_year_has_a_count_and_a_hash(busy: Office) -> None:
    assert [(row["excb"], row["year"], row["count"]) for row in digest(busy)] == [
        ("BAS", "2026", 2),
        ("BAS", "2027", 1),
    ]


def test_an_index_made_of_the_log_has_the_same_figures(busy: Office, tmp_path: Path) -> None:
    index = CertificateIndex(tmp_path)
    log = busy.log()
    index.apply(log)
    index.commit(Position().after(log[-1]))
    assert differing(index.view.slices(), digest(busy)) == set()
    index.close()


def test_every_public_change_changes_the_hash(office: Office) -> None:
    hashes = set()
    issued = office.issued()
    hashes.add(digest(office)[0]["hash"])
    office.secretariat.suspend(number=issued["number"], reason="Audit failed.")
    hashes.add(digest(office)[0]["hash"])
    office.secretariat.reinstate(number=issued["number"], reason="Audit passed.")
    hashes.add(digest(office)[0]["hash"])
    assert len(hashes) == 3


def test_it_is_read_piece_by_piece_without_a_gap(busy: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    at_once = digest(busy)
    monkeypatch.setattr("services.certificates.digesting.ROWS_AT_ONCE", 1)
    assert digest(busy) == at_once


@pytest.mark.parametrize("identity", [AUTHOR, SECRETARIAT, somebody("guest")], ids=lambda identity: identity.role)
def test_only_services_ask_for_it(office: Office, identity: Any) -> None:
    with pytest.raises(Forbidden):
        office.as_(identity).digest()
