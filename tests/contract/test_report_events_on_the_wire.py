"""The event of a report, exactly as it goes out to the world."""

import json
import uuid

import pytest
import requests

from contracts.events import Envelope
from contracts.schemas import ReportSchema
from demonstration.client import in_path
from gateway.api import examples
from tests.contract.events import GOLDEN, Published, listening, without_what_differs
from tests.stack import Register


@pytest.fixture(scope="module")
def published(real_register: Register) -> Published:
    with listening(real_register, "report.registered.ExTR.SIR") as first_event:
        key = {"Idempotency-Key": uuid.uuid4().hex}
        real_register.log_in("sir-signatory").call(
            "POST", "/reports", json=examples.REPORT | {"issued": "2003-08-27"}, headers=key
        )
        return first_event()


def test_its_bytes_are_those_that_were_promised(published: Published) -> None:
    promised = (GOLDEN / "report.registered.json").read_text(encoding="utf-8").removesuffix("\n")
    assert without_what_differs(published[0]) == promised


def test_it_has_the_fields_of_an_envelope_with_a_report(published: Published) -> None:
    envelope = json.loads(published[0])
    assert set(envelope) == set(Envelope.__annotations__) - {"certificate"}
    assert published[1]["routing_key"] == "report.registered.ExTR.SIR"
    assert published[1]["message_id"] == envelope["event_id"]


def test_its_report_is_a_whole_public_summary(published: Published) -> None:
    report = json.loads(published[0])["report"]
    around = ["links", "latest_issue", "certificates"]
    assert not ReportSchema().validate(report)
    assert set(report) == set(ReportSchema(exclude=around).fields)


def test_the_log_and_the_report_say_the_same_over_http(published: Published, real_register: Register) -> None:
    envelope = json.loads(published[0])
    query = f"type=report.registered&after={envelope['change_no'] - 1}&limit=1"
    answer = requests.get(f"{real_register.url}/api/v1/changes?{query}", timeout=10)
    assert answer.json()["items"] == [envelope]
    address = f"{real_register.url}/api/v1/reports/{in_path(envelope['report']['number'])}"
    read = requests.get(address, timeout=10).json()
    assert {name: read[name] for name in envelope["report"]} == envelope["report"]
