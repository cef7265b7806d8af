"""What an officer can do with the certificate that is read: one table says for whom, in what state, and where.

It only shows ways. Who may go one, the page behind it and the service behind that decide each time.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from flask import url_for

from contracts.identity import Identity, Role
from contracts.schemas import REQUEST_ACTIONS
from gateway import paths

WRITERS: tuple[Role, ...] = ("author", "signatory")
BODY: tuple[Role, ...] = (*WRITERS, "administrator")
SIGNATORY: tuple[Role, ...] = ("signatory",)
SECRETARIAT: tuple[Role, ...] = ("secretariat",)
OVERSEERS: tuple[Role, ...] = ("secretariat", "it-administrator")

# What is so of a certificate now, each with what the address of such a way needs to know of it.
State = Mapping[str, Mapping[str, Any]]


@dataclass(frozen=True, slots=True)
class Way:
    """``text`` leads ``roles`` to ``endpoint`` while ``when`` is so; ``sends``: by a form, for it changes something."""

    text: str
    endpoint: str
    roles: tuple[Role, ...]
    when: str
    sends: bool = False


@dataclass(frozen=True, slots=True)
class Shown:
    """A way on a page."""

    text: str
    href: str
    sends: bool


WAYS = (
    Way("Open the draft", "drafting.edit", WRITERS, "drafted"),
    Way("Preview the draft as PDF", "drafting.preview", BODY, "drafted"),
    Way("Review and issue", "issuing.review", SIGNATORY, "issuable"),
    Way("Correct it", "drafting.edit", SIGNATORY, "correctable"),
    Way("New issue", "issuing.begin_next", WRITERS, "renewable", sends=True),
    Way("Ask to suspend it", "worklist.ask", WRITERS, "ask to suspend"),
    Way("Ask to reinstate it", "worklist.ask", WRITERS, "ask to reinstate"),
    Way("Ask to cancel it", "worklist.ask", WRITERS, "ask to cancel"),
    Way("What you asked of the Secretariat", "worklist.requests", BODY, "waiting"),
    Way("Look at the request of its body", "request_queue.one", OVERSEERS, "asked"),
    Way("Suspend it", "decisions.begin", SECRETARIAT, "suspend"),
    Way("Reinstate it", "decisions.begin", SECRETARIAT, "reinstate"),
    Way("Cancel it", "decisions.begin", SECRETARIAT, "cancel"),
    Way("Delete it", "decisions.begin", SECRETARIAT, "delete"),
)


def concerns(identity: Identity, excb: str) -> bool:
    """Whether there may be a way for ``identity`` about a certificate of the body ``excb``."""
    return identity.role in OVERSEERS or identity.excb == excb


def state_of(told: Mapping[str, Any], today: date) -> State:
    """What is so, by what the certificates service told as ``consequences``."""
    here = {"number": paths.path_of(told["number"])}
    return _of_its_issues(told, here, today) | _of_its_status(told, here)


def open_to(role: Role, state: State) -> list[Way]:
    """The ways of this role in this state."""
    return [way for way in WAYS if role in way.roles and way.when in state]


def shown(role: Role, state: State) -> list[Shown]:
    """The ways of this role in this state, each with its address."""
    return [Shown(way.text, url_for(way.endpoint, **state[way.when]), way.sends) for way in open_to(role, state)]


def _of_its_issues(told: Mapping[str, Any], here: dict[str, Any], today: date) -> dict[str, Mapping[str, Any]]:
    """What may be written: one draft at a time, and what was published in its days for corrections."""
    state: dict[str, Mapping[str, Any]] = {}
    last_day = told["last_editable_day"]
    if last_day is not None and today <= date.fromisoformat(last_day):
        state["correctable"] = here | {"issue": max(told["issues"])}
    if told["draft"] is not None:
        state["drafted"] = here | {"issue": told["draft"]}
        if told["status"] in ("draft", "current"):
            state["issuable"] = state["drafted"]
    elif told["status"] == "current":
        state["renewable"] = here
    return state


def _of_its_status(told: Mapping[str, Any], here: dict[str, Any]) -> dict[str, Mapping[str, Any]]:
    """What may be decided, and asked for: one request at a time."""
    state: dict[str, Mapping[str, Any]] = {action: here | {"action": action} for action in told["possible"]}
    if told["request"] is not None:
        return state | {"waiting": {"state": "open"}, "asked": {"request_id": told["request"]["id"]}}
    return state | {f"ask to {action}": state[action] for action in REQUEST_ACTIONS if action in state}
