"""Statements on certificates that come with their numbers, and on numbers that nobody has."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from services.certificates.domain.imports import IMPORTED, Record, Standing
from services.certificates.queries import at_once
from services.certificates.queries.certificates import INSERTS
from services.certificates.tables import AbsentNumberRow, CertificateRow, ExcbRow, IssueRow

_STANDING = sa.select(CertificateRow.id, CertificateRow.base_number, CertificateRow.fingerprint)
_IDS = CertificateRow.id.in_(sa.bindparam("ids", expanding=True))
OF_IDS = _STANDING.where(_IDS)
OF_NUMBERS = _STANDING.where(CertificateRow.base_number.in_(sa.bindparam("base_numbers", expanding=True)))
# Those that wait to be published; in one order everywhere, as batches lock theirs.
WAITING = (
    sa.select(CertificateRow.id, CertificateRow.fingerprint)
    .where(_IDS, CertificateRow.base_number.is_(None))
    .order_by(CertificateRow.id)
    .with_for_update(key_share=True)
)
_INSERTED = {dialect: insert(CertificateRow) for dialect, insert in INSERTS.items()}
# An import that broke off may go on with a mended record.
KEEP = {
    dialect: insert.on_conflict_do_update(
        index_elements=["id"],
        set_={"fingerprint": insert.excluded.fingerprint},
        where=CertificateRow.base_number.is_(None),
    )
    for dialect, insert in _INSERTED.items()
}


def codes(session: Session) -> set[str]:
    """The codes of all bodies, also of those that are not active any more."""
    return set(session.scalars(sa.select(ExcbRow.code)))


def standing(session: Session, records: Collection[Record]) -> tuple[dict[str, Standing], dict[str, Standing]]:
    """What the register knows of these records: by id, and by base number."""
    if not records:
        return {}, {}
    ids = [record.certificate.id for record in records]
    base_numbers = [record.certificate.base_number for record in records]
    of_ids = session.connection().execute(OF_IDS, {"ids": ids})
    of_numbers = session.connection().execute(OF_NUMBERS, {"base_numbers": base_numbers})
    by_id = {row.id: Standing(*row) for row in of_ids}
    return by_id, {row.base_number: Standing(*row) for row in of_numbers}


def keep(session: Session, records: Sequence[Record], at: datetime, account: str) -> None:
    """Keeps what will own these numbers, without them; the sweeper leaves it alone."""
    if not records:
        return
    rows = [
        {
            "id": record.certificate.id,
            "excb": record.certificate.excb,
            "scheme": record.certificate.scheme,
            "series": record.series,
            "number_refused": IMPORTED,
            "demonstration": record.certificate.demonstration,
            "created_at": at,
            "account": account,
            "fingerprint": record.fingerprint,
        }
        for record in sorted(records, key=lambda record: record.certificate.id)
    ]
    session.connection().execute(KEEP[session.get_bind().dialect.name], rows)


def waiting(session: Session, records: Sequence[Record]) -> list[Record]:
    """Those of the records that are still to be published, locked until the end of the transaction."""
    rows = session.connection().execute(WAITING, {"ids": [record.certificate.id for record in records]})
    found = {row.id: row.fingerprint for row in rows}
    return [record for record in records if found.get(record.certificate.id) == record.fingerprint]


def add(session: Session, records: Sequence[Record], at: datetime) -> None:
    """Gives these certificates, which are locked, their numbers and one issue each, as drafts still."""
    numbers = [{"id": r.certificate.id, "base_number": r.certificate.base_number} for r in records]
    at_once.update(session, CertificateRow, [row | {"number_refused": None} for row in numbers])
    at_once.insert(session, IssueRow, [_issue(record, at) for record in records])


def _issue(record: Record, at: datetime) -> dict[str, Any]:
    draft = record.draft
    names = ("excb", "scheme", "issue", "status", "suffix", "content", "version", "status_reason")
    row = {name: getattr(draft, name) for name in names}
    return row | {"certificate_id": draft.id, "created_at": at, "private": record.private}


def put_absent(session: Session, series: str, base_numbers: Collection[str], at: datetime) -> None:
    """Notes numbers as absent, under the log's lock: but for those that a certificate has by now."""
    for part in _parts(sorted(base_numbers)):
        owned = set(session.scalars(sa.select(CertificateRow.base_number).where(CertificateRow.base_number.in_(part))))
        rows = [{"series": series, "base_number": n, "noted_at": at} for n in part if n not in owned]
        if rows:
            insert = INSERTS[session.get_bind().dialect.name](AbsentNumberRow).on_conflict_do_nothing()
            session.connection().execute(insert, rows)


def take_absent(session: Session, base_numbers: Collection[str]) -> None:
    """These numbers are absent no more."""
    for part in _parts(sorted(base_numbers)):
        session.execute(sa.delete(AbsentNumberRow).where(AbsentNumberRow.base_number.in_(part)))


def absent(session: Session, series: str) -> set[str]:
    """The numbers of a series that are noted as absent."""
    return set(session.scalars(sa.select(AbsentNumberRow.base_number).where(AbsentNumberRow.series == series)))


def _parts(numbers: Sequence[str], most: int = 1_000) -> list[Sequence[str]]:
    """A statement takes only so many parameters."""
    return [numbers[start : start + most] for start in range(0, len(numbers), most)]
