"""What is not even a body, and what is a body of the wrong kind: refused with its place and what would be right."""

from __future__ import annotations

import gzip
import json

import pytest

from gateway import problems
from gateway.api import examples
from gateway.sizes import LARGEST_BODY
from tests.service.gateway.browser import Browser

EXPORTS = "/api/v1/exports"
JSON = "application/json"


@pytest.mark.parametrize(
    ("body", "status", "text"),
    [
        (b'{"format": "xlsx",}', 400, "line 1, column 19"),
        (b'{"format": NaN}', 400, "NaN"),
        (b'{"format": 1e999}', 400, "1e999"),
        (b'{"format": ' + b"9" * 5000 + b"}", 400, "The body holds a number of 5,000 digits; at most 4,000 are read."),
        (b'{"format": -' + b"9" * 4001 + b"}", 400, "4,001 digits"),
        (b'{"format": "\xff"}', 400, "byte 12"),
        (b'{"format": "\\ud800"}', 400, "surrogate"),
        (b"[" * 100_000, 400, "levels deep"),
        (b'{"format": ' + b"[" * 60 + b"]" * 60 + b"}", 400, "levels deep"),
        (b"[]", 422, "JSON object"),
        (b"null", 422, "JSON object"),
        (b'"text"', 422, "JSON object"),
        (b"", 422, "Is missing"),
    ],
)
def test_what_is_no_json_object_is_refused_and_says_where(
    browser: Browser, body: bytes, status: int, text: str
) -> None:
    answer = browser.http.post(EXPORTS, data=body, content_type=JSON)
    assert (answer.status_code, answer.mimetype) == (status, "application/problem+json")
    assert answer.json["errors"][0]["field"] == "body"
    assert text in answer.json["errors"][0]["text"]


@pytest.mark.parametrize("content_type", ["text/plain", "application/x-www-form-urlencoded", "", "application/jsonx"])
def test_another_kind_of_body_is_refused_with_the_kind_that_is_taken(browser: Browser, content_type: str) -> None:
    answer = browser.http.post(EXPORTS, data=b"{}", content_type=content_type)
    assert answer.status_code == 415
    assert "application/json" in answer.json["detail"]


def test_json_may_say_its_charset_and_begin_with_a_mark_of_its_encoding(browser: Browser) -> None:
    body = b"\xef\xbb\xbf" + json.dumps(examples.EXPORT).encode()
    assert browser.http.post(EXPORTS, data=body, content_type=f"{JSON}; charset=utf-8").status_code == 202


@pytest.mark.parametrize("charset", ["iso-8859-1", "utf-16", "windows-1252"])
def test_json_in_another_charset_is_refused_and_told_of_utf_8(browser: Browser, charset: str) -> None:
    kind = f"{JSON}; charset={charset}"
    answer = browser.http.post(EXPORTS, data=json.dumps(examples.EXPORT).encode(), content_type=kind)
    assert (answer.status_code, answer.json["code"]) == (415, "unsupported-media-type")
    assert f"charset is {charset}; send JSON in UTF-8" in answer.json["detail"]


@pytest.mark.parametrize("body", [gzip.compress(b"{}"), json.dumps(examples.EXPORT).encode(), b"\x1f\x8b"])
@pytest.mark.parametrize("coding", ["gzip", "br", "gzip, deflate"])
def test_a_body_that_says_to_be_compressed_is_refused_whether_it_is_or_not(
    browser: Browser, body: bytes, coding: str
) -> None:
    answer = browser.http.post(EXPORTS, data=body, content_type=JSON, headers={"Content-Encoding": coding})
    assert (answer.status_code, answer.json["code"]) == (415, "unsupported-media-type")
    assert f"Content-Encoding is {coding}; send it uncompressed" in answer.json["detail"]


def test_a_body_that_says_to_be_as_it_is_is_taken(browser: Browser) -> None:
    answer = browser.http.post(EXPORTS, json=examples.EXPORT, headers={"Content-Encoding": "identity"})
    assert answer.status_code == 202


