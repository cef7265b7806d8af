"""What a search finds, as a file: chosen, made as a job, watched, fetched. Open to everybody."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from flask import Blueprint, Response, jsonify, render_template, request, url_for
from werkzeug.datastructures import MultiDict

from contracts.errors import InvalidInput, RegisterError, TooManyRequests
from gateway import paths
from gateway.api.exports import sent_file
from gateway.api.search import filters_of
from gateway.api.searching import FORMATS
from gateway.calls import register
from gateway.pages import columns, errors, reference
from gateway.pages.frame import prefers_json
from gateway.pages.guards import open_to_all
from gateway.pages.questions import Question
from gateway.pages.search import said

NAMES = (
    ("xlsx", "Excel workbook", "One row for each certificate, with links, and a sheet that says what was asked."),
    ("csv", "CSV", "The same rows as plain text, for any spreadsheet or database."),
    ("ndjson", "JSON lines", "Whole certificates for programs, one a line; it has no columns."),
    ("zip", "PDFs in a zip file", "Every certificate as a document; it has no columns."),
)

blueprint = Blueprint("export_pages", __name__, url_prefix="/exports")


@blueprint.get("/new")
@open_to_all
def new() -> str:
    """Which file it shall be, of what is asked in the address."""
    return _form(Question(request.args), "xlsx", {})


@blueprint.post("")
@open_to_all
def start() -> Response | tuple[str, int]:
    """Starts the job and leads to it."""
    question = Question(MultiDict(request.form.items(multi=True)))
    wanted = request.form.get("format", "")
    try:
        if wanted not in FORMATS:
            raise InvalidInput.field("format", "Choose one of the formats.")
        query = question.exported()
        job = register().export.start(
            format=wanted, query={"q": query["q"], "filters": filters_of(query)}, **_options(question)
        )
    except (InvalidInput, TooManyRequests) as error:
        return _form(question, wanted, errors.by_field(error)), 422
    return paths.led_to(url_for(".show", job_id=job["id"]), 303)


@blueprint.get("/<uuid:job_id>")
@open_to_all
def show(job_id: UUID) -> str | Response:
    """How far the job has come, and its file; to the page's own script, as JSON."""
    job = register().export.get(id=str(job_id))
    if prefers_json():
        return jsonify({name: job.get(name) for name in ("status", "rows", "total", "percent")})
    return render_template(
        "exports/show.html",
        job=job,
        running=job["status"] in ("queued", "running"),
        names=dict(_names()),
        # The job does not tell what it is of; who came here by a list is told of lines.
        of_a_list=request.args.get("of") == "list",
    )


@blueprint.get("/<uuid:job_id>/file")
@open_to_all
def file(job_id: UUID) -> Response:
    """The file of a job that is done."""
    return sent_file(job_id)


def _options(question: Question) -> dict[str, Any]:
    kind, schemes = request.form.get("format", ""), columns.schemes_of(question.chosen)
    keys = columns.wanted(reference.columns_of_exports(), request.form.getlist("columns"), schemes, kind)
    return {"numbers": None, "columns": keys, "bom": kind == "csv"}


def _names() -> list[tuple[str, str]]:
    return [(name, title) for name, title, _hint in NAMES]


def _form(question: Question, wanted: str, wrong: dict[str, str]) -> str:
    bodies = reference.names_of_bodies()
    chosen = [said(name, value, bodies) for name, value in question.filters]
    known = reference.columns_of_exports()
    usual = columns.usual(known, columns.schemes_of(question.chosen))
    marked = request.form.getlist("columns") or usual
    return render_template(
        "exports/new.html",
        question=question,
        chosen=chosen,
        formats=NAMES,
        wanted=wanted,
        wrong=wrong,
        columns=columns.ordered(known, marked),
        marked=marked,
        as_usual=marked == usual,
        total=_total(question),
    )


def _total(question: Question) -> int | None:
    """How many certificates the file would hold, if search can say so now."""
    try:
        query = question.exported()
        found = register().search.search(
            q=query["q"],
            filters=filters_of(query),
            sort="number",
            limit=1,
            cursor=None,
            min_change=None,
            facets=["none"],
        )
    except RegisterError:
        return None
    return int(found["total"])
