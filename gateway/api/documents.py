"""/verify/document: a PDF file that somebody hands in; /signing-certificates: by which keys documents are signed."""

from __future__ import annotations

from flask import Response, jsonify, request
from marshmallow import fields, validate

from contracts.errors import NotFound
from gateway.api import PREFIX
from gateway.api.presentation import PUBLIC, links, tagged_answer
from gateway.calls import register
from gateway.documents import answer_to
from gateway.openapi import Answer, Resource
from gateway.problems import UnsupportedMediaType
from gateway.sizes import LARGEST_DOCUMENT
from gateway.verdicts import VERDICTS, WHAT_READERS_SHOW

PDF, PEM = "application/pdf", "application/pem-certificate-chain"

blueprint = Resource("documents", __name__, url_prefix=PREFIX, description="Documents and their signatures")


class SigningCertificateSchema(Answer):
    """The certificate of a key that signs the register's documents, or did."""

    fingerprint = fields.String(required=True, metadata={"description": "SHA-256, in hexadecimal digits"})
    name = fields.String(required=True, metadata={"description": "of the signer, as programs show it"})
    issuer = fields.String(required=True)
    valid_from = fields.DateTime(required=True)
    valid_until = fields.DateTime(required=True)
    in_use = fields.Boolean(required=True)
    first_used_at = fields.DateTime(required=True)
    withdrawn_at = fields.DateTime(
        required=True, allow_none=True, metadata={"description": "since when nothing signed with it counts"}
    )
    withdrawal = fields.String(required=True, metadata={"description": "why"})
    pem = fields.String(required=True)


class SigningCertificatesAnswer(Answer):
    items = fields.List(fields.Nested(SigningCertificateSchema), required=True)
    text = fields.String(required=True, metadata={"description": "what a reader of a document should see"})


class CopySchema(Answer):
    kind = fields.String(required=True, validate=validate.OneOf(("certificate", "card", "report")))
    number = fields.String(required=True)
    issue = fields.Integer(required=True)
    change_no = fields.Integer(required=True, metadata={"description": "as of which change it was printed"})
    signed_at = fields.DateTime(required=True, allow_none=True, metadata={"description": "the time of that change"})


class StandingSchema(Answer):
    up_to_date = fields.Boolean(required=True, metadata={"description": "whether the register says the same today"})
    status = fields.String(required=True, allow_none=True)
    issue = fields.Integer(required=True, allow_none=True, metadata={"description": "the latest one"})
    change_no = fields.Integer(required=True, allow_none=True)
    text = fields.String(required=True)


class ExaminedAnswer(Answer):
    verdict = fields.String(required=True, validate=validate.OneOf(VERDICTS))
    text = fields.String(required=True, metadata={"description": "the answer in words"})
    signer = fields.Nested(SigningCertificateSchema, allow_none=True, required=True)
    document = fields.Nested(
        CopySchema, allow_none=True, required=True, metadata={"description": "of what it is a copy, if that is certain"}
    )
    standing = fields.Nested(StandingSchema, allow_none=True, required=True)
    links = fields.Dict(keys=fields.String(), values=fields.String())


@blueprint.route("/signing-certificates")
@blueprint.public
@blueprint.conditional
@blueprint.response(200, SigningCertificatesAnswer)
def signing_certificates() -> Response:
    """The certificates of all keys that ever signed documents

    The newest first. An older one stays, for the documents that it signed; one that was withdrawn proves nothing.
    """
    return tagged_answer({"items": register().export.signing_certificates(), "text": WHAT_READERS_SHOW})


@blueprint.route("/signing-certificate")
@blueprint.public
@blueprint.response(200, {"type": "string"}, content_type=PEM, description="The certificate in PEM form")
@blueprint.problems(404)
def signing_certificate() -> Response:
    """The certificate of the key that signs documents now

    For a program that shows PDF files: told to trust it, it shows documents of this register as certified.
    """
    in_use = next((row for row in register().export.signing_certificates() if row["in_use"]), None)
    if in_use is None:
        raise NotFound("The key that signed documents was withdrawn, and there is no other one yet.")
    response = Response(in_use["pem"], content_type=PEM)
    response.headers.set("Content-Disposition", "attachment", filename="signing-certificate.pem")
    response.headers["Cache-Control"] = PUBLIC
    return response


@blueprint.route("/verify/document", methods=["POST"])
@blueprint.public
@blueprint.file_body(f"The PDF file itself, up to {LARGEST_DOCUMENT:,} bytes. It is not kept.", PDF)
@blueprint.response(200, ExaminedAnswer)
def examine() -> Response:
    """Is this document as the register printed it, and does it still say what the register says?

    `genuine` is a file that is byte for byte what the register signed. `altered`: changed, or something was added.
    `withdrawn`: signed with a key that is not trusted any more. `foreign`: signed by others. `unsigned`: by nobody.
    """
    answer = answer_to(_sent())
    copy = answer["document"]
    if copy and copy["kind"] != "report":
        answer |= {"links": links(copy["number"], copy["issue"])}
    response = jsonify(answer)
    response.headers["Cache-Control"] = "private, no-store"
    return response


def _sent() -> bytes:
    if request.mimetype != PDF:
        kind = request.mimetype or "of no stated type"
        raise UnsupportedMediaType(f"The body is {kind}; send the file itself, with Content-Type: {PDF}.")
    return request.get_data(cache=False)
