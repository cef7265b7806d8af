"""The search service: one index a replica, made of the change log and nothing else. It owns nothing that cannot be
rebuilt, so replicas come and go, and it answers although certificates does not.

What blocks runs in a native thread: the engine works without the interpreter's lock, and the hub stays free.
"""

from __future__ import annotations

from typing import Any

from eventlet import tpool
from nameko.extensions import DependencyProvider

from contracts.errors import InvalidInput, Unavailable
from plumbing import metrics
from plumbing.consume import event_handler
from plumbing.context import own_context
from plumbing.dependencies import Clock, Config
from plumbing.every import every
from plumbing.logs import log
from plumbing.quiet import quietly
from plumbing.rpc import Call, RpcCaller, RpcClient, RpcServer, Target, rpc
from plumbing.wire import Written
from services.search.domain import cursors
from services.search.domain.questions import (
    MOST_HITS,
    MOST_SCANNED,
    Question,
    read_change_no,
    read_facets,
    read_limit,
    read_question,
)
from services.search.domain.watching import Watch, differing
from services.search.follower import Follower
from services.search.index import CertificateIndex, Page, Scanned

LONGEST_WAIT = 1.0
# What the answer needs after the waiting.
MARGIN = 0.2


class Replica(DependencyProvider):  # type: ignore[misc]
    """The Follower of this process, from start to stop; injected as it is. Questions are taken once it is ready."""

    caller = RpcCaller()
    server = RpcServer()

    def setup(self) -> None:
        self.server.hold()
        settings = self.container.config["settings"]
        self._patience = settings.rpc_timeout
        self._index = CertificateIndex(settings.index_path)
        self.follower = Follower(self._index, self._changes, tpool.execute, self._bodies, quietly)
        metrics.index_lag.labels(settings.replica).set_function(lambda: self.follower.lag)

    def start(self) -> None:
        self.container.spawn_managed_thread(self.follower.run, identifier="search index")
        self.container.spawn_managed_thread(self._open, identifier="search opening")

    def _open(self) -> None:
        self.follower.wait_ready()
        self.server.release()

    def stop(self) -> None:
        self.follower.stop()
        self._index.close()

    def get_dependency(self, _worker_ctx: Any) -> Follower:
        return self.follower

    def _changes(self, **arguments: int) -> dict[str, Any]:
        page: dict[str, Any] = self._certificates().changes(**arguments)
        return page

    def _bodies(self) -> list[dict[str, Any]]:
        bodies: list[dict[str, Any]] = self._certificates().excbs()
        return bodies

    def _certificates(self) -> Target:
        return Target(self.caller, "certificates", own_context("search", self._patience))


class NightWatch(DependencyProvider):  # type: ignore[misc]
    """The Watch of this process, injected as it is."""

    def setup(self) -> None:
        self._watch = Watch()

    def get_dependency(self, _worker_ctx: Any) -> Watch:
        return self._watch


class Search:
    """Questions about what is public. Everybody may ask them, and everybody gets the same answer."""

    name = "search"

    replica = Replica()
    night_watch = NightWatch()
    settings = Config()
    clock = Clock()
    call = Call()
    certificates = RpcClient("certificates")

    @event_handler("#", per_replica=True)
    def on_change(self, envelope: dict[str, Any]) -> None:
        """Returns before the change is searchable: one that is lost is pulled from the log.

        A change of a report, or of what else the log may tell, counts as taken: search holds certificates.
        """
        for name in ("certificate", "report"):
            subject = envelope.get(name, {"base_number": ""})
            if not isinstance(subject, dict) or not isinstance(subject.get("base_number"), str):
                raise InvalidInput.field(name, f"Must be the snapshot of a {name}.")
        self.replica.offer(envelope)

    @every(seconds=60)
    def watch(self) -> None:
        """Compares the index with the register, once a night and after each start; differences are for a person."""
        now = self.clock()
        if not self.replica.ready or not self.night_watch.due(now):
            return
        told = self.certificates.digest()
        held = tpool.execute(self.replica.index.view.slices)
        found = self.night_watch.look(differing(held, told), now)
        if found is None:
            return
        metrics.index_differences.labels(self.settings.replica).set(len(found))
        write = log.error if found else log.info
        write("search index compared with the register", slices=len(told), differing=len(found), which=found[:20])

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
        facets: list[str] | None = None,
    ) -> dict[str, Any]:
        """``{"total", "items": [hit], "facets": {name: [{"value", "count"}]}, "next": cursor or None, "change_no",
        "note"}``.

        Latest issues only, unless the filter ``issues`` is ``all``. ``facets``: the names of those to be counted, all
        without, none for ``none``; each is counted under all filters but its own. ``highlights`` of a hit are safe
        HTML, ``note`` is plain text. Raises InvalidInput that names the field; Unavailable while the index is built
        anew for another log.
        """
        question, least, counted = read_question(q, filters, sort), read_change_no(min_change), read_facets(facets)
        limit, position = read_limit(limit, MOST_HITS), self._position(cursor, question)
        self._wait_for(least)
        page = tpool.execute(self.replica.index.view.search, question, limit, position, counted)
        shown = {"items": page.items, "facets": page.facets, "note": page.note}
        return self._about(page, question) | shown

    @rpc
    def scan(
        self,
        *,
        q: str = "",
        filters: dict[str, list[str]] | None = None,
        cursor: str | None = None,
        limit: int = 500,
    ) -> Written:
        """``{"total", "items": [snapshot], "next", "change_no"}``: all hits, whole, in the order of their numbers.

        A page may hold fewer than ``limit``; only ``next`` says whether it is the last. Errors as in ``search``.
        """
        question = read_question(q, filters).for_scan()
        limit, position = read_limit(limit, MOST_SCANNED), self._position(cursor, question)
        self._wait_for(0)
        page = tpool.execute(self.replica.index.view.scan, question, limit, position)
        return Written.page(map(bytes.decode, page.contents), **self._about(page, question))

    @rpc
    def status(self) -> dict[str, Any]:
        """How far this replica is: ``{"replica", "change_no", "log_change_no", "lag", "documents", "ready"}``."""
        view = self.replica.index.view
        return {
            "replica": self.settings.replica,
            "change_no": view.position.change_no,
            "log_change_no": self.replica.log_change_no,
            "lag": self.replica.lag,
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

    def _about(self, page: Page | Scanned, question: Question) -> dict[str, Any]:
        return {
            "total": page.total,
            "next": None if page.next is None else cursors.encode(page.next, question.identity),
            "change_no": page.change_no,
        }
