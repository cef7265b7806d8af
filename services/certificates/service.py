"""The certificates service: what may be asked of it, and where each transaction begins and ends.

It owns certificates, their issues and history, reports, the change log and the reference data, and asks numbering for
numbers. The numbers in comments are the steps of docs/ISSUANCE.md: how a certificate comes to be stands here, the rest
in the classes that this one is made of. Rules are in ``domain``, statements in ``queries``.
"""

from __future__ import annotations

from datetime import timedelta
from functools import partial
from itertools import groupby
from operator import itemgetter
from typing import Any

from contracts.errors import IdempotencyKeyReused, RegisterError, SeriesFull, Unavailable
from contracts.schemas import load_content, split_private
from plumbing.every import every
from plumbing.logs import log
from plumbing.rpc import rpc
from services.certificates import changes
from services.certificates.annexing import Annexing
from services.certificates.batching import Batching
from services.certificates.cards import Cards
from services.certificates.changes import Change
from services.certificates.counting import Counting
from services.certificates.deciding import Deciding
from services.certificates.desk import existing
from services.certificates.digesting import Digesting
from services.certificates.domain import drafts, lifecycle, permissions, schemes
from services.certificates.domain.certificate import Certificate
from services.certificates.domain.facts import Facts, Scope
from services.certificates.domain.related import MARK_LICENCE
from services.certificates.importing import Importing
from services.certificates.keeping import Keeping
from services.certificates.quality import Quality
from services.certificates.queries import certificates as queries
from services.certificates.queries import reference
from services.certificates.reading import Reading
from services.certificates.reporting import Reporting
from services.certificates.sampling import Sampling
from services.certificates.verifying import Verifying
from services.certificates.weighing import Weighing
from services.certificates.working import Working

MOST_SWEPT = 2_000


