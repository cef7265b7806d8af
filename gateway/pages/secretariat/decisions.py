"""Suspending, reinstating, cancelling, deleting: what it would touch, then a form, then what becomes public, then done.

The form carries the version of the certificate that was read; if that is no longer the one that stands, nothing is
decided, and the page comes back with what was typed and with what is so now.
"""

from __future__ import annotations

from typing import Any

from flask import Blueprint, render_template, request, url_for

from contracts.errors import Gone, InvalidInput, NotFound, VersionMismatch, WrongState
from gateway import paths
from gateway.calls import register
from gateway.pages.errors import by_field
from gateway.pages.secretariat.common import ANSWERS, overseers, secretariat, today, typed

# How each decision is named on a button, what it makes of a certificate, and how grave it is.
ACTIONS = {
    "suspend": ("Suspend", "suspended"),
    "reinstate": ("Reinstate", "current"),
    "cancel": ("Cancel", "cancelled"),
    "delete": ("Delete", "deleted"),
}
FIELDS = ("reason", "date", "supplied_affected", "version")
LABELS = {"reason": "Reason", "date": "Since when", "supplied_affected": "What was supplied before"}
CHANGED = (
    "The certificate changed after this page was made, so nothing was decided. It stands below as it is now, "
    "and what you typed is still here; look at it again, then go on."
)

blueprint = Blueprint("decisions", __name__, url_prefix="/secretariat/certificates")


@blueprint.get("/<number:number>")
@overseers
@paths.at_its_address
def show(number: str) -> str:
    """The certificate as it stands, what hangs on it, and what may be decided now."""
    certificates = register().certificates
    try:
        certificate = certificates.get(number=number)
    except Gone as gone:
        return render_template("secretariat/gone.html", number=number, reason=gone.details.get("reason", ""))
    return render_template(
        "secretariat/certificate.html",
        certificate=certificate,
        consequences=certificates.consequences(number=number),
        events=certificates.history(number=number)["events"],
        actions=ACTIONS,
    )


@blueprint.get("/<number:number>/<any(suspend,reinstate,cancel,delete):action>")
@secretariat
@paths.at_its_address
def begin(number: str, action: str) -> str:
    """The form, with what the decision would touch beside it."""
    return _form(number, action, {"date": today().isoformat() if action != "delete" else ""}, {})


@blueprint.post("/<number:number>/<any(suspend,reinstate,cancel,delete):action>")
@secretariat
@paths.at_its_address
def decide(number: str, action: str) -> Any:
    """First the page that shows what becomes public; from there, it is done."""
    given, confirmed = typed(FIELDS), request.form.get("confirmed") == "yes"
    try:
        if not confirmed:
            return _to_confirm(number, action, given)
        _decided(number, action, given)
    except InvalidInput as refusal:
        return _form(number, action, given, by_field(refusal)), 422
    except VersionMismatch:
        return _form(number, action, given | {"version": ""}, {"form": CHANGED}), 412
    except WrongState as refusal:
        return _form(number, action, given | {"version": ""}, by_field(refusal)), 409
    return paths.led_to(url_for(".show", number=paths.path_of(number), done=action), 303)


def _decided(number: str, action: str, given: dict[str, str]) -> None:
    certificates, version = register().certificates, given["version"] or None
    if action == "delete":
        certificates.delete(number=number, reason=given["reason"] or None, version=version)
    else:
        getattr(certificates, action)(number=number, version=version, **_decision(given))


def _decision(given: dict[str, str]) -> dict[str, Any]:
    return {
        "reason": given["reason"] or None,
        "date": given["date"] or None,
        "supplied_affected": ANSWERS.get(given["supplied_affected"]),
    }


def _to_confirm(number: str, action: str, given: dict[str, str]) -> str:
    """What becomes public. Raises whatever the decision itself would raise."""
    certificates = register().certificates
    certificate = certificates.get(number=number)
    if given["version"] not in ("", certificate["version"]):
        raise VersionMismatch
    certificates.weigh(number=number, action=action, **_decision(given))
    return render_template(
        "secretariat/confirm.html",
        certificate=certificate,
        consequences=certificates.consequences(number=number),
        action=action,
        text=ACTIONS[action][0],
        becomes=ACTIONS[action][1],
        given=given | {"version": certificate["version"], "date": given["date"] or today().isoformat()},
    )


def _form(number: str, action: str, given: dict[str, str], errors: dict[str, str]) -> str:
    certificates = register().certificates
    certificate, consequences = certificates.get(number=number), certificates.consequences(number=number)
    if action not in consequences["possible"] and not errors:
        raise NotFound(f"{certificate['number']} is {certificate['status']}: there is nothing to {action}.")
    nothing = dict.fromkeys(FIELDS, "")
    return render_template(
        "secretariat/decide.html",
        certificate=certificate,
        consequences=consequences,
        action=action,
        text=ACTIONS[action][0],
        labels=LABELS,
        given=nothing | given | {"version": given.get("version") or certificate["version"]},
        errors=errors,
        today=today().isoformat(),
    )
