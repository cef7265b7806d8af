"""/mine: the worklist of a body, drafts included."""

from __future__ import annotations

from typing import Any

from flask import Response

from gateway.api import PREFIX
from gateway.api.presentation import listing
from gateway.api.schemas import CertificatesAnswer, MineParameters
from gateway.calls import register
from gateway.openapi import Resource

blueprint = Resource("mine", __name__, url_prefix=f"{PREFIX}/mine", description="The worklist of a body")


@blueprint.route("")
@blueprint.needs("read")
@blueprint.parameters(MineParameters)
@blueprint.response(200, CertificatesAnswer)
def mine(parameters: dict[str, Any]) -> Response:
    """The own certificates, drafts included"""
    found = register().certificates.mine(**parameters)
    return listing(found["items"], next=found["next"])
