"""/certificates: read, draft, edit, check, issue, and the Secretariat's decisions."""

from __future__ import annotations

from typing import Any

from flask import Response, jsonify, request

from contracts.schemas import (
    CONTENT_SCHEMAS,
    CancellationSchema,
    CertificateSchema,
    DecisionSchema,
    OverridesSchema,
    ReasonSchema,
    load,
)
from gateway import bodies, files
from gateway.api import PREFIX, examples
from gateway.api.presentation import ETAG, LAST_ISSUE, PRIVATE, PUBLIC, certificate_answer, links, public_answer, told
from gateway.api.schemas import (
    CheckAnswer,
    DeleteParameters,
    DraftParameters,
    EditParameters,
    FindingsAnswer,
    HistoryAnswer,
    PrivateAnswer,
    ReadParameters,
)
from gateway.calls import identity, register
from gateway.conditions import ETAG_PATTERN, version_if_given, wanted_version
from gateway.domain import KEY_PATTERN, checked_idempotency_key
from gateway.openapi import Resource

# Rendering waits for a process of its own.
PDF_SECONDS = 20.0
# A body has its say there, where its token takes it no further.
ASK = f"The Secretariat decides this; its body asks for it by POST {PREFIX}/certificates/{{number}}/requests."

blueprint = Resource(
    "certificates", __name__, url_prefix=f"{PREFIX}/certificates", description="Certificates and their life"
)
if_match_optional = blueprint.header(
    "If-Match", "the ETag that you read; refused if it is no longer the newest", pattern=ETAG_PATTERN
)


@blueprint.route("", methods=["POST"])
@blueprint.needs("draft")
@blueprint.header("Idempotency-Key", "of your own; repeated, it gives the same draft", pattern=f"^{KEY_PATTERN}$")
@blueprint.parameters(DraftParameters)
@blueprint.forwards(CONTENT_SCHEMAS.values(), examples.CONTENT)
@blueprint.response(201, CertificateSchema, headers=ETAG | {"Location": {"schema": {"type": "string"}}})
@blueprint.also_answers(200, FindingsAnswer, "of a dry run: what the gate would say")
@blueprint.problems(403, 409)
def create(parameters: dict[str, Any]) -> Response:
    """Draft a certificate

    The draft gets its number from the system. Seen by its body and the Secretariat only; `findings` in the answer
    are what the gate would say by now. A dry run keeps nothing and gives no number.
    """
    if parameters["dry_run"]:
        return jsonify(register().certificates.check_content(body=bodies.json_object(request)))
    key = checked_idempotency_key(request.headers.get("Idempotency-Key"))
    draft = register().certificates.create_draft(body=bodies.json_object(request), idempotency_key=key)
    response = certificate_answer(draft, 201)
    response.headers["Location"] = links(draft["number"], draft["issue"])["self"]
    return response


@blueprint.route("/<number:number>")
@blueprint.public
@blueprint.conditional
@blueprint.parameters(ReadParameters)
@blueprint.response(200, CertificateSchema, headers=ETAG)
@blueprint.problems(404, 410)
@blueprint.of_a_number
def latest(parameters: dict[str, Any], number: str) -> Response:
    """Read a certificate

    The latest public issue; for its body and the Secretariat also a draft. `as_of` gives what the register told at
    the end of that day (UTC).
    """
    day = {"as_of": parameters["as_of"].isoformat()} if parameters["as_of"] else {}
    return certificate_answer(register().certificates.get(number=number, **day))


@blueprint.route(f"/<number:number>/issues/<int(max={LAST_ISSUE}):issue>")
@blueprint.public
@blueprint.conditional
@blueprint.response(200, CertificateSchema, headers=ETAG)
@blueprint.problems(404, 410)
@blueprint.of_a_number
def issue(number: str, issue: int) -> Response:
    """Read one issue"""
    return certificate_answer(register().certificates.get_issue(number=number, issue=issue))


@blueprint.route("/<number:number>/history")
@blueprint.public
@blueprint.response(200, HistoryAnswer)
@blueprint.problems(404, 410)
@blueprint.of_a_number
def history(number: str) -> Response:
    """All issues and status changes"""
    return public_answer(jsonify(register().certificates.history(number=number)))


@blueprint.route("/<number:number>", methods=["PUT"])
@blueprint.needs("draft", "issue", "administer")
@blueprint.versioned
@blueprint.parameters(EditParameters)
@blueprint.forwards(CONTENT_SCHEMAS.values(), examples.CONTENT)
@blueprint.response(200, CertificateSchema, headers=ETAG)
@blueprint.problems(404, 409, 410)
@blueprint.of_a_number
def edit(parameters: dict[str, Any], number: str) -> Response:
    """Edit a draft, or a published certificate

    A signatory may edit for 14 days after issue, the Secretariat at any time with a reason.
    """
    version = wanted_version()
    body = bodies.json_object(request)
    return certificate_answer(register().certificates.edit(number=number, body=body, version=version, **parameters))


@blueprint.route("/<number:number>/check")
@blueprint.needs("read")
@blueprint.response(200, CheckAnswer)
@blueprint.problems(404, 409, 410)
@blueprint.of_a_number
def check(number: str) -> Response:
    """What the rules say of it as it stands

    Of the open draft, where there is one.
    """
    return jsonify(register().certificates.check(number=number))


