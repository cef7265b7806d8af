"""What a reader should know: the meaning of statuses and suffixes, what this is, privacy and so on. Open to all."""

from __future__ import annotations

from flask import Blueprint, render_template

from gateway.pages.guards import open_to_all

blueprint = Blueprint("help_pages", __name__)


@blueprint.get("/help/statuses")
@open_to_all
def statuses() -> str:
    """What the statuses and suffixes mean."""
    return render_template("help/statuses.html")


@blueprint.get("/about")
@open_to_all
def about() -> str:
    """What the register is, and what it is not."""
    return render_template("help/about.html")


@blueprint.get("/privacy")
@open_to_all
def privacy() -> str:
    """What is kept of visitors and of certified persons."""
    return render_template("help/privacy.html")


@blueprint.get("/accessibility")
@open_to_all
def accessibility() -> str:
    """How far everybody can use these pages."""
    return render_template("help/accessibility.html")
