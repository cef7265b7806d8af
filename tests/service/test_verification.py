"""The verification finds each fault that is planted in a sound register, and names it; on SQLite and PostgreSQL."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import timedelta
from typing import Any

import pytest

from tests.servers import Servers, fresh_database
from tests.service.certificates import MORNING
from tests.service.verification import CHANGES, Copy, office_at, small_register
from verification import queries
from verification.__main__ import main

# ruff: noqa: S608 - the statements are made of constants of these tests
BAS = "series = 'equipment/BAS/26'"


@pytest.fixture(scope="module")
def sqlite_copy(tmp_path_factory: pytest.TempPathFactory) -> Copy:
    return small_register(f"sqlite:///{tmp_path_factory.mktemp('verification') / 'register.sqlite'}")


@pytest.fixture(scope="module")
def postgresql_copy(servers: Servers) -> Iterator[Copy]:
    with fresh_database(servers.database_url) as url:
        yield small_register(url)


@pytest.fixture(params=["sqlite", "postgresql"])
def copy(request: pytest.FixtureRequest) -> Iterator[Copy]:
    """The small register in databases of either kind."""
    copy: Copy = request.getfixturevalue(f"{request.param}_copy")
    yield copy
    copy.heal()


def test_a_sound_register_passes(copy: Copy) -> None:
    findings = copy.findings()
    assert {letter: finding.faults for letter, finding in findings.items()} == {"N": [], "L": [], "P": [], "S": []}
    assert findings["N"].facts == "7 numbers in 2 series"
    assert findings["L"].facts == "11 changes, published up to 11"
    assert findings["P"].facts == "7 certificates, 4 public, 1 deleted, 2 never published"


def envelope(old: str, new: str, change_no: int) -> tuple[str, ...]:
    """Rewrites a row of the log by hand."""
    return (f"UPDATE changes SET envelope = replace(envelope, '{old}', '{new}') WHERE change_no = {change_no}",)


# The fault, in which database it is planted and how, which invariant it breaks, and what is said of it.
FAULTS: dict[str, tuple[str, tuple[str, ...], str, str]] = {
    "a number is missing in the ledger": (
        "numbering",
        (f"DELETE FROM ledger WHERE {BAS} AND n = 3",),
        "N",
        "IECEx BAS 26.0003 was never given, but IECEx BAS 26.0004 was.",
    ),
    "a certificate shows a number that nobody gave": (
        "numbering",
        (f"DELETE FROM ledger WHERE {BAS} AND n = 6", f"UPDATE counters SET last = 5 WHERE {BAS}"),
        "N",
        "to which no number was given.",
    ),
    "the counter is behind": (
        "numbering",
        (f"UPDATE counters SET last = 5 WHERE {BAS}",),
        "N",
        "The counter of equipment/BAS/26 does not stand at 6, the last number given.",
    ),
    "a whole series is missing": (
        "numbering",
        (f"DELETE FROM ledger WHERE {BAS}",),
        "N",
        "The counter of equipment/BAS/26 stands at 6, but none of these numbers was given.",
    ),
    "a number has no certificate": (
        "numbering",
        (
            "INSERT INTO ledger (series, n, owner_id) VALUES ('equipment/BAS/26', 7, 'lost')",
            f"UPDATE counters SET last = 7 WHERE {BAS}",
        ),
        "N",
        "IECEx BAS 26.0007 was given to lost, which is no certificate.",
    ),
    "a certificate shows another number than it was given": (
        "certificates",
        ("UPDATE certificates SET base_number = 'IECEx BAS 26.0009' WHERE base_number = 'IECEx BAS 26.0002'",),
        "N",
        "to which IECEx BAS 26.0002 was given.",
    ),
    "a certificate counts in another series": (
        "certificates",
        ("UPDATE certificates SET series = 'equipment/SIR/26' WHERE base_number = 'IECEx BAS 26.0002'",),
        "N",
        "IECEx BAS 26.0002 was given in equipment/BAS/26",
    ),
    "a draft never got the number that was given to it": (
        "certificates",
        ("UPDATE certificates SET base_number = NULL WHERE base_number = 'IECEx BAS 26.0005'",),
        "N",
        "though IECEx BAS 26.0005 was given to it",
    ),
    "the log has a hole": (
        "certificates",
        ("DELETE FROM history WHERE change_no IN (5, 6)", "DELETE FROM changes WHERE change_no IN (5, 6)"),
        "L",
        "Changes 5 to 6 are missing.",
    ),
    "the counter of changes is ahead": (
        "certificates",
        ("UPDATE change_counter SET value = 12",),
        "L",
        "The counter of changes stands at 12, but the log ends with change 11.",
    ),
    "more counts as published than there is": (
        "certificates",
        ("UPDATE published SET change_no = 99",),
        "L",
        "The log counts as published up to change 99, but ends with change 11.",
    ),
    "two events have one id": (
        "certificates",
        ("UPDATE changes SET event_id = (SELECT event_id FROM changes WHERE change_no = 1) WHERE change_no = 2",),
        "L",
        "stands in 2 rows.",
    ),
    "an envelope tells another type than its row": (
        "certificates",
        envelope('"type":"certificate.suspended"', '"type":"certificate.cancelled"', 6),
        "L",
        "the type of its row is 'certificate.suspended', of its envelope 'certificate.cancelled'.",
    ),
    "an envelope tells another number than its row": (
        "certificates",
        envelope('"change_no":6', '"change_no":16', 6),
        "L",
        "the change_no of its row is 6, of its envelope 16.",
    ),
    "a routing key leads elsewhere": (
        "certificates",
        ("UPDATE changes SET routing_key = 'certificate.suspended.equipment.SIR' WHERE change_no = 6",),
        "L",
        "by its envelope it should be 'certificate.suspended.equipment.BAS'.",
    ),
    "an envelope is no envelope": (
        "certificates",
        ("""UPDATE changes SET envelope = '{"certificate": ' WHERE change_no = 6""",),
        "L",
        "Change 6 holds no envelope with a certificate in it.",
    ),
    "the history lacks a change": (
        "certificates",
        ("DELETE FROM history WHERE change_no = 6",),
        "L",
        "Change 6, of IECEx BAS 26.0002: the history does not know of it.",
    ),
    "a status was changed past the log": (
        "certificates",
        ("UPDATE issues SET status = 'current' WHERE status = 'suspended'",),
        "P",
        'IECEx BAS 26.0002: its status is "current", in change 6 of the log "suspended".',
    ),
    "an envelope tells another content than stands": (
        "certificates",
        envelope("Transmitter PX-201", "Transmitter PX-999", 5),
        "P",
        'its equipment is "Transmitter PX-201", in change 5 of the log "Transmitter PX-999".',
    ),
    "an envelope lost a field": (
        "certificates",
        envelope('"equipment":"Transmitter PX-201",', "", 5),
        "P",
        'its equipment is "Transmitter PX-201", in change 5 of the log null.',
    ),
    "an earlier envelope was rewritten": (
        "certificates",
        envelope("PX-200", "PX-999", 2),
        "P",
        "its content is not that of change 2, though certificate.suspended leaves it as it is.",
    ),
    "a change is not the last of its certificate": (
        "certificates",
        ("UPDATE issues SET change_no = 2 WHERE status = 'suspended'",),
        "P",
        "IECEx BAS 26.0002: its last change is 2, in the log 6.",
    ),
    "what was deleted is there again": (
        "certificates",
        ("UPDATE certificates SET deleted_at = NULL WHERE base_number = 'IECEx BAS 26.0004'",),
        "P",
        "IECEx BAS 26.0004: it is current, in change 8 of the log deleted.",
    ),
    "a deletion is not told as it was": (
        "certificates",
        ("UPDATE certificates SET deletion_reason = 'Who knows.' WHERE base_number = 'IECEx BAS 26.0004'",),
        "P",
        'its reason is "Who knows.", in change 8 of the log "Issued by mistake."',
    ),
    "a public certificate is not in the log": (
        "certificates",
        (
            "DELETE FROM history WHERE change_no > 8",
            "DELETE FROM changes WHERE change_no > 8",
            "UPDATE change_counter SET value = 8",
            "UPDATE published SET change_no = 8",
        ),
        "P",
        "IECEx SIR 26.0001: it is current, but the log does not tell of it.",
    ),
    "the log tells of a number that no certificate has": (
        "certificates",
        ("UPDATE certificates SET base_number = 'IECEx SIR 26.0009' WHERE base_number = 'IECEx SIR 26.0001'",),
        "P",
        "IECEx SIR 26.0001: change 11 tells of it, but no certificate has this number.",
    ),
    "a draft is in the log": (
        "certificates",
        ("UPDATE issues SET status = 'draft' WHERE excb = 'SIR'",),
        "P",
        "IECEx SIR 26.0001: change 11 tells of it, but it was never published: it is a draft.",
    ),
    "an envelope tells of a draft": (
        "certificates",
        envelope('"status":"current"', '"status":"draft"', 11),
        "P",
        "its status is 'draft', which certificate.reinstated never tells.",
    ),
    "an envelope holds what is not public": (
        "certificates",
        envelope('"suffix":', '"account":"bas-author","suffix":', 11),
        "P",
        "it holds what is not public: account.",
    ),
    "a body amended after its days were over": (
        "certificates",
        envelope('"occurred_at":"2026-11', '"occurred_at":"2026-12', 5),
        "P",
        "its body amended it on 2026-12-24, and could until 2026-12-05.",
    ),
    "the Secretariat amended and gave no reason": (
        "certificates",
        envelope('"role":"excb"', '"role":"secretariat"', 5),
        "P",
        "the Secretariat amended it and gave no reason.",
    ),
    "a certificate goes on after its deletion": (
        "certificates",
        envelope('"base_number":"IECEx SIR 26.0001"', '"base_number":"IECEx BAS 26.0004"', 11),
        "P",
        "Change 11, of IECEx BAS 26.0004: it was deleted by change 8.",
    ),
}


@pytest.mark.parametrize("fault", FAULTS)
def test_a_planted_fault_is_found_and_named(copy: Copy, fault: str) -> None:
    service, statements, broken, said = FAULTS[fault]
    copy.change(service, *statements)
    finding = copy.findings()[broken]
    assert [text for text in finding.faults if said in text], str(finding)


def test_a_number_on_two_certificates_is_found(copy: Copy) -> None:
    copy.loosen("certificates", "certificates")
    copy.change("certificates", "UPDATE certificates SET base_number = 'IECEx SIR 26.0001' WHERE excb = 'BAS'")
    finding = copy.findings()["N"]
    assert finding.count == 6
    assert all(text.startswith("IECEx SIR 26.0001 stands on the certificate") for text in finding.faults)


def test_a_number_given_twice_is_found(copy: Copy) -> None:
    copy.loosen("numbering", "ledger")
    copy.change("numbering", f"UPDATE ledger SET n = 2 WHERE {BAS} AND n = 3")
    faults = copy.findings()["N"].faults
    assert "IECEx BAS 26.0002 was given twice." in faults
    assert "IECEx BAS 26.0003 was never given, but IECEx BAS 26.0004 was." in faults


def test_a_certificate_with_two_numbers_is_found(copy: Copy) -> None:
    copy.loosen("numbering", "ledger")
    first = f"SELECT owner_id FROM ledger WHERE {BAS} AND n = 1"
    copy.change("numbering", f"UPDATE ledger SET owner_id = ({first}) WHERE {BAS} AND n = 2")
    (text,) = [text for text in copy.findings()["N"].faults if "too" in text]
    assert text.endswith("was given IECEx BAS 26.0001, and IECEx BAS 26.0002 too.")


def test_a_change_that_stands_in_the_log_twice_is_found(copy: Copy) -> None:
    copy.loosen("certificates", "changes")
    copy.change("certificates", "INSERT INTO changes SELECT * FROM changes WHERE change_no = 11")
    assert "Change 11 stands in the log twice." in copy.findings()["L"].faults


def test_a_draft_may_wait_a_minute_for_its_number_and_that_is_said(copy: Copy) -> None:
    copy.change("numbering", f"DELETE FROM ledger WHERE {BAS} AND n > 4", f"UPDATE counters SET last = 4 WHERE {BAS}")
    copy.change(
        "certificates",
        "UPDATE certificates SET base_number = NULL WHERE base_number > 'IECEx BAS 26.0004' AND excb = 'BAS'",
        f"UPDATE certificates SET created_at = '{MORNING:%F %T}' WHERE base_number IS NULL",
    )
    soon = copy.findings(MORNING + timedelta(seconds=50))["N"]
    assert (soon.count, soon.facts) == (0, "5 numbers in 2 series; 2 drafts younger than a minute without one")
    late = copy.findings(MORNING + timedelta(seconds=70))["N"]
    assert late.count == 2
    assert "has waited for its number since 2026-11-21 10:00;" in late.faults[0]


def test_a_draft_that_was_refused_a_number_is_no_fault_and_is_said(copy: Copy) -> None:
    copy.change("numbering", f"DELETE FROM ledger WHERE {BAS} AND n = 6", f"UPDATE counters SET last = 5 WHERE {BAS}")
    refusal = "SET base_number = NULL, number_refused = 'series-full'"
    copy.change("certificates", f"UPDATE certificates {refusal} WHERE base_number = 'IECEx BAS 26.0006'")
    finding = copy.findings()["N"]
    assert (finding.count, finding.facts) == (0, "6 numbers in 2 series; 1 draft refused one, the series being full")


def test_all_faults_are_counted_and_ten_are_shown(copy: Copy) -> None:
    copy.change("certificates", "DELETE FROM history")
    printed = str(copy.findings()["L"]).splitlines()
    assert printed[0].startswith(f"L log           BROKEN, {CHANGES} faults: ")
    assert (len(printed), printed[-1]) == (12, "    … and 1 more")


def test_a_field_that_came_with_a_later_release_is_no_fault_where_it_is_empty(copy: Copy) -> None:
    copy.change("certificates", *envelope('"optional_accessory":"",', "", 6))
    assert not copy.findings()["P"].count


def test_what_is_written_meanwhile_is_no_fault(copy: Copy, monkeypatch: pytest.MonkeyPatch) -> None:
    """A certificate is issued between any two looks at the databases."""
    with office_at(copy.url) as office:

        def writing(look: Callable[[Any], Any]) -> Callable[[Any], Any]:
            def looked(connection: Any) -> Any:
                result = look(connection)
                office.issued()
                return result

            return looked

        for name in ("counters", "log_end", "count_certificates", "change_counter", "published"):
            monkeypatch.setattr(queries, name, writing(getattr(queries, name)))
        findings = copy.findings()
    assert [str(finding) for finding in findings.values() if finding.count] == []
    assert findings["L"].facts == "12 changes, published up to 11"


def test_the_command_says_what_it_found_and_ends_with_1_for_a_fault(
    copy: Copy, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr("sys.argv", ["verification"])
    for name, value in {"AMQP_URI": "embedded://x", "DATABASE_URL": copy.url, "WEB_ADDRESS": "127.0.0.1:9"}.items():
        monkeypatch.setenv(name, value)
    monkeypatch.delenv("PUBLIC_URL", raising=False)
    assert main() == 0
    assert capsys.readouterr().out == (
        "N numbers       holds: 7 numbers in 2 series\n"
        "L log           holds: 11 changes, published up to 11\n"
        "P publication   holds: 7 certificates, 4 public, 1 deleted, 2 never published\n"
        "S search        not checked: no register answers at http://127.0.0.1:9\n"
    )
    copy.change("certificates", "UPDATE published SET change_no = 99")
    assert main() == 1
    assert "L log           BROKEN, 1 fault: 11 changes" in capsys.readouterr().out


@pytest.mark.parametrize("url", ["sqlite:////nowhere/register.sqlite", "postgresql://nobody:secret@127.0.0.1:9/none"])
def test_a_missing_database_is_said_in_words(
    url: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr("sys.argv", ["verification"])
    monkeypatch.setenv("AMQP_URI", "embedded://x")
    monkeypatch.setenv("DATABASE_URL", url)
    assert main() == 1
    printed = capsys.readouterr().err
    assert "numbering" in printed
    assert "cannot be verified: " in printed
    assert "secret" not in printed
