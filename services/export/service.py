"""The export service: searches as files, certificates as documents.

A call starts a job or draws one document; the work itself is done by worker processes, so that this one always answers.
Files go to the blob store, and callers get their keys. Owns the jobs and nothing else.
"""

from __future__ import annotations

import threading
import uuid
from collections.abc import Callable, Iterator
from dataclasses import asdict
from datetime import UTC, datetime, timedelta
from typing import Any

from nameko.extensions import DependencyProvider
from sqlalchemy.orm import Session

from contracts.errors import InvalidInput, RegisterError, Unavailable
from contracts.identity import GUEST, service_identity
from plumbing import metrics
from plumbing.every import every
from plumbing.logs import log
from plumbing.rpc import RpcClient, rpc
from plumbing.settings import Settings
from services.export import checking, domain, queries, sources
from services.export.assets import Table, checked_table
from services.export.columns import chosen, described
from services.export.domain import Job, Wanted
from services.export.key import key_for
from services.export.pool import WorkerPool
from services.export.printing import Printing
from services.export.running import Fetched, JobRun
from services.export.signing import warn_of_end
from services.export.zipping import draw_documents

# A page of the search is asked for on nobody's behalf, after the caller has long had his answer.
PAGE_SECONDS = 20.0


class Workers(DependencyProvider):  # type: ignore[misc]
    """The worker processes of this replica, from its start to its end, and the key with which they sign."""

    def setup(self) -> None:
        now = datetime.now(UTC)
        self.key = key_for(self.container.config["settings"], now)
        warn_of_end(self.key, now)
        metrics.signing_key_days.set_function(lambda: self.key.left(datetime.now(UTC)) / timedelta(days=1))

    def start(self) -> None:
        self.pool = WorkerPool(self.key)

    def stop(self) -> None:
        self.pool.close()

    kill = stop

    def get_dependency(self, _worker_ctx: Any) -> WorkerPool:
        return self.pool


