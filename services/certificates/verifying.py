"""Whether a number is genuine, how it stands, and whether a nameplate says what the certificate says."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlalchemy.orm import Session

from contracts.numbers import CertificateNumber
from plumbing.rpc import rpc
from services.certificates.desk import Desk
from services.certificates.domain import paging, verifying
from services.certificates.domain.lifecycle import DRAFT
from services.certificates.domain.permissions import Drafts
from services.certificates.queries import certificates as queries

NO_DRAFTS = Drafts(False)


class Verifying(Desk):
    """The same answer for everybody: what is public."""

    @rpc
    def verify(self, q: str) -> dict[str, Any]:
        """``{"found", "number", "text", "certificate", "markings"}`` for a number or the pasted text of a nameplate.

        ``text`` is the answer in words. ``certificate``: how it stands; a deleted one has number, status and reason.
        ``markings``: ``{nameplate, certificate, line, agrees, differences, status, zones, explanation, problems}`` of
        each marking in ``q``. A number that nobody was given is ``found: false``, no error. Raises InvalidInput.
        """
        number, markings = verifying.asked(q)
        with self.db.read() as session:
            return self._verified(session, number, markings)

    @rpc
    def verify_many(self, questions: list[dict[str, str]]) -> list[dict[str, Any]]:
        """What ``verify`` says of each ``{"number", "marking"}``, in their order; ``marking`` may be empty.

        At most ``MOST_VERIFIED``. There may be fewer answers than questions, when more would not fit into one message:
        then the rest is to be asked again. Raises InvalidInput.
        """
        asked = verifying.asked_at_once(questions)
        with self.db.read() as session:
            return paging.fitting(self._verified(session, number, markings) for number, markings in asked)

    def _verified(self, session: Session, number: CertificateNumber | None, markings: Sequence[str]) -> dict[str, Any]:
        latest = None if number is None else queries.find(session, number.base, drafts=NO_DRAFTS)
        if number is None or latest is None or latest.status == DRAFT:
            return verifying.unknown(number, markings)
        if latest.deletion_reason is not None:
            return verifying.deleted(latest, markings)
        asked = None if number.issue is None else queries.find(session, number.base, number.issue, NO_DRAFTS)
        return verifying.found(asked or latest, latest, number, markings, self._today())
