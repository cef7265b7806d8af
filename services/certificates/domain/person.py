"""Personnel competence (IECEx 05): a person's certificate, its units and how long it is valid."""

from __future__ import annotations

from datetime import date

from contracts.numbers import Series
from services.certificates.domain.certificate import Content
from services.certificates.domain.facts import Facts
from services.certificates.domain.rules import Rule


def series(excb: str, year: int) -> str:
    """The count restarts each year for each body (OD 011-1, 1.5.1)."""
    return Series.in_year("person", excb, year).key


def suffix(_content: Content) -> str:
    """Only numbers of equipment end in letters."""
    return ""


def valid_until(issued: date, facts: Facts) -> date | None:
    """The last day: as many years after the issue as the rule of that day says."""
    years = next((years for since, years in facts.validity if since <= issued), None)
    return None if years is None else _years_later(issued, years)


def _years_later(day: date, years: int) -> date:
    """The same day of the year; the day before, where a leap day has none."""
    try:
        return day.replace(year=day.year + years)
    except ValueError:
        return day.replace(year=day.year + years, day=28)


RULES: tuple[Rule, ...] = ()
