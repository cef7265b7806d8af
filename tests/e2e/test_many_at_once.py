"""Many certificates in one request over HTTP: a batch of persons, and certificates from before the register."""

import json
import uuid
from typing import Any

import requests

from demonstration.client import Client
from tests.certificates import a_body, a_person_body
from tests.pictures import a_file
from tests.stack import Register
from tests.waiting import until

PERSONS = 300
WITHIN = 30.0
LINES = {"Content-Type": "application/x-ndjson"}


def rows(answer: requests.Response) -> list[dict[str, Any]]:
    return [json.loads(line) for line in answer.content.splitlines()]


def test_three_hundred_persons_are_issued_by_one_request_and_sent_again_they_are_the_same(
    embedded_register: Register,
) -> None:
    signatory = embedded_register.log_in("bas-signatory")
    photo = signatory.call("POST", "/photos", data=a_file(), headers={"Content-Type": "image/jpeg"}).json()["photo"]
    name = f"Kim {uuid.uuid4().hex}"
    body = a_person_body(photo, holder={"name": name, "country": "KR"})
    batch = "\n".join([*[json.dumps(body)] * (PERSONS - 1), "{", json.dumps(body)])
    headers = LINES | {"Idempotency-Key": uuid.uuid4().hex}

    def send() -> list[dict[str, Any]]:
        return rows(signatory.call("POST", "/certificates/batch?issue=true", data=batch, headers=headers))

    *found, last = send()
    assert last == {"summary": {"lines": PERSONS + 1, "issued": PERSONS, "drafted": 0, "refused": 1}}
    assert [row["line"] for row in found] == list(range(1, PERSONS + 2))
    numbers = [row["number"] for row in found if row["status"] == "issued"]
    assert len(set(numbers)) == PERSONS
    assert send() == [*found, last]
    public = Client(embedded_register.url)
    assert public.get(numbers[-1]).json()["holder"]["name"] == name
    asked = {"q": name.split()[1], "limit": 1}
    until(
        lambda: public.call("GET", "/search", params=asked).json()["total"] == PERSONS, WITHIN, "all of them are found"
    )


def test_a_certificate_from_before_comes_in_as_it_stands_and_is_found(embedded_register: Register) -> None:
    secretariat = embedded_register.log_in("secretariat")
    word = f"Starkey{uuid.uuid4().hex}"
    record = {name: value for name, value in a_body(equipment=word).items() if name != "scheme"}
    record |= {"number": "IECEx TUN 04.0003", "issue": 2, "first_issued": "2004-02-03", "date_of_issue": "2009-05-06"}
    record |= {"status": "suspended", "status_date": "2010-01-02", "status_reason": "The audit was overdue."}

    def send(query: str) -> list[dict[str, Any]]:
        return rows(secretariat.call("POST", f"/imports{query}", data=json.dumps(record), headers=LINES))

    tried, gaps, _ = send("")
    assert (tried["status"], gaps["last"]) == ("importable", 3)
    assert gaps["absent"] == [["IECEx TUN 04.0001", "IECEx TUN 04.0002"]]
    assert send("?dry_run=false")[0]["status"] == "imported"
    assert send("?dry_run=false")[0]["status"] == "unchanged"
    public = Client(embedded_register.url)
    found = public.get("IECEx TUN 04.0003").json()
    assert (found["status"], found["issue"], found["status_date"]) == ("suspended", 2, "2010-01-02")
    hits = until(
        lambda: public.call("GET", "/search", params={"q": word}).json()["items"], WITHIN, "it is in the index"
    )
    assert [(hit["number"], hit["issue"]) for hit in hits] == [("IECEx TUN 04.0003", 2)]
