"""The certificates service: what may be asked of it, and where each transaction begins and ends.

It owns certificates, their issues and history, the change log and the reference data, and asks numbering for numbers.
The numbers in comments are the steps of docs/ISSUANCE.md. Rules are in ``domain``, statements in ``queries``, and what
changes nothing in ``reading``.
"""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from datetime import timedelta
from functools import partial
from itertools import groupby
from operator import itemgetter
from typing import Any

from sqlalchemy.orm import Session

from contracts.errors import IdempotencyKeyReused, RegisterError, SeriesFull, Unavailable
from contracts.identity import service_identity
from contracts.numbers import Series, canonical_code, parse_or_none
from contracts.schemas import ExcbsSchema, load, load_content
from plumbing.dependencies import Clock, Config
from plumbing.every import every
from plumbing.logs import log
from plumbing.relay import Relay
from plumbing.rpc import RpcClient, rpc
from plumbing.together import Together
from services.certificates import changes, queries
from services.certificates.changes import Change
from services.certificates.domain import drafts, lifecycle, permissions, snapshot
from services.certificates.domain.certificate import Certificate
from services.certificates.domain.snapshot import answer
from services.certificates.reading import Reading, existing
from services.certificates.tables import ExcbRow

MOST_SWEPT = 2_000
# Of its own, since a batch serves callers of whom each has another deadline.
NUMBERED_WITHIN = 5.0


