"""Work that yields: done by a thread of low priority, so that whoever waits for an answer has the processor first."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable
from typing import Any

from eventlet import patcher, tpool

# Against a thread of the usual priority it gets a tenth of a processor that both want, and all of an idle one.
NICENESS = 10

threading = patcher.original("threading")


def quietly(function: Callable[..., Any], *arguments: Any) -> Any:
    """What ``function`` returns or raises; the hub stays free meanwhile.

    Threads that it starts inherit the priority. Each call has a thread of its own: a priority that was lowered can be
    raised again by the superuser only. Where a thread has none of its own (not on Linux) it is as any other.
    """
    return tpool.execute(_in_a_thread, function, arguments)


def _in_a_thread(function: Callable[..., Any], arguments: tuple[Any, ...]) -> Any:
    results: list[Any] = []
    errors: list[BaseException] = []

    def work() -> None:
        try:
            if sys.platform == "linux":
                this = threading.get_native_id()
                # One that is lower already stays as it is: to raise it is forbidden to all but the superuser.
                os.setpriority(os.PRIO_PROCESS, this, max(os.getpriority(os.PRIO_PROCESS, this), NICENESS))
            results.append(function(*arguments))
        except BaseException as error:  # noqa: BLE001 - told to whoever waits
            errors.append(error)

    thread = threading.Thread(target=work)
    thread.start()
    thread.join()
    if errors:
        raise errors[0]
    return results[0]
