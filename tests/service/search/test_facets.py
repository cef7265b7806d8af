"""How many of the hits have which value."""

from __future__ import annotations

from typing import Any

import pytest

from services.search.domain.questions import read_question
from services.search.domain.values import FACETS
from services.search.index import CertificateIndex
from tests.builders import a_party, a_snapshot, a_tombstone
from tests.service.search.indexes import Fill
from tests.service.search.schemes import a_facility, a_licence, a_person

BODIES = {"BAS": "GB", "SIR": "GB", "SIM": "AU", "ExTC": "AU"}


def facet(index: CertificateIndex, name: str, q: str = "", **filters: Any) -> list[tuple[str, int]]:
    rows = index.view.search(read_question(q, filters), 1, facets=[name]).facets[name]
    return [(row["value"], row["count"]) for row in rows]


@pytest.fixture
def assorted(holding: Fill) -> CertificateIndex:
    index = holding(
        a_snapshot("IECEx BAS 24.0001", equipment="Lamp", date_of_issue="2024-05-01"),
        a_snapshot("IECEx BAS 24.0001X", equipment="Lamp", issue=1, date_of_issue="2025-05-01"),
        a_snapshot("IECEx BAS 25.0001U", kind="component", marking=["Ex eb IIC Gb"], protection=["e"], standards=[]),
        a_snapshot("IECEx ExTC 26.0001", status="suspended", manufacturer=a_party("Müller AG", "CH")),
        a_person(),
        a_facility(),
        a_licence(),
    )
    index.keep_countries(BODIES)
    return index


@pytest.mark.parametrize(
    ("name", "counts"),
    [
        ("scheme", [("equipment", 3), ("mark-licence", 1), ("person", 1), ("service-facility", 1)]),
        ("kind", [("equipment", 2), ("component", 1)]),
        ("status", [("current", 5), ("suspended", 1)]),
        ("excb", [("BAS", 3), ("ExTC", 1), ("SIM", 1), ("SIR", 1)]),
        ("excb_country", [("GB", 4), ("AU", 2)]),
        ("country", [("DE", 4), ("AU", 1), ("CH", 1), ("KR", 1), ("NO", 1)]),
        ("manufacturer", [("Muster Messtechnik GmbH", 2), ("Müller AG", 1)]),
        ("protection", [("d", 3), ("e", 2), ("i", 2)]),
        ("group", [("IIB", 2), ("IIC", 1)]),
        ("temperature", [("T4", 2)]),
        ("epl", [("Gb", 3)]),
        ("edition", [("IEC 60079-0 7.0", 2), ("IEC 60079-1 7.0", 2), ("IEC 60079-14 6.0", 1), ("IEC 60079-19 4.0", 1)]),
        ("suffix", [("none", 4), ("U", 1), ("X", 1)]),
        ("unit", [("Ex 001", 1), ("Ex 003", 1)]),
        ("year", [("2026", 4), ("2024", 1), ("2025", 1)]),
    ],
)
def test_facets_over_everything(assorted: CertificateIndex, name: str, counts: list[tuple[str, int]]) -> None:
    assert facet(assorted, name) == counts
    # The same counted, not kept: one that nothing is excluded from by this filter.
    assert facet(assorted, name, excb=["-ITS"]) == counts or name in ("excb", "excb_country")
    assert facet(assorted, name, issued_from="2000-01-01") == counts


def test_every_facet_is_counted_for_every_kind_of_question(assorted: CertificateIndex) -> None:
    for q, filters in (("", {}), ("lamp", {}), ("???", {}), ("", {"excb_country": ["FR"]}), ("", {"issues": "all"})):
        assert set(assorted.view.search(read_question(q, filters), 1, facets=FACETS).facets) == set(FACETS)


def test_a_facet_is_counted_under_all_filters_but_its_own(assorted: CertificateIndex) -> None:
    chosen: dict[str, Any] = {"scheme": ["equipment"], "status": ["current"]}
    assert facet(assorted, "excb", **chosen) == [("BAS", 2)]
    assert facet(assorted, "status", **chosen) == [("current", 2), ("suspended", 1)]
    assert facet(assorted, "excb", excb=["-BAS"], scheme=["equipment"]) == [("BAS", 2), ("ExTC", 1)]
    assert facet(assorted, "excb_country", excb_country=["AU"]) == [("GB", 4), ("AU", 2)]
    assert facet(assorted, "excb", excb_country=["AU"]) == [("ExTC", 1), ("SIM", 1)]


def test_facets_count_what_the_words_find(assorted: CertificateIndex) -> None:
    assert facet(assorted, "suffix", "lamp") == [("X", 1)]
    assert facet(assorted, "suffix", "lamp", issues="all") == [("X", 1), ("none", 1)]
    assert facet(assorted, "unit", "ana muster") == [("Ex 001", 1), ("Ex 003", 1)]
    assert facet(assorted, "suffix", "???") == []


def test_older_issues_count_where_they_are_asked_for(assorted: CertificateIndex) -> None:
    assert facet(assorted, "excb", issues="all")[0] == ("BAS", 4)


def test_facets_over_everything_follow_every_change(fill: Fill) -> None:
    index = fill(a_snapshot(), a_snapshot("IECEx BAS 26.0002"))
    fill(a_snapshot(status="suspended"))
    assert facet(index, "status") == [("current", 1), ("suspended", 1)]
    fill(a_tombstone(), a_snapshot("IECEx BAS 26.0002", issue=1))
    assert facet(index, "status") == [("current", 1)]
    assert facet(index, "status", issues="all") == [("current", 2)]


def test_a_view_keeps_its_facets(fill: Fill) -> None:
    view = fill(a_snapshot()).view
    fill(a_snapshot("IECEx BAS 26.0002"))
    assert view.search(read_question(), 1, facets=["excb"]).facets["excb"] == [{"value": "BAS", "count": 1}]


def test_where_the_bodies_are_is_known_after_a_restart(start: Any, certificates: Any) -> None:
    certificates.append()
    first = start()
    first.step()
    first.index.keep_countries(BODIES)
    assert facet(start().index, "excb_country") == [("GB", 1)]
