"""/excbs, /standards, /units: what certificates refer to."""

from __future__ import annotations

from typing import Any

from flask import Response, jsonify, request

from gateway.api import PREFIX
from gateway.api.schemas import ExcbsAnswer, RowsAnswer
from gateway.calls import register
from gateway.openapi import Resource

blueprint = Resource("reference", __name__, url_prefix=PREFIX, description="What certificates refer to")


def _answer(rows: list[dict[str, Any]]) -> Response:
    """The rows; they seldom change, so that a client may ask whether they did."""
    response = jsonify({"items": rows})
    response.headers["Cache-Control"] = "no-cache"
    response.add_etag()
    response.make_conditional(request)
    return response


@blueprint.route("/excbs")
@blueprint.public
@blueprint.conditional
@blueprint.response(200, ExcbsAnswer)
def excbs() -> Response:
    """The certification bodies"""
    return _answer(register().certificates.excbs())


@blueprint.route("/standards")
@blueprint.public
@blueprint.conditional
@blueprint.response(200, RowsAnswer)
def standards() -> Response:
    """The standards and their editions"""
    return _answer(register().certificates.standards())


@blueprint.route("/units")
@blueprint.public
@blueprint.conditional
@blueprint.response(200, RowsAnswer)
def units() -> Response:
    """The units of competence of persons"""
    return _answer(register().certificates.units())
