"""The filters of a search: which values each takes, in what spellings, and how that is said."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date
from typing import Any, NamedTuple

from contracts.countries import COUNTRIES
from contracts.numbers import canonical_code
from contracts.schemas import EQUIPMENT_KINDS, SCHEMES
from services.search.domain.issues import PUBLIC_STATUSES
from services.search.domain.text import fold
from services.search.domain.values import NO_SUFFIX, VERIFIED, degrees

LONGEST_VALUE = 300
MOST_VALUES = 100

Errors = list[dict[str, str]]
Chosen = tuple[tuple[str, tuple[str, ...]], ...]


class Filter(NamedTuple):
    """``read``: the value that a folded text means, as the index holds it; None for what is none."""

    read: Callable[[str], str | None]
    right: str


class Filters(NamedTuple):
    """What is asked for: by filter the values that are wanted, and those that are not; days; whether older issues."""

    included: Chosen
    excluded: Chosen
    days: dict[str, str]
    issues: str


LATEST, ALL = "latest", "all"
DATES = ("issued_from", "issued_to", "valid_on")
ISSUES = "issues"


def _one_of(*choices: str) -> Filter:
    by_folded = {fold(choice): choice for choice in choices}
    return Filter(by_folded.get, f"Must be one of: {', '.join(choices)}.")


def _like(pattern: str, printed: Callable[[re.Match[str]], str], right: str) -> Filter:
    compiled = re.compile(pattern, re.ASCII)

    def read(value: str) -> str | None:
        match = compiled.fullmatch(value)
        return printed(match) if match else None

    return Filter(read, right)


def _date(value: str) -> str | None:
    try:
        return value if date.fromisoformat(value).isoformat() == value else None
    except ValueError:
        return None


_COUNTRY = Filter(
    {country.lower(): country for country in COUNTRIES}.get,
    "Must be a two-letter ISO 3166-1 country code, such as DE.",
)
_TEXT = Filter(
    lambda value: value if 0 < len(value) <= LONGEST_VALUE else None,
    f"Must be a text of at most {LONGEST_VALUE} characters.",
)
_DATE = Filter(_date, "Must be one date, like 2026-01-31.")
_ISSUES = _one_of(LATEST, ALL)

# A new filter is a line here and one in values.values_of; the index makes its field from the name.
FILTERS: dict[str, Filter] = {
    "scheme": _one_of(*SCHEMES),
    "kind": _one_of(*EQUIPMENT_KINDS),
    "status": _one_of(*PUBLIC_STATUSES),
    "excb": _like(
        "[a-z]{2,5}", lambda match: canonical_code(match[0]), "Must be the code of a certification body, such as BAS."
    ),
    "country": _COUNTRY,
    "excb_country": _COUNTRY,
    "manufacturer": _TEXT,
    "protection": _TEXT,
    "group": _like(
        r"i|iii?[abc]?(?:\+[a-z0-9]{1,20})?",
        lambda match: match[0].upper(),
        "Must be an equipment group, such as I, IIC or IIIB.",
    ),
    "temperature": _like(
        "(?P<class>t[1-6])|t? ?(?P<celsius>[1-9][0-9]{1,2}) ?(?:° ?)?c?",
        lambda match: (match["class"] or "").upper() or degrees(int(match["celsius"])),
        "Must be a temperature class, such as T4, or degrees, such as T135°C.",
    ),
    "epl": _one_of("Ma", "Mb", "Ga", "Gb", "Gc", "Da", "Db", "Dc"),
    "standard": _TEXT,
    "edition": _TEXT,
    "suffix": _one_of("X", "U", VERIFIED, NO_SUFFIX),
    "unit": _like("(?:ex)? ?([0-9]{3})", lambda match: f"Ex {match[1]}", "Must be a unit of competence, like Ex 001."),
    "year": _like("(?:19|20)[0-9]{2}", lambda match: match[0], "Must be a year, like 2026."),
}


def read_filters(filters: object, errors: Errors) -> Filters:
    """What is wrong goes to ``errors``, each by the name of its filter."""
    included: dict[str, set[str]] = {}
    excluded: dict[str, set[str]] = {}
    single: dict[str, str] = {}
    for name, given in _named(filters, errors):
        if name in FILTERS:
            for value, wanted in _values(name, given, errors):
                (included if wanted else excluded).setdefault(name, set()).add(value)
        else:
            single |= _single(name, given, errors)
    if single.get("issued_from", "") > single.get("issued_to", "9"):
        errors.append({"field": "issued_from", "text": "Must not be later than issued_to."})
    issues = single.pop(ISSUES, LATEST)
    return Filters(_sorted(included), _sorted(excluded), single, issues)


def _named(filters: object, errors: Errors) -> list[tuple[str, Any]]:
    """The filters that there are."""
    if filters is not None and not isinstance(filters, dict):
        errors.append({"field": "filters", "text": "Must be an object of lists of texts."})
        return []
    known = (*FILTERS, *DATES, ISSUES)
    unknown = [str(name) for name in filters or () if name not in known]
    text = f"There is no such filter; there are: {', '.join(known)}."
    errors += [{"field": name[:LONGEST_VALUE], "text": text} for name in unknown]
    return [(name, given) for name, given in (filters or {}).items() if name in known]


def _values(name: str, given: Any, errors: Errors) -> list[tuple[str, bool]]:
    """Each value, and whether it is wanted: one behind a minus is not."""
    texts = _texts(name, given, errors)
    folded = [(fold(text).strip(), True) for text in texts]
    folded = [(text[1:].strip(), False) if text.startswith("-") else (text, True) for text, _ in folded]
    read = [(FILTERS[name].read(text), wanted) for text, wanted in folded]
    if any(value is None for value, _ in read):
        errors.append({"field": name, "text": FILTERS[name].right})
    return [(value, wanted) for value, wanted in read if value is not None]


def _texts(name: str, given: Any, errors: Errors) -> list[str]:
    texts = [given] if isinstance(given, str) else given
    if not isinstance(texts, list) or not all(isinstance(text, str) for text in texts):
        errors.append({"field": name, "text": "Must be a text or a list of texts."})
        return []
    if len(texts) > MOST_VALUES:
        errors.append({"field": name, "text": f"At most {MOST_VALUES} values are taken."})
        return []
    return texts


def _single(name: str, given: Any, errors: Errors) -> dict[str, str]:
    """A filter of which there is one value."""
    known, count = _ISSUES if name == ISSUES else _DATE, len(errors)
    texts = _texts(name, given, errors)
    value = known.read(fold(texts[0]).strip()) if len(texts) == 1 else None
    if value is None and len(errors) == count:
        errors.append({"field": name, "text": known.right})
    return {} if value is None else {name: value}


def _sorted(chosen: dict[str, set[str]]) -> Chosen:
    return tuple(sorted((name, tuple(sorted(values))) for name, values in chosen.items()))
