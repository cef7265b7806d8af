"""B3: a draft created over HTTP, against a stock nameko gateway with two RPCs and one commit in PostgreSQL.

Ours validates the whole body, checks who asks, commits the intent, gets a number that is never given twice, commits
again, and repeats none of it for the same Idempotency-Key: three commits in two services.
"""

from __future__ import annotations

import json
import uuid
from collections.abc import Callable
from contextlib import ExitStack
from functools import partial
from itertools import count

from bench import setting, web
from bench.measure import Load, Row, alternate, compared
from bench.remote import process
from demonstration.generate import invent
from tests.servers import Servers, fresh_database
from tests.stack import real

CONNECTIONS, SECONDS, ROUNDS = 16, 3.0, 7
BAS = (("BAS", "GB"),)


def run(scale: int) -> list[Row]:  # noqa: ARG001 (slopes over the size of the register are another bar's)
    with ExitStack() as opened:
        servers = setting.servers(opened)
        ours, stock = _ours(opened, servers), _stock(opened, servers)
        pairs = alternate(ours, stock, ROUNDS)
    return [
        compared(
            "B3",
            "drafts created over HTTP, 16 connections",
            "req/s",
            [(a.per_second, b.per_second) for a, b in pairs],
            at_least=1.5,
        ),
        compared("B3", "drafts created over HTTP: p50", "ms", [(a.p50, b.p50) for a, b in pairs]),
        compared("B3", "drafts created over HTTP: p99", "ms", [(a.p99, b.p99) for a, b in pairs]),
    ]


def _ours(opened: ExitStack, servers: Servers) -> Callable[[], Load]:
    register = setting.register(opened, servers)
    token = register.log_in("bas-author").token
    indexes = count(1)

    def draft() -> web.Request:
        body = json.dumps(invent(next(indexes), BAS).body).encode()
        headers = {
            "Content-Type": "application/json",
            "Authorization": f"Bearer {token}",
            "Idempotency-Key": uuid.uuid4().hex,
        }
        return "POST", "/api/v1/certificates", body, headers

    return partial(web.load, register.url, draft, CONNECTIONS, SECONDS, 201)


def _stock(opened: ExitStack, servers: Servers) -> Callable[[], Load]:
    folder = setting.folder(opened)
    url = opened.enter_context(fresh_database(servers.database_url))
    environment = real(folder, servers.fresh_vhost(), url).environment
    for part in ("numbers", "store"):
        opened.enter_context(process(folder, "bench.stock.drafting", part, environment=environment))
    gateway = opened.enter_context(process(folder, "bench.stock.drafting", "gateway", environment=environment))
    indexes = count(1)

    def draft() -> web.Request:
        body = json.dumps(invent(next(indexes), BAS).body).encode()
        return "POST", "/drafts", body, {"Content-Type": "application/json"}

    return partial(web.load, gateway.address, draft, CONNECTIONS, SECONDS, 201)
