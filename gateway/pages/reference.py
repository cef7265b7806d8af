"""The names behind codes: of bodies, standards, units of competence and columns. Public, seldom changed or asked for.

Only for what is shown: what counts is decided by the services.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, cast

from flask import current_app

from contracts.errors import Unavailable
from gateway.calls import register
from plumbing.lately import Lately

SECONDS = 30.0
EXTENSION = "reference"
Rows = list[dict[str, Any]]


def install(extensions: dict[str, Any]) -> None:
    """A memory of this application's own."""
    extensions[EXTENSION] = Lately(SECONDS)


def bodies() -> Rows:
    """Every certification body: code, name, country, scopes. Raises Unavailable."""
    return _lately("excbs", register().certificates.excbs)


def names_of_bodies() -> dict[str, str]:
    """Name by code; empty where they cannot be had just now: a page without names is better than none."""
    return _named(bodies, "code", "name")


def titles_of_standards() -> dict[str, str]:
    """Title by number, likewise."""
    return _named(lambda: _lately("standards", register().certificates.standards), "number", "title")


def titles_of_units() -> dict[str, str]:
    """Title by unit, likewise."""
    return _named(lambda: _lately("units", register().certificates.units), "unit", "title")


def columns_of_exports() -> Rows:
    """The columns that an export may have; none where they cannot be had just now, the usual ones are made then."""
    try:
        return _lately("columns", register().export.columns)
    except Unavailable:
        return []


def _named(rows: Callable[[], Rows], key: str, name: str) -> dict[str, str]:
    try:
        return {str(row[key]): str(row.get(name) or "") for row in rows()}
    except Unavailable:
        return {}


def _lately(what: str, ask: Callable[[], Rows]) -> Rows:
    return cast(Lately, current_app.extensions[EXTENSION]).get(what, ask)