@blueprint.route("/<number:number>/private")
@blueprint.needs("draft", "administer")
@blueprint.response(200, PrivateAnswer)
@blueprint.problems(404, 410)
@blueprint.of_a_number
def private(number: str) -> Response:
    """What is kept of a person and never published

    For authors and signatories of the body that wrote it, and the Secretariat.
    """
    response = jsonify(register().certificates.private(number=number))
    response.headers["Cache-Control"] = PRIVATE
    return response


@blueprint.route("/<number:number>/issue", methods=["POST"])
@blueprint.needs("issue")
@blueprint.versioned
@blueprint.forwards(OverridesSchema, examples.OVERRIDES, required=False)
@blueprint.response(200, CertificateSchema, headers=ETAG)
@blueprint.problems(404, 409, 410)
@blueprint.of_a_number
def publish(number: str) -> Response:
    """Issue a draft

    From now on it is public. Repeating the request gives the same issue. A finding that says it is `overridable`
    does not stop a signatory who names its rule, and why.
    """
    sent = load(OverridesSchema(), bodies.json_object(request)) if request.get_data(cache=True) else {}
    return certificate_answer(
        register().certificates.issue(number=number, version=wanted_version(), **{k: v for k, v in sent.items() if v})
    )


def _decide(action: str, number: str, decision: dict[str, Any]) -> Response:
    date = decision["date"] and decision["date"].isoformat()
    decided = getattr(register().certificates, action)(
        number=number, **decision | {"date": date}, version=version_if_given()
    )
    return certificate_answer(decided)


@blueprint.route("/<number:number>/suspend", methods=["POST"])
@blueprint.needs("administer", instead=ASK)
@if_match_optional
@blueprint.body(DecisionSchema, examples.SUSPENSION)
@blueprint.response(200, CertificateSchema, headers=ETAG)
@blueprint.problems(404, 409, 410, 412)
@blueprint.of_a_number
def suspend(decision: dict[str, Any], number: str) -> Response:
    """Suspend"""
    return _decide("suspend", number, decision)


@blueprint.route("/<number:number>/reinstate", methods=["POST"])
@blueprint.needs("administer", instead=ASK)
@if_match_optional
@blueprint.body(DecisionSchema, examples.REINSTATEMENT)
@blueprint.response(200, CertificateSchema, headers=ETAG)
@blueprint.problems(404, 409, 410, 412)
@blueprint.of_a_number
def reinstate(decision: dict[str, Any], number: str) -> Response:
    """End a suspension"""
    return _decide("reinstate", number, decision)


@blueprint.route("/<number:number>/cancel", methods=["POST"])
@blueprint.needs("administer", instead=ASK)
@if_match_optional
@blueprint.body(CancellationSchema, examples.CANCELLATION)
@blueprint.response(200, CertificateSchema, headers=ETAG)
@blueprint.problems(404, 409, 410, 412)
@blueprint.of_a_number
def cancel(decision: dict[str, Any], number: str) -> Response:
    """Cancel for ever"""
    return _decide("cancel", number, decision)


@blueprint.route("/<number:number>", methods=["DELETE"])
@blueprint.needs("administer")
@if_match_optional
@blueprint.parameters(DeleteParameters)
@blueprint.forwards(ReasonSchema, examples.DELETION, required=False)
@blueprint.response(204)
@blueprint.problems(404, 409, 410, 412)
@blueprint.of_a_number
def delete(parameters: dict[str, Any], number: str) -> tuple[str, int]:
    """Delete, with a reason

    The reason stands in the query or in the body. The number is never given again and answers 410.
    """
    sent = bodies.json_object(request) if request.get_data(cache=True) else {}
    given = {name: value for name, value in parameters.items() if value is not None} | sent
    reason = load(ReasonSchema(), given)["reason"]
    tombstone = register().certificates.delete(number=number, reason=reason, version=version_if_given())
    told(tombstone["change_no"])
    return "", 204


def _pdf(number: str, issue: int | None) -> Response:
    file = register(PDF_SECONDS).export.certificate_pdf(number=number, issue=issue)
    response = files.send(file, file["etag"], "inline")
    response.headers["Cache-Control"] = PUBLIC if identity().role == "guest" else "private, no-cache"
    return response


@blueprint.route("/<number:number>/pdf")
@blueprint.public
@blueprint.file_answer("application/pdf", "The latest issue as PDF")
@blueprint.problems(404, 410)
@blueprint.of_a_number
def pdf(number: str) -> Response:
    """The certificate as PDF"""
    return _pdf(number, None)


@blueprint.route(f"/<number:number>/issues/<int(max={LAST_ISSUE}):issue>/pdf")
@blueprint.public
@blueprint.file_answer("application/pdf", "This issue as PDF")
@blueprint.problems(404, 410)
@blueprint.of_a_number
def issue_pdf(number: str, issue: int) -> Response:
    """One issue as PDF"""
    return _pdf(number, issue)


@blueprint.route("/<number:number>/card")
@blueprint.public
@blueprint.file_answer("application/pdf", "The card, front and back, in the size of a credit card")
@blueprint.problems(404, 410, 422)
@blueprint.of_a_number
def card(number: str) -> Response:
    """The ID card of a person

    Other certificates have none. A status that is not good stands on both faces.
    """
    file = register(PDF_SECONDS).export.card_pdf(number=number)
    response = files.send(file, file["etag"], "inline")
    response.headers["Cache-Control"] = PUBLIC
    return response
