"""Reading a request for a search: words, phrases and numbers in q, filters, a sort order.

Everything is refused with the field's name and what would be right, and nothing in q is ever an operator: quotes
hold a phrase together, all else is words.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from typing import NamedTuple

from contracts.errors import InvalidInput
from contracts.markings import LONGEST_MARKING, parse
from contracts.numbers import CertificateNumber, ReportNumber, normalise, parse_or_none
from services.search.domain.documents import SHAPE, issue_number
from services.search.domain.filters import ALL, Chosen, Errors, read_filters
from services.search.domain.keys import day_of
from services.search.domain.text import fold
from services.search.domain.values import FACETS

LONGEST_Q = 10_000
MOST_HITS = 200
MOST_SCANNED = 1_000
LONGEST_OPENING = 20

# The sort orders, and of how many numbers a position in each consists (see index.reading).
SORTS = {"relevance": 3, "-date": 2, "date": 2, "number": 2, "-number": 2, "name": 5}
SCAN, SCAN_POSITION = "scan", 3
NO_FACETS = "none"
_QUOTES = str.maketrans(dict.fromkeys("“”„‟«»＂", '"'))
_LIKE_A_MARKING = re.compile(r"\s*\W{0,3}e?ex", re.IGNORECASE)
_PARTS = re.compile(r'"([^"]*)"|([^\s"]+)')


class Part(NamedTuple):
    """What must occur: the words of ``text`` in their order; the last word may go on if ``prefix``.

    What stood in quotes is meant as it is spelled: ``exact``.
    """

    text: str
    prefix: bool = False
    exact: bool = False


class Spelled(NamedTuple):
    """The numbers that q as a whole may spell, normalised: of certificates, of one issue, of reports.

    ``certain``: the base number, where q says that it is one ("PX 20 0400" may be a type as well).
    """

    certificates: tuple[str, ...] = ()
    issue: str = ""
    reports: tuple[str, ...] = ()
    certain: str = ""


@dataclass(frozen=True, slots=True)
class Question:
    """What is asked for. ``asked``: whether q holds anything at all; without, everything is found.

    ``opening``: the beginning of a number that q as a whole may be; ``marking``: folded, the marking that it is, in its
    one right spelling. Filters: values by name, sorted; those of free
    texts folded. Days count from 2000-01-01. ``all_issues``: older issues, too.
    """

    asked: bool
    parts: tuple[Part, ...]
    spelled: Spelled
    opening: str
    marking: str
    included: Chosen
    excluded: Chosen
    from_day: int | None
    to_day: int | None
    valid_day: int | None
    all_issues: bool
    sort: str

    @property
    def identity(self) -> str:
        """The same for two requests exactly if they list the same hits in the same order."""
        return f"{SHAPE} {self!r}"

    def for_scan(self) -> Question:
        """The same hits in the order of their numbers, with cursors of their own."""
        return replace(self, sort=SCAN)

    def without(self, name: str) -> Question:
        """The same without one filter."""
        included, excluded = (
            tuple(chosen for chosen in side if chosen[0] != name) for side in (self.included, self.excluded)
        )
        return replace(self, included=included, excluded=excluded)

    @property
    def is_everything(self) -> bool:
        """Whether nothing is asked for at all, so that everything is found."""
        chosen = (self.included, self.excluded, self.from_day, self.to_day, self.valid_day)
        return not self.asked and all(choice in ((), None) for choice in chosen)

    @property
    def position_length(self) -> int:
        return SORTS.get(self.sort, SCAN_POSITION)


def read_question(q: object = "", filters: object = None, sort: object = "relevance") -> Question:
    """Raises InvalidInput that names every field that is wrong."""
    errors: Errors = []
    text = _read_q(q, errors)
    chosen = read_filters(filters, errors)
    if not isinstance(sort, str) or sort not in SORTS:
        errors.append({"field": "sort", "text": f"Must be one of: {', '.join(SORTS)}."})
    if errors:
        raise InvalidInput.fields(errors)
    opening = normalise(text)
    days = {name: day_of(day) for name, day in chosen.days.items()}
    return Question(
        asked=bool(text),
        parts=_parts(text),
        spelled=_spelled(text),
        opening=opening if 2 <= len(opening) <= LONGEST_OPENING else "",
        marking=_marking(q),
        included=chosen.included,
        excluded=chosen.excluded,
        from_day=days.get("issued_from"),
        to_day=days.get("issued_to"),
        valid_day=days.get("valid_on"),
        all_issues=chosen.issues == ALL,
        # Without words nothing is more relevant than the rest, so the newest comes first.
        sort="-date" if sort == "relevance" and not text else str(sort),
    )


def read_facets(facets: object) -> tuple[str, ...]:
    """The facets to be counted: all for None, none at all for ``none``. Raises InvalidInput that names ``facets``."""
    if facets is None:
        return FACETS
    names = [facets] if isinstance(facets, str) else facets
    known = {*FACETS, NO_FACETS}
    if not isinstance(names, list) or not all(isinstance(name, str) and name in known for name in names):
        raise InvalidInput.field("facets", f"Must be some of: {', '.join(FACETS)}, or {NO_FACETS}.")
    return () if NO_FACETS in names else tuple(dict.fromkeys(names))


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


def _read_q(q: object, errors: Errors) -> str:
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
    parts = (
        Part(word or phrase, prefix=bool(word) and place == last, exact=not word)
        for place, (phrase, word) in enumerate(found)
    )
    return tuple(dict.fromkeys(parts))


def _spelled(text: str) -> Spelled:
    number = parse_or_none(text)
    if isinstance(number, CertificateNumber):
        base = normalise(number.base)
        issue = "" if number.issue is None else issue_number(base, number.issue)
        # The suffix belongs to the issue, so whoever asks for 26.0001X also means what is now 26.0001.
        certain = base if number.scheme != "mark-licence" and normalise(text).startswith("iecex") else ""
        return Spelled(tuple(sorted({number.normalised, base})), issue, certain=certain)
    if isinstance(number, ReportNumber):
        return Spelled(reports=(number.normalised,))
    return Spelled()


def _marking(q: object) -> str:
    """Folded; nothing where q is none, which is nearly always seen at its first letters."""
    if not isinstance(q, str) or len(q) > LONGEST_MARKING or not _LIKE_A_MARKING.match(q):
        return ""
    marking = parse(q)
    return "" if marking.status == "not-understood" else fold(marking.printed)
