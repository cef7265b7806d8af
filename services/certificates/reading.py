"""What may be read of certificates, and by whom: the methods of the service that change nothing."""

from __future__ import annotations

import json
from datetime import UTC, date, datetime, time, timedelta
from typing import Any

from sqlalchemy.orm import Session

from contracts.errors import NotFound
from contracts.events import CHANGE_TYPES
from contracts.schemas import SCHEMES, STATUSES, load_content, split_private
from plumbing.rpc import rpc
from plumbing.wire import Written
from services.certificates import changes
from services.certificates.desk import Desk, check_choice
from services.certificates.domain import differences, drafts, lifecycle, paging, permissions, schemes, snapshot
from services.certificates.domain.certificate import Certificate, Content
from services.certificates.queries import certificates as queries
from services.certificates.queries import reference
from services.certificates.tables import Base, StandardRow, UnitRow

LONGEST_LISTING = 100
# Far beyond all changes, and far from where a database's whole numbers end.
LAST_CHANGE_NO = 2**62


class Reading(Desk):
    """Every certificate answered is a snapshot with its ``version``; a deleted one is Gone."""

    @rpc
    def get(self, number: str, as_of: str | None = None) -> dict[str, Any]:
        """The latest public issue; the draft where nothing is public yet and the caller may see it.

        ``as_of`` (ISO day): what the register told at the end of that day, UTC, with the ``change_no`` of then.
        """
        with self.db.read() as session:
            certificate = self._seen(session, number)
            if as_of is None:
                return self._answer(certificate)
            day = paging.past_day("as_of", as_of, self._today())
            told = queries.told_until(session, certificate.id, _end_of(day))
            if told is None:
                raise NotFound(f"{certificate.base_number} was not public on {day}.", number=certificate.base_number)
            later = queries.history_of(session, certificate.id)
        return snapshot.as_of(json.loads(told[1])["certificate"], day, later)

    @rpc
    def get_issue(self, number: str, issue: int) -> dict[str, Any]:
        """One issue of a certificate, readable for ever; an older one under the status that the certificate has now."""
        paging.whole_number("issue", issue, least=0, most=paging.MOST_ISSUES)
        with self.db.read() as session:
            found = self._seen(session, number, issue)
            latest = queries.find(session, found.base_number)
        return snapshot.answer_of_older(found, latest or found, self._today())

    @rpc
    def diff(self, number: str, from_issue: int, to_issue: int) -> dict[str, Any]:
        """``{"number", "from", "to", "fields": [{field, grade, before, after}]}``: how two issues differ, by field.

        ``grade`` is ``safety`` for what the use of the product depends on, else ``editorial``.
        """
        for field, issue in (("from", from_issue), ("to", to_issue)):
            paging.whole_number(field, issue, least=0, most=paging.MOST_ISSUES)
        with self.db.read() as session:
            before, after = self._seen(session, number, from_issue), self._seen(session, number, to_issue)
        return differences.between(before, after)

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
        """``{"issue", "findings": [{rule, severity, field, text, source}], "at_issue", "overrides"}``.

        What the gate says of the open draft, or of what is public where there is none; and what it said, and the
        signatory took upon himself, when that was issued.
        """
        with self.db.read() as session:
            latest = self._seen(session, number)
            permissions.check_may_judge(self.call.identity, latest)
            certificate = self._draft_of(session, latest) or latest
            findings = schemes.findings(certificate, self._facts(session, certificate))
        return {
            "issue": certificate.issue,
            "findings": findings,
            "at_issue": certificate.warnings or [],
            "overrides": certificate.overrides or [],
        }

    @rpc
    def check_content(self, body: dict[str, Any], number: str | None = None) -> dict[str, Any]:
        """``{"findings": […]}``: what the gate would say of a certificate of the caller's body; nothing is kept.

        ``number``: of the certificate that would get this content, its open draft where there is one. Raises
        Forbidden, NotFound, and InvalidInput for what could not even be a draft.
        """
        identity = self.call.identity
        permissions.check_may_draft(identity)
        sent, _ = split_private(body)
        content = load_content(sent, as_read=number is not None)
        with self.db.read() as session:
            trial = drafts.trial(content, identity) if number is None else self._tried(session, number, content)
            return {"findings": schemes.findings(trial, self._facts(session, trial))}

    def _tried(self, session: Session, number: str, content: Content) -> Certificate:
        """The own certificate as it would be with this content."""
        latest = self._seen(session, number)
        permissions.check_own(self.call.identity, latest)
        tried = self._draft_of(session, latest) or latest
        lifecycle.check_unchangeable(tried, content)
        return lifecycle.with_content(tried, content)

    @rpc
    def private(self, number: str, issue: int | None = None) -> dict[str, Any]:
        """A person's ``{"date_of_birth", "identity_number"}``, for the body that wrote them and the Secretariat.

        Raises Forbidden, NotFound, Unavailable without the key.
        """
        with self.db.read() as session:
            certificate = self._seen(session, number, issue)
            permissions.check_may_see_private(self.call.identity, certificate)
            sealed = queries.private_of(session, certificate)
        return self.vault.open(sealed) if sealed else {"date_of_birth": None, "identity_number": ""}

    @rpc
    def mine(
        self, status: str | None = None, scheme: str | None = None, cursor: str | None = None, limit: int = 50
    ) -> dict[str, Any]:
        """``{"items": [certificate…], "next": cursor or None}``: the body's own, drafts included, newest first.

        A page may hold fewer than ``limit``; only ``next`` says whether it is the last.
        """
        excb = permissions.worklist(self.call.identity)
        check_choice("status", status, STATUSES)
        check_choice("scheme", scheme, SCHEMES)
        paging.whole_number("limit", limit, least=1, most=LONGEST_LISTING)
        behind = None if cursor is None else paging.decode(cursor)
        with self.db.read() as session:
            rows = queries.worklist(session, excb=excb, status=status, scheme=scheme, behind=behind, limit=limit + 1)
        items = paging.fitting(self._answer(certificate) for _, certificate in rows[:limit])
        following = paging.encode(rows[len(items) - 1][0]) if len(rows) > len(items) else None
        return {"items": items, "next": following}

    @rpc
    def changes(self, after: int = 0, limit: int = 100, type: str | None = None) -> Written:  # noqa: A002
        """``{"items": [envelope…], "next": change_no or None, "last": change_no}``: the log behind ``after``."""
        paging.whole_number("after", after, least=0, most=LAST_CHANGE_NO)
        paging.whole_number("limit", limit, least=1, most=changes.LARGEST_PAGE)
        check_choice("type", type, CHANGE_TYPES)
        with self.db.read() as session:
            return changes.page(session, after, limit, type)

    @rpc
    def excbs(self) -> list[dict[str, Any]]:
        """``[{"code", "name", "country", "active", "scopes": [{scheme, standard, valid_from, valid_until}]}]``."""
        return self._bodies()

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
            return reference.reference(session, table, order)


def _end_of(day: date) -> datetime:
    return datetime.combine(day + timedelta(days=1), time.min, UTC)