class Export(Printing):
    """What is public, in files. Drafts reach nobody but those to whom the certificates service shows them."""

    name = "export"
    # On a machine that it shares with others a question is answered before a document is drawn.
    niceness = 5

    workers = Workers()
    search = RpcClient("search")

    @staticmethod
    def check_settings(settings: Settings) -> None:
        """Raises SettingsError without a key that may sign documents: before anything is started."""
        key_for(settings, datetime.now(UTC))

    @rpc
    def start(
        self,
        format: str,  # noqa: A002 - the name is the contract's
        query: dict[str, Any] | None = None,
        columns: list[str] | None = None,
        numbers: list[str] | None = None,
        bom: bool = False,
    ) -> dict[str, Any]:
        """Starts an export and returns its job at once; the same one to a caller who asks again while it goes on.

        ``query`` is ``{"q", "filters"}`` as for a search, or there are ``numbers`` in any spelling instead; ``columns``
        names and orders the columns, None means the usual ones. Raises InvalidInput that names what is wrong,
        TooManyRequests, Unavailable without a search.
        """
        wanted = _wanted(format, query, columns, numbers, bom)
        total = len(wanted.numbers) or self._count(wanted)
        wanted.check_total(total)
        return self._begun(wanted, total).answer()

    @rpc
    def check(self, table: dict[str, Any]) -> dict[str, Any]:
        """Holds a list of assets against the register; returns its job at once, which is like that of an export.

        ``table``: as services.export.assets.Table, whose lines the gateway has put into the store. Raises InvalidInput,
        TooManyRequests.
        """
        checked = checked_table(table)
        try:
            job = self._begun(Wanted(domain.CHECKED + checked.format, table=asdict(checked)), checked.rows)
        except RegisterError:
            self.blobs.delete(checked.blob)
            raise
        if job.table["blob"] != checked.blob:
            # The same table is being checked already, where it lies since then.
            self.blobs.delete(checked.blob)
        return job.answer()

    @rpc
    def columns(self) -> list[dict[str, Any]]:
        """The columns that ``start`` may be asked for, each with its key, its header and for whom it is usual."""
        return described()

    def _begun(self, wanted: Wanted, total: int) -> Job:
        """The new job, or the one that goes on already."""
        account = self.call.identity.account
        identity = wanted.fingerprint(account)
        with self.db.begin() as session:
            open_now = queries.count_open(session, account)
            job = queries.join(session, identity)
            if job is None:
                domain.check_open(account, open_now)
                job = self._queued(wanted, identity, total)
                queries.add(session, job)
        self.wake()
        return job

    def _count(self, wanted: Wanted) -> int:
        # The search alone knows what its filters may be: better a refusal now than a job that fails later.
        return int(self.search.search(q=wanted.q, filters=wanted.filters, limit=1)["total"])

    def _queued(self, wanted: Wanted, identity: str, total: int) -> Job:
        return Job(
            **asdict(wanted),
            id=str(uuid.uuid4()),
            requested_by=self.call.identity.account,
            status="queued",
            created_at=self.clock(),
            identity=identity,
            total=total,
        )

    @rpc
    def get(self, id: str) -> dict[str, Any]:  # noqa: A002 - the name is the contract's
        """The job as it stands. Raises NotFound, also when its time is over."""
        with self.db.read() as session:
            return self._found(session, id).answer()

    @rpc
    def cancel(self, id: str) -> None:  # noqa: A002
        """Ends a job that goes on, unless it was asked for by others too; removes a finished one with its file.

        Raises NotFound, and Forbidden for who did not start it.
        """
        identity = self.call.identity
        with self.db.begin() as session:
            job = self._found(session, id)
            domain.check_may_cancel(identity.role, identity.account, job)
            finished = not queries.leave(session, id, self.clock())
            if finished:
                queries.delete(session, id)
        if finished:
            self.blobs.delete(job.blob)

    def _found(self, session: Session, job_id: str) -> Job:
        job = queries.find(session, job_id)
        if job is None:
            raise domain.not_found()
        return job

    @every(seconds=1)
    def work(self) -> None:
        """Does the jobs that wait, one after the other: those that ``start`` could not begin at once, and orphans."""
        if not self.workers.jobs.acquire(blocking=False):
            return
        try:
            while (job := self._claim()) is not None:
                self._do(job)
        finally:
            self.workers.jobs.release()

    def wake(self) -> None:
        """Begins at once instead of at the next tick, on a thread of its own: the caller is not kept waiting."""
        threading.Thread(target=self._work_quietly, daemon=True).start()

    def _work_quietly(self) -> None:
        try:
            self.work()
        except Unavailable as error:
            log.warning("export waits for the next tick", reason=error.message)

    def _claim(self) -> Job | None:
        now = self.clock()
        with self.db.begin() as session:
            return queries.claim(session, now, now + domain.LEASE, str(uuid.uuid4()))

    def _do(self, job: Job) -> None:
        JobRun(
            job,
            db=self.db,
            blobs=self.blobs,
            workers=self.workers,
            pages=self._pages,
            draw=self._draw_all,
            check=self._checked,
            clock=self.clock,
            public_url=self.settings.public_url,
        ).run()

    def _pages(self, job: Job) -> Iterator[dict[str, Any]]:
        return sources.listed(job, self._register) if job.numbers else sources.searched(job, self._scan)

    def _checked(self, job: Job) -> Iterator[dict[str, Any]]:
        table = Table(**job.table)
        return checking.checked(table, self.blobs.stream(table.blob), self._register)

    def _draw_all(self, fetched: Fetched, one_more: Callable[[], None]) -> list[dict[str, str]]:
        today = self.clock().date()
        return draw_documents(fetched, one_more, press=self.press, register=self._register, today=today)

    def _register(self) -> Any:
        """The certificates service as everybody sees it: an export holds no draft, whoever asked for it."""
        return self.certificates.acting_for(GUEST, PAGE_SECONDS)

    def _scan(self, **arguments: Any) -> dict[str, Any]:
        page: dict[str, Any] = self.search.acting_for(service_identity(self.name), PAGE_SECONDS).scan(**arguments)
        return page

    @every(seconds=600, alone=True)
    def clear(self) -> None:
        """Removes what has had its time: jobs and files, previews of drafts, documents that can be drawn again."""
        now = self.clock()
        with self.db.begin() as session:
            ended = queries.delete_finished_before(session, now - domain.KEPT)
        for job in ended:
            self.blobs.delete(job.blob)
        for folder, age in domain.FILES_KEPT.items():
            self.blobs.delete_older(folder, now - age)


def _wanted(kind: object, query: object, columns: object, numbers: object, bom: object) -> Wanted:
    """Raises InvalidInput that names what is wrong."""
    kind = domain.check_format(kind)
    keys, bom = chosen(columns), domain.check_bom(bom, kind)
    if numbers is None:
        q, filters = domain.check_query({} if query is None else query)
        return Wanted(kind, q, filters, keys, bom=bom)
    if query is not None:
        raise InvalidInput.field("numbers", "Send either a query or numbers, not both.")
    return Wanted(kind, columns=keys, numbers=domain.check_numbers(numbers), bom=bom)
