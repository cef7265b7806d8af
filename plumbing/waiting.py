"""How psycopg waits for PostgreSQL in a green process: on the hub, like everything else.

psycopg's own choice under eventlet makes and closes a selector for every wait, a sixth of the time of a service under
load. ``install`` replaces the function that it was told to use (PSYCOPG_WAIT_FUNC in ``plumbing.green``).
"""

from __future__ import annotations

import select
from typing import TypeVar

from eventlet.hubs import trampoline
from psycopg import waiting
from psycopg.abc import PQGen
from psycopg.waiting import Ready, Wait

Result = TypeVar("Result")


def wait(gen: PQGen[Result], fileno: int, interval: float = 0.0, timeout: float | None = None) -> Result:
    """Runs a generator of psycopg to its end and returns its result, yielding to the hub whenever it would block."""
    if timeout is not None:
        return waiting.wait_selector(gen, fileno, interval, timeout)
    try:
        wanted = next(gen)
        while True:
            wanted = gen.send(_until_ready(fileno, wanted))
    except StopIteration as end:
        result: Result = end.value
        return result


def _until_ready(fileno: int, wanted: Wait) -> Ready:
    if wanted == Wait.RW:
        # A server whose answers nobody reads stops reading what we send, so that both sides are watched.
        readable, writable, _ = select.select([fileno], [fileno], [])
        return Ready((Ready.R if readable else 0) | (Ready.W if writable else 0))
    trampoline(fileno, read=wanted == Wait.R, write=wanted == Wait.W)
    return Ready.R if wanted == Wait.R else Ready.W


def install() -> None:
    """Makes psycopg wait so. Safe to repeat."""
    waiting.wait = wait
