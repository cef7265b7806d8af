"""Who sees and does what through the service: roles, drafts that nobody else may guess at, worklists."""

from __future__ import annotations

import json
from collections.abc import Callable
from contextlib import suppress
from typing import Any

import pytest
import sqlalchemy as sa

from contracts.errors import Forbidden, Gone, InvalidInput, NotFound, RegisterError
from contracts.identity import ROLES, Identity
from plumbing.db import Handle
from services.certificates.domain import paging
from services.certificates.queries import certificates as statements
from services.certificates.tables import metadata
from tests.certificates import a_body, somebody
from tests.service.certificates import Office

FreshHandle = Callable[[sa.MetaData], Handle]
OTHER = {"schedule": "A better description."}
CANCELLATION: dict[str, Any] = {"reason": "Production ended.", "date": "2026-11-21", "supplied_affected": False}


@pytest.fixture
def office(fresh_handle: FreshHandle) -> Office:
    return Office(fresh_handle(metadata))


def refusal(call: Callable[..., Any], **arguments: Any) -> RegisterError:
    with pytest.raises(RegisterError) as caught:
        call(**arguments)
    return caught.value


def test_a_deleted_draft_is_gone_for_its_body_and_was_never_there_for_others(office: Office) -> None:
    number = office.draft()["number"]
    office.secretariat.delete(number=number, reason="Never finished.")
    assert isinstance(refusal(office.author.get, number=number), Gone)
    for stranger in (office.public, office.as_(somebody("signatory", "SIR"))):
        assert refusal(stranger.get, number=number).to_wire() == nobody_has_it(stranger)
    assert office.log() == []
    assert office.draft()["number"] == "IECEx BAS 26.0002"


def nobody_has_it(reader: Any) -> dict[str, Any]:
    return refusal(reader.get, number="IECEx BAS 26.9999").to_wire()


def uses(service: Any, number: str) -> list[Callable[[], Any]]:
    return [
        lambda: service.get(number=number),
        lambda: service.get_issue(number=number, issue=0),
        lambda: service.history(number=number),
        lambda: service.check(number=number),
        lambda: service.edit(number=number, body=a_body(), version="0.1"),
        lambda: service.issue(number=number, version="0.1"),
    ]


def test_a_draft_of_another_body_cannot_be_told_from_a_number_never_given(office: Office) -> None:
    number = office.draft(conditions_of_use="Protect from impact.")["number"]
    for role in set(ROLES) - {"secretariat", "it-administrator"}:
        stranger = office.as_(somebody(role, "SIR"))
        for real, missing in zip(uses(stranger, number), uses(stranger, "IECEx BAS 26.0002X"), strict=True):
            assert isinstance(refusal(real), NotFound)
            assert refusal(real).to_wire() == refusal(missing).to_wire()


def test_a_draft_is_seen_by_its_body_and_the_administrators(office: Office) -> None:
    draft = office.draft()
    for role in set(ROLES) - {"guest", "service"}:
        reader = office.as_(somebody(role))
        assert reader.get(number=draft["number"]) == reader.get_issue(number=draft["number"], issue=0) == draft
        assert reader.history(number=draft["number"])["issues"][0]["status"] == "draft"


def actions(service: Any, number: str) -> dict[str, Callable[[], Any]]:
    """One call of everything that not everybody may do, the destructive ones last."""
    return {
        "create_draft": lambda: service.create_draft(body=a_body()),
        "mine": service.mine,
        "put_excbs": lambda: service.put_excbs(rows=[{"code": "XYZ", "name": "X", "country": "GB"}]),
        "check": lambda: service.check(number=number),
        "issue": lambda: service.issue(number=number, version=service.get(number=number)["version"]),
        "edit": lambda: service.edit(
            number=number, body=a_body(**OTHER), version=service.get(number=number)["version"], reason="A slip."
        ),
        "suspend": lambda: service.suspend(number=number, reason="Audit failed."),
        "reinstate": lambda: service.reinstate(number=number, reason="Audit passed."),
        "cancel": lambda: service.cancel(number=number, **CANCELLATION),
        "delete": lambda: service.delete(number=number, reason="Entered twice."),
    }


def done_by(office: Office, identity: Identity, number: str) -> set[str]:
    """What ``identity`` could do with the certificate."""
    done = set()
    for name, act in actions(office.as_(identity), number).items():
        with suppress(Forbidden):
            act()
            done.add(name)
    return done


SECRETARIAT_DOES = {"edit", "suspend", "reinstate", "cancel", "delete", "check", "mine", "put_excbs"}


def test_each_role_does_with_its_own_what_it_may_and_nothing_else(office: Office) -> None:
    done = {role: done_by(office, somebody(role), office.issued()["number"]) for role in ROLES}
    assert done == {
        "guest": set(),
        "author": {"check", "create_draft", "mine"},
        "signatory": {"edit", "issue", "check", "create_draft", "mine"},
        "administrator": {"check", "mine"},
        "secretariat": SECRETARIAT_DOES,
        "it-administrator": {"check", "mine"},
        "service": {"put_excbs"},
    }


