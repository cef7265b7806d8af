"""The export service in a test: its neighbours by hand, its databases, workers and files real."""

from __future__ import annotations

import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from contracts.errors import InvalidInput, NotFound, RegisterError
from contracts.identity import GUEST, Identity
from plumbing.blobs import Blobs
from plumbing.context import new_context
from plumbing.db import Handle
from services.export.pool import WorkerPool
from services.export.service import Export
from tests.builders import a_snapshot
from tests.running import settings_for

PUBLIC_URL = "http://register.example"
OWNER = Identity("author", "BAS", "bas-author")
EVERYTHING: dict[str, Any] = {"q": "", "filters": {}}


class FakeSearch:
    """Answers every query with the same certificates, page by page."""

    def __init__(self, *snapshots: dict[str, Any], page: int = 2) -> None:
        self.snapshots, self.page = list(snapshots), page
        self.asked: list[dict[str, Any]] = []
        self.failures: list[RegisterError] = []
        # Cleared, it holds every scan up; set, it lets them go on.
        self.gate = threading.Event()
        self.gate.set()
        self.reached = threading.Event()

    def acting_for(self, identity: Identity, deadline_seconds: float) -> FakeSearch:
        assert identity.role == "service"
        assert deadline_seconds > 0
        return self

    def search(self, *, q: str, filters: dict[str, Any], limit: int) -> dict[str, Any]:
        if unknown := filters.keys() - {"excb", "status"}:
            raise InvalidInput.field(f"filters.{unknown.pop()}", "There is no such filter.")
        self.asked.append({"q": q, "filters": filters})
        return {"total": len(self.snapshots), "items": self.snapshots[:limit], "next": None, "change_no": 7}

    def scan(self, *, cursor: str | None, limit: int, **_question: Any) -> dict[str, Any]:
        self.reached.set()
        self.gate.wait()
        if self.failures:
            raise self.failures.pop(0)
        start = int(cursor or 0)
        stop = min(start + min(limit, self.page), len(self.snapshots))
        following = str(stop) if stop < len(self.snapshots) else None
        # The index moves while it is read: each page is of a later change.
        return {
            "total": len(self.snapshots),
            "items": self.snapshots[start:stop],
            "next": following,
            "change_no": 7 + start,
        }


class FakeCertificates:
    """Holds issues of one certificate; shows a draft to its owner only."""

    def __init__(self, *issues: dict[str, Any]) -> None:
        self.issues = {issue["issue"]: issue for issue in issues or (a_snapshot(),)}
        self.asks: Identity = GUEST
        self.reference_asked = 0

    def _seen(self) -> dict[int, dict[str, Any]]:
        drafts_too = self.asks == OWNER
        return {n: issue for n, issue in self.issues.items() if drafts_too or issue["status"] != "draft"}

    def get(self, *, number: str) -> dict[str, Any]:
        public = [n for n, issue in self._seen().items() if issue["status"] != "draft"]
        return self.get_issue(number=number, issue=max(public or self._seen() or [0]))

    def get_issue(self, *, number: str, issue: int) -> dict[str, Any]:
        assert number
        if issue not in self._seen():
            raise NotFound("There is no such certificate.")
        return self._seen()[issue] | {"version": "3"}

    def history(self, *, number: str) -> dict[str, Any]:
        rows = [
            {name: issue[name] for name in ("issue", "status", "date_of_issue", "number")}
            for issue in self._seen().values()
        ]
        return {"number": number, "issues": rows, "events": []}

    def excbs(self) -> list[dict[str, Any]]:
        self.reference_asked += 1
        return [{"code": "BAS", "name": "Example Certification Body", "country": "GB", "active": True}]

    def standards(self) -> list[dict[str, Any]]:
        editions = {"previous_edition": "6.0 (2011)", "current_edition": "7.0 (2017)"}
        return [{"number": "IEC 60079-0", "title": "Equipment – General requirements", **editions}]


@dataclass
class Clock:
    """A clock that moves when it is told to."""

    now: datetime = field(default_factory=lambda: datetime(2026, 11, 21, 10, tzinfo=UTC))

    def __call__(self) -> datetime:
        return self.now

    def pass_by(self, time: timedelta) -> None:
        self.now += time


class Replica(Export):
    """An export service that begins its jobs only when the test says so."""

    def wake(self) -> None:
        return


def a_replica(db: Handle, workers: WorkerPool, folder: Path, search: FakeSearch, clock: Clock) -> Any:
    """One replica of the service, as a guest calls it."""
    replica: Any = Replica()
    replica.db, replica.workers, replica.search, replica.clock = db, workers, search, clock
    replica.blobs = Blobs(f"file://{folder}/blobs")
    replica.settings = settings_for("embedded://x", public_url=PUBLIC_URL)
    replica.certificates = FakeCertificates()
    replica.call = new_context(seconds=30)
    return replica


def as_account(replica: Any, name: str) -> None:
    replica.call = new_context(Identity("author", "BAS", name), seconds=30)


def some_certificates(count: int) -> list[dict[str, Any]]:
    return [a_snapshot(f"IECEx BAS 26.{n:04}") for n in range(1, count + 1)]


def file_of(replica: Any, job_id: str) -> bytes:
    return bytes(replica.blobs.get(replica.get(id=job_id)["file"]["blob"]))


def in_background(work: Callable[[], None]) -> threading.Thread:
    thread = threading.Thread(target=work, daemon=True)
    thread.start()
    return thread
