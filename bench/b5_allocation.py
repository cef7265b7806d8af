"""B5: numbers allocated fifty at a time on one counter by eight callers, against the same transaction as bare SQL.

The bar is on the transaction: numbering's method, with its checks and answers, against its one statement sent by
psycopg from native threads, on tables of the same shape. Beside it, without a bar, the whole way: callers in one
process, RabbitMQ, numbering in another.
"""

from __future__ import annotations

import tempfile
from contextlib import ExitStack
from itertools import count
from pathlib import Path

from sqlalchemy.engine import make_url

from bench.measure import ROUNDS, Row, alternate, compared
from bench.remote import Worker, process
from demonstration.prepare import make_tables
from plumbing.settings import database_url_of
from tests.servers import Servers, fresh_database
from tests.stack import Register, real

CALLERS, SIZE = 8, 50
# A counter ends at 9,999; each measurement has one to itself.
BATCHES = 199


def run(scale: int) -> list[Row]:  # noqa: ARG001 (a counter costs the same however far it has come)
    with ExitStack() as opened:
        servers = Servers()
        opened.callback(servers.stop)
        folder = Path(opened.enter_context(tempfile.TemporaryDirectory()))
        ours, bare = (_register(opened, folder, servers) for _ in range(2))
        ours.start("numbering")
        opened.callback(ours.stop)
        callers = opened.enter_context(process(folder, "bench.ours.allocating", environment=ours.environment))
        environment = bare.environment | {"DATABASE_URL": _plain(bare)}
        sql = opened.enter_context(process(folder, "bench.stock.allocating", environment=environment))
        series = (f"equipment/BAS/{year:02}" for year in count())
        method = opened.enter_context(process(folder, "bench.ours.transacting", environment=ours.environment))

        def against_sql(worker: Worker) -> list[tuple[float, float]]:
            return alternate(lambda: _allocate(worker, next(series)), lambda: _allocate(sql, next(series)), ROUNDS + 4)

        what = "numbers in batches of 50, 8 callers"
        return [
            compared("B5", what, "numbers/s", against_sql(method), at_least=0.8),
            compared("B5", f"{what}, through RPC", "numbers/s", against_sql(callers)),
        ]


def _register(opened: ExitStack, folder: Path, servers: Servers) -> Register:
    url = opened.enter_context(fresh_database(servers.database_url))
    register = real(folder, servers.fresh_vhost(), url)
    make_tables(register.settings)
    return register


def _plain(register: Register) -> str:
    """numbering's database, as psycopg itself takes its address."""
    url = make_url(database_url_of(register.environment["DATABASE_URL"], "numbering"))
    return url.set(drivername="postgresql").render_as_string(hide_password=False)


def _allocate(worker: Worker, series: str) -> float:
    return float(worker.order(series=series, callers=CALLERS, batches=BATCHES, size=SIZE))
