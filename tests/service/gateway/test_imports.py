"""Imports at the gateway: lines of JSON or rows of a sheet, tried first, each certificate once."""

from __future__ import annotations

import io
import json
import zipfile
from collections.abc import Sequence
from datetime import date
from typing import Any

import pytest
from openpyxl import Workbook

from gateway.lines import MOST_AT_ONCE, MOST_LINES
from gateway.openapi import LINES
from gateway.spreadsheets import DECLARES, LARGEST_UNPACKED, MEDIA_TYPE
from tests.service.gateway.browser import Browser
from tests.service.gateway.visitor import as_a

IMPORTS = "/api/v1/imports"
MAPPING = {"number": "Certificate No", "date_of_issue": "Date", "applicant.name": "Applicant"}
TITLES = ("Certificate No", "Applicant", "Date", "Remarks")


def a_sheet(*rows: Sequence[Any]) -> bytes:
    workbook = Workbook()
    for row in rows:
        workbook.worksheets[0].append(list(row))
    file = io.BytesIO()
    workbook.save(file)
    return file.getvalue()


def answer(browser: Browser, body: str | bytes, kind: str = LINES, query: str = "", **headers: str) -> Any:
    sent = browser.as_("secretariat") | headers
    return browser.http.post(IMPORTS + query, data=body, content_type=kind, headers=sent)


def of_sheet(browser: Browser, body: bytes, query: str = "") -> Any:
    return answer(browser, body, MEDIA_TYPE, query, Mapping=json.dumps(MAPPING))


def rows(response: Any) -> list[dict[str, Any]]:
    assert (response.status_code, response.mimetype) == (200, LINES)
    return [json.loads(line) for line in response.data.splitlines()]


def sent(browser: Browser) -> list[Any]:
    """What reached the service."""
    calls = [arguments for _, method, arguments in browser.gateway.certificates.calls if method == "import_many"]
    return [line["sent"] for arguments in calls for line in arguments["lines"]]


def test_it_is_a_dry_run_unless_it_is_said_otherwise(browser: Browser) -> None:
    record = '{"number": "IECEx BAS 07.0003"}'
    assert rows(answer(browser, record))[0]["status"] == "importable"
    assert rows(answer(browser, record, query="?dry_run=false"))[0]["status"] == "imported"


def test_a_record_that_cannot_be_read_has_the_keys_of_all_others(browser: Browser) -> None:
    good, bad, *_ = rows(answer(browser, '{"number": "IECEx BAS 07.0003"}\nno json'))
    assert list(good) == list(bad) == ["line", "status", "number", "issue", "change_no", "warnings", "problem"]
    assert (bad["status"], bad["number"], bad["change_no"], bad["warnings"]) == ("refused", None, None, [])


def test_the_series_and_a_summary_follow_the_lines(browser: Browser) -> None:
    body = '{"number": "iecex bas 07.3"}\n{"number": "IECEx BAS 07.0003"}\n{"number": "BAS007"}'
    *_, equipment, licences, last = rows(answer(browser, body))
    assert equipment == {"series": "equipment/BAS/07", "last": 3, "absent": []}
    assert licences["series"] == "mark-licence/BAS"
    counts = {"importable": 3, "imported": 0, "unchanged": 0, "refused": 0}
    assert last == {"summary": {"dry_run": True, "lines": 3, **counts}}


def test_of_one_certificate_one_record_is_taken_wherever_the_other_stands(browser: Browser) -> None:
    numbers = ["IECEx BAS 07.0001X", *(f"IECEx BAS 07.{n:04}" for n in range(2, MOST_AT_ONCE + 2)), "bas 07.0001"]
    found = rows(answer(browser, "\n".join(json.dumps({"number": number}) for number in numbers)))
    last = next(row for row in found if row.get("line") == len(numbers))
    assert (last["status"], last["problem"]["errors"][0]["field"]) == ("refused", "number")
    assert "on line 1 as well" in last["problem"]["detail"]


def test_a_line_that_is_no_json_stops_no_other(browser: Browser) -> None:
    found = rows(answer(browser, '{"number": \n{"number": "BAS007"}'))
    assert [row["status"] for row in found[:2]] == ["refused", "importable"]


def test_rows_of_a_sheet_become_records_by_the_mapping(browser: Browser) -> None:
    sheet = a_sheet(TITLES, ("IECEx BAS 07.0003", "Muster GmbH", date(2007, 5, 2), "x"), (), ("BAS007", None, None))
    found = rows(of_sheet(browser, sheet))
    applicant = {"name": "Muster GmbH"}
    first = {"number": "IECEx BAS 07.0003", "date_of_issue": "2007-05-02", "applicant": applicant}
    assert sent(browser) == [first, {"number": "BAS007"}]
    assert [row.get("line") for row in found[:2]] == [2, 4]


