"""``python -m bench.ours.workbooks ours spool target``: one workbook by one library, with the time and the memory.

``python -m bench.ours.workbooks`` without more: ours at 10,000, 100,000 and 1,000,000 rows, and where the time goes.
Each workbook is written by a process of its own, so that the highest its memory ever was is its own, too. All write
the same sheet: sixteen columns, a header that is styled, filtered and frozen, dates, and links on the first 65,530
numbers. XlsxWriter is measured where it is installed: the register does without.
"""

from __future__ import annotations

import cProfile
import importlib
import json
import pstats
import re
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from datetime import date
from pathlib import Path
from typing import Any, NamedTuple

from bench import corpus
from bench.remote import ROOT
from services.export import sheets
from services.export.columns import COLUMNS, cells, headers, linked

KEYS = [
    "number", "issue", "status", "date_of_issue", "applicant", "manufacturer", "equipment", "marking", "excb",
    "standards", "test_reports", "quality_reports", "suffix", "verification", "kind", "link",
]  # fmt: skip
URL = "https://register.example"
# So many differ; then they come again under other numbers.
DIFFERENT = 5_000
SIZES = (10_000, 100_000, 1_000_000)

Cells = list[Any]


class Written(NamedTuple):
    """What a workbook took: seconds of the processor, since nobody waits for anything, and megabytes at the highest."""

    seconds: float
    peak: float


def spool(folder: Path, rows: int) -> Path:
    """A file of so many snapshots of equipment, as an export fetches them."""
    indices = [index for index in range(2 * DIFFERENT) if corpus.scheme_of(index) == "equipment"]
    different = [corpus.snapshots(index)[0] for index in indices]
    path = folder / str(rows)
    with path.open("w", encoding="utf-8") as file:
        for n in range(rows):
            number = f"IECEx BAS {n // 9_999 % 100:02}.{n % 9_999 + 1:04}"
            file.write(json.dumps(different[n % len(different)] | {"number": number}, ensure_ascii=False) + "\n")
    return path


def written(by: str, path: Path) -> Written:
    """The workbook of this spool, written by a process of its own."""
    command = [sys.executable, "-m", "bench.ours.workbooks", by, str(path), str(path.with_suffix(f".{by}.xlsx"))]
    answer = subprocess.run(command, cwd=ROOT, check=True, capture_output=True, text=True).stdout
    return Written(*json.loads(answer))


def _ours(path: Path, target: Path) -> None:
    rows = int(path.name)
    order = sheets.Order(KEYS, [sheets.Spool("equipment", path, rows)], URL, [["What this is", "A copy"]])
    sheets.write_xlsx(order, target, lambda _rows: None)


def _rows(path: Path) -> Iterator[Cells]:
    with path.open(encoding="utf-8") as lines:
        for line in lines:
            yield cells(linked(json.loads(line), URL), KEYS)


def _openpyxl(path: Path, target: Path) -> None:
    from openpyxl import Workbook  # noqa: PLC0415 - nothing of the others' may count in ours
    from openpyxl.cell import WriteOnlyCell  # noqa: PLC0415
    from openpyxl.styles import Font, PatternFill  # noqa: PLC0415

    workbook = Workbook(write_only=True)
    sheet = workbook.create_sheet("Equipment")
    sheet.freeze_panes, sheet.auto_filter.ref = "A2", f"A1:P{int(path.name) + 1}"
    for place, key in enumerate(KEYS):
        sheet.column_dimensions[chr(ord("A") + place)].width = COLUMNS[key].width
    head = [WriteOnlyCell(sheet, title) for title in headers(KEYS)]
    for cell in head:
        cell.font, cell.fill = Font(bold=True, color="FFFFFF"), PatternFill("solid", fgColor="17406D")
    sheet.append(head)
    for n, row in enumerate(_rows(path)):
        if n < sheets.MOST_LINKS:
            number = WriteOnlyCell(sheet, row[0])
            number.hyperlink = row[-1]
            row[0] = number
        sheet.append(row)
    workbook.save(target)


def _xlsxwriter(path: Path, target: Path) -> None:
    library = importlib.import_module("xlsxwriter")
    workbook = library.Workbook(target, {"constant_memory": True, "default_date_format": "yyyy-mm-dd"})
    sheet = workbook.add_worksheet("Equipment")
    sheet.freeze_panes(1, 0)
    sheet.autofilter(0, 0, int(path.name), len(KEYS) - 1)
    head = workbook.add_format({"bold": True, "font_color": "#FFFFFF", "bg_color": "#17406D"})
    for place, key in enumerate(KEYS):
        sheet.set_column(place, place, COLUMNS[key].width)
        sheet.write_string(0, place, COLUMNS[key].header, head)
    for n, row in enumerate(_rows(path), 1):
        if n <= sheets.MOST_LINKS:
            sheet.write_url(n, 0, row[-1], string=row[0])
        for place, cell in enumerate(row[n <= sheets.MOST_LINKS :], n <= sheets.MOST_LINKS):
            if isinstance(cell, date):
                sheet.write_datetime(n, place, cell)
            elif cell is not None:
                sheet.write(n, place, cell)
    workbook.close()


WRITERS: dict[str, Callable[[Path, Path], None]] = {
    "ours": _ours,
    "openpyxl": _openpyxl,
    "xlsxwriter": _xlsxwriter,
}


def write(by: str, path: Path, target: Path) -> None:
    began = time.process_time()
    WRITERS[by](path, target)
    seconds = time.process_time() - began
    sys.stdout.write(json.dumps([seconds, _highest()]))


def _highest() -> float:
    """Megabytes of memory at the highest. The usage of resources would tell that of the process it was forked from."""
    status = Path("/proc/self/status").read_text(encoding="ascii")
    return int(re.findall(r"^VmHWM:\s+(\d+) kB$", status, re.MULTILINE)[0]) / 1024


def main() -> None:
    with tempfile.TemporaryDirectory() as folder:
        for rows in SIZES:
            path = spool(Path(folder), rows)
            taken = written("ours", path)
            rate, peak = rows / taken.seconds, taken.peak
            print(f"{rows:>9,} rows: {taken.seconds:6.1f} s, {rate:,.0f} rows/s, {peak:.0f} MB at most")
            if rows == SIZES[1]:
                _profile(path)
            path.unlink()


def _profile(path: Path) -> None:
    with cProfile.Profile() as profile:
        _ours(path, path.with_suffix(".profile.xlsx"))
    pstats.Stats(profile).sort_stats("tottime").print_stats(12)


if __name__ == "__main__":
    match sys.argv[1:]:
        case [by, path, target]:
            write(by, Path(path), Path(target))
        case _:
            main()
