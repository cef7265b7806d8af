"""Lists of assets that somebody sends to have them checked: tables as text, with the column of certificates' numbers.

An Excel workbook or a CSV comes in; out comes one JSON array of texts a line, as wide as the widest row, and where the
titles, the numbers and the markings stand. Errors name the line and the column as whoever opens the file sees them.
Works in memory and knows nothing of HTTP; for strangers' files it runs in a process apart (gateway.apart).
"""

from __future__ import annotations

import csv
import io
import json
import re
from collections.abc import Iterator, Sequence
from typing import Any

from contracts.errors import InvalidInput, TooLarge
from contracts.numbers import CertificateNumber, parse_or_none
from gateway import workbooks
from gateway.apart import Made, made_apart
from gateway.workbooks import Table

FIELD = "file"
LARGEST_FILE = 10_485_760
MOST_LINES = 10_000
# Above the first number: titles, and what some people write above those.
MOST_ABOVE = 50
MOST_COLUMNS = 200
# Excel's own limit for the text of a cell.
LONGEST_CELL = 32_767
CHARSETS = {"utf-8": "utf-8-sig", "utf8": "utf-8-sig", "windows-1252": "cp1252", "cp1252": "cp1252"}
DELIMITERS = (",", ";")

DEADLY = "Cannot be read within the time there is: delete rows and columns that are not needed, and send it again."
MISSING = "Is missing: send the file itself as the body of the request."
NO_TEXT = "Is neither an Excel workbook (.xlsx) nor a CSV: save it as one of these, and send that."
NO_NUMBERS = (
    "Holds no certificate's number in any column; numbers look like IECEx BAS 07.0021X. If they are there, name the "
    "column that holds them."
)
_SAID = re.compile(r"iec ?ex|certificate|cert\b|certificat|zertifikat|certificado", re.IGNORECASE)
_SAID_MARKING = re.compile(r"marking|kennzeichn|marquage|marcado", re.IGNORECASE)
# What stands in a cell without a number, or with one of some other scheme.
_NO_TITLE = re.compile(r"[0-9]{3}|^\W*(?:n\W*a|none|nil|no|tb[acd]|unknown|unbekannt|keine?s?)?\W*$", re.IGNORECASE)
_LETTERS = re.compile(r"[A-Za-z]{1,2}")
_IECEX = re.compile(r"IEC ?-?Ex", re.IGNORECASE)
_LOOKS_MARKED = re.compile(r"\bEx [a-z]|\bEx \[|\[Ex [a-z]")


def read(data: bytes, charset: str = "", column: str = "", marking_column: str = "") -> tuple[dict[str, Any], Table]:
    """The table and ``{"format", "delimiter", "bom", "rows", "titles", "numbers", "markings"}``.

    The last three are the row of the titles and the columns, counted from 0, or None. ``column`` and ``marking_column``
    name a column by its title or its letter. Raises TooLarge, or InvalidInput that says what is wrong with which.
    """
    if not data:
        raise _refused(MISSING)
    if len(data) > LARGEST_FILE:
        raise TooLarge(f"The file has {len(data):,} bytes; at most {LARGEST_FILE:,} are taken.")
    facts, table = _workbook(data) if workbooks.is_one(data) else _text(data, charset)
    table = _squared(table)
    numbers, titles = _numbers(table, column)
    lines = len(table) - (0 if titles is None else titles + 1)
    if lines > MOST_LINES:
        raise TooLarge(f"The table has {lines:,} lines; at most {MOST_LINES:,} are checked at once: send it in parts.")
    found = {"titles": titles, "numbers": numbers, "markings": _markings(table, titles, numbers, marking_column)}
    return facts | {"rows": len(table), **found}, table


def made(data: bytes, **options: str) -> Made:
    """The same for gateway.apart, the table as lines of JSON."""
    facts, table = read(data, **options)
    return facts, "".join(json.dumps(row, ensure_ascii=False) + "\n" for row in table).encode()


