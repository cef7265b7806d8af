"""Tables, reference data and accounts for the register of this environment.

A module of its own, since its libraries take longer to load than all else before the start.
"""

from __future__ import annotations

import plumbing.green  # noqa: F401 - must come first

# isort: split
import sys
from collections.abc import Iterator
from contextlib import contextmanager

from demonstration import accounts
from demonstration.surroundings import password
from gateway.accounts import create
from plumbing import migrations
from plumbing.db import Handle, create_engine_for
from plumbing.settings import Settings
from services.certificates import reference


@contextmanager
def database(settings: Settings, service: str) -> Iterator[Handle]:
    engine = create_engine_for(settings.database_of(service), workers=1)
    yield Handle(engine)
    engine.dispose()


def make_tables(settings: Settings) -> None:
    """The newest tables of every service, and the bodies, standards and units that certificates refer to."""
    for service in migrations.SCRIPTS:
        migrations.upgrade(service, settings.database_of(service))
    with database(settings, "certificates") as handle:
        reference.load(handle)


def make_accounts(settings: Settings, new_password: str) -> None:
    """Makes the demonstration's accounts, or gives them this password."""
    with database(settings, "gateway") as handle:
        for account in accounts.ALL:
            create(handle, account.name, account.role, account.excb, new_password)


def main() -> int:
    settings = Settings.read()
    make_tables(settings)
    make_accounts(settings, password())
    return 0


if __name__ == "__main__":
    sys.exit(main())
