"""The public ledger: every number that a series has given, and what became of it.

A draft is a number given, and no more is said of it: drafts are counted and never listed. A draft that the Secretariat
deleted is listed, since its number will never be used, but without the reason, which is between it and the body.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any, NamedTuple

from contracts.errors import InvalidInput
from contracts.numbers import CERTIFICATE_SCHEMES, REPORT_KINDS, Series, full_year, short_year
from services.certificates.domain.paging import whole_number

# What numbers are given to: certificates of a scheme, reports of a kind.
KINDS = CERTIFICATE_SCHEMES + REPORT_KINDS
ABSENT, DELETED, REGISTERED = "absent", "deleted", "registered"
# Of the scheme. No number is older.
FOUNDED = 1996


class Entry(NamedTuple):
    """A number and its fate, since when. ``issue``: the latest public one; None where there was none."""

    number: str
    fate: str
    since: date
    issue: int | None = None
    reason: str | None = None


class Held(NamedTuple):
    """How many numbers of a series were given, drafts included, and how many of them are drafts."""

    given: int
    drafts: int


def asked(kind: str, excb: str, country: str, year: object, today: date) -> Series | None:
    """The series that is asked for; None where its year is missing. Raises InvalidInput.

    ``country``: the body's, which the numbers of its reports begin with. ``year``: 2026 or 26.
    """
    country_of = country if kind in REPORT_KINDS else None
    some = Series.in_year(kind, excb, today.year, country_of)
    if some.year is None and year is not None:
        raise InvalidInput.field("year", f"The numbers of {kind} hold no year, they count on; leave it out.")
    if some.year is None:
        return some
    return None if year is None else Series.in_year(kind, excb, _four_digits(year), country_of)


def _four_digits(year: object) -> int:
    whole = whole_number("year", year, least=0, most=9_999)
    return full_year(f"{whole:02d}") if whole < 100 else whole


def check_year(year: object) -> None:
    """Raises InvalidInput for what is no year in which numbers can have been given."""
    short_year(whole_number("year", year, least=0, most=9_999))


def all_years(kind: str, excb: str, country: str, today: date) -> dict[str, int]:
    """Key → year of every series in which such numbers can have been given."""
    years = range(FOUNDED, today.year + 1)
    country_of = country if kind in REPORT_KINDS else None
    return {Series.in_year(kind, excb, year, country_of).key: year for year in years}


def by_year(years: Mapping[str, int], held: Mapping[str, Held]) -> list[dict[str, Any]]:
    """``[{"year", "given", "drafts"}]``, the newest first. ``years`` and ``held`` by the keys of series."""
    rows = [{"year": years[key], **numbers._asdict()} for key, numbers in held.items()]
    return sorted(rows, key=lambda row: -row["year"])


def page(series: Series, entries: Iterable[Entry], limit: int) -> tuple[list[dict[str, Any]], int | None]:
    """``[{"n", "number", "fate", "since", "issue"}]`` in the order of numbers, and behind which the next page begins.

    ``entries``: at least one more than ``limit`` where there are more. What is deleted has its ``reason``, or None.
    """
    rows = [_shown(series, entry) for entry in sorted(entries)[: limit + 1]]
    return rows[:limit], rows[limit - 1]["n"] if len(rows) > limit else None


def _shown(series: Series, entry: Entry) -> dict[str, Any]:
    shown = {
        "n": place(series, entry.number),
        "number": entry.number,
        "fate": entry.fate,
        "since": entry.since.isoformat(),
        "issue": entry.issue,
    }
    return shown | {"reason": entry.reason} if entry.fate == DELETED else shown


def place(series: Series, number: str) -> int:
    """Which number of its series it is: each ends in as many digits as the last one."""
    return int(number[-len(str(series.last)) :])
