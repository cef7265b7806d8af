"""What the tests of the service share: the neighbour that has the log, and a replica asked as a service."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from contracts.errors import Unavailable
from plumbing.context import new_context
from services.search.follower import Follower
from services.search.service import Search
from tests.builders import a_snapshot, an_envelope
from tests.running import settings_for

Start = Callable[[], Follower]


class FakeCertificates:
    """The neighbour that has the log."""

    def __init__(self) -> None:
        self.log: list[dict[str, Any]] = []
        self.asked: list[int] = []
        self.silent = False
        self.silent_after = 99

    def append(self, certificate: dict[str, Any] | None = None, **overrides: Any) -> dict[str, Any]:
        number = len(self.log) + 1
        certificate = certificate or a_snapshot(f"IECEx BAS 26.{number:04}")
        self.log.append(dict(an_envelope(number, certificate=certificate, **overrides)))
        return self.log[-1]

    def changes(self, after: int = 0, limit: int = 100) -> dict[str, Any]:
        self.asked.append(after)
        if self.silent or after > self.silent_after:
            raise Unavailable("The certificates service did not answer in time; try again soon.")
        items = self.log[after : after + limit]
        following = items[-1]["change_no"] if after + limit < len(self.log) else None
        return {"items": items, "next": following, "last": len(self.log)}

    def fold(self) -> dict[str, Any]:
        """What the index must hold: the last public snapshot of each certificate."""
        last = {envelope["certificate"]["base_number"]: envelope["certificate"] for envelope in self.log}
        return {number: certificate for number, certificate in last.items() if certificate["status"] != "deleted"}


def service_of(follower: Follower, seconds: float = 5.0) -> Any:
    service: Any = Search()
    service.replica, service.settings = follower, settings_for("embedded://x")
    service.call = new_context(seconds=seconds)
    return service


def held(follower: Follower) -> dict[str, Any]:
    service = service_of(follower)
    items, cursor = [], None
    while True:
        page = service.scan(cursor=cursor, limit=3)
        items += page["items"]
        cursor = page["next"]
        if cursor is None:
            return {item["base_number"]: item for item in items}
