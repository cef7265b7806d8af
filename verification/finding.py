"""What is said of one invariant: what was counted, what is wrong, and how far a check has come meanwhile."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import TypeVar

from tqdm import tqdm

SHOWN = 10

Item = TypeVar("Item")


@dataclass
class Finding:
    """One invariant as it was found. All faults are counted, the first ten are kept."""

    invariant: str
    facts: str = ""
    count: int = 0
    faults: list[str] = field(default_factory=list)
    unchecked: str = ""

    def fault(self, text: str) -> None:
        self.count += 1
        if len(self.faults) < SHOWN:
            self.faults.append(text)

    def __str__(self) -> str:
        """One line, and one more for each fault that was kept."""
        if self.unchecked:
            return f"{self.invariant:<14}  not checked: {self.unchecked}"
        if not self.count:
            return f"{self.invariant:<14}  holds: {self.facts}"
        lines = [f"{self.invariant:<14}  BROKEN, {counted(self.count, 'fault')}: {self.facts}"]
        lines += [f"    {text}" for text in self.faults]
        if self.count > len(self.faults):
            lines.append(f"    … and {self.count - len(self.faults):,} more")
        return "\n".join(lines)


def counted(count: int, noun: str) -> str:
    """``1 change``, ``1,234 changes``."""
    return f"{count:,} {noun}" + ("" if count == 1 else "s")


def progress(items: Iterable[Item], total: int, what: str) -> Iterator[Item]:
    """The items, with a bar on a terminal and nothing elsewhere."""
    yield from tqdm(items, total=total, desc=what, unit="", leave=False, disable=None, mininterval=0.5)
