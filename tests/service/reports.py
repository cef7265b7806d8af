"""What the tests of reports share: registering one, losing one, and looking behind the public's back."""

from __future__ import annotations

from typing import Any

import pytest
import sqlalchemy as sa

from contracts.errors import Unavailable
from contracts.identity import service_identity
from services.certificates.queries import counting
from services.certificates.tables import ReportRow
from tests.reports import a_report_body
from tests.service.certificates import Numbering, Office

SWEEPER = service_identity("certificates")


def registered(office: Office, **content: Any) -> Any:
    """A report that BAS registered now."""
    return office.author.register_report(body=a_report_body(**content))


def a_lost_report(office: Office, numbering: Numbering, key: str | None = None) -> None:
    """A report whose number did not come back."""
    office.numbering = numbering
    with pytest.raises(Unavailable):
        office.author.register_report(body=a_report_body(), idempotency_key=key)


def sweep(office: Office, numbering: Numbering) -> None:
    """What the timer does, with the numbering that is back."""
    office.numbering = numbering
    office.pass_time(seconds=10)
    office.as_(SWEEPER).sweep_reports()


def numbers_of(office: Office) -> list[str | None]:
    """Of all reports, those without a number first or last, as the database likes."""
    with office.handle.read() as session:
        return list(session.scalars(sa.select(ReportRow.base_number).order_by(ReportRow.base_number)))


def counts_of(office: Office) -> dict[tuple[Any, ...], int]:
    with office.handle.read() as session:
        return {tuple(sort): n for sort, n in counting.all_counts(session).items()}
