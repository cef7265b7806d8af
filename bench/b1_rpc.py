"""B1: RPC through plumbing against nameko's own, the same echo, two processes each, over one RabbitMQ."""

from __future__ import annotations

import tempfile
from contextlib import ExitStack
from functools import partial
from pathlib import Path
from typing import Any

from bench.measure import Load, Row, alternate, compared
from bench.remote import Worker, process
from tests.servers import Servers
from tests.stack import real

SECONDS = 2.0
# In flight → how many times as many calls a second.
BARS = {1: 1.9, 10: 2.5, 50: 3.0}
# Some 360 bytes as JSON: a number, a name, an address.
BODY: dict[str, Any] = {
    "series": "equipment/BAS/26",
    "owner_id": "5f0c2b9e-3a55-4d0e-9a43-5a5a8f1b2c3d",
    "applicant": {"name": "Muster Messtechnik GmbH", "address": "Werkstrasse 1, 12345 Musterstadt", "country": "DE"},
    "equipment": "Pressure transmitter type PX-200, with and without display, for gauge and absolute pressure",
    "marking": ["Ex db [ia IIC Ga] IIB T4 Gb", "Ex tb IIIC T130 °C Db"],
}


def run(scale: int) -> list[Row]:  # noqa: ARG001 (an empty call costs the same in a large register)
    with ExitStack() as opened:
        servers = Servers()
        opened.callback(servers.stop)
        folder = Path(opened.enter_context(tempfile.TemporaryDirectory()))
        ours = _start(opened, folder, "bench.ours.echo", servers)
        stock = _start(opened, folder, "bench.stock.echo", servers)
        return [row for in_flight in BARS for row in _rows(ours, stock, in_flight)]


def _start(opened: ExitStack, folder: Path, module: str, servers: Servers) -> Worker:
    """The server and the client, in a vhost of their own; gives the client."""
    environment = real(folder, servers.fresh_vhost(), "postgresql://unused/unused").environment
    opened.enter_context(process(folder, module, "server", environment=environment))
    return opened.enter_context(process(folder, module, "client", environment=environment))


def _rows(ours: Worker, stock: Worker, in_flight: int) -> list[Row]:
    pairs = alternate(partial(_measure, ours, in_flight), partial(_measure, stock, in_flight))
    name = f"RPC, {in_flight} in flight" if in_flight > 1 else "RPC, one after the other"
    return [
        compared(
            "B1", name, "calls/s", [(mine.per_second, its.per_second) for mine, its in pairs], at_least=BARS[in_flight]
        ),
        compared("B1", f"{name}: p99", "ms", [(mine.p99, its.p99) for mine, its in pairs], at_most=1.0),
    ]


def _measure(client: Worker, in_flight: int) -> Load:
    return Load(**client.order(in_flight=in_flight, seconds=SECONDS, body=BODY))
