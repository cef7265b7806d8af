"""How certificates look in answers: without what only headers say, with links to what belongs to them."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from flask import Response, jsonify, request

from contracts.identity import GUEST
from gateway import kept
from gateway.api import PREFIX
from gateway.calls import identity
from gateway.conditions import set_version
from gateway.paths import path_of

PUBLIC = "no-cache"
PRIVATE = "private, no-store"
LAST_ISSUE = 999
ETAG = {"ETag": {"description": "its version", "schema": {"type": "string"}}}


def certificate_answer(certificate: dict[str, Any], status: int = 200) -> Response:
    """The certificate as JSON, its version as the ETag. A draft is nobody's to keep."""
    version = str(certificate["version"])
    told(certificate["change_no"])
    if certificate["status"] != "draft" and identity() == GUEST:
        request.environ[kept.CERTIFICATE] = certificate["base_number"]
    response = jsonify(with_links(certificate))
    response.status_code = status
    response.headers["Cache-Control"] = keeping(certificate)
    return set_version(response, version)


def told(change_no: int | None) -> None:
    """Notes the change that this answer tells of: nobody is told later what was before it."""
    request.environ[kept.TOLD] = change_no


def public_answer(response: Response) -> Response:
    """``response``, which says the same to everybody but for what the reader's own body drafts."""
    response.headers["Cache-Control"] = PUBLIC if identity().role == "guest" else PRIVATE
    return response


def keeping(certificate: dict[str, Any]) -> str:
    """The Cache-Control of an answer that shows something of ``certificate``."""
    return PRIVATE if certificate["status"] == "draft" else PUBLIC


def tagged_answer(answer: dict[str, Any]) -> Response:
    """What says the same to everybody and seldom changes, so that a client may ask whether it did."""
    response = jsonify(answer)
    response.headers["Cache-Control"] = PUBLIC
    response.add_etag()
    response.make_conditional(request)
    return response


def private_answer(answer: dict[str, Any], status: int = 200) -> Response:
    """What is nobody's to keep but the reader's."""
    response = jsonify(answer)
    response.status_code = status
    response.headers["Cache-Control"] = PRIVATE
    return response


def with_links(certificate: dict[str, Any]) -> dict[str, Any]:
    """The certificate without its version, which is the ETag's, and with where to go from here."""
    shown = {name: value for name, value in certificate.items() if name != "version"}
    found = links(certificate["number"], certificate["issue"])
    if certificate.get("photo"):
        found["photo"] = f"{found['issue']}/photo"
    if certificate.get("annexes"):
        found["annexes"] = f"{found['issue']}/annexes"
    if certificate["scheme"] == "person":
        found["card"] = f"{found['self']}/card"
    return shown | {"links": found}


def links(number: str, issue: int) -> dict[str, str]:
    """Where a certificate and this issue of it are found.

    Written out, since a page of hits has hundreds of them and ``url_for`` would take longer than the search.
    """
    path = path_of(number)
    here = f"{PREFIX}/certificates/{path}"
    return {
        "self": here,
        "issue": f"{here}/issues/{issue}",
        "history": f"{here}/history",
        "pdf": f"{here}/issues/{issue}/pdf",
        "html": f"/certificates/{path}",
    }


def listing(items: Iterable[dict[str, Any]], **more: Any) -> Response:
    """A list of certificates or hits, each with its links."""
    return jsonify({"items": [with_links(item) for item in items]} | more)
