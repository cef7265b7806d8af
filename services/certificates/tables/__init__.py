"""The tables of the certificates service, one file a subject. Imports SQLAlchemy and plumbing.db only."""

from services.certificates.tables.base import Base
from services.certificates.tables.cards import PrintedCardRow
from services.certificates.tables.certificates import (
    CertificateRow,
    ChangeCounterRow,
    ChangeRow,
    CitationRow,
    HistoryRow,
    IssueRow,
    PublishedRow,
)
from services.certificates.tables.counting import AbsentNumberRow, CountRow
from services.certificates.tables.quality import QualityFindingRow, QualityResultRow, RunRow, SampleItemRow, SampleRow
from services.certificates.tables.reference import ExcbRow, PhotoRow, ScopeRow, StandardRow, UnitRow
from services.certificates.tables.reports import ReportIssueRow, ReportRow
from services.certificates.tables.requests import NoticeRow, RequestRow

metadata = Base.metadata

__all__ = [
    "AbsentNumberRow",
    "Base",
    "CertificateRow",
    "ChangeCounterRow",
    "ChangeRow",
    "CitationRow",
    "CountRow",
    "ExcbRow",
    "HistoryRow",
    "IssueRow",
    "NoticeRow",
    "PhotoRow",
    "PrintedCardRow",
    "PublishedRow",
    "QualityFindingRow",
    "QualityResultRow",
    "ReportIssueRow",
    "ReportRow",
    "RequestRow",
    "RunRow",
    "SampleItemRow",
    "SampleRow",
    "ScopeRow",
    "StandardRow",
    "UnitRow",
    "metadata",
]