class Certificates(Reading):
    """The life of certificates, from the draft to the end."""

    name = "certificates"

    clock = Clock()
    settings = Config()
    numbering = RpcClient("numbering")
    together = Together()
    relay = Relay(changes.unpublished, changes.mark_published)

    @rpc
    def create_draft(self, body: dict[str, Any], idempotency_key: str | None = None) -> dict[str, Any]:
        """A new draft of the caller's body, with its number.

        The same account, key and body get the same draft again. Raises Forbidden, InvalidInput, IdempotencyKeyReused,
        SeriesFull, or Unavailable: then the draft stands, and a retry with the key, or the sweeper, finishes it.
        """
        # 1. Check who asks, and what.
        identity = self.call.identity
        permissions.check_may_draft(identity)
        intent = drafts.intend(
            load_content(body),
            identity,
            idempotency_key,
            draft_id=str(uuid.uuid4()),
            now=self.clock(),
            demonstration=self.settings.demonstration,
        )
        # 2. Commit the draft with its id and without a number: from here on nothing is lost, whatever dies.
        with self.db.once() as session:
            kept = queries.keep_intent(session, intent)
        if kept is None:
            raise permissions.not_active(intent.excb)
        if kept.fingerprint != intent.fingerprint:
            raise IdempotencyKeyReused
        # 3. and 4. Ask for its number, commit the number: now the draft can be seen. Drafts of one series that wait
        # for theirs at the same moment get them together.
        number = kept.base_number or self.together.do(kept.series, kept.id, partial(self._finish, kept.series))
        if isinstance(number, SeriesFull):
            raise number
        if kept is intent:
            return answer(kept.as_draft(number))
        with self.db.read() as session:
            return answer(existing(queries.find_by_id(session, kept.id)))

    @every(seconds=10, alone=True)
    def sweep(self) -> None:
        """5. Finishes the drafts that a crash, or numbering being away, left without a number."""
        left_before = self.clock() - timedelta(seconds=drafts.UNFINISHED_AFTER_SECONDS)
        with self.db.read() as session:
            unfinished = queries.unfinished(session, left_before, MOST_SWEPT)
        for series, rows in groupby(sorted(unfinished, key=itemgetter(0)), key=itemgetter(0)):
            try:
                finished = self._finish(series, [draft_id for _, draft_id in rows])
                log.info("drafts finished", series=series, count=len(finished))
            except Unavailable:
                raise
            except RegisterError as error:
                # One series with a fault must not hold up the others.
                log.error("drafts without number", series=series, error=error.message)

    def _finish(self, series: str, ids: Sequence[str]) -> dict[str, str | SeriesFull]:
        """The number of each of these drafts, or why it has none; committed either way."""
        # 3. Ask for the numbers of those ids, with no transaction open; asked again, numbering gives the same.
        try:
            numbering = self.numbering.acting_for(service_identity(self.name), NUMBERED_WITHIN)
            allocated = numbering.allocate_many(series=series, owner_ids=list(ids))
        except SeriesFull as error:
            if len(ids) == 1:
                self._refuse(ids[0], error)
                return {ids[0]: error}
            # All or none get their numbers at once; one by one, the oldest get what is left.
            return {draft_id: self._finish(series, [draft_id])[draft_id] for draft_id in ids}
        numbers: dict[str, str] = {row["owner_id"]: row["number"] for row in allocated}
        # 4. Commit the numbers.
        with self.db.once() as session:
            queries.put_numbers(session, numbers)
        return dict(numbers)

    def _refuse(self, draft_id: str, error: RegisterError) -> None:
        with self.db.begin() as session:
            queries.refuse_number(session, draft_id, error.code)
        log.error("no number left", draft=draft_id, error=error.message)

    @rpc
    def edit(self, number: str, body: dict[str, Any], version: str | None, reason: str | None = None) -> dict[str, Any]:
        """The certificate with other content; published at once where it is published, and noted in its history.

        Raises Forbidden, InvalidInput, VersionRequired, VersionMismatch, WrongState, RuleViolation.
        """
        identity, now, content = self.call.identity, self.clock(), load_content(body, as_read=True)
        by_secretariat = identity.role == "secretariat"
        with self.db.begin() as session:
            old, active = self._locked(session, number)
            permissions.check_may_edit(identity, old)
            permissions.check_active(identity, active)
            why = lifecycle.reason(reason) if by_secretariat or reason is not None else ""
            lifecycle.check_version(old, version)
            new = lifecycle.edited(old, content, by_secretariat=by_secretariat, today=now.date())
            if new == old:
                return answer(old)
            if new.status == lifecycle.DRAFT:
                queries.save(session, old, new)
                return answer(new)
            new = _publish(session, Change("certificate.amended", old, new, identity, now, now.date(), why))
        self.relay.wake()
        return answer(new)

    @rpc
    def issue(self, number: str, version: str | None = None) -> dict[str, Any]:
        """Draft → Current, published today; repeated, it answers what was issued.

        Raises Forbidden, VersionRequired, VersionMismatch, WrongState, or RuleViolation with all findings.
        """
        identity, now = self.call.identity, self.clock()
        with self.db.begin() as session:
            # 6. Lock the certificate, then read what stands and decide by that.
            old, active = self._locked(session, number)
            permissions.check_may_issue(identity, old)
            if old.status == lifecycle.CURRENT:
                return answer(old)
            permissions.check_active(identity, active)
            if old.status == lifecycle.DRAFT:
                lifecycle.check_version(old, version)
            # 7. The gate: errors refuse the issue, all at once.
            new = lifecycle.issued(old, now.date())
            # 8. The change, its history and its row in the log, in this one transaction.
            new = _publish(session, Change("certificate.issued", old, new, identity, now, now.date()))
        # 9. The relay publishes the row; it would find it by itself, waking it only saves the second.
        self.relay.wake()
        return answer(new)

    @rpc
    def suspend(
        self,
        number: str,
        reason: str | None = None,
        date: str | None = None,
        supplied_affected: bool | None = None,
        version: str | None = None,
    ) -> dict[str, Any]:
        """Current → Suspended since ``date`` (today). Raises Forbidden, InvalidInput, VersionMismatch, WrongState."""
        return self._decide("suspend", number, version, reason=reason, date=date, supplied_affected=supplied_affected)

    @rpc
    def reinstate(
        self,
        number: str,
        reason: str | None = None,
        date: str | None = None,
        supplied_affected: bool | None = None,
        version: str | None = None,
    ) -> dict[str, Any]:
        """Suspended → Current since ``date`` (today). Raises Forbidden, InvalidInput, VersionMismatch, WrongState."""
        return self._decide("reinstate", number, version, reason=reason, date=date, supplied_affected=supplied_affected)

    @rpc
    def cancel(
        self,
        number: str,
        reason: str | None = None,
        date: str | None = None,
        supplied_affected: bool | None = None,
        version: str | None = None,
    ) -> dict[str, Any]:
        """Current or Suspended → Cancelled since ``date``; wants all three. Raises as ``suspend`` does."""
        return self._decide("cancel", number, version, reason=reason, date=date, supplied_affected=supplied_affected)

    def _decide(self, action: str, number: str, version: str | None, **given: Any) -> dict[str, Any]:
        identity, now = self.call.identity, self.clock()
        permissions.check_secretariat(identity)
        decision = lifecycle.decision(action, now.date(), **given)
        change_type = lifecycle.TRANSITIONS[action].change
        with self.db.begin() as session:
            old, _ = self._locked(session, number)
            if queries.was_made_by(session, old, change_type, decision):
                # The same request once more, whose answer was lost.
                return answer(old)
            if version is not None:
                lifecycle.check_version(old, version)
            new = lifecycle.decided(old, action, decision)
            new = _publish(session, Change(change_type, old, new, identity, now, decision.date, decision.reason))
        self.relay.wake()
        return answer(new)

    @rpc
    def delete(self, number: str, reason: str | None = None, version: str | None = None) -> dict[str, Any]:
        """The tombstone; the number stays used. Raises Forbidden, InvalidInput, VersionMismatch."""
        identity, now = self.call.identity, self.clock()
        permissions.check_secretariat(identity)
        why = lifecycle.reason(reason)
        with self.db.begin() as session:
            old = self._locked_at(session, number, version)
            queries.delete(session, old.id, at=now, account=identity.account or "", reason=why)
            if old.status == lifecycle.DRAFT:
                return snapshot.tombstone(old, why, now)
            new = _publish(session, Change("certificate.deleted", old, old, identity, now, now.date(), why))
        self.relay.wake()
        return snapshot.tombstone(new, why, now)

    @rpc
    def put_excbs(self, rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
        """Keeps these bodies (code, name, country, active); the others stay as they are. Returns them all."""
        permissions.check_may_keep_bodies(self.call.identity)
        bodies = [{**row, "code": _code(row["code"])} for row in load(ExcbsSchema(), {"rows": rows})["rows"]]
        with self.db.begin() as session:
            queries.put(session, ExcbRow, list({body["code"]: body for body in bodies}.values()))
        return self.reference(ExcbRow, "code")

    def _locked(self, session: Session, number: str) -> tuple[Certificate, bool]:
        """What stands under ``number``, locked, and whether its body is active. Raises NotFound or Gone."""
        parsed = parse_or_none(number)
        active = queries.lock(session, parsed.base) if parsed else None
        return self._seen(session, number), bool(active)

    def _locked_at(self, session: Session, number: str, version: str | None) -> Certificate:
        """The same for the Secretariat, who may leave out the version."""
        certificate, _ = self._locked(session, number)
        if version is not None:
            lifecycle.check_version(certificate, version)
        return certificate


def _publish(session: Session, change: Change) -> Certificate:
    """Writes the change to the log, the history and the certificate. The log's lock is held from here to the commit."""
    new = changes.append(session, change)
    queries.save(session, change.old, new)
    return new


def _code(code: str) -> str:
    """As numbers print it, so that what is parsed is found."""
    return Series("service-facility", canonical_code(code)).excb
