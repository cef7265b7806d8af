"""A draft before it has its number: the intent that is committed first, so that no number is ever lost."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from contracts.errors import InvalidInput, SeriesFull
from contracts.identity import Identity
from services.certificates.domain import schemes
from services.certificates.domain.certificate import Certificate, Content
from services.certificates.domain.lifecycle import DRAFT

KEY_LENGTH = 200
# The creator is still at work on a younger intent; an older one was left behind by a crash.
UNFINISHED_AFTER_SECONDS = 5


@dataclass(frozen=True, slots=True)
class Intent:
    """All that a sweeper needs to finish a draft. ``base_number`` is None until numbering has given one.

    ``idempotency_key`` is unique for the account at the body; ``fingerprint`` tells whether a retry asks for the same.
    """

    id: str
    excb: str
    scheme: str
    series: str
    demonstration: bool
    content: Content
    suffix: str
    created_at: datetime
    account: str
    idempotency_key: str | None
    fingerprint: str
    base_number: str | None = None
    # A person's private data, sealed. Not in the fingerprint, from which a birthday could be guessed.
    private: str | None = None

    def as_draft(self, base_number: str) -> Certificate:
        """The draft as its body sees it first."""
        return Certificate(
            id=self.id,
            base_number=base_number,
            excb=self.excb,
            scheme=self.scheme,
            demonstration=self.demonstration,
            issue=0,
            status=DRAFT,
            suffix=self.suffix,
            content=self.content,
            version=1,
        )


def intend(
    content: Content,
    identity: Identity,
    key: str | None,
    *,
    draft_id: str,
    now: datetime,
    demonstration: bool,
    private: str | None = None,
) -> Intent:
    """The draft that ``identity`` asks for. Raises InvalidInput for an unusable key.

    The series is fixed now: a sweeper that comes after the turn of the year must still give this year's number.
    """
    check_key(key)
    scheme = schemes.of(content["scheme"])
    excb = identity.excb or ""
    return Intent(
        id=draft_id,
        excb=excb,
        scheme=content["scheme"],
        series=scheme.series(excb, now.year),
        demonstration=demonstration,
        content=content,
        suffix=scheme.suffix(content),
        created_at=now,
        account=identity.account or "",
        idempotency_key=key,
        fingerprint=fingerprint(content),
        private=private,
    )


def trial(content: Content, identity: Identity) -> Certificate:
    """What the gate is asked about before there is a draft: it has no number and is kept nowhere."""
    return Certificate(
        id="",
        base_number="",
        excb=identity.excb or "",
        scheme=content["scheme"],
        demonstration=False,
        issue=0,
        status=DRAFT,
        suffix=schemes.of(content["scheme"]).suffix(content),
        content=content,
        version=1,
    )


def check_key(key: str | None) -> None:
    """Raises InvalidInput for what is no Idempotency-Key."""
    if key is None:
        return
    if not isinstance(key, str) or not 1 <= len(key) <= KEY_LENGTH or not key.isprintable():
        raise InvalidInput.field("Idempotency-Key", f"Must be 1 to {KEY_LENGTH} printable characters, such as a UUID.")


def fingerprint(content: Content | None) -> str:
    """The same for two bodies that mean the same, however their fields were ordered. 64 hexadecimal digits."""
    canonical = json.dumps(content, sort_keys=True, ensure_ascii=False)
    return hashlib.sha256(canonical.encode()).hexdigest()


def by_what_is_left(ids: Sequence[str], error: SeriesFull) -> list[Sequence[str]]:
    """In what groups to ask again for the numbers of ``ids``, which the series was too full for; none: they get none.

    Only drafts that are known to have no number yet, in a series without any left, can be refused together: one that
    has its number already, from a call whose answer was lost, must be told it. ``error.details``: as numbering says.
    """
    left, all_are_new = error.details.get("left"), error.details.get("asked") == len(ids)
    if len(ids) == 1 or (all_are_new and left == 0):
        return []
    if all_are_new and isinstance(left, int) and 0 < left < len(ids):
        return [ids[:left], ids[left:]]
    return [[draft] for draft in ids]
