"""The statistics as they are answered: sums over the counts, in the tables that the scheme's own reports use.

A table has a row for each year: certificates (by the year of their first issue), issues, the reports that go with the
scheme, certificates and reports together, and drafts that were begun in that year and are still open. Drafts are
nothing but these counts. What was deleted is in none of them but the one of statuses.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

from services.certificates.domain.statistics import CERTIFICATE, DELETED, ISSUE, REPORT

# The reports on which certificates of a scheme rest.
REPORTS_OF: dict[str, tuple[str, ...]] = {
    "equipment": ("ExTR", "QAR"),
    "service-facility": ("FAR",),
    "mark-licence": (),
    "person": ("PCAR",),
}
_SCHEME_OF = {kind: scheme for scheme, kinds in REPORTS_OF.items() for kind in kinds}
DRAFTS = "draft"
CERTIFICATES = ("certificates",)
PUBLISHED = ("certificates", "issues", "reports", "total")
_COLUMNS = {CERTIFICATE: "certificates", ISSUE: "issues", REPORT: "reports", DRAFTS: "drafts"}


class Sum(NamedTuple):
    """``n`` of ``what`` there are. ``scheme``: of a report its kind; ``status``: of certificates."""

    what: str
    scheme: str
    excb: str
    year: int
    status: str
    n: int


class Abroad(NamedTuple):
    """The same by country: the applicant's; a person's is that of the assessment centre. Drafts have none."""

    what: str
    scheme: str
    country: str
    n: int


@dataclass(frozen=True, slots=True)
class Figures:
    """What is summed up; ``by_country`` without what was deleted."""

    by_year: Sequence[Sum]
    by_country: Sequence[Abroad]


def answer(figures: Figures, scheme: str | None) -> dict[str, Any]:
    """All tables, of one scheme or of each."""
    schemes = [scheme] if scheme else list(REPORTS_OF)
    sums = [row for row in figures.by_year if row.status != DELETED]
    statuses = ((row.status, row.what, row.n) for row in figures.by_year if row.what == CERTIFICATE)
    return {
        "totals": _totals(sums),
        "schemes": [_of_scheme(name, sums) for name in schemes],
        "excbs": _table("excb", ((row.excb, row.what, row.n) for row in sums)),
        "countries": _table("country", ((row.country, row.what, row.n) for row in figures.by_country), PUBLISHED),
        "persons": _persons(sums, figures.by_country),
        "statuses": _table("status", statuses, CERTIFICATES),
    }


def kinds_of(scheme: str) -> tuple[str, ...]:
    """Under which names a scheme is counted: its own, for certificates, and the kinds of its reports."""
    return (scheme, *REPORTS_OF[scheme])


def _of_scheme(scheme: str, sums: Iterable[Sum]) -> dict[str, Any]:
    own = [row for row in sums if _SCHEME_OF.get(row.scheme, row.scheme) == scheme]
    years = _table("year", ((row.year, row.what, row.n) for row in own))
    return {"scheme": scheme, "reports": list(REPORTS_OF[scheme]), "years": years, "totals": _totals(own)}


def _persons(sums: Iterable[Sum], by_country: Iterable[Abroad]) -> dict[str, Any]:
    """Everybody who was certified, once; countries are those of the assessment centres."""
    own = [row for row in sums if (row.what, row.scheme) == (CERTIFICATE, "person")]
    abroad = [row for row in by_country if (row.what, row.scheme) == (CERTIFICATE, "person")]
    return {
        "total": sum(row.n for row in own),
        "years": _table("year", ((row.year, row.what, row.n) for row in own), CERTIFICATES),
        "excbs": _table("excb", ((row.excb, row.what, row.n) for row in own), CERTIFICATES),
        "countries": _table("country", ((row.country, row.what, row.n) for row in abroad), CERTIFICATES),
    }


def _totals(sums: Iterable[Sum]) -> dict[str, int]:
    found = dict.fromkeys(_COLUMNS.values(), 0)
    for row in sums:
        found[_COLUMNS[row.what]] += row.n
    return _with_total(found)


def _table(
    heading: str, rows: Iterable[tuple[Any, str, int]], only: Sequence[str] | None = None
) -> list[dict[str, Any]]:
    """A row for each value of the first column that has any, in order; ``only`` these columns beside it, or all."""
    found: defaultdict[Any, dict[str, int]] = defaultdict(lambda: dict.fromkeys(_COLUMNS.values(), 0))
    for value, what, n in rows:
        found[value][_COLUMNS[what]] += n
    table = [{heading: value, **_with_total(found[value])} for value in sorted(found) if any(found[value].values())]
    return [{name: row[name] for name in (heading, *only)} for row in table] if only else table


def _with_total(found: dict[str, int]) -> dict[str, int]:
    return {**found, "total": found["certificates"] + found["reports"]}
