"""The reference data that the project brings along: certification bodies, standards, units of competence.

``load`` may run at every start: bodies and standards are only added, and scopes only to a register that has none, since
the Secretariat keeps them from then on; units are brought to what the file says, since nothing else changes them. The
scopes of the file are a beginning: every body may certify equipment, the four that were known first may certify
persons; who may do what else is the Secretariat's to say.
"""

from __future__ import annotations

import csv
from datetime import date
from pathlib import Path

from plumbing.db import Handle
from services.certificates.queries import reference as queries
from services.certificates.tables import ExcbRow, ScopeRow, StandardRow, UnitRow

FOLDER = Path(__file__).parent


def load(handle: Handle) -> None:
    """Puts what the files hold into the database of the certificates service, whose tables are there."""
    with handle.begin() as session:
        queries.put_new(session, ExcbRow, bodies())
        if not queries.all_scopes(session):
            queries.put_new(session, ScopeRow, scopes())
        queries.put_new(session, StandardRow, standards())
        queries.put(session, UnitRow, units())


def bodies() -> list[dict[str, object]]:
    """The bodies of the file; how sure the file is of each is for its readers."""
    names = ("code", "name", "country")
    return [{name: row[name] for name in names} | {"active": True} for row in _rows("excbs.csv")]


def scopes() -> list[dict[str, object]]:
    return [
        {**row, "valid_from": date.fromisoformat(row["valid_from"]), "valid_until": None} for row in _rows("scopes.csv")
    ]


def standards() -> list[dict[str, object]]:
    return [
        {
            "number": row["number"],
            "position": position,
            "title": row["short_title"],
            "previous_edition": row["previous_edition"],
            "current_edition": row["current_edition"],
        }
        for position, row in enumerate(_rows("standards.csv"))
    ]


def units() -> list[dict[str, object]]:
    return [
        {"unit": row["unit"], "title": row["short_title"], "assessment": row["assessment"]}
        for row in _rows("units_of_competence.csv")
    ]


def _rows(name: str) -> list[dict[str, str]]:
    with (FOLDER / name).open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))
