"""Lists of assets as they are read: what is found in them, and what a broken one is told."""

from __future__ import annotations

import io
import zipfile
from datetime import date, datetime
from typing import Any

import pytest

from contracts.errors import InvalidInput, RegisterError, TooLarge
from gateway import assets
from gateway.assets import DEADLY, MOST_LINES, NO_NUMBERS, NO_TEXT, letter, read
from gateway.spreadsheets import DECLARES, LARGEST_UNPACKED, PIECE
from gateway.workbooks import BINARY, BROKEN, MACROS, OLD, OTHER, PROTECTED
from tests.workbooks import CONTENT_TYPES, WORKBOOK, a_workbook, a_zip, changed

NUMBER = "IECEx BAS 07.0021X"
ROWS = (("Tag", "Certificate", "Place"), ("P-101", NUMBER, "Hall 1"))
XLSX = a_workbook(*ROWS)
# As a workbook has it: of no zone.
A_MORNING = datetime(2026, 11, 2, 7, 30)  # noqa: DTZ001
LAUGHS = b'<?xml version="1.0"?><!DOCTYPE l [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;&a;">]><workbook>&b;</workbook>'


def a_csv(*lines: str, encoding: str = "utf-8") -> bytes:
    return "\r\n".join((*lines, "")).encode(encoding)


def where(data: bytes, **options: str) -> tuple[int | None, int, int | None]:
    """The row of the titles, the column of the numbers, that of the markings."""
    facts, _ = read(data, **options)
    return facts["titles"], facts["numbers"], facts["markings"]


def refusal(data: bytes, **options: str) -> RegisterError:
    with pytest.raises(RegisterError) as caught:
        read(data, **options)
    return caught.value


def text_of(error: RegisterError) -> str:
    return str(error.details["errors"][0]["text"]) if isinstance(error, InvalidInput) else error.message


@pytest.mark.parametrize(
    ("data", "facts"),
    [
        (XLSX, {"format": "xlsx", "delimiter": "", "bom": False}),
        (a_csv("Tag,Certificate,Place", f"P-101,{NUMBER},Hall 1"), {"format": "csv", "delimiter": ",", "bom": False}),
        (a_csv("Tag;Certificate;Place", f"P-101;{NUMBER};Hall 1"), {"format": "csv", "delimiter": ";", "bom": False}),
        (
            a_csv("Tag;Certificate;Place", f"P-101;{NUMBER};Hall 1", encoding="utf-8-sig"),
            {"format": "csv", "delimiter": ";", "bom": True},
        ),
    ],
)
def test_a_list_is_read_as_the_text_that_it_is(data: bytes, facts: dict[str, Any]) -> None:
    found, table = read(data)
    assert table == [list(row) for row in ROWS]
    assert found == {**facts, "rows": 2, "titles": 0, "numbers": 1, "markings": None}


def test_windows_1252_is_read_where_it_is_said_and_comes_back_with_a_mark() -> None:
    data = a_csv("Größe;Zertifikat", f"5 µm;{NUMBER}", encoding="cp1252")
    facts, table = read(data, charset="windows-1252")
    assert (table[0][0], table[1][0], facts["bom"]) == ("Größe", "5 µm", True)
    assert "Line 1 is not UTF-8" in text_of(refusal(data))
    assert "charset is windows-1252" in text_of(refusal(data))
    assert "utf-8 or windows-1252" in text_of(refusal(data, charset="ebcdic"))


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (7, "7"), (7.0, "7"), (1.5, "1.5"), (True, "TRUE"), (date(2026, 11, 2), "2026-11-02"), ("0042", "0042"),
        (A_MORNING, "2026-11-02 07:30:00"), (None, ""), ("a\nb", "a\nb"),
    ],
)  # fmt: skip
def test_a_cell_is_the_text_that_a_person_sees(value: Any, text: str) -> None:
    _, table = read(a_workbook(("Certificate", "x", "."), (NUMBER, value, ".")))
    assert table[1][1] == text


def test_a_formula_that_was_never_calculated_is_nothing() -> None:
    _, table = read(a_workbook(("Certificate", "x", "."), (NUMBER, '=HYPERLINK("http://x")', ".")))
    assert table[1][1] == ""


def test_the_first_sheet_that_holds_something_is_read() -> None:
    assert read(a_workbook(*ROWS, before=["Cover"]))[1] == read(XLSX)[1]


