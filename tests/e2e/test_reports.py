"""A report from its registration to the certificate that rests on it, over HTTP."""

import uuid

import requests

from demonstration.client import in_path
from gateway.api import examples
from tests.e2e.test_life_cycle import issued
from tests.stack import Register


def test_a_report_is_registered_rested_on_and_issued_anew(embedded_register: Register) -> None:
    api, signatory = f"{embedded_register.url}/api/v1", embedded_register.log_in("bas-signatory")
    key = {"Idempotency-Key": uuid.uuid4().hex}
    made = signatory.call("POST", "/reports", json=examples.REPORT, headers=key)
    number, address = made.json()["number"], made.headers["Location"]
    assert signatory.call("POST", "/reports", json=examples.REPORT, headers=key).json()["number"] == number
    certificate = issued(signatory, test_reports=[number])
    later = signatory.call("POST", f"/reports/{in_path(number)}/issues", json=made.json() | {"summary": "Again."})
    assert later.json()["number"] == number[:-2] + "01"
    read = requests.get(embedded_register.url + address.lower(), timeout=10)
    assert read.json()["certificates"] == [certificate["base_number"]]
    assert (read.json()["latest_issue"], read.json()["summary"]) == (1, examples.REPORT["summary"])
    newest = requests.get(f"{api}/reports?excb=BAS&type=ExTR&limit=1", timeout=10).json()["items"]
    assert [report["number"] for report in newest] == [later.json()["number"]]
    change_no = later.json()["change_no"]
    assert requests.get(f"{api}/search?min_change={change_no}", timeout=10).json()["change_no"] >= change_no
