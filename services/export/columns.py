"""The columns of an export: which there are, what they are called, and the cell that a certificate gives to each.

Pure: imports the standard library and contracts only. Headers are the names that people see on the screen and on paper.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from contracts.errors import InvalidInput
from services.export.document import path_of, straightened

Snapshot = dict[str, Any]
Cell = str | int | date | None

# One line keeps a long table readable and its filters useful.
LIST_MARK = "; "
# Excel's own limit for the text of a cell, and what stands where a longer one was cut.
LONGEST_CELL = 32_767
CUT = " […] (cut; the record in the register has it whole)"
# XML 1.0 knows no other control characters than tab and line breaks; U+FFFE and U+FFFF are no characters at all.
_FORBIDDEN = dict.fromkeys([*range(0x09), 0x0B, 0x0C, *range(0x0E, 0x20), *range(0xD800, 0xE000), 0xFFFE, 0xFFFF])


@dataclass(frozen=True, slots=True)
class Column:
    """``width`` in characters, for spreadsheets."""

    key: str
    header: str
    width: int
    cell: Callable[[Snapshot], Cell]


def _field(name: str) -> Callable[[Snapshot], Cell]:
    return lambda snapshot: snapshot.get(name)


def _day(name: str) -> Callable[[Snapshot], Cell]:
    def cell(snapshot: Snapshot) -> Cell:
        value = snapshot.get(name)
        return date.fromisoformat(value) if value else None

    return cell


def _list(name: str) -> Callable[[Snapshot], Cell]:
    return lambda snapshot: LIST_MARK.join(snapshot.get(name) or [])


def _party(name: str, part: str) -> Callable[[Snapshot], Cell]:
    return lambda snapshot: (snapshot.get(name) or {}).get(part)


def _yes(name: str) -> Callable[[Snapshot], Cell]:
    return lambda snapshot: {True: "yes", False: "no"}.get(snapshot.get(name))  # type: ignore[arg-type]


def _rows(name: str, show: Callable[[dict[str, Any]], str | None]) -> Callable[[Snapshot], Cell]:
    """One text for each row of a list; rows that have none are left out."""
    return lambda snapshot: LIST_MARK.join(filter(None, (show(row) for row in snapshot.get(name) or [])))


def _countries(name: str) -> Callable[[Snapshot], Cell]:
    return lambda snapshot: LIST_MARK.join(dict.fromkeys(row["country"] for row in snapshot.get(name) or []))


def _place(party: dict[str, Any]) -> str:
    return ", ".join(filter(None, (party["name"], " ".join(party["address"].split()), party["country"])))


def _of_unit(name: str) -> Callable[[dict[str, Any]], str | None]:
    """What is said of each unit that has it: "Ex 003: up to 1,000 V"."""
    return lambda row: f"{row['unit']}: {row[name]}" if row.get(name) else None


def _fallen(row: dict[str, Any]) -> str | None:
    return None if row["status"] == "current" else f"{row['number']} ({row['status']})"


def _verification(snapshot: Snapshot) -> Cell:
    return "V" if snapshot.get("verification") else ""


COLUMNS: dict[str, Column] = {
    column.key: column
    for column in (
        Column("number", "Certificate No", 24, _field("number")),
        Column("issue", "Issue", 7, _field("issue")),
        Column("status", "Status", 11, _field("status")),
        Column("date_of_issue", "Date of issue", 13, _day("date_of_issue")),
        Column("valid_until", "Valid until", 13, _day("valid_until")),
        Column("holder", "Holder", 32, _party("holder", "name")),
        Column("holder_country", "Holder's country", 12, _party("holder", "country")),
        Column("units", "Units of competence", 24, _rows("units", lambda row: row["unit"])),
        Column("assessment_centre", "Assessment centre", 28, _party("assessment_centre", "name")),
        Column("assessment_centre_country", "Country of assessment", 12, _party("assessment_centre", "country")),
        Column("applicant", "Applicant", 32, _party("applicant", "name")),
        Column("part", "Scheme part", 11, _field("part")),
        Column("services", "Services", 40, _list("services")),
        Column("locations", "Locations", 50, _rows("locations", _place)),
        Column("scope", "Scope and limits", 50, _field("scope")),
        Column("listed", "Certificates listed", 40, _list("certificates")),
        Column("not_current", "Listed but not Current", 34, _rows("listed", _fallen)),
        Column("manufacturer", "Manufacturer", 32, _party("manufacturer", "name")),
        Column("equipment", "Equipment", 40, _field("equipment")),
        Column("marking", "Marking", 34, _list("marking")),
        Column("excb", "ExCB", 8, _field("excb")),
        Column("standards", "Standards", 24, _rows("standards", lambda row: f"{row['number']} Ed. {row['edition']}")),
        Column("test_reports", "Test reports (ExTR)", 24, _list("test_reports")),
        Column("quality_reports", "Quality reports (QAR)", 24, _list("quality_reports")),
        Column("facility_reports", "Facility reports (FAR)", 24, _list("facility_reports")),
        Column("assessment_reports", "Assessment reports (PCAR)", 24, _list("assessment_reports")),
        Column("suffix", "X/U", 6, _field("suffix")),
        Column("verification", "V", 5, _verification),
        Column("kind", "Kind", 16, _field("kind")),
        Column("superseded_by", "Superseded by", 24, _list("superseded_by")),
        Column("link", "Link", 48, _field("link")),
        Column("base_number", "Number without X or U", 24, _field("base_number")),
        Column("scheme", "Scheme", 14, _field("scheme")),
        Column("first_issued", "First issued", 13, _day("first_issued")),
        Column("status_date", "Status since", 13, _day("status_date")),
        Column("status_reason", "Reason of status", 40, _field("status_reason")),
        Column("supplied_affected", "Supplied before is affected", 16, _yes("supplied_affected")),
        Column("applicant_country", "Applicant's country", 12, _party("applicant", "country")),
        Column("manufacturer_country", "Manufacturer's country", 12, _party("manufacturer", "country")),
        Column("manufacturing_locations", "Manufacturing locations", 50, _rows("manufacturing_locations", _place)),
        Column("manufacturing_countries", "Countries of manufacture", 14, _countries("manufacturing_locations")),
        Column("location_countries", "Countries of locations", 14, _countries("locations")),
        Column("units_obtained", "Units obtained", 34, _rows("units", _of_unit("obtained"))),
        Column("unit_scopes", "Scope of units", 50, _rows("units", _of_unit("scope"))),
        Column("unit_limits", "Limits of units", 50, _rows("units", _of_unit("limits"))),
        Column("supersedes", "In place of", 24, _list("supersedes")),
        Column("protection", "Type of protection", 14, _list("protection")),
        Column("ambient", "Ambient range", 26, _field("ambient")),
        Column("serial_numbers", "Serial numbers", 24, _list("serial_numbers")),
        Column("conditions_of_use", "Conditions of use", 60, _field("conditions_of_use")),
        Column("change_no", "Change", 9, _field("change_no")),
        Column("demonstration", "Demonstration record", 12, _yes("demonstration")),
    )
}
_FIRST, _LAST = ("number", "issue", "status", "date_of_issue"), ("superseded_by", "link")
# What a sheet shows where nobody chooses.
USUAL: dict[str, tuple[str, ...]] = {
    "equipment": (
        *_FIRST, "applicant", "manufacturer", "equipment", "marking", "excb", "standards", "test_reports",
        "quality_reports", "suffix", "verification", "kind", *_LAST,
    ),
    "service-facility": (
        *_FIRST, "applicant", "part", "services", "locations", "scope", "excb", "standards", "facility_reports",
        "applicant_country", "protection", *_LAST,
    ),
    "mark-licence": (*_FIRST, "applicant", "listed", "not_current", "excb", "applicant_country", *_LAST),
    "person": (
        *_FIRST, "valid_until", "holder", "holder_country", "units", "assessment_centre", "assessment_centre_country",
        "excb", "assessment_reports", *_LAST,
    ),
}  # fmt: skip


def described() -> list[dict[str, Any]]:
    """Every column in the register's order: its key, its header, and for which schemes it is one of the usual ones."""
    return [
        {"key": key, "header": column.header, "usual": [scheme for scheme, keys in USUAL.items() if key in keys]}
        for key, column in COLUMNS.items()
    ]


