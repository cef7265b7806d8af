"""What a bar needs and must close again: servers, and the register as processes on them with a database of its own."""

from __future__ import annotations

import tempfile
from contextlib import ExitStack
from pathlib import Path

from plumbing.settings import SERVICES
from tests.servers import Servers, fresh_database
from tests.stack import Register, real, running


def servers(opened: ExitStack) -> Servers:
    """The machine's RabbitMQ and PostgreSQL, or private ones."""
    found = Servers()
    opened.callback(found.stop)
    return found


def folder(opened: ExitStack) -> Path:
    return Path(opened.enter_context(tempfile.TemporaryDirectory()))


def register(opened: ExitStack, on: Servers) -> Register:
    """The register with a process for each service, ready, with the demonstration's accounts and nothing else."""
    url = opened.enter_context(fresh_database(on.database_url))
    return opened.enter_context(running(real(folder(opened), on.fresh_vhost(), url), *SERVICES))
