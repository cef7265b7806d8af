"""The certification bodies and what they may certify. Open to everybody."""

from __future__ import annotations

from flask import Blueprint, render_template

from contracts.errors import NotFound
from gateway.pages import reference
from gateway.pages.guards import open_to_all

blueprint = Blueprint("body_pages", __name__, url_prefix="/bodies")


@blueprint.get("")
@open_to_all
def listing() -> str:
    """All of them, by code."""
    return render_template("bodies/list.html", bodies=reference.bodies())


@blueprint.get("/<code>")
@open_to_all
def show(code: str) -> str:
    """One, with its scopes."""
    found = next((body for body in reference.bodies() if body["code"].upper() == code.upper()), None)
    if found is None:
        raise NotFound("There is no certification body with this code.")
    return render_template("bodies/show.html", body=found, titles=reference.titles_of_standards())
