"""The rules of export jobs: what may be asked for, how many at a time, how far one is, and how long its file is kept.

A job is ``queued``, then ``running`` under the lease of one replica, then ``done``, ``failed`` or ``cancelled``, once.
Whoever's lease runs out has lost the job. Imports the standard library and contracts only.
"""

from __future__ import annotations

import hashlib
import json
from dataclasses import asdict, dataclass, field
from datetime import datetime, timedelta
from typing import Any

from contracts.errors import Forbidden, InvalidInput, NotFound, TooManyRequests
from contracts.events import timestamp
from contracts.numbers import LONGEST_SPELLING

FORMATS = {
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "csv": "text/csv; charset=utf-8",
    "ndjson": "application/x-ndjson",
    "zip": "application/zip",
}
# Before the format of a list of assets, by which a replica of before knows that the job is none that it can do.
CHECKED = "checked-"
MOST_NUMBERS = 10_000
# The documents of a ZIP are drawn one by one.
MOST_DOCUMENTS = 2_000
# One caller must not take all workers; guests share one allowance, for nobody knows how many of them are one.
MOST_OPEN_OF_AN_ACCOUNT = 3
MOST_OPEN_OF_GUESTS = 20
# Long enough to fetch it the next morning; a fresh one is a minute's work, and its data would be newer.
KEPT = timedelta(hours=24)
# By the age of the file, for what no job points to any more: a preview shows a draft as it was, which its owner soon
# changes; a document can be drawn again at any time.
FILES_KEPT = {
    "exports": KEPT + timedelta(hours=1),
    "previews": timedelta(hours=1),
    "cards": timedelta(hours=1),
    "uploads": KEPT,
    "documents": timedelta(days=30),
}
# A replica that was killed is missed after this time; a living one says often within it that it is there.
LEASE = timedelta(seconds=30)
BEAT = timedelta(seconds=2)
# A job that ends workers or finds its neighbours away so many times is given up.
MOST_ATTEMPTS = 5
PAUSE = timedelta(seconds=15)
GIVEN_UP = "The export could not be made after several attempts; start it again later."


@dataclass(frozen=True, slots=True)
class Wanted:
    """What an export is of: a search, or ``numbers`` in any spelling; in which format, under which columns.

    No ``columns``: those that are usual for each scheme. ``bom``: see services.export.sheets.Order. ``table``: it is no
    export, but the check of a list of assets, see services.export.assets.Table.
    """

    format: str
    q: str = ""
    filters: dict[str, Any] = field(default_factory=dict)
    columns: list[str] = field(default_factory=list)
    numbers: list[str] = field(default_factory=list)
    bom: bool = False
    table: dict[str, Any] = field(default_factory=dict)

    def fingerprint(self, requested_by: str | None) -> str:
        """The same for two exports of one caller exactly if they ask for the same."""
        # Where a table lies is another place each time that it is sent.
        asked = asdict(self) | {"table": {name: value for name, value in self.table.items() if name != "blob"}}
        text = json.dumps([asked, requested_by], sort_keys=True)
        return hashlib.sha256(text.encode()).hexdigest()

    def check_total(self, total: int) -> None:
        """Raises InvalidInput when so many certificates are too many for the format."""
        if self.format == "zip" and total > MOST_DOCUMENTS:
            text = f"There are {total:,} certificates; a ZIP of documents holds up to {MOST_DOCUMENTS:,}."
            raise InvalidInput.field("numbers" if self.numbers else "query", text)


