"""Two running registers, shared by the tests of this folder: one in a process, one of five on real servers."""

from collections.abc import Iterator

import pytest

from tests.servers import Servers, fresh_database
from tests.stack import Register, running_embedded, running_real


@pytest.fixture(scope="session")
def embedded_register(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Register]:
    with running_embedded(tmp_path_factory.mktemp("embedded")) as register:
        yield register


@pytest.fixture(scope="session")
def real_register(servers: Servers, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Register]:
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
