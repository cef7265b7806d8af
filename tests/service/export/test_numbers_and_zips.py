"""Exports of lists of numbers, and certificates as a ZIP of their documents."""

from __future__ import annotations

import json
from io import BytesIO
from pathlib import Path
from typing import Any
from zipfile import ZipFile

import openpyxl
import pypdf
import pytest

from contracts.errors import Gone, InvalidInput
from services.export import domain
from tests.builders import a_snapshot
from tests.schemes import a_person
from tests.service.export.neighbours import EVERYTHING, FakeCertificates, FakeSearch, file_of, some_certificates


@pytest.fixture(params=["sqlite"])
def database_url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """What differs between databases is in the tests of jobs."""
    return f"{request.param}:///{tmp_path / 'register.db'}"


def done(replica: Any, **wanted: Any) -> dict[str, Any]:
    job = replica.start(**wanted)
    replica.work()
    seen: dict[str, Any] = replica.get(id=job["id"])
    assert seen["status"] == "done", seen["error"]
    return seen


@pytest.fixture
def three(certificates: FakeCertificates) -> list[str]:
    """The numbers of a certificate of equipment, one of a person, and one that was deleted."""
    others = [a_snapshot("IECEx BAS 26.0001X"), a_person("IECEx CP BAS 26.0001")]
    certificates.others = {one["number"]: one for one in others}
    certificates.errors = {"IECEx BAS 26.0009": Gone("Deleted by the Secretariat.", reason="Twice.")}
    certificates.issues = {}
    return [*certificates.others, "IECEx BAS 26.0009"]


def test_numbers_in_any_spelling_are_found_in_their_order_each_once(replica: Any, three: list[str]) -> None:
    numbers = ["iecex cp bas 26.0001", "IECEx-BAS-26.0001X", "IECEx BAS 26.0001X", *three[:2]]
    job = done(replica, format="ndjson", numbers=numbers)
    lines = [json.loads(line)["number"] for line in file_of(replica, job["id"]).splitlines()]
    assert sorted(lines) == sorted(three[:2])
    assert (job["rows"], job["total"], job["missing"]) == (2, 2, [])


def test_what_is_not_there_is_named_in_the_job_and_on_the_note_sheet(replica: Any, three: list[str]) -> None:
    numbers = [*three, "IECEx SIR 26.4711", "no number", "GB/BAS/ExTR26.0001/00"]
    job = done(replica, format="xlsx", numbers=numbers)
    missing = {row["number"]: row["text"] for row in job["missing"]}
    assert list(missing) == ["IECEx BAS 26.0009", "IECEx SIR 26.4711", "no number", "GB/BAS/ExTR26.0001/00"]
    assert missing["IECEx BAS 26.0009"] == "It was deleted by the Secretariat."
    assert missing["IECEx SIR 26.4711"] == "It is not in the register."
    note = openpyxl.load_workbook(BytesIO(file_of(replica, job["id"])))["About"]
    told = [str(row[1]) for row in note.iter_rows(values_only=True) if row[0] == "Not in this file"]
    assert [text.partition(": ")[0] for text in told] == list(missing)


def test_numbers_are_read_as_everybody_may_read_them(replica: Any, certificates: FakeCertificates) -> None:
    done(replica, format="csv", numbers=["IECEx BAS 26.0001"])
    assert certificates.acted_for == {"guest"}


@pytest.mark.parametrize(
    ("arguments", "field"),
    [
        ({"format": "csv", "numbers": []}, "numbers"),
        ({"format": "csv", "numbers": ["x"] * (domain.MOST_NUMBERS + 1)}, "numbers"),
        ({"format": "csv", "numbers": ["x" * 1000]}, "numbers.0"),
        ({"format": "csv", "numbers": ["x", 7]}, "numbers.1"),
        ({"format": "csv", "numbers": ["x"], "query": EVERYTHING}, "numbers"),
        ({"format": "xlsx", "query": EVERYTHING, "bom": True}, "bom"),
        ({"format": "csv", "query": EVERYTHING, "bom": "yes"}, "bom"),
        ({"format": "zip", "numbers": [f"n {n}" for n in range(domain.MOST_DOCUMENTS + 1)]}, "numbers"),
    ],
)
def test_what_is_no_list_of_numbers_is_refused(replica: Any, arguments: dict[str, Any], field: str) -> None:
    with pytest.raises(InvalidInput) as refusal:
        replica.start(**arguments)
    assert [error["field"] for error in refusal.value.details["errors"]] == [field]


def test_nothing_but_public_fields_is_exported_whatever_was_answered(replica: Any, search: FakeSearch) -> None:
    search.snapshots = [a_person() | {"private": {"identity_number": "P-4711"}, "version": "3"}]
    (line,) = file_of(replica, done(replica, format="ndjson", query=EVERYTHING)["id"]).splitlines()
    assert json.loads(line) == a_person()


def test_a_zip_holds_the_very_documents_that_the_register_shows(replica: Any, three: list[str]) -> None:
    job = done(replica, format="zip", numbers=three)
    assert job["file"]["content_type"] == "application/zip"
    archive = ZipFile(BytesIO(file_of(replica, job["id"])))
    assert archive.namelist() == [
        "About.txt",
        "IECEx-BAS-26.0001X-issue-0.pdf",
        "IECEx-CP-BAS-26.0001-issue-0.pdf",
    ]
    assert b"Not in this file: IECEx BAS 26.0009" in archive.read("About.txt")
    for number in three[:2]:
        shown = replica.certificate_pdf(number=number)
        assert archive.read(shown["filename"]) == replica.blobs.get(shown["blob"])
    text = pypdf.PdfReader(BytesIO(archive.read("IECEx-CP-BAS-26.0001-issue-0.pdf"))).pages[0].extract_text()
    assert "Maria Muster" in text


def test_a_search_is_zipped_by_both_workers_and_counts_its_documents(
    replica: Any, search: FakeSearch, certificates: FakeCertificates
) -> None:
    search.snapshots = some_certificates(7)
    certificates.others = {one["number"]: one for one in search.snapshots}
    job = done(replica, format="zip", query=EVERYTHING)
    archive = ZipFile(BytesIO(file_of(replica, job["id"])))
    assert len(archive.namelist()) == 1 + 7
    assert (job["rows"], job["percent"]) == (7, 100)


def test_too_large_a_search_is_refused_before_anything_is_drawn(
    replica: Any, search: FakeSearch, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(domain, "MOST_DOCUMENTS", 2)
    search.snapshots = some_certificates(3)
    with pytest.raises(InvalidInput, match="There are 3 certificates; a ZIP of documents holds up to 2"):
        replica.start(format="zip", query=EVERYTHING)
