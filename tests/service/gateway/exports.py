"""What stands behind the gateway for exports: jobs that are done when a test says so."""

from __future__ import annotations

from typing import Any
from uuid import uuid4

from contracts.errors import NotFound
from contracts.schemas import SCHEMES
from plumbing.blobs import Blobs


class Exports:
    """Part of the fake export service."""

    jobs: dict[str, dict[str, Any]]
    blobs: Blobs

    _called: Any

    def start(self, format: str, **more: Any) -> dict[str, Any]:  # noqa: A002
        self._called("start", format=format, **more)
        job_id = str(uuid4())
        unknown = dict.fromkeys(("total", "percent", "error", "finished_at", "file", "change_no"))
        created = {"created_at": "2026-11-21T10:00:00Z", "missing": []}
        self.jobs[job_id] = {"id": job_id, "format": format, "status": "queued", "rows": 0, **unknown, **created}
        return self.jobs[job_id]

    def columns(self) -> list[dict[str, Any]]:
        self._called("columns")
        usual = {"number": [*SCHEMES], "holder": ["person"], "applicant": [*SCHEMES], "marking": ["equipment"]}
        named = [{"key": key, "header": key.capitalize(), "usual": schemes} for key, schemes in usual.items()]
        return [*named, {"key": "change_no", "header": "Change", "usual": []}]

    def check(self, table: dict[str, Any]) -> dict[str, Any]:
        job = self.start(format=table["format"])
        self._called("check", table=table)
        return job

    def get(self, id: str) -> dict[str, Any]:  # noqa: A002
        self._called("get", id=id)
        if id not in self.jobs:
            raise NotFound("There is no such export.")
        return self.jobs[id]

    def cancel(self, id: str) -> None:  # noqa: A002
        self.get(id=id)
        del self.jobs[id]

    def finish(self, job_id: str, content: bytes) -> None:
        """Puts the file of a job where the export service would."""
        self.blobs.put(f"exports/{job_id}.xlsx", content)
        file = {"blob": f"exports/{job_id}.xlsx", "filename": "certificates.xlsx", "content_type": "application/zip"}
        self.jobs[job_id] |= {"status": "done", "file": file | {"length": len(content)}}
