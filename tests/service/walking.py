"""A walk through the life of certificates and reports: anything that is possible, at random, but the same each time."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from random import Random
from typing import Any

from contracts.errors import RegisterError
from tests.certificates import MAKER, a_body, a_facility_body, a_licence_body
from tests.reports import a_report_body
from tests.service.certificates import Office

COUNTRIES = ("DE", "NO", "KR")
# What needs something to be done before, so that it is tried in vain more often.
OFTEN = ("issue", "issue", "reissue", "suspend", "suspend", "reinstate", "reinstate")


@dataclass
class Walk:
    """``trail``: what was done; what the register refuses is not."""

    office: Office
    random: Random
    numbers: list[str] = field(default_factory=list)
    reports: list[str] = field(default_factory=list)
    trail: list[str] = field(default_factory=list)

    def step(self) -> None:
        name = self.random.choice([*STEPS, *OFTEN])
        with suppress(RegisterError):
            STEPS[name](self)
            self.trail.append(name)
        if self.random.random() < 0.1:
            self.office.pass_time(days=self.random.choice([1, 20, 200]))

    @property
    def number(self) -> str:
        return self.random.choice(self.numbers or ["IECEx BAS 26.9999"])

    @property
    def maker(self) -> dict[str, str]:
        return MAKER | {"country": self.random.choice(COUNTRIES)}

    def draft(self) -> None:
        bodies = [a_body(applicant=self.maker), a_facility_body(applicant=self.maker), a_licence_body(self.number)]
        self.numbers.append(self.office.author.create_draft(body=self.random.choice(bodies))["number"])

    def issue(self) -> None:
        number = self.number
        found = self.office.author.mine(status="draft", limit=100)["items"]
        draft = next((item for item in found if item["number"] == number), None)
        self.office.signatory.issue(number=number, version=draft and draft["version"])

    def reissue(self) -> None:
        number = self.number
        draft = self.office.author.create_issue(number=number, body=a_body(applicant=self.maker, changes="A seal."))
        self.office.signatory.issue(number=number, version=draft["version"])

    def amend(self) -> None:
        standing = self.office.secretariat.get(number=self.number)
        self.office.secretariat.edit(
            number=standing["number"], body=a_body(applicant=self.maker), version=standing["version"], reason="A slip."
        )

    def suspend(self) -> None:
        self.office.secretariat.suspend(number=self.number, reason="The audit is overdue.")

    def reinstate(self) -> None:
        self.office.secretariat.reinstate(number=self.number, reason="The audit took place.")

    def cancel(self) -> None:
        today = self.office.now.date().isoformat()
        self.office.secretariat.cancel(number=self.number, reason="Stopped.", date=today, supplied_affected=False)

    def delete(self) -> None:
        self.office.secretariat.delete(number=self.number, reason="Entered twice.")

    def bring_in(self) -> None:
        number = f"IECEx BAS 07.{self.random.randint(1, 30):04d}"
        dates = {"date_of_issue": "2009-05-02", "first_issued": "2007-05-02"}
        record = {"number": number, "status": "current", "issue": 2, "changes": "A seal.", **dates}
        record |= {
            name: value for name, value in a_body(applicant=self.maker).items() if name not in ("scheme", "kind")
        }
        (done,) = self.office.secretariat.import_many(lines=[{"line": 1, "sent": record}], dry_run=False)
        self.numbers += [number] if done["status"] == "imported" else []

    def report(self) -> None:
        kind = self.random.choice(["ExTR", "QAR", "FAR", "PCAR"])
        body = a_report_body(type=kind, applicant=self.maker, issued="2026-11-02")
        self.reports.append(self.office.author.register_report(body=body)["base_number"])

    def reissue_report(self) -> None:
        number = self.random.choice(self.reports or ["GB/BAS/ExTR26.9999"])
        before: dict[str, Any] = self.office.author.report(number=number)
        self.office.author.reissue_report(number=number, body={**before, "applicant": self.maker})


STEPS: dict[str, Callable[[Walk], None]] = {
    step.__name__: step
    for step in (
        Walk.draft,
        Walk.issue,
        Walk.reissue,
        Walk.amend,
        Walk.suspend,
        Walk.reinstate,
        Walk.cancel,
        Walk.delete,
        Walk.bring_in,
        Walk.report,
        Walk.reissue_report,
    )
}
