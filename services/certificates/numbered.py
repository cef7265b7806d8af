"""What becomes of a body on its way to a draft with a number: an intent, then the steps 3 and 4 of docs/ISSUANCE.md.

For one draft, or for many of a series at once.
"""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from typing import Any

from contracts.errors import RegisterError, SeriesFull
from contracts.identity import service_identity
from contracts.schemas import load_content, split_private
from plumbing.logs import log
from services.certificates.desk import Desk
from services.certificates.domain import drafts
from services.certificates.queries import certificates as queries

# Of its own, since a batch serves callers of whom each has another deadline.
NUMBERED_WITHIN = 5.0
SERVICE = "certificates"


class Numbered(Desk):
    """Whoever makes drafts finishes them here; so does the sweeper."""

    def _intent(self, body: dict[str, Any], idempotency_key: str | None) -> drafts.Intent:
        content, private = split_private(body)
        return drafts.intend(
            load_content(content),
            self.call.identity,
            idempotency_key,
            draft_id=str(uuid.uuid4()),
            now=self.clock(),
            demonstration=self.settings.demonstration,
            private=None if private is None else self.vault.seal(private),
        )

    def _finish(self, series: str, ids: Sequence[str]) -> dict[str, str | SeriesFull]:
        """The number of each of these drafts, or why it has none; committed either way."""
        # 3. Ask for the numbers of those ids, with no transaction open; asked again, numbering gives the same.
        try:
            numbering = self.numbering.acting_for(service_identity(SERVICE), NUMBERED_WITHIN)
            allocated = numbering.allocate_many(series=series, owner_ids=list(ids))
        except SeriesFull as error:
            return self._finish_what_fits(series, ids, error)
        numbers: dict[str, str] = {row["owner_id"]: row["number"] for row in allocated}
        # 4. Commit the numbers.
        with self.db.once() as session:
            queries.put_numbers(session, numbers)
        return dict(numbers)

    def _finish_what_fits(self, series: str, ids: Sequence[str], error: SeriesFull) -> dict[str, str | SeriesFull]:
        """All or none get their numbers at once; of several, the first get what is left."""
        groups = drafts.by_what_is_left(ids, error)
        if groups:
            return {draft: number for group in groups for draft, number in self._finish(series, group).items()}
        self._refuse(ids, error)
        return dict.fromkeys(ids, error)

    def _refuse(self, ids: Sequence[str], error: RegisterError) -> None:
        with self.db.begin() as session:
            queries.refuse_numbers(session, ids, error.code)
        log.error("no number left", drafts=len(ids), error=error.message)
