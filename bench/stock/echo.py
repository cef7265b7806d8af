"""The echo of B1 through nameko's own RpcProxy: ``python -m bench.stock.echo server|client port``."""

import plumbing.green  # noqa: F401 - must come first

# isort: split
import os
import sys
from dataclasses import asdict
from typing import Any

from nameko.containers import ServiceContainer
from nameko.rpc import RpcProxy, rpc

from bench.measure import load
from bench.remote import remote

SERVER_WORKERS, CLIENT_WORKERS = 10, 100


class Echo:
    name = "echo"

    @rpc  # type: ignore[untyped-decorator]
    def echo(self, body: dict[str, Any]) -> dict[str, Any]:
        return body

    @remote  # type: ignore[untyped-decorator]
    def ready(self) -> bool:
        return True


class Asker:
    name = "asker"
    other = RpcProxy("echo")

    @remote  # type: ignore[untyped-decorator]
    def drive(self, in_flight: int, seconds: float, body: dict[str, Any]) -> dict[str, float]:
        return asdict(load(lambda: self.other.echo(body=body), in_flight, seconds))


def main(part: str, port: str) -> None:
    service, workers = (Asker, CLIENT_WORKERS) if part == "client" else (Echo, SERVER_WORKERS)
    container = ServiceContainer(
        service, {"AMQP_URI": os.environ["AMQP_URI"], "max_workers": workers, "remote_port": port}
    )
    container.start()
    container.wait()


if __name__ == "__main__":
    main(*sys.argv[1:])
