"""N: the numbers of each series are 1…n, each owned by exactly one certificate or report, which shows just that number.

Or by nobody, where it is marked as absent: a gap in what was numbered before the register.

Two databases cannot be read at one moment. So certificates and reports are read first, then the ledger: what they show
must be in it. Then each other owner in the ledger is looked for once more, and must be there by now: a certificate or
report exists before it is given a number, be it a new one or one that was absent.
"""

from __future__ import annotations

from collections import Counter
from datetime import datetime, timedelta
from functools import lru_cache
from itertools import groupby
from operator import attrgetter

from contracts.errors import RegisterError
from contracts.numbers import Series, absent_owner, is_absent
from services.certificates.domain.imports import IMPORTED
from verification import queries
from verification.finding import Finding, counted, progress
from verification.queries import Connection, Given, Owner
from verification.scratch import Scratch

# A running register gives a draft its number within seconds, also one that a crash left behind.
MAY_WAIT = timedelta(minutes=1)


def check(certificates: Connection, numbering: Connection, again: Connection, now: datetime) -> Finding:
    """``numbering`` is a later snapshot than that of ``certificates``; ``again``: the certificates, not yet read."""
    finding = Finding("N numbers")
    with Scratch() as given:
        facts = _read_ledger(numbering, given, finding)
        finding.facts = facts + _compare(certificates, given, finding, now)
        for owner_id, (key, n) in given.rest():
            if not queries.is_owner(again, owner_id):
                finding.fault(f"{named(key, n)} was given to {owner_id}, which is no certificate and no report.")
    return finding


def _read_ledger(numbering: Connection, given: Scratch, finding: Finding) -> str:
    """Checks that each series counts from 1 to its counter, and keeps who got what; says how much there is."""
    counters = queries.counters(numbering)
    rows = progress(queries.ledger(numbering), sum(counters.values()), "numbers")
    series = count = absent = 0
    for key, entries in groupby(rows, key=attrgetter("series")):
        series, last = series + 1, 0
        for entry in entries:
            if entry.n != last + 1:
                finding.fault(_not_next(key, last, entry.n))
            last, count = entry.n, count + 1
            absent += is_absent(entry.owner_id)
            _keep(entry, given, finding)
        if counters.pop(key, 0) != last:
            finding.fault(f"The counter of {key} does not stand at {last}, the last number given.")
    for key, last in counters.items():
        finding.fault(f"The counter of {key} stands at {last}, but none of these numbers was given.")
    return f"{counted(count, 'number')} in {series:,} series" + (f", {absent:,} of them absent" if absent else "")


def _keep(entry: Given, given: Scratch, finding: Finding) -> None:
    key, n, owner_id = entry
    if is_absent(owner_id):
        if owner_id != absent_owner(key, n):
            finding.fault(f"{named(key, n)} is marked as absent by {owner_id}, the mark of another number.")
        return
    if (other := given.get(owner_id)) is not None:
        finding.fault(f"{owner_id} was given {named(*other)}, and {named(key, n)} too.")
    given.put(owner_id, key, n)


def _not_next(key: str, last: int, n: int) -> str:
    if n <= last:
        return f"{named(key, n)} was given twice."
    missing = named(key, last + 1) + (f" to {named(key, n - 1)}" if n > last + 2 else "")
    return f"{missing} was never given, but {named(key, n)} was."


def _compare(certificates: Connection, given: Scratch, finding: Finding, now: datetime) -> str:
    """Takes what each owner was given out of ``given``; says what of those that show no number is in order."""
    waiting, refused, left = Counter[str](), Counter[str](), 0
    total = queries.count_certificates(certificates) + queries.count_reports(certificates)
    for owner in progress(queries.owners(certificates), total, "certificates and reports"):
        entry = given.take(owner.id)
        if owner.base_number is not None:
            _compare_shown(owner, entry, finding)
        elif owner.number_refused == IMPORTED and entry is None:
            left += 1
        elif owner.number_refused is not None and entry is None:
            refused[owner.unnumbered] += 1
        elif owner.created_at > now - MAY_WAIT:
            waiting[owner.unnumbered] += 1
        else:
            finding.fault(_waits(owner, entry))
    texts = [f"; {counted(count, noun)} younger than a minute without one" for noun, count in waiting.items()]
    texts += [f"; {counted(count, noun)} refused one, the series being full" for noun, count in refused.items()]
    texts += [f"; {counted(left, 'import')} that never came to a number"] if left else []
    return "".join(texts)


def _compare_shown(owner: Owner, entry: list[str | int] | None, finding: Finding) -> None:
    if entry is None:
        finding.fault(f"{owner.base_number} stands on the {owner.what} {owner.id}, to which no number was given.")
        return
    key, number = str(entry[0]), named(str(entry[0]), int(entry[1]))
    if number != owner.base_number:
        finding.fault(f"{owner.base_number} stands on the {owner.what} {owner.id}, to which {number} was given.")
    elif key != owner.series:
        finding.fault(f"{number} was given in {key}, but its {owner.what} {owner.id} counts in {owner.series}.")


def _waits(owner: Owner, entry: list[str | int] | None) -> str:
    if owner.number_refused == IMPORTED and entry:
        number = named(str(entry[0]), int(entry[1]))
        return f"The import of {number} broke off; it goes on when the same record is imported again."
    has = f", though {named(str(entry[0]), int(entry[1]))} was given to it" if entry else ""
    return (
        f"The {owner.unnumbered} {owner.id} has waited for its number since {owner.created_at:%Y-%m-%d %H:%M}{has};"
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
