"""The callers of B5: ``python -m bench.ours.allocating port``, beside a process that runs numbering."""

import plumbing.green  # noqa: F401 - must come first

# isort: split
import sys
from typing import Any

from bench.batches import timed
from bench.ours.containers import serve
from bench.remote import remote
from contracts.identity import service_identity
from plumbing.rpc import RpcClient

CERTIFICATES = service_identity("certificates")


class Callers:
    name = "callers"
    numbering = RpcClient("numbering")

    @remote  # type: ignore[untyped-decorator]
    def allocate(self, series: str, callers: int, batches: int, size: int) -> float:
        def allocate(owner_ids: list[str]) -> Any:
            return self.numbering.acting_for(CERTIFICATES, 5.0).allocate_many(series=series, owner_ids=owner_ids)

        return timed(allocate, callers, batches, size)


if __name__ == "__main__":
    serve(Callers, sys.argv[1])
