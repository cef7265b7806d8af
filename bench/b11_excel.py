"""B11: SCALE rows of sixteen columns as a workbook, against openpyxl's and XlsxWriter's ways to write many rows.

The memory of each size is that of a process that wrote nothing else; the bar is on the largest.
"""

from __future__ import annotations

import importlib.util
import tempfile
from functools import partial
from pathlib import Path

from bench.measure import Row, alternate, compared
from bench.ours.workbooks import spool, written

ROUNDS = 3
# Against which library, and how many times as fast.
OTHERS = {"openpyxl": 5.0, "xlsxwriter": 3.0}


def run(scale: int) -> list[Row]:
    with tempfile.TemporaryDirectory() as folder:
        sizes = sorted({scale // 10, scale})
        paths = {rows: spool(Path(folder), rows) for rows in sizes}
        rows = [_against(library, paths[scale], scale) for library in OTHERS if importlib.util.find_spec(library)]
        return rows + [_memory(path, size) for size, path in paths.items()]


def _memory(path: Path, count: int) -> Row:
    what = f"memory while {count:,} rows are written, at most"
    return Row("B11", what, "MB", written("ours", path).peak, at_most=200)


def _against(library: str, path: Path, count: int) -> Row:
    pairs = alternate(partial(_rate, "ours", path, count), partial(_rate, library, path, count), ROUNDS)
    what = f"Excel, {count:,} rows of 16 columns, against {library}"
    return compared("B11", what, "rows/s", pairs, at_least=OTHERS[library])


def _rate(by: str, path: Path, count: int) -> float:
    return count / written(by, path).seconds
