"""Accounts and their passwords: made from the command line or by the set-up of a demonstration.

    python -m gateway.accounts NAME ROLE [EXCB]      the password is asked for, or read from standard input

Passwords are kept as argon2id hashes. Hashing takes some 20 ms of a core on purpose, so a server does it off its hub.
"""

from __future__ import annotations

import argparse
import functools
import getpass
import sys
from collections.abc import Iterator
from contextlib import contextmanager

import argon2

from contracts.errors import InvalidInput, RegisterError
from contracts.identity import Identity, Role
from gateway import queries
from gateway.domain import ACCOUNT_ROLES, SCOPES_OF
from plumbing.db import Handle, create_engine_for
from plumbing.settings import Settings, SettingsError

LONGEST_NAME = 100
LONGEST_PASSWORD = 1_000
# The smallest of OWASP's settings for argon2id: a burst of log-ins must not take all memory.
HASHER = argon2.PasswordHasher(time_cost=2, memory_cost=19_456, parallelism=1)


def create(handle: Handle, name: str, role: Role, excb: str | None, password: str) -> None:
    """Makes an account, or gives the one of this name another role and password.

    ``excb`` is a body's code for the roles author, signatory and administrator, else None. Raises InvalidInput.
    """
    _check(name, role, excb, password)
    password_hash = HASHER.hash(password)
    with handle.begin() as session:
        queries.put_account(session, name, role, excb, password_hash)


def _check(name: str, role: Role, excb: str | None, password: str) -> None:
    if not 1 <= len(name) <= LONGEST_NAME or not name.isprintable() or ":" in name:
        raise InvalidInput.field("name", f"Must be 1 to {LONGEST_NAME} printable characters without a colon.")
    if role not in SCOPES_OF:
        raise InvalidInput.field("role", f"Must be one of: {', '.join(ACCOUNT_ROLES)}.")
    if not 1 <= len(password) <= LONGEST_PASSWORD:
        raise InvalidInput.field("password", f"Must be 1 to {LONGEST_PASSWORD} characters.")
    try:
        Identity(role, excb, name)
    except ValueError as error:
        raise InvalidInput.field("excb", f"The {error}.") from error


def is_right(password_hash: str, password: str) -> bool:
    """Whether ``password`` is the one that was hashed."""
    try:
        return HASHER.verify(password_hash, password)
    except argon2.exceptions.VerifyMismatchError:
        return False


@functools.cache
def nobodys_hash() -> str:
    """What the password of an unknown account is compared with, so that its answer takes as long as a known one's."""
    return HASHER.hash("nobody has this account")


@contextmanager
def _database(settings: Settings) -> Iterator[Handle]:
    engine = create_engine_for(settings.database_of("gateway"), workers=1)
    try:
        yield Handle(engine)
    finally:
        engine.dispose()


def main(arguments: list[str] | None = None) -> int:
    """Makes one account in the gateway's database; the exit code is 0, or 1 with the reason on standard error."""
    parser = argparse.ArgumentParser(prog="python -m gateway.accounts", description="Makes or renews an account.")
    parser.add_argument("name")
    parser.add_argument("role", choices=ACCOUNT_ROLES)
    parser.add_argument("excb", nargs="?", help="the body's code, for author, signatory and administrator")
    options = parser.parse_args(arguments)
    password = getpass.getpass() if sys.stdin.isatty() else sys.stdin.readline().rstrip("\n")
    try:
        with _database(Settings.read()) as handle:
            create(handle, options.name, options.role, options.excb, password)
    except (SettingsError, RegisterError) as error:
        sys.stderr.write(f"{error}\n")
        return 1
    sys.stdout.write(f"{options.name}: {options.role}{' of ' + options.excb if options.excb else ''}\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
