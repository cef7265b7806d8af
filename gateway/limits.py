"""How many requests somebody may make: a bucket for each guest's line and each account, which fills as time goes by.

Generous on purpose: who reads, pages through results and fetches exports never meets it; who takes the whole register
page by page is slowed to a rate that leaves room for others. Each gateway counts by itself, so that several let
through as many times as much. Addresses of private networks are not limited: one of them may be a proxy that stands
for all the world, should an operator have forgotten to name it. Times in seconds of any steady clock.
"""

from __future__ import annotations

import math
import time
from collections import OrderedDict
from ipaddress import ip_address

from contracts.errors import TooManyRequests
from contracts.identity import Identity
from gateway.addresses import line_of

# So many seconds' worth may be asked for at once, after a pause.
SAVED_UP = 30
# Somebody whom an account makes known gets so many times as much.
ACCOUNT_FACTOR = 10
# What wrong credentials count as: they cost a look into the database and a line in the audit.
FAILURE_COST = 10
MOST = 50_000


class Buckets:
    """One bucket for each key; each holds ``rate`` × SAVED_UP requests and gains ``rate`` a second."""

    def __init__(self, rate: float) -> None:
        self._rate, self._size = rate, rate * SAVED_UP
        self._levels: OrderedDict[str, tuple[float, float]] = OrderedDict()

    def take(self, key: str, now: float, cost: float = 1.0) -> float:
        """Takes ``cost`` out. How many seconds until there is enough for one more; 0 where there was."""
        level, since = self._levels.pop(key, (self._size, now))
        level = min(self._size, level + (now - since) * self._rate)
        enough = level >= 1
        # Down to empty and no further: who goes on asking waits as long as who stops.
        self._levels[key] = (max(0.0, level - cost) if enough else level, now)
        if len(self._levels) > MOST:
            self._levels.popitem(last=False)
        return 0.0 if enough else (1 - level) / self._rate


class Limits:
    """The buckets of one process. ``rate``: requests a second for a guest's line; 0 limits nobody."""

    def __init__(self, rate: float) -> None:
        self._lines = Buckets(rate) if rate else None
        self._accounts = Buckets(rate * ACCOUNT_FACTOR) if rate else None

    def check(self, identity: Identity, address: str) -> None:
        """Counts a request. Raises TooManyRequests."""
        if identity.account:
            self._take(self._accounts, identity.account, address)
        else:
            self._take(self._lines, line_of(address), address)

    def count_failure(self, address: str) -> None:
        """Counts wrong credentials. Raises TooManyRequests."""
        self._take(self._lines, line_of(address), address, FAILURE_COST)

    def _take(self, buckets: Buckets | None, key: str, address: str, cost: float = 1.0) -> None:
        if buckets is None or not _is_public(address):
            return
        wait = buckets.take(key, time.monotonic(), cost)
        if wait:
            seconds = math.ceil(wait)
            raise TooManyRequests(f"Too many requests; go on after {seconds} s, and more slowly.", retry_after=seconds)


def _is_public(address: str) -> bool:
    return bool(address) and ip_address(address).is_global
