"""How one export job is done: fetch the rows, have workers write them, keep the file, say that it is done.

Everything that takes time happens outside of transactions, under a lease that a heartbeat renews. Whoever finds his
lease gone stops and throws away what he has: the job is somebody else's, and it ends once.
"""

from __future__ import annotations

import json
import shutil
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import datetime
from pathlib import Path
from typing import Any, TextIO

from contracts.errors import RegisterError, Unavailable
from contracts.schemas import SCHEMES, public_fields
from plumbing.blobs import Blobs
from plumbing.db import Handle
from plumbing.logs import log
from services.export import domain, queries
from services.export.assets import MOST_MISSING
from services.export.domain import Job
from services.export.pool import WorkerPool

# The end of a large workbook, where its parts are packed, has no rows to report.
WRITING_SILENCE = 300.0

# The pages of a job's rows, and what draws the documents of a ZIP into a folder.
Pages = Callable[[Job], Iterator[dict[str, Any]]]
Draw = Callable[["Fetched", Callable[[], None]], list[dict[str, str]]]
# The pages of a list of assets, held against the register.
Check = Callable[[Job], Iterator[dict[str, Any]]]


class LeaseLost(Exception):
    """Somebody else has the job now."""


@dataclass
class Fetched:
    """The rows of a job on this machine: one file of snapshots for each scheme, in the order of numbers."""

    folder: Path
    counts: dict[str, int] = field(default_factory=dict)
    invented: bool = False

    def snapshots(self) -> Iterator[dict[str, Any]]:
        """All rows, scheme by scheme."""
        for spool in self.spools():
            with Path(spool["path"]).open(encoding="utf-8") as lines:
                yield from map(json.loads, lines)

    def spools(self) -> list[dict[str, Any]]:
        """As the worker reads them."""
        return [
            {"scheme": scheme, "path": str(self.folder / scheme), "rows": self.counts[scheme]}
            for scheme in SCHEMES
            if scheme in self.counts
        ]


