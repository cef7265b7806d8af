"""What the tests of the service share: the neighbour that has the log, and a replica asked as a service."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

from contracts.errors import Unavailable
from plumbing.context import new_context
from services.search.follower import Follower
from services.search.service import Search
from tests.builders import a_snapshot, an_envelope
from tests.running import settings_for

Start = Callable[[], Follower]
Held = dict[tuple[str, int], dict[str, Any]]


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

    def append_report(self) -> dict[str, Any]:
        envelope = self.append(type="report.registered")
        envelope["report"] = {"base_number": "GB/BAS/ExTR26.0001", "change_no": envelope["change_no"]}
        del envelope["certificate"]
        return envelope

    def fold(self) -> Held:
        """What the index must hold: the last public snapshot of each issue, an older one under the latest's status."""
        told: Held = {}
        for certificate in (envelope["certificate"] for envelope in self.log if "certificate" in envelope):
            base = certificate["base_number"]
            if certificate["status"] == "deleted":
                told = {key: snapshot for key, snapshot in told.items() if key[0] != base}
            else:
                told[base, certificate["issue"]] = certificate
        latest = {base: issue for base, issue in sorted(told)}  # noqa: C416 - the last one of each stays
        return {
            (base, issue): snapshot if issue == latest[base] else older(snapshot, told[base, latest[base]])
            for (base, issue), snapshot in told.items()
        }


def older(snapshot: dict[str, Any], latest: dict[str, Any]) -> dict[str, Any]:
    """An older issue as it is shown."""
    names = ("status", "status_date", "status_reason", "supplied_affected", "superseded_by", "listed")
    return snapshot | {name: latest[name] for name in names if name in latest} | {"latest_issue": latest["issue"]}


def service_of(follower: Follower, seconds: float = 5.0) -> Any:
    service: Any = Search()
    service.replica, service.settings = follower, settings_for("embedded://x")
    service.call = new_context(seconds=seconds)
    return service


def held(follower: Follower) -> Held:
    """All that a replica holds, by base number and issue."""
    service = service_of(follower)
    items, cursor = [], None
    while True:
        page = json.loads(service.scan(filters={"issues": "all"}, cursor=cursor, limit=3).text)
        items += page["items"]
        cursor = page["next"]
        if cursor is None:
            return {(item["base_number"], item["issue"]): item for item in items}