def chosen(columns: object) -> list[str]:
    """The columns that somebody asked for, in that order, by key; none for the usual ones. Raises InvalidInput."""
    if columns is None:
        return []
    if not isinstance(columns, list) or not columns or not all(isinstance(key, str) for key in columns):
        raise InvalidInput.field("columns", "Must be a list of names of columns, or be left out for the usual ones.")
    unknown = [key for key in columns if key not in COLUMNS]
    if unknown:
        there_are = ", ".join(COLUMNS)
        raise InvalidInput.field("columns", f"There is no column {unknown[0][:60]!r}. There are: {there_are}.")
    if len(set(columns)) < len(columns):
        raise InvalidInput.field("columns", "Names a column twice.")
    return columns


def of_sheet(scheme: str, keys: Sequence[str]) -> list[str]:
    """The columns of a sheet of one scheme: those chosen, else its usual ones."""
    return list(keys or USUAL[scheme])


def of_table(schemes: Iterable[str], keys: Sequence[str]) -> list[str]:
    """The columns of one table of several schemes: those chosen, else all that are usual for any of them."""
    usual = {key for scheme in schemes for key in USUAL[scheme]}
    return list(keys) or [key for key in COLUMNS if key in usual]


def headers(keys: Sequence[str]) -> list[str]:
    return [COLUMNS[key].header for key in keys]


def cells(snapshot: Snapshot, keys: Iterable[str]) -> list[Cell]:
    """One row: what the certificate has for each column, fit for a spreadsheet."""
    row = [COLUMNS[key].cell(snapshot) for key in keys]
    # Nearly every row is fit as it is, and one look at all of it tells.
    text = "".join([cell for cell in row if isinstance(cell, str)])
    return row if text.isprintable() and len(text) <= LONGEST_CELL else [clean(cell) for cell in row]


def linked(snapshot: Snapshot, public_url: str) -> Snapshot:
    """The snapshot and where the register shows the certificate."""
    return {**snapshot, "link": f"{public_url}/certificates/{path_of(snapshot['number'])}"}


def clean(cell: Cell) -> Cell:
    """``cell`` without characters that no workbook can hold or that turn the text around, and not too long for one."""
    if not isinstance(cell, str) or (cell.isprintable() and len(cell) <= LONGEST_CELL):
        return cell
    text: str = straightened(cell.translate(_FORBIDDEN))
    return text if len(text) <= LONGEST_CELL else text[: LONGEST_CELL - len(CUT)] + CUT
