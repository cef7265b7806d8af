"""The verification finds each fault that is planted in a sound register, and names it; on SQLite and PostgreSQL."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import timedelta
from typing import Any

import pytest

from tests.servers import Servers, fresh_database
from tests.service.certificates import MORNING
from tests.service.faults import BAS, FAULTS, envelope
from tests.service.verification import CHANGES, Copy, adopt_one, office_at, small_register
from verification import queries
from verification.__main__ import main

# ruff: noqa: S608 - the statements are made of constants of these tests


@pytest.fixture(scope="module")
def sqlite_copy(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Copy]:
    with small_register(f"sqlite:///{tmp_path_factory.mktemp('verification') / 'register.sqlite'}") as copy:
        yield copy


@pytest.fixture(scope="module")
def postgresql_copy(servers: Servers) -> Iterator[Copy]:
    with fresh_database(servers.database_url) as url, small_register(url) as copy:
        yield copy


@pytest.fixture(params=["sqlite", "postgresql"])
def copy(request: pytest.FixtureRequest) -> Iterator[Copy]:
    """The small register in databases of either kind."""
    copy: Copy = request.getfixturevalue(f"{request.param}_copy")
    yield copy
    copy.heal()


def test_a_sound_register_passes(copy: Copy) -> None:
    findings = copy.findings()
    assert {letter: finding.faults for letter, finding in findings.items()} == {letter: [] for letter in "NLPCS"}
    assert findings["N"].facts == "7 numbers in 2 series"
    assert findings["L"].facts == "11 changes, published up to 11"
    assert findings["P"].facts == "7 certificates, 4 public, 1 deleted, 2 never published"
    assert findings["C"].facts == "5 certificates, 4 issues, 0 reports"


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


def test_absent_numbers_have_no_certificate_and_that_is_said(copy: Copy) -> None:
    with office_at(copy.url) as office:
        adopt_one(office, 9)
        finding = copy.findings()["N"]
    assert (finding.count, finding.facts) == (0, "10 numbers in 2 series, 2 of them absent")


def test_an_absent_number_that_is_adopted_meanwhile_is_no_fault(copy: Copy, monkeypatch: pytest.MonkeyPatch) -> None:
    with office_at(copy.url) as office:
        adopt_one(office, 9)
        look = queries.log_end

        def looked(connection: Any) -> Any:
            result = look(connection)
            adopt_one(office, 8)
            return result

        monkeypatch.setattr(queries, "log_end", looked)
        finding = copy.findings()["N"]
    assert (finding.count, finding.facts) == (0, "10 numbers in 2 series, 1 of them absent")


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
    assert findings["L"].facts == "11 changes, published up to 11"


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
        "C counts        holds: 5 certificates, 4 issues, 0 reports\n"
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
    assert "certificates" in printed
    assert "cannot be verified: " in printed
    assert "secret" not in printed
