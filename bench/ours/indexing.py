"""``python -m bench.ours.indexing certificates [folder]``: what a replica's index needs: time, memory, disk.

In a process of its own, whose memory is then that of the index and of nothing else.
"""

from __future__ import annotations

import resource
import sys
import tempfile
import time
from pathlib import Path
from random import Random

from bench.b10_rebuild import Log
from bench.library import search
from demonstration.words import words
from services.search.domain.values import FACETS
from services.search.follower import Follower
from services.search.index import CertificateIndex

QUESTIONS = 300


def main(count: int, folder: Path) -> None:
    log, began = Log(count), time.perf_counter()
    index = CertificateIndex(folder)
    Follower(index, log.changes).step(look=True)
    seconds = time.perf_counter() - began - log.invented
    documents, peak = index.view.documents, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    index.close()
    print(f"{documents:,} documents taken from the log in {seconds:.0f} s, {documents / seconds:,.0f} a second")
    print(f"{peak:,.0f} MB of memory at the most meanwhile, {_size(folder) / 1e6:,.0f} MB on disk")
    began = time.perf_counter()
    index = CertificateIndex(folder)
    print(f"opened in {time.perf_counter() - began:.2f} s, {_resident():,.0f} MB of memory of its own")
    random = Random(1)  # noqa: S311 - the same questions each time
    for _ in range(QUESTIONS):
        search(index, " ".join(words(random, 2)), facets=FACETS)
    began = time.perf_counter()
    slices, summed = len(index.view.slices()), time.perf_counter() - began
    print(f"{_resident():,.0f} MB after {QUESTIONS} questions; {slices} slices compared in {summed:.2f} s")
    index.close()


def _size(folder: Path) -> int:
    return sum(file.stat().st_size for file in folder.rglob("*") if file.is_file())


def _resident() -> float:
    """Megabytes that are not files."""
    status = Path("/proc/self/status").read_text(encoding="utf-8")
    return int(status.split("RssAnon:")[1].split()[0]) / 1024


if __name__ == "__main__":
    if len(sys.argv) > 2:
        main(int(sys.argv[1]), Path(sys.argv[2]))
    else:
        with tempfile.TemporaryDirectory() as temporary:
            main(int(sys.argv[1]), Path(temporary))
