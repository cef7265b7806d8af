"""Passwords: how they are kept, and which ones are taken.

Kept as argon2id hashes. Hashing takes some 20 ms of a core on purpose, so a server does it off its hub. The rules are
those of NIST SP 800-63B-4, 3.1.1.2: length and a list of what others try first, and nothing on which signs to use.
"""

from __future__ import annotations

import functools
import re
import unicodedata

import argon2
from zxcvbn import zxcvbn  # type: ignore[import-untyped]
from zxcvbn.frequency_lists import FREQUENCY_LISTS  # type: ignore[import-untyped]

from contracts.errors import InvalidInput

# 15 where nothing but the password is asked for, which it is for all who set up no second factor.
SHORTEST, LONGEST = 15, 1_000
# The smallest of OWASP's settings for argon2id: a burst of log-ins must not take all memory.
HASHER = argon2.PasswordHasher(time_cost=2, memory_cost=19_456, parallelism=1)

REGISTER = "iecex"
# Patterns are looked for in so many signs; of a longer password they are a part at most.
LOOKED_AT = 72
# What a list of words, names, repeats and rows of keys finds in fewer guesses is found by whoever stole the hashes.
FEWEST_GUESSES = 10**8


def hashed(password: str) -> str:
    return HASHER.hash(_plain(password))


def is_right(password_hash: str, password: str) -> bool:
    """Whether ``password`` is the one that was hashed."""
    try:
        return HASHER.verify(password_hash, _plain(password))
    except (argon2.exceptions.VerificationError, argon2.exceptions.InvalidHashError):
        return False


def is_outdated(password_hash: str) -> bool:
    """Whether it was hashed with other settings than today's."""
    return HASHER.check_needs_rehash(password_hash)


@functools.cache
def nobodys_hash() -> str:
    """What the password of an unknown account is compared with, so that its answer takes as long as a known one's."""
    return HASHER.hash("nobody has this account")


def check(password: str, name: str, excb: str | None, field: str = "password") -> None:
    """Raises InvalidInput that says why this is no password for the account ``name`` of ``excb``."""
    problem = problem_of(password, name, excb)
    if problem:
        raise InvalidInput.field(field, problem)


def problem_of(password: str, name: str, excb: str | None) -> str | None:
    """What is wrong with a new password, and what would be right; None if nothing is."""
    plain = _plain(password)
    if not SHORTEST <= len(plain) <= LONGEST:
        return f"Must be {SHORTEST} to {LONGEST:,} characters long; some words in a row are easy to remember."
    lower = plain.casefold()
    if lower in _common() or lower.strip("0123456789!?.,;:-_*#$ ") in _common():
        return "Others use this password, and it is tried first; choose one that nobody else would think of."
    if _names_its_owner(lower, name, excb):
        return "Must not hold the account's name, the body's code or the register's name; they are tried first."
    if _guesses(plain) < FEWEST_GUESSES:
        return (
            "This is guessed too soon: it is made of well-known words, repeats or rows of keys. "
            "Add words that have nothing to do with each other."
        )
    return None


def _plain(password: str) -> str:
    """One form for what looks alike, however a keyboard sends it."""
    return unicodedata.normalize("NFKC", password)


def _names_its_owner(lower: str, name: str, excb: str | None) -> bool:
    # A code of two letters is in many words: it counts where it stands alone.
    alone = rf"(?<![^\W_]){re.escape((excb or '').casefold())}(?![^\W_])"
    return REGISTER in lower or name.casefold() in lower or bool(excb and re.search(alone, lower))


def _guesses(password: str) -> float:
    return float(zxcvbn(password[:LOOKED_AT])["guesses"])


@functools.cache
def _common() -> frozenset[str]:
    return frozenset(word for words in FREQUENCY_LISTS.values() for word in words)
