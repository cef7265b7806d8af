"""Excel workbooks to be sent, and what could be wrong with one."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Iterable, Mapping
from typing import Any

from openpyxl import Workbook, load_workbook

CONTENT_TYPES, WORKBOOK = "[Content_Types].xml", "xl/workbook.xml"


def a_workbook(*rows: Iterable[Any], before: Iterable[str] = ()) -> bytes:
    """The file of a workbook with a sheet of these rows, behind empty sheets of the names ``before``."""
    workbook = Workbook(write_only=True)
    for name in before:
        workbook.create_sheet(name)
    sheet = workbook.create_sheet("Assets")
    for row in rows:
        sheet.append(list(row))
    file = io.BytesIO()
    workbook.save(file)
    return file.getvalue()


def changed(file: bytes, parts: Mapping[str, bytes | None]) -> bytes:
    """The workbook with these parts in place of its own, or beside them; without those that are None."""
    target = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(file)) as source, zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as archive:
        for member in source.infolist():
            if member.filename not in parts:
                archive.writestr(member.filename, source.read(member))
        for name, content in parts.items():
            if content is not None:
                archive.writestr(name, content)
    return target.getvalue()


def a_zip(**parts: bytes) -> bytes:
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in parts.items():
            archive.writestr(name, content)
    return target.getvalue()


def cells(file: bytes, sheet: int = 0) -> list[list[Any]]:
    """What stands in a sheet of the workbook."""
    workbook = load_workbook(io.BytesIO(file))
    return [list(row) for row in workbook.worksheets[sheet].iter_rows(values_only=True)]