class Certificates(
    Reading,
    Working,
    Annexing,
    Deciding,
    Weighing,
    Cards,
    Digesting,
    Keeping,
    Reporting,
    Verifying,
    Batching,
    Importing,
    Counting,
    Quality,
    Sampling,
):
    """The life of certificates, from the draft to the end."""

    name = "certificates"

    @rpc
    def create_draft(self, body: dict[str, Any], idempotency_key: str | None = None) -> dict[str, Any]:
        """A new draft of the caller's body, with its number and, as ``findings``, what the gate would say by now.

        The same account, key and body get the same draft again. Raises Forbidden, InvalidInput, IdempotencyKeyReused,
        SeriesFull, or Unavailable: then the draft stands, and a retry with the key, or the sweeper, finishes it.
        """
        # 1. Check who asks, and what.
        identity = self.call.identity
        permissions.check_may_draft(identity)
        intent = self._intent(body, idempotency_key)
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
            return self._with_early_findings(kept.as_draft(number))
        with self.db.read() as session:
            draft = existing(queries.find_by_id(session, kept.id))
        return self._with_early_findings(draft)

    def _with_early_findings(self, draft: Certificate) -> dict[str, Any]:
        """The answer and, of a draft, as ``findings`` what the gate would say by what is at hand: an early word."""
        if draft.status != lifecycle.DRAFT:
            return self._answer(draft)
        scopes = self.lately.get(("scopes", draft.excb), partial(self._scopes_of, draft.excb))
        facts = Facts(self._today(), scopes=scopes, validity=self.settings.person_validity)
        return self._answer(draft) | {"findings": schemes.findings(draft, facts)}

    def _scopes_of(self, excb: str) -> tuple[Scope, ...]:
        with self.db.read() as session:
            return reference.scopes_of(session, [excb])

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

    @rpc
    def create_issue(
        self, number: str, body: dict[str, Any] | None = None, idempotency_key: str | None = None
    ) -> dict[str, Any]:
        """The draft of the next issue, of the content that stands or of another one; the number stays.

        One draft at a time. With the key that made it, it is answered again, whatever became of it.
        Raises Forbidden, InvalidInput, IdempotencyKeyReused, WrongState.
        """
        identity, now = self.call.identity, self.clock()
        permissions.check_may_draft(identity)
        drafts.check_key(idempotency_key)
        sent, private = split_private(body)
        content = None if body is None else load_content(sent, as_read=True)
        fingerprint = drafts.fingerprint(content)
        with self.db.begin() as session:
            latest, active = self._locked(session, number)
            permissions.check_own(identity, latest)
            permissions.check_active(identity, active)
            made = queries.issue_of_key(session, latest.id, idempotency_key) if idempotency_key else None
            if made is not None:
                issue, before = made
                if before not in (None, fingerprint):
                    raise IdempotencyKeyReused
                draft = self._seen(session, number, issue)
            else:
                if (open_draft := self._draft_of(session, latest)) is not None:
                    raise lifecycle.drafted_already(open_draft)
                draft = lifecycle.next_issue(latest, content)
                queries.add_draft(session, draft, at=now, key=idempotency_key, fingerprint=fingerprint)
                if private is not None:
                    queries.put_private(session, draft, self.vault.seal(private))
        return self._with_early_findings(draft)

    @rpc
    def edit(
        self,
        number: str,
        body: dict[str, Any],
        version: str | None,
        reason: str | None = None,
        issue: int | None = None,
    ) -> dict[str, Any]:
        """The certificate with other content; published at once where it is published, and noted in its history.

        ``version`` says which issue is meant, the public one or the draft of the next; ``issue`` may say it too.
        Raises Forbidden, InvalidInput, VersionRequired, VersionMismatch, WrongState, RuleViolation.
        """
        identity, now = self.call.identity, self.clock()
        sent, private = split_private(body)
        content = load_content(sent, as_read=True)
        by_secretariat = identity.role == "secretariat"
        with self.db.begin() as session:
            latest, active = self._locked(session, number)
            draft = self._draft_of(session, latest)
            old = draft if draft is not None and draft.entity_tag == version else latest
            lifecycle.check_issue(old, issue, latest)
            permissions.check_may_edit(identity, old)
            permissions.check_active(identity, active)
            why = lifecycle.reason(reason) if by_secretariat or reason is not None else ""
            lifecycle.check_version(old, version)
            if private is not None:
                queries.put_private(session, old, self.vault.seal(private))
            facts = self._facts(session, old, lifecycle.with_content(old, content))
            new = lifecycle.edited(old, content, by_secretariat=by_secretariat, facts=facts)
            if new == old:
                return self._answer(old)
            if new.status == lifecycle.DRAFT:
                queries.save(session, (old, new))
                return self._answer(new) | {"findings": schemes.findings(new, facts)}
            new = self._publish(session, Change("certificate.amended", old, new, identity, now, now.date(), why))
        self.relay.wake()
        return self._answer(new)

    @rpc
    def set_photo(self, number: str, photo: str, version: str | None) -> dict[str, Any]:
        """The person's certificate with this photo, which its body uploaded, and nothing else changed.

        Raises as ``edit`` does, and InvalidInput for what is no person's.
        """
        with self.db.read() as session:
            latest = self._seen(session, number)
            draft = self._draft_of(session, latest)
        old = draft if draft is not None and draft.entity_tag == version else latest
        return self.edit(number=number, body={**old.content, "photo": photo}, version=version)

    @rpc
    def issue(
        self, number: str, version: str | None = None, overrides: list[dict[str, Any]] | None = None
    ) -> dict[str, Any]:
        """Draft → Current, published today; repeated, it answers what was issued.

        ``overrides``: ``{"rule", "reason"}`` of each finding that the signatory takes upon himself, where a rule allows
        that. Raises Forbidden, VersionRequired, VersionMismatch, WrongState, or RuleViolation with all findings.
        """
        identity, now = self.call.identity, self.clock()
        taken = lifecycle.overrides(overrides)
        with self.db.begin() as session:
            # 6. Lock the certificate, then read what stands and decide by that.
            latest, active = self._locked(session, number)
            permissions.check_may_issue(identity, latest)
            old = self._draft_of(session, latest) or latest
            if old.status == lifecycle.CURRENT:
                lifecycle.check_was_issued(old, version)
                return self._answer(old)
            permissions.check_active(identity, active)
            if old.status == lifecycle.DRAFT:
                lifecycle.check_version(old, version)
            if old.scheme == MARK_LICENCE:
                # What it lists must still be Current when it is published.
                changes.hold(session)
            # 7. The gate: errors refuse the issue, all at once.
            new = lifecycle.issued(old, self._facts(session, old), taken)
            # 8. The change, its history and its row in the log, in this one transaction.
            previous = None if old is latest else latest
            issued = Change("certificate.issued", old, new, identity, now, now.date(), previous=previous)
            new = self._publish(session, issued)
        # 9. The relay publishes the row; it would find it by itself, waking it only saves the second.
        self.relay.wake()
        return self._answer(new)
