"""The service that gives numbers: counters, and the ledger of who got which number.

It calls nobody. A number is given once and for ever; the same owner gets the same number however often it asks.
Numbers that were given before there was a register are adopted, and those that are missing between them are marked,
so that the numbers of a series are 1…n, each with an owner or a mark.
"""

from __future__ import annotations

from typing import Any

from sqlalchemy.exc import IntegrityError

from contracts.errors import NotFound, SeriesFull
from contracts.numbers import Series, parse
from plumbing.db import Database
from plumbing.rpc import Call, rpc
from services.numbering import domain, queries


class Numbering:
    """Every answer with a number in it has ``series`` (its key), ``n`` and ``number``, the base number as printed.

    The ``owner_id`` of a number that nobody has is its mark: see ``contracts.numbers.is_absent``.
    """

    name = "numbering"

    db = Database()
    call = Call()

    @rpc
    def allocate(self, series: str, owner_id: str) -> dict[str, Any]:
        """The number of this owner: ``{"series", "n", "number"}``. Raises as ``allocate_many``."""
        return _answer(*self._allocate(series, [owner_id])[0][1:])

    @rpc
    def allocate_many(self, series: str, owner_ids: list[str]) -> list[dict[str, Any]]:
        """The numbers of up to 10,000 owners: ``[{"owner_id", "series", "n", "number"}, …]``, in their order.

        Owners that have a number in this series keep it; the others get the next ones, all of them or none.
        Raises InvalidInput, Forbidden, SeriesFull, and RuleViolation for an owner with a number in another series.
        """
        return [_answer(key, n, owner_id) for owner_id, key, n in self._allocate(series, owner_ids)]

    @rpc
    def adopt(self, series: str, owners: list[dict[str, Any]]) -> dict[str, Any]:
        """Up to 10,000 owners, ``[{"n", "owner_id"}, …]``, get exactly these numbers, all of them or none.

        ``{"series", "last", "adopted": [{"owner_id", "series", "n", "number"}, …], "absent": [n, …]}``: ``last`` is the
        last number of the series, behind which it goes on; ``absent`` are the numbers that this call marked, since they
        lie behind the old end and nobody asks for them. A later call may give them an owner.
        Raises InvalidInput, Forbidden, and RuleViolation that names all numbers with another owner, and owners with
        another number, in ``details["conflicts"]``: ``[{"n", "number", "owner_id", "text"}, …]``.
        """
        known = Series.parse(series)
        domain.check_may_allocate(self.call.identity)
        asked = domain.check_pairs(known, owners)
        try:
            last, absent = self._adopt(known, asked)
        except IntegrityError:
            # An owner got a number in another series at this moment, which is seen only now.
            last, absent = self._adopt(known, asked)
        return {
            "series": known.key,
            "last": last,
            "adopted": [_answer(known, n, owner_id) for n, owner_id in asked.items()],
            "absent": absent,
        }

    @rpc
    def whose(self, number: str) -> dict[str, Any]:
        """Who got this number, in any spelling: ``{"owner_id", "series", "n", "number"}``.

        Raises Forbidden, InvalidInput, NotFound.
        """
        domain.check_may_look(self.call.identity)
        asked = parse(number)
        with self.db.read() as session:
            owner_id = queries.owner_of(session, asked.series, asked.sequence)
        if owner_id is None:
            raise NotFound(f"The number {asked.base} was never given.")
        return _answer(asked.series, asked.sequence, owner_id)

    @rpc
    def ledger(self, series: str, after: int = 0, limit: int = 1000) -> dict[str, Any]:
        """One page of what was given in a series, in order.

        ``{"series", "last", "items": [{"n", "number", "owner_id"}, …], "next"}``: ``last`` is the last number given (0
        if none was), ``next`` what to send as ``after`` for the next page, or null.
        """
        domain.check_may_look(self.call.identity)
        known, (after, limit) = Series.parse(series), domain.check_page(after, limit)
        with self.db.read() as session:
            last = queries.last_of(session, known)
            entries = queries.page(session, known, after, last, limit)
        return {
            "series": known.key,
            "last": last,
            "items": [{"n": n, "number": known.number(n), "owner_id": owner_id} for n, owner_id in entries],
            "next": domain.next_after([n for n, _ in entries], last),
        }

    def _allocate(self, key: str, owner_ids: list[str]) -> list[tuple[str, Series, int]]:
        series = Series.parse(key)
        domain.check_may_allocate(self.call.identity)
        owners = domain.check_owners(owner_ids)
        numbers: dict[str, int] = {}
        while missing := [owner_id for owner_id in owners if owner_id not in numbers]:
            try:
                with self.db.once() as session:
                    numbers |= queries.give(session, series, missing)
            except (IntegrityError, SeriesFull):
                # Perhaps some got theirs before: by an earlier call, or by one at this moment. Looking only now spares
                # first calls a query. Each turn must find at least one more, so this ends.
                earlier = self._given(series, owners)
                if earlier.keys() <= numbers.keys():
                    raise
                numbers = earlier
        return [(owner_id, series, numbers[owner_id]) for owner_id in owner_ids]

    def _adopt(self, series: Series, asked: dict[int, str]) -> tuple[int, list[int]]:
        with self.db.begin() as session:
            if not asked:
                return queries.last_of(session, series), []
            lowest, highest = min(asked), max(asked)
            last = queries.count_to(session, series, highest)
            held = dict(queries.page(session, series, lowest - 1, highest, highest))
            domain.check_adoptable(series, asked, held, queries.given(session, list(asked.values())))
            absent = domain.gaps(asked, queries.end_of(session, series))
            queries.put(session, series, domain.new_entries(series, asked, held, absent))
        return last, absent

    def _given(self, series: Series, owners: list[str]) -> dict[str, int]:
        with self.db.read() as session:
            return domain.all_in(series, queries.given(session, owners))


def _answer(series: Series, n: int, owner_id: str | None = None) -> dict[str, Any]:
    answer = {"series": series.key, "n": n, "number": series.number(n)}
    return answer if owner_id is None else {"owner_id": owner_id, **answer}
