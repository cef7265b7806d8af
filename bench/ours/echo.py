"""The echo of B1 through plumbing: ``python -m bench.ours.echo server|client port``, one process each."""

import plumbing.green  # noqa: F401 - must come first

# isort: split
import sys
from dataclasses import asdict
from typing import Any

from bench.measure import load
from bench.ours.containers import serve
from bench.remote import remote
from contracts.identity import Identity
from plumbing.rpc import RpcClient, rpc

AUTHOR = Identity("author", "BAS", "somebody", ("read", "draft"))
# More than are ever in flight, so that neither the workers nor the cap per target are what is measured.
CLIENT_WORKERS = 100


class Echo:
    name = "echo"

    @rpc
    def echo(self, body: dict[str, Any]) -> dict[str, Any]:
        return body

    @remote  # type: ignore[untyped-decorator]
    def ready(self) -> bool:
        return True


class Asker:
    name = "asker"
    other = RpcClient("echo")

    @remote  # type: ignore[untyped-decorator]
    def drive(self, in_flight: int, seconds: float, body: dict[str, Any]) -> dict[str, float]:
        """As the gateway does it: an identity and a deadline of its own for each call."""
        return asdict(load(lambda: self.other.acting_for(AUTHOR, 5.0).echo(body=body), in_flight, seconds))


if __name__ == "__main__":
    part, port = sys.argv[1:]
    if part == "client":
        serve(Asker, port, CLIENT_WORKERS)
    else:
        serve(Echo, port)
