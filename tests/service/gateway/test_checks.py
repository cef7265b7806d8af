"""Lists of assets at the gateway: read apart, put into the store as lines of text, handed to the export service."""

from __future__ import annotations

import hashlib
import json
from typing import Any

import pytest

from contracts.errors import TooManyRequests
from gateway import assets
from gateway.api import exports
from gateway.sizes import largest_body
from gateway.spreadsheets import MEDIA_TYPE
from tests.service.gateway.browser import Browser
from tests.unit.test_assets import NUMBER, ROWS, XLSX, a_csv

CHECKS = "/api/v1/exports/checks"
CSV = a_csv("Tag;Certificate;Größe", f"P-101;{NUMBER};5")


def sent(browser: Browser, data: bytes = CSV, content_type: str = "text/csv", **query: str) -> Any:
    return browser.http.post(CHECKS, data=data, content_type=content_type, query_string=query)


def table_of(browser: Browser) -> dict[str, Any]:
    """What the export service was told last."""
    _, method, arguments = browser.gateway.export.calls[-1]
    assert method == "check"
    table: dict[str, Any] = arguments["table"]
    return table


def test_anybody_starts_a_check_whose_job_is_that_of_an_export(browser: Browser) -> None:
    answer = sent(browser)
    assert (answer.status_code, answer.json["status"]) == (202, "queued")
    assert answer.headers["Location"] == answer.json["links"]["self"] == f"/api/v1/exports/{answer.json['id']}"
    assert browser.http.get(answer.headers["Location"]).status_code == 200


def test_the_lines_lie_in_the_store_before_anybody_is_told(browser: Browser) -> None:
    browser.gateway.export.faults = [TooManyRequests("Wait.", retry_after=60)]
    answer = sent(browser)
    assert (answer.status_code, answer.headers["Retry-After"]) == (429, "60")
    browser.gateway.export.faults = []
    sent(browser, XLSX, MEDIA_TYPE)
    table = table_of(browser)
    lines = browser.gateway.blobs.get(table["blob"])
    assert [json.loads(line) for line in lines.splitlines()] == [list(row) for row in ROWS]
    assert table["sha256"] == hashlib.sha256(lines).hexdigest()
    assert (table["format"], table["rows"], table["titles"], table["numbers"]) == ("xlsx", 2, 0, 1)


def test_the_columns_and_the_charset_may_be_said(browser: Browser) -> None:
    windows = CSV.decode().encode("cp1252")
    sent(browser, windows, "text/csv; charset=Windows-1252", column="B", marking_column="größe")
    table = table_of(browser)
    assert (table["numbers"], table["markings"], table["bom"]) == (1, 2, True)
    answer = sent(browser, columns="B")
    assert (answer.status_code, answer.json["errors"][0]["field"]) == (422, "columns")


@pytest.mark.parametrize(
    ("data", "field"),
    [(b"", "file"), (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "file"), (b"PK\x03\x04", "file"), (b"Tag\r\nP-101", "file")],
)
def test_what_cannot_be_read_is_refused_at_once(browser: Browser, data: bytes, field: str) -> None:
    answer = sent(browser, data)
    assert (answer.status_code, answer.json["errors"][0]["field"]) == (422, field)
    assert not browser.gateway.export.calls


@pytest.mark.parametrize("media_type", ["application/json", "multipart/form-data", "application/vnd.ms-excel", ""])
def test_the_media_type_says_that_the_body_is_the_file_itself(browser: Browser, media_type: str) -> None:
    answer = sent(browser, content_type=media_type)
    assert (answer.status_code, answer.json["code"]) == (415, "unsupported-media-type")
    assert "text/csv" in answer.json["detail"]


def test_a_list_may_be_larger_than_other_bodies(browser: Browser) -> None:
    assert largest_body("POST", CHECKS) == assets.LARGEST_FILE
    assert sent(browser, bytes(assets.LARGEST_FILE + 1)).status_code == 413


def test_only_one_list_at_a_time_is_read(browser: Browser, monkeypatch: pytest.MonkeyPatch) -> None:
    with monkeypatch.context() as patched, exports.turn:
        patched.setitem(browser.application.config, "RPC_TIMEOUT", 0.05)
        answer = sent(browser)
    assert (answer.status_code, answer.json["code"]) == (503, "unavailable")