def test_a_quoted_cell_may_hold_the_delimiter_and_a_line_break() -> None:
    _, table = read(a_csv("Certificate,Note", f'{NUMBER},"a, ""b""\r\nc"'))
    assert table[1] == [NUMBER, 'a, "b"\r\nc']


def test_rows_and_columns_of_nothing_behind_the_last_one_are_left_out() -> None:
    _, table = read(a_csv("Certificate;;", f"{NUMBER};;", ";;", ";;"))
    assert table == [["Certificate"], [NUMBER]]


def test_what_stands_above_the_titles_stays() -> None:
    rows = [("Plant 7",), ("",), ("Tag", "IECEx No"), ("P-101", ""), ("P-102", NUMBER)]
    assert where(a_workbook(*rows)) == (2, 1, None)


@pytest.mark.parametrize("cell", ["n/a", "N.A.", "-", "none", "tbd", "Baseefa07ATEX0021X", "pending"])
def test_a_line_without_a_number_above_the_first_number_is_not_taken_for_the_titles(cell: str) -> None:
    assert where(a_csv("Tag;Certificate", f"P-0;{cell}", f"P-1;{NUMBER}")) == (0, 1, None)


def test_a_list_without_titles_may_begin_with_a_line_without_a_number() -> None:
    assert where(a_csv("P-0;n/a", f"P-1;{NUMBER}")) == (None, 1, None)


def test_titles_that_do_not_say_certificate_are_titles_below_what_stands_above_them() -> None:
    assert where(a_csv("Plant 7 of Example Ltd;;", "Number;Tag;Place", f"{NUMBER};P-1;Hall 3")) == (1, 0, None)


def test_a_list_without_titles_is_one_too() -> None:
    assert where(a_csv(f"P-101,{NUMBER}", "P-102,BAS 07.0022")) == (None, 1, None)


@pytest.mark.parametrize(
    ("titles", "row", "numbers"),
    [
        ("Tag,Cert. no", "PT101,BAS 07.0021X", 1),
        ("PT101234,Zertifikat", "PT101235,iec ex bas07.0021 x", 1),
        ("ATEX certificate,IECEx certificate", "Baseefa07ATEX0021,IECExBAS07.0021X", 1),
        ("Report,Certificate", f"GB/BAS/ExTR07.0021/00,{NUMBER}", 1),
        ("Tag,Person", "BAS001,IECEx CP SIR 11.0007", 1),
        ("Licence certificate,Tag", "BAS001,7", 0),
    ],
)
def test_the_numbers_are_found_by_what_they_look_like_and_by_their_title(titles: str, row: str, numbers: int) -> None:
    assert where(a_csv(titles, row))[1] == numbers


def test_a_tag_that_looks_like_a_licence_is_no_number() -> None:
    assert text_of(refusal(a_csv("Tag,Kind", "PMP101,pump", "VLV102,valve"))) == NO_NUMBERS


def test_the_column_may_be_named_by_title_or_letter() -> None:
    data = a_csv("Old,New", f"IECEx BAS 01.0001,{NUMBER}")
    assert where(data)[1] == 0
    for name in ("New", " new ", "B", "b"):
        assert where(data, column=name)[1] == 1
    assert "give its title, or its letter: A, B" in text_of(refusal(data, column="C"))


def test_a_named_column_without_a_number_is_told_so() -> None:
    error = refusal(a_csv("Tag,Certificate", f"P-101,{NUMBER}"), column="Tag")
    assert (error.details["errors"][0]["field"], "in the column A" in text_of(error)) == ("column", True)


@pytest.mark.parametrize("title", ["Ex marking", "Kennzeichnung", "anything", ""])
def test_the_markings_are_found_by_their_title_or_what_they_look_like(title: str) -> None:
    data = a_csv(f"Certificate;{title};Place", f"{NUMBER};Ex db IIC T4 Gb;Example hall")
    assert where(data)[2] == 1


def test_the_markings_may_be_named() -> None:
    data = a_csv("Certificate;Ex marking;Plate", f"{NUMBER};Ex db IIC T4 Gb;Ex eb IIC T4 Gb")
    assert where(data, marking_column="Plate")[2] == 2
    assert refusal(data, marking_column="none").details["errors"][0]["field"] == "marking_column"


