"""Checking a list of assets against the register. Open to everybody."""

from __future__ import annotations

from flask import Blueprint, Response, render_template, request, url_for

from contracts.errors import InvalidInput, TooLarge, TooManyRequests
from contracts.schemas import load
from gateway import paths
from gateway.api.exports import started_check
from gateway.api.searching import CheckParameters
from gateway.assets import LARGEST_FILE, MOST_LINES
from gateway.pages import errors
from gateway.pages.guards import open_to_all

blueprint = Blueprint("check_pages", __name__, url_prefix="/checks")
LABELS = {"file": "The list", "column": "Column of numbers", "marking_column": "Column of markings"}


@blueprint.get("")
@open_to_all
def new() -> str:
    """The form."""
    return _form({})


@blueprint.post("")
@open_to_all
def start() -> Response | tuple[str, int]:
    """Starts the job and leads to it."""
    try:
        columns = load(CheckParameters(), {name: request.form.get(name, "") for name in ("column", "marking_column")})
        job = started_check(_file(), columns | {"charset": ""})
    except (InvalidInput, TooLarge, TooManyRequests) as error:
        return _form(_about_the_file(errors.by_field(error))), 422
    return paths.led_to(url_for("export_pages.show", job_id=job["id"]), 303)


def _file() -> bytes:
    file = request.files.get("file")
    if file is None or not file.filename:
        raise InvalidInput.field("file", "Choose a file: an Excel workbook (.xlsx) or a CSV.")
    data: bytes = file.read()
    return data


def _about_the_file(wrong: dict[str, str]) -> dict[str, str]:
    """What is wrong with neither column is wrong with the file."""
    return {name if name in LABELS else "file": text for name, text in wrong.items()}


def _form(wrong: dict[str, str]) -> str:
    sent = {name: request.form.get(name, "") for name in ("column", "marking_column")}
    return render_template("checks.html", wrong=wrong, sent=sent, labels=LABELS, largest=LARGEST_FILE, most=MOST_LINES)
