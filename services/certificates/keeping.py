"""Keeping what certificates refer to: bodies, their scopes, uploaded photos."""

from __future__ import annotations

from datetime import date
from typing import Any

from contracts.errors import NotFound
from contracts.numbers import canonical_code
from contracts.schemas import ExcbsSchema, ScopesSchema, load
from plumbing.rpc import rpc
from services.certificates.desk import Desk, code_of
from services.certificates.domain import paging, permissions
from services.certificates.queries import reference
from services.certificates.tables import ExcbRow

LARGEST_PHOTO = 1_000_000


class Keeping(Desk):
    """The Secretariat keeps the bodies; a body keeps its photos."""

    @rpc
    def put_excbs(self, rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
        """Keeps these bodies (code, name, country, active); the others stay as they are. Returns them all."""
        permissions.check_may_keep_bodies(self.call.identity)
        bodies = [{**row, "code": code_of(row["code"])} for row in load(ExcbsSchema(), {"rows": rows})["rows"]]
        with self.db.begin() as session:
            reference.put(session, ExcbRow, list({body["code"]: body for body in bodies}.values()))
        return self._bodies()

    @rpc
    def put_scopes(self, excb: str, rows: list[dict[str, Any]]) -> dict[str, Any]:
        """What the body may certify from now on, in place of what it might before; the body with its scopes.

        A row is ``{scheme, standard ("*": all), valid_from, valid_until}``. Raises Forbidden, InvalidInput, NotFound.
        """
        permissions.check_may_keep_bodies(self.call.identity)
        code, scopes = canonical_code(excb), load(ScopesSchema(), {"rows": rows})["rows"]
        days = ("valid_from", "valid_until")
        kept = [{**row, **{day: row[day] and date.fromisoformat(row[day]) for day in days}} for row in scopes]
        unique = {(row["scheme"], row["standard"], row["valid_from"]): row for row in kept}
        with self.db.begin() as session:
            if reference.country_of(session, code) is None:
                raise NotFound(f"There is no certification body {code}.")
            reference.put_scopes(session, code, list(unique.values()))
        return next(body for body in self._bodies() if body["code"] == code)

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
