"""The worklist of a body: drafts, what it may still correct, whose validity ends, and what it asked for."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any
from uuid import UUID

from flask import Blueprint, Response, render_template, request, url_for

from contracts.errors import InvalidInput, RuleViolation
from contracts.schemas import REQUEST_ACTIONS, SCHEMES, STATUSES
from gateway import paths
from gateway.calls import backing, identity, register
from gateway.pages import reference, words
from gateway.pages.drafting import SCHEME_NAMES, officers
from gateway.pages.errors import by_field
from gateway.pages.guards import for_roles

# Beyond this a draft is better finished or given up.
OLD_DRAFT_DAYS = 30
PAGE = 50
NOTICES, MOST_PAGES_OF_NOTICES = 20, 20
ACTIONS = {"suspend": "Suspend", "reinstate": "Reinstate", "cancel": "Cancel"}
# What a status allows to ask for.
ACTIONS_OF = {"current": ("suspend", "cancel"), "suspended": ("reinstate", "cancel")}
# What somebody has just done, when the list is shown for it.
DONE = {
    "asked": ("Asked", "The Secretariat has the request; what it answers will stand here."),
    "withdrawn": ("Taken back", "The Secretariat is not asked for it any more."),
}
ANSWERS = {"yes": True, "no": False}
body = for_roles("author", "signatory", "administrator")

blueprint = Blueprint("worklist", __name__, url_prefix="/work")


@blueprint.get("")
@body
def show() -> str:
    """What waits today."""
    services = register()
    return render_template(
        "drafting/worklist.html",
        work=services.certificates.work(),
        requests=services.certificates.requests(state="open", limit=PAGE),
        notices=_latest_notices(services.certificates),
        schemes=SCHEME_NAMES,
        today=_today(),
        days_since=_days_since,
        old=OLD_DRAFT_DAYS,
    )


@blueprint.get("/certificates")
@body
def own() -> str:
    """All certificates of the body, drafts included, the newest first."""
    wanted = {name: request.args.get(name) or None for name in ("status", "scheme", "cursor")}
    return render_template(
        "drafting/own.html",
        found=register().certificates.mine(**wanted, limit=PAGE),
        wanted=wanted,
        statuses=[(name, name.capitalize()) for name in STATUSES],
        choices=[(name, SCHEME_NAMES[name]) for name in SCHEMES],
        schemes=SCHEME_NAMES,
        title_of=_title_of,
    )


@blueprint.get("/scopes")
@body
def scopes() -> str:
    """What the body may certify, and since when; the Secretariat keeps it."""
    return render_template(
        "drafting/scopes.html",
        body=register().certificates.excb(code=identity().excb),
        schemes=SCHEME_NAMES,
        titles=reference.titles_of_standards(),
        today=_today().isoformat(),
    )


@blueprint.get("/requests")
@body
def requests() -> str:
    """What the body asked of the Secretariat, and what came of it."""
    wanted = {name: request.args.get(name) or None for name in ("state", "cursor")}
    found = register().certificates.requests(**wanted, limit=PAGE)
    states = [(text, url_for("worklist.requests", state=state)) for state, text in words.REQUEST_STATES.items()]
    done = DONE.get(request.args.get("done", ""))
    return render_template(
        "drafting/requests.html", found=found, wanted=wanted, states=states, actions=ACTIONS, done=done
    )


@blueprint.post("/requests/<uuid:request_id>/withdraw")
@officers
def withdraw(request_id: UUID) -> Response:
    """Takes a request back."""
    register().certificates.withdraw(id=str(request_id))
    return paths.led_to(url_for("worklist.requests", done="withdrawn"), 303)


@blueprint.get("/certificates/<number:number>/request")
@officers
@paths.at_its_address
def ask(number: str) -> str:
    """The form of a request to suspend, reinstate or cancel."""
    return _asking(number, {"action": request.args.get("action", "")}, {})


@blueprint.post("/certificates/<number:number>/request")
@officers
@paths.at_its_address
def send(number: str) -> Any:
    """Asks the Secretariat."""
    typed = request.form.to_dict()
    said = ANSWERS.get(typed.get("supplied_affected", ""))
    affected = {} if said is None else {"supplied_affected": said}
    given = {name: typed[name].strip() for name in ("action", "reason", "date") if typed.get(name, "").strip()}
    try:
        register().certificates.ask(number=number, **{"action": "", **given}, **affected)
    except InvalidInput as error:
        errors = by_field(error)
        # The register names all three actions; the form shows those that fit the status.
        errors |= {"action": "Choose one of them."} if "action" in errors else {}
        return _asking(number, typed, errors), 422
    except RuleViolation as error:
        return _asking(number, typed, by_field(error)), 409
    return paths.led_to(url_for("worklist.requests", done="asked"), 303)


def _asking(number: str, typed: dict[str, str], errors: dict[str, str]) -> str:
    certificate = register().certificates.get(number=number)
    possible = ACTIONS_OF.get(certificate["status"], ())
    return render_template(
        "drafting/request.html",
        certificate=certificate,
        actions=[(action, ACTIONS[action]) for action in REQUEST_ACTIONS if action in possible],
        typed={"action": "", "reason": "", "date": "", "supplied_affected": "", **typed},
        errors=errors,
        today=_today(),
    )


def _latest_notices(certificates: Any) -> list[dict[str, Any]]:
    """The newest notices, the newest first; the register tells them from the oldest on."""
    latest: list[dict[str, Any]] = []
    after: int | None = 0
    for _ in range(MOST_PAGES_OF_NOTICES):
        page = certificates.notices(after=after, limit=100)
        latest = (latest + page["items"])[-NOTICES:]
        after = page["next"]
        if after is None:
            break
    return latest[::-1]


def _title_of(certificate: dict[str, Any]) -> str:
    """What it is, or whose."""
    about = certificate.get("equipment") or (certificate.get("holder") or certificate.get("applicant") or {}).get(
        "name"
    )
    return str(about or "").partition("\n")[0]


def _today() -> date:
    return backing().clock().date()


def _days_since(moment: str) -> int:
    """From a moment, as the register writes one, until today."""
    return (_today() - datetime.fromisoformat(moment).date()).days
