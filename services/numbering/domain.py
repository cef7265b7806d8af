"""The rules of giving numbers: who may ask, for whom, where a series ends, and which numbers can be adopted.

Pure: the standard library and contracts. That two calls at once get different numbers is the counter's lock in
queries.py; what a number looks like is contracts.numbers.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from itertools import islice
from typing import Any, TypeGuard

from contracts.errors import Forbidden, InvalidInput, RuleViolation, SeriesFull
from contracts.identity import Identity
from contracts.numbers import ABSENT, Series, absent_owner, is_absent

MOST_OWNERS = 10_000
MOST_ENTRIES = 10_000
MOST_ERRORS = 100
DRAFTING_ROLES = ("author", "signatory")

_OWNER_ID = re.compile(r"[0-9A-Za-z._:-]{1,64}", re.ASCII)
_RIGHT_OWNER = (
    "Must be an id, such as a UUID: 1 to 64 letters, digits and '.', '_', ':', '-'; "
    f"what begins with '{ABSENT}' marks a number that nobody has."
)
_RIGHT_PAIR = 'Must be a number and its owner, {"n": 12, "owner_id": "…"}, and nothing else.'


def check_may_allocate(identity: Identity) -> None:
    """Numbers are drawn by the service whose draft, or report, already waits for one: by nobody directly.

    Whoever else could draw one would leave a number without its certificate. Raises Forbidden.
    """
    if identity.role != "service":
        raise Forbidden("Numbers are given to drafts; create a draft.")


def check_may_look(identity: Identity) -> None:
    """Who got which number includes drafts, which are nobody's business but the register's. Raises Forbidden."""
    if identity.role not in ("service", "secretariat", "it-administrator"):
        raise Forbidden("The whole ledger, drafts included, is the Secretariat's to see.")


def check_owners(owner_ids: object) -> list[str]:
    """The owners, each once, in the order they were named. Raises InvalidInput that names those that are no ids."""
    known = _check_list("owner_ids", owner_ids, "Must be a list of ids.")
    wrong = (place for place, owner_id in enumerate(known) if not _is_owner_id(owner_id))
    _refuse((f"owner_ids.{place}", _RIGHT_OWNER) for place in wrong)
    return list(dict.fromkeys(known))


def full(series: Series, last: int, count: int) -> SeriesFull:
    """The error of a series whose numbers, given up to ``last``, do not suffice for ``count`` more."""
    left = series.last - last
    return SeriesFull(
        f"{series.key} has {left:,} of {series.last:,} numbers left; {count:,} were asked for.",
        series=series.key,
        left=left,
        asked=count,
    )


def all_in(series: Series, given: Iterable[tuple[str, str, int]]) -> dict[str, int]:
    """Owner → number, of rows (owner, series, number). Raises RuleViolation if one has its number in another series."""
    numbers = {}
    for owner_id, key, n in given:
        if key != series.key:
            raise RuleViolation(
                f"{owner_id} has the number {Series.parse(key).number(n)} already and cannot get one in {series.key}.",
                owner_id=owner_id,
                series=key,
                n=n,
            )
        numbers[owner_id] = n
    return numbers


def check_pairs(series: Series, owners: object) -> dict[int, str]:
    """Number → owner, of ``[{"n", "owner_id"}, …]`` in their order. Raises InvalidInput that names what is wrong."""
    known = _check_list("owners", owners, "Must be a list of numbers and their owners.")
    wrong = ((place, *error) for place, pair in enumerate(known) for error in _wrong_in_pair(series, pair))
    _refuse((f"owners.{place}{field}", text) for place, field, text in wrong)
    pairs = [(pair["n"], pair["owner_id"]) for pair in known]
    _refuse(_named_twice(series, pairs))
    return dict(pairs)


def _wrong_in_pair(series: Series, pair: object) -> Iterator[tuple[str, str]]:
    if not isinstance(pair, dict) or pair.keys() != {"n", "owner_id"}:
        yield "", _RIGHT_PAIR
        return
    if not _is_whole(pair["n"], 1, series.last):
        yield ".n", f"Must be a whole number from 1 to {series.last:,}, the last of {series.key}."
    if not _is_owner_id(pair["owner_id"]):
        yield ".owner_id", _RIGHT_OWNER


def _named_twice(series: Series, pairs: Sequence[tuple[int, str]]) -> Iterator[tuple[str, str]]:
    owners, numbers = dict(pairs), {owner_id: n for n, owner_id in pairs}
    for place, (n, owner_id) in enumerate(pairs):
        if owners[n] != owner_id:
            yield f"owners.{place}.n", f"{series.number(n)} is named for {owners[n]} as well; a number has one owner."
        if numbers[owner_id] != n:
            other = series.number(numbers[owner_id])
            yield f"owners.{place}.owner_id", f"{owner_id} is named for {other} as well; an owner has one number."


def check_adoptable(
    series: Series, asked: Mapping[int, str], held: Mapping[int, str], given: Iterable[tuple[str, str, int]]
) -> None:
    """Whether the numbers ``asked`` for, each by its owner, can be theirs. Raises RuleViolation with all conflicts.

    ``held``: number → owner or mark, as the ledger has it; ``given``: rows (owner, series, number) of the owners that
    have a number. ``details["conflicts"]`` is a list of ``{"n", "number", "owner_id", "text"}``.
    """
    conflicts = sorted([*_held_by_others(series, asked, held), *_numbered_otherwise(series, asked, given)])
    if conflicts:
        raise RuleViolation(
            f"No number was adopted, for {len(conflicts):,} cannot be: {conflicts[0][-1]}",
            conflicts=[
                {"n": n, "number": series.number(n), "owner_id": owner_id, "text": text}
                for n, owner_id, text in conflicts
            ],
        )


def _held_by_others(
    series: Series, asked: Mapping[int, str], held: Mapping[int, str]
) -> Iterator[tuple[int, str, str]]:
    for n, owner_id in asked.items():
        holder = held.get(n, owner_id)
        if holder != owner_id and not is_absent(holder):
            yield n, owner_id, f"{series.number(n)} belongs to {holder} and cannot go to {owner_id}."


def _numbered_otherwise(
    series: Series, asked: Mapping[int, str], given: Iterable[tuple[str, str, int]]
) -> Iterator[tuple[int, str, str]]:
    numbers = {owner_id: n for n, owner_id in asked.items()}
    for owner_id, key, has in given:
        n = numbers[owner_id]
        if (key, has) != (series.key, n):
            number = Series.parse(key).number(has)
            yield n, owner_id, f"{owner_id} has the number {number} already and cannot get {series.number(n)}."


def gaps(asked: Collection[int], end: int) -> list[int]:
    """The numbers behind ``end``, where the series ended, and below the highest of ``asked`` that are not asked for."""
    return [n for n in range(end + 1, max(asked)) if n not in asked]


def new_entries(
    series: Series, asked: Mapping[int, str], held: Mapping[int, str], absent: Iterable[int]
) -> dict[int, str]:
    """Number → owner or mark: what the ledger does not have yet."""
    adopted = {n: owner_id for n, owner_id in asked.items() if held.get(n) != owner_id}
    return adopted | {n: absent_owner(series.key, n) for n in absent}


def check_page(after: object, limit: object) -> tuple[int, int]:
    """Where a page of the ledger begins and how long it is. Raises InvalidInput."""
    return _whole_number("after", after, 0, 2**31 - 1), _whole_number("limit", limit, 1, MOST_ENTRIES)


def next_after(entries: Sequence[int], last: int) -> int | None:
    """Where the next page begins, or None when these numbers reach ``last``."""
    return entries[-1] if entries and entries[-1] < last else None


def _whole_number(field: str, value: object, least: int, most: int) -> int:
    if not _is_whole(value, least, most):
        raise InvalidInput.field(field, f"Must be a whole number from {least} to {most}.")
    return value


def _is_whole(value: object, least: int, most: int) -> TypeGuard[int]:
    return isinstance(value, int) and not isinstance(value, bool) and least <= value <= most


def _is_owner_id(value: object) -> bool:
    return isinstance(value, str) and _OWNER_ID.fullmatch(value) is not None and not is_absent(value)


def _check_list(field: str, value: object, right: str) -> list[Any]:
    if not isinstance(value, list):
        raise InvalidInput.field(field, right)
    if len(value) > MOST_OWNERS:
        raise InvalidInput.field(field, f"Are {len(value):,}; at most {MOST_OWNERS:,} are numbered in a call.")
    return value


def _refuse(errors: Iterable[tuple[str, str]]) -> None:
    """Raises InvalidInput of the first of these (field, text), if there is any."""
    rows = [{"field": field, "text": text} for field, text in islice(errors, MOST_ERRORS)]
    if rows:
        raise InvalidInput.fields(rows)
