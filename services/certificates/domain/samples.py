"""Random samples of certificates, and the checklist by which people review them.

The Secretariat of the scheme has looked each year at a tenth of what was issued and reported in how many certificates
there was an error; a sample here is that, with a checklist so that all who review ask the same.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping
from typing import Any, NamedTuple

from contracts.errors import InvalidInput, NotFound
from contracts.events import timestamp
from contracts.schemas import SCHEMES
from services.certificates.domain.quality import rate

NO = "no"


class Question(NamedTuple):
    """A question of the checklist, so put that yes is right; of which ``schemes`` it is asked."""

    id: str
    text: str
    schemes: tuple[str, ...] = SCHEMES


CHECKLIST = (
    Question("number", "Are the number, its suffix and the issue right, and printed in the same way everywhere?"),
    Question(
        "parties", "Are all companies and persons named in full, each with the address and country it should have?"
    ),
    Question("standards", "Are the standards and their editions right for what is certified?"),
    Question("marking", "Does the marking agree with the types of protection and the standards?", ("equipment",)),
    Question(
        "conditions",
        "Are the specific conditions of use, or a component's limitations, clear to whoever installs it?",
        ("equipment",),
    ),
    Question("service", "Is it clear which services are covered, for what, and where?", ("service-facility",)),
    Question("listed", "Are all certificates on the schedule of the same body, and Current?", ("mark-licence",)),
    Question("competence", "Has each unit of competence its date, its scope and its limits?", ("person",)),
    Question("photo", "Is the photo that of a person, and can the person be recognised?", ("person",)),
    Question(
        "reports",
        "Do the reports that it names exist, in the issue that it names, and do they cover what is certified?",
        ("equipment", "service-facility", "person"),
    ),
    Question("dates", "Are all dates plausible, and in their order?"),
    Question(
        "changes", "Does a later issue say what changed, so that somebody who has the earlier one understands it?"
    ),
    Question("annexes", "Is each annex there that the text refers to, and is each that is there referred to?"),
)


def checklist_of(scheme: str) -> list[dict[str, str]]:
    """``[{"id", "text"}]``: what is asked of a certificate of the scheme."""
    return [{"id": question.id, "text": question.text} for question in CHECKLIST if scheme in question.schemes]


def answered(given: Mapping[str, str], scheme: str) -> int:
    """How many answers say that something is wrong. Raises InvalidInput that names every question left open."""
    asked = {question["id"]: question["text"] for question in checklist_of(scheme)}
    texts = {name: f"Is not answered: {asked[name]}" for name in asked if name not in given}
    texts |= {name: f"Is no question about a {scheme} certificate." for name in sorted(given) if name not in asked}
    if texts:
        raise InvalidInput.fields([{"field": f"answers.{name}", "text": text} for name, text in texts.items()])
    return list(given.values()).count(NO)


def drawn(seed: str, numbers: Iterable[str], percent: int) -> list[str]:
    """The sample of ``percent`` of these base numbers, rounded up: those with the lowest SHA-256 of ``seed:number``.

    So whoever knows the seed can draw it again, in any language, and nobody can choose what is looked at.
    """
    order = sorted(numbers, key=lambda number: hashlib.sha256(f"{seed}:{number}".encode()).hexdigest())
    return order[: -(-len(order) * percent // 100)]


def shown(sample: Mapping[str, Any]) -> dict[str, Any]:
    """The sample as JSON values, without its certificates. ``population``: how many it was drawn from."""
    names = ("id", "year", "excb", "scheme", "percent", "seed", "population", "size", "reviewed", "with_errors")
    return {
        **{name: sample[name] for name in names},
        "error_rate": rate(sample["with_errors"], sample["reviewed"]),
        "drawn_at": timestamp(sample["created_at"]),
        "drawn_by": sample["account"],
    }


def shown_item(item: Mapping[str, Any]) -> dict[str, Any]:
    """One certificate of a sample as JSON values."""
    names = ("position", "number", "issue", "scheme", "excb", "answers", "errors", "remark", "reviewed_by")
    at = item["reviewed_at"]
    return {**{name: item[name] for name in names}, "reviewed_at": None if at is None else timestamp(at)}


def contents(items: Iterable[Mapping[str, Any]]) -> dict[str, Any]:
    """``{"items", "checklists": {scheme: [{id, text}]}}``: the certificates of a sample, and what is asked of them."""
    rows = [shown_item(item) for item in items]
    return {
        "items": rows,
        "checklists": {scheme: checklist_of(scheme) for scheme in sorted({row["scheme"] for row in rows})},
    }


def not_found() -> NotFound:
    return NotFound("There is no such sample, or no such certificate in it.")
