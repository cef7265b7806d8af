"""Whether a number is genuine, how it stands, and whether a nameplate says what the certificate says."""

from __future__ import annotations

from typing import Any

from plumbing.rpc import rpc
from services.certificates.desk import Desk
from services.certificates.domain import verifying
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
        if number is None:
            return verifying.unknown(None, markings)
        with self.db.read() as session:
            latest = queries.find(session, number.base, drafts=NO_DRAFTS)
            if latest is None or latest.status == DRAFT:
                return verifying.unknown(number, markings)
            if latest.deletion_reason is not None:
                return verifying.deleted(latest, markings)
            asked = None if number.issue is None else queries.find(session, number.base, number.issue, NO_DRAFTS)
        return verifying.found(asked or latest, latest, number, markings, self._today())
