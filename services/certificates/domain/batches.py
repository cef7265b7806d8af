"""Batches: many drafts at once, each a line of its own that no other line can spoil."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, NamedTuple

from contracts.errors import InvalidInput, RegisterError
from contracts.schemas.batch import BatchLineSchema
from contracts.schemas.common import load
from services.certificates.domain.certificate import Certificate
from services.certificates.domain.drafts import Intent
from services.certificates.domain.lifecycle import DRAFT
from services.certificates.domain.related import MARK_LICENCE
from services.certificates.domain.rules import Override

MOST_LINES = 500
ISSUED, DRAFTED, REFUSED = "issued", "drafted", "refused"
_LINE = BatchLineSchema()


class Asked(NamedTuple):
    """What one line asks for. ``key``: the draft's Idempotency-Key."""

    body: dict[str, Any]
    key: str
    issue: bool
    overrides: list[Override]


@dataclass(slots=True)
class Line:
    """What has become of a line so far: a draft on its way, a certificate, a problem, or a draft and a problem."""

    asked: Asked
    draft: Intent
    certificate: Certificate | None = None
    problem: RegisterError | None = None

    @property
    def to_be_issued(self) -> bool:
        is_draft = self.certificate is not None and self.certificate.status == DRAFT
        return self.asked.issue and is_draft and self.problem is None


def check_lines(lines: object) -> list[dict[str, Any]]:
    """``[{"line": 7, "sent": {…}}, …]``. Raises InvalidInput for what the gateway would not send."""
    if not isinstance(lines, list) or not all(isinstance(line, dict) and "sent" in line for line in lines):
        raise InvalidInput.field("lines", "Must be a list of lines, each with its number and what was sent.")
    if len(lines) > MOST_LINES:
        raise InvalidInput.field("lines", f"Are {len(lines):,}; at most {MOST_LINES} are taken in a call.")
    return lines


def asked(batch: str, number: int, sent: object, *, issue: bool) -> Asked:
    """What a line asks for: a certificate's body with or without its envelope. Raises InvalidInput."""
    bare = isinstance(sent, dict) and "scheme" in sent
    line = load(_LINE, {"certificate": sent} if bare else sent)
    wanted = issue if line["issue"] is None else line["issue"]
    return Asked(line["certificate"], key_of(batch, line["key"], number), wanted, line["overrides"])


def key_of(batch: str, own_key: str | None, number: int) -> str:
    """The Idempotency-Key of a line's draft: the same whenever the batch is sent again.

    A digest, so that it is no longer than a key may be and no line's own key can be taken for another one's number.
    """
    name = ["line", number] if own_key is None else ["key", own_key]
    return "batch-" + hashlib.sha256(json.dumps([batch, *name]).encode()).hexdigest()


def drafts_in_turn(standing: Iterable[Certificate | RegisterError]) -> list[list[Certificate]]:
    """The drafts among these in the groups in which they are issued: what a licence lists is Current before it is."""
    groups: tuple[list[Certificate], list[Certificate]] = ([], [])
    for certificate in standing:
        if isinstance(certificate, Certificate) and certificate.status == DRAFT:
            groups[certificate.scheme == MARK_LICENCE].append(certificate)
    return [group for group in groups if group]


def answer(line: Line | RegisterError) -> dict[str, Any]:
    """``{"status", "number", "issue", "version", "change_no", "problem"}``; the problem as errors travel."""
    certificate, problem = (None, line) if isinstance(line, RegisterError) else (line.certificate, line.problem)
    wire = None if problem is None else problem.to_wire()
    if certificate is None:
        return {"status": REFUSED, **dict.fromkeys(("number", "issue", "version", "change_no")), "problem": wire}
    return {
        "status": DRAFTED if certificate.status == DRAFT else ISSUED,
        "number": certificate.number,
        "issue": certificate.issue,
        "version": certificate.entity_tag,
        "change_no": certificate.change_no,
        "problem": wire,
    }
