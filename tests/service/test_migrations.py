"""The migrations of every service give exactly the tables that it declares, on both databases."""

from __future__ import annotations

import pytest

from plumbing import migrations

SERVICES = sorted(migrations.SCRIPTS)


@pytest.mark.parametrize("service", SERVICES)
def test_migrations_give_the_declared_tables(service: str, database_url: str) -> None:
    migrations.upgrade(service, database_url)
    migrations.check(service, database_url)


@pytest.mark.parametrize("service", SERVICES)
def test_an_upgrade_can_be_repeated(service: str, database_url: str) -> None:
    migrations.upgrade(service, database_url)
    migrations.upgrade(service, database_url)
