"""The summaries of the reports behind certificates. Open to everybody; the reports themselves are in no register."""

from __future__ import annotations

from flask import Blueprint, Response, render_template, request
from marshmallow import EXCLUDE

from contracts.schemas import load
from gateway import paths
from gateway.api import PREFIX
from gateway.api.reports import ReportsParameters
from gateway.calls import register
from gateway.pages import reference
from gateway.pages.frame import prefers_json
from gateway.pages.guards import open_to_all

blueprint = Blueprint("report_pages", __name__, url_prefix="/reports")


@blueprint.get("")
@open_to_all
def listing() -> str:
    """The newest first, of all bodies and kinds or of some."""
    given = {name: value for name, value in request.args.items() if value}
    asked = load(ReportsParameters(unknown=EXCLUDE), given)
    found = register().certificates.reports(**asked)
    return render_template("reports/list.html", found=found, asked=asked, bodies=reference.names_of_bodies())


@blueprint.get("/<report:number>")
@open_to_all
@paths.at_the_address_of_its_report
def show(number: str) -> str | Response:
    """One report, or one issue of it; to a program, where its JSON is."""
    if prefers_json():
        return paths.led_to_json("reports.one", number)
    report = register().certificates.report(number=number)
    return render_template(
        "reports/show.html",
        r=report,
        pdf=f"{PREFIX}/reports/{paths.path_of(report['number'])}/pdf",
        body=reference.names_of_bodies().get(report["excb"], ""),
        titles=reference.titles_of_standards(),
    )
