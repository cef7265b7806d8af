"""Excel workbooks as tables of text: the first sheet that holds something, within bounds.

Only the plain kind (.xlsx) is opened; every other one gets a sentence that says how to save it. Before the library sees
a part, the archive was read once in full: no part is larger than it says, none declares entities, none holds a program.
"""

from __future__ import annotations

import io
import zipfile
from collections.abc import Iterator, Sequence
from datetime import date, datetime, time
from itertools import islice
from typing import IO, Any

from openpyxl import load_workbook

from contracts.errors import InvalidInput, RegisterError, TooLarge
from gateway.spreadsheets import DECLARES, LARGEST_UNPACKED, MOST_MEMBERS, pieces

Table = list[list[str]]

FIELD = "file"
ZIP, OLE = b"PK\x03\x04", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
# How the two kinds of an OLE file name themselves inside.
_PROTECTED = "EncryptedPackage".encode("utf-16-le")
# A sheet that begins with so many rows of nothing holds nothing.
MOST_EMPTY = 50

BROKEN = "Is no Excel workbook that can be read: open it, save it anew as Excel workbook (.xlsx), and send that."
PROTECTED = "Is protected by a password: save it without one, and send that."
OLD = "Is in Excel's old format (.xls): save it as Excel workbook (.xlsx), and send that."
MACROS = "Holds macros: save it as Excel workbook (.xlsx), which has none, and send that."
BINARY = "Is a binary workbook (.xlsb): save it as Excel workbook (.xlsx), and send that."
OTHER = "Is no Excel workbook: save it as Excel workbook (.xlsx) or as CSV, and send that."


def is_one(data: bytes) -> bool:
    """Whether ``data`` begins as workbooks do, of the kind that is read or of another one."""
    return data.startswith((ZIP, OLE))


def rows(data: bytes, most_columns: int) -> Iterator[Sequence[str]]:
    """The rows of the first sheet that holds something, cells as text. Raises TooLarge or InvalidInput."""
    _check(data)
    try:
        workbook = load_workbook(io.BytesIO(data), read_only=True, data_only=True, keep_links=False)
        for sheet in workbook.worksheets:
            # What the file says of its size may be a lie, by which every row would be filled up.
            sheet.reset_dimensions()
            found = _texts(sheet.iter_rows(max_col=most_columns, values_only=True))
            begun = list(islice(found, MOST_EMPTY))
            if any(map(any, begun)):
                yield from begun
                yield from found
                return
    except RegisterError:
        raise
    except Exception as error:  # the library raises whatever it stumbles upon
        raise _refused(BROKEN) from error


def _texts(found: Iterator[tuple[Any, ...]]) -> Iterator[list[str]]:
    for row in found:
        yield [text_of(cell) for cell in row]


def text_of(cell: Any) -> str:
    """What a person sees in the cell, as far as that is known without its format."""
    if cell is None:
        return ""
    if isinstance(cell, bool):
        return str(cell).upper()
    if isinstance(cell, float) and cell.is_integer() and abs(cell) < 1e15:
        return str(int(cell))
    if isinstance(cell, datetime):
        midnight = cell.time() == time()
        return cell.date().isoformat() if midnight else cell.isoformat(" ", "seconds")
    if isinstance(cell, date | time):
        return cell.isoformat()
    return str(cell)


def _check(data: bytes) -> None:
    if data.startswith(OLE):
        raise _refused(PROTECTED if _PROTECTED in data else OLD)
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            _check_names(archive)
            _check_members(archive)
    except RegisterError:
        raise
    except Exception as error:  # a broken archive fails in many ways
        raise _refused(BROKEN) from error


def _check_names(archive: zipfile.ZipFile) -> None:
    names = [member.filename.casefold() for member in archive.infolist()]
    if any("vbaproject" in name or name.startswith("xl/macrosheets/") for name in names):
        raise _refused(MACROS)
    if "xl/workbook.bin" in names:
        raise _refused(BINARY)
    if "xl/workbook.xml" not in names or "[content_types].xml" not in names:
        raise _refused(OTHER)
    if len(names) > MOST_MEMBERS:
        raise TooLarge(f"The workbook has {len(names):,} parts; at most {MOST_MEMBERS:,} are read.")


def _check_members(archive: zipfile.ZipFile) -> None:
    """Reads all of it, piece by piece: what a part says of its size may be a lie."""
    unpacked = 0
    for member in archive.infolist():
        if member.flag_bits & 1:
            raise _refused(PROTECTED)
        with archive.open(member) as part:
            unpacked += _length(part, LARGEST_UNPACKED - unpacked)


def _length(part: IO[bytes], most: int) -> int:
    length = 0
    for piece, declares in pieces(part):
        length += piece
        if length > most:
            raise TooLarge(f"The workbook unpacks to more than {LARGEST_UNPACKED:,} bytes; save it with less in it.")
        if declares:
            raise _refused(DECLARES)
    return length


def _refused(text: str) -> InvalidInput:
    return InvalidInput.field(FIELD, text)
