"""The rest of the scheme for the demonstration: reports, service facilities, persons, mark licences, later issues.

After the forty-odd certificates of equipment, over HTTP, each step with its key: stopped and begun again, it goes on.
"""

from __future__ import annotations

from collections.abc import Mapping
from random import Random
from typing import Any

from demonstration import accounts
from demonstration.client import Client, in_path
from demonstration.generate import manufacturer
from demonstration.people import person, portrait

SCHEMES = ("equipment", "service-facility", "mark-licence", "person")
REPORTS = ("ExTR", "QAR", "FAR", "PCAR")
FACILITIES, PERSONS, LICENCES, LATER_ISSUES = 8, 12, 4, 4
STANDARDS_OF = {"03-5": ("IEC 60079-19", "4.0"), "03-4": ("IEC 60079-17", "6.0"), "03-3": ("IEC 60079-14", "6.0")}
SERVICES_OF = {
    "03-5": ("Repair and overhaul of rotating machines", "Reclamation of flameproof joints"),
    "03-4": ("Visual, close and detailed inspection", "Maintenance of fixed installations"),
    "03-3": ("Installation of cables and equipment", "Initial inspection"),
}
APPROVER = {"name": "A. Example", "position": "Certification manager"}
AUDIT_FAILED = "Invented for the demonstration: the last audit found that records were missing."

# How many of each scheme become public, beside the drafts; a test holds the register against it.
PUBLIC = {"service-facility": FACILITIES - 1, "person": PERSONS - 1, "mark-licence": LICENCES}


class Officers:
    """The clients of the bodies' signatories, and of the Secretariat."""

    def __init__(self, signatories: Mapping[str | None, Client], secretariat: Client) -> None:
        self.secretariat, self._signatories = secretariat, signatories

    def of(self, index: int) -> tuple[str, Client]:
        """A body and its signatory: the first two bodies have most of the work."""
        excb = accounts.BODIES[index % 2 if index % 3 else index % len(accounts.BODIES)][0]
        return excb, self._signatories[excb]

    def client(self, excb: str) -> Client:
        return self._signatories[excb]


def accept_bodies(officers: Officers) -> None:
    """The Secretariat accepts the demonstration's bodies for all schemes."""
    rows = [{"scheme": scheme, "standard": "*", "valid_from": "2003-08-01"} for scheme in SCHEMES]
    for excb, _country in accounts.BODIES:
        officers.secretariat.call("PUT", f"/excbs/{excb}/scopes", json={"rows": rows})


def register_reports(officers: Officers) -> None:
    """One report of each type for each body; the quality report of the first has a second issue."""
    for excb, _country in accounts.BODIES:
        for kind in REPORTS:
            answer = _post(officers.client(excb), "/reports", _report(excb, kind), f"demonstration-{kind}")
            if kind == "QAR" and excb == accounts.BODIES[0][0]:
                number = in_path(answer["number"])
                again = _report(excb, kind) | {"summary": "The yearly audit: no change."}
                _post(officers.client(excb), f"/reports/{number}/issues", again, "demonstration-again")


def _report(excb: str, kind: str) -> dict[str, Any]:
    random = Random(f"report/{excb}/{kind}")
    maker = manufacturer(random.randrange(40))
    about = {
        "ExTR": "Samples of a pressure transmitter, tested",
        "QAR": "Quality system of a manufacturer, audited",
        "FAR": "Repair workshop, audited",
        "PCAR": "Candidates for certification, assessed",
    }
    return {
        "type": kind,
        "subject": about[kind],
        "applicant": maker,
        "locations": [maker],
        "standards": [{"number": "IEC 60079-0", "edition": "7.0"}] if kind == "ExTR" else [],
        "issued": "2026-01-15",
        "summary": "Invented for the demonstration.",
    }


def make_facilities(officers: Officers) -> None:
    """Workshops and inspectors; one is suspended, one cancelled, the first one a draft."""
    for index in range(FACILITIES):
        excb, client = officers.of(index)
        number = _make(client, _facility(index, excb), f"demonstration-facility-{index}", draft=index == 0)
        if index == 1:
            _decide(officers, number, "suspend", {"reason": AUDIT_FAILED})
        if index == 2:
            _decide(officers, number, "cancel", _ended("The workshop was closed."))


def _facility(index: int, excb: str) -> dict[str, Any]:
    owner = manufacturer(100 + index)
    part = list(STANDARDS_OF)[index % len(STANDARDS_OF)]
    number, edition = STANDARDS_OF[part]
    return {
        "scheme": "service-facility",
        "part": part,
        "applicant": owner,
        "locations": [owner],
        "services": list(SERVICES_OF[part]),
        "protection": ["d", "e", "n", "t"][: 2 + index % 3],
        "scope": "Groups IIA, IIB and IIC, up to 11 kV.",
        "standards": [{"number": number, "edition": edition}],
        "facility_reports": [f"{_country(excb)}/{excb}/FAR25.{index + 1:04}/00"],
        "schedule": "What the workshop at this address does, and for which types of protection.",
        "approver": APPROVER,
    }


