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
# Of a CSV; a workbook says so by itself.
CHARSETS = (("utf-8", "UTF-8 (Excel: CSV UTF-8)"), ("windows-1252", "Windows-1252 (Excel: CSV)"))
FIELDS = ("column", "marking_column", "charset")
LABELS = {
    "file": "The list",
    "charset": "Characters of a CSV",
    "column": "Column of numbers",
    "marking_column": "Column of markings",
}


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
        sent = _sent()
        charset = sent.pop("charset")
        job = started_check(_file(), load(CheckParameters(), sent) | {"charset": charset})
    except (InvalidInput, TooLarge, TooManyRequests) as error:
        return _form(_about_the_file(errors.by_field(error))), 422
    return paths.led_to(url_for("export_pages.show", job_id=job["id"], of="list"), 303)


def _file() -> bytes:
    file = request.files.get("file")
    if file is None or not file.filename:
        raise InvalidInput.field("file", "Choose a file: an Excel workbook (.xlsx) or a CSV.")
    data: bytes = file.read()
    return data


def _sent() -> dict[str, str]:
    return {name: request.form.get(name, "") for name in FIELDS}


def _about_the_file(wrong: dict[str, str]) -> dict[str, str]:
    """What is wrong with neither column is wrong with the file."""
    return {name if name in LABELS else "file": text for name, text in wrong.items()}


def _form(wrong: dict[str, str]) -> str:
    return render_template(
        "checks.html",
        wrong=wrong,
        sent=_sent(),
        labels=LABELS,
        charsets=CHARSETS,
        largest=LARGEST_FILE,
        most=MOST_LINES,
    )
