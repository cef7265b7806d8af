"""Statements on the counts behind the statistics."""

from __future__ import annotations

from collections import Counter

import sqlalchemy as sa
from sqlalchemy.orm import Session

from services.certificates.domain.statistics import Sort
from services.certificates.queries.certificates import INSERTS
from services.certificates.tables import CountRow

_KEY = list(Sort._fields)
_INSERTS = {dialect: insert(CountRow) for dialect, insert in INSERTS.items()}
ADD = {
    dialect: insert.on_conflict_do_update(index_elements=_KEY, set_={"n": CountRow.n + insert.excluded.n})
    for dialect, insert in _INSERTS.items()
}


def add(session: Session, difference: Counter[Sort]) -> None:
    """Counts on, under the log's lock, which every public change holds. Sorted, so that nobody waits in a circle."""
    rows = [sort._asdict() | {"n": n} for sort, n in sorted(difference.items()) if n]
    if rows:
        session.connection().execute(ADD[session.get_bind().dialect.name], rows)


def all_counts(session: Session) -> list[tuple[Sort, int]]:
    """Every sort that there is any of, and how many."""
    columns = [getattr(CountRow, name) for name in (*_KEY, "n")]
    return [(Sort(*sort), n) for *sort, n in session.execute(sa.select(*columns).where(CountRow.n != 0))]
