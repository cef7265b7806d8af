"""Writes exports: rows of certificates in; a workbook, a CSV or NDJSON file, or a ZIP of their documents out.

Lives in the worker process. Every writer takes the rows one by one and keeps none, so that a million rows need no more
memory than a thousand; the one thing that a workbook keeps are its links, of which Excel allows 65,530.
"""

from __future__ import annotations

import csv
import shutil
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import Any
from zipfile import ZIP_STORED, ZipFile

import orjson

from services.export.columns import COLUMNS, Cell, cells, headers, linked, of_sheet, of_table
from services.export.document import filename_of

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
# In which the PDFs of a ZIP lie, beside the spools.
DOCUMENTS = "documents"
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
    """What to write: which columns of which snapshots, and what the note says about it, line by line.

    No ``columns``: those that are usual for each scheme. ``bom``: a mark by which spreadsheets know a CSV for UTF-8.
    """

    columns: list[str]
    spools: list[Spool]
    public_url: str
    about: list[list[str]]
    bom: bool = False


def write(kind: str, order: Order, target: Path, report: Report) -> None:
    """Writes ``order`` to ``target`` in the format ``kind``; ``report`` hears how many rows are written."""
    WRITERS[kind](order, target, report)


def _snapshots(order: Order, report: Report) -> Iterator[dict[str, Any]]:
    written = 0
    for spool in order.spools:
        with spool.path.open("rb") as lines:
            for line in lines:
                yield linked(orjson.loads(line), order.public_url)
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
    columns = of_table([spool.scheme for spool in order.spools] or TITLES, order.columns)
    with target.open("w", encoding="utf-8-sig" if order.bom else "utf-8", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(headers(columns))
        for snapshot in _snapshots(order, report):
            writer.writerow(harmless(cell) for cell in cells(snapshot, columns))


def harmless(cell: Cell) -> Cell:
    """What a spreadsheet would take for a formula gets an apostrophe in front."""
    if isinstance(cell, str) and cell.startswith(("=", "+", "-", "@", "\t", "\r", "\n")):
        return "'" + cell
    return cell


def write_zip(order: Order, target: Path, report: Report) -> None:
    """The documents, which lie beside the spools already, and a note about them."""
    with ZipFile(target, "w", ZIP_STORED) as archive:
        archive.writestr(f"{ABOUT}.txt", "".join(f"{label}: {text}\r\n" for label, text in order.about))
        for snapshot in _snapshots(order, report):
            name = filename_of(snapshot)
            document = order.spools[0].path.parent / DOCUMENTS / name
            if document.exists():
                archive.write(document, name)


@dataclass(frozen=True, slots=True)
class Sheet:
    """``rows`` of one scheme under these columns."""

    title: str
    columns: list[str]
    rows: int

    @property
    def widths(self) -> dict[str, float]:
        hidden = {HIDDEN: 0.0} if "number" in self.columns else {}
        return {COLUMNS[key].header: float(COLUMNS[key].width) for key in self.columns} | hidden


def write_xlsx(order: Order, target: Path, report: Report) -> None:
    """A workbook: a sheet for each scheme, and one about the file. Text is text, dates are dates, numbers link."""
    from rustpy_xlsxwriter import Format, write_worksheets  # noqa: PLC0415 - nothing else here needs it

    snapshots = enumerate(_snapshots(order, report))
    sheets = _sheets(order) or [Sheet("Certificates", of_table(TITLES, order.columns), 0)]
    head = Format().set_bold().set_font_color("#FFFFFF").set_background_color("#17406D")
    titles, links = [sheet.title for sheet in sheets], {COLUMNS["number"].header: HIDDEN}
    write_worksheets(
        [
            *((sheet.title, _records(sheet, islice(snapshots, sheet.rows))) for sheet in sheets),
            (ABOUT, ({"About this file": label, " ": text} for label, text in order.about)),
        ],
        str(target),
        datetime_format="yyyy-mm-dd",
        freeze_panes={"general": {"row": 1, "col": 0}},
        header_format=dict.fromkeys([*titles, ABOUT], head),
        autofilter=dict.fromkeys(titles, True),
        column_widths={sheet.title: sheet.widths for sheet in sheets} | {ABOUT: [26, 100]},
        url_columns={sheet.title: links for sheet in sheets if "number" in sheet.columns} or None,
        page_setup=dict.fromkeys(titles, _paper(order)),
    )


def _sheets(order: Order) -> list[Sheet]:
    """In the order of the spools; one that is too long for a sheet goes on in the next."""
    return [
        Sheet(
            TITLES[spool.scheme] if n == 1 else f"{TITLES[spool.scheme]} {n}",
            of_sheet(spool.scheme, order.columns),
            min(ROWS_A_SHEET, spool.rows - start),
        )
        for spool in order.spools
        for n, start in enumerate(range(0, spool.rows, ROWS_A_SHEET), 1)
    ]


def _records(sheet: Sheet, snapshots: Iterator[tuple[int, dict[str, Any]]]) -> Iterator[dict[str, Cell]]:
    titles, number = headers(sheet.columns), COLUMNS["number"].header
    if not sheet.rows:
        # From an empty row the library takes the headers of a sheet without rows.
        yield dict.fromkeys(sheet.widths)
    for n, snapshot in snapshots:
        record = dict(zip(titles, cells(snapshot, sheet.columns), strict=True))
        if number in record:
            record[HIDDEN] = record[number]
            if n < MOST_LINKS:
                record[number] = snapshot["link"]
        yield record


def _paper(order: Order) -> dict[str, Any]:
    """A4 across, all columns on one page's width, the header on every page."""
    foot = f"&L&8A copy, not the original: {order.public_url.replace('&', '&&')}&R&8Page &P of &N"
    return {"paper_size": 9, "landscape": True, "fit_to_pages": (1, 0), "repeat_rows": 0, "footer": foot}


WRITERS: dict[str, Callable[[Order, Path, Report], None]] = {
    "xlsx": write_xlsx,
    "csv": write_csv,
    "ndjson": write_ndjson,
    "zip": write_zip,
}
