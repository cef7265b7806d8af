"""B9: searches a second of two replicas against those of one, asked by RPC from a process that is niced.

Each side has a broker's corner and indexes of its own, copies of one. What the replicas and the asking process take of
the processor stands below: where they and the broker need more than the cores there are, a second replica gains less.
"""

from __future__ import annotations

import os
import shutil
import tempfile
from collections.abc import Callable
from contextlib import ExitStack
from functools import partial
from pathlib import Path
from statistics import median
from typing import NamedTuple

from bench.library import fill
from bench.measure import Row, alternate, compared, gain_row, processor_seconds
from bench.remote import Worker, process
from services.search.index import CertificateIndex
from tests.running import Broker
from tests.servers import Servers, fresh_database
from tests.stack import real
from tests.waiting import until

IN_FLIGHT, SECONDS = 20, 3.0


class Turn(NamedTuple):
    """Searches a second, and the per cent of a core that the replicas and the asking process took for them."""

    per_second: float
    replicas: float
    asking: float


def run(scale: int) -> list[Row]:
    with ExitStack() as opened:
        servers = Servers()
        opened.callback(servers.stop)
        made = Path(opened.enter_context(tempfile.TemporaryDirectory())) / "index"
        index = CertificateIndex(made)
        fill(index, scale)
        index.close()
        two, one = (_side(opened, servers, made, count) for count in (2, 1))
        pairs = alternate(two, one)
    what = f"two replicas against one on {os.cpu_count()} cores"
    return [
        compared("B9", f"{what}: searches", "a second", [(a.per_second, b.per_second) for a, b in pairs], at_least=1.6),
        _share("replicas", [(a.replicas, b.replicas) for a, b in pairs]),
        _share("asking process", [(a.asking, b.asking) for a, b in pairs]),
        gain_row("B9"),
    ]


def _share(whose: str, pairs: list[tuple[float, float]]) -> Row:
    ours, other = (median(figures) for figures in zip(*pairs, strict=True))
    return Row("B9", f"… processor of the {whose}", "% of a core", ours, other)


def _side(opened: ExitStack, servers: Servers, made: Path, replicas: int) -> Callable[[], Turn]:
    """So many replicas on copies of the index ``made``; nobody else is needed to answer."""
    folder = Path(opened.enter_context(tempfile.TemporaryDirectory()))
    url = opened.enter_context(fresh_database(servers.database_url))
    register = real(folder, servers.fresh_vhost(), url)
    opened.callback(register.stop)
    for name, place in list({"search": "index", "search-2": "index-search-2"}.items())[:replicas]:
        shutil.copytree(made, folder / place)
        register.start(name)
    broker = Broker(register.settings.amqp_uri)
    until(lambda: broker.consumers("rpc.search") == replicas, 60, f"{replicas} replicas take questions", pause=0.2)
    asking = opened.enter_context(process(folder, "bench.ours.asking", environment=register.environment))
    return partial(_turn, asking, [running.pid for running in register.processes.values()])


def _turn(asking: Worker, replicas: list[int]) -> Turn:
    before = sum(map(processor_seconds, replicas))
    driven = asking.order(in_flight=IN_FLIGHT, seconds=SECONDS)
    taken = sum(map(processor_seconds, replicas)) - before
    return Turn(driven["per_second"], 100 * taken / SECONDS, 100 * driven["processor"] / SECONDS)
