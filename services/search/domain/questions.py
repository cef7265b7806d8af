"""Reading a request for a search: words, phrases and numbers in q, filters, a sort order.

Everything is refused with the field's name and what would be right, and nothing in q is ever an operator: quotes
hold a phrase together, all else is words.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import date
from typing import Any, NamedTuple

from contracts.countries import COUNTRIES
from contracts.errors import InvalidInput
from contracts.numbers import CertificateNumber, ReportNumber, normalise, parse_or_none
from contracts.schemas import EQUIPMENT_KINDS, SCHEMES
from services.search.domain.documents import NO_SUFFIX, PUBLIC_STATUSES, SHAPE, day_of
from services.search.domain.text import fold

LONGEST_Q = 10_000
LONGEST_VALUE = 300
MOST_VALUES = 100
MOST_HITS = 200
MOST_SCANNED = 1_000
LONGEST_OPENING = 20

# The sort orders, and of how many numbers a position in each consists (see index.reading).
SORTS = {"relevance": 2, "-date": 1, "date": 1, "number": 1, "-number": 1, "name": 4}
SCAN, SCAN_POSITION = "scan", 2
_QUOTES = str.maketrans(dict.fromkeys("“”„‟«»＂", '"'))
_PARTS = re.compile(r'"([^"]*)"|([^\s"]+)')


class Part(NamedTuple):
    """What must occur: the words of ``text`` in their order; the last word may go on if ``prefix``."""

    text: str
    prefix: bool = False


@dataclass(frozen=True, slots=True)
class Question:
    """What is asked for. ``asked``: whether q holds anything at all; without, everything is found.

    ``numbers``, ``reports``: normalised numbers that q as a whole may spell; ``opening``: the beginning of one.
    Filters: folded values by name, sorted; days since 2000-01-01.
    """

    asked: bool
    parts: tuple[Part, ...]
    numbers: tuple[str, ...]
    reports: tuple[str, ...]
    opening: str
    included: tuple[tuple[str, tuple[str, ...]], ...]
    excluded: tuple[tuple[str, tuple[str, ...]], ...]
    from_day: int | None
    to_day: int | None
    sort: str

    @property
    def identity(self) -> str:
        """The same for two requests exactly if they list the same hits in the same order."""
        return f"{SHAPE} {self!r}"

    def for_scan(self) -> Question:
        """The same hits in the order of their numbers, with cursors of their own."""
        return replace(self, sort=SCAN)

    @property
    def position_length(self) -> int:
        return SORTS.get(self.sort, SCAN_POSITION)


def read_question(q: object = "", filters: object = None, sort: object = "relevance") -> Question:
    """Raises InvalidInput that names every field that is wrong."""
    errors: list[dict[str, str]] = []
    text = _read_q(q, errors)
    values = _read_filters(filters, errors)
    if not isinstance(sort, str) or sort not in SORTS:
        errors.append({"field": "sort", "text": f"Must be one of: {', '.join(SORTS)}."})
    days = _read_days(values, errors)
    if errors:
        raise InvalidInput.fields(errors)
    parts = _parts(text)
    numbers, reports = _spelled(text)
    opening = normalise(text)
    return Question(
        asked=bool(text),
        parts=parts,
        numbers=numbers,
        reports=reports,
        opening=opening if 2 <= len(opening) <= LONGEST_OPENING else "",
        included=_chosen(values, False),
        excluded=_chosen(values, True),
        from_day=days[0],
        to_day=days[1],
        # Without words nothing is more relevant than the rest, so the newest comes first.
        sort="-date" if sort == "relevance" and not text else str(sort),
    )


def read_limit(limit: object, most: int) -> int:
    """Raises InvalidInput that names ``limit``."""
    if isinstance(limit, bool) or not isinstance(limit, int) or not 1 <= limit <= most:
        raise InvalidInput.field("limit", f"Must be a whole number from 1 to {most}.")
    return limit


def read_change_no(min_change: object) -> int:
    """0 for None. Raises InvalidInput that names ``min_change``."""
    if min_change is None:
        return 0
    if isinstance(min_change, bool) or not isinstance(min_change, int) or not 0 <= min_change < 2**63:
        raise InvalidInput.field("min_change", "Must be the change_no of a change, a whole number.")
    return min_change


def _read_q(q: object, errors: list[dict[str, str]]) -> str:
    if not isinstance(q, str):
        errors.append({"field": "q", "text": "Must be text."})
        return ""
    if len(q) > LONGEST_Q:
        errors.append({"field": "q", "text": f"Is {len(q):,} characters long; at most {LONGEST_Q:,} are searched for."})
        return ""
    return fold(q.translate(_QUOTES)).strip()


def _parts(text: str) -> tuple[Part, ...]:
    """Words and phrases, each once. What is typed last may be unfinished, unless a quote closes it."""
    found = [(phrase, word) for phrase, word in _PARTS.findall(text) if phrase.strip() or word]
    last = len(found) - 1
    parts = (Part(word or phrase, bool(word) and place == last) for place, (phrase, word) in enumerate(found))
    return tuple(dict.fromkeys(parts))


def _spelled(text: str) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """The numbers of certificates and of reports that the whole text may spell, normalised."""
    number = parse_or_none(text)
    if isinstance(number, CertificateNumber):
        # The suffix belongs to the issue, so whoever asks for 26.0001X also means what is now 26.0001.
        return tuple(sorted({number.normalised, normalise(number.base)})), ()
    if isinstance(number, ReportNumber):
        return (), (number.normalised,)
    return (), ()


Check = Callable[[str], bool]


class Filter(NamedTuple):
    """Which values a filter takes, and how that is said."""

    is_right: Check
    right: str


def _one_of(*choices: str) -> Filter:
    folded = frozenset(fold(choice) for choice in choices)
    return Filter(lambda value: value in folded, f"Must be one of: {', '.join(choices)}.")


def _matching(pattern: str, right: str) -> Filter:
    compiled = re.compile(pattern, re.ASCII)
    return Filter(lambda value: compiled.fullmatch(value) is not None, right)


def _is_date(value: str) -> bool:
    try:
        return date.fromisoformat(value).isoformat() == value
    except ValueError:
        return False


_TEXT = Filter(lambda value: 0 < len(value) <= LONGEST_VALUE, f"Must be a text of at most {LONGEST_VALUE} characters.")
_DATE = Filter(_is_date, "Must be one date, like 2026-01-31.")
_COUNTRIES = frozenset(country.lower() for country in COUNTRIES)

# A new filter is a line here and a line in documents._filters; the index makes its field from the name.
FILTERS = {
    "scheme": _one_of(*SCHEMES),
    "kind": _one_of(*EQUIPMENT_KINDS),
    "status": _one_of(*PUBLIC_STATUSES),
    "excb": _matching("[a-z]{2,5}", "Must be the code of a certification body, such as BAS."),
    "country": Filter(_COUNTRIES.__contains__, "Must be a two-letter ISO 3166-1 country code, such as DE."),
    "manufacturer": _TEXT,
    "protection": _TEXT,
    "standard": _TEXT,
    "suffix": _one_of("X", "U", NO_SUFFIX),
}
DATES = ("issued_from", "issued_to")

Values = dict[str, list[str]]


def _read_filters(filters: object, errors: list[dict[str, str]]) -> Values:
    """Folded values by filter; what is wrong goes to ``errors``."""
    if filters is None:
        return {}
    if not isinstance(filters, dict):
        errors.append({"field": "filters", "text": "Must be an object of lists of texts."})
        return {}
    read: Values = {}
    for name, given in filters.items():
        known = _DATE if name in DATES else FILTERS.get(name) if isinstance(name, str) else None
        if known is None:
            text = f"There is no such filter; there are: {', '.join((*FILTERS, *DATES))}."
            errors.append({"field": str(name)[:LONGEST_VALUE], "text": text})
        else:
            read[name] = _read_values(name, known, given, errors)
    return read


def _read_values(name: str, known: Filter, given: Any, errors: list[dict[str, str]]) -> list[str]:
    values = [given] if isinstance(given, str) else given
    if not isinstance(values, list) or not all(isinstance(value, str) for value in values):
        errors.append({"field": name, "text": "Must be a text or a list of texts."})
        return []
    if len(values) > MOST_VALUES:
        errors.append({"field": name, "text": f"At most {MOST_VALUES} values are taken."})
        return []
    folded = [fold(value).strip() for value in values]
    plain = folded if name in DATES else [value.removeprefix("-") for value in folded]
    if (name in DATES and len(plain) != 1) or not all(map(known.is_right, plain)):
        errors.append({"field": name, "text": known.right})
        return []
    return folded


def _chosen(values: Values, excluded: bool) -> tuple[tuple[str, tuple[str, ...]], ...]:
    """The values that are wanted, or those behind a minus that are not, by filter."""
    chosen = {
        name: tuple(sorted({value.removeprefix("-") for value in members if value.startswith("-") is excluded}))
        for name, members in values.items()
        if name not in DATES
    }
    return tuple(sorted((name, members) for name, members in chosen.items() if members))


def _read_days(values: Values, errors: list[dict[str, str]]) -> tuple[int | None, int | None]:
    first, last = (values.get(name, [""])[:1] or [""] for name in DATES)
    if first[0] and last[0] and first[0] > last[0]:
        errors.append({"field": "issued_from", "text": "Must not be later than issued_to."})
    return (day_of(first[0]) if first[0] else None, day_of(last[0]) if last[0] else None)
