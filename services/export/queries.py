"""Every statement on jobs and on signing certificates.

Functions of a Session that hold no rule and open no transaction.
Whoever works on a job names its token: a statement of one who lost the lease touches nothing and says so.
"""

from __future__ import annotations

from dataclasses import asdict, fields
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session, aliased

from services.export.domain import Job, KnownCertificate
from services.export.tables import JobRow, SigningCertificateRow

_COLUMNS = [getattr(JobRow, field.name) for field in fields(Job)]
_KNOWN = [getattr(SigningCertificateRow, field.name) for field in fields(KnownCertificate)]
_START_LOCK = 20_101_001
_INSERTS: dict[str, Any] = {"postgresql": postgresql.insert, "sqlite": sqlite.insert}


def add(session: Session, job: Job) -> None:
    session.execute(sa.insert(JobRow).values(asdict(job)))


def find(session: Session, job_id: str) -> Job | None:
    return _one(session, sa.select(*_COLUMNS).where(JobRow.id == job_id))


def count_open(session: Session, requested_by: str | None) -> int:
    """Jobs of the account, or of all guests, that are not finished. Whoever counts stands alone until it commits."""
    if session.get_bind().dialect.name == "postgresql":
        session.execute(sa.select(sa.func.pg_advisory_xact_lock(_START_LOCK)))
    mine = JobRow.requested_by.is_(None) if requested_by is None else JobRow.requested_by == requested_by
    return session.scalar(sa.select(sa.func.count()).where(JobRow.finished_at.is_(None), mine)) or 0


def join(session: Session, identity: str) -> Job | None:
    """The unfinished job of this identity, now asked for once more; None if there is none."""
    same = sa.and_(JobRow.identity == identity, JobRow.finished_at.is_(None))
    return _one(session, sa.update(JobRow).where(same).values(callers=JobRow.callers + 1).returning(*_COLUMNS))


def claim(session: Session, now: datetime, until: datetime, token: str) -> Job | None:
    """A job that waits, or whose holder was not heard of in time, under a new lease; None if there is none.

    First comes whoever was served the longest ago, so that one caller's many jobs never stand before another's first.
    """
    free = sa.or_(JobRow.lease_until.is_(None), JobRow.lease_until < now)
    others = aliased(JobRow)
    of_caller = others.requested_by.is_not_distinct_from(JobRow.requested_by)
    served = sa.select(sa.func.max(others.started_at)).where(of_caller).correlate(JobRow).scalar_subquery()
    next_one = (
        sa.select(JobRow.id)
        .where(JobRow.finished_at.is_(None), free)
        .order_by(served.asc().nulls_first(), JobRow.created_at)
        .limit(1)
        .with_for_update(skip_locked=True, of=JobRow)
    )
    job_id = session.scalar(next_one)
    if job_id is None:
        return None
    fresh: dict[str, Any] = {"rows": 0, "written": 0, "length": None, "missing": []}
    changed = {"status": "running", "token": token, "lease_until": until, "started_at": now, **fresh}
    session.execute(sa.update(JobRow).where(JobRow.id == job_id).values(changed | {"attempts": JobRow.attempts + 1}))
    return find(session, job_id)


def leave(session: Session, job_id: str, now: datetime) -> bool:
    """One caller less; the last one ends the job, if it is not finished. Whether there was such a job."""
    mine, last = sa.and_(JobRow.id == job_id, JobRow.finished_at.is_(None)), JobRow.callers <= 1
    values = {
        "callers": JobRow.callers - 1,
        "status": sa.case((last, "cancelled"), else_=JobRow.status),
        "finished_at": sa.case((last, now), else_=None),
    }
    return session.execute(sa.update(JobRow).where(mine).values(values).returning(JobRow.id)).first() is not None


def delete(session: Session, job_id: str) -> None:
    session.execute(sa.delete(JobRow).where(JobRow.id == job_id))


def change(session: Session, job: Job, **values: Any) -> bool:
    """Changes the job if its lease is still the one of ``job``; whether it was."""
    held = sa.and_(JobRow.id == job.id, JobRow.token == job.token, JobRow.status == "running")
    result = session.execute(sa.update(JobRow).where(held).values(values).returning(JobRow.id))
    return result.first() is not None


def delete_finished_before(session: Session, moment: datetime) -> list[Job]:
    """Removes the jobs that ended before ``moment``; what they were."""
    result = session.execute(sa.delete(JobRow).where(JobRow.finished_at < moment).returning(*_COLUMNS))
    return [_job(row) for row in result.mappings()]


def _one(session: Session, statement: sa.Executable) -> Job | None:
    row = session.execute(statement).mappings().first()
    return None if row is None else _job(row)


def _job(row: sa.RowMapping) -> Job:
    """A list that is not there, since a replica of before wrote the row, is an empty one."""
    return Job(**{**row, "numbers": row["numbers"] or [], "missing": row["missing"] or [], "table": row["table"] or {}})


def known_certificates(session: Session) -> list[KnownCertificate]:
    """The newest first."""
    newest_first = (SigningCertificateRow.first_used_at.desc(), SigningCertificateRow.fingerprint)
    rows = session.execute(sa.select(*_KNOWN).order_by(*newest_first)).mappings()
    return [KnownCertificate(**row) for row in rows]


def known_certificate(session: Session, fingerprint: str) -> KnownCertificate | None:
    statement = sa.select(*_KNOWN).where(SigningCertificateRow.fingerprint == fingerprint)
    row = session.execute(statement).mappings().first()
    return None if row is None else KnownCertificate(**row)


def keep_certificate(session: Session, certificate: KnownCertificate) -> None:
    """Inserts it, unless another replica was first."""
    insert = _INSERTS[session.get_bind().dialect.name](SigningCertificateRow)
    session.execute(insert.values(asdict(certificate)).on_conflict_do_nothing())


def withdraw_certificate(session: Session, fingerprint: str, reason: str, now: datetime) -> bool:
    """Whether there was such a certificate that was still trusted."""
    trusted = sa.and_(SigningCertificateRow.fingerprint == fingerprint, SigningCertificateRow.withdrawn_at.is_(None))
    update = sa.update(SigningCertificateRow).where(trusted).values(withdrawn_at=now, withdrawal=reason)
    return session.execute(update.returning(SigningCertificateRow.fingerprint)).first() is not None
