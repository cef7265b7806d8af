"""Work that goes through all certificates once a day, a slice at a time, so that nobody notices it."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from services.certificates.desk import Desk
from services.certificates.domain import runs as nights
from services.certificates.queries import runs

# A million certificates are through in three hours, and one slice holds up nobody for long.
SLICE, EVERY = 500, 5


class Nightly(Desk):
    """A day is one of UTC. Who calls this runs alone."""

    def _go_on(self, name: str, work: Callable[[Sequence[str]], None]) -> None:
        """Does ``work`` for the ids of the next slice, unless the run of this name has been today already."""
        with self.db.read() as session:
            run = nights.due(name, runs.last(session, name), self.clock())
            ids = [] if run is None else runs.ids_after(session, run.position, SLICE)
        if run is None:
            return
        if ids:
            work(ids)
            run = run.after(ids[-1], len(ids))
        with self.db.begin() as session:
            runs.keep(session, run if len(ids) == SLICE else run.finished(self.clock()))
