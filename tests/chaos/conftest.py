"""Registers to be broken: one of five processes for each test, on servers of its own corner or of its own."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.private import PrivateRabbitMQ
from tests.servers import Servers, fresh_database
from tests.stack import Register, running_real


@pytest.fixture
def register(servers: Servers, amqp_uri: str, tmp_path: Path) -> Iterator[Register]:
    with (
        fresh_database(servers.database_url) as database_url,
        running_real(tmp_path, amqp_uri, database_url) as register,
    ):
        yield register


@pytest.fixture
def private_broker() -> Iterator[PrivateRabbitMQ]:
    """A RabbitMQ that may be stopped: nobody else's."""
    broker = PrivateRabbitMQ()
    broker.start()
    yield broker
    broker.remove()