class JobRun:
    """One lease of one job."""

    def __init__(
        self,
        job: Job,
        *,
        db: Handle,
        blobs: Blobs,
        workers: WorkerPool,
        pages: Pages,
        draw: Draw,
        check: Check,
        clock: Callable[[], datetime],
        public_url: str,
    ) -> None:
        self.job, self._db, self._blobs, self._workers = job, db, blobs, workers
        self._pages, self._draw, self._check = pages, draw, check
        self._clock, self._public_url = clock, public_url
        self._lost = False

    def run(self) -> None:
        """Leaves the job done, failed, put off, or to whoever has it now. Raises Unavailable without a database."""
        if self.job.attempts > domain.MOST_ATTEMPTS:
            # Whoever had it before died with it: it must not go round for ever.
            self._end(status="failed", error=domain.GIVEN_UP)
            return
        folder = self._workers.scratch / f"{self.job.id}-{self.job.token}"
        folder.mkdir()
        try:
            with self._heartbeat():
                self._make(folder)
        except LeaseLost:
            log.warning("export lost to another replica", job=self.job.id)
        except Unavailable as error:
            self._put_off(error.message)
        except RegisterError as error:
            self._end(status="failed", error=error.message)
        except Exception as error:  # noqa: BLE001 - whatever it is, it would be the same at the next attempt
            log.error("export failed", job=self.job.id, exc_info=error)
            self._end(status="failed", error="The file could not be written; this was logged.")
        finally:
            shutil.rmtree(folder, ignore_errors=True)

    def _make(self, folder: Path) -> None:
        target = folder / "file"
        task = (self._checked(folder) if self.job.table else self._exported(folder)) | {"target": str(target)}
        self._workers.run(task, silence=WRITING_SILENCE, long=True, progress=self._written)
        self._check_lease()
        self._blobs.put_file(self.job.blob, target)
        if not self._end(
            status="done",
            length=target.stat().st_size,
            total=self.job.rows,
            written=self.job.rows,
            missing=self.job.missing,
        ):
            self._blobs.delete(self.job.blob)
        elif self.job.table:
            self._blobs.delete(self.job.table["blob"])

    def _exported(self, folder: Path) -> dict[str, Any]:
        """The task of writing what is exported, once that is fetched."""
        fetched = self._fetch(folder)
        if self.job.format == "zip":
            self._lack(self._draw(fetched, self._one_more))
        return {
            "task": "write",
            "format": self.job.format,
            "columns": self.job.columns,
            "spools": fetched.spools(),
            "public_url": self._public_url,
            "bom": self.job.bom,
            "about": domain.about(self.job, self._clock(), self._public_url, fetched.invented),
        }

    def _checked(self, folder: Path) -> dict[str, Any]:
        """The task of giving back a list of assets, once its lines are held against the register."""
        lines = folder / "lines"
        with lines.open("w", encoding="utf-8") as file:
            for page in self._check(self.job):
                self._check_lease()
                file.writelines(json.dumps(row, ensure_ascii=False) + "\n" for row in page["rows"])
                self.job = replace(self.job, rows=self.job.rows + len(page["rows"]), change_no=page["change_no"])
                self._lack(page["missing"][: MOST_MISSING - len(self.job.missing)])
        about = domain.about(replace(self.job, missing=[]), self._clock(), self._public_url, invented=False)
        return {"task": "give back", "table": self.job.table, "rows": str(lines), "about": about}

    def _fetch(self, folder: Path) -> Fetched:
        fetched, files = Fetched(folder), dict[str, TextIO]()
        try:
            for page in self._pages(self.job):
                self._keep(page, fetched, files)
            return fetched
        finally:
            for file in files.values():
                file.close()

    def _keep(self, page: dict[str, Any], fetched: Fetched, files: dict[str, TextIO]) -> None:
        self._check_lease()
        for answered in page["items"]:
            scheme = answered["scheme"]
            # What only answers hold stays out, and with it whatever should never have been answered.
            public = public_fields(scheme)
            snapshot = {name: value for name, value in answered.items() if name in public}
            if scheme not in files:
                files[scheme] = (fetched.folder / scheme).open("w", encoding="utf-8")
            files[scheme].write(json.dumps(snapshot, ensure_ascii=False) + "\n")
            fetched.counts[scheme] = fetched.counts.get(scheme, 0) + 1
            fetched.invented = fetched.invented or bool(snapshot.get("demonstration"))
        # The index moves on while we read: the note names the change at which we began.
        began_at = self.job.change_no or page["change_no"]
        self.job = replace(self.job, rows=self.job.rows + len(page["items"]), total=page["total"], change_no=began_at)
        self._lack(page["missing"])

    def _lack(self, missing: list[dict[str, str]]) -> None:
        self.job = replace(self.job, missing=[*self.job.missing, *missing])

    def _written(self, rows: int) -> None:
        self._check_lease()
        # The documents of a ZIP were counted when they were drawn.
        if self.job.format != "zip":
            self.job = replace(self.job, written=rows)

    def _one_more(self) -> None:
        self._check_lease()
        self.job = replace(self.job, written=self.job.written + 1)

    def _check_lease(self) -> None:
        if self._lost:
            raise LeaseLost

    @contextmanager
    def _heartbeat(self) -> Iterator[None]:
        """Renews the lease and shows the progress, from a thread of its own, until the block ends."""
        ended = threading.Event()
        beating = threading.Thread(target=self._beat_until, args=(ended,), daemon=True)
        beating.start()
        try:
            yield
        finally:
            ended.set()
            beating.join()

    def _beat_until(self, ended: threading.Event) -> None:
        while not ended.wait(domain.BEAT.total_seconds()):
            try:
                with self._db.begin() as session:
                    self._lost = not queries.change(session, self.job, **self._progress())
            except Unavailable as error:
                log.warning("export without heartbeat", job=self.job.id, reason=error.message)

    def _progress(self) -> dict[str, Any]:
        job = self.job
        shown = {"rows": job.rows, "written": job.written, "total": job.total, "change_no": job.change_no}
        return shown | {"lease_until": self._clock() + domain.LEASE}

    def _put_off(self, reason: str) -> None:
        """A neighbour is away: later, by whoever is free then; but not for ever."""
        log.warning("export put off", job=self.job.id, attempt=self.job.attempts, reason=reason)
        if self.job.attempts >= domain.MOST_ATTEMPTS:
            self._end(status="failed", error=domain.GIVEN_UP)
            return
        until = self._clock() + domain.PAUSE * self.job.attempts
        with self._db.begin() as session:
            queries.change(session, self.job, status="queued", lease_until=until)

    def _end(self, **values: Any) -> bool:
        """Whether it was ours to end."""
        ended = self._progress() | values | {"finished_at": self._clock(), "lease_until": None}
        with self._db.begin() as session:
            mine = queries.change(session, self.job, **ended)
        log.info("export ended", job=self.job.id, rows=self.job.rows, mine=mine, status=values["status"])
        return mine