@pytest.mark.parametrize(
    ("data", "text"),
    [
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + "EncryptedPackage".encode("utf-16-le"), PROTECTED),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1 Workbook", OLD),
        (changed(XLSX, {"xl/vbaProject.bin": b"program"}), MACROS),
        (changed(XLSX, {"xl/macrosheets/sheet1.xml": b"<x/>"}), MACROS),
        (changed(XLSX, {WORKBOOK: None, "xl/workbook.bin": b""}), BINARY),
        (a_zip(mimetype=b"application/vnd.oasis.opendocument.spreadsheet"), OTHER),
        (changed(XLSX, {CONTENT_TYPES: None}), OTHER),
        (changed(XLSX, {WORKBOOK: LAUGHS}), DECLARES),
        (changed(XLSX, {WORKBOOK: "\n<!DOCTYPE x>".encode("utf-16-le")}), DECLARES),
        (changed(XLSX, {WORKBOOK: "<!DOCTYPE x>".encode("utf-16-be")}), DECLARES),
        (changed(XLSX, {"xl/media/sheet.png": b" " * (PIECE - 4) + LAUGHS}), DECLARES),
        (changed(XLSX, {WORKBOOK: b"<workbook"}), BROKEN),
        (XLSX[:-40], BROKEN),
        (b"PK\x03\x04", BROKEN),
        (b"%PDF-1.7\0", NO_TEXT),
        ("Certificate".encode("utf-16"), 'Is in UTF-16: save it as "CSV UTF-8", or as an Excel workbook (.xlsx).'),
        (a_csv("Tag;Place", "P-101;Hall 1"), NO_NUMBERS),
        (a_workbook(("Tag",), ("P-101",)), NO_NUMBERS),
        (b"\r\n", "Holds nothing: send a table with certificates' numbers in one of its columns."),
        (b"", "Is missing: send the file itself as the body of the request."),
        (
            a_csv("Tag,Certificate", f'"P" 101,{NUMBER}'),
            "Line 2 cannot be read: a quotation mark or the end of a line is missing there.",
        ),
    ],
)
def test_what_cannot_be_read_is_told_what_to_do(data: bytes, text: str) -> None:
    error = refusal(data)
    assert (error.details["errors"][0]["field"], text_of(error)) == ("file", text)


@pytest.mark.parametrize(
    ("data", "text"),
    [
        (a_csv("Certificate", *[NUMBER] * (MOST_LINES + 1)), "The table has 10,001 lines"),
        (a_csv("Certificate", *[NUMBER] * (MOST_LINES + 100)), "more than 10,000 lines"),
        (a_csv(",".join(["Certificate"] * 201), NUMBER), "Line 1 has more than 200 columns"),
        (a_csv("Certificate,Note", f"{NUMBER},{'x' * 32_768}"), "Line 2, column B has more than 32,767 characters"),
        (changed(XLSX, {"xl/media/a.bin": bytes(LARGEST_UNPACKED + 1)}), "unpacks to more than"),
        (changed(XLSX, {f"xl/{n}.xml": b"" for n in range(1_001)}), "at most 1,000 are read"),
        (bytes(assets.LARGEST_FILE + 1), "at most 10,485,760 are taken"),
    ],
)
def test_what_is_too_much_is_told_where(data: bytes, text: str) -> None:
    error = refusal(data)
    assert isinstance(error, TooLarge)
    assert text in error.message


def test_as_many_lines_as_are_allowed_are_read() -> None:
    facts, _ = read(a_csv("Certificate", *[NUMBER] * MOST_LINES))
    assert facts["rows"] == MOST_LINES + 1


def test_a_size_that_a_sheet_only_claims_is_not_believed() -> None:
    sheet = a_workbook(*ROWS)
    part = "xl/worksheets/sheet1.xml"
    claimed = changed(sheet, {part: _with_dimension(sheet, part)})
    assert read(claimed)[1] == read(XLSX)[1]


def _with_dimension(file: bytes, part: str) -> bytes:
    with zipfile.ZipFile(io.BytesIO(file)) as archive:
        return archive.read(part).replace(b"<sheetData>", b'<dimension ref="A1:XFD1048576"/><sheetData>')


@pytest.mark.parametrize(("place", "name"), [(0, "A"), (25, "Z"), (26, "AA"), (199, "GR")])
def test_columns_are_named_as_spreadsheets_name_them(place: int, name: str) -> None:
    assert letter(place) == name


def test_every_refusal_says_what_to_do() -> None:
    texts = [BINARY, BROKEN, DECLARES, MACROS, NO_TEXT, OLD, OTHER, PROTECTED, DEADLY]
    assert all("send" in text and text.endswith(".") for text in texts)
