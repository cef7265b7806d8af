"""The facts that the gate needs, read at once for all the certificates that it is to judge."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from sqlalchemy.orm import Session

from contracts.numbers import ReportNumber, parse_or_none
from services.certificates.domain.certificate import Certificate
from services.certificates.domain.facts import Counted, Facts
from services.certificates.domain.related import REPORT_FIELDS
from services.certificates.queries import certificates, reference, related

Validity = tuple[tuple[date, int], ...]


def all_of(session: Session, judged: Sequence[Certificate], today: date, validity: Validity) -> Facts:
    """Everything that an issue of these certificates is judged by."""
    listed = {number for certificate in judged for number in certificate.content.get("certificates", ())}
    photos = {photo for certificate in judged if (photo := certificate.content.get("photo"))}
    later = {certificate.id for certificate in judged if certificate.issue > 0}
    bodies = {certificate.excb for certificate in judged}
    return Facts(
        today,
        scopes=reference.scopes_of(session, bodies),
        editions=reference.editions(session),
        listed=related.standings(session, listed),
        reports=_reports(session, judged),
        countries=reference.countries_of(session, bodies),
        photos=reference.photos_of(session, photos) if photos else frozenset(),
        previous=certificates.latest_public(session, later) if later else {},
        validity=validity,
    )


def _reports(session: Session, judged: Sequence[Certificate]) -> Counted:
    """What is known of the reports that a body's own certificates name as its own."""
    own = {
        number
        for certificate in judged
        for name in REPORT_FIELDS
        for text in certificate.content.get(name, ())
        if isinstance(number := parse_or_none(text), ReportNumber) and number.excb == certificate.excb
    }
    return related.counted(session, {number.base for number in own}, {number.series.key for number in own})
