"""What filters choose, and what they leave as it is."""

from __future__ import annotations

from typing import Any

import pytest

from services.search.index import CertificateIndex
from tests.builders import a_party, a_snapshot
from tests.service.search.indexes import Fill, ask, numbers


@pytest.fixture
def assorted(holding: Fill) -> CertificateIndex:
    return holding(
        a_snapshot("IECEx BAS 24.0001X", date_of_issue="2024-05-01", status="suspended"),
        a_snapshot("IECEx BAS 25.0001U", kind="component", date_of_issue="2025-05-01", standards=[]),
        a_snapshot(
            "IECEx ExTC 26.0001", date_of_issue="2026-05-01", protection=["t"],
            manufacturer=a_party("Müller AG", "CH"), applicant=a_party("Müller AG", "CH"),
        ),
    )  # fmt: skip


@pytest.mark.parametrize(
    ("filters", "found"),
    [
        ({"excb": ["BAS"]}, ["BAS 24.0001X", "BAS 25.0001U"]),
        ({"excb": ["extc"]}, ["ExTC 26.0001"]),
        ({"excb": ["BAS", "ExTC"], "suffix": ["X", "U"]}, ["BAS 24.0001X", "BAS 25.0001U"]),
        ({"excb": ["-BAS"]}, ["ExTC 26.0001"]),
        ({"status": ["current"]}, ["BAS 25.0001U", "ExTC 26.0001"]),
        ({"status": ["-current"]}, ["BAS 24.0001X"]),
        ({"scheme": ["equipment"], "kind": ["component"]}, ["BAS 25.0001U"]),
        ({"scheme": ["person"]}, []),
        ({"suffix": ["none"]}, ["ExTC 26.0001"]),
        ({"country": ["CH"]}, ["ExTC 26.0001"]),
        ({"country": ["DE", "-CH"]}, ["BAS 24.0001X", "BAS 25.0001U"]),
        ({"manufacturer": ["MULLER AG"]}, ["ExTC 26.0001"]),
        ({"manufacturer": ["Muller"]}, []),
        ({"protection": ["t"]}, ["ExTC 26.0001"]),
        ({"protection": ["d", "t"], "standard": ["IEC 60079-1"]}, ["BAS 24.0001X", "ExTC 26.0001"]),
        ({"issued_from": "2025-05-01"}, ["BAS 25.0001U", "ExTC 26.0001"]),
        ({"issued_to": "2025-05-01"}, ["BAS 24.0001X", "BAS 25.0001U"]),
        ({"issued_from": "2025-05-01", "issued_to": "2025-05-01"}, ["BAS 25.0001U"]),
        ({"issued_to": "1970-01-01"}, []),
    ],
)
def test_filters_choose(assorted: CertificateIndex, filters: dict[str, Any], found: list[str]) -> None:
    assert sorted(numbers(ask(assorted, **filters))) == found
    assert sorted(numbers(ask(assorted, "transmitter", **filters))) == found


def test_filters_do_not_change_the_rank(assorted: CertificateIndex) -> None:
    ranked = numbers(ask(assorted, "transmitter"))
    assert numbers(ask(assorted, "transmitter", kind=["equipment", "component"], scheme=["-person"])) == ranked
