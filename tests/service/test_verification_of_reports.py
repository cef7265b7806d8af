"""The verification of a register with reports in it, with certificates that changed because others did, and imports."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest

from contracts.errors import Unavailable
from services.certificates.changes import Change
from services.certificates.domain.certificate import Certificate
from services.certificates.publishing import publish
from services.certificates.queries import certificates as queries
from tests.certificates import SECRETARIAT, a_body, a_licence_body, somebody
from tests.reports import a_report_body
from tests.servers import Servers, fresh_database
from tests.service.certificates import MORNING, AwayNumbering, Office
from tests.service.faults import envelope
from tests.service.reports import registered
from tests.service.verification import Copy, adopt_one, office_at, small_register
from verification import queries as looks

# ruff: noqa: S608 - the statements are made of constants of these tests
EXTR = "series = 'ExTR/GB/BAS/26'"
# PostgreSQL makes no JSON of a text by itself, and SQLite needs no word for it.
SPOILT = "replace(CAST(content AS text), 'Tested', 'Praised'){json}"
OF_EXTR = "report_id = (SELECT id FROM reports WHERE type = 'ExTR')"


def fill(office: Office) -> None:
    """Changes 1 to 6 of certificates and those related to them, 7 to 9 of reports, 10 an import."""
    listed = office.issued()["number"]
    office.issued_as(a_licence_body(listed))
    office.secretariat.suspend(number=listed, reason="The audit is overdue.")
    sira = office.as_(somebody("signatory", "SIR"))
    draft = sira.create_draft(body=a_body(supersedes=[listed]))
    sira.issue(number=draft["number"], version=draft["version"])
    number = registered(office)["number"]
    office.author.reissue_report(number=number, body=a_report_body(summary="Tested again."))
    registered(office, type="QAR")
    adopt_one(office, 5)
    import_one(office, "IECEx BAS 26.0005")


def import_one(office: Office, number: str) -> None:
    """A certificate of 2007 becomes public."""
    day = date(2007, 5, 4)
    with office.handle.begin() as session:
        draft: Any = queries.find(session, number)
        assert isinstance(draft, Certificate)
        new = replace(draft, status="current", version=2, date_of_issue=day, first_issued=day, status_date=day)
        publish(session, [Change("certificate.imported", draft, new, SECRETARIAT, office.now, day)])


@pytest.fixture(scope="module")
def sqlite_copy(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Copy]:
    with small_register(f"sqlite:///{tmp_path_factory.mktemp('reports') / 'register.sqlite'}", fill) as copy:
        yield copy


@pytest.fixture(scope="module")
def postgresql_copy(servers: Servers) -> Iterator[Copy]:
    with fresh_database(servers.database_url) as url, small_register(url, fill) as copy:
        yield copy


@pytest.fixture(params=["sqlite", "postgresql"])
def copy(request: pytest.FixtureRequest) -> Iterator[Copy]:
    copy: Copy = request.getfixturevalue(f"{request.param}_copy")
    yield copy
    copy.heal()


def test_a_sound_register_passes(copy: Copy) -> None:
    findings = copy.findings()
    assert {letter: finding.faults for letter, finding in findings.items()} == {letter: [] for letter in "NLPCS"}
    assert findings["N"].facts == "9 numbers in 5 series, 3 of them absent"
    assert findings["L"].facts == "10 changes, published up to 10"
    assert findings["P"].facts == "4 certificates, 4 public, 0 deleted, 0 never published; 3 issues of reports"
    assert findings["C"].facts == "4 certificates, 4 issues, 3 reports"


FAULTS: dict[str, tuple[str, tuple[str, ...], str, str]] = {
    "a report's number is missing in the ledger": (
        "numbering",
        (f"DELETE FROM ledger WHERE {EXTR}", f"DELETE FROM counters WHERE {EXTR}"),
        "N",
        "GB/BAS/ExTR26.0001 stands on the report",
    ),
    "a number was given to no report": (
        "numbering",
        (
            "INSERT INTO ledger (series, n, owner_id) VALUES ('ExTR/GB/BAS/26', 2, 'lost')",
            f"UPDATE counters SET last = 2 WHERE {EXTR}",
        ),
        "N",
        "GB/BAS/ExTR26.0002 was given to lost, which is no certificate and no report.",
    ),
    "a report shows another number": (
        "certificates",
        ("UPDATE reports SET base_number = 'GB/BAS/ExTR26.0009' WHERE type = 'ExTR'",),
        "N",
        "to which GB/BAS/ExTR26.0001 was given.",
    ),
    "a report counts in another series": (
        "certificates",
        ("UPDATE reports SET series = 'ExTR/GB/SIR/26' WHERE type = 'ExTR'",),
        "N",
        "GB/BAS/ExTR26.0001 was given in ExTR/GB/BAS/26, but its report",
    ),
    "a report never got the number that was given to it": (
        "certificates",
        ("UPDATE reports SET base_number = NULL WHERE type = 'ExTR'",),
        "N",
        "has waited for its number since 2026-11-21 10:00, though GB/BAS/ExTR26.0001 was given to it",
    ),
    "an envelope tells of a report by the type of a certificate": (
        "certificates",
        (
            "UPDATE changes SET type = 'certificate.issued' WHERE change_no = 7",
            *envelope("report.registered", "certificate.issued", 7),
        ),
        "L",
        "there is no type 'certificate.issued' of a report.",
    ),
    "a routing key leads elsewhere": (
        "certificates",
        ("UPDATE changes SET routing_key = 'report.registered.QAR.BAS' WHERE change_no = 7",),
        "L",
        "by its envelope it should be 'report.registered.ExTR.BAS'.",
    ),
    "an envelope holds nothing": (
        "certificates",
        ("""UPDATE changes SET envelope = '{"report": 7}' WHERE change_no = 7""",),
        "L",
        "Change 7 holds no envelope with a report in it.",
    ),
    "the history of a certificate has a report in it": (
        "certificates",
        ("UPDATE history SET change_no = 7 WHERE change_no = 1",),
        "L",
        "Change 7, of GB/BAS/ExTR26.0001: it is in the history of the certificate",
    ),
    "a registered issue was changed": (
        "certificates",
        (f"UPDATE report_issues SET content = {SPOILT} WHERE {OF_EXTR} AND issue = 0",),
        "P",
        "GB/BAS/ExTR26.0001/00: its summary is",
    ),
    "an envelope was rewritten": (
        "certificates",
        envelope("Tested again.", "Tested never.", 8),
        "P",
        'GB/BAS/ExTR26.0001/01: its summary is "Tested again.", in change 8 of the log "Tested never.".',
    ),
    "an envelope lost a field": (
        "certificates",
        envelope('"summary":"Tested again.",', "", 8),
        "P",
        'its summary is "Tested again.", in change 8 of the log null.',
    ),
    "an envelope holds what is not public": (
        "certificates",
        envelope('"excb":"BAS","issue"', '"account":"bas-author","excb":"BAS","issue"', 7),
        "P",
        "Change 7, of GB/BAS/ExTR26.0001/00: it holds what is not public: account.",
    ),
    "an issue is told twice": (
        "certificates",
        envelope("ExTR26.0001/01", "ExTR26.0001/00", 8) + envelope('"issue":1,', '"issue":0,', 8),
        "P",
        "it was registered by change 7, and a registered issue never changes.",
    ),
    "an issue has the number of another": (
        "certificates",
        envelope("ExTR26.0001/01", "ExTR26.0001/02", 8),
        "P",
        "Change 8, of GB/BAS/ExTR26.0001/02: its issue is 1.",
    ),
    "an issue is left out": (
        "certificates",
        envelope("ExTR26.0001/01", "ExTR26.0001/02", 8) + envelope('"issue":1,', '"issue":2,', 8),
        "P",
        "issue 1 was not told before it.",
    ),
    "a first issue is told as a later one": (
        "certificates",
        (
            "UPDATE changes SET type = 'report.reissued' WHERE change_no = 9",
            *envelope("report.registered", "report.reissued", 9),
        ),
        "P",
        "report.reissued never tells of issue 0.",
    ),
    "the log tells of a number that no report has": (
        "certificates",
        ("UPDATE reports SET base_number = 'GB/BAS/QAR26.0009' WHERE type = 'QAR'",),
        "P",
        "GB/BAS/QAR26.0001/00: change 9 tells of it, but no report has this number.",
    ),
    "an issue is not in the log": (
        "certificates",
        (
            "DELETE FROM history WHERE change_no > 8",
            "DELETE FROM changes WHERE change_no > 8",
            "UPDATE change_counter SET value = 8",
        ),
        "P",
        "GB/BAS/QAR26.0001/00: it has its number, but the log does not tell of it.",
    ),
    "a number was written without a registration": (
        "certificates",
        (f"UPDATE report_issues SET registered_at = NULL, change_no = NULL WHERE {OF_EXTR} AND issue = 0",),
        "P",
        "GB/BAS/ExTR26.0001/00: it has its number, but the log does not tell of it.",
    ),
    "an issue names another change": (
        "certificates",
        (f"UPDATE report_issues SET change_no = 9 WHERE {OF_EXTR} AND issue = 0",),
        "P",
        "GB/BAS/ExTR26.0001/00: its change is 9, in the log 7.",
    ),
    "a licence no longer flags what it lists": (
        "certificates",
        ("UPDATE issues SET related = NULL WHERE change_no = 4",),
        "P",
        "BAS001: its listed is [], in change 4 of the log",
    ),
    "a related change told of another content": (
        "certificates",
        envelope("All products", "Some products", 4),
        "P",
        "its content is not that of change 2, though certificate.related leaves it as it is.",
    ),
    "an imported certificate is not told as it stands": (
        "certificates",
        envelope('"first_issued":"2007-05-04"', '"first_issued":"2008-05-04"', 10),
        "P",
        'IECEx BAS 26.0005: its first_issued is "2007-05-04", in change 10 of the log "2008-05-04".',
    ),
}


@pytest.mark.parametrize("fault", FAULTS)
def test_a_planted_fault_is_found_and_named(copy: Copy, fault: str) -> None:
    service, statements, broken, said = FAULTS[fault]
    json = "" if copy.url.startswith("sqlite") else "::json"
    copy.change(service, *(statement.replace("{json}", json) for statement in statements))
    finding = copy.findings()[broken]
    assert [text for text in finding.faults if said in text], str(finding)


def test_a_report_may_wait_a_minute_for_its_number_and_that_is_said(copy: Copy) -> None:
    with office_at(copy.url) as office:
        office.numbering = AwayNumbering()
        with pytest.raises(Unavailable):
            registered(office)
    soon = copy.findings(MORNING + timedelta(seconds=50))["N"]
    assert soon.facts == "9 numbers in 5 series, 3 of them absent; 1 report younger than a minute without one"
    (late,) = copy.findings(MORNING + timedelta(seconds=70))["N"].faults
    assert late.startswith("The report ")


def test_reports_that_come_meanwhile_are_no_faults(copy: Copy, monkeypatch: pytest.MonkeyPatch) -> None:
    with office_at(copy.url) as office:

        def writing(look: Any) -> Any:
            def looked(connection: Any) -> Any:
                result = look(connection)
                office.author.reissue_report(number=registered(office)["number"], body=a_report_body())
                return result

            return looked

        for name in ("counters", "log_end", "count_certificates", "count_reports", "change_counter", "published"):
            monkeypatch.setattr(looks, name, writing(getattr(looks, name)))
        findings = copy.findings()
    assert [str(finding) for finding in findings.values() if finding.count] == []
    assert findings["L"].facts == "10 changes, published up to 10"
