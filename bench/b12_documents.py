"""B12: a certificate of three pages as tagged PDF, by a worker process, against the bare compile of its template.

The worker gets the facts over its socket, draws the QR code, compiles, signs, and writes the file: all but the first
and the last of that is what a caller waits for. The bare compile has its input ready. What the signature adds is the
difference between the same worker's times with and without it.
"""

from __future__ import annotations

import json
import time
from pathlib import Path
from statistics import median
from typing import Any

from bench.measure import ROUNDS, Row, alternate, compared
from bench.printing import a_seal, certificates, facts
from services.export.drawing import FOLDER, Drawer, with_pictures
from services.export.pool import WorkerPool
from tests.signing_keys import a_long_signing_key

EACH = 20


def run(scale: int) -> list[Row]:  # noqa: ARG001 (one document costs the same in a register of any size)
    compiler = Drawer()._compiler  # noqa: SLF001 - the very compiler, without what we do around it
    pool = WorkerPool(a_long_signing_key(), size=1)
    try:
        drawn = alternate(lambda: _by_worker(pool, sign=False), lambda: _bare(compiler))
        signed = alternate(lambda: _by_worker(pool, sign=True), lambda: _by_worker(pool, sign=False), ROUNDS)
    finally:
        pool.close()
    added = median(mine - theirs for mine, theirs in signed)
    return [
        compared("B12", "certificate of three pages as PDF, against the bare compile", "ms", drawn, at_most=1.3),
        compared("B12", "the same, signed, against unsigned", "ms", signed),
        Row("B12", "what the signature adds", "ms", added, at_most=30.0),
    ]


def _by_worker(pool: WorkerPool, *, sign: bool) -> float:
    target = pool.scratch / "document.pdf"
    taken = []
    for certificate in certificates(EACH):
        seal = a_seal(certificate).task() if sign else None
        task = {"task": "draw", "template": "equipment", "facts": facts(certificate), "target": str(target)}
        began = time.perf_counter()
        pool.run(task | {"seal": seal}, silence=30)
        taken.append(1000 * (time.perf_counter() - began))
    target.unlink()
    return median(taken)


def _bare(compiler: Any) -> float:
    template, taken = Path(FOLDER, "equipment.typ"), []
    for certificate in certificates(EACH):
        inputs = {"facts": json.dumps(with_pictures(facts(certificate)), ensure_ascii=False)}
        began = time.perf_counter()
        compiler.compile(template, format="pdf", pdf_standards="ua-1", sys_inputs=inputs)
        taken.append(1000 * (time.perf_counter() - began))
    return median(taken)
