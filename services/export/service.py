"""The export service: searches as files, certificates as documents.

A call starts a job or draws one document; the work itself is done by worker processes, so that this one always answers.
Files go to the blob store, and callers get their keys. Owns the jobs and nothing else.
"""

from __future__ import annotations

import threading
import uuid
from typing import Any

from nameko.extensions import DependencyProvider

from contracts.errors import NotFound, Unavailable
from contracts.identity import service_identity
from plumbing.db import Database
from plumbing.dependencies import BlobStore, Clock, Config
from plumbing.every import every
from plumbing.logs import log
from plumbing.rpc import Call, RpcClient, rpc
from services.export import domain, queries
from services.export.columns import chosen
from services.export.document import certificate_facts, filename_of, identity_of, key_of
from services.export.domain import Job
from services.export.drawing import templates
from services.export.pool import WorkerPool
from services.export.running import JobRun

PDF = "application/pdf"
# A page of the search is asked for on nobody's behalf, after the caller has long had his answer.
PAGE_SECONDS = 20.0
# The longest certificate there can be takes a second or two.
DRAWING_SILENCE = 30.0


class Workers(DependencyProvider):  # type: ignore[misc]
    """The worker processes of this replica, from its start to its end."""

    def start(self) -> None:
        self.pool = WorkerPool()

    def stop(self) -> None:
        self.pool.close()

    kill = stop

    def get_dependency(self, _worker_ctx: Any) -> WorkerPool:
        return self.pool


class Export:
    """What is public, in files. Drafts reach nobody but those to whom the certificates service shows them."""

    name = "export"

    db = Database()
    call = Call()
    clock = Clock()
    settings = Config()
    blobs = BlobStore()
    workers = Workers()
    search = RpcClient("search")
    certificates = RpcClient("certificates")

    @rpc
    def start(self, format: str, query: dict[str, Any], columns: list[str] | None = None) -> dict[str, Any]:  # noqa: A002
        """Starts an export and returns its job at once.

        ``query`` is ``{"q", "filters"}`` as for a search; ``columns`` names and orders the columns, None means the
        usual ones. Raises InvalidInput that names what is wrong, TooManyRequests, Unavailable without a search.
        """
        kind, (q, filters), keys = domain.check_format(format), domain.check_query(query), chosen(columns)
        # The search alone knows what its filters may be: better a refusal now than a job that fails later.
        found = self.search.search(q=q, filters=filters, limit=1)
        account, now = self.call.identity.account, self.clock()
        job = Job(str(uuid.uuid4()), kind, q, filters, keys, account, "queued", now, total=found["total"])
        with self.db.begin() as session:
            domain.check_open(account, queries.count_open(session, account))
            queries.add(session, job)
        self.wake()
        return job.answer()

    @rpc
    def get(self, id: str) -> dict[str, Any]:  # noqa: A002 - the name is the contract's
        """The job as it stands. Raises NotFound, also when its time is over."""
        with self.db.read() as session:
            job = queries.find(session, id)
        if job is None:
            raise domain.not_found()
        return job.answer()

    @rpc
    def certificate_pdf(self, number: str, issue: int | None = None) -> dict[str, Any]:
        """The document of a certificate: ``{"blob", "filename", "content_type", "length", "etag"}``.

        The latest public issue, or the one asked for; whoever may see a draft gets a preview of it. The certificates
        service decides that anew each time, before anything kept is looked for. Raises its errors, and Unavailable.
        """
        wanted = {"number": number} if issue is None else {"number": number, "issue": issue}
        certificate = self.certificates.get(**wanted) if issue is None else self.certificates.get_issue(**wanted)
        history = self.certificates.history(number=certificate["number"])
        identity = identity_of(certificate, history, self.settings.public_url, templates())
        key = key_of(certificate, identity)
        return {
            "blob": key,
            "filename": filename_of(certificate),
            "content_type": PDF,
            "length": self._size_of(key) or self._draw(certificate, history, key),
            "etag": identity[:32],
        }

    def _size_of(self, key: str) -> int:
        try:
            return int(self.blobs.size(key))
        except NotFound:
            return 0

    def _draw(self, certificate: dict[str, Any], history: dict[str, Any], key: str) -> int:
        """Draws the document and keeps it; its length."""
        bodies, standards = self.certificates.excbs(), self.certificates.standards()
        facts = certificate_facts(certificate, history, bodies, standards, self.settings.public_url)
        target = self.workers.scratch / f"{uuid.uuid4()}.pdf"
        try:
            task = {"task": "draw", "facts": facts, "target": str(target)}
            # Drawing goes on when the caller's time is over: the next one finds the document there.
            self.workers.run(task, silence=DRAWING_SILENCE, patience=max(0.1, self.call.remaining()))
            self.blobs.put_file(key, target)
            return int(target.stat().st_size)
        finally:
            target.unlink(missing_ok=True)

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
            scan=self._scan,
            clock=self.clock,
            public_url=self.settings.public_url,
        ).run()

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
