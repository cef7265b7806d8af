"""The way in: one search box, and the four kinds of certificates."""

from __future__ import annotations

from flask import Blueprint, Response, jsonify, render_template, url_for

from gateway.pages.frame import prefers_json
from gateway.pages.guards import open_to_all

blueprint = Blueprint("home", __name__)


@blueprint.get("/")
@open_to_all
def show() -> str | Response:
    """The home page; to a program, where the API is described."""
    if prefers_json():
        return jsonify({"register": "Register of Ex certificates", "api": url_for("api-docs.openapi_json")})
    return render_template("home.html")
