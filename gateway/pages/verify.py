"""Verifying: a number, or what stands on a nameplate, typed, pasted or scanned; answered in words. Open to everybody.

The code on every document leads here, with the number in the address.
"""

from __future__ import annotations

from typing import Any

from flask import Blueprint, render_template, request

from contracts.errors import InvalidInput
from contracts.numbers import ReportNumber, parse_or_none
from contracts.schemas import load
from gateway.api.verify import VerifyParameters
from gateway.calls import register
from gateway.pages import errors
from gateway.pages.guards import open_to_all

blueprint = Blueprint("verify_pages", __name__)


@blueprint.get("/verify")
@open_to_all
def show() -> str | tuple[str, int]:
    """The form, and below it the answer for what was asked."""
    text = request.args.get("q", "").strip()
    if not text:
        return render_template("verify.html", text="", answer=None, wrong={}, report=None)
    try:
        asked = load(VerifyParameters(), {"q": text})
        answer = register().certificates.verify(**asked)
    except InvalidInput as error:
        return render_template("verify.html", text=text, answer=None, wrong=errors.by_field(error), report=None), 422
    report = _report(text)
    head, kind = head_of(answer, is_report=report is not None)
    return render_template("verify.html", text=text, answer=answer, wrong={}, report=report, head=head, kind=kind)


def head_of(answer: dict[str, Any], *, is_report: bool = False) -> tuple[str, str]:
    """The answer in a few words, and the kind of notice that fits: what may not be relied on is never "good"."""
    if not answer["found"]:
        if is_report:
            return "The number of a report", ""
        return ("Not in the register" if answer["number"] else "No number was found"), "bad"
    certificate = answer["certificate"]
    head, kind = _standing(certificate["status"], ended=bool(certificate.get("validity_ended")))
    if any(not marking.get("agrees", True) for marking in answer["markings"]):
        differs = "iffers from the certificate"
        return (f"D{differs}" if kind == "good" else f"{head}, and d{differs}"), "bad"
    return head, kind


def _standing(status: str, *, ended: bool) -> tuple[str, str]:
    if status != "current":
        return status.capitalize(), "warning" if status == "suspended" else "bad"
    return ("Validity ended", "warning") if ended else ("Current", "good")


def _report(text: str) -> ReportNumber | None:
    number = parse_or_none(text)
    return number if isinstance(number, ReportNumber) else None
