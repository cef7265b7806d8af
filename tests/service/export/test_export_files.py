"""The files themselves, as others read them: a workbook by openpyxl, CSV by Python's own reader."""

from __future__ import annotations

import csv
import json
from collections.abc import Callable
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any
from zipfile import ZipFile

import openpyxl
import pytest
from openpyxl.worksheet.worksheet import Worksheet

from services.export import sheets
from services.export.columns import COLUMNS, USUAL, headers
from services.export.domain import Job, about
from services.export.sheets import HIDDEN, Order, Spool
from tests.builders import a_snapshot
from tests.schemes import a_licence, a_person

PUBLIC_URL = "https://register.example"
NOTE = [["What this is", "A copy, not the original."], ["Searched for", "=1+1"]]
# What a spreadsheet could take for a formula, and what XML cannot hold.
DANGEROUS = ["=1+1", "+1", "-1", "@SUM(A1)", '=HYPERLINK("http://evil.example","x")', "=cmd|' /C calc'!A0", "\t=1+1"]

Write = Callable[..., Path]


@pytest.fixture
def write(tmp_path: Path) -> Write:
    """Writes snapshots, scheme by scheme, to a file of the given kind."""

    def write(kind: str, *snapshots: dict[str, Any], columns: tuple[str, ...] = (), bom: bool = False) -> Path:
        spools = []
        for scheme in dict.fromkeys(snapshot["scheme"] for snapshot in snapshots):
            rows = [snapshot for snapshot in snapshots if snapshot["scheme"] == scheme]
            lines = [json.dumps(row, ensure_ascii=False) + "\n" for row in rows]
            (tmp_path / scheme).write_text("".join(lines), encoding="utf-8")
            spools.append(Spool(scheme, tmp_path / scheme, len(lines)))
        target = tmp_path / f"file.{kind}"
        sheets.write(kind, Order(list(columns), spools, PUBLIC_URL, NOTE, bom), target, lambda _rows: None)
        return target

    return write


def sheet_of(path: Path, index: int = 0) -> Worksheet:
    sheet = openpyxl.load_workbook(path).worksheets[index]
    assert isinstance(sheet, Worksheet)
    return sheet


def column_of(sheet: Worksheet, header: str) -> list[Any]:
    titles = [cell.value for cell in sheet[1]]
    return [row[titles.index(header)] for row in sheet.iter_rows(min_row=2)]


def test_a_workbook_has_a_sheet_for_each_scheme_and_one_about_itself(write: Write) -> None:
    person = a_snapshot("IECEx CP BAS 26.0001") | {"scheme": "person", "excb": "BAS"}
    book = openpyxl.load_workbook(write("xlsx", a_snapshot(), person))
    assert book.sheetnames == ["Equipment", "Persons", "About"]


def test_the_header_is_styled_frozen_filtered_and_printed_on_each_page(write: Write) -> None:
    sheet = sheet_of(write("xlsx", a_snapshot(), a_snapshot("IECEx BAS 26.0002")))
    hidden = {letter for letter, column in sheet.column_dimensions.items() if column.hidden}
    visible = [cell.value for cell in sheet[1] if cell.coordinate.rstrip("1") not in hidden]
    assert visible == headers(USUAL["equipment"])
    assert all(cell.font.bold and cell.fill.fgColor.rgb == "FF17406D" for cell in sheet[1])
    assert (sheet.freeze_panes, sheet.auto_filter.ref) == ("A2", f"A1:{sheet.dimensions.split(':')[1]}")
    assert (sheet.print_title_rows, sheet.page_setup.orientation) == ("$1:$1", "landscape")


def test_dates_are_dates_and_numbers_are_numbers(write: Write) -> None:
    sheet = sheet_of(write("xlsx", a_snapshot(issue=3)))
    (day,) = column_of(sheet, "Date of issue")
    assert (day.value, day.number_format) == (datetime(2026, 11, 1), "yyyy-mm-dd")  # noqa: DTZ001 - Excel knows no zones
    assert column_of(sheet, "Issue")[0].value == 3


