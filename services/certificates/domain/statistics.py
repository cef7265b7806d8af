"""What the statistics count: each certificate once, each of its issues once, each issue of a report once.

What was deleted counts no more, but as a certificate that was.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from typing import NamedTuple

from services.certificates.domain.certificate import Certificate
from services.certificates.domain.lifecycle import DRAFT

CERTIFICATE, ISSUE, REPORT = "certificate", "issue", "report"
DELETED = "deleted"


class Sort(NamedTuple):
    """What is counted together; see ``tables.CountRow``."""

    what: str
    scheme: str
    kind: str
    excb: str
    year: int
    country: str
    status: str


def country_of(certificate: Certificate) -> str:
    """The applicant's country; a person's is that of the assessment centre, as the scheme's own figures have it."""
    name = "assessment_centre" if certificate.scheme == "person" else "applicant"
    return str((certificate.content.get(name) or {}).get("country", ""))


def difference(old: Certificate, new: Certificate) -> Counter[Sort]:
    """How many more (or, below zero, fewer) there are of each sort after a public change."""
    found: Counter[Sort] = Counter()
    found.update(certificate_sort(new) + issue_sort(new))
    found.subtract(certificate_sort(old) + issue_sort(old))
    return found


def of_later_issue(latest: Certificate, new: Certificate) -> Counter[Sort]:
    """The same for an issue that follows ``latest``, which stays one of the issues that were published."""
    found = difference(latest, new)
    found.update(issue_sort(latest))
    return found


def of_deletion(issues: Sequence[Certificate]) -> Counter[Sort]:
    """The same when a certificate is deleted that was published in these issues, the latest one last."""
    found = Counter(certificate_sort(issues[-1], deleted=True))
    found.subtract(certificate_sort(issues[-1]))
    for issue in issues:
        found.subtract(issue_sort(issue))
    return found


def certificate_sort(certificate: Certificate, *, deleted: bool = False) -> list[Sort]:
    """As what a certificate counts, by its latest public issue; as nothing while it is a draft."""
    if certificate.status == DRAFT or certificate.first_issued is None:
        return []
    status = DELETED if deleted else certificate.status
    return [_sort(CERTIFICATE, certificate, certificate.first_issued.year, status)]


def issue_sort(certificate: Certificate) -> list[Sort]:
    """As what one issue counts; as nothing while it is a draft."""
    if certificate.status == DRAFT or certificate.date_of_issue is None:
        return []
    return [_sort(ISSUE, certificate, certificate.date_of_issue.year, "")]


def _sort(what: str, certificate: Certificate, year: int, status: str) -> Sort:
    kind = str(certificate.content.get("kind") or "")
    return Sort(what, certificate.scheme, kind, certificate.excb, year, country_of(certificate), status)
