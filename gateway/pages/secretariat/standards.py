"""The standards with their editions, by which the gate judges from the moment they are saved."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, render_template, request, url_for

from contracts.errors import InvalidInput, VersionMismatch
from gateway import paths
from gateway.calls import register
from gateway.pages.secretariat.common import of_the_row, overseers, secretariat, typed

FIELDS = ("title", "current_edition", "previous_edition")
CHANGED = (
    "Somebody else changed this standard after this page was made, so nothing was saved. "
    "What you typed is still here: compare it with what is so now, and save it again if it is still right."
)

blueprint = Blueprint("standards_kept", __name__, url_prefix="/secretariat/standards")


@blueprint.get("")
@overseers
def show() -> str:
    return render_template("secretariat/standards.html", standards=register().certificates.standards())


@blueprint.get("/new")
@secretariat
def begin() -> str:
    return _shown(dict.fromkeys(("number", *FIELDS), ""), {}, None)


@blueprint.post("/new")
@secretariat
def add() -> Any:
    """A new standard; one that is there already is not overwritten."""
    given = typed(("number", *FIELDS))
    try:
        register().certificates.put_standards(rows=[given], version="")
    except InvalidInput as refusal:
        return _shown(given, of_the_row(refusal), None), 422
    except VersionMismatch:
        return _shown(given, {"number": f"{given['number']} is there already; change it from the list."}, None), 409
    return _to_all()


# The number of a standard has blanks and slashes in it, so it stands in the query.
@blueprint.get("/edit")
@secretariat
def edit() -> str:
    stored = register().certificates.standard(number=request.args.get("number", ""))
    return _shown(stored, {}, stored)


@blueprint.post("/edit")
@secretariat
def change() -> Any:
    stored = register().certificates.standard(number=request.args.get("number", ""))
    given = typed((*FIELDS, "version")) | {"number": stored["number"]}
    row = {name: given[name] for name in ("number", *FIELDS)}
    try:
        register().certificates.put_standards(rows=[row], version=given["version"])
    except InvalidInput as refusal:
        return _shown(given, of_the_row(refusal), stored), 422
    except VersionMismatch:
        return _shown(given | {"version": stored["version"]}, {"form": CHANGED}, stored), 412
    return _to_all()


def _to_all() -> Any:
    return paths.led_to(url_for(".show"), 303)


def _shown(given: dict[str, str], errors: dict[str, str], stored: dict[str, str] | None) -> str:
    return render_template("secretariat/standard.html", given=given, errors=errors, stored=stored)
