"""Batches: many drafts in one call, on both databases; each line alone, whatever happens to the others."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
import sqlalchemy as sa

from contracts.errors import Forbidden, InvalidInput, Unavailable
from contracts.identity import Identity
from plumbing.db import Handle
from services.certificates.tables import CertificateRow, metadata
from tests.certificates import SIGNATORY, a_body, a_facility_body, a_licence_body, a_person_body, somebody
from tests.service.certificates import AwayNumbering, FullNumbering, MuteNumbering, Numbering, Office

PHOTO = "ab" * 32
FreshHandle = Callable[[sa.MetaData], Handle]


@pytest.fixture
def office(fresh_handle: FreshHandle) -> Office:
    office = Office(fresh_handle(metadata))
    assert office.photo() == PHOTO
    return office


def a_person(**overrides: Any) -> dict[str, Any]:
    """With a photo that each office of these tests has."""
    return a_person_body(PHOTO, **overrides)


def send(office: Office, *sent: Any, issue: bool = True, key: str = "b", as_: Identity = SIGNATORY) -> Any:
    lines = [{"line": n, "sent": body} for n, body in enumerate(sent, 1)]
    return office.as_(as_).create_many(key=key, lines=lines, issue=issue)


def column(answers: Iterable[dict[str, Any]], name: str) -> list[Any]:
    return [answer[name] for answer in answers]


def codes(answers: Iterable[dict[str, Any]]) -> list[Any]:
    return [answer["problem"] and answer["problem"]["code"] for answer in answers]


def numbers_of(office: Office) -> list[str | None]:
    with office.handle.read() as session:
        return list(session.scalars(sa.select(CertificateRow.base_number).order_by(CertificateRow.base_number)))


def test_each_line_is_answered_in_order_with_its_number(office: Office) -> None:
    found = send(office, a_body(), a_person(), a_body(conditions_of_use="Protect from impact."))
    assert column(found, "status") == ["issued"] * 3
    assert column(found, "number") == ["IECEx BAS 26.0001", "IECEx CP BAS 26.0001", "IECEx BAS 26.0002X"]
    assert column(office.log(), "change_no") == sorted(column(found, "change_no"))
    assert office.woken == 1


def test_lines_that_are_wrong_stop_nobody(office: Office) -> None:
    wrong: list[Any] = [None, 7, [], {}, {"scheme": "person"}, {"certificate": a_body(), "isue": True}, a_body(x=1)]
    found = send(office, *wrong, a_body(), {"certificate": a_body(), "overrides": [{"rule": ""}]})
    assert column(found, "status") == ["refused"] * 7 + ["issued", "refused"]
    assert codes(found) == ["invalid-input"] * 7 + [None, "invalid-input"]
    assert numbers_of(office) == ["IECEx BAS 26.0001"]


def test_what_the_gate_refuses_stays_a_draft_with_all_findings(office: Office) -> None:
    found = send(office, a_body(marking=[], schedule=""), a_body())
    assert column(found, "status") == ["drafted", "issued"]
    findings = found[0]["problem"]["details"]["findings"]
    assert {"marking", "schedule"} <= {finding["field"] for finding in findings}
    assert office.author.get(number=found[0]["number"])["status"] == "draft"


def test_a_line_says_itself_whether_it_is_issued(office: Office) -> None:
    envelopes = [{"certificate": a_body(), "issue": wanted} for wanted in (True, False, None)]
    assert column(send(office, *envelopes, issue=False), "status") == ["issued", "drafted", "drafted"]


def test_whoever_may_only_draft_gets_drafts_and_is_told_so(office: Office) -> None:
    only_drafting = Identity("signatory", "BAS", "bas-signatory", ("read", "draft"))
    for account in (somebody("author"), only_drafting):
        found = send(office, a_body(), as_=account)
        assert (found[0]["status"], codes(found)) == ("drafted", ["forbidden"])


@pytest.mark.parametrize("role", ["guest", "administrator", "secretariat", "it-administrator", "service"])
def test_a_batch_is_for_those_who_draft(office: Office, role: Any) -> None:
    with pytest.raises(Forbidden):
        send(office, a_body(), as_=somebody(role))
    assert numbers_of(office) == []


def test_a_body_that_is_not_active_keeps_nothing(office: Office) -> None:
    office.secretariat.put_excbs(rows=[{"code": "BAS", "name": "Baseefa", "country": "GB", "active": False}])
    with pytest.raises(Forbidden, match="BAS is not an active"):
        send(office, a_body())
    assert numbers_of(office) == []


def test_the_same_batch_again_gives_the_same_certificates(office: Office) -> None:
    first = send(office, a_body(), a_person())
    assert send(office, a_body(), a_person()) == first
    assert len(office.log()) == 2


def test_a_longer_batch_of_the_same_key_goes_on(office: Office) -> None:
    first = send(office, a_body(), issue=False)
    again = send(office, a_body(), a_body())
    assert column(again, "number") == [first[0]["number"], "IECEx BAS 26.0002"]
    assert column(again, "status") == ["issued", "issued"]


def test_another_key_is_another_batch(office: Office) -> None:
    numbers = [send(office, a_body(), key=key)[0]["number"] for key in ("a", "b")]
    assert numbers == ["IECEx BAS 26.0001", "IECEx BAS 26.0002"]


def test_a_line_with_a_key_of_its_own_may_move(office: Office) -> None:
    own = {"certificate": a_body(), "key": "1"}
    first = send(office, a_person(), own)
    again = send(office, own, a_person())
    assert again[0] == first[1]
    assert again[1]["number"] == "IECEx CP BAS 26.0002"


def test_two_lines_with_one_key_are_one_certificate(office: Office) -> None:
    found = send(office, *[{"certificate": a_body(schedule=text), "key": "k"} for text in ("One.", "One.", "Two.")])
    assert found[0] == found[1]
    assert codes(found) == [None, None, "idempotency-key-reused"]
    assert numbers_of(office) == ["IECEx BAS 26.0001"]


def test_a_changed_line_under_its_old_key_is_refused(office: Office) -> None:
    send(office, a_body())
    found = send(office, a_body(ambient="-20 °C ≤ Ta ≤ +40 °C"), a_person())
    assert codes(found) == ["idempotency-key-reused", None]


def test_a_line_whose_certificate_was_deleted_says_so(office: Office) -> None:
    number = send(office, a_body(), issue=False)[0]["number"]
    office.secretariat.delete(number=number, reason="Entered twice.")
    assert codes(send(office, a_body())) == ["gone"]


def test_a_line_whose_certificate_was_suspended_meanwhile_was_issued_all_the_same(office: Office) -> None:
    number = send(office, a_body())[0]["number"]
    office.secretariat.suspend(number=number, reason="The audit is overdue.")
    again = send(office, a_body())
    assert (column(again, "status"), codes(again)) == (["issued"], [None])


def test_a_licence_may_list_what_the_same_batch_issues(office: Office) -> None:
    found = send(office, a_licence_body("IECEx BAS 26.0001"), a_body())
    licence = office.public.get(number=found[0]["number"])
    assert [row["status"] for row in licence["listed"]] == ["current"]


def test_all_four_schemes_go_together_each_in_its_own_series(office: Office) -> None:
    found = send(office, a_body(), a_facility_body(), a_licence_body("IECEx BAS 26.0001"), a_person())
    numbers = ["IECEx BAS 26.0001", "IECEx BAS S.0001", "BAS001", "IECEx CP BAS 26.0001"]
    assert (column(found, "number"), column(found, "status")) == (numbers, ["issued"] * 4)


def test_private_data_are_kept_sealed_and_told_to_nobody(office: Office) -> None:
    found = send(office, a_person(private={"date_of_birth": "1980-02-03", "identity_number": "X1"}))
    assert "1980" not in str(found) + str(office.log())
    kept = office.signatory.private(number=found[0]["number"])
    assert kept == {"date_of_birth": "1980-02-03", "identity_number": "X1"}


@pytest.mark.parametrize("kind", [AwayNumbering, MuteNumbering])
def test_without_numbering_each_line_waits_and_the_same_batch_goes_on(office: Office, kind: type[Numbering]) -> None:
    office.numbering = lost = kind()
    found = send(office, a_body(), a_person(holder=None), a_person())
    assert codes(found) == ["unavailable", "invalid-input", "unavailable"]
    assert column(found, "status") == ["refused"] * 3
    office.numbering = Numbering(lost.owners)
    again = send(office, a_body(), a_person(holder=None), a_person())
    assert column(again, "number") == ["IECEx BAS 26.0001", None, "IECEx CP BAS 26.0001"]
    assert numbers_of(office) == ["IECEx BAS 26.0001", "IECEx CP BAS 26.0001"]


class Killed(BaseException):
    """No error that anybody handles: the process is gone."""


@pytest.mark.parametrize(
    "step",
    [
        "many.keep_intents",
        "many.standing",
        "many.lock",
        "publish",
    ],
)
def test_whatever_it_dies_at_the_same_batch_goes_on_and_no_number_is_given_twice(
    office: Office, monkeypatch: pytest.MonkeyPatch, step: str
) -> None:
    def die(*_arguments: Any, **_named: Any) -> None:
        raise Killed

    with monkeypatch.context() as patched:
        patched.setattr(f"services.certificates.batching.{step}", die)
        with pytest.raises(Killed):
            send(office, a_body(), a_person(), a_body())
    assert office.log() == []
    found = send(office, a_body(), a_person(), a_body())
    assert column(found, "status") == ["issued"] * 3
    numbers = ["IECEx BAS 26.0001", "IECEx BAS 26.0002", "IECEx CP BAS 26.0001"]
    assert numbers_of(office) == numbers == sorted(column(found, "number"))
    assert {series: len(owners) for series, owners in office.numbering.owners.items()} == {
        "equipment/BAS/26": 2,
        "person/BAS/26": 1,
    }


def test_two_that_send_the_same_batch_at_once_issue_each_line_once(office: Office) -> None:
    bodies = [a_person(), a_person(), a_body()]
    with ThreadPoolExecutor(4) as pool:
        found = list(pool.map(lambda _: send(office, *bodies), range(4)))
    assert all(codes(answers) == [None] * 3 for answers in found)
    assert len({str(column(answers, "number")) for answers in found}) == 1
    assert len(office.log()) == 3


def test_of_a_series_that_gets_full_the_first_lines_get_what_is_left(office: Office) -> None:
    office.numbering = FullNumbering()
    found = send(office, *[a_person() for _ in range(5)], a_body())
    assert column(found, "status") == ["issued"] * 3 + ["refused"] * 2 + ["issued"]
    assert codes(found) == [None] * 3 + ["series-full"] * 2 + [None]


def test_a_line_that_has_its_number_keeps_it_when_the_series_is_full(office: Office) -> None:
    office.numbering = lost = MuteNumbering()
    send(office, a_person(), a_person(), a_person())
    office.numbering = FullNumbering(lost.owners)
    assert codes(send(office, *[a_person() for _ in range(5)])) == [None] * 3 + ["series-full"] * 2


def test_when_the_issue_cannot_be_committed_the_lines_are_drafts(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    def away(*_arguments: Any) -> None:
        raise Unavailable

    with monkeypatch.context() as patched:
        patched.setattr("services.certificates.batching.publish", away)
        found = send(office, a_body(), a_body())
    assert (column(found, "status"), codes(found)) == (["drafted"] * 2, ["unavailable"] * 2)
    assert column(send(office, a_body(), a_body()), "status") == ["issued"] * 2


def test_what_no_gateway_sends_is_refused(office: Office) -> None:
    wrong: list[Any] = ["text", [7], [{}], [{"line": 1, "sent": {}}] * 501]
    for lines in wrong:
        with pytest.raises(InvalidInput, match="lines"):
            office.signatory.create_many(key="b", lines=lines)
    unusable: list[Any] = ["", None, "b" * 201]
    for key in unusable:
        with pytest.raises(InvalidInput, match="Idempotency-Key"):
            office.signatory.create_many(key=key, lines=[])
