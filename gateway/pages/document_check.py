"""Is a PDF genuine? Somebody hands a file in, and reads what it is; and what a program that shows it should say.

It changes nothing, so that the answer comes at once and not behind a redirect: no file would be left to show there.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any

from flask import Blueprint, render_template, request

from contracts.errors import InvalidInput
from contracts.numbers import CertificateNumber, parse_or_none
from gateway.calls import register
from gateway.documents import answer_to
from gateway.pages.errors import by_field
from gateway.pages.guards import open_to_all
from gateway.paths import path_of
from gateway.verdicts import FIELD, WHAT_READERS_SHOW

TITLES = {
    "genuine": ("The document is genuine", "good"),
    "altered": ("The document was changed", "bad"),
    "withdrawn": ("The document proves nothing any more", "bad"),
    "foreign": ("The document is not from this register", "bad"),
    "unsigned": ("The document is not signed", "bad"),
}
# What was true and is overtaken must not look like what holds.
OVERTAKEN = ("The document is genuine, but the register has changed since", "warning")
KINDS = {"certificate": "Certificate", "card": "ID card", "report": "Summary of a report"}

blueprint = open_to_all(Blueprint("document_check", __name__))


@blueprint.get("/verify/document")
def show() -> str:
    """The form, and what else a reader can do."""
    return _page()


@blueprint.post("/verify/document")
def examine() -> tuple[str, int]:
    """The answer above the form, for the next file."""
    try:
        sent = request.files.get(FIELD)
        return _page(answer=answer_to(sent.read() if sent else b"")), 200
    except InvalidInput as error:
        return _page(errors=by_field(error)), 422


def _page(answer: dict[str, Any] | None = None, errors: dict[str, str] | None = None) -> str:
    shown = answer and answer | {"title": _title(answer), "facts": _facts(answer), "record": _record(answer)}
    return render_template(
        "documents/check.html",
        answer=shown,
        errors=errors or {},
        certificates=register().export.signing_certificates(),
        reading=WHAT_READERS_SHOW,
    )


def _title(answer: dict[str, Any]) -> tuple[str, str]:
    overtaken = answer["verdict"] == "genuine" and answer["standing"] and not answer["standing"]["up_to_date"]
    return OVERTAKEN if overtaken else TITLES[answer["verdict"]]


def _facts(answer: dict[str, Any]) -> list[tuple[str, str]]:
    copy, standing, signer = (answer[name] or {} for name in ("document", "standing", "signer"))
    return [
        ("It is a copy of", f"{KINDS[copy['kind']]} {copy['number']}, Issue {copy['issue']}" if copy else ""),
        ("Printed as of", f"change {copy['change_no']}{_moment(copy['signed_at'])}" if copy else ""),
        ("In the register today", standing.get("text", "")),
        ("Status today", (standing.get("status") or "").capitalize()),
        ("Signed by", signer.get("name", "")),
        ("Fingerprint of the key", signer.get("fingerprint", "")),
    ]


def _moment(text: str | None) -> str:
    return f", {datetime.fromisoformat(text):%Y-%m-%d %H:%M} UTC" if text else ""


def _record(answer: dict[str, Any]) -> str | None:
    """The address of what the register says itself."""
    copy = answer["document"]
    if not copy:
        return None
    kind = "certificates" if isinstance(parse_or_none(copy["number"]), CertificateNumber) else "reports"
    return f"/{kind}/{path_of(copy['number'])}"
