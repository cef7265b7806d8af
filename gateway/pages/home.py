"""The way in: one search box, and the four kinds of certificates with how many there are. Open to everybody."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, Response, jsonify, render_template, url_for

from contracts.errors import Unavailable
from gateway.calls import register
from gateway.pages.frame import prefers_json
from gateway.pages.guards import open_to_all

LATEST = 5

blueprint = Blueprint("home", __name__)


@blueprint.get("/")
@open_to_all
def show() -> str | Response:
    """The home page; to a program, where the API is described."""
    if prefers_json():
        return jsonify({"register": "Register of Ex certificates", "api": url_for("api-docs.openapi_json")})
    found = _found()
    counts = {row["value"]: row["count"] for row in found["facets"].get("scheme", [])}
    return render_template("home.html", counts=counts, latest=found["items"])


def _found() -> dict[str, Any]:
    """The newest certificates and the counts; nothing, if search cannot be asked: the box is there all the same."""
    try:
        found: dict[str, Any] = register().search.search(
            q="", filters={}, sort="-date", limit=LATEST, cursor=None, min_change=None, facets=["scheme"]
        )
    except Unavailable:
        return {"items": [], "facets": {}}
    return found
