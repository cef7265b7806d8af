"""The index as a whole: changes go in, a commit makes them seen together with the position that they lead to."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping
from functools import partial
from pathlib import Path
from typing import TypeVar

from plumbing.logs import log
from services.search.domain.documents import entry_of
from services.search.domain.issues import Issues, after, key_of, shown
from services.search.domain.log import Change, Position
from services.search.domain.values import values_of
from services.search.index import bodies, folder
from services.search.index.guard import IndexFault, guarded
from services.search.index.reading import View
from services.search.index.schema import KEY, POSITION_KEY, document_of, position_document
from services.search.index.tally import Tally

Made = TypeVar("Made")


class CertificateIndex:
    """One writer at a time calls all that changes it; anybody reads ``view`` meanwhile."""

    view: View
    _opened: folder.Opened
    _tally: Tally
    # By base number: the issues as they were written since the last commit, of which searches know nothing yet.
    _pending: dict[str, dict[int, bytes]]
    _size: int

    def __init__(self, root: Path) -> None:
        """Raises IndexInUse. An index that cannot be read is begun anew."""
        self._root = root
        self._lock = folder.lock(root)
        self.countries = bodies.read(root)
        try:
            self._open()
        except BaseException:
            self._lock.close()
            raise

    @property
    def held(self) -> int:
        """Bytes of what was taken in since the last commit, which is kept at hand until then."""
        return self._size

    def apply(self, changes: Iterable[Change]) -> None:
        """Takes in changes that follow what was taken in before. Nobody sees them before the next commit."""
        # A certificate is written once a batch.
        batch: defaultdict[str, list[Change]] = defaultdict(list)
        for change in changes:
            key = _if_readable(partial(key_of, change), change)
            if key is not None:
                batch[key].append(change)
        with guarded():
            for key, made in batch.items():
                self._take(key, made)

    def commit(self, position: Position) -> None:
        """Makes what was taken in visible and durable, together with ``position``: both or neither."""
        opened = self._opened
        with guarded():
            opened.writer.delete_documents_by_term(KEY, POSITION_KEY)
            opened.writer.add_document(position_document(opened.schema, position))
            opened.writer.commit()
            opened.index.reload()
        self._pending, self._size = {}, 0
        self._look()
        if position.complete:
            folder.remove_other_shapes(self._root)

    def keep_countries(self, countries: Mapping[str, str]) -> None:
        """Where the bodies are, by their codes, from now on."""
        if countries != self.countries:
            self.countries = dict(countries)
            bodies.write(self._root, self.countries)
            self._look()

    def renew_writer(self) -> None:
        """To be called between commits: the engine's threads take the priority of the thread that makes the writer."""
        schema, index = self._opened.schema, self._opened.index
        self._release()
        with guarded():
            self._opened = folder.to_be_written(schema, index)

    def reopen(self) -> None:
        """After a fault: back to what was committed last, or to nothing where that cannot be read."""
        self._release()
        self._open()

    def start_anew(self) -> None:
        """Forgets everything."""
        self._release()
        folder.remove_index(self._root)
        self._open()

    def close(self) -> None:
        """What was not committed is lost here, and pulled from the log again."""
        self._release()
        self._lock.close()

    def _open(self) -> None:
        try:
            self._attempt()
        except IndexFault as fault:
            log.warning("the search index cannot be read and is built anew", folder=str(self._root), reason=str(fault))
            self._release()
            folder.remove_index(self._root)
            self._attempt()

    def _attempt(self) -> None:
        self._pending, self._size = {}, 0
        self._opened = folder.open_index(self._root)
        with guarded():
            self._tally = Tally(self._opened.schema, self._opened.index.searcher())
        self._look()

    def _look(self) -> None:
        """One assignment: a reader has the old state or the new one."""
        self.view = View(self._opened.schema, self._opened.index.searcher(), self._tally.keep(), self.countries)

    def _release(self) -> None:
        """Gives the engine's writer back; after a fault there may be none."""
        self.__dict__.pop("_opened", None)

    def _take(self, key: str, made: list[Change]) -> None:
        before = self._issues_of(key)
        issues = before
        for change in made:
            told = _if_readable(partial(after, issues, change), change)
            issues = issues if told is None else told
        if before:
            self._opened.writer.delete_documents_by_term(KEY, key)
        for snapshot in before.values():
            self._tally.add(values_of(snapshot), latest="latest_issue" not in snapshot, times=-1)
        self._put(key, issues, made[-1])

    def _put(self, key: str, issues: Issues, change: Change) -> None:
        contents: dict[int, bytes] = {}
        for snapshot, validity in shown(issues):
            entry = _if_readable(partial(entry_of, snapshot, validity), change)
            if entry is not None:
                content = json.dumps(snapshot, separators=(",", ":")).encode()
                self._opened.writer.add_document(document_of(self._opened.schema, entry, content))
                self._tally.add(entry.values, latest=entry.latest)
                contents[int(snapshot.get("issue") or 0)] = content
        self._pending[key] = contents
        self._size += sum(map(len, contents.values()))

    def _issues_of(self, key: str) -> Issues:
        """What the index holds of a certificate, with what was taken in since the last commit."""
        pending = self._pending.get(key)
        if pending is None:
            return self.view.issues_of(key)
        return {number: json.loads(content) for number, content in pending.items()}


def _if_readable(make: Callable[[], Made], change: Change) -> Made | None:
    """One change that cannot be read must not keep all later ones from being found; the log entry is for a person."""
    try:
        return make()
    except (AttributeError, KeyError, TypeError, ValueError) as error:
        log.error("change left out of the search index", change_no=change.get("change_no"), exc_info=error)
        return None
