"""Which passwords are taken, and how they are kept."""

from __future__ import annotations

import argon2
import pytest

from contracts.errors import InvalidInput
from gateway import passwords


@pytest.mark.parametrize(
    "password",
    [
        "correct horse battery",
        "the password of these tests",
        "eine Brücke über die Elbe",
        "本日は晴天なり、本日は曇りのち雨",
        "my dog eats 4 shoes",
        "x7!kPq2@mZ9#vL4",
        "w" * 3 + " river bench lantern " + "v" * 940,
    ],
)
def test_a_long_password_that_nobody_would_think_of_is_taken(password: str) -> None:
    assert passwords.problem_of(password, "bas-author", "BAS") is None


@pytest.mark.parametrize(
    ("password", "why"),
    [
        ("fourteen signs", "15 to 1,000"),
        ("x" * 1_001, "15 to 1,000"),
        ("password1234567", "tried first"),
        ("Password1234567!", "tried first"),
        ("aaaaaaaaaaaaaaaaaaa", "too soon"),
        ("qwertyuiopasdfgh", "too soon"),
        ("1234567890123456", "too soon"),
        ("passwordpassword", "too soon"),
        ("here is BAS-Author again", "account's name"),
        ("a wall of bas colour", "body's code"),
        ("the IECEx is my castle", "register's name"),
    ],
)
def test_a_password_that_is_found_soon_is_refused_and_told_why(password: str, why: str) -> None:
    with pytest.raises(InvalidInput, match=why):
        passwords.check(password, "bas-author", "BAS")


def test_a_code_inside_a_word_gives_nothing_away() -> None:
    assert passwords.problem_of("basil, lavender, rosemary", "ada", "BAS") is None


def test_no_rule_says_which_signs_to_use() -> None:
    assert passwords.problem_of("only small letters here", "ada", "BAS") is None


def test_what_looks_alike_is_alike_however_a_keyboard_sends_it() -> None:
    composed, decomposed = "Br\u00fccke \u00fcber die Elbe", "Bru\u0308cke u\u0308ber die Elbe"
    assert passwords.is_right(passwords.hashed(composed), decomposed)


def test_the_whole_password_counts() -> None:
    kept = passwords.hashed("x" * 200 + "a")
    assert not passwords.is_right(kept, "x" * 200 + "b")


def test_a_hash_of_other_settings_is_right_and_outdated() -> None:
    old = argon2.PasswordHasher(time_cost=1, memory_cost=8, parallelism=1).hash("a river and a bench")
    assert passwords.is_right(old, "a river and a bench")
    assert passwords.is_outdated(old)
    assert not passwords.is_outdated(passwords.hashed("a river and a bench"))


@pytest.mark.parametrize("kept", ["", "no password", "$argon2id$nonsense"])
def test_what_is_no_hash_lets_nobody_in(kept: str) -> None:
    assert not passwords.is_right(kept, kept)
