"""What every part of the certificates service works with: its dependencies, and finding what somebody speaks about.

The parts (``reading``, ``deciding`` …) are classes of their own only because all together would be too long a file;
nameko sees one class.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any

from sqlalchemy.orm import Session

from contracts.errors import Gone, InvalidInput
from contracts.numbers import CertificateNumber, Series, canonical_code, parse_or_none
from plumbing.db import Database
from plumbing.dependencies import Clock, Config
from plumbing.lately import Remembering
from plumbing.relay import Relay
from plumbing.rpc import Call, RpcClient
from plumbing.together import Together
from plumbing.vault import PersonalData
from services.certificates import changes
from services.certificates.changes import Change
from services.certificates.domain import lifecycle, permissions, snapshot
from services.certificates.domain.certificate import Certificate
from services.certificates.domain.facts import Facts
from services.certificates.publishing import publish
from services.certificates.queries import certificates as queries
from services.certificates.queries import facts as known
from services.certificates.queries import reference
from services.certificates.tables import ExcbRow


class Desk:
    """Numbers are taken in any spelling. Whoever may not see a draft gets the NotFound of a number never given."""

    db = Database()
    call = Call()
    clock = Clock()
    settings = Config()
    numbering = RpcClient("numbering")
    together = Together()
    vault = PersonalData()
    lately = Remembering()
    relay = Relay(changes.unpublished, changes.mark_published)

    def _today(self) -> date:
        now: datetime = self.clock()
        return now.date()

    def _answer(self, certificate: Certificate) -> dict[str, Any]:
        return snapshot.answer(certificate, self._today())

    def _facts(self, session: Session, *judged: Certificate) -> Facts:
        """All that the gate needs to judge these certificates today."""
        return known.all_of(session, judged, self._today(), self.settings.person_validity)

    def _seen(self, session: Session, number: str, issue: int | None = None) -> Certificate:
        """The issue asked for, or what stands under ``number``: its latest public issue, or its draft where there is
        none. Raises NotFound or Gone."""
        base_number, in_number = _base_of(number)
        drafts = permissions.drafts_of(self.call.identity)
        found = queries.find(session, base_number, in_number if issue is None else issue, drafts)
        if found is None or not permissions.may_see(self.call.identity, found):
            raise permissions.not_found()
        return existing(found)

    def _draft_of(self, session: Session, certificate: Certificate) -> Certificate | None:
        """The open draft of the same certificate, if there is one and the caller may see it."""
        if certificate.status == lifecycle.DRAFT:
            return certificate
        drafts = permissions.drafts_of(self.call.identity)
        return queries.find_draft(session, certificate.base_number, drafts)

    def _locked(self, session: Session, number: str) -> tuple[Certificate, bool]:
        """What stands under ``number``, locked, and whether its body is active. Raises NotFound or Gone."""
        parsed = parse_or_none(number)
        active = queries.lock(session, parsed.base) if parsed else None
        return self._seen(session, number), bool(active)

    def _bodies(self) -> list[dict[str, Any]]:
        """All certification bodies by code, each with its scopes."""
        with self.db.read() as session:
            bodies = reference.reference(session, ExcbRow, "code")
            scopes = reference.all_scopes(session)
        return snapshot.bodies(bodies, scopes)

    def _publish(self, session: Session, change: Change) -> Certificate:
        return publish(session, [change])[0]


def existing(certificate: Certificate) -> Certificate:
    if certificate.deletion_reason is None:
        return certificate
    raise Gone(f"{certificate.base_number} was deleted by the Secretariat.", reason=certificate.deletion_reason)


def check_choice(field: str, value: object, choices: Sequence[str]) -> None:
    """Raises InvalidInput unless ``value`` is None or one of ``choices``."""
    if value is not None and value not in choices:
        raise InvalidInput.field(field, f"Must be one of: {', '.join(choices)}.")


def code_of(excb: object) -> str:
    """The code of a body as numbers print it, so that what is parsed is found. Raises InvalidInput for what is none."""
    return Series("service-facility", canonical_code(excb if isinstance(excb, str) else "")).excb


def _base_of(number: str) -> tuple[str, int | None]:
    parsed = parse_or_none(number)
    if not isinstance(parsed, CertificateNumber):
        raise permissions.not_found()
    return parsed.base, parsed.issue
