"""What whoever decides looks at first: the requests that wait, and what a decision about a certificate would touch."""

from __future__ import annotations

from typing import Any

from sqlalchemy.orm import Session

from contracts.events import timestamp
from contracts.schemas import REQUEST_ACTIONS
from plumbing.rpc import rpc
from services.certificates.desk import Desk, check_choice
from services.certificates.domain import lifecycle, permissions, snapshot
from services.certificates.domain import related as relations
from services.certificates.domain import requests as asking
from services.certificates.domain.certificate import Certificate
from services.certificates.queries import certificates as queries
from services.certificates.queries import related, requests

MOST_LICENCES = 100


class Weighing(Desk):
    """Changes nothing."""

    @rpc
    def request(self, id: str) -> dict[str, Any]:  # noqa: A002 - the name is the contract's
        """One request, of the own body or of any for the administrators. Raises Forbidden, NotFound."""
        excb = permissions.requests_of(self.call.identity)
        with self.db.read() as session:
            found = requests.find(session, str(id))
        if found is None or (excb is not None and found[0].excb != excb):
            raise asking.not_found()
        return asking.shown(*found)

    @rpc
    def waiting_requests(self) -> dict[str, Any]:
        """By what is asked for, ``{"count", "since"}`` of the requests that nobody answered yet. Raises Forbidden."""
        excb = permissions.requests_of(self.call.identity)
        with self.db.read() as session:
            found = requests.waiting(session, excb)
        return {action: {"count": count, "since": timestamp(since)} for action, (count, since) in found.items()}

    @rpc
    def consequences(self, number: str) -> dict[str, Any]:
        """What a decision about a certificate would touch, for its body and the administrators.

        ``{"number", "status", "possible": [action], "last_editable_day": of its body or None, "issues": [published],
        "draft": the issue being drafted or None, "request": the open one or None,
        "licences": [{number, holder, status, others_current}], "more_licences"}``.
        ``licences`` list it on their schedules; ``others_current`` counts what else there is Current.
        Raises Forbidden, NotFound, Gone.
        """
        with self.db.read() as session:
            certificate = self._seen(session, number)
            permissions.check_may_weigh(self.call.identity, certificate)
            draft = self._draft_of(session, certificate)
            issues = queries.issues_of(session, certificate.id)
            licences = self._licences(session, certificate)
            open_request = requests.open_about(session, certificate.id)
        return {
            "number": certificate.number,
            "status": certificate.status,
            "possible": [action for action in lifecycle.possible(certificate.status) if action != "issue"],
            "last_editable_day": _last_editable_day(certificate),
            "issues": [row["issue"] for row in issues if row["status"] != lifecycle.DRAFT],
            "draft": None if draft is None else draft.issue,
            "request": None if open_request is None else asking.shown(open_request, certificate.number),
            "licences": [_licence(licence, certificate) for licence in licences[:MOST_LICENCES]],
            "more_licences": len(licences) > MOST_LICENCES,
        }

    @rpc
    def weigh(
        self,
        number: str,
        action: str,
        reason: str | None = None,
        date: str | None = None,
        supplied_affected: bool | None = None,
    ) -> dict[str, Any]:
        """The certificate as ``suspend``, ``reinstate``, ``cancel`` or ``delete`` would leave it; nothing is changed.

        A deleted one as its tombstone. Raises what the decision itself would raise.
        """
        permissions.check_secretariat(self.call.identity)
        check_choice("action", action, (*REQUEST_ACTIONS, "delete"))
        with self.db.read() as session:
            certificate = self._seen(session, number)
        if action == "delete":
            return snapshot.tombstone(certificate, lifecycle.reason(reason), self.clock())
        given = {"reason": reason, "date": date, "supplied_affected": supplied_affected}
        return self._answer(lifecycle.decided(certificate, action, lifecycle.decision(action, self._today(), **given)))

    def _licences(self, session: Session, certificate: Certificate) -> list[Certificate]:
        """The mark licences that list the certificate and are not over, by number."""
        ids = sorted(related.licences_listing(session, [certificate.base_number]))
        found = queries.latest_public(session, ids).values()
        return sorted((one for one in found if one.status != lifecycle.CANCELLED), key=lambda one: one.base_number)


def _last_editable_day(certificate: Certificate) -> str | None:
    if certificate.status != lifecycle.CURRENT or certificate.date_of_issue is None:
        return None
    return lifecycle.last_editable_day(certificate.date_of_issue).isoformat()


def _licence(licence: Certificate, listed: Certificate) -> dict[str, Any]:
    return {
        "number": licence.number,
        "holder": licence.content["applicant"]["name"],
        "status": licence.status,
        "others_current": relations.others_current(licence, listed.base_number),
    }
