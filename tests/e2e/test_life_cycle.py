"""A certificate's whole life over HTTP, on the register in one process and on the one of five."""

import re
import uuid
from typing import Any

import pytest
import requests

from demonstration.client import Client, Refused, in_path
from demonstration.generate import invent
from tests.stack import Register
from tests.waiting import until

BAS = (("BAS", "GB"),)
WITHIN = 20.0


def a_body(**overrides: Any) -> dict[str, Any]:
    return invent(7, BAS).body | {"kind": "equipment", "conditions_of_use": "", "equipment": a_name()} | overrides


def a_name() -> str:
    """A word that no other certificate has."""
    return f"Transmitter {uuid.uuid4().hex}"


def draft(client: Client, **overrides: Any) -> requests.Response:
    return client.create(a_body(**overrides), uuid.uuid4().hex)


def issued(client: Client, **overrides: Any) -> dict[str, Any]:
    answer = draft(client, **overrides)
    certificate: dict[str, Any] = client.issue(answer.json()["number"], answer.headers["ETag"]).json()
    return certificate


def found(register: Register, words: str) -> list[dict[str, Any]]:
    items: list[dict[str, Any]] = Client(register.url).call("GET", "/search", params={"q": words}).json()["items"]
    return items


def status_of(error: pytest.ExceptionInfo[Refused]) -> str:
    return str(error.value).split(": ")[1][:3]


def test_a_certificate_goes_from_draft_to_cancelled(register: Register) -> None:
    signatory, secretariat = register.log_in("bas-signatory"), register.log_in("secretariat")
    number = issued(signatory)["number"]
    assert secretariat.act(number, "suspend", {"reason": "The audit is overdue."}).json()["status"] == "suspended"
    assert secretariat.act(number, "reinstate", {"reason": "The audit took place."}).json()["status"] == "current"
    decision = {"reason": "The maker stopped.", "date": "2026-01-31", "supplied_affected": False}
    today = Client(register.url).get(number).json()["date_of_issue"]
    ended = secretariat.act(number, "cancel", decision | {"date": today}).json()
    assert (ended["status"], ended["status_reason"]) == ("cancelled", "The maker stopped.")
    events = Client(register.url).call("GET", f"/certificates/{in_path(number)}/history").json()["events"]
    assert [event["to"] for event in events] == ["current", "suspended", "current", "cancelled"]


def told_from_memory(register: Register) -> float:
    """How many reads of guests the gateway has answered without asking the service."""
    metrics = requests.get(f"{register.url}/metrics", timeout=10).text
    found = re.search(r'^register_certificates_read_total\{answered="from memory"\} (\S+)$', metrics, re.MULTILINE)
    return float(found[1]) if found else 0.0


def test_guests_are_answered_from_memory_until_the_certificate_changes(register: Register) -> None:
    signatory, secretariat, guest = (
        register.log_in("bas-signatory"),
        register.log_in("secretariat"),
        Client(register.url),
    )
    number = issued(signatory)["number"]
    for action, status in (("suspend", "suspended"), ("reinstate", "current")) * 5:
        before = told_from_memory(register)
        until(lambda: guest.get(number).ok and told_from_memory(register) > before, WITHIN, "an answer from memory")  # noqa: B023
        secretariat.act(number, action, {"reason": "The audit decides."})
        assert guest.get(number).json()["status"] == status


def test_a_draft_is_seen_by_its_body_and_nobody_else(register: Register) -> None:
    number = draft(register.log_in("bas-author")).json()["number"]
    assert register.log_in("bas-signatory").get(number).json()["status"] == "draft"
    for stranger in (Client(register.url), register.log_in("sir-signatory")):
        with pytest.raises(Refused) as error:
            stranger.get(number)
        assert status_of(error) == "404"


def test_what_is_issued_is_found_by_everybody(register: Register) -> None:
    certificate = issued(register.log_in("bas-signatory"))
    word = certificate["equipment"].split()[1]
    hits = until(lambda: found(register, word), WITHIN, "the certificate is in the index")
    assert [hit["number"] for hit in hits] == [certificate["number"]]
    assert [hit["number"] for hit in found(register, certificate["number"])][:1] == [certificate["number"]]


