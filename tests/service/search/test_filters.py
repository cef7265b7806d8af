"""What filters choose, and what they leave as it is."""

from __future__ import annotations

from typing import Any

import pytest

from services.search.index import CertificateIndex
from tests.builders import a_party, a_snapshot
from tests.service.search.indexes import Fill, ask, numbers
from tests.service.search.schemes import a_facility, a_licence, a_person


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


@pytest.fixture
def schemes(holding: Fill) -> CertificateIndex:
    index = holding(
        a_snapshot("IECEx BAS 24.0001X", verification=True, date_of_issue="2024-05-01"),
        a_snapshot("IECEx BAS 25.0001", marking=["Ex tb IIIC T135°C Db", "Ex db IIB+H2 T6…T4 Gb"]),
        a_person(),
        a_facility(),
        a_licence(),
    )
    index.keep_countries({"BAS": "GB", "SIR": "GB", "SIM": "AU"})
    return index


@pytest.mark.parametrize(
    ("filters", "found"),
    [
        ({"scheme": ["person", "mark-licence"]}, ["BAS001", "CP SIR 24.0007"]),
        ({"suffix": ["V"]}, ["BAS 24.0001X"]),
        ({"suffix": ["X"]}, ["BAS 24.0001X"]),
        ({"suffix": ["-none"]}, ["BAS 24.0001X"]),
        ({"unit": ["Ex 003"]}, ["CP SIR 24.0007"]),
        ({"unit": ["ex001", "-Ex 003"]}, []),
        ({"group": ["IIB"]}, ["BAS 24.0001X", "BAS 25.0001"]),
        ({"group": ["iib+h2"]}, ["BAS 25.0001"]),
        ({"group": ["IIIC"], "temperature": ["T5"]}, ["BAS 25.0001"]),
        ({"temperature": ["T135 °C"]}, ["BAS 25.0001"]),
        ({"temperature": ["-T5"], "scheme": ["equipment"]}, ["BAS 24.0001X"]),
        ({"epl": ["Db"]}, ["BAS 25.0001"]),
        ({"edition": ["iec 60079-19 4.0"]}, ["SIM S.0003"]),
        ({"year": ["2024"]}, ["BAS 24.0001X", "CP SIR 24.0007"]),
        ({"country": ["KR"]}, ["CP SIR 24.0007"]),
        ({"excb_country": ["AU"]}, ["SIM S.0003"]),
        ({"excb_country": ["-AU"], "scheme": ["-equipment"]}, ["BAS001", "CP SIR 24.0007"]),
        ({"excb_country": ["FR"]}, []),
        ({"valid_on": "2029-06-02"}, ["BAS 24.0001X", "BAS 25.0001", "BAS001", "SIM S.0003"]),
        ({"scheme": "person", "valid_on": "2024-06-02"}, ["CP SIR 24.0007"]),
        ({"scheme": "person", "valid_on": "2024-06-01"}, []),
    ],
)
def test_filters_choose_among_all_schemes(schemes: CertificateIndex, filters: dict[str, Any], found: list[str]) -> None:
    assert sorted(numbers(ask(schemes, **filters))) == found


def test_filters_do_not_change_the_rank(assorted: CertificateIndex) -> None:
    ranked = numbers(ask(assorted, "transmitter"))
    assert numbers(ask(assorted, "transmitter", kind=["equipment", "component"], scheme=["-person"])) == ranked
