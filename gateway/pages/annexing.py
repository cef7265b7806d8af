"""The annexes of a draft: files that are put on it and taken off again, apart from the form of its fields."""

from __future__ import annotations

import re
from typing import Any

from flask import Blueprint, Response, render_template, request, url_for

from contracts.annexes import LARGEST_ANNEX, checked_name
from contracts.errors import InvalidInput, RegisterError, VersionMismatch
from gateway import paths
from gateway.api import annexes
from gateway.api.presentation import links
from gateway.calls import register
from gateway.pages.drafting import ISSUE, Stored, officers
from gateway.pages.guards import signed_in

CHANGED = "Somebody changed this draft meanwhile; look at its annexes as they are now, and send yours again."

PICTURE = re.compile(r"\.(jpe?g|png|webp)\Z", re.IGNORECASE)

blueprint = Blueprint("annexing", __name__, url_prefix="/work")


@blueprint.get(f"{ISSUE}/annexes")
@officers
@paths.at_its_address
def show(number: str, issue: int) -> Any:
    """The annexes, and the form that adds one."""
    stored = Stored(number, issue)
    if not stored.is_draft:
        return paths.led_to(links(stored.number, issue)["html"], 303)
    return _shown(stored)


@blueprint.post(f"{ISSUE}/annexes")
@officers
@paths.at_its_address
def put(number: str, issue: int) -> Any:
    """Puts a file on the draft, in place of the one of the same name."""
    stored, file, version = Stored(number, issue), request.files.get("file"), request.form.get("version", "")
    try:
        if file is None or not file.filename:
            raise InvalidInput.field("file", "Choose a file first: a PDF or a picture.")
        annexes.put_on_draft(number, checked_name(_name_of(file.filename)), version, file.read())
    except VersionMismatch:
        return _shown(stored, CHANGED), 409
    except InvalidInput as error:
        return _shown(stored, " ".join(row["text"] for row in error.details["errors"])), 422
    except RegisterError as error:
        return _shown(stored, error.message), 422
    return _back(number, issue)


@blueprint.post(f"{ISSUE}/annexes/remove")
@officers
@paths.at_its_address
def remove(number: str, issue: int) -> Any:
    """Takes a file off the draft."""
    name, version = checked_name(request.form.get("name", "")), request.form.get("version", "")
    try:
        register().certificates.remove_annex(number=number, name=name, version=version)
    except VersionMismatch:
        return _shown(Stored(number, issue), CHANGED), 409
    return _back(number, issue)


@blueprint.get(f"{ISSUE}/annexes/<name>")
@signed_in
@paths.at_its_address
def file(number: str, issue: int, name: str) -> Response:
    """A file of the draft, for whom the draft exists."""
    return annexes.shown(register().certificates.get_issue(number=number, issue=issue), name)


def _name_of(filename: str) -> str:
    """Under what name the file is kept: whatever picture it is, it becomes a JPEG."""
    return PICTURE.sub(".jpg", filename)


def _back(number: str, issue: int) -> Response:
    return paths.led_to(url_for("annexing.show", number=paths.path_of(number), issue=issue), 303)


def _shown(stored: Stored, error: str = "") -> str:
    items = stored.certificate.get("annexes") or []
    return render_template("drafting/annexes.html", stored=stored, items=items, error=error, largest=LARGEST_ANNEX)