def test_a_suspended_certificate_is_found_as_such(register: Register) -> None:
    certificate = issued(register.log_in("bas-signatory"))
    register.log_in("secretariat").act(certificate["number"], "suspend", {"reason": "The audit is overdue."})
    word = certificate["equipment"].split()[1]
    until(lambda: [hit["status"] for hit in found(register, word)] == ["suspended"], WITHIN, "the index knows of it")


def test_a_deleted_certificate_says_that_it_is_gone_and_why(register: Register) -> None:
    number = issued(register.log_in("bas-signatory"))["number"]
    register.log_in("secretariat").call(
        "DELETE", f"/certificates/{in_path(number)}", params={"reason": "Issued by mistake."}
    )
    answer = requests.get(f"{register.url}/api/v1/certificates/{in_path(number)}", timeout=10)
    assert answer.status_code == 410
    assert "Issued by mistake." in answer.text


def test_an_author_may_not_issue(register: Register) -> None:
    author = register.log_in("bas-author")
    answer = draft(author)
    with pytest.raises(Refused) as error:
        author.issue(answer.json()["number"], answer.headers["ETag"])
    assert status_of(error) == "403"


def test_a_body_may_not_touch_the_certificates_of_another(register: Register) -> None:
    certificate = issued(register.log_in("bas-signatory"))
    sira = register.log_in("sir-signatory")
    etag = sira.get(certificate["number"]).headers["ETag"]
    with pytest.raises(Refused) as error:
        sira.call("PUT", f"/certificates/{in_path(certificate['number'])}", json=a_body(), headers={"If-Match": etag})
    assert status_of(error) == "403"


def test_an_edit_of_what_somebody_else_changed_meanwhile_is_refused(register: Register) -> None:
    signatory = register.log_in("bas-signatory")
    answer = draft(signatory)
    path, stale = f"/certificates/{in_path(answer.json()['number'])}", answer.headers["ETag"]
    signatory.call("PUT", path, json=a_body(), headers={"If-Match": stale})
    with pytest.raises(Refused) as error:
        signatory.call("PUT", path, json=a_body(), headers={"If-Match": stale})
    assert status_of(error) == "412"


def test_the_same_key_gives_the_same_draft(register: Register) -> None:
    author, body, key = register.log_in("bas-author"), a_body(), uuid.uuid4().hex
    assert author.create(body, key).json()["number"] == author.create(body, key).json()["number"]


def test_the_log_tells_of_every_change_in_order_without_a_hole(register: Register) -> None:
    issued(register.log_in("bas-signatory"))
    numbers, after = [], 0
    while True:
        page = Client(register.url).call("GET", f"/changes?after={after}&limit=100").json()
        numbers += [envelope["change_no"] for envelope in page["items"]]
        if page["next"] is None:
            break
        after = page["next"]
    assert numbers == list(range(1, len(numbers) + 1))


def test_an_amended_certificate_reads_as_amended(register: Register) -> None:
    signatory = register.log_in("bas-signatory")
    number = issued(signatory)["number"]
    answer = signatory.get(number)
    name = a_name()
    path = f"/certificates/{in_path(number)}"
    signatory.call("PUT", path, json=a_body(equipment=name), headers={"If-Match": answer.headers["ETag"]})
    assert Client(register.url).get(number).json()["equipment"] == name


def test_every_record_says_that_it_is_a_demonstration(register: Register) -> None:
    assert issued(register.log_in("bas-signatory"))["demonstration"] is True


def test_the_pdf_is_there_for_everybody(register: Register) -> None:
    number = issued(register.log_in("bas-signatory"))["number"]
    answer = Client(register.url).call("GET", f"/certificates/{in_path(number)}/pdf")
    assert answer.headers["Content-Type"] == "application/pdf"
    assert answer.content.startswith(b"%PDF-")
