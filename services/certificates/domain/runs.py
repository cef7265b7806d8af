"""Nightly work: what goes through all certificates once a day, slice by slice, and after a restart goes on."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from contracts.events import timestamp


@dataclass(frozen=True, slots=True)
class Run:
    """One night's work. ``position``: the id of the last certificate that is done, ``done``: how many are."""

    name: str
    began_at: datetime
    finished_at: datetime | None = None
    position: str = ""
    done: int = 0

    def after(self, position: str, count: int) -> Run:
        """The run, ``count`` certificates further."""
        return replace(self, position=position, done=self.done + count)

    def finished(self, now: datetime) -> Run:
        """The run, which has come to the end."""
        return replace(self, finished_at=now)


def due(name: str, last: Run | None, now: datetime) -> Run | None:
    """The run to go on with: the one that was left, or a new one; None when today's (UTC) has been.

    One that began yesterday is finished first, so that none is ever left half done.
    """
    if last is not None and last.finished_at is None:
        return last
    if last is not None and last.began_at.date() >= now.date():
        return None
    return Run(name, now)


def shown(run: Run | None) -> dict[str, Any] | None:
    """When the last run began and ended (None: it goes on), and how many certificates it went through."""
    if run is None:
        return None
    ended = None if run.finished_at is None else timestamp(run.finished_at)
    return {"began_at": timestamp(run.began_at), "finished_at": ended, "certificates": run.done}
