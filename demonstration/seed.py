"""Fills a register with some eighty invented certificates of several bodies, of all kinds and in every state.

It goes over HTTP, and can be stopped and begun again: what is there is found by its key and not made twice.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from tqdm import tqdm

from demonstration import accounts, scheme
from demonstration.client import Client
from demonstration.generate import Invented, invent

Fate = Literal["draft", "current", "suspended", "cancelled"]

COUNT = 42
# Every certificate whose place has this remainder by fourteen; the others stay current, the last one among them.
FATES: dict[int, Fate] = {3: "suspended", 6: "cancelled", 9: "draft"}


@dataclass(frozen=True)
class Planned:
    """A certificate of the demonstration and what is to become of it."""

    key: str
    invented: Invented
    fate: Fate


def plan() -> list[Planned]:
    """Always the same certificates in the same order."""
    return [
        Planned(f"demonstration-{index}", invent(index, accounts.BODIES), FATES.get(index % 14, "current"))
        for index in range(COUNT)
    ]


def public() -> int:
    """How many certificates everybody can see in the end."""
    return sum(planned.fate != "draft" for planned in plan()) + sum(scheme.PUBLIC.values())


def is_seeded(url: str) -> bool:
    """Whether all of them are there. The last is public, so that the count tells of those before it, too."""
    return int(Client(url).call("GET", "/search?limit=1").json()["total"]) >= public()


def seed(url: str, password: str) -> None:
    """Makes whatever is not there yet. Raises Refused."""
    if is_seeded(url):
        return
    logins = {account.name: Client.log_in(url, account.name, password) for account in accounts.ALL}
    signatories = {account.excb: logins[account.name] for account in accounts.SIGNATORIES}
    officers = scheme.Officers(signatories, logins["secretariat"])
    scheme.accept_bodies(officers)
    for planned in tqdm(plan(), desc="demonstration register", unit=" certificates", leave=False, disable=None):
        number, status = _issued(signatories[planned.invented.excb], planned)
        if planned.fate in ("suspended", "cancelled") and status == "current":
            _end(logins["secretariat"], number, planned.fate)
    for step in scheme.STEPS:
        step(officers)


def _issued(client: Client, planned: Planned) -> tuple[str, str]:
    """Its number and status, when it is drafted and, if it is to be, issued."""
    number = client.create(planned.invented.body, planned.key).json()["number"]
    answer = client.get(number)
    if planned.fate != "draft" and answer.json()["status"] == "draft":
        answer = client.issue(number, answer.headers["ETag"])
    certificate = answer.json()
    return certificate["number"], certificate["status"]


def _end(secretariat: Client, number: str, fate: Fate) -> None:
    reason = "Invented for the demonstration: the manufacturer is under no surveillance at present."
    if fate == "suspended":
        secretariat.act(number, "suspend", {"reason": reason})
    else:
        decision = {"reason": reason, "date": Client.today(), "supplied_affected": False}
        secretariat.act(number, "cancel", decision)
