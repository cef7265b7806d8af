"""Exports as jobs and files, and PDFs: whole, in ranges, asked about."""

from __future__ import annotations

from typing import Any
from uuid import uuid4

import pytest

from contracts.errors import NotFound
from gateway.api import examples
from tests.service.gateway.browser import Browser

CONTENT = bytes(range(256)) * 10_000
PDF = "/api/v1/certificates/IECEx-BAS-26.0001X/pdf"


def a_finished_export(browser: Browser, content: bytes = CONTENT) -> str:
    address: str = browser.http.post("/api/v1/exports", json=examples.EXPORT).headers["Location"]
    browser.gateway.export.finish(address.rpartition("/")[2], content)
    return address


def test_an_export_is_accepted_and_says_where_it_can_be_watched(browser: Browser) -> None:
    answer = browser.http.post("/api/v1/exports", json=examples.EXPORT)
    assert answer.status_code == 202
    assert answer.headers["Location"] == answer.json["links"]["self"]
    assert answer.headers["Retry-After"] == "1"
    assert browser.gateway.export.calls[-1][2] == {
        "format": "xlsx",
        "query": {
            "q": "pressure transmitter",
            "filters": {"scheme": ["equipment"], "status": ["current"]},
        },
        "columns": None,
        "numbers": None,
        "bom": False,
    }


def test_numbers_are_exported_instead_of_a_search(browser: Browser) -> None:
    numbers = ["iecex bas 26.0001x", "BAS001"]
    answer = browser.http.post("/api/v1/exports", json={"format": "csv", "numbers": numbers, "bom": True})
    assert answer.status_code == 202
    asked = browser.gateway.export.calls[-1][2]
    assert (asked["numbers"], asked["query"], asked["bom"]) == (numbers, None, True)


def test_a_cancelled_export_is_gone(browser: Browser) -> None:
    address = a_finished_export(browser)
    assert browser.http.post(f"{address}/cancel").status_code == 204
    assert browser.http.get(address).status_code == 404


def test_a_card_is_shown_at_the_address_of_its_person(browser: Browser) -> None:
    answer = browser.http.get("/api/v1/certificates/IECEx-CP-BAS-26.0001/card")
    assert (answer.status_code, answer.mimetype) == (200, "application/pdf")
    assert browser.gateway.export.calls[-1][1:] == ("card_pdf", {"number": "IECEx CP BAS 26.0001"})
    assert browser.http.get("/api/v1/certificates/iecex cp bas 26.0001/card").status_code == 301


def test_the_secretariat_gets_sheets_of_cards(browser: Browser) -> None:
    answer = browser.http.post("/api/v1/cards", json=examples.CARDS, headers=browser.as_("secretariat"))
    assert (answer.status_code, answer.mimetype) == (200, "application/pdf")
    assert browser.gateway.export.calls[-1][2] == examples.CARDS


def test_a_job_never_says_where_its_file_lies_in_our_store(browser: Browser) -> None:
    answer = browser.http.get(a_finished_export(browser))
    assert answer.json["file"] == {
        "filename": "certificates.xlsx",
        "content_type": "application/zip",
        "length": len(CONTENT),
    }
    assert answer.json["links"]["file"].endswith("/file")


def test_a_file_that_is_not_there_yet_is_a_conflict_and_one_that_never_was_is_not_found(browser: Browser) -> None:
    address = browser.http.post("/api/v1/exports", json=examples.EXPORT).headers["Location"]
    assert browser.http.get(f"{address}/file").status_code == 409
    assert browser.http.get(f"/api/v1/exports/{uuid4()}/file").status_code == 404


@pytest.mark.parametrize(
    ("ended", "detail"),
    [
        ({"status": "cancelled"}, "This export was cancelled and has no file; start it anew."),
        (
            {"status": "failed", "error": "The search went away; start it again later."},
            "This export failed and has no file: The search went away; start it again later.",
        ),
        ({"status": "running"}, "This export is running; its file is there when it is done."),
    ],
)
def test_nobody_is_told_to_wait_for_a_file_that_never_comes(
    browser: Browser, ended: dict[str, str], detail: str
) -> None:
    address = browser.http.post("/api/v1/exports", json=examples.EXPORT).headers["Location"]
    browser.gateway.export.jobs[address.rpartition("/")[2]] |= ended
    answer = browser.http.get(f"{address}/file")
    assert (answer.status_code, answer.json["code"], answer.json["detail"]) == (409, "wrong-state", detail)


