"""Reports: registered and numbered as drafts of certificates are, and public as soon as they have their number."""

from __future__ import annotations

import uuid
from collections import Counter
from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta
from functools import partial
from itertools import groupby
from operator import itemgetter
from typing import Any

from sqlalchemy.orm import Session

from contracts.errors import IdempotencyKeyReused, InvalidInput, RegisterError, SeriesFull, Unavailable
from contracts.identity import service_identity
from contracts.numbers import REPORT_KINDS, ReportNumber, parse_or_none
from plumbing.every import every
from plumbing.logs import log
from plumbing.rpc import rpc
from services.certificates import changes
from services.certificates.changes import Entry
from services.certificates.desk import Desk, check_choice, code_of
from services.certificates.domain import drafts, paging, permissions
from services.certificates.domain import reports as domain
from services.certificates.domain.reports import Report
from services.certificates.queries import counting, reference, related
from services.certificates.queries import reports as queries

SERVICE = "certificates"
NUMBERED_WITHIN = 5.0
MOST_SWEPT = 500
LONGEST_LISTING = 100
MOST_CERTIFICATES = 1_000
# A certificate names some hundreds of each type.
MOST_ASKED = 5_000


class Reporting(Desk):
    """The numbers in comments are the steps of docs/ISSUANCE.md. Every report answered is a summary; all may read it.

    With ``latest_issue``, and ``certificates``: the public ones that rest on it, the first 1,000 by number.
    """

    @rpc
    def register_report(self, body: dict[str, Any], idempotency_key: str | None = None) -> dict[str, Any]:
        """A report of the caller's body with its number, public from now on; the same key and body give the same one.

        Raises Forbidden, InvalidInput, IdempotencyKeyReused, SeriesFull, or Unavailable: then nothing is public yet,
        and a retry with the key, or the sweeper, finishes it.
        """
        # 1. Check who asks, and what.
        identity, now = self.call.identity, self.clock()
        permissions.check_may_report(identity)
        content = domain.content_of(body, now.date())
        # 2. Commit the intent.
        with self.db.begin() as session:
            excb = identity.excb or ""
            permissions.check_active(identity, reference.is_active(session, excb))
            intent = domain.intend(
                content,
                identity,
                idempotency_key,
                report_id=str(uuid.uuid4()),
                country=reference.country_of(session, excb) or "",
                now=now,
                demonstration=self.settings.demonstration,
            )
            kept = queries.keep(session, intent)
        if kept.fingerprint != intent.fingerprint:
            raise IdempotencyKeyReused
        # 3. and 4. Its number, and with it all the rest.
        number = kept.base_number or self.together.do(
            kept.series, kept.id, partial(self._complete_reports, kept.series)
        )
        if isinstance(number, SeriesFull):
            raise number
        with self.db.read() as session:
            return self._answer_report(session, queries.find_first(session, kept.id))

    def _complete_reports(self, series: str, ids: Sequence[str]) -> dict[str, str | SeriesFull]:
        """The number of each of these reports, or why it has none; committed either way, and then public."""
        # 3. Ask for the numbers of those ids, with no transaction open; asked again, numbering gives the same.
        try:
            numbering = self.numbering.acting_for(service_identity(SERVICE), NUMBERED_WITHIN)
            allocated = numbering.allocate_many(series=series, owner_ids=list(ids))
        except SeriesFull as error:
            if len(ids) == 1:
                self._refuse_report(ids[0], error)
                return {ids[0]: error}
            # All or none get their numbers at once; one by one, the oldest get what is left.
            return {report_id: self._complete_reports(series, [report_id])[report_id] for report_id in ids}
        numbers: dict[str, str] = {row["owner_id"]: row["number"] for row in allocated}
        # 4. Commit numbers, registration and their rows in the log, all at once. Under the log's lock, so that of two
        # who finish the same report the second one finds it registered.
        with self.db.begin() as session:
            changes.hold(session)
            waiting = queries.waiting(session, numbers, self.clock())
            if waiting:
                queries.complete(session, _published(session, waiting))
        self.relay.wake()
        return dict(numbers)

    def _refuse_report(self, report_id: str, error: RegisterError) -> None:
        with self.db.begin() as session:
            queries.refuse_number(session, report_id, error.code)
        log.error("no number left", report=report_id, error=error.message)

    @every(seconds=10, alone=True)
    def sweep_reports(self) -> None:
        """5. Finishes the reports that a crash, or numbering being away, left without a number."""
        left_before = self.clock() - timedelta(seconds=drafts.UNFINISHED_AFTER_SECONDS)
        with self.db.read() as session:
            unfinished = queries.unfinished(session, left_before, MOST_SWEPT)
        for series, rows in groupby(sorted(unfinished, key=itemgetter(0)), key=itemgetter(0)):
            try:
                completed = self._complete_reports(series, [report_id for _, report_id in rows])
                log.info("reports completed", series=series, count=len(completed))
            except Unavailable:
                raise
            except RegisterError as error:
                # One series with a fault must not hold up the others.
                log.error("reports without number", series=series, error=error.message)

    @rpc
    def reissue_report(self, number: str, body: dict[str, Any], idempotency_key: str | None = None) -> dict[str, Any]:
        """The next issue of an own report, public at once; the same key and body give the same issue.

        Raises Forbidden, InvalidInput, IdempotencyKeyReused, NotFound, RuleViolation behind issue 99.
        """
        identity, now = self.call.identity, self.clock()
        permissions.check_may_report(identity)
        drafts.check_key(idempotency_key)
        content = domain.content_of(body, now.date(), as_read=True)
        account, mark = identity.account or "", drafts.fingerprint(content)
        with self.db.begin() as session:
            latest = self._locked_report(session, number)
            made = queries.made_by(session, latest.id, account, idempotency_key) if idempotency_key else None
            if made is not None:
                return self._made_before(session, latest, made, mark)
            (new,) = _published(session, [domain.next_issue(latest, content, now)])
            queries.add_issue(session, new, account=account, key=idempotency_key, fingerprint=mark)
            told = self._answer_report(session, new)
        self.relay.wake()
        return told

    def _locked_report(self, session: Session, number: str) -> Report:
        """The latest issue of the own report, locked, of an active body. Raises Forbidden, NotFound."""
        identity, base_number = self.call.identity, _number_of(number).base
        queries.lock(session, base_number)
        latest = queries.find(session, base_number)
        if latest is None:
            raise domain.not_found()
        permissions.check_own_report(identity, latest.excb)
        permissions.check_active(identity, reference.is_active(session, latest.excb))
        return latest

    def _made_before(self, session: Session, latest: Report, made: queries.Made, mark: str) -> dict[str, Any]:
        """The issue that the same request made before. Raises IdempotencyKeyReused."""
        if made.fingerprint != mark:
            raise IdempotencyKeyReused
        return self._answer_report(session, queries.find(session, latest.base_number, made.issue) or latest)

    @rpc
    def report(self, number: str) -> dict[str, Any]:
        """The issue that the number names, or the latest one. Raises NotFound."""
        asked = _number_of(number)
        with self.db.read() as session:
            found = queries.find(session, asked.base, asked.issue)
            if found is None:
                raise domain.not_found()
            return self._answer_report(session, found)

    @rpc
    def registered_reports(self, numbers: list[str]) -> list[str]:
        """Those of these numbers, as they are printed, under which there is a report: not every one that a certificate
        names is here. Raises InvalidInput for more than MOST_ASKED.
        """
        if len(numbers) > MOST_ASKED:
            raise InvalidInput.field("numbers", f"Ask for at most {MOST_ASKED:,} at once.")
        asked = {number: parse_or_none(number) for number in numbers}
        reports = {number: parsed for number, parsed in asked.items() if isinstance(parsed, ReportNumber)}
        with self.db.read() as session:
            issues = queries.issues_of(session, {parsed.base for parsed in reports.values()})
        return [number for number, parsed in reports.items() if (parsed.base, parsed.issue) in issues]

    def _answer_report(self, session: Session, report: Report) -> dict[str, Any]:
        latest_issue = queries.latest_issue(session, report.id)
        certificates = related.certificates_on(session, report.base_number, MOST_CERTIFICATES)
        return domain.answer(report, latest_issue, certificates)

    @rpc
    def reports(
        self,
        excb: str | None = None,
        type: str | None = None,  # noqa: A002 - the name is the contract's
        cursor: str | None = None,
        limit: int = 50,
    ) -> dict[str, Any]:
        """``{"items": [report…], "next": cursor or None}``: what is registered, the newest report first.

        Of each its latest issue, without ``certificates``. A page may hold fewer than ``limit``; only ``next`` says
        whether it is the last.
        """
        check_choice("type", type, REPORT_KINDS)
        paging.whole_number("limit", limit, least=1, most=LONGEST_LISTING)
        behind = None if cursor is None else paging.decode(cursor)
        code = None if excb is None else code_of(excb)
        with self.db.read() as session:
            rows = queries.page(session, excb=code, report_type=type, behind=behind, limit=limit + 1)
        items = paging.fitting(domain.snapshot(report) for _, report in rows[:limit])
        following = paging.encode(rows[len(items) - 1][0]) if len(rows) > len(items) else None
        return {"items": items, "next": following}


def _published(session: Session, made: Sequence[Report]) -> list[Report]:
    """Writes these issues to the log and counts them; the reports with their change's number."""
    first = changes.take(session, len(made))
    numbered = [replace(report, change_no=first + place) for place, report in enumerate(made)]
    changes.write(session, [_entry(report) for report in numbered])
    counting.add(session, Counter(domain.counted(report) for report in numbered))
    return numbered


def _entry(report: Report) -> Entry:
    envelope = domain.envelope(report, str(uuid.uuid4()))
    return Entry(report.change_no, domain.change_type(report), report.type, report.excb, envelope)


def _number_of(number: str) -> ReportNumber:
    parsed = parse_or_none(number)
    if not isinstance(parsed, ReportNumber):
        raise domain.not_found()
    return parsed
