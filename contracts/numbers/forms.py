"""The forms of numbers, as data, and the three values made of them: CertificateNumber, ReportNumber, Series.

A number knows how it is printed and in which series it counts; how people spell it is the business of ``spelling``.
Every value here is checked when it is made, so what exists is printable and can be read back.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cached_property
from typing import NamedTuple

from contracts.countries import COUNTRIES
from contracts.errors import InvalidInput, SeriesFull


class Form(NamedTuple):
    """How the numbers of one kind look and count."""

    template: str
    digits: int
    yearly: bool


_CERTIFICATES = {
    "equipment": Form("IECEx {excb} {year}.{sequence}", 4, True),
    "service-facility": Form("IECEx {excb} S.{sequence}", 4, False),
    "mark-licence": Form("{excb}{sequence}", 3, False),
    "person": Form("IECEx CP {excb} {year}.{sequence}", 4, True),
}
CERTIFICATE_SCHEMES = tuple(_CERTIFICATES)
REPORT_KINDS = ("ExTR", "QAR", "FAR", "PCAR")
_REPORTS = {kind: Form("{country}/{excb}/" + kind + "{year}.{sequence}", 4, True) for kind in REPORT_KINDS}
_FORMS = _CERTIFICATES | _REPORTS

# X: specific conditions of use; U: a component. They never meet, because a component's restrictions are its schedule
# of limitations. A component is never verified as a unit either.
SUFFIXES = ("", "X", "U")
LAST_CERTIFICATE_ISSUE = 999
LAST_REPORT_ISSUE = 99

# Codes are capitals, but for these.
_MIXED_CASE = {code.upper(): code for code in ("ExTC",)}
# What stands beside a code, or names units of competence ("Ex 001"), can be no code itself.
_RESERVED = frozenset({"CP", "EX", "IECEX", *(kind.upper() for kind in REPORT_KINDS)})
_CODE = re.compile(r"[A-Za-z]{2,5}", re.ASCII)
_YEAR = re.compile(r"[0-9]{2}", re.ASCII)
# The scheme was founded in 1996, so no number is older, and 96 to 99 are the only years of the last century.
_FIRST_YEAR = 1996


def canonical_code(code: str) -> str:
    """The code of a body as it is printed: ``bas`` → ``BAS``, ``extc`` → ``ExTC``. What is no code stays as it is."""
    if not _CODE.fullmatch(code):
        return code  # "ß" would become a decent SS
    return _MIXED_CASE.get(code.upper(), code.upper())


def short_year(year: int) -> str:
    """The two digits that stand in a number: 2026 → ``26``."""
    if not _FIRST_YEAR <= year < _FIRST_YEAR + 100:
        raise InvalidInput.field("year", f"Must be from {_FIRST_YEAR} to {_FIRST_YEAR + 99}.")
    return f"{year % 100:02d}"


def full_year(two_digits: str) -> int:
    """The year that the two digits of a number mean: ``07`` → 2007, ``99`` → 1999."""
    return _FIRST_YEAR + (int(two_digits) - _FIRST_YEAR) % 100


@dataclass(frozen=True)
class Series:
    """What is counted together: a scheme or a kind of report, a body and, where the count restarts, a year.

    ``kind`` is one of CERTIFICATE_SCHEMES or REPORT_KINDS, ``year`` its two digits, ``country`` set for reports only,
    whose numbers print it. The key is ``equipment/BAS/26``, ``service-facility/BAS`` or ``ExTR/GB/BAS/26``.
    """

    kind: str
    excb: str
    year: str | None = None
    country: str | None = None

    def __post_init__(self) -> None:
        if self.kind not in _FORMS:
            raise InvalidInput.field("series", f"Must begin with one of: {', '.join(_FORMS)}.")
        _check_code(self.excb)
        _check_year(self.year, self.kind)
        _check_country(self.country, self.kind)

    @classmethod
    def parse(cls, key: object) -> Series:
        """The series of this key. Raises InvalidInput. Codes are read in any case, so that no body has two counters."""
        kind, *rest = key.split("/") if isinstance(key, str) else [""]
        country = rest.pop(0) if kind in REPORT_KINDS and rest else None
        year = rest.pop() if kind in _FORMS and _FORMS[kind].yearly and len(rest) > 1 else None
        if kind in _FORMS and len(rest) != 1:
            raise InvalidInput.field("series", f"Must look like {_example_key(kind)}.")
        return cls(kind, canonical_code("".join(rest)), year, country)

    @classmethod
    def in_year(cls, kind: str, excb: str, year: int, country: str | None = None) -> Series:
        """The series in which a number given in ``year`` (four digits) counts; some kinds count on over the years."""
        yearly = kind in _FORMS and _FORMS[kind].yearly
        return cls(kind, canonical_code(excb), short_year(year) if yearly else None, country)

    @cached_property
    def key(self) -> str:
        return "/".join(part for part in (self.kind, self.country, self.excb, self.year) if part)

    @property
    def last(self) -> int:
        """The highest number that the form has room for."""
        return int(10 ** _FORMS[self.kind].digits) - 1

    def number(self, n: int) -> str:
        """The n-th base number, such as ``IECEx BAS 26.0001`` or ``GB/BAS/ExTR26.0001``. Raises SeriesFull."""
        if n > self.last:
            raise SeriesFull(f"{self.key} ends at {self.last:,}.", series=self.key, last=self.last)
        if n < 1:
            raise InvalidInput.field("sequence", f"Counts from 1 to {self.last:,}.")
        form = _FORMS[self.kind]
        sequence = str(n).zfill(form.digits)
        return form.template.format(excb=self.excb, year=self.year, country=self.country, sequence=sequence)


@dataclass(frozen=True)
class CertificateNumber:
    """The number of a certificate, and of one of its issues where ``issue`` is given.

    ``year`` is two digits, or None for the schemes that count on over the years. ``suffix`` (``X``, ``U`` or nothing)
    and ``verification`` (V, a unit verification) exist for equipment only; they belong to the issue, not to the
    certificate, so 07.0021, 07.0021X and 07.0021U are one certificate: the one of ``base``.
    """

    scheme: str
    excb: str
    year: str | None
    sequence: int
    suffix: str = ""
    verification: bool = False
    issue: int | None = None

    def __post_init__(self) -> None:
        if self.scheme not in CERTIFICATE_SCHEMES:
            raise InvalidInput.field("scheme", f"Must be one of: {', '.join(CERTIFICATE_SCHEMES)}.")
        _check_sequence(self.sequence, self.series)
        _check_suffix(self.scheme, self.suffix, self.verification)
        _check_issue(self.issue, LAST_CERTIFICATE_ISSUE)

    @cached_property
    def series(self) -> Series:
        return Series(self.scheme, self.excb, self.year)

    @property
    def base(self) -> str:
        """What is unique for ever: ``IECEx BAS 07.0021``."""
        return self.series.number(self.sequence)

    @property
    def number(self) -> str:
        """With its suffix, without its issue: ``IECEx BAS 07.0021X``; V stands before X."""
        return self.base + ("V" if self.verification else "") + self.suffix

    @property
    def path(self) -> str:
        """One segment of an address: ``IECEx-BAS-07.0021X``. Issues have addresses of their own below it."""
        return as_path(self.number)

    @property
    def normalised(self) -> str:
        """For the index: ``iecexbas070021x``."""
        return _alphanumerics(self.number)

    def __str__(self) -> str:
        return self.number if self.issue is None else f"{self.number} Issue {self.issue}"


@dataclass(frozen=True)
class ReportNumber:
    """The number of a report, and of one of its issues where ``issue`` is given: ``CH/SEV/ExTR19.0036/00``."""

    kind: str
    country: str
    excb: str
    year: str
    sequence: int
    issue: int | None = None

    def __post_init__(self) -> None:
        if self.kind not in REPORT_KINDS:
            raise InvalidInput.field("kind", f"Must be one of: {', '.join(REPORT_KINDS)}.")
        _check_sequence(self.sequence, self.series)
        _check_issue(self.issue, LAST_REPORT_ISSUE)

    @cached_property
    def series(self) -> Series:
        return Series(self.kind, self.excb, self.year, self.country)

    @property
    def base(self) -> str:
        """What all issues of the report share: ``CH/SEV/ExTR19.0036``."""
        return self.series.number(self.sequence)

    @property
    def path(self) -> str:
        """One segment of an address: ``CH-SEV-ExTR19.0036-00``."""
        return as_path(str(self))

    @property
    def normalised(self) -> str:
        """For the index: ``chsevextr19003600``."""
        return _alphanumerics(str(self))

    def __str__(self) -> str:
        return self.base if self.issue is None else f"{self.base}/{self.issue:02d}"


def as_path(number: str) -> str:
    """A number as it is printed, as one segment of an address; needs no reading of the number."""
    return number.replace(" ", "-").replace("/", "-")


def _alphanumerics(number: str) -> str:
    return "".join(character for character in number.lower() if character.isalnum())


def _example_key(kind: str) -> str:
    year = "26" if _FORMS[kind].yearly else None
    return Series(kind, "BAS", year, "GB" if kind in REPORT_KINDS else None).key


def _check_code(code: str) -> None:
    if not _CODE.fullmatch(code):
        raise InvalidInput.field("excb", "The code of the certification body has two to five letters, such as BAS.")
    if code.upper() in _RESERVED:
        raise InvalidInput.field("excb", f"{code} is no certification body; its code, such as BAS, is missing.")


def _check_year(year: str | None, kind: str) -> None:
    if not _FORMS[kind].yearly and year is not None:
        raise InvalidInput.field("year", f"Numbers of the kind {kind} hold no year.")
    if _FORMS[kind].yearly and not _YEAR.fullmatch(year or ""):
        raise InvalidInput.field("year", "The year has two digits, such as 26.")


def _check_country(country: str | None, kind: str) -> None:
    if kind in REPORT_KINDS and country not in COUNTRIES:
        raise InvalidInput.field("country", "A report begins with the ISO 3166-1 code of a country, such as GB.")
    if kind not in REPORT_KINDS and country is not None:
        raise InvalidInput.field("country", "The number of a certificate holds no country.")


def _check_sequence(sequence: int, series: Series) -> None:
    if not 1 <= sequence <= series.last:
        first, last = series.number(1), series.number(series.last)
        raise InvalidInput.field("sequence", f"Must be from {first} to {last}.")


def _check_suffix(scheme: str, suffix: str, verification: bool) -> None:
    if suffix not in SUFFIXES:
        raise InvalidInput.field("suffix", "After the number may stand X, U, V or VX; X and U do not occur together.")
    if verification and suffix == "U":
        raise InvalidInput.field("suffix", "A component (U) is never verified as a unit (V).")
    if scheme != "equipment" and (suffix or verification):
        raise InvalidInput.field("suffix", "Only the number of an equipment certificate ends in X, U or V.")


def _check_issue(issue: int | None, last: int) -> None:
    if issue is not None and not 0 <= issue <= last:
        raise InvalidInput.field("issue", f"Issues count from 0 to {last}.")
