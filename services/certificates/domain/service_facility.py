"""The service facility scheme (IECEx 03)."""

from __future__ import annotations

from datetime import date

from contracts.numbers import Series
from services.certificates.domain.certificate import Content
from services.certificates.domain.facts import Facts
from services.certificates.domain.rules import Rule


def series(excb: str, year: int) -> str:
    """Counts on over the years."""
    return Series.in_year("service-facility", excb, year).key


def suffix(_content: Content) -> str:
    """Only numbers of equipment end in letters."""
    return ""


def valid_until(_issued: date, _facts: Facts) -> None:
    """It has no expiry date."""


RULES: tuple[Rule, ...] = ()
