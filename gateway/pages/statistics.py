"""How much was issued: by year, kind, body, country and status, as charts with their tables. Open to everybody."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, render_template, request
from marshmallow import EXCLUDE

from contracts.schemas import load
from gateway.api.statistics import StatisticsParameters
from gateway.calls import register
from gateway.pages import charts, reference, words
from gateway.pages.guards import open_to_all

YEARS, BODIES, COUNTRIES = 15, 15, 15

blueprint = Blueprint("statistics_pages", __name__)


@blueprint.get("/statistics")
@open_to_all
def show() -> str:
    """All of it, or of one kind of certificate or one body."""
    given = {name: value for name, value in request.args.items() if value}
    asked = load(StatisticsParameters(unknown=EXCLUDE), given)
    found = register().certificates.statistics(**asked)
    return render_template(
        "statistics.html",
        found=found,
        asked=asked,
        bodies=reference.names_of_bodies(),
        years=_by_year(found),
        charts=_charts(found),
    )


def _by_year(found: dict[str, Any]) -> list[dict[str, int]]:
    """All schemes together, the oldest year first."""
    years: dict[int, dict[str, int]] = {}
    for scheme in found["schemes"]:
        for row in scheme["years"]:
            sums = years.setdefault(row["year"], dict.fromkeys(("certificates", "issues", "reports", "drafts"), 0))
            for name in sums:
                sums[name] += row[name]
    return [{"year": year, **sums} for year, sums in sorted(years.items())]


def _charts(found: dict[str, Any]) -> dict[str, Any]:
    by_year = [(str(row["year"]), row["certificates"]) for row in _by_year(found)][-YEARS:]
    schemes = [(words.SCHEMES[row["scheme"]], row["totals"]["certificates"]) for row in found["schemes"]]
    statuses = [(row["status"].capitalize(), row["certificates"]) for row in found["statuses"]]
    return {
        "years": charts.columns("Certificates by year of first issue", by_year),
        "schemes": charts.bars("Certificates by kind", schemes),
        "statuses": charts.bars("Certificates by status", statuses),
        "excbs": charts.bars("Certificates by body", _most(found["excbs"], "excb")[:BODIES]),
        "countries": charts.bars("Certificates by country", _most(found["countries"], "country")[:COUNTRIES]),
    }


def _most(rows: list[dict[str, Any]], name: str) -> list[charts.Row]:
    found = [(str(row[name]) or "not known", int(row["certificates"])) for row in rows]
    return sorted(found, key=lambda row: (-row[1], row[0]))
