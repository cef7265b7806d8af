"""Fixtures of the whole suite: the real servers, fresh databases, fresh vhosts."""

# The whole process is green, as the services are, so what a test shows here holds there; hence the first import.
import plumbing.green  # isort: skip  # noqa: F401

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
import sqlalchemy
from hypothesis import HealthCheck, settings

from plumbing.db import Handle, create_engine_for
from tests.private import PrivateRabbitMQ
from tests.servers import Servers, fresh_database
from tests.stack import Register, running_embedded, running_real

# What a test says of the code must not depend on how busy the machine is that makes its examples.
settings.register_profile("register", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("register")


@pytest.fixture(scope="session")
def servers() -> Iterator[Servers]:
    servers = Servers()
    yield servers
    servers.stop()


@pytest.fixture
def postgres_url(servers: Servers) -> Iterator[str]:
    """A fresh PostgreSQL database."""
    with fresh_database(servers.database_url) as url:
        yield url


@pytest.fixture
def amqp_uri(servers: Servers) -> Iterator[str]:
    """A fresh vhost of a real RabbitMQ."""
    vhost = servers.fresh_vhost()
    yield vhost
    servers.give_back(vhost)


@pytest.fixture(params=["sqlite", "postgresql"])
def database_url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """A fresh database of either kind: a test that takes this runs on both."""
    if request.param == "postgresql":
        return str(request.getfixturevalue("postgres_url"))
    return f"sqlite:///{tmp_path / 'register.db'}"


@pytest.fixture
def fresh_handle(database_url: str) -> Iterator[Callable[[sqlalchemy.MetaData], Handle]]:
    """Makes the tables of ``metadata`` in the fresh database and gives its Handle; the test runs on both kinds."""
    handles: list[Handle] = []

    def make(metadata: sqlalchemy.MetaData) -> Handle:
        handles.append(Handle(create_engine_for(database_url, workers=10)))
        metadata.create_all(handles[-1].engine)
        return handles[-1]

    yield make
    for handle in handles:
        handle.engine.dispose()


@pytest.fixture
def private_broker() -> Iterator[PrivateRabbitMQ]:
    """A RabbitMQ node of the test's own, to be stopped, killed and started again."""
    broker = PrivateRabbitMQ()
    try:
        broker.start()
        yield broker
    finally:
        broker.remove()


@pytest.fixture(scope="session")
def embedded_register(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Register]:
    """A register in one process, which the whole run shares."""
    with running_embedded(tmp_path_factory.mktemp("embedded")) as register:
        yield register


@pytest.fixture(scope="session")
def real_register(servers: Servers, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Register]:
    """A register of five processes on RabbitMQ and PostgreSQL, which the whole run shares."""
    with (
        fresh_database(servers.database_url) as database_url,
        running_real(tmp_path_factory.mktemp("real"), servers.fresh_vhost(), database_url) as register,
    ):
        yield register


@pytest.fixture(params=["embedded", "real"])
def register(request: pytest.FixtureRequest) -> Register:
    """A test that takes this runs against both."""
    running: Register = request.getfixturevalue(f"{request.param}_register")
    return running
