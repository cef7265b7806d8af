"""B13: the documents of a thousand certificates as one ZIP job, against a call for each of them, one after the other.

A fifth of them in each round, none of which was printed before. The export service and its two workers are real, and
so are its database and its store of files; what it asks of others is answered at once. A single call over HTTP and the
broker takes longer than one here, so that the job gains more in the register than what is measured.
"""

from __future__ import annotations

import tempfile
import time
from pathlib import Path
from typing import Any

from bench.measure import ROUNDS, Row, alternate, compared, gain_row
from bench.printing import certificates
from bench.web import Unexpected
from plumbing.db import Handle, create_engine_for
from services.export.pool import WorkerPool
from services.export.tables import metadata
from tests.service.export.neighbours import EVERYTHING, Clock, FakeCertificates, FakeSearch, a_replica
from tests.signing_keys import a_long_signing_key

DOCUMENTS = 1_000


def run(scale: int) -> list[Row]:  # noqa: ARG001 (the bar names the number)
    pool = WorkerPool(a_long_signing_key())
    with tempfile.TemporaryDirectory() as folder:
        db = Handle(create_engine_for(f"sqlite:///{folder}/export.db"))
        metadata.create_all(db.engine)
        replica = a_replica(db, pool, Path(folder), FakeSearch(), Clock())
        try:
            pairs = alternate(lambda: _as_zip(replica), lambda: _singly(replica))
        finally:
            pool.close()
            db.engine.dispose()
    row = compared("B13", "1,000 certificates as one ZIP of PDFs", "PDFs/s", pairs, at_least=1.5)
    return [row, gain_row("B13")]


def _known(replica: Any) -> list[dict[str, Any]]:
    snapshots = list(certificates(DOCUMENTS // ROUNDS))
    replica.certificates = FakeCertificates()
    replica.certificates.others = {snapshot["number"]: snapshot for snapshot in snapshots}
    replica.search = FakeSearch(*snapshots, page=250)
    return snapshots


def _as_zip(replica: Any) -> float:
    snapshots = _known(replica)
    began = time.perf_counter()
    job = replica.start(format="zip", query=EVERYTHING)
    replica.work()
    taken = time.perf_counter() - began
    if (found := replica.get(id=job["id"]))["status"] != "done":
        raise Unexpected(found)
    return len(snapshots) / taken


def _singly(replica: Any) -> float:
    snapshots = _known(replica)
    began = time.perf_counter()
    for snapshot in snapshots:
        replica.certificate_pdf(number=snapshot["number"])
    return len(snapshots) / (time.perf_counter() - began)