def read_apart(data: bytes, options: dict[str, str]) -> Made:
    """As ``made`` with these ``options``, in a process apart."""
    return made_apart(__name__, data, _refused(DEADLY), options)


def _workbook(data: bytes) -> tuple[dict[str, Any], Table]:
    rows = _bounded(workbooks.rows(data, MOST_COLUMNS + 1))
    return {"format": "xlsx", "delimiter": "", "bom": False}, rows


def _text(data: bytes, charset: str) -> tuple[dict[str, Any], Table]:
    text = _decoded(data, charset)
    delimiter = _delimiter(text)
    # A file that was not said to be UTF-8 by a mark comes back with one: spreadsheets guess wrong without it.
    bom = data.startswith(b"\xef\xbb\xbf") or _codec(charset) == "cp1252"
    return {"format": "csv", "delimiter": delimiter, "bom": bom}, _bounded(_lines(text, delimiter))


def _codec(charset: str) -> str:
    codec = CHARSETS.get(charset.lower() or "utf-8")
    if codec is None:
        raise InvalidInput.field("Content-Type", "The charset must be utf-8 or windows-1252.")
    return codec


def _decoded(data: bytes, charset: str) -> str:
    if data.startswith((b"\xff\xfe", b"\xfe\xff")):
        raise _refused('Is in UTF-16: save it as "CSV UTF-8", or as an Excel workbook (.xlsx).')
    if b"\0" in data:
        raise _refused(NO_TEXT)
    try:
        return data.decode(_codec(charset))
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        text = f'Line {line:,} is not UTF-8: save the file as "CSV UTF-8", or say that its charset is windows-1252.'
        raise _refused(text) from error


def _delimiter(text: str) -> str:
    """The one that makes more columns of the first lines."""
    first = text[:20_000].splitlines()[:20]
    counts = {one: sum(line.count(one) for line in first) for one in DELIMITERS}
    return max(DELIMITERS, key=lambda one: counts[one])


def _lines(text: str, delimiter: str) -> Iterator[list[str]]:
    csv.field_size_limit(2 * LONGEST_CELL)
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
    try:
        yield from reader
    except csv.Error as error:
        text = f"Line {reader.line_num:,} cannot be read: a quotation mark or the end of a line is missing there."
        raise _refused(text) from error


def _bounded(rows: Iterator[Sequence[str]]) -> Table:
    """All rows but the empty ones at the end. Raises TooLarge or InvalidInput for more than can be checked."""
    table: Table = []
    for line, row in enumerate(rows, 1):
        if line > MOST_LINES + MOST_ABOVE:
            raise TooLarge(f"The table has more than {MOST_LINES:,} lines; send it in parts.")
        if any(row[MOST_COLUMNS:]):
            raise TooLarge(f"Line {line:,} has more than {MOST_COLUMNS} columns; send those that are needed.")
        for place, cell in enumerate(row):
            if len(cell) > LONGEST_CELL:
                raise TooLarge(f"Line {line:,}, column {letter(place)} has more than {LONGEST_CELL:,} characters.")
        table.append(list(row[:MOST_COLUMNS]))
    while table and not any(table[-1]):
        table.pop()
    return table


def _squared(table: Table) -> Table:
    """Every row as wide as the widest, and no column behind the last that holds something."""
    width = max((place + 1 for row in table for place, cell in enumerate(row) if cell), default=0)
    if not width:
        raise _refused("Holds nothing: send a table with certificates' numbers in one of its columns.")
    return [(row + [""] * width)[:width] for row in table]


def _numbers(table: Table, column: str) -> tuple[int, int | None]:
    """The column of the numbers and the row of the titles. Raises InvalidInput where there is none."""
    if column:
        place, titles = _named(table, column, "column")
        first = next((n for n, row in enumerate(table) if _number(row[place])), None)
        if first is None:
            text = f"Holds no certificate's number in the column {letter(place)}; they look like IECEx BAS 07.0021X."
            raise InvalidInput.field("column", text)
        return place, _title_above(table, place, first) if titles is None else titles
    candidates = [found for place in range(len(table[0])) if (found := _candidate(table, place)) is not None]
    if not candidates:
        raise _refused(NO_NUMBERS)
    _, place, first = max(candidates)
    return -place, _title_above(table, -place, first)


