"""/photos and /certificates/{number}/photo: photos of people are taken, kept by their SHA-256, and shown."""

from __future__ import annotations

import threading
from typing import Any

from flask import Response, jsonify, request

from contracts.errors import NotFound, RegisterError
from contracts.schemas import CertificateSchema
from gateway import files
from gateway.api import PREFIX
from gateway.api.presentation import ETAG, LAST_ISSUE, certificate_answer, keeping
from gateway.api.schemas import PhotoAnswer
from gateway.calls import Register, backing, register
from gateway.conditions import wanted_version
from gateway.openapi import Resource
from gateway.paths import path_of
from gateway.pictures import LARGEST_FILE, LONGEST_SIDE, MEDIA_TYPE, Picture, prepared_apart
from gateway.problems import UnsupportedMediaType
from gateway.turns import in_turn

TAKEN = ("image/jpeg", "image/png", "image/webp")
# The largest pictures take hundreds of megabytes while they are made smaller.
one_at_a_time = threading.Lock()

blueprint = Resource("photos", __name__, url_prefix=PREFIX, description="Photos of people")


takes_a_picture = blueprint.file_body(
    f"The picture itself, up to {LARGEST_FILE:,} bytes. It is kept as a JPEG without metadata, its longer side"
    f" {LONGEST_SIDE} pixels or less.",
    *TAKEN,
)


@blueprint.route("/photos", methods=["POST"])
@blueprint.needs("draft")
@takes_a_picture
@blueprint.response(201, PhotoAnswer)
def upload() -> tuple[Response, int]:
    """Upload a photo

    The answer's `photo` is what a person's draft has in its field of this name. The same picture sent again is the same
    photo.
    """
    picture = keep(_sent())
    return jsonify({"photo": picture.sha256} | _facts(picture)), 201


@blueprint.route("/certificates/<number:number>/photo", methods=["PUT"])
@blueprint.needs("draft")
@blueprint.versioned
@takes_a_picture
@blueprint.response(200, CertificateSchema, headers=ETAG)
@blueprint.problems(404, 409, 410)
@blueprint.of_a_number
def put(number: str) -> Response:
    """Upload a photo and put it on a draft"""
    version = wanted_version()
    photo = keep(_sent()).sha256
    return certificate_answer(_behind().certificates.set_photo(number=number, photo=photo, version=version))


@blueprint.route("/certificates/<number:number>/photo")
@blueprint.public
@blueprint.file_answer(MEDIA_TYPE, "The photo of the latest issue")
@blueprint.problems(404, 410)
@blueprint.of_a_number
def of_latest(number: str) -> Response:
    """The photo of the person"""
    return shown(register().certificates.get(number=number))


@blueprint.route(f"/certificates/<number:number>/issues/<int(max={LAST_ISSUE}):issue>/photo")
@blueprint.public
@blueprint.file_answer(MEDIA_TYPE, "The photo of this issue")
@blueprint.problems(404, 410)
@blueprint.of_a_number
def of_issue(number: str, issue: int) -> Response:
    """The photo of the person on one issue"""
    return shown(register().certificates.get_issue(number=number, issue=issue))


def keep(data: bytes) -> Picture:
    """The picture in this file: first in the store, then registered, so that what is registered is there."""
    picture = in_turn(one_at_a_time, prepared_apart, data)
    backing().blobs.put(_blob(picture.sha256), picture.data)
    _behind().certificates.keep_photo(sha256=picture.sha256, **_facts(picture))
    return picture


def _sent() -> bytes:
    """The body. It must be meant as a picture; whether it is one, only its bytes say."""
    if not request.mimetype.startswith("image/"):
        kind = request.mimetype or "of no stated type"
        raise UnsupportedMediaType(f"The body is {kind}; send the picture itself, with Content-Type: {MEDIA_TYPE}.")
    return request.get_data(cache=False)


def _behind() -> Register:
    """The services, with all of a call's time: what the picture took is not theirs to make up for."""
    return register(backing().settings.rpc_timeout)


def _facts(picture: Picture) -> dict[str, int]:
    return {"length": len(picture.data), "width": picture.width, "height": picture.height}


def _blob(photo: str) -> str:
    return f"photos/{photo}.jpg"


def shown(certificate: dict[str, Any]) -> Response:
    """The photo on a certificate. Raises NotFound where it has none."""
    photo = certificate.get("photo")
    if not photo:
        raise NotFound("This certificate has no photo.")
    file = {"blob": _blob(photo), "filename": f"{path_of(certificate['number'])}.jpg", "content_type": MEDIA_TYPE}
    response = files.send(file | {"length": _length(file["blob"])}, photo, "inline")
    response.headers["Cache-Control"] = keeping(certificate)
    return response


def _length(blob: str) -> int:
    try:
        return backing().blobs.size(blob)
    except NotFound as error:
        raise RegisterError(f"The store of files has lost {blob}.") from error
