"""Certificates from before the register: a file is tried, then imported, and one reads what becomes of each record.

The page is sent while the register works, a row for each record, so that one sees how far it is without a script.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from typing import Any

from flask import Blueprint, Response, render_template, request, stream_template

from contracts.errors import InvalidInput, RegisterError
from gateway import lines, mapping
from gateway.api import imports
from gateway.calls import register
from gateway.pages.errors import by_field
from gateway.pages.secretariat.common import secretariat

NOTHING_SENT = InvalidInput.field("file", "Choose a file: lines of JSON, or an Excel workbook (.xlsx).")

blueprint = Blueprint("import_page", __name__, url_prefix="/secretariat/import")


@blueprint.get("")
@secretariat
def show() -> str:
    """What is imported, and the form that sends it."""
    return _form({})


@blueprint.post("")
@secretariat
def send() -> Any:
    """Works on the records of the file and tells of each; by itself it only tries."""
    counts, run = Counter[str](), imports.Run(register(imports.SECONDS), dry_run=request.form.get("do") != "import")
    try:
        records = imports.records(_sent(), request.form.get("mapping", "").strip() or None)
        answers = _begun(lines.worked_on(records, run.work, counts))
    except RegisterError as refusal:
        return _form(by_field(refusal)), 422
    return Response(
        stream_template("secretariat/imported.html", pieces=answers, gaps=run.gaps, counts=counts, dry_run=run.dry_run)
    )


def _sent() -> bytes:
    file = request.files.get("file")
    data = file.read() if file and file.filename else b""
    if not data.strip():
        raise NOTHING_SENT
    return data


def _begun(answers: Iterator[list[dict[str, Any]]]) -> Iterator[list[dict[str, Any]]]:
    """The same answers, the first of them worked on: what is wrong with the file as a whole shows before any row."""
    first = next(answers, [])

    def all_of_them() -> Iterator[list[dict[str, Any]]]:
        yield first
        yield from answers

    return all_of_them()


def _form(errors: dict[str, str]) -> str:
    return render_template(
        "secretariat/import.html",
        errors={{"body": "file"}.get(field, field): text for field, text in errors.items()},
        mapping=request.form.get("mapping", ""),
        example=mapping.EXAMPLE,
        most=lines.MOST_LINES,
    )
