"""Reports of the own body: the list, registering one, its next issue. Each is public as soon as it is registered."""

from __future__ import annotations

from typing import Any
from uuid import uuid4

from flask import Blueprint, render_template, request, url_for

from contracts.errors import Forbidden, InvalidInput
from contracts.numbers import REPORT_KINDS
from gateway import paths
from gateway.calls import identity, register
from gateway.drafting import notes
from gateway.drafting.flat import flat
from gateway.drafting.notes import Note
from gateway.drafting.shapes import REPORT, form_of
from gateway.pages import sheets
from gateway.pages.drafting import officers
from gateway.pages.sheets import Sheet
from gateway.pages.worklist import body

PAGE = 50

blueprint = Blueprint("registering", __name__, url_prefix="/work/reports")


@blueprint.get("")
@body
def own() -> str:
    """The reports that the body registered, the newest first."""
    wanted = {name: request.args.get(name) or None for name in ("type", "cursor")}
    found = register().certificates.reports(excb=identity().excb, **wanted, limit=PAGE)
    types = [(kind, url_for("registering.own", type=kind)) for kind in REPORT_KINDS]
    return render_template("drafting/reports.html", found=found, wanted=wanted, types=types)


@blueprint.get("/new")
@officers
def begin() -> str:
    """An empty form."""
    values = flat(form_of(REPORT), {"type": request.args.get("type", REPORT_KINDS[0])})
    return _shown(Sheet(form_of(REPORT), values), uuid4().hex)


@blueprint.post("/new")
@officers
def create() -> Any:
    """Registers it, or shows what is wrong."""
    return _registered_or_told(None)


@blueprint.get("/<report:number>/next")
@officers
@paths.at_the_address_of_its_report
def begin_next(number: str) -> str:
    """The form of the next issue, with what the latest one says."""
    latest = _own(number)
    return _shown(Sheet(form_of(REPORT), flat(form_of(REPORT), latest)), uuid4().hex, latest)


@blueprint.post("/<report:number>/next")
@officers
@paths.at_the_address_of_its_report
def create_next(number: str) -> Any:
    """Registers the next issue, or shows what is wrong."""
    return _registered_or_told(_own(number))


def _own(number: str) -> dict[str, Any]:
    """The latest issue of the report. Raises NotFound, Forbidden."""
    found: dict[str, Any] = register().certificates.report(number=number)
    if found["excb"] != identity().excb:
        raise Forbidden("A certification body issues anew only the reports that it registered.")
    return found


def _registered_or_told(latest: dict[str, Any] | None) -> Any:
    form, values = form_of(REPORT), sheets.sent()
    key = values.get("key") or None
    changed = sheets.reshaped(form, values, values.get("do", ""))
    if changed is not None:
        return _shown(Sheet(form, changed), key, latest)
    filled = sheets.read(form, values)
    try:
        made = _made(filled.content, key, latest)
    except InvalidInput as error:
        return _shown(Sheet(form, values, _notes(form, filled, error)), key, latest), 422
    return paths.led_to(url_for("report_pages.show", number=paths.path_of(made["number"])), 303)


def _made(content: dict[str, Any], key: str | None, latest: dict[str, Any] | None) -> dict[str, Any]:
    services = register().certificates
    made: dict[str, Any] = (
        services.register_report(body=content, idempotency_key=key)
        if latest is None
        else services.reissue_report(number=latest["base_number"], body=content, idempotency_key=key)
    )
    return made


def _notes(form: Any, filled: Any, error: InvalidInput) -> list[Note]:
    return notes.of_errors(form, filled, error.details["errors"])


def _shown(sheet: Sheet, key: str | None, latest: dict[str, Any] | None = None) -> str:
    return render_template(
        "drafting/report.html",
        sheet=sheet,
        key=key or uuid4().hex,
        latest=latest,
        standards=sheets.with_editions(register().certificates.standards()),
    )
