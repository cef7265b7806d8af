"""Writes exports: rows of certificates in, a workbook, CSV or NDJSON file out.

Lives in the worker process. Every writer takes the rows one by one and keeps none, so that a million rows need no more
memory than a thousand; the one thing that a workbook keeps are its links, of which Excel allows 65,530.
"""

from __future__ import annotations

import csv
import json
import shutil
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import Any

from services.export.columns import COLUMNS, Cell, cells, headers, linked

TITLES = {
    "equipment": "Equipment",
    "service-facility": "Service facilities",
    "mark-licence": "Mark licences",
    "person": "Persons",
}
# A sheet has 1,048,576 rows; round thousands below that leave room for the header.
ROWS_A_SHEET = 1_000_000
# Excel repairs, that is damages, a workbook whose sheet has more. What comes after them keeps its address as text.
MOST_LINKS = 65_530
REPORT_EVERY = 2_000
ABOUT = "About"
# The library takes a link's words from another column, which is therefore there, but not shown.
HIDDEN = "Certificate No (text)"

Report = Callable[[int], None]


@dataclass(frozen=True, slots=True)
class Spool:
    """A file of snapshots of one scheme, one JSON object a line."""

    scheme: str
    path: Path
    rows: int


@dataclass(frozen=True, slots=True)
class Order:
    """What to write: which columns of which snapshots, and what the note says about it, line by line."""

    columns: list[str]
    spools: list[Spool]
    public_url: str
    about: list[list[str]]


def write(kind: str, order: Order, target: Path, report: Report) -> None:
    """Writes ``order`` to ``target`` in the format ``kind``; ``report`` hears how many rows are written."""
    WRITERS[kind](order, target, report)


def _snapshots(order: Order, report: Report) -> Iterator[dict[str, Any]]:
    written = 0
    for spool in order.spools:
        with spool.path.open(encoding="utf-8") as lines:
            for line in lines:
                yield linked(json.loads(line), order.public_url)
                written += 1
                if written % REPORT_EVERY == 0:
                    report(written)


def write_ndjson(order: Order, target: Path, report: Report) -> None:
    """Whole snapshots, one a line: the columns do not matter."""
    written = 0
    with target.open("wb") as file:
        for spool in order.spools:
            with spool.path.open("rb") as lines:
                shutil.copyfileobj(lines, file)
            written += spool.rows
            report(written)


def write_csv(order: Order, target: Path, report: Report) -> None:
    """One table in UTF-8. A cell that a spreadsheet would take for a formula gets an apostrophe in front."""
    with target.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(headers(order.columns))
        for snapshot in _snapshots(order, report):
            writer.writerow(_harmless(cell) for cell in cells(snapshot, order.columns))


def _harmless(cell: Cell) -> Cell:
    if isinstance(cell, str) and cell.startswith(("=", "+", "-", "@", "\t", "\r", "\n")):
        return "'" + cell
    return cell


def write_xlsx(order: Order, target: Path, report: Report) -> None:
    """A workbook: a sheet for each scheme, and one about the file. Text is text, dates are dates, numbers link."""
    from rustpy_xlsxwriter import Format, write_worksheets  # noqa: PLC0415 - nothing else here needs it

    records = _records(order, report)
    rows_of = _sheets(order.spools) or {"Certificates": 0}
    pages = [(title, islice(records, rows) if rows else iter([_nothing(order)])) for title, rows in rows_of.items()]
    head = Format().set_bold().set_font_color("#FFFFFF").set_background_color("#17406D")
    links = {COLUMNS["number"].header: HIDDEN}
    write_worksheets(
        [*pages, (ABOUT, ({"About this file": label, " ": text} for label, text in order.about))],
        str(target),
        datetime_format="yyyy-mm-dd",
        freeze_panes={"general": {"row": 1, "col": 0}},
        header_format=dict.fromkeys([*rows_of, ABOUT], head),
        autofilter=dict.fromkeys(rows_of, True),
        column_widths=dict.fromkeys(rows_of, _widths(order)) | {ABOUT: [26, 100]},
        url_columns=dict.fromkeys(rows_of, links) if "number" in order.columns else None,
        page_setup=dict.fromkeys(rows_of, _paper(order)),
    )


def _sheets(spools: list[Spool]) -> dict[str, int]:
    """Titles of sheets and how many rows each takes, in the order of the spools."""
    sheets = {}
    for spool in spools:
        for n, start in enumerate(range(0, spool.rows, ROWS_A_SHEET), 1):
            title = TITLES[spool.scheme] if n == 1 else f"{TITLES[spool.scheme]} {n}"
            sheets[title] = min(ROWS_A_SHEET, spool.rows - start)
    return sheets


def _records(order: Order, report: Report) -> Iterator[dict[str, Cell]]:
    titles = headers(order.columns)
    number = COLUMNS["number"].header
    for n, snapshot in enumerate(_snapshots(order, report)):
        record = dict(zip(titles, cells(snapshot, order.columns), strict=True))
        if number in record:
            record[HIDDEN] = record[number]
            if n < MOST_LINKS:
                record[number] = snapshot["link"]
        yield record


def _nothing(order: Order) -> dict[str, Cell]:
    """An empty row, from which the library takes the headers of a sheet without rows."""
    return dict.fromkeys(_widths(order))


def _widths(order: Order) -> dict[str, float]:
    hidden = {HIDDEN: 0.0} if "number" in order.columns else {}
    return {COLUMNS[key].header: float(COLUMNS[key].width) for key in order.columns} | hidden


def _paper(order: Order) -> dict[str, Any]:
    """A4 across, all columns on one page's width, the header on every page."""
    foot = f"&L&8A copy, not the original: {order.public_url.replace('&', '&&')}&R&8Page &P of &N"
    return {"paper_size": 9, "landscape": True, "fit_to_pages": (1, 0), "repeat_rows": 0, "footer": foot}


WRITERS: dict[str, Callable[[Order, Path, Report], None]] = {
    "xlsx": write_xlsx,
    "csv": write_csv,
    "ndjson": write_ndjson,
}
