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


def test_the_document_says_where_its_addresses_begin(document: dict[str, Any]) -> None:
    assert document["servers"] == [{"url": "/"}]


def test_the_codes_of_problems_are_all_told(document: dict[str, Any]) -> None:
    code = document["components"]["schemas"]["Problem"]["properties"]["code"]
    assert code["enum"] == list(problems.CODES)
    assert {"wrong-state", "deadline-exceeded", "method-not-allowed", "http-error"} < set(code["enum"])
