"""/reports: test, quality, facility and personnel reports; the register has their summaries, not the documents.

A registered issue is never changed, so that nobody has to say which version he changes; what is new is the next issue.
"""

from __future__ import annotations

import hashlib
import json
from typing import Any

from flask import Response, jsonify, request
from marshmallow import fields, validate

from contracts.numbers import REPORT_KINDS
from contracts.schemas import ReportContentSchema, ReportSchema, Strict
from gateway import bodies, files
from gateway.api import PREFIX, examples
from gateway.api.certificates import PDF_SECONDS
from gateway.api.presentation import ETAG, PUBLIC
from gateway.calls import register
from gateway.conditions import set_version
from gateway.domain import KEY_PATTERN, checked_idempotency_key
from gateway.openapi import Answer, Resource
from gateway.paths import path_of

blueprint = Resource(
    "reports", __name__, url_prefix=f"{PREFIX}/reports", description="The reports behind certificates: their summaries"
)
MADE = ETAG | {"Location": {"schema": {"type": "string"}}}


class ReportsParameters(Strict):
    excb = fields.String(
        load_default=None,
        validate=validate.Length(2, 5),
        metadata={"description": "code of the body that registered them", "examples": ["BAS"]},
    )
    type = fields.String(load_default=None, validate=validate.OneOf(REPORT_KINDS))
    cursor = fields.String(
        load_default=None, validate=validate.Length(1, 500), metadata={"description": "`next` of the page before"}
    )
    limit = fields.Integer(load_default=50, validate=validate.Range(1, 100))


class ReportsAnswer(Answer):
    items = fields.List(fields.Nested(ReportSchema), required=True)
    next = fields.String(allow_none=True, required=True, metadata={"description": "cursor of the next page"})


@blueprint.route("", methods=["POST"])
@blueprint.needs("draft")
@blueprint.header("Idempotency-Key", "of your own; repeated, it gives the same report", pattern=f"^{KEY_PATTERN}$")
@blueprint.forwards(ReportContentSchema, examples.REPORT)
@blueprint.response(201, ReportSchema, headers=MADE)
@blueprint.problems(409)
def create() -> Response:
    """Register a report

    It gets its number from the system and is public from then on. `issued` is the report's own date, which may be
    earlier than the system; the number has the year of registration.
    """
    key = checked_idempotency_key(request.headers.get("Idempotency-Key"))
    return _made(register().certificates.register_report(body=bodies.json_object(request), idempotency_key=key))


@blueprint.route("")
@blueprint.public
@blueprint.parameters(ReportsParameters)
@blueprint.response(200, ReportsAnswer)
@blueprint.problems(422)
def listing(parameters: dict[str, Any]) -> Response:
    """The reports that are registered

    The newest report first, each by its latest issue.
    """
    found = register().certificates.reports(**parameters)
    response = jsonify({"items": [_with_links(item) for item in found["items"]], "next": found["next"]})
    response.headers["Cache-Control"] = PUBLIC
    return response


@blueprint.route("/<report:number>")
@blueprint.public
@blueprint.conditional
@blueprint.response(200, ReportSchema, headers=ETAG)
@blueprint.problems(404)
@blueprint.of_a_report
def one(number: str) -> Response:
    """Read a report's summary

    The issue that the number names, or the latest one where it names none.
    """
    return _answer(register().certificates.report(number=number))


@blueprint.route("/<report:number>/pdf")
@blueprint.public
@blueprint.file_answer("application/pdf", "The summary as PDF")
@blueprint.problems(404)
@blueprint.of_a_report
def pdf(number: str) -> Response:
    """A report's summary as PDF"""
    file = register(PDF_SECONDS).export.report_pdf(number=number)
    response = files.send(file, file["etag"], "inline")
    response.headers["Cache-Control"] = PUBLIC
    return response


@blueprint.route("/<report:number>/issues", methods=["POST"])
@blueprint.needs("draft")
@blueprint.header("Idempotency-Key", "of your own; repeated, it gives the same issue", pattern=f"^{KEY_PATTERN}$")
@blueprint.forwards(ReportContentSchema, examples.REPORT)
@blueprint.response(201, ReportSchema, headers=MADE)
@blueprint.problems(404, 409)
@blueprint.of_a_report
def reissue(number: str) -> Response:
    """Register the next issue

    After a new audit, or to correct the one before, which stays as it is. The number stays, whatever issue it names
    here, and so does the type. The issue is public at once.
    """
    key = checked_idempotency_key(request.headers.get("Idempotency-Key"))
    body = bodies.json_object(request)
    return _made(register().certificates.reissue_report(number=number, body=body, idempotency_key=key))


def _made(report: dict[str, Any]) -> Response:
    response = _answer(report, 201)
    response.headers["Location"] = _links(report)["issue"]
    return response


def _answer(report: dict[str, Any], status: int = 200) -> Response:
    response = jsonify(_with_links(report))
    response.status_code = status
    response.headers["Cache-Control"] = PUBLIC
    return set_version(response, _version(report))


def _version(report: dict[str, Any]) -> str:
    """The issue itself stays as it is; what may change is which one is the latest, and what rests on the report."""
    around = json.dumps([report["latest_issue"], report["certificates"]])
    return f"c{report['change_no']}-{hashlib.sha256(around.encode()).hexdigest()[:16]}"


def _with_links(report: dict[str, Any]) -> dict[str, Any]:
    return report | {"links": _links(report)}


def _links(report: dict[str, Any]) -> dict[str, str]:
    """Where the report, this issue of it and its page are found."""
    issue = path_of(report["number"])
    here = f"{PREFIX}/reports"
    return {
        "self": f"{here}/{path_of(report['base_number'])}",
        "issue": f"{here}/{issue}",
        "pdf": f"{here}/{issue}/pdf",
        "html": f"/reports/{issue}",
    }
