"""/exports: a job that writes what a search finds into a file, its progress, and the file."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from flask import Response, jsonify, url_for

from contracts.errors import WrongState
from gateway import files
from gateway.api import PREFIX, examples
from gateway.api.search import filters_of
from gateway.api.searching import ExportAnswer, ExportRequest
from gateway.calls import register
from gateway.openapi import Resource

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

    Asked for again while it goes on, it is the same job. An account has three at a time.
    """
    query = wanted["query"]
    if query is not None:
        wanted |= {"query": {"q": query.get("q", ""), "filters": filters_of(query)}}
    job = register().export.start(**wanted)
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
    found = register().export.get(id=str(job_id))
    if not found.get("file"):
        raise WrongState(f"This export is {found['status']}; its file is there when it is done.")
    response = files.send(found["file"], found["id"], "attachment")
    response.headers["Cache-Control"] = "private, no-cache"
    return response
