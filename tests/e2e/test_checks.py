"""A list of assets on the whole register: sent by anybody, checked as a job, had back with what the register says."""

from __future__ import annotations

import csv
import io
from typing import Any

import requests

from tests.e2e.test_life_cycle import issued
from tests.stack import Register
from tests.waiting import until
from tests.workbooks import a_workbook, cells

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


def checked(register: Register, data: bytes, media_type: str) -> bytes:
    """The list as it comes back."""
    api = register.url
    started = requests.post(f"{api}/api/v1/exports/checks", data, headers={"Content-Type": media_type}, timeout=60)
    assert started.status_code == 202, started.text

    def finished() -> Any:
        job = requests.get(api + started.headers["Location"], timeout=20).json()
        return job if job["status"] not in ("queued", "running") else None

    job = until(finished, 60, "the list is checked")
    assert (job["status"], job["percent"]) == ("done", 100), job
    return requests.get(api + job["links"]["file"], timeout=20).content


def test_a_list_comes_back_as_it_came_with_how_each_certificate_stands(register: Register) -> None:
    signatory, secretariat = register.log_in("bas-signatory"), register.log_in("secretariat")
    certificate = issued(signatory, marking=["Ex db IIC T4 Gb"], protection=["d"], conditions_of_use="Mind the gap.")
    number = certificate["number"]
    secretariat.act(number, "suspend", {"reason": "The audit is overdue."})
    titles = ["Tag", "IECEx certificate", "Ex marking"]
    rows = [["=P-101", number.lower(), "Ex db IIC T6 Gb"], ["P-102", "IECEx BAS 99.9999", ""], ["P-103", "pump", ""]]
    back = cells(checked(register, a_workbook(titles, *rows), XLSX))
    assert [[cell or "" for cell in row[:3]] for row in back[1:]] == [["", *rows[0][1:]], *rows[1:]]
    told = dict(zip(back[0], back[1], strict=True))
    assert (told["Register: number"], told["Register: status"]) == (number, "Suspended")
    assert told["Register: suspended since"] == secretariat.today()
    assert (told["Register: conditions of use"], told["Register: conditions in full"]) == ("yes", "Mind the gap.")
    assert told["Register: marking"].startswith("differs: ")
    assert [row[4] for row in back[2:]] == ["Not in the register", None]
    assert back[3][-1].startswith("Is not the number of a certificate")


def test_a_csv_with_semicolons_comes_back_as_one(register: Register) -> None:
    number = issued(register.log_in("bas-signatory"))["number"]
    back = checked(
        register, f"Certificate;Größe\r\n{number} issue 0;5\r\n".encode("cp1252"), "text/csv; charset=windows-1252"
    )
    titles, row = csv.reader(io.StringIO(back.decode("utf-8-sig")), delimiter=";")
    told = dict(zip(titles, row, strict=True))
    assert (told["Größe"], told["Register: status"], told["Register: issue given"]) == ("5", "Current", "0: the latest")
