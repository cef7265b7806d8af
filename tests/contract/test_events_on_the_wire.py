"""An event exactly as it goes out to the world: its bytes are a promise to programs that we do not know."""

import json
import uuid

import pytest
import requests

from contracts.events import CHANGE_TYPES, Envelope
from contracts.schemas import CertificateSchema, public_fields
from demonstration.client import in_path
from tests.contract.events import GOLDEN, Published, listening, without_what_differs
from tests.stack import ROOT, Register

BODY = json.loads((ROOT / "examples" / "pressure-transmitter.json").read_text(encoding="utf-8"))


@pytest.fixture(scope="module")
def published(real_register: Register) -> Published:
    """The first event of a new certificate as its consumer gets it: the bytes, and what stood around them."""
    with listening(real_register, "certificate.issued.equipment.SIR") as first_event:
        signatory = real_register.log_in("sir-signatory")
        draft = signatory.create(BODY, uuid.uuid4().hex)
        signatory.issue(draft.json()["number"], draft.headers["ETag"])
        return first_event()


def test_its_bytes_are_those_that_were_promised(published: Published) -> None:
    promised = (GOLDEN / "certificate.issued.json").read_text(encoding="utf-8").removesuffix("\n")
    assert without_what_differs(published[0]) == promised


def test_it_is_json_that_any_program_reads(published: Published) -> None:
    body, around = published
    assert around["content_type"] == "application/json"
    assert b"__type__" not in body
    assert around["message_id"] == json.loads(body)["event_id"]
    assert around["routing_key"] == "certificate.issued.equipment.SIR"
    assert around["delivery_mode"] == 2


def test_it_has_the_fields_of_an_envelope_and_no_others(published: Published) -> None:
    envelope = json.loads(published[0])
    assert set(envelope) == set(Envelope.__annotations__) - {"report"}
    assert envelope["type"] in CHANGE_TYPES


def test_its_certificate_is_a_whole_public_snapshot(published: Published) -> None:
    certificate = json.loads(published[0])["certificate"]
    assert not CertificateSchema(partial=["holder"]).validate(certificate)
    assert set(certificate) == public_fields("equipment")


def test_the_log_says_the_same_over_http(published: Published, real_register: Register) -> None:
    envelope = json.loads(published[0])
    answer = requests.get(f"{real_register.url}/api/v1/changes?after={envelope['change_no'] - 1}&limit=1", timeout=10)
    assert answer.json()["items"] == [envelope]


def test_the_certificate_reads_as_the_event_said(published: Published, real_register: Register) -> None:
    certificate = json.loads(published[0])["certificate"]
    address = f"{real_register.url}/api/v1/certificates/{in_path(certificate['number'])}"
    answer = requests.get(address, timeout=10).json()
    assert {name: answer[name] for name in certificate} == certificate
