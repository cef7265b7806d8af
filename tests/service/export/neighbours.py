"""The export service in a test: its neighbours by hand, its databases, workers and files real."""

from __future__ import annotations

import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from contracts.errors import InvalidInput, NotFound, RegisterError
from contracts.events import timestamp
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


def a_query(n: int) -> dict[str, Any]:
    """One of many that differ: the same one asked for twice is one job."""
    return {"q": f"pump {n}", "filters": {}}


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
    """Holds issues of one certificate, and ``others`` by their numbers; shows a draft to its owner only."""

    def __init__(self, *issues: dict[str, Any]) -> None:
        self.issues = {issue["issue"]: issue for issue in issues or (a_snapshot(),)}
        self.others: dict[str, dict[str, Any]] = {}
        self.errors: dict[str, RegisterError] = {}
        self.acted_for: set[str] = set()
        self.asks: Identity = GUEST
        self.reference_asked = 0
        # What is verified, by the number in the question; and how many answers fit into a message.
        self.verified: dict[str, dict[str, Any]] = {}
        self.asked: list[list[dict[str, str]]] = []
        self.most_answers = 200

    def verify_many(self, *, questions: list[dict[str, str]]) -> list[dict[str, Any]]:
        assert self.acted_for <= {"guest"}
        self.asked.append(questions)
        return [self._verified(question["number"]) for question in questions[: self.most_answers]]

    def _verified(self, number: str) -> dict[str, Any]:
        unknown = {"found": False, "number": number, "text": f"There is no {number}.", "markings": []}
        return self.verified.get(number, unknown)

    def _seen(self) -> dict[int, dict[str, Any]]:
        drafts_too = self.asks == OWNER
        return {n: issue for n, issue in self.issues.items() if drafts_too or issue["status"] != "draft"}

    def get(self, *, number: str) -> dict[str, Any]:
        if number in self.errors:
            raise self.errors[number]
        if number in self.others:
            return self.others[number]
        public = [n for n, issue in self._seen().items() if issue["status"] != "draft"]
        return self.get_issue(number=number, issue=max(public or self._seen() or [0]))

    def get_issue(self, *, number: str, issue: int) -> dict[str, Any]:
        assert number
        if issue not in self._seen():
            raise NotFound("There is no such certificate.")
        found, latest = self._seen()[issue], self._latest_public()
        if latest is None or found["status"] == "draft" or latest["issue"] == issue:
            return found | {"version": "3"}
        status = {name: latest[name] for name in ("status", "status_date", "status_reason", "supplied_affected")}
        return found | status | {"latest_issue": latest["issue"], "version": "3"}

    def _latest_public(self) -> dict[str, Any] | None:
        public = [issue for issue in self.issues.values() if issue["status"] != "draft"]
        return max(public, key=lambda issue: int(issue["issue"])) if public else None

    def history(self, *, number: str) -> dict[str, Any]:
        issues = [self.others[number]] if number in self.others else self._seen().values()
        rows = [{name: issue[name] for name in ("issue", "status", "date_of_issue", "number")} for issue in issues]
        return {"number": number, "issues": rows, "events": []}

    def excbs(self) -> list[dict[str, Any]]:
        self.reference_asked += 1
        return [{"code": "BAS", "name": "Example Certification Body", "country": "GB", "active": True}]

    def standards(self) -> list[dict[str, Any]]:
        editions = {"previous_edition": "6.0 (2011)", "current_edition": "7.0 (2017)"}
        return [{"number": "IEC 60079-0", "title": "Equipment – General requirements", **editions}]

    def report(self, *, number: str) -> dict[str, Any]:
        if number not in self.others:
            raise NotFound("There is no such report.")
        return self.others[number]

    def acting_for(self, identity: Identity, deadline_seconds: float) -> FakeCertificates:
        assert deadline_seconds > 0
        self.acted_for.add(identity.role)
        return self

    def changes(self, *, after: int, limit: int) -> dict[str, Any]:
        """A log in which each change came a minute after the one before."""
        assert limit == 1
        moment = datetime(2026, 11, 2, 10, tzinfo=UTC) + timedelta(minutes=after + 1)
        return {"items": [{"change_no": after + 1, "occurred_at": timestamp(moment)}], "next": None, "last": 7}

    def units(self) -> list[dict[str, Any]]:
        titles = {"Ex 001": "Basic principles of protection", "Ex 003": "Install equipment and wiring"}
        return [{"unit": unit, "title": title, "assessment": "theory"} for unit, title in titles.items()]


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
