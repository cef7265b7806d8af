"""What may be read of certificates, and by whom: the methods of the service that change nothing.

Apart from ``service`` only because both together would be too long a file; nameko sees one class.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlalchemy.orm import Session

from contracts.errors import Gone, InvalidInput
from contracts.events import CHANGE_TYPES
from contracts.numbers import CertificateNumber, parse_or_none
from contracts.schemas import SCHEMES, STATUSES
from plumbing.db import Database
from plumbing.rpc import Call, rpc
from services.certificates import changes, queries
from services.certificates.domain import lifecycle, paging, permissions, schemes, snapshot
from services.certificates.domain.certificate import Certificate
from services.certificates.domain.snapshot import answer
from services.certificates.tables import Base, ExcbRow, StandardRow, UnitRow

LONGEST_LISTING = 100
# Far beyond all changes, and far from where a database's whole numbers end.
LAST_CHANGE_NO = 2**62


class Reading:
    """Numbers are taken in any spelling; every certificate answered is a snapshot with its ``version``.

    Whoever may not see a draft gets the NotFound of a number that was never given; a deleted certificate is Gone.
    """

    db = Database()
    call = Call()

    @rpc
    def get(self, number: str) -> dict[str, Any]:
        """The latest public issue; the draft where nothing is public yet and the caller may see it."""
        with self.db.read() as session:
            return answer(self._seen(session, number))

    @rpc
    def get_issue(self, number: str, issue: int) -> dict[str, Any]:
        """One issue of a certificate."""
        paging.whole_number("issue", issue, least=0, most=paging.MOST_ISSUES)
        with self.db.read() as session:
            return answer(self._seen(session, number, issue))

    @rpc
    def history(self, number: str) -> dict[str, Any]:
        """``{"number", "issues": […], "events": […]}``: the issues that the caller may see, and every public change.

        An issue is ``{issue, status, date_of_issue, number}``, an event ``{type, at, date, from, to, reason,
        supplied_affected, by, issue, fields}``.
        """
        with self.db.read() as session:
            certificate = self._seen(session, number)
            issues = queries.issues_of(session, certificate.id)
            events = queries.history_of(session, certificate.id)
        drafts_too = permissions.may_see_drafts(self.call.identity, certificate.excb)
        seen = [row for row in issues if drafts_too or row["status"] != lifecycle.DRAFT]
        return snapshot.history(certificate, seen, events)

    @rpc
    def check(self, number: str) -> dict[str, Any]:
        """``{"findings": [{rule, severity, field, text, source}]}``: what the gate says of it as it stands."""
        with self.db.read() as session:
            certificate = self._seen(session, number)
        permissions.check_may_judge(self.call.identity, certificate)
        return {"findings": schemes.findings(certificate)}

    @rpc
    def mine(
        self, status: str | None = None, scheme: str | None = None, cursor: str | None = None, limit: int = 50
    ) -> dict[str, Any]:
        """``{"items": [certificate…], "next": cursor or None}``: the body's own, drafts included, newest first.

        A page may hold fewer than ``limit``; only ``next`` says whether it is the last.
        """
        excb = permissions.worklist(self.call.identity)
        _check_choice("status", status, STATUSES)
        _check_choice("scheme", scheme, SCHEMES)
        paging.whole_number("limit", limit, least=1, most=LONGEST_LISTING)
        behind = None if cursor is None else paging.decode(cursor)
        with self.db.read() as session:
            rows = queries.worklist(session, excb=excb, status=status, scheme=scheme, behind=behind, limit=limit + 1)
        items = paging.fitting(answer(certificate) for _, certificate in rows[:limit])
        following = paging.encode(rows[len(items) - 1][0]) if len(rows) > len(items) else None
        return {"items": items, "next": following}

    @rpc
    def changes(self, after: int = 0, limit: int = 100, type: str | None = None) -> dict[str, Any]:  # noqa: A002
        """``{"items": [envelope…], "next": change_no or None, "last": change_no}``: the log behind ``after``."""
        paging.whole_number("after", after, least=0, most=LAST_CHANGE_NO)
        paging.whole_number("limit", limit, least=1, most=changes.LARGEST_PAGE)
        _check_choice("type", type, CHANGE_TYPES)
        with self.db.read() as session:
            return changes.page(session, after, limit, type)

    @rpc
    def excbs(self) -> list[dict[str, Any]]:
        """``[{"code", "name", "country", "active"}]``, by code."""
        return self.reference(ExcbRow, "code")

    @rpc
    def standards(self) -> list[dict[str, Any]]:
        """``[{"number", "title", "previous_edition", "current_edition"}]``, in the order of the parts."""
        return self.reference(StandardRow, "position")

    @rpc
    def units(self) -> list[dict[str, Any]]:
        """``[{"unit", "title", "assessment"}]``, by unit."""
        return self.reference(UnitRow, "unit")

    def reference(self, table: type[Base], order: str) -> list[dict[str, Any]]:
        with self.db.read() as session:
            return queries.reference(session, table, order)

    def _seen(self, session: Session, number: str, issue: int | None = None) -> Certificate:
        """What stands under ``number``. Raises NotFound or Gone."""
        parsed = parse_or_none(number)
        if not isinstance(parsed, CertificateNumber):
            raise permissions.not_found()
        drafts = permissions.drafts_of(self.call.identity)
        found = queries.find(session, parsed.base, parsed.issue if issue is None else issue, drafts)
        if found is None or not permissions.may_see(self.call.identity, found):
            raise permissions.not_found()
        return existing(found)


def existing(certificate: Certificate) -> Certificate:
    if certificate.deletion_reason is None:
        return certificate
    raise Gone(f"{certificate.base_number} was deleted by the Secretariat.", reason=certificate.deletion_reason)


def _check_choice(field: str, value: object, choices: Sequence[str]) -> None:
    if value is not None and value not in choices:
        raise InvalidInput.field(field, f"Must be one of: {', '.join(choices)}.")
