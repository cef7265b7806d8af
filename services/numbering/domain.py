"""The rules of giving numbers: who may ask, for whom, and where a series ends.

Pure: the standard library and contracts. That two calls at once get different numbers is the counter's lock in
queries.py; what a number looks like is contracts.numbers.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

from contracts.errors import Forbidden, InvalidInput, RuleViolation, SeriesFull
from contracts.identity import Identity
from contracts.numbers import Series

MOST_OWNERS = 10_000
MOST_ENTRIES = 10_000
DRAFTING_ROLES = ("author", "signatory")

_OWNER_ID = re.compile(r"[0-9A-Za-z._:-]{1,64}", re.ASCII)


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
    if not isinstance(owner_ids, list):
        raise InvalidInput.field("owner_ids", "Must be a list of ids.")
    if len(owner_ids) > MOST_OWNERS:
        raise InvalidInput.field(
            "owner_ids", f"Are {len(owner_ids):,}; at most {MOST_OWNERS:,} are numbered in a call."
        )
    wrong = [place for place, owner_id in enumerate(owner_ids) if not _is_owner_id(owner_id)]
    if wrong:
        text = "Must be an id, such as a UUID: 1 to 64 letters, digits and '.', '_', ':', '-'."
        raise InvalidInput.fields([{"field": f"owner_ids.{place}", "text": text} for place in wrong[:100]])
    return list(dict.fromkeys(owner_ids))


def _is_owner_id(value: object) -> bool:
    return isinstance(value, str) and _OWNER_ID.fullmatch(value) is not None


def full(series: Series, last: int, count: int) -> SeriesFull:
    """The error of a series whose numbers, given up to ``last``, do not suffice for ``count`` more."""
    left = series.last - last
    return SeriesFull(
        f"{series.key} has {left:,} of {series.last:,} numbers left; {count:,} were asked for.",
        series=series.key,
        left=left,
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


def check_page(after: object, limit: object) -> tuple[int, int]:
    """Where a page of the ledger begins and how long it is. Raises InvalidInput."""
    return _whole_number("after", after, 0, 2**31 - 1), _whole_number("limit", limit, 1, MOST_ENTRIES)


def _whole_number(field: str, value: object, least: int, most: int) -> int:
    if isinstance(value, bool) or not isinstance(value, int) or not least <= value <= most:
        raise InvalidInput.field(field, f"Must be a whole number from {least} to {most}.")
    return value


def next_after(entries: Sequence[int], last: int) -> int | None:
    """Where the next page begins, or None when these numbers reach ``last``."""
    return entries[-1] if entries and entries[-1] < last else None
