"""/excbs, /standards, /units: what certificates refer to."""

from __future__ import annotations

from typing import Any

from flask import Response, jsonify

from contracts.schemas import BodySchema, ScopesSchema, StandardsSchema
from gateway.api import PREFIX, examples
from gateway.api.presentation import tagged_answer
from gateway.api.schemas import ExcbAnswer, ExcbsAnswer, RowsAnswer
from gateway.calls import register
from gateway.openapi import Resource

blueprint = Resource("reference", __name__, url_prefix=PREFIX, description="What certificates refer to")


@blueprint.route("/excbs")
@blueprint.public
@blueprint.conditional
@blueprint.response(200, ExcbsAnswer)
def excbs() -> Response:
    """The certification bodies"""
    return tagged_answer({"items": register().certificates.excbs()})


@blueprint.route("/excbs/<excb>", methods=["PUT"])
@blueprint.needs("administer")
@blueprint.body(BodySchema, examples.BODY)
@blueprint.response(200, ExcbAnswer)
def put_excb(wanted: dict[str, Any], excb: str) -> Response:
    """Accept a body, or change what is known of it

    One that is not `active` drafts and issues nothing; what it issued stays.
    """
    rows = register().certificates.put_excbs(rows=[{"code": excb, **wanted}])
    return jsonify(next(row for row in rows if row["code"].upper() == excb.upper()))


@blueprint.route("/excbs/<excb>/scopes", methods=["PUT"])
@blueprint.needs("administer")
@blueprint.body(ScopesSchema, examples.SCOPES)
@blueprint.response(200, ExcbAnswer)
@blueprint.problems(404)
def put_scopes(wanted: dict[str, Any], excb: str) -> Response:
    """Say what a body may certify, from when to when

    All of it: what is not named ends.
    """
    return jsonify(register().certificates.put_scopes(excb=excb, rows=wanted["rows"]))


@blueprint.route("/standards")
@blueprint.public
@blueprint.conditional
@blueprint.response(200, RowsAnswer)
def standards() -> Response:
    """The standards and their editions"""
    return tagged_answer({"items": register().certificates.standards()})


@blueprint.route("/standards", methods=["PUT"])
@blueprint.needs("administer")
@blueprint.body(StandardsSchema, examples.STANDARDS)
@blueprint.response(200, RowsAnswer)
def put_standards(wanted: dict[str, Any]) -> Response:
    """Keep standards and their editions

    Those that are named; the others stay. New certificates are judged by them at once, what was issued stays.
    """
    return jsonify({"items": register().certificates.put_standards(rows=wanted["rows"])})


@blueprint.route("/units")
@blueprint.public
@blueprint.conditional
@blueprint.response(200, RowsAnswer)
def units() -> Response:
    """The units of competence of persons"""
    return tagged_answer({"items": register().certificates.units()})
