"""The index as a whole: changes go in, a commit makes them seen together with the position that they lead to."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from functools import partial
from pathlib import Path
from typing import TypeVar

from plumbing.logs import log
from services.search.domain.documents import entry_of, is_public, key_of
from services.search.domain.log import Change, Position
from services.search.index import folder
from services.search.index.guard import IndexFault, guarded
from services.search.index.reading import View
from services.search.index.schema import KEY, POSITION_KEY, document_of, position_document

Made = TypeVar("Made")


class CertificateIndex:
    """One writer at a time calls apply, commit, reopen, start_anew and close; anybody reads ``view`` meanwhile."""

    def __init__(self, root: Path) -> None:
        """Raises IndexInUse. An index that cannot be read is begun anew."""
        self._root = root
        self._lock = folder.lock(root)
        try:
            self._opened, self.view = self._open()
        except BaseException:
            self._lock.close()
            raise

    def apply(self, changes: Iterable[Change]) -> None:
        """Takes in changes that follow what was taken in before. Nobody sees them before the next commit."""
        # A report leaves no trace, and of one certificate only the last change of a batch does.
        told = [change for change in changes if "report" not in change]
        keyed = ((_if_readable(partial(key_of, change.get("certificate", {})), change), change) for change in told)
        last = {key: change for key, change in keyed if key is not None}
        with guarded():
            for key, change in last.items():
                self._opened.writer.delete_documents_by_term(KEY, key)
                self._add(change)

    def commit(self, position: Position) -> None:
        """Makes what was taken in visible and durable, together with ``position``: both or neither."""
        opened = self._opened
        with guarded():
            opened.writer.delete_documents_by_term(KEY, POSITION_KEY)
            opened.writer.add_document(position_document(opened.schema, position))
            opened.writer.commit()
            opened.index.reload()
        # One assignment: a reader has the old state or the new one.
        self.view = View(opened.schema, opened.index.searcher())
        if position.complete:
            folder.remove_other_shapes(self._root)

    def reopen(self) -> None:
        """After a fault: back to what was committed last, or to nothing where that cannot be read."""
        self._release()
        self._opened, self.view = self._open()

    def start_anew(self) -> None:
        """Forgets everything."""
        self._release()
        folder.remove_index(self._root)
        self._opened, self.view = self._open()

    def close(self) -> None:
        """What was not committed is lost here, and pulled from the log again."""
        self._release()
        self._lock.close()

    def _open(self) -> tuple[folder.Opened, View]:
        try:
            return self._attempt()
        except IndexFault as fault:
            log.warning("the search index cannot be read and is built anew", folder=str(self._root), reason=str(fault))
        folder.remove_index(self._root)
        return self._attempt()

    def _attempt(self) -> tuple[folder.Opened, View]:
        opened = folder.open_index(self._root)
        return opened, View(opened.schema, opened.index.searcher())

    def _release(self) -> None:
        """Gives the engine's writer back; after a fault there may be none."""
        self.__dict__.pop("_opened", None)

    def _add(self, change: Change) -> None:
        snapshot = change["certificate"]
        if is_public(snapshot):
            document = _if_readable(lambda: document_of(self._opened.schema, entry_of(snapshot), snapshot), change)
            if document is not None:
                self._opened.writer.add_document(document)


def _if_readable(make: Callable[[], Made], change: Change) -> Made | None:
    """One change that cannot be read must not keep all later ones from being found; the log entry is for a person."""
    try:
        return make()
    except (AttributeError, KeyError, TypeError, ValueError) as error:
        log.error("change left out of the search index", change_no=change.get("change_no"), exc_info=error)
        return None
