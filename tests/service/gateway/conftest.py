"""A browser in front of the gateway with fakes behind it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
import sqlalchemy as sa

from gateway.tables import metadata
from plumbing.db import Handle, create_engine_for
from tests.service.gateway.browser import Browser


@pytest.fixture
def browser(tmp_path: Path) -> Iterator[Browser]:
    """For what the database has no part in."""
    handle = Handle(create_engine_for(f"sqlite:///{tmp_path}/gateway.db"))
    metadata.create_all(handle.engine)
    yield Browser(handle, tmp_path / "blobs")
    handle.engine.dispose()


@pytest.fixture
def browser_on_each(fresh_handle: Callable[[sa.MetaData], Handle], tmp_path: Path) -> Browser:
    """Once on SQLite, once on PostgreSQL."""
    return Browser(fresh_handle(metadata), tmp_path / "blobs")
