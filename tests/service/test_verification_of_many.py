"""What batches and imports leave behind is whole, by the real numbering and on both databases."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest

from contracts.errors import Unavailable
from tests.certificates import a_body, a_person_body
from tests.service.certificates import MORNING, AwayNumbering, Office
from tests.service.test_importing import a_record
from tests.service.verification import Copy, RealNumbering, office_at, small_register


@pytest.fixture
def copy(database_url: str) -> Iterator[Copy]:
    with small_register(database_url) as copy:
        yield copy


def faults(copy: Copy) -> list[str]:
    return [fault for finding in copy.findings().values() for fault in finding.faults]


def bring(office: Office, *records: Any) -> None:
    office.secretariat.import_many(lines=[{"line": 1, "sent": record} for record in records], dry_run=False)


class MuteNumbering(RealNumbering):
    """Adopts, and dies before it answers."""

    def adopt(self, series: str, owners: list[dict[str, Any]]) -> dict[str, Any]:
        super().adopt(series, owners)
        raise Unavailable


def test_a_batch_leaves_a_whole_register(copy: Copy) -> None:
    with office_at(copy.url) as office:
        bodies = [a_body(), a_person_body(office.photo()), a_body(marking=[]), {}]
        lines = [{"line": n, "sent": body} for n, body in enumerate(bodies)]
        drawing = office.numbering
        office.numbering = AwayNumbering()
        office.signatory.create_many(key="b", lines=lines, issue=True)
        office.numbering = drawing
        office.signatory.create_many(key="b", lines=lines, issue=True)
    assert faults(copy) == []
    assert copy.findings()["N"].facts == "10 numbers in 3 series"


def test_an_import_leaves_a_whole_register_with_its_gaps(copy: Copy) -> None:
    with office_at(copy.url) as office:
        bring(office, a_record("IECEx BAS 07.0003"), a_record("IECEx BAS 07.0005", issue=2, first_issued="2007-01-02"))
        bring(office, a_record("IECEx BAS 07.0002"))
        assert office.secretariat.import_gaps(numbers={"equipment/BAS/07": []}, dry_run=False) == [
            {
                "series": "equipment/BAS/07",
                "last": 5,
                "absent": [["IECEx BAS 07.0001"] * 2, ["IECEx BAS 07.0004"] * 2],
            }
        ]
    assert faults(copy) == []
    assert copy.findings()["N"].facts == "12 numbers in 3 series, 2 of them absent"


def test_an_import_that_broke_off_is_named_until_it_is_finished(copy: Copy) -> None:
    with office_at(copy.url) as office:
        drawing = office.numbering
        office.numbering = MuteNumbering(drawing.service.db)
        with pytest.raises(Unavailable):
            bring(office, a_record())
        [fault] = copy.findings(MORNING + timedelta(days=4))["N"].faults
        assert fault.startswith("The import of IECEx BAS 07.0003 broke off")
        office.numbering = drawing
        bring(office, a_record())
    assert faults(copy) == []


def test_an_import_that_never_came_to_a_number_is_no_fault(copy: Copy) -> None:
    with office_at(copy.url) as office:
        office.numbering = AwayNumbering()
        with pytest.raises(Unavailable):
            bring(office, a_record())
    assert faults(copy) == []
    assert copy.findings()["N"].facts.endswith("; 1 import that never came to a number")
