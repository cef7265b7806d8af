"""The command that makes the first account of a register."""

from __future__ import annotations

import io
from pathlib import Path

import pytest

from gateway import accounts, passwords, queries
from plumbing import migrations
from plumbing.db import Handle, create_engine_for
from plumbing.settings import Settings


@pytest.fixture
def handle(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Handle:
    monkeypatch.setenv("REGISTER_DATA", str(tmp_path))
    monkeypatch.delenv("DATABASE_URL", raising=False)
    monkeypatch.delenv("AMQP_URI", raising=False)
    url = Settings.read().database_of("gateway")
    migrations.upgrade("gateway", url)
    return Handle(create_engine_for(url))


def typed(monkeypatch: pytest.MonkeyPatch, password: str) -> None:
    monkeypatch.setattr("sys.stdin", io.StringIO(f"{password}\n"))


def test_an_operator_makes_an_account_with_the_password_that_was_typed(
    handle: Handle, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    typed(monkeypatch, "open wide, sesame")
    assert accounts.main(["ada", "author", "BAS"]) == 0
    with handle.read() as session:
        account = queries.account_named(session, "ada")
    handle.engine.dispose()
    assert account is not None
    assert (account.role, account.excb, account.active) == ("author", "BAS", True)
    assert passwords.is_right(account.password_hash, "open wide, sesame")
    assert "open wide, sesame" not in capsys.readouterr().out


def test_an_account_that_cannot_be_is_refused_with_the_reason(
    handle: Handle, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    handle.engine.dispose()
    typed(monkeypatch, "open wide, sesame")
    assert accounts.main(["ada", "author"]) == 1
    assert "excb" in capsys.readouterr().err


def test_an_account_made_again_has_its_new_password_and_the_old_one_is_over(
    handle: Handle, monkeypatch: pytest.MonkeyPatch
) -> None:
    """OD 011-1, 2.2: a password that others may know is ended, and a new one is made."""
    for password in ("open wide, sesame", "closed again, and well"):
        typed(monkeypatch, password)
        assert accounts.main(["ada", "author", "BAS"]) == 0
    with handle.read() as session:
        account = queries.account_named(session, "ada")
    handle.engine.dispose()
    assert account is not None
    assert passwords.is_right(account.password_hash, "closed again, and well")
    assert not passwords.is_right(account.password_hash, "open wide, sesame")


def test_a_password_that_others_try_first_is_refused_with_the_reason(
    handle: Handle, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    handle.engine.dispose()
    typed(monkeypatch, "password1234567")
    assert accounts.main(["ada", "author", "BAS"]) == 1
    assert "tried first" in capsys.readouterr().err
