"""Follows the change log: what is pushed and what is pulled go through one inbox into the index, in order.

May not import nameko, kombu or eventlet: ``in_thread`` runs what blocks, ``quietly`` the same while nobody can ask
this replica anything yet, and the waiting here is the standard library's, which is green in a service's process. Only
the greenlet in ``run`` writes the index.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from typing import Any, Protocol

from contracts.errors import RegisterError, Unavailable
from plumbing.logs import log
from services.search.domain.log import Change, Inbox, follows
from services.search.index import CertificateIndex

# At most so often are changes made visible; the first one after a pause at once.
PACE = 0.1
# So often the end of the log is looked at, so that a lost event heals although none follows it.
LOOK_EVERY = 3.0
# After an error, and while there is nothing to search in yet.
TRY_AGAIN_AFTER = 0.5
# Half of a replica's workers: who waits for a change that never comes must not keep all others from an answer.
MOST_WAITING = 5
PAGE = 500
# While a replica catches up, commits are for the case that it dies meanwhile; each costs a quarter of a second. What is
# not committed is held in memory, so that large certificates make them more frequent.
CATCH_UP_COMMIT = 5_000
MOST_HELD = 32_000_000
# Where the bodies are changes as rarely as bodies do.
BODIES_EVERY = 600.0


class ReadChanges(Protocol):
    """``certificates.changes`` of contracts: ``{"items": [envelope], "next", "last"}``."""

    def __call__(self, *, after: int, limit: int) -> dict[str, Any]: ...


# ``certificates.excbs`` of contracts: ``[{"code", "country", …}]``.
ReadBodies = Callable[[], list[dict[str, Any]]]


class LogReplaced(Exception):
    """The log is not the one that was followed."""


def at_once(function: Callable[..., Any], *arguments: Any) -> Any:
    """Runs ``function`` here and now."""
    return function(*arguments)


class Follower:
    """Keeps one index equal to the log. ``offer`` and ``wait_for`` may be called by anybody at any time."""

    def __init__(
        self,
        index: CertificateIndex,
        changes: ReadChanges,
        in_thread: Callable[..., Any] = at_once,
        bodies: ReadBodies = list,
        quietly: Callable[..., Any] | None = None,
    ) -> None:
        self.index = index
        self.log_change_no = index.view.position.change_no
        self._changes, self._bodies = changes, bodies
        self._in_thread, self._quietly, self._quiet = in_thread, quietly or in_thread, False
        self._position = index.view.position
        self._inbox = Inbox(self._position.change_no)
        self._uncommitted = 0
        self._wake, self._stopping, self._stopped = threading.Event(), threading.Event(), threading.Event()
        self._committed = threading.Condition()
        self._places = threading.Semaphore(MOST_WAITING)
        self._look_at, self._committed_at, self._bodies_at = 0.0, 0.0, 0.0
        self._repair: Callable[[], None] | None = None
        self._silent = False

    @property
    def ready(self) -> bool:
        """Whether the index holds a whole register: the end of the log was reached once, perhaps before a restart."""
        return self.index.view.position.complete

    @property
    def lag(self) -> int:
        """How many changes the log is known to have that searches do not see yet."""
        return max(self.log_change_no - self.index.view.position.change_no, 0)

    def offer(self, change: Change) -> None:
        """Takes a change that was pushed, in whatever order, as often as it comes. Returns at once."""
        self._inbox.offer(change)
        self.log_change_no = max(self.log_change_no, change["change_no"])
        self._wake.set()

    def wait_for(self, change_no: int, seconds: float) -> None:
        """Until searches see ``change_no``, at most ``seconds``; at once where too many wait already."""
        if self.index.view.position.change_no >= change_no or not self._places.acquire(blocking=False):
            return
        try:
            with self._committed:
                self._committed.wait_for(lambda: self.index.view.position.change_no >= change_no, max(seconds, 0))
        finally:
            self._places.release()

    def wait_ready(self) -> None:
        """Until there is a whole register to search in."""
        with self._committed:
            self._committed.wait_for(lambda: self.ready)

    def run(self) -> None:
        """Follows until ``stop``. No error ends it: a replica that lags says so and goes on trying."""
        while not self._stopping.is_set():
            self._wake.clear()
            try:
                self.step()
                self._silent = False
            except RegisterError as error:
                self._not_read(error)
            except LogReplaced:
                log.warning("another change log than the one followed so far: the search index is built anew")
                self._repair = self.index.start_anew
            except Exception as error:  # noqa: BLE001 - whatever it was, the last commit and the log are still there
                log.error("search index falls back to its last commit", exc_info=error)
                self._repair = self.index.reopen
                self._stopping.wait(TRY_AGAIN_AFTER)
            self._rest()
        self._stopped.set()

    def stop(self, seconds: float = 10.0) -> None:
        """Ends ``run`` and waits for it; the index is not written afterwards."""
        self._stopping.set()
        self._wake.set()
        self._stopped.wait(seconds)

    def step(self, look: bool = False) -> None:
        """One round: what is next goes in; what is missing, or may be, is pulled. ``look``: it is time for that now."""
        if self._repair is not None:
            self._work(self._repair)
            self._resume()
        self._set_priority()
        self._apply(self._inbox.take())
        self._commit()
        if look or self._inbox.gap or time.monotonic() >= self._look_at:
            self._look_at = time.monotonic() + LOOK_EVERY
            self._pull()
            self._locate()

    def _pull(self) -> None:
        """Reads the log to its end. One change that we have is read again, as a proof that it is the same log."""
        while not self._stopping.is_set():
            page = self._changes(after=max(self._inbox.change_no - 1, 0), limit=PAGE)
            if page["last"] < self._inbox.change_no or not follows(page["items"], self._position):
                raise LogReplaced
            self.log_change_no = max(page["last"], self.log_change_no)
            for change in page["items"]:
                self._inbox.offer(change)
            batch = self._inbox.take()
            self._apply(batch)
            if self._inbox.change_no >= page["last"]:
                self._position = self._position._replace(complete=True)
                break
            if not batch:
                raise Unavailable(f"The log goes to change {page['last']}, but does not give the next one.")
            if self._uncommitted >= CATCH_UP_COMMIT or self.index.held >= MOST_HELD:
                self._commit()
        self._commit()

    def _locate(self) -> None:
        """Asks where the bodies are, when it is time for that."""
        if time.monotonic() >= self._bodies_at:
            countries = {row["code"]: row["country"] for row in self._bodies()}
            if countries:
                self._work(self.index.keep_countries, countries)
            self._bodies_at = time.monotonic() + BODIES_EVERY

    def _apply(self, batch: list[Change]) -> None:
        if batch:
            self._work(self.index.apply, batch)
            self._position = self._position.after(batch[-1])
            self._uncommitted += len(batch)

    def _commit(self) -> None:
        if self._position == self.index.view.position:
            return
        self._work(self.index.commit, self._position)
        self._uncommitted, self._committed_at = 0, time.monotonic()
        with self._committed:
            self._committed.notify_all()
        self._set_priority()

    def _work(self, function: Callable[..., Any], *arguments: Any) -> None:
        run = self._quietly if self._quiet else self._in_thread
        run(function, *arguments)

    def _set_priority(self) -> None:
        """An index that is built yields to those who issue; a whole one is written as fast as it can be."""
        if self._quiet == self.ready:
            self._quiet = not self.ready
            self._work(self.index.renew_writer)

    def _resume(self) -> None:
        """Goes on from what the index holds now."""
        self._repair, self._uncommitted = None, 0
        self._position = self.index.view.position
        self.log_change_no = self._position.change_no
        self._inbox.skip_to(self._position.change_no)
        self._look_at = 0.0

    def _not_read(self, error: RegisterError) -> None:
        """One line an outage; a replica without a register to search in is in more of a hurry."""
        if not self._silent:
            log.warning("change log not read, trying again", error=error.message)
        self._silent = True
        if not self.ready:
            self._look_at = time.monotonic() + TRY_AGAIN_AFTER

    def _rest(self) -> None:
        """Until something comes or the log is to be looked at; and never so short that commits crowd."""
        if self._repair is not None:
            return
        self._wake.wait(max(self._look_at - time.monotonic(), 0))
        self._stopping.wait(max(self._committed_at + PACE - time.monotonic(), 0))