def test_a_certificate_number_is_text_that_links_to_its_record(write: Write) -> None:
    sheet = sheet_of(write("xlsx", a_snapshot("IECEx BAS 26.0001X")))
    (cell,) = column_of(sheet, "Certificate No")
    assert cell.value == "IECEx BAS 26.0001X"
    assert cell.hyperlink.target == f"{PUBLIC_URL}/certificates/IECEx-BAS-26.0001X"
    assert column_of(sheet, "Link")[0].value == cell.hyperlink.target


def test_only_as_many_links_as_excel_bears_and_the_rest_is_text(write: Write, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sheets, "MOST_LINKS", 2)
    sheet = sheet_of(write("xlsx", *(a_snapshot(f"IECEx BAS 26.000{n}") for n in range(1, 5))))
    numbers = column_of(sheet, "Certificate No")
    assert [cell.value for cell in numbers] == [f"IECEx BAS 26.000{n}" for n in range(1, 5)]
    assert [cell.hyperlink is not None for cell in numbers] == [True, True, False, False]


@pytest.mark.parametrize("text", DANGEROUS)
def test_no_cell_of_a_workbook_is_ever_a_formula(write: Write, text: str) -> None:
    maker = {"name": text, "address": "", "country": "DE"}
    path = write("xlsx", a_snapshot(applicant=maker, equipment=text, marking=[text]))
    cells = [cell for sheet in openpyxl.load_workbook(path) for row in sheet.iter_rows() for cell in row]
    assert text in [cell.value for cell in cells]
    assert "f" not in [cell.data_type for cell in cells]
    assert not any(b"<f>" in ZipFile(path).read(name) for name in ZipFile(path).namelist())


@pytest.mark.parametrize("text", DANGEROUS)
def test_a_csv_cell_that_looks_like_a_formula_gets_an_apostrophe(write: Write, text: str) -> None:
    path = write("csv", a_snapshot(equipment=text), columns=("number", "equipment"))
    with path.open(encoding="utf-8", newline="") as file:
        assert list(csv.reader(file))[1] == ["IECEx BAS 26.0001", "'" + text]


def test_what_xml_cannot_hold_is_dropped_and_what_is_too_long_is_cut(write: Write) -> None:
    hostile = "a\x00b\x0bc\x1f\ufffe </t><script> &amp; ]]> \u202etxt.exe"
    sheet = sheet_of(write("xlsx", a_snapshot(equipment=hostile, marking=["x" * 40_000])))
    assert column_of(sheet, "Equipment")[0].value == "abc </t><script> &amp; ]]> txt.exe"
    (long,) = column_of(sheet, "Marking")
    assert len(long.value) == 32_767
    assert long.value.endswith("the record in the register has it whole)")


def test_lines_and_blanks_of_a_text_stay_as_they_are(write: Write) -> None:
    sheet = sheet_of(write("xlsx", a_snapshot(equipment=" first\n\n\tsecond ")))
    assert column_of(sheet, "Equipment")[0].value == " first\n\n\tsecond "


def test_an_empty_result_is_a_valid_workbook_with_its_header(write: Write) -> None:
    sheet = sheet_of(write("xlsx"))
    assert "Certificate No" in [cell.value for cell in sheet[1]]
    assert [cell.value for row in sheet.iter_rows(min_row=2) for cell in row if cell.value is not None] == []


def test_each_sheet_has_the_columns_of_its_scheme_unless_somebody_chose(write: Write) -> None:
    books = [write("xlsx", a_snapshot(), a_person(), a_licence(), columns=columns) for columns in ((), ("excb",))]
    person = headers(USUAL["person"])
    assert "Holder" in person
    assert "Marking" not in person
    book = openpyxl.load_workbook(books[1])
    assert [book[title]["A1"].value for title in ("Equipment", "Mark licences", "Persons")] == ["ExCB"] * 3
    usual = openpyxl.load_workbook(write("xlsx", a_snapshot(), a_person(), a_licence()))
    assert [cell.value for cell in usual["Persons"][1]][: len(person)] == person


