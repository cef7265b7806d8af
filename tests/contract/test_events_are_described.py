"""What AsyncAPI says of the events, held against those that a register published."""

from __future__ import annotations

import re
import uuid
from collections.abc import Iterator
from typing import Any

import jsonschema_rs
import pytest

from contracts.events import CHANGE_TYPES, routing_key
from demonstration.client import Client, in_path
from tests.certificates import a_body
from tests.reports import a_report_body
from tests.stack import Register

Document = dict[str, Any]


def guest_of(register: Register) -> Client:
    return Client(register.url)


@pytest.fixture(scope="module")
def guest(embedded_register: Register) -> Client:
    """Of a register in which a certificate went through its life, and a report was registered."""
    signatory, secretariat = (embedded_register.log_in(account) for account in ("sir-signatory", "secretariat"))
    draft = signatory.create(a_body(), uuid.uuid4().hex)
    number = draft.json()["number"]
    signatory.issue(number, draft.headers["ETag"])
    reason = {"reason": "To see what is told of it."}
    for action in ("suspend", "reinstate"):
        secretariat.act(number, action, reason)
    etag = {"If-Match": guest_of(embedded_register).get(number).headers["ETag"]}
    secretariat.call("DELETE", f"/certificates/{in_path(number)}", json=reason, headers=etag)
    signatory.call("POST", "/reports", json=a_report_body(), headers={"Idempotency-Key": uuid.uuid4().hex})
    return guest_of(embedded_register)


@pytest.fixture(scope="module")
def described(guest: Client) -> Document:
    document: Document = guest.call("GET", "/asyncapi.json").json()
    return document


def references(part: Any) -> Iterator[str]:
    if isinstance(part, dict):
        yield from (value for name, value in part.items() if name == "$ref")
        part = list(part.values())
    if isinstance(part, list):
        for inner in part:
            yield from references(inner)


def found(document: Any, reference: str) -> Any:
    for name in reference.removeprefix("#/").split("/"):
        document = document[name]
    return document


def payload_of(described: Document, change_type: str) -> Document:
    """The schema of the message that tells of such a change, with all that it refers to."""
    subject = change_type.partition(".")[0]
    [message] = described["channels"][f"{subject}s"]["messages"].values()
    payload: Document = found(described, message["$ref"])["payload"]
    return payload | {"components": described["components"]}


def test_every_reference_leads_somewhere(described: Document) -> None:
    assert all(found(described, reference) for reference in references(described))


def test_every_type_of_change_is_in_one_channel(described: Document) -> None:
    told = [
        channel["address"].replace("{change}", change).removesuffix(".{kind}.{excb}")
        for channel in described["channels"].values()
        for change in channel["parameters"]["change"]["enum"]
    ]
    assert sorted(told) == sorted(CHANGE_TYPES)


def test_every_change_of_a_register_is_as_described(described: Document, guest: Client) -> None:
    after: int | None = 0
    seen: set[str] = set()
    while after is not None:
        page = guest.call("GET", f"/changes?after={after}&limit=200").json()
        for envelope in page["items"]:
            jsonschema_rs.validate(payload_of(described, envelope["type"]), envelope)
            seen.add(envelope["type"])
        after = page["next"]
    assert seen >= {"certificate.issued", "certificate.suspended", "certificate.deleted", "report.registered"}


def test_an_event_that_lacks_its_subject_is_not_as_described(described: Document) -> None:
    assert not jsonschema_rs.is_valid(payload_of(described, "report.registered"), {"type": "report.registered"})


def test_the_keys_of_events_have_the_form_of_their_channel(described: Document) -> None:
    key = routing_key("certificate.issued", "equipment", "BAS")
    form = re.sub(r"\\{\w+\\}", r"[^.]+", re.escape(described["channels"]["certificates"]["address"]))
    assert re.fullmatch(form, key)


def test_every_shape_of_the_api_is_valid_json_schema_patterns_included(guest: Client) -> None:
    components = guest.call("GET", "/openapi.json").json()["components"]
    for name in components["schemas"]:
        assert jsonschema_rs.validator_for({"$ref": f"#/components/schemas/{name}", "components": components})
