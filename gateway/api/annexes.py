"""/certificates/{number}/annexes: files that belong to an issue; sent with its draft, shown to whom it is shown."""

from __future__ import annotations

import threading
from typing import Any
from urllib.parse import quote

from flask import Response, jsonify, request
from marshmallow import fields

from contracts.annexes import ENDINGS, LARGEST_ANNEX, checked_name
from contracts.errors import NotFound, RegisterError
from contracts.schemas import AnnexSchema, CertificateSchema
from gateway import files
from gateway.annexes import PDF, Annex, prepared_apart
from gateway.api import PREFIX
from gateway.api.presentation import ETAG, LAST_ISSUE, certificate_answer, keeping, links
from gateway.calls import Register, backing, register
from gateway.conditions import set_version, wanted_version
from gateway.openapi import Answer, Resource, View
from gateway.problems import UnsupportedMediaType
from gateway.turns import in_turn

TAKEN = (PDF, "image/jpeg", "image/png", "image/webp")
UNSAID = "application/octet-stream"
# Whatever a file holds, a browser that is made to show it runs nothing and is nobody.
POLICY = "default-src 'none'; sandbox"
turn = threading.Lock()

blueprint = Resource(
    "annexes", __name__, url_prefix=f"{PREFIX}/certificates", description="Files that belong to a certificate"
)
LATEST = "/<number:number>/annexes"
OF_ISSUE = f"/<number:number>/issues/<int(max={LAST_ISSUE}):issue>/annexes"


class ListedAnnexSchema(AnnexSchema, Answer):
    link = fields.String(required=True)


class AnnexesAnswer(Answer):
    """The annexes of one issue, in the order of their names."""

    number = fields.String(required=True)
    issue = fields.Integer(required=True)
    items = fields.List(fields.Nested(ListedAnnexSchema), required=True)


def takes_a_file(view: View) -> View:
    """``view`` with a body that is an annex."""
    body = {
        "required": True,
        "description": f"The file itself, up to {LARGEST_ANNEX:,} bytes: a PDF without scripts, forms of the kind XFA,"
        " files inside or a password, which is kept as it is; or a picture, which is kept as a JPEG without metadata.",
        "content": {media_type: {"schema": {"type": "string", "format": "binary"}} for media_type in TAKEN},
    }
    described: View = blueprint.doc(requestBody=body)(view)
    return blueprint.problems(415)(described)


@blueprint.route(LATEST)
@blueprint.public
@blueprint.conditional
@blueprint.response(200, AnnexesAnswer, headers=ETAG)
@blueprint.problems(404, 410)
@blueprint.of_a_number
def of_latest(number: str) -> Response:
    """The annexes of the latest issue"""
    return _listed(register().certificates.get(number=number))


@blueprint.route(OF_ISSUE)
@blueprint.public
@blueprint.conditional
@blueprint.response(200, AnnexesAnswer, headers=ETAG)
@blueprint.problems(404, 410)
@blueprint.of_a_number
def of_issue(number: str, issue: int) -> Response:
    """The annexes of one issue"""
    return _listed(register().certificates.get_issue(number=number, issue=issue))


@blueprint.route(f"{LATEST}/<name>")
@blueprint.public
@blueprint.file_answer(PDF, "The file", "image/jpeg")
@blueprint.problems(404, 410)
@blueprint.of_a_number
def file_of_latest(number: str, name: str) -> Response:
    """An annex of the latest issue"""
    return shown(register().certificates.get(number=number), name)


@blueprint.route(f"{OF_ISSUE}/<name>")
@blueprint.public
@blueprint.file_answer(PDF, "The file", "image/jpeg")
@blueprint.problems(404, 410)
@blueprint.of_a_number
def file_of_issue(number: str, issue: int, name: str) -> Response:
    """An annex of one issue"""
    return shown(register().certificates.get_issue(number=number, issue=issue), name)


@blueprint.route(f"{LATEST}/<name>", methods=["PUT"])
@blueprint.needs("draft")
@blueprint.versioned
@takes_a_file
@blueprint.response(200, CertificateSchema, headers=ETAG)
@blueprint.problems(404, 409, 410, 422)
@blueprint.of_a_number
def put(number: str, name: str) -> Response:
    """Put an annex on a draft

    In place of the one of the same name, where there is one. A name is letters, digits, blanks and . - _ ( ) , + & ',
    and ends in .pdf or .jpg. A published issue keeps the annexes that it has; the next issue begins without any.
    """
    return certificate_answer(put_on_draft(number, checked_name(name), wanted_version(), _body()))


@blueprint.route(f"{LATEST}/<name>", methods=["DELETE"])
@blueprint.needs("draft")
@blueprint.versioned
@blueprint.response(200, CertificateSchema, headers=ETAG)
@blueprint.problems(404, 409, 410)
@blueprint.of_a_number
def remove(number: str, name: str) -> Response:
    """Take an annex off a draft"""
    version = wanted_version()
    return certificate_answer(
        register().certificates.remove_annex(number=number, name=checked_name(name), version=version)
    )


def put_on_draft(number: str, name: str, version: str, data: bytes) -> dict[str, Any]:
    """The draft with this file; it is not worked on before the service says that it would take it."""
    register().certificates.check_annex(number=number, name=name, version=version)
    kept = _kept(data, name)
    annex = {"name": name, "type": kept.type, "size": len(kept.data), "sha256": kept.sha256}
    draft: dict[str, Any] = _behind().certificates.put_annex(number=number, annex=annex, version=version)
    return draft


def _body() -> bytes:
    """The body. It must be meant as a file of its own; what it is, only its bytes say."""
    if request.mimetype not in (PDF, UNSAID) and not request.mimetype.startswith("image/"):
        kind = request.mimetype or "of no stated type"
        raise UnsupportedMediaType(
            f"The body is {kind}; send the file itself, with Content-Type: {' or '.join(TAKEN)}."
        )
    return request.get_data(cache=False)


def _kept(data: bytes, name: str) -> Annex:
    """The annex, first in the store, so that what a draft names is there."""
    annex = in_turn(turn, prepared_apart, data, name)
    backing().blobs.put(_blob(annex.type, annex.sha256), annex.data)
    return annex


def _behind() -> Register:
    """The services, with all of a call's time: what the file took is not theirs to make up for."""
    return register(backing().settings.rpc_timeout)


def _blob(media_type: str, sha256: str) -> str:
    return f"annexes/{sha256}{ENDINGS[media_type]}"


def _listed(certificate: dict[str, Any]) -> Response:
    number, issue = certificate["number"], certificate["issue"]
    here = f"{links(number, issue)['issue']}/annexes"
    items = [annex | {"link": f"{here}/{quote(annex['name'])}"} for annex in certificate.get("annexes") or []]
    response = jsonify({"number": number, "issue": issue, "items": items})
    response.headers["Cache-Control"] = keeping(certificate)
    return set_version(response, str(certificate["version"]))


def shown(certificate: dict[str, Any], name: str) -> Response:
    """The annex of this name on a certificate. Raises NotFound where there is none."""
    annex = next((one for one in certificate.get("annexes") or [] if one["name"] == name), None)
    if annex is None:
        raise NotFound("There is no annex of this name on this issue.")
    blob = _blob(annex["type"], annex["sha256"])
    if not backing().blobs.exists(blob):
        raise RegisterError(f"The store of files has lost {blob}.")
    file = {"blob": blob, "filename": name, "content_type": annex["type"], "length": annex["size"]}
    response = files.send(file, annex["sha256"], "attachment")
    response.headers["Cache-Control"] = keeping(certificate)
    response.headers["Content-Security-Policy"] = POLICY
    return response
