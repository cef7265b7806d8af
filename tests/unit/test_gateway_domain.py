"""Scopes, tokens, keys, and the patience with wrong passwords."""

import re

import pytest

from contracts.errors import Forbidden, InvalidInput
from contracts.identity import Role, Scope
from gateway.authentication import new_token
from gateway.domain import (
    ACCOUNT_ROLES,
    SCOPES_OF,
    TOKEN,
    Attempts,
    checked_idempotency_key,
    identity_of,
    scopes_for,
    token_hash,
)


def test_every_role_reads_and_nobody_who_is_no_account_has_a_token() -> None:
    assert all("read" in scopes for scopes in SCOPES_OF.values())
    assert not {"guest", "service"} & set(ACCOUNT_ROLES)


def test_only_a_signatory_issues_and_the_secretariat_does_not() -> None:
    assert [role for role, scopes in SCOPES_OF.items() if "issue" in scopes] == ["signatory"]


@pytest.mark.parametrize(
    ("role", "wanted", "given"),
    [
        ("author", ["draft"], ("read", "draft")),
        ("signatory", ["issue", "draft", "read", "issue"], ("read", "draft", "issue")),
        ("it-administrator", ["read"], ("read",)),
    ],
)
def test_a_token_gets_the_scopes_that_were_asked_for_and_reads(
    role: Role, wanted: list[Scope], given: tuple[Scope, ...]
) -> None:
    assert scopes_for(role, wanted) == given


def test_each_scope_that_exceeds_the_role_is_named() -> None:
    with pytest.raises(Forbidden) as refusal:
        scopes_for("author", ["issue", "read", "administer"])
    assert [error["field"] for error in refusal.value.details["errors"]] == ["scopes.0", "scopes.2"]


def test_a_token_never_allows_more_than_its_accounts_role_does_today() -> None:
    assert identity_of("author", "BAS", "someone", ["read", "draft", "issue"]).scopes == ("read", "draft")


def test_tokens_are_recognisable_different_and_kept_as_hashes() -> None:
    tokens = {new_token() for _ in range(100)}
    assert len(tokens) == 100
    assert all(TOKEN.fullmatch(token) for token in tokens)
    assert re.fullmatch("[0-9a-f]{64}", token_hash(tokens.pop()))


@pytest.mark.parametrize("key", [None, "a", "!~", "x" * 200, "8e03978e-40d5-43e8-bc93-6894a57f9324"])
def test_a_visible_key_is_taken_as_it_is(key: str | None) -> None:
    assert checked_idempotency_key(key) == key


@pytest.mark.parametrize("key", ["", "x" * 201, "two words", "tab\t", "ü", "a\n"])
def test_another_key_is_refused(key: str) -> None:
    with pytest.raises(InvalidInput, match="Idempotency-Key"):
        checked_idempotency_key(key)


def attempts_after(failures: int) -> Attempts:
    attempts = Attempts()
    for second in range(failures):
        attempts.failed("bas-author", "192.0.2.1", float(second))
    return attempts


def test_slips_cost_nothing_and_guessing_costs_twice_as_much_each_time() -> None:
    delays = [attempts_after(failures).delay("bas-author", "192.0.2.1", 10.0) for failures in range(10)]
    assert delays == [0, 0, 0, 0.25, 0.5, 1, 2, 4, 4, 4]


def test_somebody_else_elsewhere_and_another_account_wait_for_nothing() -> None:
    attempts = attempts_after(9)
    assert attempts.delay("bas-author", "192.0.2.2", 10.0) == 0
    assert attempts.delay("sir-author", "192.0.2.1", 10.0) == 0


def test_the_right_password_and_time_make_up_for_the_wrong_ones() -> None:
    attempts = attempts_after(9)
    assert attempts.delay("bas-author", "192.0.2.1", 9 + Attempts.FORGET) == 0
    attempts.passed("bas-author", "192.0.2.1")
    assert attempts.delay("bas-author", "192.0.2.1", 10.0) == 0


def test_what_is_remembered_of_wrong_passwords_is_bounded() -> None:
    attempts = Attempts()
    for number in range(Attempts.MOST + 10):
        attempts.failed(f"account {number}", "192.0.2.1", 0.0)
    assert len(attempts._failures) == Attempts.MOST
