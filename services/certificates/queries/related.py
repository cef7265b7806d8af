"""Statements on what certificates are to each other: citations, and how what is cited stands."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Mapping

import sqlalchemy as sa
from sqlalchemy.orm import Session

from services.certificates.domain.facts import Counted, Standing
from services.certificates.domain.related import LISTED, REPORT, SUPERSEDES
from services.certificates.queries import at_once
from services.certificates.queries.certificates import LATEST_PUBLIC
from services.certificates.tables import CertificateRow, CitationRow, IssueRow, ReportIssueRow, ReportRow

DELETED = "deleted"
# How the certificates stand that others name: their latest public issue, deleted ones too.
STANDINGS = (
    sa.select(
        CertificateRow.base_number,
        CertificateRow.excb,
        CertificateRow.scheme,
        IssueRow.content["kind"].as_string().label("kind"),
        sa.case((CertificateRow.deleted_at.is_not(None), DELETED), else_=IssueRow.status).label("status"),
        IssueRow.status_date,
    )
    .select_from(CertificateRow)
    .join(IssueRow, sa.and_(IssueRow.certificate_id == CertificateRow.id, IssueRow.issue == LATEST_PUBLIC))
    .where(CertificateRow.base_number.in_(sa.bindparam("base_numbers", expanding=True)))
)
# Those that name a certificate and are still there to be told of it.
CITING = (
    sa.select(CitationRow.relation, CitationRow.cited, CertificateRow.id, CertificateRow.base_number)
    .join(CertificateRow, CertificateRow.id == CitationRow.certificate_id)
    .where(CertificateRow.deleted_at.is_(None), CitationRow.cited.in_(sa.bindparam("cited", expanding=True)))
)
LICENCES_CITING = CITING.where(CitationRow.relation == LISTED)
SUCCESSORS = CITING.where(CitationRow.relation == SUPERSEDES).order_by(CertificateRow.base_number)
IDS = sa.select(CertificateRow.id).where(
    CertificateRow.base_number.in_(sa.bindparam("base_numbers", expanding=True)), CertificateRow.deleted_at.is_(None)
)


def standings(session: Session, base_numbers: Collection[str]) -> dict[str, Standing]:
    """By base number: how the public certificates among these stand."""
    if not base_numbers:
        return {}
    rows = session.connection().execute(STANDINGS, {"base_numbers": list(base_numbers)})
    return {base_number: Standing(*standing) for base_number, *standing in rows}


def cite(session: Session, citations: Mapping[str, Collection[tuple[str, str]]]) -> None:
    """Puts ``(relation, cited)`` of each of these certificates, by id, in place of what they cited before."""
    if not citations:
        return
    session.connection().execute(sa.delete(CitationRow).where(CitationRow.certificate_id.in_(list(citations))))
    rows = [
        {"certificate_id": certificate_id, "relation": relation, "cited": cited}
        for certificate_id, pairs in citations.items()
        for relation, cited in sorted(pairs)
    ]
    at_once.insert(session, CitationRow, rows)


def citations_of(session: Session, ids: Collection[str]) -> dict[str, set[tuple[str, str]]]:
    """By id: ``(relation, cited)`` of each of these certificates that cites anything."""
    found: defaultdict[str, set[tuple[str, str]]] = defaultdict(set)
    columns = (CitationRow.certificate_id, CitationRow.relation, CitationRow.cited)
    for certificate_id, relation, cited in session.execute(
        sa.select(*columns).where(CitationRow.certificate_id.in_(ids))
    ):
        found[certificate_id].add((relation, cited))
    return found


def superseded(session: Session, ids: Collection[str]) -> set[str]:
    """The base numbers that these certificates, by id, say that they supersede."""
    return set(
        session.scalars(
            sa.select(CitationRow.cited).where(CitationRow.certificate_id.in_(ids), CitationRow.relation == SUPERSEDES)
        )
    )


def successors(session: Session, base_numbers: Collection[str]) -> dict[str, list[str]]:
    """By base number: the certificates that took its place."""
    found: defaultdict[str, list[str]] = defaultdict(list)
    if base_numbers:
        for _, cited, _, successor in session.connection().execute(SUCCESSORS, {"cited": list(base_numbers)}):
            found[cited].append(str(successor))
    return found


def licences_listing(session: Session, base_numbers: Collection[str]) -> set[str]:
    """The ids of the mark licences whose schedule lists one of these."""
    return {row.id for row in session.connection().execute(LICENCES_CITING, {"cited": list(base_numbers)})}


def ids_of(session: Session, base_numbers: Collection[str]) -> set[str]:
    """The ids of the certificates with these base numbers."""
    if not base_numbers:
        return set()
    return set(session.connection().execute(IDS, {"base_numbers": list(base_numbers)}).scalars())


def certificates_on(session: Session, report: str, limit: int) -> list[str]:
    """The numbers of the certificates that rest on this report (its base number), whatever issue of it they name."""
    return list(
        session.scalars(
            sa.select(CertificateRow.base_number)
            .join(CitationRow, CitationRow.certificate_id == CertificateRow.id)
            .where(CitationRow.cited == report, CitationRow.relation == REPORT, CertificateRow.deleted_at.is_(None))
            .order_by(CertificateRow.base_number)
            .limit(limit)
        )
    )


def counted(session: Session, base_numbers: Collection[str], series: Collection[str]) -> Counted:
    """Which of these reports are registered, each with its issue, and in which of these series this register counts."""
    if not base_numbers:
        return Counted(frozenset(), frozenset())
    issues = session.execute(
        sa.select(ReportRow.base_number, ReportIssueRow.issue)
        .join(ReportIssueRow, ReportIssueRow.report_id == ReportRow.id)
        .where(ReportRow.base_number.in_(base_numbers), ReportIssueRow.change_no.is_not(None))
    )
    known = session.scalars(
        sa.select(ReportRow.series).where(ReportRow.series.in_(series), ReportRow.base_number.is_not(None)).distinct()
    )
    return Counted(frozenset(f"{base}/{issue:02d}" for base, issue in issues), frozenset(known))