def make_persons(officers: Officers) -> None:
    """People with drawn photos; one is suspended, the first one a draft."""
    for index in range(PERSONS):
        excb, client = officers.of(index)
        photo = client.call("POST", "/photos", data=portrait(index), headers={"Content-Type": "image/png"}).json()
        body = _person(index, excb, photo["photo"])
        number = _make(client, body, f"demonstration-person-{index}", draft=index == 0)
        if index == 5:
            _decide(officers, number, "suspend", {"reason": "Invented: the employer could not confirm practice."})


def _person(index: int, excb: str, photo: str) -> dict[str, Any]:
    random, somebody = Random(f"units/{index}"), person(index)
    further = sorted(random.sample([f"Ex {unit:03}" for unit in range(2, 11)], random.randint(1, 3)))
    return {
        "scheme": "person",
        "holder": {"name": somebody.name, "country": somebody.country},
        "applicant": manufacturer(index % 4),
        "assessment_centre": somebody.centre,
        "units": [
            {"unit": unit, "obtained": "2026-01-10", "scope": "Groups I, II and III", "limits": "Up to 1 kV"}
            for unit in ("Ex 001", *further)
        ],
        "photo": photo,
        "private": {"date_of_birth": somebody.birthday, "identity_number": f"DEMO {index:04}"},
        "assessment_reports": [f"{_country(excb)}/{excb}/PCAR25.{index + 1:04}/00"],
        "approver": APPROVER,
    }


def make_licences(officers: Officers) -> None:
    """Licences for what their bodies certified; one lists a certificate that is suspended afterwards."""
    for index in range(LICENCES):
        excb = accounts.BODIES[index][0]
        client = officers.client(excb)
        there = client.call("GET", "/mine?scheme=mark-licence&limit=1").json()["items"]
        # What is Current changes while this goes on, so that a licence that is there is not asked for again.
        listed = there[0]["certificates"] if there else _current_equipment(client)[: 3 + index % 2]
        number = _make(client, _licence(index, listed), f"demonstration-licence-{index}")
        if index == 0:
            rows = client.get(number).json()["listed"]
            _decide(officers, rows[0]["number"], "suspend", {"reason": AUDIT_FAILED})


def _licence(index: int, listed: list[str]) -> dict[str, Any]:
    return {
        "scheme": "mark-licence",
        "applicant": manufacturer(index),
        "certificates": listed,
        "schedule": "All products of the certificates listed.",
        "approver": APPROVER,
    }


def issue_anew(officers: Officers) -> None:
    """Some certificates of equipment get a second issue, the first of them a third."""
    client = officers.client(accounts.BODIES[1][0])
    for place, number in enumerate(_current_equipment(client)[:LATER_ISSUES]):
        for issue in (1, 2) if place == 0 else (1,):
            _issue_anew(client, number, issue)


def _issue_anew(client: Client, number: str, issue: int) -> None:
    standing = client.get(number).json()
    body = {name: value for name, value in standing.items() if name not in ("links", "listed", "superseded_by")}
    body |= {"changes": f"Issue {issue}: the ambient range was extended.", "ambient": f"-60 °C ≤ Ta ≤ +{60 + issue} °C"}
    key = {"Idempotency-Key": f"demonstration-issue-{issue}"}
    answer = client.call("POST", f"/certificates/{in_path(number)}/issues", json=body, headers=key)
    if answer.json()["status"] == "draft":
        client.issue(number, answer.headers["ETag"])


def ask_the_secretariat(officers: Officers) -> None:
    """Two questions that wait for an answer."""
    client = officers.client(accounts.BODIES[1][0])
    waiting = {"action": "suspend", "reason": "Invented: the manufacturer moves its production."}
    for number in _current_equipment(client)[-2:]:
        client.call("POST", f"/certificates/{in_path(number)}/requests", json=waiting)


def _current_equipment(client: Client) -> list[str]:
    """The base numbers of the body's Current certificates of equipment, neither components nor single units."""
    page = client.call("GET", "/mine?scheme=equipment&status=current&limit=100").json()
    return sorted(row["base_number"] for row in page["items"] if row["kind"] == "equipment")


def _make(client: Client, body: dict[str, Any], key: str, draft: bool = False) -> str:
    """Its number, when it is drafted and, if it is to be, issued."""
    number = str(client.create(body, key).json()["number"])
    answer = client.get(number)
    if not draft and answer.json()["status"] == "draft":
        client.issue(number, answer.headers["ETag"])
    return number


def _decide(officers: Officers, number: str, action: str, decision: dict[str, Any]) -> None:
    if officers.secretariat.get(number).json()["status"] == "current":
        officers.secretariat.act(number, action, decision)


def _ended(reason: str) -> dict[str, Any]:
    return {"reason": reason, "date": Client.today(), "supplied_affected": False}


def _country(excb: str) -> str:
    return dict(accounts.BODIES)[excb]


def _post(client: Client, path: str, body: dict[str, Any], key: str) -> dict[str, Any]:
    answer: dict[str, Any] = client.call("POST", path, json=body, headers={"Idempotency-Key": key}).json()
    return answer


STEPS = (register_reports, make_facilities, issue_anew, make_licences, ask_the_secretariat, make_persons)