@dataclass(frozen=True, slots=True, kw_only=True)
class Job(Wanted):
    """An export as it stands. ``rows`` were fetched from the register, ``written`` of them into the file.

    ``token`` names the lease: who holds another one has no say any more. ``lease_until`` of a queued job is the moment
    before which nobody takes it up again. ``missing``: the numbers that are not in the file, and why. ``callers``: how
    often it was asked for; the last who cancels it ends it.
    """

    id: str
    requested_by: str | None
    status: str
    created_at: datetime
    identity: str | None = None
    callers: int = 1
    started_at: datetime | None = None
    missing: list[dict[str, str]] = field(default_factory=list)
    rows: int = 0
    written: int = 0
    total: int | None = None
    change_no: int | None = None
    attempts: int = 0
    token: str | None = None
    lease_until: datetime | None = None
    finished_at: datetime | None = None
    error: str | None = None
    length: int | None = None

    @property
    def blob(self) -> str:
        """The file's key. Each lease has its own, so that one who lost his cannot write over the file of the next."""
        return f"exports/{self.id}/{self.token}.{self.extension}"

    @property
    def extension(self) -> str:
        """The name of the file ends so, and it is of this media type."""
        return self.format.removeprefix(CHECKED)

    @property
    def percent(self) -> int:
        """Of the whole work: half of it is fetching the rows, half writing them. 100 means that the file is there."""
        if self.status == "done":
            return 100
        if not self.total:
            return 0
        return min(99, 50 * (self.rows + self.written) // self.total)

    def answer(self) -> dict[str, Any]:
        """The job as others see it, in JSON values."""
        return {
            "id": self.id,
            "format": self.extension,
            "status": self.status,
            "rows": self.rows,
            "total": self.total,
            "percent": self.percent,
            "error": self.error,
            "created_at": timestamp(self.created_at),
            "finished_at": None if self.finished_at is None else timestamp(self.finished_at),
            "file": self._file() if self.status == "done" else None,
            "change_no": self.change_no,
            "missing": self.missing,
        }

    def _file(self) -> dict[str, Any]:
        return {
            "blob": self.blob,
            "filename": f"{'assets' if self.table else 'certificates'}-{self.created_at:%Y-%m-%d}.{self.extension}",
            "content_type": FORMATS[self.extension],
            "length": self.length,
        }


def check_numbers(numbers: object) -> list[str]:
    """``numbers`` without repetitions. Raises InvalidInput unless it is a list of 1 to MOST_NUMBERS texts."""
    if not isinstance(numbers, list) or not 1 <= len(numbers) <= MOST_NUMBERS:
        raise InvalidInput.field("numbers", f"Must be a list of 1 to {MOST_NUMBERS:,} numbers.")
    for place, number in enumerate(numbers):
        if not isinstance(number, str) or len(number) > LONGEST_SPELLING:
            raise InvalidInput.field(f"numbers.{place}", f"Must be text of up to {LONGEST_SPELLING} characters.")
    # PostgreSQL has no text with a NUL in it, and no number has one.
    return list(dict.fromkeys(number.replace("\0", " ") for number in numbers))


def check_bom(bom: object, kind: str) -> bool:
    """``bom`` itself. Raises InvalidInput for what has no use for one."""
    if not isinstance(bom, bool) or (bom and kind != "csv"):
        raise InvalidInput.field("bom", "Must be true or false, and true for CSV only.")
    return bom


def check_may_cancel(role: str, account: str | None, job: Job) -> None:
    """A guest's export has no other owner than whoever knows its id. Raises Forbidden."""
    if job.requested_by not in (None, account) and role != "secretariat":
        raise Forbidden("This export was started by somebody else.")


@dataclass(frozen=True, slots=True)
class KnownCertificate:
    """The certificate of a key that signs documents, or did; when and why it was withdrawn, if it was."""

    fingerprint: str
    pem: str
    first_used_at: datetime
    withdrawn_at: datetime | None = None
    withdrawal: str = ""


def check_format(kind: object) -> str:
    """``kind`` itself. Raises InvalidInput that says which formats there are."""
    if not isinstance(kind, str) or kind not in FORMATS:
        raise InvalidInput.field("format", f"Must be one of: {', '.join(FORMATS)}.")
    return kind


def check_query(query: object) -> tuple[str, dict[str, Any]]:
    """What to search for, as the search service reads it: the words and the filters.

    ``sort`` is taken and not used, so that a screen's query can be sent as it is: an export is in the order of numbers.
    Raises InvalidInput.
    """
    if not isinstance(query, dict):
        raise InvalidInput.field("query", 'Must be an object such as {"q": "pump", "filters": {"excb": ["BAS"]}}.')
    unknown = sorted(map(str, query.keys() - {"q", "filters", "sort"}))
    if unknown:
        raise InvalidInput.field(f"query.{unknown[0][:60]}", "There is no such field; there are q, filters and sort.")
    q, filters = query.get("q") or "", query.get("filters") or {}
    if not isinstance(q, str):
        raise InvalidInput.field("query.q", "Must be text.")
    if not isinstance(filters, dict):
        raise InvalidInput.field("query.filters", "Must be an object of lists.")
    # PostgreSQL has no text with a NUL in it; to the search it is a blank.
    return q.replace("\0", " "), filters


def check_open(requested_by: str | None, count: int) -> None:
    """``count``: exports of this account, or of all guests, that are not yet finished. Raises TooManyRequests."""
    if requested_by is None and count >= MOST_OPEN_OF_GUESTS:
        raise TooManyRequests("Too many exports are being made at the moment; try again in a minute.", retry_after=60)
    if requested_by is not None and count >= MOST_OPEN_OF_AN_ACCOUNT:
        text = f"{MOST_OPEN_OF_AN_ACCOUNT} exports of yours are not finished yet; wait for one of them."
        raise TooManyRequests(text, retry_after=30)


def not_found() -> NotFound:
    return NotFound(f"There is no such export; one is kept for {KEPT.total_seconds() / 3600:.0f} hours after its end.")


def about(job: Job, now: datetime, public_url: str, invented: bool) -> list[list[str]]:
    """The note that goes with the file, line by line: what it is, of what moment, and what it is not."""
    lines = [
        ["What this is", "A copy, not the original: the record in the register is the original."],
        ["Register", public_url],
        ["Searched for", _searched_for(job)],
        *([f"Filter: {name}", _listed(value)] for name, value in sorted(job.filters.items())),
        ["Lines" if job.table else "Certificates", f"{job.rows:,}"],
        ["Order", "As they were asked for." if job.numbers or job.table else "By certificate number."],
        ["Taken at (UTC)", f"{now:%Y-%m-%d %H:%M:%S}"],
        ["As of change", str(job.change_no)],
        ["Status", "As of that moment; it may have changed since. Only persons' certificates expire."],
    ]
    if invented:
        lines.append(["Demonstration", "This register holds invented records. They certify nothing."])
    return lines + [["Not in this file", f"{row['number']}: {row['text']}"] for row in job.missing]


def _searched_for(job: Job) -> str:
    if job.table:
        return "the numbers in a list of assets"
    return f"{len(job.numbers):,} numbers" if job.numbers else job.q or "everything"


def _listed(value: object) -> str:
    return ", ".join(map(str, value)) if isinstance(value, list) else str(value)
