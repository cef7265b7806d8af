"""Accounts and their passwords: made from the command line or by the set-up of a demonstration.

    python -m gateway.accounts NAME ROLE [EXCB]      the password is asked for, or read from standard input

The first account of the Secretariat is made so; it makes the others on the web site or by the API.
"""

from __future__ import annotations

import argparse
import getpass
import sys
from collections.abc import Iterator
from contextlib import contextmanager

from contracts.errors import InvalidInput, RegisterError
from contracts.identity import Identity, Role
from gateway import passwords, queries
from gateway.domain import ACCOUNT_ROLES, SCOPES_OF
from plumbing.db import Handle, create_engine_for
from plumbing.settings import Settings, SettingsError

LONGEST_NAME = 100
# Names stand in addresses and in front of a colon; a star stands for all of them.
UNFIT = set(":/\\?#%*\0")


def create(handle: Handle, name: str, role: Role, excb: str | None, password: str) -> None:
    """Makes an account, or gives the one of this name another role and password; its sessions end, its tokens stay.

    ``excb`` is a body's code for the roles author, signatory and administrator, else None. Raises InvalidInput.
    The password is taken as it is: whether it is a good one is asked by who lets a person choose it.
    """
    check(name, role, excb)
    if not password:
        raise InvalidInput.field("password", "Must not be empty.")
    password_hash = passwords.hashed(password)
    with handle.begin() as session:
        queries.put_account(session, name, role, excb, password_hash)
        queries.end_sessions(session, name)
        queries.end_invitation(session, name)


def check(name: str, role: Role, excb: str | None) -> None:
    """Raises InvalidInput for what cannot be an account."""
    if not 1 <= len(name) <= LONGEST_NAME or not name.isprintable() or UNFIT & set(name) or name.strip(" .") != name:
        raise InvalidInput.field(
            "name",
            f"Must be 1 to {LONGEST_NAME} printable characters, none of them : / \\ ? # % *,"
            " without blanks or points at its ends.",
        )
    if role not in SCOPES_OF:
        raise InvalidInput.field("role", f"Must be one of: {', '.join(ACCOUNT_ROLES)}.")
    try:
        Identity(role, excb, name)
    except ValueError as error:
        raise InvalidInput.field("excb", f"The {error}.") from error


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
        passwords.check(password, options.name, options.excb)
        with _database(Settings.read()) as handle:
            create(handle, options.name, options.role, options.excb, password)
    except (SettingsError, RegisterError) as error:
        sys.stderr.write(f"{error}\n")
        return 1
    sys.stdout.write(f"{options.name}: {options.role}{' of ' + options.excb if options.excb else ''}\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
