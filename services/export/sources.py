"""Where the rows of an export come from: a search, or the register number by number.

Both give pages: ``{"items": [snapshot], "total", "change_no", "missing": [{"number", "text"}]}``, and both see only
what everybody may see.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

from contracts.errors import Gone, InvalidInput, NotFound
from contracts.numbers import CertificateNumber, parse
from services.export.domain import Job

# Small enough that reading a page never keeps the others waiting for long.
PAGE = 100

Page = dict[str, Any]
# The certificates service on a guest's behalf, with the time for one call.
Register = Callable[[], Any]


def searched(job: Job, scan: Callable[..., dict[str, Any]]) -> Iterator[Page]:
    """What the search finds, in the order of numbers."""
    cursor = None
    while True:
        page = scan(q=job.q, filters=job.filters, cursor=cursor, limit=PAGE)
        yield page | {"missing": []}
        cursor = page["next"]
        if cursor is None:
            return


def listed(job: Job, register: Register) -> Iterator[Page]:
    """The numbers of the job, in their order, each certificate or issue once."""
    change_no = register().changes(after=0, limit=1)["last"]
    seen: set[tuple[str, int]] = set()
    for start in range(0, len(job.numbers), PAGE):
        items: list[dict[str, Any]] = []
        missing: list[dict[str, str]] = []
        for text in job.numbers[start : start + PAGE]:
            try:
                found = _read(register(), _certificate_number(text))
                if (found["base_number"], found["issue"]) not in seen:
                    seen.add((found["base_number"], found["issue"]))
                    items.append(found)
            except (InvalidInput, NotFound) as error:
                missing.append({"number": text, "text": _reason(error)})
        yield {"items": items, "total": len(job.numbers), "change_no": change_no, "missing": missing}


def _certificate_number(text: str) -> CertificateNumber:
    number = parse(text)
    if not isinstance(number, CertificateNumber):
        raise InvalidInput("Is the number of a report, not of a certificate.")
    return number


def _read(register: Any, number: CertificateNumber) -> dict[str, Any]:
    found: dict[str, Any] = (
        register.get(number=number.number)
        if number.issue is None
        else register.get_issue(number=number.number, issue=number.issue)
    )
    return found


def _reason(error: InvalidInput | NotFound) -> str:
    if isinstance(error, Gone):
        return "It was deleted by the Secretariat."
    if isinstance(error, NotFound):
        return "It is not in the register."
    return str(error.details["errors"][0]["text"]) if error.details.get("errors") else error.message
