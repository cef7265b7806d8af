"""Statements on the counts behind the statistics, and on what they have to agree with."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from services.certificates.domain.figures import DRAFTS, Abroad, Figures, Sum
from services.certificates.domain.lifecycle import DRAFT
from services.certificates.domain.statistics import CERTIFICATE, DELETED, ISSUE, REPORT, Sort
from services.certificates.queries.certificates import INSERTS, LATEST_PUBLIC, Query
from services.certificates.tables import CertificateRow, CountRow, IssueRow, ReportIssueRow, ReportRow

_KEY = list(Sort._fields)
_INSERTS = {dialect: insert(CountRow) for dialect, insert in INSERTS.items()}
ADD = {
    dialect: insert.on_conflict_do_update(index_elements=_KEY, set_={"n": CountRow.n + insert.excluded.n})
    for dialect, insert in _INSERTS.items()
}
# Whose applicant or, of a person, whose assessment centre is counted: see domain.statistics.country_of.
_COUNTRY = sa.case(
    (CertificateRow.scheme == "person", IssueRow.content[("assessment_centre", "country")].as_string()),
    else_=IssueRow.content[("applicant", "country")].as_string(),
)
_COUNTED = sa.select(
    CertificateRow.scheme,
    sa.func.coalesce(IssueRow.content["kind"].as_string(), "").label("kind"),
    CertificateRow.excb,
    sa.func.coalesce(_COUNTRY, "").label("country"),
).join(IssueRow, IssueRow.certificate_id == CertificateRow.id)


def _year_of(moment: Any) -> sa.ColumnElement[int]:
    return sa.cast(sa.extract("year", moment), sa.Integer)


# What the tables say there is of each sort; in domain.statistics, and domain.reports, the same is told of each change.
_CERTIFICATES = _COUNTED.add_columns(
    sa.literal(CERTIFICATE).label("what"),
    _year_of(IssueRow.first_issued).label("year"),
    sa.case((CertificateRow.deleted_at.is_not(None), DELETED), else_=IssueRow.status).label("status"),
).where(IssueRow.issue == LATEST_PUBLIC, IssueRow.first_issued.is_not(None))
_ISSUES = _COUNTED.add_columns(
    sa.literal(ISSUE).label("what"), _year_of(IssueRow.date_of_issue).label("year"), sa.literal("").label("status")
).where(IssueRow.status != DRAFT, IssueRow.date_of_issue.is_not(None), CertificateRow.deleted_at.is_(None))
_REPORTS = (
    sa.select(
        ReportRow.type.label("scheme"),
        sa.literal("").label("kind"),
        ReportRow.excb,
        sa.func.coalesce(ReportIssueRow.content[("applicant", "country")].as_string(), "").label("country"),
        sa.literal(REPORT).label("what"),
        _year_of(ReportIssueRow.registered_at).label("year"),
        sa.literal("").label("status"),
    )
    .join(ReportIssueRow, ReportIssueRow.report_id == ReportRow.id)
    .where(ReportIssueRow.change_no.is_not(None))
)
RECOUNTS = [
    sa.select(*(rows.c[name] for name in _KEY), sa.func.count()).group_by(*(rows.c[name] for name in _KEY))
    for rows in (_CERTIFICATES.subquery(), _ISSUES.subquery(), _REPORTS.subquery())
]
# Open drafts by scheme, body and the year in which they were begun; and those among them that nobody may see, since
# they are deleted or have no number. Apart, since the many are counted from an index alone and the few are few.
_DRAFTED = (IssueRow.scheme, IssueRow.excb, _year_of(IssueRow.created_at))
DRAFTED = sa.select(*_DRAFTED, sa.func.count()).where(IssueRow.status == DRAFT).group_by(*_DRAFTED)
_UNSEEN = sa.union(
    sa.select(CertificateRow.id).where(CertificateRow.deleted_at.is_not(None)),
    sa.select(CertificateRow.id).where(CertificateRow.base_number.is_(None)),
).subquery()
UNSEEN_DRAFTED = DRAFTED.join(_UNSEEN, _UNSEEN.c.id == IssueRow.certificate_id)


def add(session: Session, difference: Counter[Sort]) -> None:
    """Counts on, under the log's lock, which every public change holds. Sorted, so that nobody waits in a circle."""
    rows = [sort._asdict() | {"n": n} for sort, n in sorted(difference.items()) if n]
    if rows:
        session.connection().execute(ADD[session.get_bind().dialect.name], rows)


def all_counts(session: Session) -> Counter[Sort]:
    """Every sort that there is any of, and how many."""
    columns = [getattr(CountRow, name) for name in (*_KEY, "n")]
    return Counter({Sort(*sort): n for *sort, n in session.execute(sa.select(*columns).where(CountRow.n != 0))})


def recount(session: Session) -> Counter[Sort]:
    """The same out of the certificates and reports themselves; reads all of them."""
    return Counter({Sort(*sort): n for statement in RECOUNTS for *sort, n in session.execute(statement)})


def figures(session: Session, kinds: Sequence[str] | None, excb: str | None) -> Figures:
    """What the statistics show of these schemes and kinds of reports (None: of all), of a body or of all."""

    def rows(query: Query, of: Any) -> Sequence[Any]:
        query = query if kinds is None else query.where(of.scheme.in_(kinds))
        return session.execute(query if excb is None else query.where(of.excb == excb)).all()

    by_year = _sums("what", "scheme", "excb", "year", "status")
    by_country = _sums("what", "scheme", "country").where(CountRow.status != DELETED)
    drafts = [Sum(DRAFTS, scheme, body, year, "", n) for scheme, body, year, n in rows(DRAFTED, IssueRow)]
    drafts += [Sum(DRAFTS, scheme, body, year, "", -n) for scheme, body, year, n in rows(UNSEEN_DRAFTED, IssueRow)]
    sums = [Sum(*row) for row in rows(by_year, CountRow)]
    return Figures(sums + drafts, [Abroad(*row) for row in rows(by_country, CountRow)])


def _sums(*names: str) -> Query:
    columns = [getattr(CountRow, name) for name in names]
    n = sa.func.sum(CountRow.n)
    return sa.select(*columns, n).group_by(*columns).having(n != 0)
