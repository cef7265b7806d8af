"""Each test here runs on the embedded broker and on RabbitMQ, so that what plumbing relies on is the same on both."""

from __future__ import annotations

import uuid
from collections.abc import Iterator
from contextlib import ExitStack
from typing import Any

import kombu
import pytest

from plumbing import embedded
from tests.servers import Servers
from tests.service.embedded.helpers import OpenChannel

embedded.register()


@pytest.fixture(scope="session", params=["embedded", "rabbitmq"])
def uri(request: pytest.FixtureRequest, servers: Servers) -> str:
    """One broker for all tests; they keep apart by names."""
    return servers.fresh_vhost() if request.param == "rabbitmq" else f"embedded://{uuid.uuid4().hex}"


@pytest.fixture
def open_channel(uri: str) -> Iterator[OpenChannel]:
    """Opens a channel on a connection of its own; all are closed at the end."""
    with ExitStack() as connections:

        def open_one(**options: Any) -> Any:
            return connections.enter_context(kombu.Connection(uri, **options)).channel()

        yield open_one


@pytest.fixture
def channel(open_channel: OpenChannel) -> Any:
    return open_channel()
