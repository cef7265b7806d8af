"""The small things that a service is given instead of reaching for them: so that its tests need no patching."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

from nameko.extensions import DependencyProvider

from plumbing.blobs import Blobs
from plumbing.settings import Settings


class Clock(DependencyProvider):  # type: ignore[misc]
    """A function that tells the time, in UTC."""

    def get_dependency(self, worker_ctx: Any) -> Callable[[], datetime]:
        return lambda: datetime.now(UTC)


class Config(DependencyProvider):  # type: ignore[misc]
    """The Settings of the process."""

    def get_dependency(self, worker_ctx: Any) -> Settings:
        settings: Settings = self.container.config["settings"]
        return settings


class BlobStore(DependencyProvider):  # type: ignore[misc]
    """The store of files that the processes share."""

    def setup(self) -> None:
        self.blobs = Blobs(self.container.config["settings"].blob_url)

    def get_dependency(self, worker_ctx: Any) -> Blobs:
        return self.blobs
