"""Many certificates at once: a file with one JSON object a line, and what became of each line, told as it is worked on.

The page is sent while the register works, a row for each line, so that one sees how far it is without a script.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from typing import Any
from uuid import uuid4

from flask import Blueprint, Response, render_template, request, stream_template

from contracts.errors import RegisterError
from gateway import lines
from gateway.api.batches import SECONDS
from gateway.calls import Register, register
from gateway.domain import checked_idempotency_key
from gateway.lines import Line
from gateway.pages.drafting import officers

blueprint = Blueprint("batches_page", __name__, url_prefix="/work/batch")


@blueprint.get("")
@officers
def show() -> str:
    """What a batch is, and the form that sends one."""
    return render_template("drafting/batch.html", key=uuid4().hex, error=None, most=lines.MOST_LINES)


@blueprint.post("")
@officers
def send() -> Any:
    """Works on the lines of the file, and tells of each."""
    data, key = _sent(), checked_idempotency_key(request.form.get("key"))
    if not data.strip() or key is None:
        error = "Choose a file with one certificate a line, or paste the lines."
        return render_template("drafting/batch.html", key=uuid4().hex, error=error, most=lines.MOST_LINES), 422
    try:
        found = lines.of_data(data)
    except RegisterError as error:
        return render_template("drafting/batch.html", key=key, error=error.message, most=lines.MOST_LINES), 422
    counts = Counter[str]()
    rows = _rows(register(SECONDS), found, key, counts, issue=request.form.get("issue") == "yes")
    return Response(stream_template("drafting/batch_results.html", pieces=rows, counts=counts, total=lines.count(data)))


def _sent() -> bytes:
    """The file, or what was pasted where there is none."""
    file = request.files.get("file")
    return file.read() if file and file.filename else request.form.get("lines", "").encode()


def _rows(
    services: Register, found: Iterator[Line], key: str, counts: Counter[str], *, issue: bool
) -> Iterator[list[dict[str, Any]]]:
    def work(some: Sequence[Line]) -> list[dict[str, Any]]:
        sent = [{"line": line.number, "sent": line.value} for line in some]
        answers: list[dict[str, Any]] = services.certificates.create_many(key=key, lines=sent, issue=issue)
        return answers

    return lines.worked_on(found, work, counts)
