"""The check of a list of assets as a job: the list comes back as it was, with what the register says behind it."""

from __future__ import annotations

import codecs
import csv
import hashlib
import io
import json
import uuid
from dataclasses import asdict
from typing import Any

import pytest
from openpyxl import load_workbook

from contracts.errors import Forbidden, InvalidInput, TooManyRequests, Unavailable
from plumbing.blobs import Blobs
from services.export import domain
from tests.service.export.neighbours import Clock, FakeCertificates, as_account, file_of
from tests.unit.test_checked_assets import NUMBER, a_table, an_answer
from tests.workbooks import cells

ROWS = [["Tag", "Certificate", "Marking"], ["P-101", NUMBER, ""], ["P-102", "IECEx BAS 26.0009", ""]]
HOSTILE = ["=1+1", "+1", "-1", "@SUM(A1)", "\tx", "#N/A", "<b>&amp;</b>", "a\nb", "\x01\ufffe", "0042", " x "]


def sent(replica: Any, rows: list[list[str]], **table: Any) -> Any:
    """The job of checking this list, as the gateway sends it."""
    lines = "".join(json.dumps(row) + "\n" for row in rows).encode()
    blob = f"uploads/{uuid.uuid4()}.jsonl"
    replica.blobs.put(blob, lines)
    facts = {"blob": blob, "sha256": hashlib.sha256(lines).hexdigest(), "rows": len(rows), "markings": None}
    return replica.check(table=asdict(a_table(**facts | table)))


def checked(replica: Any, rows: list[list[str]], **table: Any) -> tuple[dict[str, Any], bytes]:
    """The job when it is done, and its file."""
    job = sent(replica, rows, **table)
    replica.work()
    done = replica.get(id=job["id"])
    assert done["status"] == "done", done["error"]
    return done, file_of(replica, job["id"])


def as_csv(file: bytes, delimiter: str = ";") -> list[list[str]]:
    return list(csv.reader(io.StringIO(file.decode("utf-8-sig"), newline=""), delimiter=delimiter))


def test_a_csv_comes_back_with_what_the_register_says_behind_each_line(
    replica: Any, certificates: FakeCertificates
) -> None:
    certificates.verified[NUMBER] = an_answer(status="suspended")
    job, file = checked(replica, ROWS)
    table = as_csv(file)
    assert [row[:3] for row in table] == ROWS
    assert table[0][3:5] == ["Register: number", "Register: status"]
    assert [row[3:5] for row in table[1:]] == [[NUMBER, "Suspended"], ["IECEx BAS 26.0009", "Not in the register"]]
    assert (job["rows"], job["total"], job["percent"], job["change_no"]) == (3, 3, 100, 7)
    assert job["missing"] == [{"number": "IECEx BAS 26.0009", "text": "There is no IECEx BAS 26.0009."}]
    assert (job["format"], job["file"]["content_type"]) == ("csv", "text/csv; charset=utf-8")
    assert job["file"]["filename"] == "assets-2026-11-21.csv"


def test_a_workbook_comes_back_as_one_with_a_note(replica: Any) -> None:
    _, file = checked(replica, ROWS, format="xlsx", delimiter="")
    assert [row[:2] for row in cells(file)] == [row[:2] for row in ROWS]
    note = {line[0]: line[1] for line in cells(file, 1)}
    assert note["What this is"].startswith("A copy, not the original")
    assert (note["Searched for"], note["Lines"]) == ("the numbers in a list of assets", "3")


@pytest.mark.parametrize("kind", ["csv", "xlsx"])
def test_no_cell_is_a_formula_and_all_others_are_as_they_were(replica: Any, kind: str) -> None:
    rows = [["=title()", "Certificate"], *([text, NUMBER] for text in HOSTILE)]
    _, file = checked(replica, rows, format=kind, delimiter=";" if kind == "csv" else "")
    if kind == "xlsx":
        assert {cell.data_type for row in load_workbook(io.BytesIO(file)).worksheets[0] for cell in row} == {"s", "n"}
        shown = [row[0] for row in cells(file)]
        assert shown == [*("=title()", *HOSTILE[:8]), None, "0042", " x "]
    else:
        shown = [row[0] for row in as_csv(file)]
        assert shown == ["'=title()", "'=1+1", "'+1", "'-1", "'@SUM(A1)", "'\tx", *HOSTILE[5:8], "", "0042", " x "]


@pytest.mark.parametrize(("bom", "begins"), [(True, True), (False, False)])
def test_a_mark_and_a_delimiter_are_as_they_came(replica: Any, bom: bool, begins: bool) -> None:
    _, file = checked(replica, ROWS, bom=bom, delimiter=",")
    assert file.startswith(codecs.BOM_UTF8) == begins
    assert as_csv(file, ",")[1][:2] == ["P-101", NUMBER]


