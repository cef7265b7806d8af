"""Names of annexes, and what the gate says of annexes and of texts that mention some."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from contracts.annexes import LONGEST_NAME, MOST_ANNEXES, checked_name
from contracts.errors import InvalidInput, NotFound, WrongState
from services.certificates.domain import annexes, common
from services.certificates.domain.certificate import Certificate
from services.certificates.domain.facts import Facts
from services.certificates.domain.rules import judge
from tests.certificates import a_current, a_draft

TODAY = date(2026, 11, 21)


def an_annex(name: str = "Annex 1.pdf", **overrides: Any) -> dict[str, Any]:
    return {"name": name, "type": "application/pdf", "size": 7, "sha256": "ab" * 32, **overrides}


def with_annexes(*names: str, **content: Any) -> Certificate:
    return a_draft(content, annexes=[an_annex(name) for name in names])


def found(certificate: Certificate, facts: Facts | None = None) -> list[tuple[str, str]]:
    findings = judge(common.RULES, certificate, facts or Facts(TODAY))
    return [(row["rule"], row["field"]) for row in findings if row["rule"].startswith("annex")]


@pytest.mark.parametrize(
    "name",
    [
        "Annex to IECEx BAS 26.0001X Issue 0.pdf",
        "a.jpg",
        "Anlage für Größe 3 (Maße).pdf",
        "附件 1.pdf",
        "A & B, v1.2.pdf",
    ],
)
def test_a_name_is_text_with_an_ending(name: str) -> None:
    assert checked_name(name) == name


def test_the_accents_of_a_name_are_composed() -> None:
    assert checked_name("Gro\u0308\u00dfe.pdf") == "Größe.pdf"


@pytest.mark.parametrize(
    "name",
    [
        "", ".pdf", "annex", "annex.exe", "annex.pdf.exe", "../annex.pdf", "a/b.pdf", "a\\b.pdf", "a..pdf", "a  b.pdf",
        " a.pdf", "a.pdf ", "a\nb.pdf", "a\0.pdf", "\u202efdp.pdf", 'a".pdf', "a;b.pdf", "a%2Fb.pdf", "<b>.pdf",
        "-rf.pdf", "annex.PDF", "a" * LONGEST_NAME + ".pdf", 7, None,
    ],
)  # fmt: skip
def test_a_name_is_no_path_and_no_trick(name: object) -> None:
    with pytest.raises(InvalidInput, match="Is no name of an annex"):
        checked_name(name)


def test_annexes_are_kept_in_the_order_of_their_names() -> None:
    draft = annexes.put(with_annexes("b.pdf"), an_annex("A.pdf"))
    assert [annex["name"] for annex in draft.annexes or []] == ["A.pdf", "b.pdf"]


def test_an_annex_of_the_same_name_is_replaced_and_the_same_annex_changes_nothing() -> None:
    draft = with_annexes("a.pdf")
    assert annexes.put(draft, an_annex("a.pdf")) is draft
    assert annexes.put(draft, an_annex("a.pdf", size=8)).annexes == [an_annex("a.pdf", size=8)]


def test_names_that_differ_by_capitals_only_are_one_too_many() -> None:
    with pytest.raises(InvalidInput, match=r"There is Annex\.pdf already"):
        annexes.put(with_annexes("Annex.pdf"), an_annex("annex.pdf"))


def test_an_issue_has_so_many_annexes_and_no_more() -> None:
    full = with_annexes(*(f"{n}.pdf" for n in range(MOST_ANNEXES)))
    with pytest.raises(InvalidInput, match="up to 30 annexes"):
        annexes.put(full, an_annex("one more.pdf"))
    assert annexes.put(full, an_annex("3.pdf", size=9)).version == full.version + 1


def test_what_is_published_keeps_its_annexes() -> None:
    with pytest.raises(WrongState, match="draft the next issue"):
        annexes.put(a_current(), an_annex())
    with pytest.raises(WrongState, match="draft the next issue"):
        annexes.removed(a_current(), "Annex 1.pdf")


def test_an_annex_that_is_not_there_cannot_be_taken_off() -> None:
    with pytest.raises(NotFound):
        annexes.removed(with_annexes("a.pdf"), "b.pdf")


@pytest.mark.parametrize(
    "wrong",
    [
        {"type": "text/html"}, {"type": None}, {"size": 0}, {"size": True}, {"sha256": "AB" * 32}, {"sha256": ""},
        {"name": "a.jpg"}, {"type": "image/jpeg"},
    ],
)  # fmt: skip
def test_what_cannot_be_an_annex_is_refused(wrong: dict[str, Any]) -> None:
    with pytest.raises(InvalidInput):
        annexes.checked(an_annex(**wrong))


@pytest.mark.parametrize("text", ["See Annex 1.", "Details in the annexe.", "(see ANNEXES)", "in annexures"])
def test_an_annex_that_a_text_mentions_must_be_there(text: str) -> None:
    assert found(with_annexes(schedule=text)) == [("annex-missing", "schedule")]
    assert found(with_annexes("a.pdf", schedule=text)) == []


@pytest.mark.parametrize("text", ["By IEC 60079-0, Annex B.", "An annexation."])
def test_the_annex_of_a_standard_is_none_of_the_certificate(text: str) -> None:
    assert found(with_annexes(schedule=text)) == []


def test_an_annex_that_no_text_mentions_is_told_of() -> None:
    assert found(with_annexes("a.pdf")) == [("annex-unmentioned", "annexes")]


def test_a_later_issue_is_reminded_of_the_annexes_of_the_one_before() -> None:
    before = a_current(annexes=[an_annex()])
    facts = Facts(TODAY, previous={before.id: before})
    later = a_draft(issue=1)
    assert ("annex-missing", "annexes") in found(later, facts)
    assert found(replace(later, annexes=[an_annex()]), facts) == [("annex-unmentioned", "annexes")]
