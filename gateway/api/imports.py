"""/imports: certificates from before the register come in with their numbers, tried without consequence first."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from typing import Any

from flask import Response, g, request
from marshmallow import fields

from contracts.errors import InvalidInput, RegisterError, TooLarge
from contracts.numbers import CertificateNumber, parse_or_none
from contracts.schemas import Strict
from gateway import lines, mapping, spreadsheets
from gateway.api import PREFIX
from gateway.calls import Register, backing, register
from gateway.lines import Line
from gateway.openapi import LINES, Resource

# Of one call for hundreds of certificates; of one for the ledgers of some series.
SECONDS = 30.0
SERIES_AT_ONCE = 10
NOTHING: dict[str, Any] = dict.fromkeys(("number", "issue", "change_no")) | {"warnings": []}
TOO_MANY = TooLarge(f"The sheet has more than {lines.MOST_LINES:,} records; send the others as another one.")
STATUSES = ("importable", "imported", "unchanged", "refused")
DESCRIPTION = (
    f"Up to {lines.MOST_LINES:,} records, each of the latest issue of a certificate: as lines of JSON, "
    '`{"number", "status", "date_of_issue", "issue", "first_issued", "status_date", "status_reason", …}`, and the '
    "fields of POST /certificates; or as rows of the first sheet of an Excel file, whose columns `mapping` names."
)

blueprint = Resource("imports", __name__, url_prefix=f"{PREFIX}/imports", description="From before the register")


class ImportParameters(Strict):
    dry_run = fields.Boolean(load_default=True, metadata={"description": "whether to say only what would happen"})
    mapping = fields.String(
        load_default=None,
        metadata={
            "description": f"field → title of its column, as JSON: `{mapping.EXAMPLE}`; or in the header Mapping"
        },
    )


@blueprint.route("", methods=["POST"])
@blueprint.needs("administer")
@blueprint.parameters(ImportParameters)
@blueprint.header("Mapping", "the same as the parameter, where an address has no room for it")
@blueprint.line_by_line(DESCRIPTION, *lines.MEDIA_TYPES, spreadsheets.MEDIA_TYPE)
def create(parameters: dict[str, Any]) -> Response:
    """Import certificates that have their numbers

    Answered while it is worked on, a line for each record, in order: `{"line", "status", "number", "issue",
    "change_no", "warnings", "problem"}`, the status `importable` (in a dry run), `imported`, `unchanged` or `refused`.
    Then a line for each series: `{"series", "last", "absent"}`, where it ends and which numbers nobody has in it. At
    last `{"summary": {"dry_run", "lines", …}}`; if the answer ends without it, send the same again: what is there
    already is `unchanged`.
    """
    run, counts = Run(register(SECONDS), dry_run=parameters["dry_run"]), Counter[str]()
    answer = lines.answered(_each_once(_records(parameters["mapping"])), run.work, g.call_id, counts, NOTHING)
    return Response(_with_gaps(answer, run, counts), mimetype=LINES)


class Run:
    """One import on its way: what the service says of some records, and at the end of their series."""

    def __init__(self, behind: Register, *, dry_run: bool) -> None:
        self.behind, self.dry_run = behind, dry_run
        self._numbers: defaultdict[str, list[int]] = defaultdict(list)

    def work(self, some: Sequence[Line]) -> list[dict[str, Any]]:
        """What becomes of each of these records."""
        sent = [{"line": line.number, "sent": line.value} for line in some]
        answers: list[dict[str, Any]] = self.behind.certificates.import_many(lines=sent, dry_run=self.dry_run)
        for answer in answers:
            if answer["status"] != "refused" and isinstance(
                number := parse_or_none(answer["number"]), CertificateNumber
            ):
                self._numbers[number.series.key].append(number.sequence)
        return answers

    def gaps(self) -> Iterator[list[dict[str, Any]]]:
        """Of the series of all records so far: where each ends, and which numbers nobody has in it."""
        keys = sorted(self._numbers)
        for start in range(0, len(keys), SERIES_AT_ONCE):
            some = {key: self._numbers[key] for key in keys[start : start + SERIES_AT_ONCE]}
            yield self.behind.certificates.import_gaps(numbers=some, dry_run=self.dry_run)


def records(data: bytes, wanted: str | None) -> Iterator[Line]:
    """Each certificate's record once, of a file: of an Excel file by the mapping ``wanted``, else of its lines.

    Raises InvalidInput, TooLarge.
    """
    is_sheet = data.startswith(spreadsheets.SIGNATURE)
    return _each_once(_rows(mapping.read(wanted), data) if is_sheet else lines.of_data(data))


def _records(given: str | None) -> Iterator[Line]:
    if request.mimetype != spreadsheets.MEDIA_TYPE:
        return lines.of_body(request, spreadsheets.MEDIA_TYPE)
    return _rows(mapping.read(given or _header()), request.get_data(cache=False))


def _header() -> str | None:
    """The header, which travels as Latin-1 though people write UTF-8."""
    text = request.headers.get("Mapping")
    try:
        return text and text.encode("latin-1").decode()
    except UnicodeError as error:
        raise InvalidInput.field("mapping", "Is not UTF-8; \\u and four digits stand for any other letter.") from error


def _rows(wanted: dict[str, str], data: bytes) -> Iterator[Line]:
    """The rows of a sheet as lines, by their numbers in it. A file that is none, or has other columns, is refused."""
    # One row more than are taken, to see whether there are more.
    rows = spreadsheets.rows(data, lines.MOST_LINES + 2, backing().in_thread)
    titles = next(rows, ())
    if isinstance(titles, RegisterError):
        raise titles
    return _lines_of(mapping.columns(wanted, titles), rows)


def _lines_of(places: dict[str, int], rows: Iterator[spreadsheets.Row | RegisterError]) -> Iterator[Line]:
    for number, row in enumerate(rows, 2):
        if isinstance(row, RegisterError):
            yield Line(number, row)
        elif record := mapping.record(places, row):
            yield lines.measured(number, record) if number <= lines.MOST_LINES + 1 else Line(number, TOO_MANY)


def _each_once(records: Iterator[Line]) -> Iterator[Line]:
    """The records, but for those of a certificate that an earlier one spoke of."""
    seen: dict[str, int] = {}
    for line in records:
        number = parse_or_none(line.value.get("number")) if isinstance(line.value, dict) else None
        if number is None:
            yield line
        elif number.base in seen:
            text = f"{number.base} is on line {seen[number.base]} as well; of each the latest issue is imported."
            yield Line(line.number, InvalidInput.field("number", text))
        else:
            seen[number.base] = line.number
            yield line


def _with_gaps(answer: Iterator[bytes], run: Run, counts: Counter[str]) -> Iterator[bytes]:
    yield from answer
    for rows in run.gaps():
        yield from map(lines.encoded, rows)
    summary = {"dry_run": run.dry_run, "lines": counts.total()} | {name: counts[name] for name in STATUSES}
    yield lines.encoded({"summary": summary})
