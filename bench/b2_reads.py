"""B2: a certificate read over HTTP at 32 connections, against the same read through nameko's own gateway and RPC.

Three ways to ask ours: by a signatory, for whom every read goes to the service; by guests, for certificates that the
gateway has answered a moment ago; and by guests who have the newest version and are told so (304).
"""

from __future__ import annotations

import itertools
from collections.abc import Callable
from contextlib import ExitStack
from functools import partial
from typing import Any

from bench import setting, web
from bench.measure import Load, Row, alternate, compared
from bench.remote import process
from demonstration.client import Client
from demonstration.generate import invent
from tests.servers import Servers, fresh_database
from tests.stack import Register, real

CONNECTIONS, SECONDS, CERTIFICATES = 32, 2.0, 100
BAS = (("BAS", "GB"),)
Ask = Callable[[], Load]


def run(scale: int) -> list[Row]:  # noqa: ARG001 (a read by number costs the same at any size)
    with ExitStack() as opened:
        servers = setting.servers(opened)
        register = setting.register(opened, servers)
        signatory = register.log_in("bas-signatory")
        read = [_issued(signatory, index) for index in range(1, CERTIFICATES + 1)]
        stock = _stock(opened, servers, [certificate for certificate, _etag in read])
        return [
            row for what, at_least, ask in _ways(register, signatory, read) for row in _rows(what, at_least, ask, stock)
        ]


def _ways(
    register: Register, signatory: Client, read: list[tuple[dict[str, Any], str]]
) -> list[tuple[str, float, Ask]]:
    to_service = {"Authorization": f"Bearer {signatory.token}"}
    paths = [(certificate["links"]["self"], etag) for certificate, etag in read]
    return [
        ("by the service", 1.8, _asking(register.url, [(path, to_service) for path, _etag in paths])),
        ("answered lately", 4.0, _asking(register.url, [(path, {}) for path, _etag in paths])),
        ("unchanged (304)", 4.0, _asking(register.url, [(path, {"If-None-Match": etag}) for path, etag in paths], 304)),
    ]


def _rows(what: str, at_least: float, ours: Ask, stock: Ask) -> list[Row]:
    pairs = alternate(ours, stock)
    what = f"certificate read over HTTP, 32 connections, {what}"
    return [
        compared("B2", what, "req/s", [(a.per_second, b.per_second) for a, b in pairs], at_least=at_least),
        compared("B2", f"{what}: p99", "ms", [(a.p99, b.p99) for a, b in pairs]),
    ]


def _asking(url: str, asked: list[tuple[str, dict[str, str]]], expected: int = 200) -> Ask:
    """A load that asks for these paths with these headers in rotation."""
    requests = itertools.cycle([("GET", path, b"", headers) for path, headers in asked])
    return partial(web.load, url, lambda: next(requests), CONNECTIONS, SECONDS, expected)


def _issued(signatory: Client, index: int) -> tuple[dict[str, Any], str]:
    """A new public certificate as guests read it, and its ETag."""
    draft = signatory.create(invent(index, BAS).body, f"read-{index}")
    issued = signatory.issue(draft.json()["number"], draft.headers["ETag"])
    answer = Client(signatory.api.removesuffix("/api/v1")).get(issued.json()["number"])
    return answer.json(), answer.headers["ETag"]


def _stock(opened: ExitStack, servers: Servers, certificates: list[dict[str, Any]]) -> Ask:
    folder = setting.folder(opened)
    url = opened.enter_context(fresh_database(servers.database_url))
    environment = real(folder, servers.fresh_vhost(), url).environment
    store = opened.enter_context(process(folder, "bench.stock.reading", "store", environment=environment))
    gateway = opened.enter_context(process(folder, "bench.stock.reading", "gateway", environment=environment))
    rows = [{"number": str(place), "content": content} for place, content in enumerate(certificates)]
    store.order(rows=rows)
    return _asking(gateway.address, [(f"/certificates/{row['number']}", {}) for row in rows])
