"""The check of a list of assets, line by line: what is asked, and what is written behind."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

import pytest

from contracts.errors import InvalidInput
from services.export.assets import NO_NUMBER, Table, checked_table, number_in

NUMBER = "IECEx BAS 26.0001X"


def a_table(**overrides: Any) -> Table:
    """A table of tag, number and marking, with titles."""
    values = {
        "blob": "uploads/11111111-2222-4333-8444-555555555555.jsonl",
        "sha256": "ab" * 32,
        "format": "csv",
        "delimiter": ";",
        "bom": False,
        "rows": 3,
        "titles": 0,
        "numbers": 1,
        "markings": 2,
    }
    return Table(**values | overrides)  # type: ignore[arg-type]


def an_answer(markings: list[dict[str, Any]] | None = None, **certificate: Any) -> dict[str, Any]:
    """What the register says of a certificate that is in force."""
    found = {
        "number": NUMBER,
        "status": "current",
        "status_date": "2026-11-02",
        "issue": 0,
        "latest_issue": 0,
        "validity_ended": False,
        "date_of_issue": "2026-11-02",
        "valid_until": None,
        "conditions_of_use": "",
        "superseded_by": [],
        **certificate,
    }
    return {"found": True, "number": NUMBER, "text": "In words.", "certificate": found, "markings": markings or []}


def behind(answer: dict[str, Any] | None, number: str = NUMBER, **table: Any) -> dict[str, str]:
    """What stands behind a line with this number, by its title without "Register: "."""
    checked = a_table(**table)
    question = checked.question(["P-101", number, ""])
    cells = checked.behind(question, answer)
    assert len(cells) == len(checked.headers)
    return {title.removeprefix("Register: "): cell for title, cell in zip(checked.headers, cells, strict=True)}


def test_a_line_asks_with_the_number_as_the_register_writes_it_and_its_marking() -> None:
    asked = a_table().question(["P-101", " iec ex bas26.0001 x, iss. 2", "Ex db IIC T4 Gb"])
    assert asked == {"number": f"{NUMBER} Issue 2", "marking": "Ex db IIC T4 Gb"}
    assert a_table(markings=None).question(["P-101", NUMBER, "Ex"]) == {"number": NUMBER, "marking": ""}


def test_a_line_without_a_number_says_so_and_a_line_of_nothing_nothing() -> None:
    assert a_table().question(["P-101", " ", ""]) == NO_NUMBER
    assert a_table().question(["", " ", ""]) is None
    assert set(behind(None, "").values()) == {"", NO_NUMBER}


@pytest.mark.parametrize(
    ("text", "number"),
    [
        (NUMBER, NUMBER),
        ("Certificate IECEx BAS 26.0001X (see file)", NUMBER),
        ("BAS001", "BAS001"),
        ("IECEx CP BAS 26.0001", "IECEx CP BAS 26.0001"),
    ],
)
def test_a_number_is_found_in_its_cell(text: str, number: str) -> None:
    found = number_in(text)
    assert not isinstance(found, str)
    assert found.number == number


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("pump", "Is not the number of a certificate or a report. Write it like"),
        ("07.0021", "Is not the number of a certificate or a report."),
        ("GB/BAS/ExTR26.0001/00", "GB/BAS/ExTR26.0001/00 is the number of a report, not of a certificate."),
        ("IECEx BAS 26.0001X / IECEx SIR 26.0002", f"Ambiguous: the cell names {NUMBER} and IECEx SIR 26.0002;"),
        ("BAS 26.0001X and BAS 26.0002", f"Ambiguous: the cell names {NUMBER} and IECEx BAS 26.0002;"),
        ("x" * 5_000, "Is 5,000 characters long"),
        ("№ ☃", "The character U+2603"),
    ],
)
def test_what_is_no_number_is_told_why(text: str, why: str) -> None:
    found = number_in(text)
    assert isinstance(found, str)
    assert found.startswith(why)


def test_a_certificate_in_force_is_told_with_its_dates_and_without_conditions() -> None:
    assert behind(an_answer()) == {
        "number": NUMBER,
        "status": "Current",
        "issue": "0",
        "issue given": "",
        "date of issue": "2026-11-02",
        "valid until": "",
        "suspended since": "",
        "conditions of use": "no",
        "conditions in full": "",
        "superseded by": "",
        "marking": "",
        "in words": "In words.",
    }


def test_a_suspended_one_says_since_when() -> None:
    told = behind(an_answer(status="suspended", status_date="2026-11-10"))
    assert (told["status"], told["suspended since"]) == ("Suspended", "2026-11-10")


def test_the_end_of_a_persons_validity_stands_beside_the_status() -> None:
    told = behind(an_answer(valid_until="2026-11-01", validity_ended=True))
    assert (told["status"], told["valid until"]) == ("Current, validity ended", "2026-11-01")


def test_conditions_and_successors_are_told() -> None:
    told = behind(an_answer(conditions_of_use="Protect from impact.", superseded_by=["A", "B"]))
    assert (told["conditions of use"], told["conditions in full"]) == ("yes", "Protect from impact.")
    assert told["superseded by"] == "A; B"


@pytest.mark.parametrize(
    ("given", "shown", "latest", "told"),
    [
        ("", 2, 2, ""),
        (" Issue 2", 2, 2, "2: the latest"),
        (" Issue 1", 1, 2, "1: superseded by issue 2"),
        (" Issue 7", 2, 2, "7: there is no such issue"),
    ],
)
def test_the_issue_that_the_line_names_is_told_apart(given: str, shown: int, latest: int, told: str) -> None:
    answer = behind(an_answer(issue=shown, latest_issue=latest), NUMBER + given)
    assert (answer["issue given"], answer["issue"]) == (told, str(latest))


def test_what_is_not_there_or_was_deleted_is_told() -> None:
    unknown = {"found": False, "number": NUMBER, "text": "There is none.", "markings": []}
    assert (behind(unknown)["status"], behind(unknown)["in words"]) == ("Not in the register", "There is none.")
    deleted = {"found": True, "number": NUMBER, "text": "It was deleted.", "markings": []}
    told = behind(deleted | {"certificate": {"number": NUMBER, "status": "deleted"}})
    assert (told["status"], told["in words"]) == ("Deleted", "It was deleted.")


def test_a_marking_agrees_or_differs_where_safety_is_concerned() -> None:
    differences = [
        {"grade": "spelling", "text": "It is only written otherwise."},
        {"grade": "safety", "text": "The group is IIC, on the certificate IIB."},
    ]
    assert behind(an_answer([{"agrees": True, "differences": differences[:1]}]))["marking"] == "agrees"
    told = behind(an_answer([{"agrees": True}, {"agrees": False, "differences": differences}]))["marking"]
    assert told == "differs: The group is IIC, on the certificate IIB."
    alone = {"agrees": False, "differences": [], "text": "There is no marking to compare with."}
    assert behind(an_answer([alone]))["marking"] == "differs: There is no marking to compare with."


def test_without_a_column_of_markings_none_is_written() -> None:
    assert "marking" not in behind(an_answer(), markings=None)


@pytest.mark.parametrize(
    "wrong",
    [
        {"blob": "photos/x.jpg"}, {"blob": "uploads/../x"}, {"sha256": "x"}, {"format": "xls"}, {"delimiter": "|"},
        {"format": "xlsx"}, {"bom": 1}, {"rows": 0}, {"rows": 10_051}, {"titles": -1}, {"numbers": "1"},
        {"markings": 10**9},
    ],
)  # fmt: skip
def test_what_the_gateway_would_never_send_is_refused(wrong: dict[str, Any]) -> None:
    assert checked_table(asdict(a_table())) == a_table()
    with pytest.raises(InvalidInput, match="as the gateway reads one"):
        checked_table(asdict(a_table()) | wrong)


def test_a_table_that_lacks_something_is_refused() -> None:
    wrong: list[Any] = [{}, None, [], {"blob": 1}]
    for given in wrong:
        with pytest.raises(InvalidInput):
            checked_table(given)
