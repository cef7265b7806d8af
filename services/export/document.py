"""What a printed certificate says: the facts that the template lays out, and the key under which its file is kept.

Pure: imports the standard library only. The template holds the wording, this the data.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Iterable
from typing import Any
from urllib.parse import quote

Facts = dict[str, Any]

# The band over each page has one line; the whole reason stands beside the status.
BAND_REASON = 70
# What the system says is named first, what the body wrote after it.
_COPIED = (
    "number", "issue", "scheme", "kind", "status", "status_date", "status_reason", "supplied_affected", "date_of_issue",
    "demonstration", "change_no",
    "applicant", "manufacturer", "manufacturing_locations", "equipment", "optional_accessory", "protection", "marking",
    "ambient", "test_reports", "quality_reports", "serial_numbers", "conditions_of_use", "schedule", "changes",
    "approver",
)  # fmt: skip
# Such characters turn the direction in which text runs: a name could show something else than it says.
_TURNING = re.compile("[\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069\ufeff]")
_EDITION = re.compile(r"(\d+\.\d+) \((\d{4}(?:-\d{2})?)\)")


def certificate_facts(
    certificate: dict[str, Any],
    history: dict[str, Any],
    bodies: Iterable[dict[str, Any]],
    standards: Iterable[dict[str, Any]],
    public_url: str,
) -> Facts:
    """The facts of a certificate's document, JSON values only.

    ``certificate`` is the snapshot of one issue, ``history`` what ``certificates.history`` answers, ``bodies`` and
    ``standards`` the rows of reference data.
    """
    number, path = certificate["number"], path_of(certificate["number"])
    issues = public_issues(certificate, history)
    facts = {name: certificate[name] for name in _COPIED} | {
        "short_reason": shortened(certificate["status_reason"], BAND_REASON),
        "history": issues,
        "superseded_by": issues[-1] if issues and issues[-1]["issue"] > certificate["issue"] else None,
        "body": _body(certificate["excb"], bodies),
        "standards": [_standard(reference, standards) for reference in certificate["standards"]],
        "record_address": f"{public_url}/certificates/{path}",
        "verify_address": f"{public_url}/verify?q={quote(number)}",
        "verify_address_shown": f"{public_url}/verify",
    }
    plain: Facts = straightened(facts)
    return plain


def public_issues(certificate: dict[str, Any], history: dict[str, Any]) -> list[dict[str, Any]]:
    """All issues that were ever public, and the one shown, oldest first: ``{"issue": 0, "date": "2026-01-02"}``."""
    dates = {issue["issue"]: issue["date_of_issue"] for issue in history["issues"] if issue["status"] != "draft"}
    dates[certificate["issue"]] = certificate["date_of_issue"] or "draft"
    return [{"issue": issue, "date": dates[issue]} for issue in sorted(dates)]


def _body(code: str, bodies: Iterable[dict[str, Any]]) -> dict[str, str]:
    row = next((row for row in bodies if row["code"] == code), {})
    return {"code": code, "name": row.get("name", code), "country": row.get("country", "")}


def _standard(reference: dict[str, Any], standards: Iterable[dict[str, Any]]) -> dict[str, str]:
    """The reference with the title and the year of its edition, where the table of standards knows them."""
    row = next((row for row in standards if row["number"] == reference["number"]), {})
    editions = f"{row.get('previous_edition', '')}, {row.get('current_edition', '')}"
    years = dict(_EDITION.findall(editions))
    return {**reference, "title": row.get("title", ""), "year": years.get(reference["edition"], "")}


def path_of(number: str) -> str:
    """A printed number as one segment of an address: ``IECEx-BAS-26.0001X``. Cheap: an export asks for each row."""
    return quote(number.replace(" ", "-").replace("/", "-"), safe="")


def shortened(text: str, longest: int) -> str:
    """One line of ``text``, cut at ``longest`` characters with a mark that it was."""
    line = " ".join(text.split())
    return line if len(line) <= longest else line[: longest - 1].rstrip() + "…"


def straightened(value: Any) -> Any:
    """``value`` with every text in it free of characters that turn the direction of writing."""
    if isinstance(value, str):
        return _TURNING.sub("", value)
    if isinstance(value, list):
        return [straightened(item) for item in value]
    if isinstance(value, dict):
        return {name: straightened(item) for name, item in value.items()}
    return value


def identity_of(certificate: dict[str, Any], history: dict[str, Any], public_url: str, templates: str) -> str:
    """One hash for one document: the same issue at the same change, laid out by the same ``templates``.

    Of the history only the issues are printed; the names of bodies and the titles of standards are as they were when it
    was drawn.
    """
    content = {name: certificate[name] for name in (*_COPIED, "excb", "standards")}
    parts = [templates, public_url, content, public_issues(certificate, history)]
    return hashlib.sha256(json.dumps(parts, sort_keys=True).encode()).hexdigest()


def key_of(certificate: dict[str, Any], identity: str) -> str:
    """Where the file is kept. Whoever asks must have been shown the certificate first: a key gives no permission.

    Drafts lie apart, under nothing but their hash, and are swept away soon.
    """
    if certificate["status"] == "draft":
        return f"previews/{identity}.pdf"
    path = path_of(certificate["number"])
    return f"documents/{path}/issue-{certificate['issue']}-change-{certificate['change_no']}-{identity[:32]}.pdf"


def filename_of(certificate: dict[str, Any]) -> str:
    """What a browser saves the document as: ``IECEx-BAS-26.0001X-issue-0.pdf``."""
    draft = "-draft" if certificate["status"] == "draft" else ""
    return f"{path_of(certificate['number'])}-issue-{certificate['issue']}{draft}.pdf"
