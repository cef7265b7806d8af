"""Pages for guests: how long each takes, and how large it is, on the demonstration's register in one process.

The first look at each page is not counted, since templates are read once; a visitor waits for one page at a time.
"""

from __future__ import annotations

import statistics
import tempfile
import time
from pathlib import Path

import requests

from bench.measure import Row
from demonstration.seed import seed
from tests.browser.places import Places
from tests.stack import PASSWORD, running_embedded

ROUNDS = 40
SLOWEST, LARGEST = 100.0, 50.0


def run(scale: int) -> list[Row]:  # noqa: ARG001 (the bar is for the demonstration's register)
    with tempfile.TemporaryDirectory() as folder, running_embedded(Path(folder)) as register:
        seed(register.url, PASSWORD)
        paths = Places(register.url).all()
        with requests.Session() as session:
            session.headers["Accept"] = "text/html"
            looks = {name: [_look(session, register.url + path) for _ in range(ROUNDS)] for name, path in paths.items()}
    worst = max((_p95([taken for taken, _size in seen[1:]]), name) for name, seen in looks.items())
    middle = max((statistics.median(taken for taken, _size in seen[1:]), name) for name, seen in looks.items())
    largest = max((seen[-1][1] / 1_000, name) for name, seen in looks.items())
    return [
        Row("B18", f"page for guests, half of the looks at the slowest ({middle[1]})", "ms", middle[0]),
        Row("B18", f"page for guests, p95 of the slowest ({worst[1]})", "ms", worst[0], at_most=SLOWEST),
        Row("B18", f"HTML of the largest page for guests ({largest[1]})", "kB", largest[0], at_most=LARGEST),
    ]


def _look(session: requests.Session, url: str) -> tuple[float, int]:
    """Milliseconds and bytes."""
    begun = time.perf_counter()
    answer = session.get(url, timeout=30, allow_redirects=False)
    return (time.perf_counter() - begun) * 1_000, len(answer.content)


def _p95(times: list[float]) -> float:
    return statistics.quantiles(times, n=20)[-1]
