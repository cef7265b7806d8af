"""The ledger: every number that a body ever gave, and what became of it. Open to everybody."""

from __future__ import annotations

from flask import Blueprint, Response, render_template, request, url_for
from marshmallow import EXCLUDE

from contracts.numbers import CERTIFICATE_SCHEMES, REPORT_KINDS
from contracts.schemas import load
from gateway import paths
from gateway.api.numbers import LedgerParameters
from gateway.calls import register
from gateway.pages import reference, words
from gateway.pages.guards import open_to_all

PAGE = 200
KINDS = [(name, words.SCHEMES[name]) for name in CERTIFICATE_SCHEMES]
KINDS += [(name, f"{words.REPORTS[name]}s ({name})") for name in REPORT_KINDS]

blueprint = Blueprint("number_pages", __name__, url_prefix="/numbers")


@blueprint.get("")
@open_to_all
def choose() -> str | Response:
    """Of which body and kind; leads on when both are chosen."""
    excb, scheme = request.args.get("excb", ""), request.args.get("scheme", "")
    if excb and scheme:
        return paths.led_to(url_for(".series", excb=excb, scheme=scheme), 303)
    return render_template("numbers/choose.html", bodies=reference.names_of_bodies(), kinds=KINDS)


@blueprint.get("/<excb>/<scheme>")
@open_to_all
def series(excb: str, scheme: str) -> str:
    """All numbers of a kind; or its years, where the count begins anew with each."""
    return _page(excb, scheme, None)


@blueprint.get("/<excb>/<scheme>/<int(max=9999):year>")
@open_to_all
def year(excb: str, scheme: str, year: int) -> str:
    """All numbers of a year."""
    return _page(excb, scheme, year)


def _page(excb: str, scheme: str, year: int | None) -> str:
    given = {name: value for name, value in request.args.items() if value and name == "after"}
    asked = load(LedgerParameters(unknown=EXCLUDE), given | {"limit": PAGE})
    when = {} if year is None else {"year": year}
    found = register().certificates.ledger(excb=excb, scheme=scheme, **when, **asked)
    name = dict(KINDS).get(found["scheme"], found["scheme"])
    return render_template(
        "numbers/series.html",
        found=found,
        name=name,
        after=asked["after"],
        body=reference.names_of_bodies().get(found["excb"], ""),
        is_report=found["scheme"] in REPORT_KINDS,
    )
