"""An event exactly as it goes out to the world: its bytes are a promise to programs that we do not know."""

import json
import re
import uuid
from datetime import date
from pathlib import Path
from typing import Any

import kombu
import pytest
import requests

from contracts.events import CHANGE_TYPES, EXCHANGE, Envelope
from contracts.schemas import CertificateSchema
from demonstration.client import in_path
from tests.stack import ROOT, Register
from tests.waiting import until

GOLDEN = Path(__file__).parent / "golden" / "certificate.issued.json"
BODY = json.loads((ROOT / "examples" / "pressure-transmitter.json").read_text(encoding="utf-8"))
WITHIN = 20.0

Published = tuple[bytes, dict[str, Any]]


@pytest.fixture(scope="module")
def published(real_register: Register) -> Published:
    """The first event of a new certificate as its consumer gets it: the bytes, and what stood around them."""
    with kombu.Connection(real_register.environment["AMQP_URI"]) as connection:
        channel = connection.channel()
        queue = channel.queue_declare("", exclusive=True).queue
        channel.queue_bind(queue, EXCHANGE, "certificate.issued.equipment.SIR")
        signatory = real_register.log_in("sir-signatory")
        draft = signatory.create(BODY, uuid.uuid4().hex)
        signatory.issue(draft.json()["number"], draft.headers["ETag"])
        message = until(lambda: channel.basic_get(queue, no_ack=True), WITHIN, "the event is published")
        body = message.body.encode() if isinstance(message.body, str) else bytes(message.body)
        return body, {**message.properties, "routing_key": message.delivery_info["routing_key"]}


def without_what_differs(body: bytes) -> str:
    """The event with a placeholder for each value that is another one each time."""
    text = body.decode()
    number = json.loads(text)["certificate"]["base_number"]
    for pattern, placeholder in (
        (r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}", "<uuid>"),
        (r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ", "<moment>"),
        (re.escape(date.fromisoformat(json.loads(text)["certificate"]["date_of_issue"]).isoformat()), "<today>"),
        (r'(?<="change_no":)( ?)\d+', r"\1<number in the log>"),
        (re.escape(number), "<number>"),
    ):
        text = re.sub(pattern, placeholder, text)
    return text


def test_its_bytes_are_those_that_were_promised(published: Published) -> None:
    assert without_what_differs(published[0]) == GOLDEN.read_text(encoding="utf-8").removesuffix("\n")


def test_it_is_json_that_any_program_reads(published: Published) -> None:
    body, around = published
    assert around["content_type"] == "application/json"
    assert b"__type__" not in body
    assert around["message_id"] == json.loads(body)["event_id"]
    assert around["routing_key"] == "certificate.issued.equipment.SIR"
    assert around["delivery_mode"] == 2


def test_it_has_the_fields_of_an_envelope_and_no_others(published: Published) -> None:
    envelope = json.loads(published[0])
    assert set(envelope) == set(Envelope.__annotations__)
    assert envelope["type"] in CHANGE_TYPES


def test_its_certificate_is_a_whole_public_snapshot(published: Published) -> None:
    certificate = json.loads(published[0])["certificate"]
    assert not CertificateSchema(exclude=["links"]).validate(certificate)
    assert set(certificate) == set(CertificateSchema(exclude=["links"]).fields)


def test_the_log_says_the_same_over_http(published: Published, real_register: Register) -> None:
    envelope = json.loads(published[0])
    answer = requests.get(f"{real_register.url}/api/v1/changes?after={envelope['change_no'] - 1}&limit=1", timeout=10)
    assert answer.json()["items"] == [envelope]


def test_the_certificate_reads_as_the_event_said(published: Published, real_register: Register) -> None:
    certificate = json.loads(published[0])["certificate"]
    address = f"{real_register.url}/api/v1/certificates/{in_path(certificate['number'])}"
    answer = requests.get(address, timeout=10).json()
    assert {name: answer[name] for name in certificate} == certificate
