"""The service's side of B5: ``python -m bench.ours.transacting port``, numbering's method without the call to it."""

import plumbing.green  # noqa: F401 - must come first

# isort: split
import sys
from types import SimpleNamespace
from typing import Any

from bench.batches import timed
from bench.ours.allocating import CERTIFICATES
from bench.remote import obey
from plumbing.db import Handle, create_engine_for
from plumbing.settings import Settings
from services.numbering.service import Numbering


def main(port: str) -> None:
    numbering: Any = Numbering()
    numbering.db = Handle(create_engine_for(Settings.read().database_of("numbering")))
    numbering.call = SimpleNamespace(identity=CERTIFICATES)

    def allocate(series: str, callers: int, batches: int, size: int) -> float:
        return timed(
            lambda owner_ids: numbering.allocate_many(series=series, owner_ids=owner_ids), callers, batches, size
        )

    obey(int(port), allocate)


if __name__ == "__main__":
    main(*sys.argv[1:])
