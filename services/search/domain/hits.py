"""What a list of hits shows of a certificate, and where in it the words were found."""

from __future__ import annotations

from functools import cache
from typing import Any

from services.search.domain.text import Highlighter
from services.search.domain.values import units_of

Snapshot = dict[str, Any]

TITLE_LENGTH = 300
_SHOWN = ("number", "issue", "status", "scheme", "kind", "excb", "date_of_issue", "applicant", "manufacturer")
_LONGER = ("equipment", "services", "scope", "units", "conditions_of_use", "schedule", "changes")


def title_of(snapshot: Snapshot) -> str:
    """What a certificate is about, in one line: the equipment, the person, or whose services or licence it is."""
    lines = full_title(snapshot).strip().splitlines() or [""]
    return lines[0][:TITLE_LENGTH]


def full_title(snapshot: Snapshot) -> str:
    """The title with all its lines."""
    if snapshot.get("scheme") in (None, "equipment"):
        return f"{snapshot.get('equipment') or ''}\n{snapshot.get('optional_accessory') or ''}"
    if snapshot["scheme"] == "person":
        return name_in(snapshot, "holder")
    services = "; ".join(snapshot.get("services") or ())
    return ": ".join(filter(None, (name_in(snapshot, "applicant"), services)))


def name_in(snapshot: Snapshot, role: str) -> str:
    """The name of the applicant, manufacturer, holder or assessment centre; empty where there is none."""
    return str((snapshot.get(role) or {}).get("name") or "")


def hit_of(snapshot: Snapshot) -> dict[str, Any]:
    """What a list of hits shows of a certificate; parties as in the certificate, ``{name, address, country}``.

    ``latest``: whether it is the issue in force. A person has ``holder``, ``units`` and ``valid_until``, too.
    """
    hit = {name: snapshot.get(name) for name in _SHOWN} | {
        "title": title_of(snapshot),
        "marking": snapshot.get("marking") or [],
        "latest": "latest_issue" not in snapshot,
        "demonstration": bool(snapshot.get("demonstration")),
    }
    if snapshot.get("scheme") == "person":
        person = {"holder": snapshot.get("holder"), "valid_until": snapshot.get("valid_until")}
        hit |= person | {"units": units_of(snapshot)}
    return hit


def highlights_of(snapshot: Snapshot, highlighter: Highlighter) -> dict[str, str]:
    """Fragments of HTML by field: of what every hit shows, and as ``text`` of the first longer text that matched."""
    # The applicant is the manufacturer, and the title the equipment, more often than not.
    mark = cache(highlighter.mark)
    texts = {"title": title_of(snapshot), "number": snapshot.get("number")}
    texts |= {role: name_in(snapshot, role) for role in ("holder", "applicant", "manufacturer")}
    texts["marking"] = " · ".join(snapshot.get("marking") or [])
    marked = {name: mark(text) for name, text in texts.items() if text}
    longer = (_as_text(snapshot.get(name)) for name in _LONGER)
    marked["text"] = next((found for text in longer if (found := mark(text))), None)
    return {name: text for name, text in marked.items() if text}


def _as_text(value: Any) -> str:
    """A text as it is, a list of texts or of units of competence as one."""
    if isinstance(value, list):
        rows = (row if isinstance(row, str) else " ".join(map(str, filter(None, row.values()))) for row in value)
        return " · ".join(rows)
    return str(value or "")
