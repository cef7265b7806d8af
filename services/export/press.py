"""Has documents drawn, once each: what is kept under its key is served again.

Used by single calls and by jobs alike, so that the PDF in a ZIP is the very file that the register shows.
"""

from __future__ import annotations

import uuid
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import Any

from contracts.copies import Copy
from contracts.errors import NotFound
from plumbing.blobs import Blobs
from services.export.document import Facts, Printed, Reference, has_ended, key_of, public_issues
from services.export.drawing import templates
from services.export.pool import WorkerPool

# The longest certificate there can be takes a second or two.
DRAWING_SILENCE = 30.0


@dataclass(frozen=True, slots=True)
class Seal:
    """What the signature of a document says, and of when it is."""

    said: str
    at: datetime

    def task(self) -> dict[str, str]:
        return {"said": self.said, "at": self.at.isoformat()}


class Press:
    """The store, the workers with their key, and the register's address, which stands on all that is drawn.

    ``check_may_sign`` is asked before each document and raises Unavailable.
    """

    def __init__(self, blobs: Blobs, workers: WorkerPool, public_url: str, check_may_sign: Callable[[], None]) -> None:
        self._blobs, self._workers, self._public_url = blobs, workers, public_url
        self._key, self._check_may_sign = workers.key, check_may_sign

    @property
    def look(self) -> str:
        """One hash for what decides a document's bytes besides its facts: the templates, and who signs."""
        return f"{templates()} {self._key.fingerprint}"

    @property
    def signer(self) -> Facts:
        """What documents say of their signature."""
        return {"signer": self._key.name}

    def seal(self, copy: Copy, register: Any) -> Seal:
        """Of the time of the change that the copy shows, so that it is the same however often it is printed."""
        [change] = register.changes(after=copy.change_no - 1, limit=1)["items"]
        return Seal(str(copy), self._key.time_of(datetime.fromisoformat(change["occurred_at"])))

    def printed(self, certificate: Facts, register: Any, today: date) -> Printed:
        """``certificate`` as it is printed today; ``register``: the certificates service on somebody's behalf."""
        number, change_no = certificate["number"], certificate["change_no"]
        issues = public_issues(certificate, register.history(number=number))
        if issues[-1]["issue"] > certificate["issue"]:
            # An older issue stands as the certificate does now, by a later change than its own.
            change_no = register.get(number=number)["change_no"]
        return Printed(certificate, issues, change_no, has_ended(certificate, today), self.photo_of(certificate))

    def photo_of(self, certificate: Facts) -> str:
        """The key of the person's picture; empty where there is none, or the store has lost it."""
        key = f"photos/{certificate.get('photo')}.jpg"
        return key if certificate.get("photo") and self._blobs.exists(key) else ""

    def place_of(self, printed: Printed) -> tuple[str, str]:
        """Under which key the document is kept, and the hash that tells it from others."""
        identity = printed.identity(self._public_url, self.look)
        return key_of(printed.certificate, identity), identity

    def certificate(
        self, printed: Printed, register: Callable[[], Any], reference: Callable[[], Reference], patience: float
    ) -> tuple[str, str, int]:
        """The document's key, hash and length, drawn unless it is there. ``patience``: seconds to wait for a worker.

        A draft is not signed: it is no document of the register's.
        """
        key, identity = self.place_of(printed)
        length = self.size_of(key)
        if not length:
            facts = printed.facts(reference(), self._public_url)
            seal = self.seal(copy, register()) if (copy := printed.copy_as("certificate")) else None
            facts |= self.signer if seal else {}
            with self.photo_file(printed.photo) as file:
                length = self.draw(key, printed.certificate["scheme"], facts | {"photo_file": file}, patience, seal)
        return key, identity, length

    def draw(self, key: str, template: str, facts: Facts, patience: float, seal: Seal | None) -> int:
        """Draws a document, signs it if there is a seal, and keeps it; its length in bytes. Raises Unavailable."""
        if seal:
            self._check_may_sign()
        target = self._workers.scratch / f"{uuid.uuid4()}.pdf"
        try:
            drawn = {"task": "draw", "template": template, "facts": facts, "target": str(target)}
            task = drawn | {"seal": seal.task() if seal else None}
            self._workers.run(task, silence=DRAWING_SILENCE, patience=patience)
            self._blobs.put_file(key, target)
            return int(target.stat().st_size)
        finally:
            target.unlink(missing_ok=True)

    def size_of(self, key: str) -> int:
        """In bytes; 0 where nothing is kept."""
        try:
            return int(self._blobs.size(key))
        except NotFound:
            return 0

    @contextmanager
    def photo_file(self, key: str) -> Iterator[str]:
        """The path of a copy of the picture that a worker can read, until the block ends; empty for no key."""
        if not key:
            yield ""
            return
        path = self._workers.scratch / f"{uuid.uuid4()}.jpg"
        try:
            self.fetch(key, path)
            yield str(path)
        finally:
            path.unlink(missing_ok=True)

    def fetch(self, key: str, path: Path) -> None:
        """Copies what is kept under ``key`` to ``path``. Raises NotFound."""
        with path.open("wb") as file:
            file.writelines(self._blobs.open(key))


def reference_of(register: Any) -> Reference:
    """The reference data of the certificates service."""
    return Reference(register.excbs(), register.standards(), register.units())