def test_each_role_does_with_those_of_another_body_what_it_may_and_nothing_else(office: Office) -> None:
    done = {role: done_by(office, somebody(role, "SIR"), office.issued()["number"]) for role in ROLES}
    assert done == {
        "guest": set(),
        "author": {"create_draft", "mine"},
        "signatory": {"create_draft", "mine"},
        "administrator": {"mine"},
        "secretariat": SECRETARIAT_DOES,
        "it-administrator": {"check", "mine"},
        "service": {"put_excbs"},
    }


def public_answers(office: Office, numbers: list[str]) -> str:
    """Everything that the public can ask this service, as bytes would go out."""
    public = office.public
    answers: list[Any] = [[public.get(number=number), public.history(number=number)] for number in numbers]
    answers += [refusal(public.get, number="IECEx BAS 26.0099").to_wire(), office.log(), public.excbs()]
    return json.dumps(answers)


def test_the_time_it_takes_tells_nothing_of_a_draft_for_it_is_not_even_read(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    read: list[str] = []
    monkeypatch.setattr(statements, "Certificate", lambda **row: read.append(row["base_number"]))
    number = office.draft()["number"]
    for nobody in (office.public, office.as_(somebody("signatory", "SIR"))):
        assert isinstance(refusal(nobody.get, number=number), NotFound)
        assert isinstance(refusal(nobody.get_issue, number=number, issue=0), NotFound)
        assert isinstance(refusal(nobody.history, number=number), NotFound)
    assert read == []


def test_the_public_cannot_tell_a_register_with_drafts_from_one_without(office: Office) -> None:
    numbers = [office.issued(equipment=f"Transmitter {n}")["number"] for n in range(3)]
    before = public_answers(office, numbers)
    for _ in range(4):
        draft = office.draft()
    office.author.edit(number=draft["number"], body=a_body(**OTHER), version="0.1")
    office.secretariat.delete(number=draft["number"], reason="Never finished.")
    assert public_answers(office, numbers) == before


def test_a_worklist_shows_drafts_too_and_goes_on_where_it_stopped(office: Office) -> None:
    for n in range(5):
        office.pass_time(seconds=1)
        office.draft(equipment=f"Transmitter {n}")
    page = office.author.mine(limit=2)
    office.pass_time(seconds=1)
    office.draft(equipment="Transmitter in between")
    seen = [item["equipment"] for item in page["items"]]
    while page["next"]:
        page = office.author.mine(limit=2, cursor=page["next"])
        seen += [item["equipment"] for item in page["items"]]
    assert seen == [f"Transmitter {n}" for n in (4, 3, 2, 1, 0)]


def test_a_worklist_of_large_certificates_comes_in_more_pages(office: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(paging, "PAGE_SIZE", 5_000)
    drafts = [office.draft(schedule="x" * 3_000)["number"] for _ in range(3)]
    seen, cursor = [], None
    for _ in drafts:
        page = office.author.mine(cursor=cursor)
        seen += [item["number"] for item in page["items"]]
        cursor = page["next"]
        assert len(page["items"]) == 1
    assert cursor is None
    assert sorted(seen) == sorted(drafts)


def test_a_worklist_that_was_created_in_one_moment_is_still_complete(office: Office) -> None:
    numbers = {office.draft()["number"] for _ in range(5)}
    seen, cursor = [], None
    while True:
        page = office.author.mine(limit=1, cursor=cursor)
        seen += [item["number"] for item in page["items"]]
        cursor = page["next"]
        if cursor is None:
            break
    assert len(seen) == 5
    assert set(seen) == numbers


def test_a_worklist_is_narrowed_by_status_and_scheme(office: Office) -> None:
    issued, draft = office.issued(), office.draft()
    assert [item["number"] for item in office.author.mine(status="draft")["items"]] == [draft["number"]]
    assert [item["number"] for item in office.author.mine(status="current")["items"]] == [issued["number"]]
    assert len(office.author.mine(scheme="equipment")["items"]) == 2
    assert office.author.mine(scheme="person")["items"] == []


def test_a_body_sees_its_own_worklist_and_the_secretariat_all(office: Office) -> None:
    sir = office.as_(somebody("author", "SIR"))
    office.draft()
    sir.create_draft(body=a_body())
    assert [item["excb"] for item in sir.mine()["items"]] == ["SIR"]
    assert {item["excb"] for item in office.secretariat.mine()["items"]} == {"BAS", "SIR"}
    assert len(office.secretariat.mine(status="draft")["items"]) == 2


def test_a_worklist_refuses_what_it_does_not_understand(office: Office) -> None:
    wrong: list[dict[str, Any]] = [{"limit": limit} for limit in (0, 101, "5", True)]
    wrong += [{"status": "valid"}, {"status": []}, {"scheme": "x"}]
    wrong += [{"cursor": cursor} for cursor in ("", "x", "W10", "é", 7, "bnVsbA", "WyIyMDI2IiwgMSwgMl0")]
    for arguments in wrong:
        assert isinstance(refusal(office.author.mine, **arguments), InvalidInput)
