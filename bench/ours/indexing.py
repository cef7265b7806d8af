"""``python -m bench.ours.indexing certificates``: what a replica's index needs: time, memory, disk.

Built by one process and asked by another, so that the memory of each is its own.
"""

from __future__ import annotations

import subprocess
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


def main(count: int) -> None:
    with tempfile.TemporaryDirectory() as folder:
        for order in (("build", str(count), folder), ("serve", folder)):
            subprocess.run([sys.executable, "-m", "bench.ours.indexing", *order], check=True)


def build(count: int, folder: Path) -> None:
    log = Log(count)
    held, index, began = _resident(), CertificateIndex(folder), time.perf_counter()
    Follower(index, log.changes).step(look=True)
    seconds, documents = time.perf_counter() - began, index.view.documents
    print(f"{documents:,} documents taken from the log in {seconds:.0f} s, {documents / seconds:,.0f} a second")
    print(f"{_resident() - held:,.0f} MB of memory more than before, {_size(folder) / 1e6:,.0f} MB on disk")
    index.close()


def serve(folder: Path) -> None:
    held, began = _resident(), time.perf_counter()
    index = CertificateIndex(folder)
    print(f"opened in {time.perf_counter() - began:.2f} s")
    random = Random(1)  # noqa: S311 - the same questions each time
    for _ in range(QUESTIONS):
        search(index, " ".join(words(random, 2)), facets=FACETS)
    more, whole = _resident() - held, _resident()
    print(f"{more:,.0f} MB of memory more than before after {QUESTIONS} questions, {whole:,.0f} MB in all")
    began = time.perf_counter()
    slices = len(index.view.slices())
    print(f"{slices} slices added up in {time.perf_counter() - began:.2f} s")
    index.close()


def _size(folder: Path) -> int:
    return sum(file.stat().st_size for file in folder.rglob("*") if file.is_file())


def _resident() -> float:
    """Megabytes that are not files."""
    status = Path("/proc/self/status").read_text(encoding="utf-8")
    return int(status.split("RssAnon:")[1].split()[0]) / 1024


if __name__ == "__main__":
    match sys.argv[1:]:
        case ["build", count, folder]:
            build(int(count), Path(folder))
        case ["serve", folder]:
            serve(Path(folder))
        case _:
            main(int(sys.argv[1]))
