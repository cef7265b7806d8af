"""Keeping what certificates refer to: bodies, their scopes, standards, uploaded photos."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Sequence
from datetime import date
from typing import Any

from sqlalchemy.orm import Session

from contracts.errors import NotFound, VersionMismatch
from contracts.numbers import canonical_code
from contracts.schemas import ExcbsSchema, ScopesSchema, StandardsSchema, load
from plumbing.rpc import rpc
from services.certificates.desk import Desk, code_of
from services.certificates.domain import paging, permissions, snapshot
from services.certificates.queries import reference
from services.certificates.tables import ExcbRow, StandardRow

LARGEST_PHOTO = 1_000_000


class Keeping(Desk):
    """The Secretariat keeps the bodies and the standards; a body keeps its photos."""

    @rpc
    def excb(self, code: str) -> dict[str, Any]:
        """A body with its scopes, and the ``version`` that whoever changes either may quote. Raises NotFound."""
        with self.db.read() as session:
            return _versioned(_body(session, canonical_code(code)))

    @rpc
    def put_excbs(self, rows: list[dict[str, Any]], version: str | None = None) -> list[dict[str, Any]]:
        """Keeps these bodies (code, name, country, active); the others stay as they are. Returns them all.

        ``version``: of the one body that is changed; "" where it is to be a new one.
        Raises Forbidden, InvalidInput, VersionMismatch.
        """
        permissions.check_may_keep_bodies(self.call.identity)
        bodies = [{**row, "code": code_of(row["code"])} for row in load(ExcbsSchema(), {"rows": rows})["rows"]]
        with self.db.begin() as session:
            reference.lock(session, ExcbRow, [body["code"] for body in bodies])
            for body in bodies:
                _check_unchanged(session, body["code"], version)
            reference.put(session, ExcbRow, list({body["code"]: body for body in bodies}.values()))
        return self._bodies()

    @rpc
    def put_scopes(self, excb: str, rows: list[dict[str, Any]], version: str | None = None) -> dict[str, Any]:
        """What the body may certify from now on, in place of what it might before; the body with its scopes.

        A row is ``{scheme, standard ("*": all), valid_from, valid_until}``.
        Raises Forbidden, InvalidInput, NotFound, VersionMismatch.
        """
        permissions.check_may_keep_bodies(self.call.identity)
        code, scopes = canonical_code(excb), load(ScopesSchema(), {"rows": rows})["rows"]
        days = ("valid_from", "valid_until")
        kept = [{**row, **{day: row[day] and date.fromisoformat(row[day]) for day in days}} for row in scopes]
        unique = {(row["scheme"], row["standard"], row["valid_from"]): row for row in kept}
        with self.db.begin() as session:
            if not reference.lock(session, ExcbRow, [code]):
                raise _no_body(code)
            _check_unchanged(session, code, version)
            reference.put_scopes(session, code, list(unique.values()))
            return _body(session, code)

    @rpc
    def standard(self, number: str) -> dict[str, Any]:
        """A standard, and the ``version`` that whoever changes it may quote. Raises NotFound."""
        with self.db.read() as session:
            return _versioned(_standard(session, number))

    @rpc
    def put_standards(self, rows: list[dict[str, Any]], version: str | None = None) -> list[dict[str, Any]]:
        """Keeps these standards (number, title, current_edition, previous_edition); new ones follow the others.

        The gate judges by them from the next moment on; what was issued stays as it is. ``version`` as for bodies.
        Raises Forbidden, InvalidInput, VersionMismatch.
        """
        permissions.check_may_keep_standards(self.call.identity)
        standards = {row["number"]: row for row in load(StandardsSchema(), {"rows": rows})["rows"]}
        with self.db.begin() as session:
            known = reference.lock(session, StandardRow, standards)
            if version is not None and version != _version_of_standards(session, known):
                raise VersionMismatch
            reference.put_standards(session, list(standards.values()))
            return reference.reference(session, StandardRow, "position")

    @rpc
    def keep_photo(self, sha256: str, length: int, width: int, height: int) -> dict[str, Any]:
        """Notes that the caller's body uploaded this picture, so that its certificates may show it.

        ``{"photo", "length", "width", "height"}``: sizes in bytes and pixels. Raises Forbidden, InvalidInput.
        """
        identity = self.call.identity
        permissions.check_may_draft(identity)
        paging.whole_number("length", length, least=1, most=LARGEST_PHOTO)
        size = {"length": length, "width": width, "height": height}
        row = {"sha256": sha256, "excb": identity.excb, "uploaded_at": self.clock(), "account": identity.account or ""}
        with self.db.begin() as session:
            reference.keep_photo(session, row | size)
        return {"photo": sha256, **size}


def _all_bodies(session: Session) -> list[dict[str, Any]]:
    return snapshot.bodies(reference.reference(session, ExcbRow, "code"), reference.all_scopes(session))


def _body(session: Session, code: str) -> dict[str, Any]:
    found = next((body for body in _all_bodies(session) if body["code"] == code), None)
    if found is None:
        raise _no_body(code)
    return found


def _check_unchanged(session: Session, code: str, version: str | None) -> None:
    """Raises VersionMismatch if somebody else changed the body, which is locked, or made it meanwhile."""
    if version is None:
        return
    found = [body for body in _all_bodies(session) if body["code"] == code]
    if version != (_version_of(found[0]) if found else ""):
        raise VersionMismatch


def _standard(session: Session, number: str) -> dict[str, Any]:
    rows = reference.reference(session, StandardRow, "position")
    found = next((row for row in rows if row["number"] == number), None)
    if found is None:
        raise NotFound(f"The register knows no standard {number[:60]}.")
    return found


def _version_of_standards(session: Session, known: Sequence[str]) -> str:
    return _version_of(_standard(session, known[0])) if known else ""


def _versioned(row: dict[str, Any]) -> dict[str, Any]:
    return row | {"version": _version_of(row)}


def _version_of(row: dict[str, Any]) -> str:
    """Another one whenever anything of the row, which is JSON, is another."""
    return hashlib.sha256(json.dumps(row, sort_keys=True).encode()).hexdigest()[:16]


def _no_body(code: str) -> NotFound:
    return NotFound(f"There is no certification body {code[:60]}.")
