"""The queue of what bodies ask: the oldest first, each with its certificate, and the answer."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from flask import Blueprint, render_template, request, url_for

from contracts.errors import InvalidInput, VersionMismatch, WrongState
from contracts.schemas import REQUEST_ACTIONS, REQUEST_STATES
from gateway import paths
from gateway.calls import register
from gateway.pages import words
from gateway.pages.errors import by_field
from gateway.pages.secretariat.common import asked, overseers, secretariat, typed

PAGE = 50
ASKED_FOR = {"suspend": "Suspension", "reinstate": "Reinstatement", "cancel": "Cancellation"}
CHANGED = (
    "The certificate changed after this page was made, so nothing was decided. It stands below as it is now; "
    "look at it again, then grant or refuse."
)

blueprint = Blueprint("request_queue", __name__, url_prefix="/secretariat/requests")


@blueprint.get("")
@overseers
def show() -> str:
    """Open requests as they are to be answered; or those of another state, the newest first."""
    state = asked("state", REQUEST_STATES) or "open"
    filters = {"action": asked("action", REQUEST_ACTIONS), "excb": request.args.get("excb", "").strip() or None}
    cursor = request.args.get("cursor") or None
    errors: dict[str, str] = {}
    found: dict[str, Any] = {"items": [], "next": None}
    try:
        found = register().certificates.requests(
            state=state, cursor=cursor, limit=PAGE, oldest_first=state == "open", **filters
        )
    except InvalidInput as refusal:
        errors = by_field(refusal)
    wanted: dict[str, Any] = {name: value for name, value in filters.items() if value} | {"state": state}
    return render_template(
        "secretariat/requests.html",
        found=found,
        state=state,
        states=words.REQUEST_STATES,
        asked_for=ASKED_FOR,
        filters=filters,
        errors=errors,
        tabs=[(text, url_for(".show", **wanted | {"state": one})) for one, text in words.REQUEST_STATES.items()],
        next=found["next"] and url_for(".show", **wanted, cursor=found["next"]),
        first=url_for(".show", **wanted) if cursor else None,
    )


@blueprint.get("/<uuid:request_id>")
@overseers
def one(request_id: UUID) -> str:
    """The request with the certificate, what granting it would touch, and the two answers."""
    return _shown(request_id, {}, {})


@blueprint.post("/<uuid:request_id>/grant")
@secretariat
def grant(request_id: UUID) -> Any:
    """Does what was asked for, if the certificate is still as it was shown."""
    version = request.form.get("version") or None
    try:
        register().certificates.approve(id=str(request_id), version=version)
    except VersionMismatch:
        return _shown(request_id, {"form": CHANGED}, {}), 412
    except (InvalidInput, WrongState) as refusal:
        return _shown(request_id, by_field(refusal), {}), 409
    return _answered(request_id)


@blueprint.post("/<uuid:request_id>/refuse")
@secretariat
def refuse(request_id: UUID) -> Any:
    """Answers no, with a reason that the body reads."""
    given = typed(("reason",))
    try:
        register().certificates.reject(id=str(request_id), reason=given["reason"] or None)
    except InvalidInput as refusal:
        return _shown(request_id, by_field(refusal), given), 422
    except WrongState as refusal:
        return _shown(request_id, by_field(refusal), given), 409
    return _answered(request_id)


def _answered(request_id: UUID) -> Any:
    return paths.led_to(url_for(".one", request_id=request_id), 303)


def _shown(request_id: UUID, errors: dict[str, str], given: dict[str, str]) -> str:
    certificates = register().certificates
    asking = certificates.request(id=str(request_id))
    number = asking["number"]
    return render_template(
        "secretariat/request.html",
        asking=asking,
        certificate=certificates.get(number=number),
        consequences=certificates.consequences(number=number),
        asked_for=ASKED_FOR,
        states=words.REQUEST_STATES,
        errors=errors,
        given={"reason": ""} | given,
    )
