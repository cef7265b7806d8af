"""/search: words and filters, hits, facets and the cursor of the next page."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from flask import Response, jsonify

from gateway.api import PREFIX
from gateway.api.presentation import links
from gateway.api.searching import DATES, FILTERS, SearchAnswer, SearchParameters
from gateway.calls import register
from gateway.openapi import Resource

blueprint = Resource("search", __name__, url_prefix=f"{PREFIX}/search", description="Full-text search")


def filters_of(parameters: Mapping[str, Any]) -> dict[str, Any]:
    """The filters as the search service takes them: only those that were given, dates as ISO text."""
    given = {name: parameters[name] for name in FILTERS if parameters.get(name)}
    days: dict[str, date] = {name: parameters[name] for name in DATES if parameters.get(name)}
    issues = {"issues": "all"} if parameters.get("issues") == "all" else {}
    return given | {name: day.isoformat() for name, day in days.items()} | issues


@blueprint.route("")
@blueprint.public
@blueprint.parameters(SearchParameters)
@blueprint.response(200, SearchAnswer)
def search(parameters: dict[str, Any]) -> Response:
    """Search what is public

    Without words, the newest first. Drafts are never found.
    """
    asked = {name: parameters[name] for name in ("q", "sort", "limit", "cursor", "min_change", "facets")}
    found = register().search.search(filters=filters_of(parameters), **asked)
    items = [hit | {"links": links(hit["number"], hit["issue"])} for hit in found["items"]]
    response = jsonify(found | {"items": items})
    response.headers["Cache-Control"] = "no-cache"
    return response
