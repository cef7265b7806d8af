"""What the public gets: the snapshot, the tombstone, the envelope to the byte."""

from __future__ import annotations

import json
from datetime import UTC, date, datetime
from typing import Any

from contracts.events import Envelope
from contracts.schemas import CONTENT_SCHEMAS, public_fields
from services.certificates.changes import as_published
from services.certificates.domain import snapshot
from services.certificates.domain.certificate import Certificate
from tests.certificates import a_current, a_draft

AT = datetime(2026, 11, 21, 10, 0, 0, 123456, tzinfo=UTC)
EVENT_ID = "11111111-2222-4333-8444-555555555555"


def envelope(change_type: Any, old: Certificate, new: Certificate, reason: str = "") -> Envelope:
    actor: Any = {"role": "excb", "excb": "BAS"}
    return snapshot.envelope(change_type, old, new, event_id=EVENT_ID, actor=actor, at=AT, reason=reason)


def test_the_snapshot_holds_exactly_what_the_schema_names() -> None:
    assert snapshot.snapshot(a_current()).keys() == public_fields("equipment")


def test_nothing_that_a_body_writes_can_replace_what_the_system_says() -> None:
    system = snapshot.snapshot(a_current()).keys() - a_current().content.keys()
    for schema in CONTENT_SCHEMAS.values():
        assert not system & schema().fields.keys()


def test_a_draft_has_no_date_and_no_change() -> None:
    draft = snapshot.snapshot(a_draft())
    assert (draft["status"], draft["date_of_issue"], draft["change_no"]) == ("draft", None, None)


def test_the_suffix_belongs_to_the_issue_and_the_base_to_the_certificate() -> None:
    shown = snapshot.snapshot(a_current({"conditions_of_use": "Protect from impact."}))
    assert (shown["number"], shown["base_number"], shown["suffix"]) == ("IECEx BAS 26.0001X", "IECEx BAS 26.0001", "X")


def test_an_answer_is_the_snapshot_with_its_version() -> None:
    certificate = a_current(version=5, change_no=7)
    assert snapshot.answer(certificate, AT.date()) == {**snapshot.snapshot(certificate), "version": "c7"}


def test_the_version_of_what_is_public_tells_nothing_of_its_draft() -> None:
    assert a_current(version=2).entity_tag == a_current(version=9).entity_tag
    assert a_draft(version=2).entity_tag != a_draft(version=2, issue=1).entity_tag


def test_a_first_issue_comes_out_of_nothing() -> None:
    assert envelope("certificate.issued", a_draft(), a_current())["previous"] == {"status": None, "issue": None}


def test_a_change_says_what_stood_before() -> None:
    told = envelope("certificate.reinstated", a_current(status="suspended"), a_current())
    assert told["previous"] == {"status": "suspended", "issue": 0}


def test_of_a_deleted_certificate_only_a_tombstone_is_left() -> None:
    told = envelope("certificate.deleted", a_current(), a_current(change_no=9), reason="Entered twice.")
    assert told["certificate"] == {
        "number": "IECEx BAS 26.0001",
        "base_number": "IECEx BAS 26.0001",
        "scheme": "equipment",
        "excb": "BAS",
        "status": "deleted",
        "reason": "Entered twice.",
        "deleted_at": "2026-11-21T10:00:00Z",
        "change_no": 9,
    }


def test_an_envelope_is_published_to_this_very_byte() -> None:
    issued = a_current({"conditions_of_use": "", "manufacturing_locations": []}, date_of_issue=date(2026, 11, 21))
    assert as_published(envelope("certificate.issued", a_draft(), issued)) == (
        '{"event_id":"11111111-2222-4333-8444-555555555555","change_no":7,"type":"certificate.issued","version":1,'
        '"occurred_at":"2026-11-21T10:00:00Z","actor":{"role":"excb","excb":"BAS"},"certificate":{'
        '"id":"5b4b2c0e-0a53-4b3e-9f57-3d4d8a3f0c11","number":"IECEx BAS 26.0001","base_number":"IECEx BAS 26.0001",'
        '"suffix":"","verification":false,"scheme":"equipment","kind":"equipment","excb":"BAS","issue":0,"status":"current",'
        '"date_of_issue":"2026-11-21","first_issued":"2026-11-01","valid_until":null,"status_date":"2026-11-01","status_reason":"",'
        '"supplied_affected":null,"superseded_by":[],"listed":[],"annexes":[],"demonstration":false,"change_no":7,'
        '"applicant":{"name":"Muster Messtechnik GmbH","address":"Werkstrasse 1, 12345 Musterstadt","country":"DE"},'
        '"manufacturer":{"name":"Muster Messtechnik GmbH","address":"Werkstrasse 1, 12345 Musterstadt","country":"DE"},'
        '"manufacturing_locations":[],"equipment":"Pressure transmitter type PX-200","optional_accessory":"",'
        '"protection":["d","i"],"marking":["Ex db [ia IIC Ga] IIB T4 Gb"],"ambient":"-40 °C ≤ Ta ≤ +70 °C",'
        '"standards":[{"number":"IEC 60079-0","edition":"7.0"},{"number":"IEC 60079-1","edition":"7.0"},'
        '{"number":"IEC 60079-11","edition":"7.0"}],'
        '"test_reports":["DE/TUN/ExTR26.0007/00"],"quality_reports":["GB/BAS/QAR24.0004/04"],"serial_numbers":[],'
        '"conditions_of_use":"","schedule":"A transmitter in a flameproof enclosure.","changes":"","supersedes":[],'
        '"approver":{"name":"A. Example","position":"Certification manager"}},'
        '"previous":{"status":null,"issue":null}}'
    )


def test_an_envelope_is_plain_json_for_readers_in_any_language() -> None:
    text = as_published(envelope("certificate.issued", a_draft(), a_current()))
    assert "__type__" not in text
    assert json.loads(text)["certificate"]["date_of_issue"] == "2026-11-01"


def test_whether_a_validity_had_ended_is_told_of_the_day_that_is_asked_for() -> None:
    told = {"change_no": 7, "valid_until": "2026-11-21"}
    assert snapshot.as_of(told, date(2026, 11, 21), [])["validity_ended"] is False
    assert snapshot.as_of(told, date(2026, 11, 22), [])["validity_ended"] is True
    assert "validity_ended" not in snapshot.as_of(told | {"valid_until": None}, date(2026, 11, 22), [])
