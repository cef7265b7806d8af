"""What the Secretariat decides about certificates, and what bodies ask it to decide."""

from __future__ import annotations

import uuid
from typing import Any

from sqlalchemy.orm import Session

from contracts.errors import InvalidInput, WrongState
from contracts.schemas import REQUEST_ACTIONS, REQUEST_STATES
from plumbing.rpc import rpc
from services.certificates.changes import Change
from services.certificates.desk import Desk, check_choice, code_of
from services.certificates.domain import lifecycle, paging, permissions, snapshot
from services.certificates.domain import requests as asking
from services.certificates.domain.certificate import Certificate
from services.certificates.queries import certificates as queries
from services.certificates.queries import requests

LONGEST_LISTING = 100


class Deciding(Desk):
    """Suspending, reinstating, cancelling and deleting; requests and notices."""

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
        with self.db.begin() as session:
            old, _ = self._locked(session, number)
            new = self._made(session, old, action, decision, version)
        self.relay.wake()
        return self._answer(new)

    def _made(
        self,
        session: Session,
        old: Certificate,
        action: str,
        decision: lifecycle.Decision,
        version: str | None = None,
    ) -> Certificate:
        """The certificate, which is locked, after the decision."""
        change_type = lifecycle.TRANSITIONS[action].change
        if queries.was_made_by(session, old, change_type, decision):
            # The same request once more, whose answer was lost.
            return old
        if version is not None:
            lifecycle.check_version(old, version)
        new = lifecycle.decided(old, action, decision)
        identity, now = self.call.identity, self.clock()
        return self._publish(session, Change(change_type, old, new, identity, now, decision.date, decision.reason))

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
            new = self._publish(session, Change("certificate.deleted", old, old, identity, now, now.date(), why))
        self.relay.wake()
        return snapshot.tombstone(new, why, now)

    @rpc
    def delete_draft(self, number: str, issue: int, version: str | None = None) -> None:
        """Gives up the draft of a later issue; the certificate stays as it is. Raises Forbidden, NotFound, WrongState.

        The first issue's draft has used a number and is deleted as the certificate, with a reason.
        """
        paging.whole_number("issue", issue, least=1, most=paging.MOST_ISSUES)
        with self.db.begin() as session:
            latest, _ = self._locked(session, number)
            permissions.check_may_give_up(self.call.identity, latest)
            draft = self._draft_of(session, latest)
            if draft is None or draft.issue != issue:
                raise WrongState(f"Issue {issue} of {latest.base_number} is no draft.", issue=issue)
            if version is not None:
                lifecycle.check_version(draft, version)
            queries.drop_draft(session, draft)

    def _locked_at(self, session: Session, number: str, version: str | None) -> Certificate:
        """What stands under ``number``, locked, for the Secretariat, who may leave out the version."""
        certificate, _ = self._locked(session, number)
        if version is not None:
            lifecycle.check_version(certificate, version)
        return certificate

    @rpc
    def ask(
        self,
        number: str,
        action: str,
        reason: str | None = None,
        date: str | None = None,
        supplied_affected: bool | None = None,
    ) -> dict[str, Any]:
        """The request of the certificate's body to ``suspend``, ``reinstate`` or ``cancel`` it; sent twice, it is one.

        A cancellation wants all three already. Raises Forbidden, InvalidInput, WrongState.
        """
        identity = self.call.identity
        given = {"action": action, "reason": reason, "date": date, "supplied_affected": supplied_affected}
        with self.db.begin() as session:
            certificate, active = self._locked(session, number)
            permissions.check_may_ask(identity, certificate)
            permissions.check_active(identity, active)
            request = asking.asked(certificate, identity, request_id=str(uuid.uuid4()), now=self.clock(), given=given)
            waiting = requests.open_about(session, certificate.id)
            if waiting is None:
                requests.add(session, request)
            elif waiting.asks_the_same_as(request):
                request = waiting
            else:
                text = f"Another request about {certificate.number} is open; withdraw it first."
                raise WrongState(text, request=waiting.id, action=waiting.action)
        return asking.shown(request, certificate.number)

    @rpc
    def requests(
        self,
        state: str | None = None,
        cursor: str | None = None,
        limit: int = 50,
        *,
        action: str | None = None,
        excb: str | None = None,
        oldest_first: bool = False,
    ) -> dict[str, Any]:
        """``{"items": [request], "next"}``, the newest first: the own body's, or all of them for the administrators.

        ``oldest_first`` is the order in which they are answered. Raises Forbidden, InvalidInput.
        """
        body = permissions.requests_of(self.call.identity, None if excb is None else code_of(excb))
        check_choice("state", state, REQUEST_STATES)
        check_choice("action", action, REQUEST_ACTIONS)
        paging.whole_number("limit", limit, least=1, most=LONGEST_LISTING)
        behind = None if cursor is None else paging.decode(cursor)
        with self.db.read() as session:
            rows = requests.page(
                session,
                excb=body,
                state=state,
                action=action,
                behind=behind,
                limit=limit + 1,
                oldest_first=bool(oldest_first),
            )
        items = [asking.shown(request, number) for request, number in rows[:limit]]
        last = rows[limit - 1][0] if len(rows) > limit else None
        following = None if last is None else paging.encode(paging.Position(last.asked_at, last.id, 0))
        return {"items": items, "next": following}

    @rpc
    def approve(self, id: str, version: str | None = None) -> dict[str, Any]:  # noqa: A002 - the name is the contract's
        """Decides as the body asked: ``{"request", "certificate"}``. Repeated, it answers the same.

        ``version``: of the certificate as whoever decides read it. Raises Forbidden, NotFound, VersionMismatch, or
        WrongState when the request, or the certificate meanwhile, is not open to it.
        """
        identity, now = self.call.identity, self.clock()
        permissions.check_secretariat(identity)
        with self.db.begin() as session:
            request, number = self._request(session, id)
            old, _ = self._locked(session, number)
            decision = lifecycle.decision(request.action, now.date(), **request.proposal)
            if request.state == asking.APPROVED:
                return {"request": asking.shown(request, number), "certificate": self._answer(old)}
            request = asking.decided(request, asking.APPROVED, identity, now)
            requests.save(session, request)
            new = self._made(session, old, request.action, decision, version)
        self.relay.wake()
        return {"request": asking.shown(request, number), "certificate": self._answer(new)}

    @rpc
    def reject(self, id: str, reason: str | None = None) -> dict[str, Any]:  # noqa: A002
        """Answers no, with a reason; the request. Raises Forbidden, InvalidInput, NotFound, WrongState."""
        permissions.check_secretariat(self.call.identity)
        return self._end(id, asking.REJECTED, lifecycle.reason(reason))

    @rpc
    def withdraw(self, id: str) -> dict[str, Any]:  # noqa: A002
        """Takes an own request back; the request. Raises Forbidden, NotFound, WrongState."""
        permissions.check_may_draft(self.call.identity)
        return self._end(id, asking.WITHDRAWN, None)

    def _end(self, request_id: str, state: str, answer: str | None) -> dict[str, Any]:
        with self.db.begin() as session:
            request, number = self._request(session, request_id)
            if (request.state, request.answer) != (state, answer):
                request = asking.decided(request, state, self.call.identity, self.clock(), answer)
                requests.save(session, request)
        return asking.shown(request, number)

    def _request(self, session: Session, request_id: str) -> tuple[asking.Request, str]:
        """The request, locked, and the number of its certificate. Raises NotFound also for another body's."""
        excb = permissions.requests_of(self.call.identity)
        found = requests.locked(session, request_id) if isinstance(request_id, str) else None
        if found is None or (excb is not None and found[0].excb != excb):
            raise asking.not_found()
        return found

    @rpc
    def notices(self, after: int = 0, limit: int = 100) -> dict[str, Any]:
        """``{"items": [{change_no, number, excb, kind, text, at}], "next"}``: what a body should know, in order.

        Of the own body, or of all for the administrators: a licence lists a certificate that is not Current.
        """
        excb = permissions.requests_of(self.call.identity)
        if isinstance(after, bool) or not isinstance(after, int) or after < 0:
            raise InvalidInput.field("after", "Must be a whole number, the change_no of the last notice that you have.")
        paging.whole_number("limit", limit, least=1, most=LONGEST_LISTING)
        with self.db.read() as session:
            items = requests.notices(session, excb=excb, after=after, limit=limit + 1)
        following = items[limit - 1]["change_no"] if len(items) > limit else None
        return {"items": items[:limit], "next": following}
