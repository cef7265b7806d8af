"""Verifying: a number, or what stands on a nameplate, typed, pasted or scanned; answered in words. Open to everybody.

The code on every document leads here, with the number in the address.
"""

from __future__ import annotations

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
    return render_template("verify.html", text=text, answer=answer, wrong={}, report=_report(text))


def _report(text: str) -> ReportNumber | None:
    number = parse_or_none(text)
    return number if isinstance(number, ReportNumber) else None
