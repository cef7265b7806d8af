"""The search service: one index a replica, made of the change log and nothing else. It owns nothing that cannot be
rebuilt, so replicas come and go, and it answers although certificates does not.

What blocks runs in a native thread: the engine works without the interpreter's lock, and the hub stays free.
"""

from __future__ import annotations

from typing import Any

from eventlet import tpool
from nameko.extensions import DependencyProvider

from contracts.errors import InvalidInput, Unavailable
from plumbing.consume import event_handler
from plumbing.context import own_context
from plumbing.dependencies import Config
from plumbing.rpc import Call, RpcCaller, Target, rpc
from services.search.domain import cursors
from services.search.domain.questions import (
    MOST_HITS,
    MOST_SCANNED,
    Question,
    read_change_no,
    read_limit,
    read_question,
)
from services.search.follower import Follower
from services.search.index import CertificateIndex, Page

LONGEST_WAIT = 1.0
# What the answer needs after the waiting.
MARGIN = 0.2


class Replica(DependencyProvider):  # type: ignore[misc]
    """The Follower of this process, from start to stop; injected as it is."""

    caller = RpcCaller()

    def setup(self) -> None:
        settings = self.container.config["settings"]
        self._patience = settings.rpc_timeout
        self._index = CertificateIndex(settings.index_path)
        self.follower = Follower(self._index, self._changes, tpool.execute)

    def start(self) -> None:
        self.container.spawn_managed_thread(self.follower.run, identifier="search index")

    def stop(self) -> None:
        self.follower.stop()
        self._index.close()

    def get_dependency(self, _worker_ctx: Any) -> Follower:
        return self.follower

    def _changes(self, **arguments: int) -> dict[str, Any]:
        context = own_context("search", self._patience)
        page: dict[str, Any] = Target(self.caller, "certificates", context).changes(**arguments)
        return page


class Search:
    """Questions about what is public. Everybody may ask them, and everybody gets the same answer."""

    name = "search"

    replica = Replica()
    settings = Config()
    call = Call()

    # All of them, also those that leave no trace in the index: one that did not come would be a gap to pull.
    @event_handler("#", per_replica=True)
    def on_change(self, envelope: dict[str, Any]) -> None:
        """Returns before the change is searchable: one that is lost is pulled from the log."""
        told = envelope.get("certificate", envelope.get("report"))
        if not isinstance(told, dict) or not isinstance(told.get("base_number"), str):
            raise InvalidInput.field("certificate", "Must be the snapshot of a certificate or a report.")
        self.replica.offer(envelope)

    @rpc
    def search(
        self,
        *,
        q: str = "",
        filters: dict[str, list[str]] | None = None,
        sort: str = "relevance",
        limit: int = 20,
        cursor: str | None = None,
        min_change: int | None = None,
    ) -> dict[str, Any]:
        """``{"total", "items": [hit], "facets", "next": cursor or None, "change_no", "note"}``.

        ``highlights`` of a hit are safe HTML. Raises InvalidInput that names the field; Unavailable while the first
        index is being built.
        """
        question, least = read_question(q, filters, sort), read_change_no(min_change)
        limit, position = read_limit(limit, MOST_HITS), self._position(cursor, question)
        self._wait_for(least)
        page = tpool.execute(self.replica.index.view.search, question, limit, position)
        return self._answer(page, question) | {"facets": {}, "note": page.note}

    @rpc
    def scan(
        self,
        *,
        q: str = "",
        filters: dict[str, list[str]] | None = None,
        cursor: str | None = None,
        limit: int = 500,
    ) -> dict[str, Any]:
        """``{"total", "items": [snapshot], "next", "change_no"}``: all hits, whole, in the order of their numbers.

        A page may hold fewer than ``limit``; only ``next`` says whether it is the last. Errors as in ``search``.
        """
        question = read_question(q, filters).for_scan()
        limit, position = read_limit(limit, MOST_SCANNED), self._position(cursor, question)
        self._wait_for(0)
        return self._answer(tpool.execute(self.replica.index.view.scan, question, limit, position), question)

    @rpc
    def status(self) -> dict[str, Any]:
        """How far this replica is: ``{"replica", "change_no", "log_change_no", "documents", "ready"}``."""
        view = self.replica.index.view
        return {
            "replica": self.settings.replica,
            "change_no": view.position.change_no,
            "log_change_no": self.replica.log_change_no,
            "documents": view.documents,
            "ready": self.replica.ready,
        }

    def _position(self, cursor: str | None, question: Question) -> list[int] | None:
        if cursor is None:
            return None
        return cursors.decode(cursor, question.identity, question.position_length)

    def _wait_for(self, change_no: int) -> None:
        if not self.replica.ready:
            done, last = self.replica.index.view.position.change_no, self.replica.log_change_no
            raise Unavailable(f"The search index is being built ({done} of {last} changes); try again soon.")
        self.replica.wait_for(change_no, min(LONGEST_WAIT, self.call.remaining() - MARGIN))

    def _answer(self, page: Page, question: Question) -> dict[str, Any]:
        return {
            "total": page.total,
            "items": page.items,
            "next": None if page.next is None else cursors.encode(page.next, question.identity),
            "change_no": page.change_no,
        }
