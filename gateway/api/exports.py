"""/exports: jobs that write what a search finds into a file, or check a list of assets; their progress, their files."""

from __future__ import annotations

import hashlib
import threading
from typing import Any
from uuid import UUID, uuid4

from flask import Response, jsonify, request, url_for

from contracts.errors import WrongState
from gateway import files, spreadsheets
from gateway.api import PREFIX, examples
from gateway.api.presentation import tagged_answer
from gateway.api.search import filters_of
from gateway.api.searching import CheckParameters, ExportAnswer, ExportColumnsAnswer, ExportRequest
from gateway.assets import LARGEST_FILE, MOST_LINES, read_apart
from gateway.calls import backing, register
from gateway.openapi import Resource, View
from gateway.problems import UnsupportedMediaType
from gateway.turns import in_turn

CSV, UNSAID = "text/csv", "application/octet-stream"
# A list takes some seconds and two hundred megabytes while it is read.
turn = threading.Lock()
POLL_SECONDS = 1
LOCATION = {"Location": {"schema": {"type": "string"}}}

blueprint = Resource("exports", __name__, url_prefix=f"{PREFIX}/exports", description="Searches as files")


def _answer(job: dict[str, Any], status: int = 200) -> Response:
    """The job, without where its file lies in our store; with where it is had from."""
    links = {"self": url_for("exports.job", job_id=job["id"])}
    file = job.get("file")
    if file:
        links["file"] = url_for("exports.file", job_id=job["id"])
        file = {name: file[name] for name in ("filename", "content_type", "length")}
    response = jsonify(job | {"file": file, "links": links})
    response.status_code = status
    if job["status"] in ("queued", "running"):
        response.headers["Retry-After"] = str(POLL_SECONDS)
    return response


@blueprint.route("", methods=["POST"])
@blueprint.public
@blueprint.body(ExportRequest, examples.EXPORT)
@blueprint.response(202, ExportAnswer, headers=LOCATION)
def start(wanted: dict[str, Any]) -> Response:
    """Start an export

    Asked for again while it goes on, it is the same job. An account has three at a time. A job is known by its id
    alone, which nobody guesses: whoever has its address reads its file.
    """
    query = wanted["query"]
    if query is not None:
        wanted |= {"query": {"q": query.get("q", ""), "filters": filters_of(query)}}
    return _started(register().export.start(**wanted))


def takes_a_list(view: View) -> View:
    """``view`` with a body that is a list of assets."""
    schema = {"schema": {"type": "string", "format": "binary"}}
    body = {
        "required": True,
        "description": "An Excel workbook (.xlsx), of which the first sheet is read, or a CSV with commas or semicolons"
        " in UTF-8, or in Windows-1252 where its charset says so;"
        f" up to {LARGEST_FILE:,} bytes and {MOST_LINES:,} lines.",
        "content": {spreadsheets.MEDIA_TYPE: schema, CSV: schema},
    }
    described: View = blueprint.doc(requestBody=body)(view)
    return blueprint.problems(415)(described)


@blueprint.route("/checks", methods=["POST"])
@blueprint.public
@blueprint.parameters(CheckParameters)
@takes_a_list
@blueprint.response(202, ExportAnswer, headers=LOCATION)
def check(columns: dict[str, str]) -> Response:
    """Check a list of assets

    A table of whatever equipment, with certificates' numbers in one of its columns, in any spelling. Its job is like
    that of an export; its file is the table in the format in which it came, all its cells as text, and behind each line
    what the register says: status, issue, dates, conditions of use, whether the marking is that of the certificate, and
    what could not be found and why. Whoever has the job's address reads it, as that of an export.
    """
    return _started(started_check(_list(), columns | {"charset": request.mimetype_params.get("charset", "")}))


def started_check(data: bytes, options: dict[str, str]) -> dict[str, Any]:
    """The job that checks the list of assets in ``data``. Raises InvalidInput, TooLarge, TooManyRequests."""
    facts, lines = in_turn(turn, read_apart, data, options)
    table = facts | {"blob": f"uploads/{uuid4()}.jsonl", "sha256": hashlib.sha256(lines).hexdigest()}
    backing().blobs.put(table["blob"], lines)
    job: dict[str, Any] = register(backing().settings.rpc_timeout).export.check(table=table)
    return job


@blueprint.route("/columns")
@blueprint.public
@blueprint.conditional
@blueprint.response(200, ExportColumnsAnswer)
def columns() -> Response:
    """The columns that an export may have"""
    return tagged_answer({"items": register().export.columns()})


def _list() -> bytes:
    """The body. It must be meant as a file of its own; what it is, only its bytes say."""
    if request.mimetype not in (CSV, spreadsheets.MEDIA_TYPE, UNSAID):
        kind = request.mimetype or "of no stated type"
        raise UnsupportedMediaType(
            f"The body is {kind}; send the file itself, with Content-Type: {CSV} or {spreadsheets.MEDIA_TYPE}."
        )
    return request.get_data(cache=False)


def _started(job: dict[str, Any]) -> Response:
    response = _answer(job, 202)
    response.headers["Location"] = url_for("exports.job", job_id=job["id"])
    return response


@blueprint.route("/<uuid:job_id>")
@blueprint.public
@blueprint.response(200, ExportAnswer)
@blueprint.problems(404)
def job(job_id: UUID) -> Response:
    """How far an export has come"""
    return _answer(register().export.get(id=str(job_id)))


@blueprint.route("/<uuid:job_id>/cancel", methods=["POST"])
@blueprint.public
@blueprint.response(204)
@blueprint.problems(403, 404)
def cancel(job_id: UUID) -> tuple[str, int]:
    """Cancel an export, or remove one that is done

    One that was asked for twice goes on until it is cancelled twice.
    """
    register().export.cancel(id=str(job_id))
    return "", 204


@blueprint.route("/<uuid:job_id>/file")
@blueprint.public
@blueprint.file_answer(
    "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "The file, in the format that was asked for",
    "text/csv",
    "application/x-ndjson",
    "application/zip",
)
@blueprint.problems(404, 409, 410)
def file(job_id: UUID) -> Response:
    """The file of an export that is done"""
    return sent_file(job_id)


def _why_there_is_none(job: dict[str, Any]) -> str:
    if job["status"] == "cancelled":
        return "This export was cancelled and has no file; start it anew."
    if job["status"] == "failed":
        return f"This export failed and has no file: {job['error']}"
    return f"This export is {job['status']}; its file is there when it is done."


def sent_file(job_id: UUID) -> Response:
    """The file of a job, to be kept by who asked. Raises NotFound, WrongState, Gone."""
    found = register().export.get(id=str(job_id))
    if not found.get("file"):
        raise WrongState(_why_there_is_none(found))
    response = files.send(found["file"], found["id"], "attachment")
    response.headers["Cache-Control"] = "private, no-cache"
    return response