def test_the_mapping_may_stand_in_the_address(browser: Browser) -> None:
    query = {"mapping": json.dumps({"number": "Zertifikat Nr. ä"})}
    response = browser.http.post(
        IMPORTS,
        data=a_sheet(("Zertifikat Nr. ä",), ("BAS007",)),
        content_type=MEDIA_TYPE,
        query_string=query,
        headers=browser.as_("secretariat"),
    )
    assert rows(response)[0]["number"] == "BAS007"


def test_a_sheet_without_a_mapping_or_with_a_wrong_one_is_refused(browser: Browser) -> None:
    for given in ("", "{}{", '{"nummer": "No"}', '{"number": "No such title"}'):
        response = answer(browser, a_sheet(TITLES), MEDIA_TYPE, Mapping=given)
        assert response.status_code == 422
        assert response.json["errors"][0]["field"].startswith("mapping")


def test_a_sheet_without_rows_imports_nothing(browser: Browser) -> None:
    assert rows(of_sheet(browser, a_sheet(TITLES)))[0]["summary"]["lines"] == 0


def test_formulas_are_taken_as_the_values_that_were_kept(browser: Browser) -> None:
    rows(of_sheet(browser, a_sheet(TITLES, ("=1+1", "x", None))))
    assert sent(browser) == [{"applicant": {"name": "x"}}]


def zipped(**members: bytes) -> bytes:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in members.items():
            archive.writestr(name, content)
    return file.getvalue()


@pytest.mark.parametrize("body", [b"", b"no archive", zipped(a=b"text"), a_sheet(TITLES)[:-40], b"PK\x03\x04" * 50])
def test_what_is_no_excel_file_is_refused_as_a_whole(browser: Browser, body: bytes) -> None:
    response = of_sheet(browser, body)
    assert (response.status_code, response.json["errors"][0]["field"]) == (422, "body")


def test_a_file_that_grows_beyond_all_bounds_is_not_unpacked(browser: Browser) -> None:
    response = of_sheet(browser, zipped(bomb=bytes(LARGEST_UNPACKED + 1)))
    assert (response.status_code, response.json["code"]) == (413, "too-large")


def test_a_sheet_that_lies_about_its_size_costs_nothing(browser: Browser) -> None:
    file = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(a_sheet(TITLES, ("BAS007",)))) as honest, zipfile.ZipFile(file, "w") as liar:
        for name in honest.namelist():
            text = honest.read(name).decode()
            liar.writestr(name, text.replace('<dimension ref="A1:D2"', '<dimension ref="A1:XFD1048576"'))
    assert rows(of_sheet(browser, file.getvalue()))[-1]["summary"]["lines"] == 1


SHEET = "xl/worksheets/sheet1.xml"


@pytest.mark.parametrize("name", [SHEET, "xl/media/picture.png"])
def test_a_part_that_could_make_gigabytes_of_a_few_letters_is_not_read(browser: Browser, name: str) -> None:
    # Many letters in front let the parser take much more behind them.
    row = f'<row r="1"><c t="inlineStr"><is><t>{"&many;" * 30}</t></is></c></row>'
    bomb = f'<!DOCTYPE x [<!ENTITY many "{"A" * 1_000_000}">]>\n<worksheet>{" " * 1_000_000}{row}</worksheet>'
    file = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(a_sheet(TITLES))) as honest, zipfile.ZipFile(file, "w") as liar:
        for member in honest.namelist():
            text = honest.read(member).decode().replace(SHEET, name)
            liar.writestr(name if member == SHEET else member, bomb if member == SHEET else text)
    response = of_sheet(browser, file.getvalue())
    assert (response.status_code, response.json["errors"][0]) == (422, {"field": "body", "text": DECLARES})


def test_a_sheet_of_too_many_rows_says_so_where_it_ends(browser: Browser) -> None:
    sheet = a_sheet(TITLES, *(("x", None, None) for _ in range(MOST_LINES + 1)))
    *_, before, last, summary = rows(of_sheet(browser, sheet))
    assert (before["line"], before["problem"]) == (MOST_LINES + 1, None)
    assert (last["line"], last["problem"]["code"]) == (MOST_LINES + 2, "too-large")
    assert summary["summary"]["refused"] == 1


def test_another_kind_of_body_is_refused_with_the_kinds_that_are_taken(browser: Browser) -> None:
    response = answer(browser, "{}", "application/json")
    assert response.status_code == 415
    assert LINES in response.json["detail"]
    assert MEDIA_TYPE in response.json["detail"]


def test_one_record_is_not_counted_as_several(browser: Browser) -> None:
    secretariat, page = as_a(browser, "secretariat"), "/secretariat/import"
    file = (io.BytesIO(b'{"number": "BAS007"}'), "certificates.ndjson")
    assert "1 record: " in secretariat.send(page, file=file).text
