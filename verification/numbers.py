"""N: the numbers of each series are 1…n, each owned by exactly one certificate, which shows exactly that number.

Two databases cannot be read at one moment. So the counters are read first, then the certificates, then the ledger:
what the first counters cover must have its certificate, and what a certificate shows must be in the ledger.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from functools import lru_cache
from itertools import groupby
from operator import attrgetter

from contracts.errors import RegisterError
from contracts.numbers import Series
from verification import queries
from verification.finding import Finding, counted, progress
from verification.queries import Connection, Owner
from verification.scratch import Scratch

# A running register gives a draft its number within seconds, also one that a crash left behind.
MAY_WAIT = timedelta(minutes=1)


def check(before: dict[str, int], certificates: Connection, numbering: Connection, now: datetime) -> Finding:
    """``before``: the counters as they stood before the snapshot of ``certificates``; ``numbering`` is a later one."""
    finding = Finding("N numbers")
    with Scratch() as given:
        series = _read_ledger(numbering, given, finding)
        count = len(given)
        unnumbered = _compare(certificates, given, finding, now)
        for owner_id, (key, n) in given.rest():
            if n <= before.get(key, 0):
                finding.fault(f"{named(key, n)} was given to {owner_id}, which is no certificate.")
    finding.facts = f"{counted(count, 'number')} in {series:,} series{unnumbered}"
    return finding


def _read_ledger(numbering: Connection, given: Scratch, finding: Finding) -> int:
    """Checks that each series counts from 1 to its counter, and keeps who got what; how many series there are."""
    counters = queries.counters(numbering)
    rows = progress(queries.ledger(numbering), sum(counters.values()), "numbers")
    count = 0
    for key, entries in groupby(rows, key=attrgetter("series")):
        count, last = count + 1, 0
        for _, n, owner_id in entries:
            if n != last + 1:
                finding.fault(_not_next(key, last, n))
            last = n
            if (other := given.get(owner_id)) is not None:
                finding.fault(f"{owner_id} was given {named(*other)}, and {named(key, n)} too.")
            given.put(owner_id, key, n)
        if counters.pop(key, 0) != last:
            finding.fault(f"The counter of {key} does not stand at {last}, the last number given.")
    for key, last in counters.items():
        finding.fault(f"The counter of {key} stands at {last}, but none of these numbers was given.")
    return count


def _not_next(key: str, last: int, n: int) -> str:
    if n <= last:
        return f"{named(key, n)} was given twice."
    missing = named(key, last + 1) + (f" to {named(key, n - 1)}" if n > last + 2 else "")
    return f"{missing} was never given, but {named(key, n)} was."


def _compare(certificates: Connection, given: Scratch, finding: Finding, now: datetime) -> str:
    """Takes what each certificate was given out of ``given``; says what of those that show no number is in order."""
    waiting = refused = 0
    for owner in progress(queries.owners(certificates), queries.count_certificates(certificates), "certificates"):
        entry = given.take(owner.id)
        if owner.base_number is not None:
            _compare_shown(owner, entry, finding)
        elif owner.number_refused is not None and entry is None:
            refused += 1
        elif owner.created_at > now - MAY_WAIT:
            waiting += 1
        else:
            finding.fault(_waits(owner, entry))
    texts = [f"; {counted(waiting, 'draft')} younger than a minute without one" if waiting else ""]
    texts += [f"; {counted(refused, 'draft')} refused one, the series being full" if refused else ""]
    return "".join(texts)


def _compare_shown(owner: Owner, entry: list[str | int] | None, finding: Finding) -> None:
    if entry is None:
        finding.fault(f"{owner.base_number} stands on the certificate {owner.id}, to which no number was given.")
        return
    key, number = str(entry[0]), named(str(entry[0]), int(entry[1]))
    if number != owner.base_number:
        finding.fault(f"{owner.base_number} stands on the certificate {owner.id}, to which {number} was given.")
    elif key != owner.series:
        finding.fault(f"{number} was given in {key}, but its certificate {owner.id} counts in {owner.series}.")


def _waits(owner: Owner, entry: list[str | int] | None) -> str:
    has = f", though {named(str(entry[0]), int(entry[1]))} was given to it" if entry else ""
    return (
        f"The draft {owner.id} has waited for its number since {owner.created_at:%Y-%m-%d %H:%M}{has};"
        " a running register finishes it within seconds."
    )


def named(key: str, n: int) -> str:
    """The number as it is printed, where there is such a one."""
    try:
        return _series(key).number(n)
    except RegisterError:
        return f"{key} {n}"


@lru_cache(maxsize=1_000)
def _series(key: str) -> Series:
    return Series.parse(key)
