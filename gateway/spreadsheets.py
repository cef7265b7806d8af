"""Reads the first sheet of an Excel file row by row, within bounds that a file must keep before it is opened."""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Callable, Iterator
from itertools import islice
from typing import IO, Any

from openpyxl import load_workbook

from contracts.errors import InvalidInput, RegisterError, TooLarge

MEDIA_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
# What an Excel file begins with: it is an archive, which no line of JSON looks like.
SIGNATURE = b"PK"
MOST_MEMBERS, LARGEST_UNPACKED = 1_000, 134_217_728
MOST_COLUMNS = 200
ROWS_AT_ONCE = 200
PIECE = 1_048_576
# With it a part could make gigabytes of a few letters, or read other files. Looked for in every part, whatever its name
# is, since a part may be named as it likes; and in the bytes of UTF-16 as well.
_DECLARES = re.compile(b"\0?".join(re.escape(bytes([sign])) for sign in b"<!DOCTYPE"))
_LONGEST_DECLARES = 2 * len("<!DOCTYPE")
DECLARES = (
    "Holds a part that declares a document type (<!DOCTYPE), as only some drawings (SVG) do: take the pictures out,"
    " save it anew as Excel workbook (.xlsx), and send that."
)

Row = tuple[Any, ...]


def rows(data: bytes, most: int, in_thread: Callable[..., Any]) -> Iterator[Row | RegisterError]:
    """The first ``most`` rows of the first sheet, titles included: cells as Python values, None for an empty one.

    An error in place of a row is the last one: TooLarge for a file that grows too much, InvalidInput for what is no
    Excel file, or no more. ``in_thread`` runs a function where its computing holds nobody up.
    """
    reader = _read(data, most)
    while some := in_thread(_some, reader):
        yield from some


def _some(reader: Iterator[Row]) -> list[Row | RegisterError]:
    read: list[Row | RegisterError] = []
    try:
        for row in islice(reader, ROWS_AT_ONCE):
            read.append(row)  # noqa: PERF402 - those before an error count
    except RegisterError as error:
        read.append(error)
    return read


def _read(data: bytes, most: int) -> Iterator[Row]:
    _check_members(data)
    try:
        workbook = load_workbook(io.BytesIO(data), read_only=True, data_only=True, keep_links=False)
        sheet = workbook.worksheets[0]
        # What the file says of its size may be a lie, by which every row would be filled up.
        sheet.reset_dimensions()
        yield from sheet.iter_rows(max_row=most, max_col=MOST_COLUMNS, values_only=True)
    except Exception as error:
        # The library raises whatever it stumbles upon.
        raise _no_workbook() from error


def _check_members(data: bytes) -> None:
    """By the sizes that the archive states, beyond which nothing of it is unpacked; then by what stands in it."""
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            members = archive.infolist()
            _check_sizes(members)
            declares = any(_declares(archive, member) for member in members)
    except RegisterError:
        raise
    except Exception as error:  # a broken archive fails in many ways
        raise _no_workbook() from error
    if declares:
        raise InvalidInput.field("body", DECLARES)


def _check_sizes(members: list[zipfile.ZipInfo]) -> None:
    unpacked = sum(member.file_size for member in members)
    if len(members) > MOST_MEMBERS or unpacked > LARGEST_UNPACKED:
        raise TooLarge(f"The file unpacks to {unpacked:,} bytes; at most {LARGEST_UNPACKED:,} are taken.")


def _declares(archive: zipfile.ZipFile, member: zipfile.ZipInfo) -> bool:
    with archive.open(member) as part:
        return any(declares for _, declares in pieces(part))


def pieces(part: IO[bytes]) -> Iterator[tuple[int, bool]]:
    """Of each piece of a part: how long it is, and whether a document type is declared in it."""
    before = b""
    while piece := part.read(PIECE):
        yield len(piece), _DECLARES.search(before + piece) is not None
        before = piece[-_LONGEST_DECLARES:]


def _no_workbook() -> InvalidInput:
    return InvalidInput.field("body", "Is no Excel file (.xlsx) that can be read; save it anew, or send lines of JSON.")
