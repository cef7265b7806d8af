"""What the rules may need to know beside the certificate itself, read once for all certificates that are judged.

A fact that is None was not looked up, and the rules that need it are silent: a draft is judged by what is at hand, an
issue by everything.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import NamedTuple

from services.certificates.domain.certificate import Certificate


class Scope(NamedTuple):
    """What a body may certify: a scheme, a standard of it (``*``: all), from when to when, both days included."""

    excb: str
    scheme: str
    standard: str
    valid_from: date
    valid_until: date | None

    def covers(self, day: date) -> bool:
        return self.valid_from <= day and (self.valid_until is None or day <= self.valid_until)


class Editions(NamedTuple):
    """The editions of a standard that are known, such as ``7.0``."""

    current: tuple[str, ...]
    previous: tuple[str, ...]


class Standing(NamedTuple):
    """A certificate that another one names, as it stands for the public."""

    excb: str
    scheme: str
    kind: str | None
    status: str
    since: date | None


class Counted(NamedTuple):
    """The reports of a body that are known: numbers with their issue, and the series that this register counts."""

    registered: frozenset[str]
    series: frozenset[str]


@dataclass(frozen=True, slots=True)
class Facts:
    """``listed``: by base number, absent where there is no such public certificate; ``photos``: (sha256, body)."""

    today: date
    scopes: tuple[Scope, ...] | None = None
    editions: Mapping[str, Editions] | None = None
    listed: Mapping[str, Standing] | None = None
    reports: Counted | None = None
    # By body: where it is, which the numbers of its reports begin with.
    countries: Mapping[str, str] | None = None
    photos: frozenset[tuple[str, str]] | None = None
    # By id: the public issue before the one that is judged.
    previous: Mapping[str, Certificate] = field(default_factory=dict)
    # Since when a person's certificate is valid for how many years, the newest rule first.
    validity: tuple[tuple[date, int], ...] = ()
