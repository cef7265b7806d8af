"""Writes a list of assets back in the format in which it came, with what the register says behind each line.

Lives in the worker process. Every cell is text, whatever it begins with: nothing that somebody sent runs when somebody
else opens the file.
"""

from __future__ import annotations

import csv
import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

from services.export.assets import Table
from services.export.columns import clean
from services.export.sheets import ABOUT, harmless

REPORT_EVERY = 500

Report = Callable[[int], None]


def write(task: dict[str, Any], report: Report) -> None:
    """``task`` is ``{"table", "rows": the file of lines, "about", "target"}``, as the service made it."""
    table = Table(**task["table"])
    with Path(task["rows"]).open(encoding="utf-8") as lines:
        WRITERS[table.format](table, _rows(table, lines, report), task["about"], Path(task["target"]))


def _rows(table: Table, lines: Iterator[str], report: Report) -> Iterator[list[str]]:
    for n, line in enumerate(lines):
        row = [str(clean(cell)) for cell in json.loads(line)]
        if n == 0 and table.titles is None:
            yield [""] * (len(row) - len(table.headers)) + table.headers
        yield row
        if n % REPORT_EVERY == 0:
            report(n)


def _write_csv(table: Table, rows: Iterator[list[str]], _about: list[list[str]], target: Path) -> None:
    with target.open("w", encoding="utf-8-sig" if table.bom else "utf-8", newline="") as file:
        writer = csv.writer(file, delimiter=table.delimiter)
        for row in rows:
            writer.writerow(harmless(cell) for cell in row)


def _write_xlsx(table: Table, rows: Iterator[list[str]], about: list[list[str]], target: Path) -> None:
    from openpyxl import Workbook  # noqa: PLC0415 - only whoever checks lists needs it
    from openpyxl.cell import WriteOnlyCell  # noqa: PLC0415
    from openpyxl.styles import Font  # noqa: PLC0415

    workbook, bold = Workbook(write_only=True), Font(bold=True)
    sheet, note = workbook.create_sheet("Assets"), workbook.create_sheet(ABOUT)

    def cell(text: str, *, title: bool = False) -> Any:
        if not text:
            return None
        made = WriteOnlyCell(sheet, value=text)
        # What begins with = would be a formula, what is spelled like an error one.
        made.data_type = "s"
        if title:
            made.font = bold
        return made

    titles = table.titles or 0
    sheet.freeze_panes = f"A{titles + 2}"
    for n, row in enumerate(rows):
        sheet.append([cell(text, title=n == titles) for text in row])
    for line in about:
        note.append([cell(text) for text in line])
    workbook.save(target)


WRITERS = {"csv": _write_csv, "xlsx": _write_xlsx}
