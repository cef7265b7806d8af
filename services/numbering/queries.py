"""All SQL of numbering. The lock that gives every number once is taken in ``give`` and ``count_to``, nowhere else.

Locks are taken in one order everywhere, first one counter, then owners in the order of their ids, so that calls wait
for each other but never in a circle.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from sqlalchemy import func, insert, select, text
from sqlalchemy.orm import Session

from contracts.numbers import ABSENT, Series
from services.numbering import domain
from services.numbering.tables import Counter, Entry

# The row of the counter stays locked from here to the end of the transaction, so the next call continues after a
# commit and repeats after a rollback: no number twice, no hole. Two first calls of a series meet at the key.
# At the end of the series it changes nothing and returns nothing.
_COUNT_ON = (
    "INSERT INTO counters (series, last)"
    " SELECT :series, CAST(:count AS integer) WHERE CAST(:count AS integer) <= :highest"
    " ON CONFLICT (series) DO UPDATE SET last = counters.last + excluded.last"
    " WHERE counters.last + excluded.last <= :highest RETURNING last"
)
_GIVE_COUNT = text(_COUNT_ON)
# All in one statement, whatever the batch: the counter is locked for one round trip and the commit. Sorted by owner,
# while the numbers follow the order of the call.
_GIVE_AT_ONCE = text(
    f"WITH counted AS ({_COUNT_ON}), recorded AS ("  # noqa: S608 (a constant of ours)
    " INSERT INTO ledger (series, n, owner_id) SELECT :series, last - :count + place, owner_id"
    " FROM counted, unnest(CAST(:owner_ids AS varchar[])) WITH ORDINALITY AS asked (owner_id, place)"
    " ORDER BY owner_id"
    ") SELECT last FROM counted"
)
_COUNT_TO = text(
    "INSERT INTO counters (series, last) VALUES (:series, :n) ON CONFLICT (series) DO UPDATE"
    " SET last = CASE WHEN counters.last > excluded.last THEN counters.last ELSE excluded.last END RETURNING last"
)
# Only a mark gives place. In place of an owner nobody would stand then, which the table refuses.
_IN_PLACE_OF_A_MARK = (
    " ON CONFLICT (series, n) DO UPDATE"
    " SET owner_id = CASE WHEN ledger.owner_id LIKE :absent THEN excluded.owner_id END"
)
_PUT = text(f"INSERT INTO ledger (series, n, owner_id) VALUES (:series, :n, :owner_id) {_IN_PLACE_OF_A_MARK}")  # noqa: S608
_PUT_AT_ONCE = text(
    "INSERT INTO ledger (series, n, owner_id) SELECT :series, n, owner_id"  # noqa: S608 (a constant of ours)
    " FROM unnest(CAST(:numbers AS integer[]), CAST(:owner_ids AS varchar[])) AS asked (n, owner_id)"
    f" ORDER BY owner_id {_IN_PLACE_OF_A_MARK}"
)


def give(session: Session, series: Series, owner_ids: Sequence[str]) -> dict[str, int]:
    """The next numbers of the series, to these owners in their order; none of them may have a number.

    Raises SeriesFull, or IntegrityError when an owner has a number after all; either leaves nothing behind.
    """
    asked = {"series": series.key, "count": len(owner_ids), "highest": series.last}
    at_once = _takes_arrays(session)
    statement = _GIVE_AT_ONCE if at_once else _GIVE_COUNT
    last = session.connection().execute(statement, asked | ({"owner_ids": list(owner_ids)} if at_once else {})).scalar()
    if last is None:
        raise domain.full(series, last_of(session, series), len(owner_ids))
    numbers = dict(zip(owner_ids, range(last - len(owner_ids) + 1, last + 1), strict=True))
    if not at_once:
        # SQLite changes nothing inside a query; it also has no round trips to save, and no two writers at a time.
        session.execute(insert(Entry), [{"series": series.key, "n": n, "owner_id": o} for o, n in numbers.items()])
    return numbers


def count_to(session: Session, series: Series, n: int) -> int:
    """Locks the counter to the end of the transaction and moves it to ``n``, never back; where it stands then."""
    return int(session.execute(_COUNT_TO, {"series": series.key, "n": n}).scalar_one())


def put(session: Session, series: Series, entries: Mapping[int, str]) -> None:
    """These numbers to these owners, or marks, with the counter locked; a mark that stands there gives place.

    Raises IntegrityError when a number has an owner, or an owner a number.
    """
    if not entries:
        return
    asked = {"series": series.key, "absent": f"{ABSENT}%"}
    if _takes_arrays(session):
        columns = {"numbers": list(entries), "owner_ids": list(entries.values())}
        session.execute(_PUT_AT_ONCE, asked | columns)
    else:
        session.execute(_PUT, [asked | {"n": n, "owner_id": owner_id} for n, owner_id in entries.items()])


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


def end_of(session: Session, series: Series) -> int:
    """The highest number in the ledger, 0 if there is none yet."""
    return session.scalar(select(func.max(Entry.n)).where(Entry.series == series.key)) or 0


def page(session: Session, series: Series, after: int, last: int, limit: int) -> Sequence[tuple[int, str]]:
    """Rows (number, owner) above ``after`` and up to ``last``, in the order of numbers."""
    rows = session.execute(
        select(Entry.n, Entry.owner_id)
        .where(Entry.series == series.key, Entry.n > after, Entry.n <= last)
        .order_by(Entry.n)
        .limit(limit)
    )
    return [(n, owner_id) for n, owner_id in rows]


def _takes_arrays(session: Session) -> bool:
    return session.get_bind().dialect.name == "postgresql"
