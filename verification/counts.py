"""C: the counts behind the statistics, which each change keeps, are what certificates and reports add up to."""

from __future__ import annotations

from collections import Counter
from dataclasses import fields

from services.certificates.domain.certificate import Certificate
from services.certificates.domain.reports import Report
from services.certificates.domain.reports import counted as counted_report
from services.certificates.domain.statistics import Sort, certificate_sort, issue_sort
from verification import queries, reports
from verification.finding import Finding, counted, progress
from verification.queries import Connection

FIELDS = tuple(field.name for field in fields(Certificate))


def check(certificates: Connection) -> Finding:
    """Both as they stand at one moment; the register mends each night what differs.

    Drafts are counted from their rows alone, which repeat the scheme and the body of the certificate.
    """
    finding = Finding("C counts")
    there = _issues(certificates) + _reports(certificates)
    kept = Counter({Sort(*sort): n for *sort, n in queries.counts(certificates)})
    for sort in sorted(there.keys() | kept.keys()):
        if there[sort] != kept[sort]:
            finding.fault(f"{kept[sort]:,} are counted of {'/'.join(map(str, sort))}, but there are {there[sort]:,}.")
    for certificate_id, issue, *filed in queries.misfiled(certificates):
        finding.fault(f"Issue {issue} of {certificate_id} is counted under {'/'.join(filed)}, its certificate is not.")
    totals = Counter[str]()
    for sort, n in there.items():
        totals[sort.what] += n
    finding.facts = ", ".join(counted(totals[what], what) for what in ("certificate", "issue", "report"))
    return finding


def _issues(certificates: Connection) -> Counter[Sort]:
    found = Counter[Sort]()
    total = queries.count_certificates(certificates)
    for row, deleted, latest in progress(queries.published_issues(certificates, FIELDS), total, "published issues"):
        issue = Certificate(**row)
        found.update(certificate_sort(issue, deleted=deleted) if latest else [])
        found.update([] if deleted else issue_sort(issue))
    return found


def _reports(certificates: Connection) -> Counter[Sort]:
    rows = queries.report_issues(certificates, reports.FIELDS)
    registered = (row for row in rows if row.pop("envelope") is not None)
    return Counter(counted_report(Report(**row)) for row in registered)
