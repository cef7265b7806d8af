"""Annexes of drafts: put there and taken off again by the body that writes the draft.

The gateway has judged the file and keeps it under its hash before anything is called here; what comes in is what it is.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from sqlalchemy.orm import Session

from contracts.annexes import checked_name
from plumbing.rpc import rpc
from services.certificates.desk import Desk
from services.certificates.domain import annexes, lifecycle, permissions, schemes
from services.certificates.domain.certificate import Certificate
from services.certificates.queries import certificates as queries


class Annexing(Desk):
    """``version`` is that of the draft. Each method raises Forbidden, InvalidInput, NotFound, WrongState,
    VersionRequired and VersionMismatch."""

    @rpc
    def check_annex(self, number: str, name: str, version: str | None) -> None:
        """Whether ``put_annex`` would be taken now: asked before anybody works on a large file."""
        with self.db.read() as session:
            draft = self._open_draft(session, self._seen(session, number), version)
            permissions.check_active(self.call.identity, queries.is_active(session, draft.excb))
        annexes.check_room(draft, checked_name(name))

    @rpc
    def put_annex(self, number: str, annex: dict[str, Any], version: str | None) -> dict[str, Any]:
        """The draft with ``annex``, in place of the one of the same name; with ``findings``, as every draft.

        ``annex`` is ``{"name", "type", "size", "sha256"}``, as the snapshot has it.
        """
        checked = annexes.checked(annex)
        return self._changed(number, version, lambda draft: annexes.put(draft, checked))

    @rpc
    def remove_annex(self, number: str, name: str, version: str | None) -> dict[str, Any]:
        """The draft without the annex of this name. The file stays in the store, where another draft may use it."""
        return self._changed(number, version, lambda draft: annexes.removed(draft, checked_name(name)))

    def _changed(
        self, number: str, version: str | None, change: Callable[[Certificate], Certificate]
    ) -> dict[str, Any]:
        with self.db.begin() as session:
            latest, active = self._locked(session, number)
            old = self._open_draft(session, latest, version)
            permissions.check_active(self.call.identity, active)
            new = change(old)
            if new != old:
                queries.save(session, (old, new))
            findings = schemes.findings(new, self._facts(session, new))
        return self._answer(new) | {"findings": findings}

    def _open_draft(self, session: Session, latest: Certificate, version: str | None) -> Certificate:
        """The draft that ``version`` names; what is published is not open."""
        draft = self._draft_of(session, latest)
        named = latest if draft is None or latest.entity_tag == version else draft
        permissions.check_may_draft(self.call.identity)
        permissions.check_own(self.call.identity, named)
        annexes.check_open(named)
        lifecycle.check_version(named, version)
        return named
