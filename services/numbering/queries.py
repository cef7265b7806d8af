"""All SQL of numbering. The lock that gives every number once is taken in ``give``, and nowhere else.

Locks are taken in one order everywhere, first one counter, then owners in the order of their ids, so that calls wait
for each other but never in a circle.
"""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import insert, select, text
from sqlalchemy.orm import Session

from contracts.numbers import Series
from services.numbering import domain
from services.numbering.tables import Counter, Entry

# The row of the counter stays locked from here to the end of the transaction, so the next call continues after a
# commit and repeats after a rollback: no number twice, no hole. Two first calls of a series meet at the key.
_COUNT_ON = text(
    "INSERT INTO counters (series, last) VALUES (:series, :count)"
    " ON CONFLICT (series) DO UPDATE SET last = counters.last + excluded.last RETURNING last"
)
# One statement whatever the batch; with a parameter for each value, the driver would need longer than the server.
_RECORD_ARRAYS = text(
    "INSERT INTO ledger (series, n, owner_id) SELECT :series, n, owner_id"
    " FROM unnest(CAST(:numbers AS integer[]), CAST(:owner_ids AS varchar[])) AS asked (n, owner_id)"
)


def give(session: Session, series: Series, owner_ids: Sequence[str]) -> dict[str, int]:
    """The next numbers of the series, to these owners in their order; none of them may have a number.

    Raises SeriesFull, or IntegrityError when an owner has a number after all.
    """
    last = session.execute(_COUNT_ON, {"series": series.key, "count": len(owner_ids)}).scalar_one()
    numbers = dict(zip(owner_ids, domain.numbers_up_to(series, last, len(owner_ids)), strict=True))
    _record(session, series, sorted(numbers.items()))
    return numbers


def _record(session: Session, series: Series, entries: Sequence[tuple[str, int]]) -> None:
    if session.get_bind().dialect.name == "postgresql":
        owner_ids, numbers = map(list, zip(*entries, strict=True))
        session.execute(_RECORD_ARRAYS, {"series": series.key, "numbers": numbers, "owner_ids": owner_ids})
    else:
        rows = [{"series": series.key, "n": n, "owner_id": owner_id} for owner_id, n in entries]
        session.execute(insert(Entry), rows)


def given(session: Session, owner_ids: Sequence[str]) -> Sequence[tuple[str, str, int]]:
    """Rows (owner, series, number) of those among the owners that have a number, in whatever series."""
    rows = session.execute(select(Entry.owner_id, Entry.series, Entry.n).where(Entry.owner_id.in_(owner_ids)))
    return [(owner_id, series, n) for owner_id, series, n in rows]


def owner_of(session: Session, series: Series, n: int) -> str | None:
    """Whose number it is, or None if it was never given."""
    return session.scalar(select(Entry.owner_id).where(Entry.series == series.key, Entry.n == n))


def last_of(session: Session, series: Series) -> int:
    """The last number given, 0 if there is none yet."""
    return session.scalar(select(Counter.last).where(Counter.series == series.key)) or 0


def page(session: Session, series: Series, after: int, last: int, limit: int) -> Sequence[tuple[int, str]]:
    """Rows (number, owner) above ``after`` and up to ``last``, in the order of numbers."""
    rows = session.execute(
        select(Entry.n, Entry.owner_id)
        .where(Entry.series == series.key, Entry.n > after, Entry.n <= last)
        .order_by(Entry.n)
        .limit(limit)
    )
    return [(n, owner_id) for n, owner_id in rows]