def test_a_person_s_last_day_is_a_date(write: Write) -> None:
    (cell,) = column_of(sheet_of(write("xlsx", a_person())), "Valid until")
    assert cell.value == datetime(2031, 10, 31)  # noqa: DTZ001 - Excel knows no zones


def test_a_csv_of_several_schemes_has_all_their_columns(write: Write) -> None:
    with write("csv", a_snapshot(), a_person()).open(encoding="utf-8", newline="") as file:
        equipment, person = csv.DictReader(file)
    assert (equipment["Manufacturer"], equipment["Holder"]) == ("Muster Messtechnik GmbH", "")
    assert (person["Holder"], person["Units of competence"], person["Marking"]) == (
        "Maria Muster",
        "Ex 001; Ex 003",
        "",
    )


def test_a_csv_begins_with_a_byte_order_mark_only_where_it_was_asked_for(write: Write) -> None:
    plain, marked = (write("csv", a_snapshot(), bom=bom).read_bytes() for bom in (False, True))
    assert marked == b"\xef\xbb\xbf" + plain


@pytest.mark.parametrize("kind", ["xlsx", "csv"])
def test_what_is_private_is_in_no_column(write: Write, kind: str) -> None:
    leaked = a_person() | {"private": {"date_of_birth": "1980-02-03", "identity_number": "P-4711"}}
    path = write(kind, leaked, columns=tuple(COLUMNS))
    texts = [path.read_bytes()] if kind == "csv" else [ZipFile(path).read(name) for name in ZipFile(path).namelist()]
    assert any(b"Maria Muster" in text for text in texts)
    assert not any(secret in text for text in texts for secret in (b"1980", b"4711"))


def test_without_the_number_there_are_no_links_and_nothing_hidden(write: Write) -> None:
    sheet = sheet_of(write("xlsx", a_snapshot(), columns=("excb", "issue")))
    assert [[cell.value for cell in row] for row in sheet.iter_rows()] == [["ExCB", "Issue"], ["BAS", 0]]
    assert HIDDEN not in [cell.value for cell in sheet[1]]


def test_a_large_sheet_goes_on_in_a_second_one(write: Write, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sheets, "ROWS_A_SHEET", 2)
    book = openpyxl.load_workbook(write("xlsx", *(a_snapshot(f"IECEx BAS 26.000{n}") for n in range(1, 6))))
    assert book.sheetnames == ["Equipment", "Equipment 2", "Equipment 3", "About"]
    assert [len(list(book[title].iter_rows(min_row=2))) for title in book.sheetnames[:3]] == [2, 2, 1]


def test_the_note_says_what_the_file_is(write: Write) -> None:
    rows = list(sheet_of(write("xlsx", a_snapshot()), 1).iter_rows(min_row=2, values_only=True))
    assert rows == [tuple(line) for line in NOTE]


def test_the_note_names_the_query_the_moment_and_the_change() -> None:
    began = datetime(2026, 11, 21, 10, 30, tzinfo=UTC)
    job = Job(
        id="1",
        format="xlsx",
        q="pump",
        filters={"excb": ["BAS", "-SIR"]},
        requested_by=None,
        status="running",
        created_at=began,
        rows=1234,
        change_no=7,
    )
    note = dict(about(job, began, PUBLIC_URL, invented=True))
    assert note["Searched for"] == "pump"
    assert note["Filter: excb"] == "BAS, -SIR"
    assert (note["Certificates"], note["As of change"]) == ("1,234", "7")
    assert note["Taken at (UTC)"] == "2026-11-21 10:30:00"
    assert "not the original" in note["What this is"]
    assert "invented" in note["Demonstration"]


def test_csv_has_iso_dates_and_one_line_a_certificate(write: Write) -> None:
    path = write("csv", a_snapshot(equipment="two\nlines"), columns=("number", "date_of_issue", "equipment"))
    with path.open(encoding="utf-8", newline="") as file:
        assert list(csv.reader(file))[1] == ["IECEx BAS 26.0001", date(2026, 11, 1).isoformat(), "two\nlines"]
