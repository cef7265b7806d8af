"""How the bench measures: two things in turn in one run on one machine, medians of the rounds, ratios against bars.

Machines are shared and noisy, so that a figure on its own says little; a ratio of neighbours in time says more.
"""

from __future__ import annotations

import os
import subprocess
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from statistics import median
from typing import Any, TypeVar

import eventlet

ROUNDS = 5
COMPUTING = "sum(number * number % 7 for number in range(20_000_000))"
Result = TypeVar("Result")


@dataclass(frozen=True)
class Row:
    """A line of the table. The bar is on the ratio to the other where there is one, else on our own figure."""

    bar: str
    what: str
    unit: str
    ours: float
    other: float | None = None
    ratio: float | None = None
    at_least: float | None = None
    at_most: float | None = None

    @property
    def met(self) -> bool:
        value = self.ours if self.ratio is None else self.ratio
        return (self.at_least is None or value >= self.at_least) and (self.at_most is None or value <= self.at_most)


@dataclass(frozen=True)
class Load:
    """What a load came to: calls a second, and the milliseconds that half and all but one in a hundred stayed under."""

    per_second: float
    p50: float
    p99: float


def alternate(
    ours: Callable[[], Result], other: Callable[[], Result], rounds: int = ROUNDS
) -> list[tuple[Result, Result]]:
    """Both in turn, A B A B …, after one round that warms them up and does not count."""
    pairs = [(ours(), other()) for _ in range(rounds + 1)]
    return pairs[1:]


def compared(
    bar: str,
    what: str,
    unit: str,
    pairs: list[tuple[float, float]],
    *,
    at_least: float | None = None,
    at_most: float | None = None,
) -> Row:
    """The row of figures that were measured in turn; the ratio is the median of the rounds' ratios."""
    ours, other = (median(figures) for figures in zip(*pairs, strict=True))
    ratio = median(mine / theirs for mine, theirs in pairs)
    return Row(bar, what, unit, ours, other, ratio, at_least, at_most)


def load(call: Callable[[], Any], in_flight: int, seconds: float) -> Load:
    """``call`` again and again from so many greenlets for so long."""
    taken: list[float] = []
    began = time.perf_counter()

    def caller() -> None:
        while (started := time.perf_counter()) < began + seconds:
            call()
            taken.append(time.perf_counter() - started)

    callers = [eventlet.spawn(caller) for _ in range(in_flight)]
    for running in callers:
        running.wait()
    return summary(taken, time.perf_counter() - began)


def summary(taken: list[float], seconds: float) -> Load:
    """Of the durations of single calls, in seconds, and of the time all took together."""
    taken = sorted(taken)
    return Load(len(taken) / seconds, 1000 * taken[len(taken) // 2], 1000 * taken[int(len(taken) * 0.99)])


def gain_of_two() -> float:
    """How much more two processes that do nothing but compute get done at a time than one: what this machine has to
    give. Cores that share a cache, a frequency or a host with others give less than twice."""

    def seconds(processes: int) -> float:
        began = time.perf_counter()
        working = [subprocess.Popen([sys.executable, "-c", COMPUTING]) for _ in range(processes)]
        for one in working:
            one.wait()
        return time.perf_counter() - began

    return median(2 * alone / both for both, alone in alternate(lambda: seconds(2), lambda: seconds(1), 3))


def gain_row(bar: str) -> Row:
    """Beside a bar on what a second process gains."""
    return Row(bar, "… what two processes that only compute gain here", "×", gain_of_two())


def processor_seconds(process: int) -> float:
    """What the process and its children have taken of the processor since they began."""
    fields = Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()
    own = (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")
    children = Path(f"/proc/{process}/task/{process}/children").read_text().split()
    return own + sum(processor_seconds(int(child)) for child in children)
