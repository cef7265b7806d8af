"""The questions of B9 straight to the search service: ``python -m bench.ours.asking port``, niced like a stranger."""

import plumbing.green  # noqa: F401 - must come first

# isort: split
import os
import sys
from dataclasses import asdict
from random import Random

from bench.measure import load, processor_seconds
from bench.ours.containers import serve
from bench.remote import remote
from contracts.identity import GUEST
from demonstration.words import words
from plumbing.rpc import RpcClient

# More than are ever in flight, so that neither the workers nor the cap per target are what is measured.
CLIENT_WORKERS = 100
NICENESS = 10


class Asker:
    name = "asker"
    search = RpcClient("search")

    @remote  # type: ignore[untyped-decorator]
    def drive(self, in_flight: int, seconds: float) -> dict[str, float]:
        """Two rotating words at a time, without facets. ``processor``: what the questions took here, in seconds."""
        random = Random(9)  # noqa: S311 - the same questions each time
        before = processor_seconds(os.getpid())

        def ask() -> None:
            self.search.acting_for(GUEST, 5.0).search(q=" ".join(words(random, 2)), facets=["none"])

        return asdict(load(ask, in_flight, seconds)) | {"processor": processor_seconds(os.getpid()) - before}


if __name__ == "__main__":
    os.nice(NICENESS)
    serve(Asker, sys.argv[1], CLIENT_WORKERS)