def _candidate(table: Table, place: int) -> tuple[tuple[int, int, int], int, int] | None:
    """How likely it is that the numbers stand in this column: what is written like them, then what the title says.

    None where no cell is one. A licence for the mark, such as BAS001, looks like any asset's tag: it alone is no hint.
    """
    found = [(n, row[place]) for n, row in enumerate(table) if _number(row[place])]
    if not found:
        return None
    first = found[0][0]
    titles = _title_above(table, place, first)
    said = titles is not None and _SAID.search(table[titles][place]) is not None
    written = sum(1 for _, cell in found if _IECEX.search(cell))
    surely = sum(1 for _, cell in found if _is_no_licence(cell))
    if not said and not surely:
        return None
    return (int(bool(written)), int(said), written + len(found)), -place, first


def _number(cell: str) -> CertificateNumber | None:
    # The digits of a number are four at the least; most cells of a list have none.
    if sum(character.isdigit() for character in cell[:200]) < 3:
        return None
    number = parse_or_none(cell)
    return number if isinstance(number, CertificateNumber) else None


def _is_no_licence(cell: str) -> bool:
    number = _number(cell)
    return number is not None and number.scheme != "mark-licence"


def _title_above(table: Table, place: int, first: int) -> int | None:
    """The row of the titles, above the first number in the column: one that says what stands there, else one that
    could; of several the widest, since what people write above a table is short. None where all of it is data."""
    above = [(n, table[n][place].strip()) for n in range(min(first, MOST_ABOVE))]
    named = [n for n, cell in above if cell and not _NO_TITLE.search(cell)]
    saying = [n for n in named if _SAID.search(table[n][place])]
    return max(saying or named, key=lambda n: sum(1 for cell in table[n] if cell.strip()), default=None)


def _named(table: Table, name: str, parameter: str) -> tuple[int, int | None]:
    """The column with this title, and the row of it; or with this letter. Raises InvalidInput."""
    wanted = " ".join(name.split()).casefold()
    for n, row in enumerate(table[:MOST_ABOVE]):
        for place, cell in enumerate(row):
            if " ".join(cell.split()).casefold() == wanted:
                return place, n
    if _LETTERS.fullmatch(name) and (place := _place(name)) < len(table[0]):
        return place, None
    there_are = ", ".join(letter(place) for place in range(min(len(table[0]), 30)))
    raise InvalidInput.field(
        parameter, f"There is no column {name[:60]!r}: give its title, or its letter: {there_are}."
    )


def _markings(table: Table, titles: int | None, numbers: int, name: str) -> int | None:
    """The column of the markings, where there is one: by name, else by its title, else by what stands in it."""
    if name:
        return _named(table, name, "marking_column")[0]
    others = [place for place in range(len(table[0])) if place != numbers]
    if titles is not None:
        said = [place for place in others if _SAID_MARKING.search(table[titles][place])]
        if said:
            return max(said, key=lambda place: _marked(table, place))
    best = max(others, key=lambda place: _marked(table, place), default=None)
    return best if best is not None and _marked(table, best) else None


def _marked(table: Table, place: int) -> int:
    return sum(1 for row in table if _LOOKS_MARKED.search(row[place]))


def letter(place: int) -> str:
    """A column's name in a spreadsheet: 0 → A, 26 → AA."""
    head, last = divmod(place, 26)
    return (letter(head - 1) if head else "") + chr(ord("A") + last)


def _place(letters: str) -> int:
    place = 0
    for character in letters.upper():
        place = place * 26 + ord(character) - ord("A") + 1
    return place - 1


def _refused(text: str) -> InvalidInput:
    return InvalidInput.field(FIELD, text)
