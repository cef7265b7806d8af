"""The check of a list of assets: what is asked about each line, and what is written behind it.

Pure: imports the standard library and contracts only. A line is one row of somebody's table, texts all of it; its own
cells stay as they are, and what the register says comes behind them.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from contracts.errors import InvalidInput
from contracts.markings import LONGEST_NAMEPLATE, split_nameplate
from contracts.numbers import CertificateNumber, parse, parse_or_none

Row = list[str]

MOST_LINES = 10_000
# Excel's first row of titles may stand below what people write above it.
MOST_ROWS = MOST_LINES + 50
# A list in which nothing was found would fill the job with itself: each line says it anyway.
MOST_MISSING = 100
FORMATS = ("xlsx", "csv")
DELIMITERS = {"xlsx": ("",), "csv": (",", ";")}
UPLOAD = re.compile(r"uploads/[0-9a-f-]{36}\.jsonl", re.ASCII)

_BEFORE_MARKING = (
    "number", "status", "issue", "issue given", "date of issue", "valid until", "suspended since", "conditions of use",
    "conditions in full", "superseded by",
)  # fmt: skip
_BETWEEN_NUMBERS = re.compile(r"[,;|/&+\n]|\band\b")
NO_NUMBER = "There is no number in this line."


@dataclass(frozen=True, slots=True)
class Table:
    """Somebody's table as the gateway read it: where its lines lie, how it was written, and what stands where.

    ``titles``, ``numbers``, ``markings``: the row of the titles and two columns, counted from 0; None where there is no
    such. ``sha256`` is that of the lines: the same for the same table.
    """

    blob: str
    sha256: str
    format: str
    delimiter: str
    bom: bool
    rows: int
    titles: int | None
    numbers: int
    markings: int | None

    @property
    def headers(self) -> Row:
        """The titles of what is written behind each line."""
        marking = ["marking"] if self.markings is not None else []
        return [f"Register: {name}" for name in (*_BEFORE_MARKING, *marking, "in words")]

    def question(self, row: Row) -> dict[str, str] | str | None:
        """What to ask about a line, or why nothing can be asked; None for a line of nothing."""
        text = row[self.numbers].strip()
        if not text:
            return NO_NUMBER if any(map(str.strip, row)) else None
        number = number_in(text)
        if not isinstance(number, CertificateNumber):
            return number
        marking = "" if self.markings is None else row[self.markings][:LONGEST_NAMEPLATE]
        return {"number": _spelled(number), "marking": marking}

    def behind(self, question: dict[str, str] | str | None, answer: dict[str, Any] | None) -> Row:
        """The cells behind a line: what the register answered, or why it was not asked."""
        if answer is None:
            words = question if isinstance(question, str) else ""
            return [*[""] * (len(self.headers) - 1), words]
        asked = question if isinstance(question, dict) else {}
        marking = [] if self.markings is None else [_marking(answer["markings"])]
        return [*_standing(answer, asked), *marking, answer["text"]]


def checked_table(given: object) -> Table:
    """The table that the gateway read. Raises InvalidInput for what the gateway would never send."""
    try:
        table = Table(**given)  # type: ignore[arg-type]
    except TypeError as error:
        raise InvalidInput.field("table", "Must be a table as the gateway reads one.") from error
    places = (table.titles or 0, table.numbers, table.markings or 0)
    right = (
        isinstance(table.blob, str) and UPLOAD.fullmatch(table.blob),
        isinstance(table.sha256, str) and re.fullmatch("[0-9a-f]{64}", table.sha256),
        table.format in FORMATS and table.delimiter in DELIMITERS[table.format] and isinstance(table.bom, bool),
        isinstance(table.rows, int) and 0 < table.rows <= MOST_ROWS,
        all(isinstance(place, int) and 0 <= place < MOST_ROWS for place in places),
    )
    if not all(right):
        raise InvalidInput.field("table", "Must be a table as the gateway reads one.")
    return table


def number_in(text: str) -> CertificateNumber | str:
    """The certificate's number in a cell, or a sentence that says why there is none."""
    number = parse_or_none(text)
    if number is None:
        several = _several(text)
        if len(several) > 1:
            return f"Ambiguous: the cell names {' and '.join(several)}; give each a line of its own."
        number = parse_or_none(split_nameplate(text)[0])
    if isinstance(number, CertificateNumber):
        return number
    if number is not None:
        return f"{number} is the number of a report, not of a certificate."
    return _why_not(text)


def _several(text: str) -> list[str]:
    parts = (parse_or_none(part) for part in _BETWEEN_NUMBERS.split(text[:LONGEST_NAMEPLATE]))
    return list(dict.fromkeys(part.number for part in parts if isinstance(part, CertificateNumber)))


def _why_not(text: str) -> str:
    try:
        return str(parse(text))
    except InvalidInput as error:
        return str(error.details["errors"][0]["text"])


def _spelled(number: CertificateNumber) -> str:
    return number.number if number.issue is None else f"{number.number} Issue {number.issue}"


def _standing(answer: dict[str, Any], asked: dict[str, str]) -> Row:
    if not answer["found"]:
        return [answer["number"] or "", "Not in the register", *[""] * (len(_BEFORE_MARKING) - 2)]
    found = answer["certificate"]
    if found["status"] == "deleted":
        return [found["number"], "Deleted", *[""] * (len(_BEFORE_MARKING) - 2)]
    conditions = found.get("conditions_of_use") or ""
    return [
        found["number"],
        found["status"].capitalize() + (", validity ended" if found["validity_ended"] else ""),
        str(found["latest_issue"]),
        _issue_given(found, asked),
        found.get("date_of_issue") or "",
        found.get("valid_until") or "",
        found["status_date"] if found["status"] == "suspended" else "",
        "yes" if conditions else "no",
        conditions,
        "; ".join(found.get("superseded_by") or []),
    ]


def _issue_given(found: dict[str, Any], asked: dict[str, str]) -> str:
    number = parse_or_none(asked["number"])
    if number is None or number.issue is None:
        return ""
    if number.issue != found["issue"]:
        return f"{number.issue}: there is no such issue"
    latest = found["latest_issue"]
    return f"{number.issue}: the latest" if number.issue == latest else f"{number.issue}: superseded by issue {latest}"


def _marking(compared: Sequence[dict[str, Any]]) -> str:
    """Whether the marking in the line says what the certificate says, and how it differs where safety is concerned."""
    if not compared:
        return ""
    wrong = [row for row in compared if not row["agrees"]]
    if not wrong:
        return "agrees"
    texts = [difference["text"] for row in wrong for difference in row.get("differences", ()) if _matters(difference)]
    return "differs: " + " ".join(texts or [row.get("text") or "It could not be compared." for row in wrong])


def _matters(difference: dict[str, Any]) -> bool:
    return bool(difference["grade"] == "safety")
