"""Statements on many certificates at a time: each says once for all what ``certificates`` says for one."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import replace
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from services.certificates.domain.certificate import Certificate
from services.certificates.domain.drafts import Intent
from services.certificates.domain.lifecycle import DRAFT
from services.certificates.queries import at_once
from services.certificates.queries.certificates import INSERTS, INTENT_FIELDS, STANDING
from services.certificates.tables import CertificateRow, IssueRow

_KEY = ("excb", "account", "idempotency_key")
KEEP = INSERTS["sqlite"](CertificateRow).on_conflict_do_nothing(index_elements=_KEY).returning(CertificateRow.id)
KEEP_AT_ONCE = sa.text(
    at_once.inserting(CertificateRow, INTENT_FIELDS) + f" ON CONFLICT ({', '.join(_KEY)}) DO NOTHING RETURNING id"
)
EARLIER = sa.select(
    CertificateRow.id,
    CertificateRow.series,
    CertificateRow.fingerprint,
    CertificateRow.base_number,
    CertificateRow.idempotency_key,
).where(
    CertificateRow.excb == sa.bindparam("excb"),
    CertificateRow.account == sa.bindparam("account"),
    CertificateRow.idempotency_key.in_(sa.bindparam("keys", expanding=True)),
)
_IDS = CertificateRow.id.in_(sa.bindparam("ids", expanding=True))
# In one order everywhere, so that two batches wait for each other but never in a circle.
LOCK = sa.select(CertificateRow.id).where(_IDS).order_by(CertificateRow.id).with_for_update(key_share=True)
STANDING_OF = STANDING.where(_IDS)


def keep_intents(session: Session, intents: Sequence[Intent]) -> dict[str | None, Intent]:
    """By idempotency key: the new drafts of one account at an active body, and those that stand from an earlier call.

    Two of the same key are one draft, of the first one's content.
    """
    if not intents:
        return {}
    # Sorted for the same reason as locks are.
    ordered = sorted(intents, key=lambda intent: intent.idempotency_key or "")
    new = _keep_certificates(session, [{name: getattr(intent, name) for name in INTENT_FIELDS} for intent in ordered])
    at_once.insert(session, IssueRow, [_first_issue(intent) for intent in intents if intent.id in new])
    kept = {intent.idempotency_key: intent for intent in intents if intent.id in new}
    return kept | _earlier(session, [intent for intent in intents if intent.id not in new])


def _keep_certificates(session: Session, kept: at_once.Rows) -> set[str]:
    """The ids of those that are new."""
    connection = session.connection()
    if connection.dialect.name == "postgresql":
        return set(connection.execute(KEEP_AT_ONCE, {"rows": at_once.as_json(kept)}).scalars())
    return set(connection.execute(KEEP, kept).scalars())


def _first_issue(intent: Intent) -> dict[str, Any]:
    row = {name: getattr(intent, name) for name in ("excb", "scheme", "suffix", "content", "created_at", "private")}
    return row | {"certificate_id": intent.id, "issue": 0, "status": DRAFT, "version": 1, "status_reason": ""}


def _earlier(session: Session, intents: Sequence[Intent]) -> dict[str | None, Intent]:
    if not intents:
        return {}
    by_key = {intent.idempotency_key: intent for intent in intents}
    asked = {"excb": intents[0].excb, "account": intents[0].account, "keys": list(by_key)}
    found = session.connection().execute(EARLIER, asked).mappings()
    return {row["idempotency_key"]: replace(by_key[row["idempotency_key"]], **row) for row in found}


def lock(session: Session, ids: Collection[str]) -> None:
    """Locks these certificates until the end of the transaction; what stands is read only afterwards."""
    session.connection().execute(LOCK, {"ids": list(ids)})


def standing(session: Session, ids: Collection[str]) -> dict[str, Certificate]:
    """By id: the latest public issue of each of these certificates, or its draft; deleted ones too."""
    found: dict[str, Certificate] = {}
    if ids:
        for row in session.connection().execute(STANDING_OF, {"ids": list(ids)}).mappings():
            # The first row of each is the one that stands.
            found.setdefault(row["id"], Certificate(**row))
    return found