def test_what_stands_above_the_titles_stays_and_asks_nothing(replica: Any, certificates: FakeCertificates) -> None:
    rows = [["Plant 7", NUMBER, ""], *ROWS]
    _, file = checked(replica, rows, titles=1)
    assert set(as_csv(file)[0][3:]) == {""}
    assert as_csv(file)[1][3] == "Register: number"
    assert [question["number"] for question in certificates.asked[0]] == [NUMBER, "IECEx BAS 26.0009"]


@pytest.mark.parametrize("kind", ["csv", "xlsx"])
def test_a_list_without_titles_gets_those_of_what_is_new(replica: Any, kind: str) -> None:
    _, file = checked(replica, ROWS[1:], titles=None, format=kind, delimiter=";" if kind == "csv" else "")
    first, second, *_ = as_csv(file) if kind == "csv" else cells(file)
    assert [cell or "" for cell in first[:4]] == ["", "", "", "Register: number"]
    assert second[:2] == ["P-101", NUMBER]


def test_each_question_is_asked_once_and_what_did_not_fit_again(replica: Any, certificates: FakeCertificates) -> None:
    certificates.most_answers = 2
    rows = [ROWS[0], *([f"P-{n}", f"IECEx BAS 26.000{1 + n % 5}", ""] for n in range(450))]
    job, file = checked(replica, rows)
    assert [len(questions) for questions in certificates.asked] == [5, 3, 1] * 3
    assert len(as_csv(file)) == 451
    assert len(job["missing"]) == 100


def test_a_list_is_asked_about_as_a_guest_whoever_sent_it(replica: Any, certificates: FakeCertificates) -> None:
    as_account(replica, "author")
    checked(replica, ROWS)
    assert certificates.acted_for == {"guest"}


def test_a_list_is_gone_from_the_store_when_it_is_checked(replica: Any) -> None:
    job = sent(replica, ROWS)
    assert _uploads(replica.blobs)
    replica.work()
    assert replica.get(id=job["id"])["status"] == "done"
    assert not _uploads(replica.blobs)


def _uploads(blobs: Blobs) -> list[str]:
    assert blobs._folder is not None
    return [path.name for path in (blobs._folder / "uploads").glob("*")] if (blobs._folder / "uploads").exists() else []


def test_the_same_list_sent_again_while_it_is_checked_is_one_job(replica: Any) -> None:
    first = sent(replica, ROWS)
    lines = replica.blobs.get(f"uploads/{_uploads(replica.blobs)[0]}")
    again = "uploads/99999999-2222-4333-8444-555555555555.jsonl"
    replica.blobs.put(again, lines)
    facts = {"sha256": hashlib.sha256(lines).hexdigest(), "rows": 3, "markings": None}
    assert replica.check(table=asdict(a_table(blob=again, **facts)))["id"] == first["id"]
    assert len(_uploads(replica.blobs)) == 1
    replica.work()
    assert replica.get(id=first["id"])["status"] == "done"


def test_checks_count_among_the_exports_of_an_account(replica: Any) -> None:
    as_account(replica, "author")
    for n in range(domain.MOST_OPEN_OF_AN_ACCOUNT):
        sent(replica, [*ROWS, ["P", NUMBER, str(n)]])
    with pytest.raises(TooManyRequests):
        sent(replica, ROWS)
    assert len(_uploads(replica.blobs)) == domain.MOST_OPEN_OF_AN_ACCOUNT


def test_a_check_is_cancelled_by_who_started_it(replica: Any) -> None:
    as_account(replica, "author")
    job = sent(replica, ROWS)
    as_account(replica, "another")
    with pytest.raises(Forbidden):
        replica.cancel(id=job["id"])
    as_account(replica, "author")
    replica.cancel(id=job["id"])
    replica.work()
    assert replica.get(id=job["id"])["status"] == "cancelled"


def test_a_register_that_is_away_puts_a_check_off(
    replica: Any, certificates: FakeCertificates, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    job = sent(replica, ROWS)

    def away(**_asked: Any) -> Any:
        raise Unavailable

    with monkeypatch.context() as patched:
        patched.setattr(certificates, "verify_many", away)
        replica.work()
    assert replica.get(id=job["id"])["status"] == "queued"
    clock.pass_by(domain.PAUSE * 2)
    replica.work()
    done = replica.get(id=job["id"])
    assert (done["status"], done["rows"]) == ("done", 3)
    assert len(as_csv(file_of(replica, job["id"]))) == 3


def test_what_is_no_table_is_refused(replica: Any) -> None:
    with pytest.raises(InvalidInput):
        replica.check(table={})