def test_a_file_is_sent_whole_with_all_that_a_browser_needs_to_save_it(browser: Browser) -> None:
    answer = browser.http.get(f"{a_finished_export(browser)}/file")
    assert (answer.status_code, answer.data) == (200, CONTENT)
    assert answer.headers["Content-Length"] == str(len(CONTENT))
    assert answer.headers["Content-Disposition"] == "attachment; filename=certificates.xlsx"
    assert answer.headers["Accept-Ranges"] == "bytes"
    assert answer.headers["X-Content-Type-Options"] == "nosniff"


def test_a_file_is_read_from_the_store_piece_by_piece(browser: Browser) -> None:
    answer = browser.http.get(f"{a_finished_export(browser)}/file", buffered=False)
    assert len(next(answer.iter_encoded())) < len(CONTENT)
    answer.close()


@pytest.mark.parametrize(
    ("wanted", "start", "stop"),
    [
        ("bytes=0-0", 0, 1),
        ("bytes=1000-2999", 1000, 3000),
        ("bytes=-5", len(CONTENT) - 5, len(CONTENT)),
        ("bytes=2559990-9999999", 2559990, len(CONTENT)),
    ],
)
def test_a_range_of_a_file_is_sent_alone(browser: Browser, wanted: str, start: int, stop: int) -> None:
    answer = browser.http.get(f"{a_finished_export(browser)}/file", headers={"Range": wanted})
    assert (answer.status_code, answer.data) == (206, CONTENT[start:stop])
    assert answer.headers["Content-Range"] == f"bytes {start}-{stop - 1}/{len(CONTENT)}"
    assert answer.headers["Content-Length"] == str(stop - start)


@pytest.mark.parametrize("wanted", ["bytes=0-1,5-6", "lines=1-2", "bytes=5-1", "bytes=a-b", "nonsense"])
def test_a_range_that_is_not_understood_gets_the_whole(browser: Browser, wanted: str) -> None:
    answer = browser.http.get(f"{a_finished_export(browser)}/file", headers={"Range": wanted})
    assert (answer.status_code, len(answer.data)) == (200, len(CONTENT))


def test_a_range_behind_the_end_cannot_be_had(browser: Browser) -> None:
    answer = browser.http.get(f"{a_finished_export(browser)}/file", headers={"Range": f"bytes={len(CONTENT)}-"})
    assert (answer.status_code, answer.mimetype) == (416, "application/problem+json")
    assert answer.headers["Content-Range"] == f"bytes */{len(CONTENT)}"


def test_a_range_goes_on_only_with_the_same_file(browser: Browser) -> None:
    address = f"{a_finished_export(browser)}/file"
    etag = browser.http.head(address).headers["ETag"]
    same = browser.http.get(address, headers={"Range": "bytes=0-9", "If-Range": etag})
    other = browser.http.get(address, headers={"Range": "bytes=0-9", "If-Range": '"another"'})
    assert (same.status_code, other.status_code) == (206, 200)


def test_a_file_is_asked_about_without_being_sent(browser: Browser) -> None:
    address = f"{a_finished_export(browser)}/file"
    head = browser.http.head(address)
    assert (head.status_code, head.data, head.headers["Content-Length"]) == (200, b"", str(len(CONTENT)))
    again = browser.http.get(address, headers={"If-None-Match": head.headers["ETag"]})
    assert (again.status_code, again.data) == (304, b"")


def test_a_file_that_was_removed_after_its_time_is_gone(browser: Browser) -> None:
    address = a_finished_export(browser)
    browser.gateway.blobs.delete(f"exports/{address.rpartition('/')[2]}.xlsx")
    with pytest.raises(NotFound):
        browser.gateway.blobs.size(f"exports/{address.rpartition('/')[2]}.xlsx")
    answer = browser.http.get(f"{address}/file")
    assert (answer.status_code, answer.json["code"]) == (410, "gone")


@pytest.mark.parametrize(
    ("path", "asked"),
    [
        (PDF, {"number": "IECEx BAS 26.0001X", "issue": None}),
        (PDF.replace("/pdf", "/issues/2/pdf"), {"number": "IECEx BAS 26.0001X", "issue": 2}),
    ],
)
def test_a_certificate_is_shown_as_pdf(browser: Browser, path: str, asked: dict[str, Any]) -> None:
    answer = browser.http.get(path)
    assert (answer.status_code, answer.mimetype) == (200, "application/pdf")
    assert answer.data.startswith(b"%PDF-")
    assert answer.headers["Content-Disposition"] == "inline; filename=IECEx-BAS-26.0001X.pdf"
    assert answer.headers["ETag"] == '"abc"'
    assert "Content-Security-Policy" not in answer.headers
    assert browser.gateway.export.calls[-1][2] == asked
