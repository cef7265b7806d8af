"""ID cards of persons: whose wait, a sheet of those that were chosen, and that they left the printer."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from flask import Blueprint, render_template, request, url_for

from contracts.errors import Forbidden, InvalidInput, NotFound, RegisterError, RuleViolation, WrongState
from gateway import files, paths
from gateway.api.cards import MOST_CARDS, SHEET_SECONDS
from gateway.calls import register
from gateway.pages.errors import by_field
from gateway.pages.secretariat.common import secretariat, today

# A card is promised within four weeks; what waits longer than this was overlooked, or is not wanted.
USUAL_DAYS = 90
REFUSALS = (InvalidInput, NotFound, RuleViolation, WrongState, Forbidden)

blueprint = Blueprint("card_queue", __name__, url_prefix="/secretariat/cards")


@blueprint.get("")
@secretariat
def show() -> Any:
    return _shown([], {})


@blueprint.post("/sheet")
@secretariat
def sheet() -> Any:
    """The sheets as PDF, of those that were chosen; nothing is noted by that."""
    chosen = request.form.getlist("numbers")
    if not 1 <= len(chosen) <= MOST_CARDS:
        return _shown(chosen, {"numbers": f"Choose 1 to {MOST_CARDS} cards."}), 422
    try:
        file = register(SHEET_SECONDS).export.cards_pdf(numbers=chosen)
    except REFUSALS as refusal:
        return _shown(chosen, _refused(refusal)), 422
    response = files.send(file, file["etag"], "attachment")
    response.headers["Cache-Control"] = "private, no-store"
    return response


@blueprint.post("/printed")
@secretariat
def mark() -> Any:
    """Those that were chosen have left the printer."""
    chosen = request.form.getlist("numbers")
    try:
        register().certificates.mark_cards_printed(numbers=chosen)
    except InvalidInput as refusal:
        return _shown(chosen, by_field(refusal)), 422
    return paths.led_to(url_for(".show", done=len(set(chosen)), **_asked()), 303)


def _refused(refusal: RegisterError) -> dict[str, str]:
    return {"numbers": next(iter(by_field(refusal).values()), refusal.message)}


def _asked() -> dict[str, Any]:
    """What was asked of the queue, out of the address."""
    names = ("excb", "since", "printed")
    return {name: text for name in names if (text := request.args.get(name, "").strip())}


def _shown(chosen: list[str], errors: dict[str, str]) -> Any:
    usual = {"since": (today() - timedelta(days=USUAL_DAYS)).isoformat(), "excb": "", "printed": ""}
    given = usual | _asked()
    cursor = request.args.get("cursor") or None
    found: dict[str, Any] = {"items": [], "next": None}
    try:
        found = register().certificates.cards(
            excb=given["excb"] or None,
            issued_from=given["since"] or None,
            printed=given["printed"] == "yes",
            cursor=cursor,
        )
    except InvalidInput as refusal:
        renamed = {"issued_from": "since"}
        errors = errors | {renamed.get(field, field): text for field, text in by_field(refusal).items()}
    asked: dict[str, Any] = {name: text for name, text in given.items() if text}
    return render_template(
        "secretariat/cards.html",
        found=found,
        given=given,
        asked=asked,
        chosen=set(chosen),
        errors=errors,
        done=request.args.get("done", "")[:4],
        next=found["next"] and url_for(".show", **asked, cursor=found["next"]),
        first=url_for(".show", **asked) if cursor else None,
    )
