"""Annexes through the service: on drafts, by their body, part of what is published and of nothing after it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
import sqlalchemy as sa

from contracts.errors import Forbidden, InvalidInput, NotFound, VersionMismatch, VersionRequired, WrongState
from plumbing.db import Handle
from services.certificates.tables import metadata
from tests.certificates import a_body, somebody
from tests.service.certificates import Office
from tests.unit.test_annexes import an_annex

FreshHandle = Callable[[sa.MetaData], Handle]


@pytest.fixture
def office(fresh_handle: FreshHandle) -> Office:
    return Office(fresh_handle(metadata))


def drafted(office: Office, *names: str, **content: Any) -> Any:
    """A draft with these annexes."""
    draft = office.draft(schedule="See the annex.", **content)
    for name in names:
        draft = office.author.put_annex(number=draft["number"], annex=an_annex(name), version=draft["version"])
    return draft


def issued(office: Office, *names: str) -> Any:
    draft = drafted(office, *names)
    return office.signatory.issue(number=draft["number"], version=draft["version"])


def test_an_annex_is_part_of_the_draft_and_of_what_is_published(office: Office) -> None:
    draft = drafted(office, "Annex 1.pdf")
    assert draft["annexes"] == [an_annex()]
    assert not [row for row in draft["findings"] if row["rule"].startswith("annex")]
    office.signatory.issue(number=draft["number"], version=draft["version"])
    assert office.public.get(number=draft["number"])["annexes"] == [an_annex()]
    assert office.log()[-1]["certificate"]["annexes"] == [an_annex()]


def test_each_annex_makes_another_version(office: Office) -> None:
    draft = drafted(office)
    put = office.author.put_annex(number=draft["number"], annex=an_annex(), version=draft["version"])
    assert put["version"] != draft["version"]
    again = office.author.put_annex(number=draft["number"], annex=an_annex(), version=put["version"])
    assert again["version"] == put["version"]
    for version, error in ((draft["version"], VersionMismatch), (None, VersionRequired)):
        with pytest.raises(error):
            office.author.put_annex(number=draft["number"], annex=an_annex("b.pdf"), version=version)


def test_an_annex_is_taken_off_again(office: Office) -> None:
    draft = drafted(office, "a.pdf", "b.pdf")
    left = office.author.remove_annex(number=draft["number"], name="a.pdf", version=draft["version"])
    assert [annex["name"] for annex in left["annexes"]] == ["b.pdf"]
    with pytest.raises(NotFound):
        office.author.remove_annex(number=draft["number"], name="a.pdf", version=left["version"])


def test_what_is_published_keeps_its_annexes(office: Office) -> None:
    certificate = issued(office, "a.pdf")
    service = office.signatory
    asked = {"number": certificate["number"], "version": certificate["version"]}
    with pytest.raises(WrongState):
        service.put_annex(annex=an_annex("b.pdf"), **asked)
    with pytest.raises(WrongState):
        service.remove_annex(name="a.pdf", **asked)
    with pytest.raises(WrongState):
        service.check_annex(name="b.pdf", **asked)


def test_an_edit_leaves_the_annexes_alone_whatever_it_sends_of_them(office: Office) -> None:
    certificate = issued(office, "a.pdf")
    edited = office.signatory.edit(
        number=certificate["number"], body={**a_body(equipment="A pump"), "annexes": []}, version=certificate["version"]
    )
    assert (edited["equipment"], edited["annexes"]) == ("A pump", [an_annex("a.pdf")])


def test_a_new_issue_begins_without_annexes_and_is_reminded_of_them(office: Office) -> None:
    certificate = issued(office, "a.pdf")
    draft = office.author.create_issue(number=certificate["number"])
    assert draft["annexes"] == []
    told = office.author.check(number=certificate["number"])["findings"]
    assert "annexes" in [row["field"] for row in told if row["rule"] == "annex-missing"]
    put = office.author.put_annex(number=certificate["number"], annex=an_annex("b.pdf"), version=draft["version"])
    assert put["issue"] == 1
    for seen in (office.public.get(number=certificate["number"]), office.author.get(number=certificate["number"])):
        assert [annex["name"] for annex in seen["annexes"]] == ["a.pdf"]


def test_the_annexes_of_an_open_issue_are_nobody_elses_to_see(office: Office) -> None:
    certificate = issued(office, "a.pdf")
    draft = office.author.create_issue(number=certificate["number"])
    office.author.put_annex(number=certificate["number"], annex=an_annex("b.pdf"), version=draft["version"])
    for stranger in (office.public, office.as_(somebody("author", "SIR"))):
        with pytest.raises(NotFound):
            stranger.get_issue(number=certificate["number"], issue=1)


def test_two_issues_differ_by_their_annexes(office: Office) -> None:
    certificate = issued(office, "a.pdf")
    draft = office.author.create_issue(number=certificate["number"], body=a_body(changes="The annex is gone."))
    office.signatory.issue(number=draft["number"], version=draft["version"])
    told = office.public.diff(number=certificate["number"], from_issue=0, to_issue=1)["fields"]
    (row,) = [row for row in told if row["field"] == "annexes"]
    assert ([annex["name"] for annex in row["before"]], row["after"]) == (["a.pdf"], [])


def test_only_its_body_puts_an_annex_on_a_draft(office: Office) -> None:
    draft = drafted(office)
    asked = {"number": draft["number"], "version": draft["version"]}
    for role, excb, error in (
        ("guest", None, NotFound),
        ("author", "SIR", NotFound),
        ("administrator", "BAS", Forbidden),
        ("secretariat", None, Forbidden),
        ("it-administrator", None, Forbidden),
    ):
        service = office.as_(somebody(role, excb))  # type: ignore[arg-type]
        for call, more in (
            (service.check_annex, {"name": "a.pdf"}),
            (service.put_annex, {"annex": an_annex()}),
            (service.remove_annex, {"name": "a.pdf"}),
        ):
            with pytest.raises(error):
                call(**asked, **more)
    assert office.author.get(number=draft["number"])["version"] == draft["version"]


def test_what_would_be_refused_is_refused_before_the_file_is_looked_at(office: Office) -> None:
    draft = drafted(office, "a.pdf")
    asked = {"number": draft["number"], "version": draft["version"]}
    office.author.check_annex(name="b.pdf", **asked)
    with pytest.raises(InvalidInput, match=r"There is a\.pdf already"):
        office.author.check_annex(name="A.pdf", **asked)
    with pytest.raises(VersionMismatch):
        office.author.check_annex(number=draft["number"], name="b.pdf", version="0.99")
