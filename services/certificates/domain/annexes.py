"""Annexes: put on a draft and taken off it, and part of the issue for ever once that is published.

An annex is a file that belongs to one issue (OD 011-1; its pages name certificate and issue), so that the next issue
begins without any. Nobody mends one in the days for corrections, not even the Secretariat: what was read and relied on
under an issue stays what it was, and another file is another issue.
"""

from __future__ import annotations

import re
from dataclasses import replace
from typing import Any

from contracts.annexes import ENDINGS, LARGEST_ANNEX, MOST_ANNEXES, check_ending, checked_name
from contracts.errors import InvalidInput, NotFound, WrongState
from services.certificates.domain import paging, rules
from services.certificates.domain.certificate import Certificate
from services.certificates.domain.lifecycle import DRAFT

Annex = dict[str, Any]

_SHA256 = re.compile(r"[0-9a-f]{64}", re.ASCII)


def checked(annex: object) -> Annex:
    """``{"name", "type", "size", "sha256"}`` as it is kept. Raises InvalidInput for what cannot be an annex."""
    given: Annex = annex if isinstance(annex, dict) else {}
    name, media_type, sha256 = checked_name(given.get("name")), given.get("type"), given.get("sha256")
    if not isinstance(media_type, str) or media_type not in ENDINGS:
        raise InvalidInput.field("type", f"Must be one of: {', '.join(ENDINGS)}.")
    check_ending(name, media_type)
    if not isinstance(sha256, str) or not _SHA256.fullmatch(sha256):
        raise InvalidInput.field("sha256", "Must be 64 hexadecimal digits.")
    size = paging.whole_number("size", given.get("size"), least=1, most=LARGEST_ANNEX)
    return {"name": name, "type": media_type, "size": size, "sha256": sha256}


def check_open(certificate: Certificate) -> None:
    """Raises WrongState unless annexes may come and go."""
    if certificate.status != DRAFT:
        text = (
            f"Issue {certificate.issue} of {certificate.number} is published, and its annexes stay as they are; "
            "draft the next issue to change them."
        )
        found = rules.finding("annexes-stay", "annexes", text, "OD 011-1, 1.2.2: the issue is what was published")
        raise WrongState(text, status=certificate.status, findings=[found])


def check_room(certificate: Certificate, name: str) -> None:
    """Raises InvalidInput for a name that differs from another one's by capitals only, and for one annex too many."""
    others = [annex["name"] for annex in certificate.annexes or [] if annex["name"] != name]
    same = next((other for other in others if other.casefold() == name.casefold()), None)
    if same is not None:
        raise InvalidInput.field("name", f"There is {same} already: use that name to replace it, or quite another one.")
    if len(others) >= MOST_ANNEXES:
        raise InvalidInput.field("name", f"An issue has up to {MOST_ANNEXES} annexes; put several into one file.")


def put(draft: Certificate, annex: Annex) -> Certificate:
    """The draft with this annex, in place of the one of the same name; the same draft where it has it already."""
    check_open(draft)
    check_room(draft, annex["name"])
    if annex in (draft.annexes or []):
        return draft
    others = [other for other in draft.annexes or [] if other["name"] != annex["name"]]
    return _with(draft, [*others, annex])


def removed(draft: Certificate, name: str) -> Certificate:
    """The draft without the annex of this name. Raises NotFound where there is none."""
    check_open(draft)
    others = [other for other in draft.annexes or [] if other["name"] != name]
    if len(others) == len(draft.annexes or []):
        raise NotFound("There is no annex of this name.")
    return _with(draft, others)


def _with(draft: Certificate, annexes: list[Annex]) -> Certificate:
    ordered = sorted(annexes, key=lambda annex: (annex["name"].casefold(), annex["name"]))
    return replace(draft, annexes=ordered, version=draft.version + 1)