def test_a_body_over_the_limit_is_refused(browser: Browser) -> None:
    answer = browser.http.post(EXPORTS, data=b" " * (LARGEST_BODY + 1), content_type=JSON)
    assert (answer.status_code, answer.json["code"]) == (413, "too-large")


@pytest.mark.parametrize(
    ("wanted", "field"),
    [
        ({}, "format"),
        ({"format": "docx"}, "format"),
        ({"format": "xlsx", "query": {"scheme": {"is": "equipment"}}}, "query.scheme"),
        ({"format": "xlsx", "query": {"issued_to": "soon"}}, "query.issued_to"),
        ({"format": "xlsx", "query": {"colour": "red"}}, "query.colour"),
        ({"format": "xlsx", "columns": []}, "columns"),
    ],
)
def test_a_field_that_is_wrong_is_named(browser: Browser, wanted: dict[str, object], field: str) -> None:
    answer = browser.http.post(EXPORTS, json=wanted)
    assert (answer.status_code, answer.json["errors"][0]["field"]) == (422, field)
    assert answer.json["errors"][0]["text"]


def test_very_many_wrong_fields_are_told_in_a_sentence_that_can_be_read(browser: Browser) -> None:
    answer = browser.http.post(EXPORTS, json={"format": "csv"} | {f"unknown{n}": 1 for n in range(100)})
    assert (answer.status_code, len(answer.json["errors"])) == (422, 100)
    assert answer.json["detail"].count("There is no such field.") == 5
    assert answer.json["detail"].endswith("and 95 more: see 'errors'.")


@pytest.mark.parametrize(
    ("method", "path", "status"),
    [
        ("GET", "/nowhere", 404),
        ("GET", "/api/v1/nowhere", 404),
        ("GET", "/api/v1//search", 404),
        ("HEAD", "/api/v1/nowhere", 404),
        ("PATCH", "/api/v1/search", 405),
        ("TRACE", "/healthz", 405),
        ("GET", "/api/v1/exports/not-a-uuid", 404),
        ("GET", "/api/v1/certificates/IECEx-BAS-26.0001/issues/1000", 404),
    ],
)
def test_an_address_or_method_that_there_is_not_is_a_problem_too(
    browser: Browser, method: str, path: str, status: int
) -> None:
    answer = browser.http.open(path, method=method)
    assert (answer.status_code, answer.mimetype) == (status, "application/problem+json")
    assert ("Allow" in answer.headers) == (status == 405)


def test_options_says_what_an_address_takes_and_nothing_else(browser: Browser) -> None:
    answer = browser.http.options("/api/v1/certificates")
    assert (answer.status_code, set(answer.headers["Allow"].split(", "))) == (204, {"OPTIONS", "POST"})
    assert (answer.data, "Content-Type" in answer.headers) == (b"", False)


def test_an_answer_without_a_body_is_of_no_media_type(browser: Browser) -> None:
    browser.gateway.certificates.add()
    address = "/api/v1/certificates/IECEx-BAS-26.0001X"
    answer = browser.http.delete(address, json=examples.DELETION, headers=browser.as_("secretariat"))
    assert (answer.status_code, answer.data) == (204, b"")
    assert not {"Content-Type", "Content-Length"} & set(answer.headers.keys())


def test_every_answer_is_safe_to_show_in_a_browser(browser: Browser) -> None:
    for path in ("/", "/healthz", "/api/v1/search", "/api/v1/nowhere", "/api/v1/openapi.json"):
        headers = browser.http.get(path).headers
        assert headers["X-Content-Type-Options"] == "nosniff"
        assert headers["Content-Security-Policy"].startswith("default-src 'none'")
        assert headers["Referrer-Policy"] in ("no-referrer", "same-origin")
        assert "Cache-Control" in headers


def test_the_type_of_a_problem_is_an_address_that_explains_it(browser: Browser) -> None:
    for code in problems.CODES:
        assert browser.http.get(f"/problems/{code}").json["code"] == code
    assert browser.http.get("/problems/of-nobody").status_code == 404
