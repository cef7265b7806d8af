"""Tables and accounts for the register of this environment.

A module of its own, since its libraries take longer to load than all else before the start.
"""

from __future__ import annotations

import plumbing.green  # noqa: F401 - must come first

# isort: split
import sys

from demonstration import accounts
from demonstration.surroundings import password
from gateway.accounts import create
from plumbing import migrations
from plumbing.db import Handle, create_engine_for
from plumbing.settings import Settings


def make_tables(settings: Settings) -> None:
    for service in migrations.SCRIPTS:
        migrations.upgrade(service, settings.database_of(service))


def make_accounts(settings: Settings, new_password: str) -> None:
    """Makes the demonstration's accounts in the gateway's database, or gives them this password."""
    engine = create_engine_for(settings.database_of("gateway"), workers=1)
    for account in accounts.ALL:
        create(Handle(engine), account.name, account.role, account.excb, new_password)
    engine.dispose()


def main() -> int:
    settings = Settings.read()
    make_tables(settings)
    make_accounts(settings, password())
    return 0


if __name__ == "__main__":
    sys.exit(main())
