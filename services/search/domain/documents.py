"""What of an issue of a certificate is found, filtered and sorted by.

``SHAPE`` counts the changes of what an entry holds: an index of another shape is built anew.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from contracts import digests
from contracts.numbers import normalise
from services.search.domain.hits import full_title, name_in
from services.search.domain.issues import FOR_EVER, Validity
from services.search.domain.keys import date_key, day_of, name_keys, number_key
from services.search.domain.text import fold, models
from services.search.domain.values import Values, marked, values_of

SHAPE = 4

Snapshot = dict[str, Any]

# Shown, but no text that anybody looks for: "current" is a word about electricity, "equipment" one about everything.
_CODES = {"id", "links", "scheme", "kind", "status", "suffix", "excb", "country", "photo", "type", "sha256"}
_DATES = {"date_of_issue", "first_issued", "status_date", "valid_until", "obtained", "since"}
_REPORTS = ("test_reports", "quality_reports", "facility_reports", "assessment_reports")
_PARTIES = ("holder", "applicant", "manufacturer", "assessment_centre")
_CENTURY = 36_525
# A certificate in a text that says that it is one; its suffix does not matter.
_MENTION = re.compile(r"\biec ?ex[ -]?(?:cp[ -]?)?[a-z]{2,5}[ -]?(?:[0-9]{2}|s)[. ]?[0-9]{4}(?![0-9])", re.ASCII)
_ISSUE_OF_REPORT = re.compile(r"/[0-9]{2}$", re.ASCII)


@dataclass(frozen=True, slots=True)
class Entry:
    """What the index knows of an issue. Texts are folded, values as shown; the keys sort as their names say.

    ``key`` is the base number, which all issues share, ``latest`` whether this is the one in force.
    ``numbers``: normalised, the base number, the printed one and the issue's own (see ``issue_number``); ``reports``:
    normalised; ``mentions``: the base numbers that its texts name, normalised; ``openings``: what the beginnings of a
    spelled number are compared with. ``name_keys`` sort before ``number_key``. ``slice`` and ``mark``: for the
    comparison with the register, see contracts.digests.
    """

    key: str
    latest: bool
    numbers: list[str]
    openings: list[str]
    reports: list[str]
    mentions: list[str]
    title: str
    names: list[str]
    marking: list[str]
    texts: list[str]
    values: Values
    number_key: int
    date_key: int
    name_keys: list[int]
    day: int
    validity: Validity
    recency: float
    slice: str
    mark: int


def entry_of(snapshot: Snapshot, validity: Validity = FOR_EVER) -> Entry:
    """Tolerant of fields that are missing, since schemes differ, and of fields that it does not know."""
    key, day = str(snapshot["base_number"]), day_of(snapshot.get("date_of_issue"))
    number, base = normalise(snapshot.get("number") or key), normalise(key)
    title = fold(full_title(snapshot))
    texts = [fold(text) for text in _texts(snapshot, [])]
    together = "\n".join(texts)
    return Entry(
        key=key,
        latest="latest_issue" not in snapshot,
        numbers=sorted({base, number, issue_number(base, int(snapshot.get("issue") or 0))}),
        openings=_openings(number),
        reports=_reports(snapshot),
        mentions=sorted({normalise(number) for number in _MENTION.findall(together)}),
        title="\n".join((title, *models(title))),
        names=[fold_often(name) for role in _PARTIES if (name := name_in(snapshot, role))],
        marking=_marking(snapshot),
        texts=[*texts, *dict.fromkeys(models(together))],
        values=values_of(snapshot),
        number_key=number_key(snapshot),
        date_key=date_key(snapshot),
        name_keys=name_keys(_whose(snapshot)),
        day=day,
        validity=validity,
        recency=0.2 * day / _CENTURY,
        slice=digests.slice_of(str(snapshot.get("excb") or ""), snapshot.get("first_issued")),
        mark=digests.mark(key, snapshot.get("issue"), snapshot.get("status"), snapshot.get("change_no")),
    )


def issue_number(base: str, issue: int) -> str:
    """What one issue of a certificate is found by, from its normalised base number: ``iecexbas260001#2``."""
    return f"{base}#{issue}"


# Names, markings and standards are few and come again and again.
fold_often = lru_cache(maxsize=20_000)(fold)


def _whose(snapshot: Snapshot) -> str:
    """Whose certificate it is: the name that a list by name is sorted by."""
    return next((fold_often(name) for role in _PARTIES if (name := name_in(snapshot, role))), "")


def _marking(snapshot: Snapshot) -> list[str]:
    """Each line as it is written, and in its one right spelling, which a question is brought to as well."""
    lines = snapshot.get("marking") or ()
    return [fold_often(form) for line in lines for form in dict.fromkeys((line, marked(line).printed))]


def _reports(snapshot: Snapshot) -> list[str]:
    """Each report with its issue and without, for people quote it either way."""
    reports = [report for name in _REPORTS for report in snapshot.get(name) or ()]
    return sorted({normalise(form) for report in reports for form in (report, _ISSUE_OF_REPORT.sub("", report))})


def _texts(part: dict[str, Any], found: list[str]) -> list[str]:
    """Every text on the certificate, so that what can be read on it can be found."""
    for name, value in part.items():
        if name in _CODES or name in _DATES:
            continue
        for member in value if isinstance(value, list) else (value,):
            if isinstance(member, str):
                found.append(member)
            elif isinstance(member, dict):
                _texts(member, found)
    return found


def _openings(number: str) -> list[str]:
    """``iecexbas260001x``, ``bas260001x`` and ``260001x``: people leave out what goes without saying."""
    without_scheme = number.removeprefix("iecex").removeprefix("cp")
    digits = without_scheme.lstrip("abcdefghijklmnopqrstuvwxyz")
    return sorted({number, number.removeprefix("iecex"), without_scheme, digits})
