"""What the OpenAPI document promises to programs, and to those that are generated from it."""

from __future__ import annotations

import re
from typing import Any

import pytest

from gateway import openapi, problems
from tests.service.gateway.browser import Browser

METHODS = {"get", "put", "post", "delete"}


@pytest.fixture
def document(browser: Browser) -> dict[str, Any]:
    with browser.application.app_context():
        return openapi.document()


def operations(document: dict[str, Any]) -> list[dict[str, Any]]:
    return [item[method] for item in document["paths"].values() for method in METHODS & set(item)]


def test_every_operation_has_an_id_of_its_own_that_is_a_name_in_any_language(document: dict[str, Any]) -> None:
    ids = [operation["operationId"] for operation in operations(document)]
    assert len(set(ids)) == len(ids)
    assert all(re.fullmatch("[a-z][a-z0-9_]+", one) for one in ids)
    assert document["paths"]["/api/v1/certificates/{number}"]["get"]["operationId"] == "certificates_latest"


@pytest.mark.parametrize("address", ["/api/v1", "/api/v1/"])
def test_the_bare_address_of_the_api_leads_on_to_its_descriptions(browser: Browser, address: str) -> None:
    answer = browser.http.get(address)
    assert (answer.status_code, answer.mimetype) == (200, "application/json")
    assert answer.json["links"] == {
        "openapi": "/api/v1/openapi.json",
        "asyncapi": "/api/v1/asyncapi.json",
        "docs": "/docs",
    }
    assert {browser.http.get(link).status_code for link in answer.json["links"].values()} == {200}


def test_the_document_says_where_its_addresses_begin(document: dict[str, Any]) -> None:
    assert document["servers"] == [{"url": "/"}]


def test_the_codes_of_problems_are_all_told(document: dict[str, Any]) -> None:
    code = document["components"]["schemas"]["Problem"]["properties"]["code"]
    assert code["enum"] == list(problems.CODES)
    assert {"wrong-state", "deadline-exceeded", "method-not-allowed", "http-error"} < set(code["enum"])


@pytest.mark.parametrize(
    ("path", "method", "told"),
    [
        ("/api/v1/changes", "get", "`next` of this answer, which is null after the last page"),
        ("/api/v1/changes", "get", "goes on later with `after` = the `last`"),
        ("/api/v1/search", "get", "for up to a second; then it answers what there is"),
        ("/api/v1/exports", "post", "whoever has its address reads its file"),
        ("/api/v1/exports/checks", "post", "Whoever has the job's address reads it"),
    ],
)
def test_what_a_program_cannot_see_from_shapes_is_told_in_words(
    document: dict[str, Any], path: str, method: str, told: str
) -> None:
    operation = document["paths"][path][method]
    words = [operation["description"], *(one.get("description", "") for one in operation["parameters"])]
    assert told in " ".join(" ".join(words).split())


def test_the_columns_of_an_export_say_which_formats_have_them(document: dict[str, Any]) -> None:
    columns = document["components"]["schemas"]["ExportRequest"]["properties"]["columns"]
    assert "`ndjson` and `zip` hold whole certificates and leave it aside" in columns["description"]
