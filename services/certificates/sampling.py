"""Random samples of what was issued in a year, which the Secretariat draws and reviews by a checklist."""

from __future__ import annotations

import secrets
import uuid
from typing import Any

from sqlalchemy.orm import Session

from contracts.errors import NotFound
from contracts.numbers import canonical_code
from contracts.schemas import USUAL_PERCENT, ReviewSchema, SampleSchema, load
from plumbing.rpc import rpc
from services.certificates.desk import Desk
from services.certificates.domain import paging, permissions
from services.certificates.domain import samples as sampling
from services.certificates.queries import reference
from services.certificates.queries import samples as kept

LONGEST_LISTING = 100
SEED_BYTES = 16
# Far beyond what anybody reviews.
MOST_ITEMS = 1_000_000


class Sampling(Desk):
    """Seen by the Secretariat and the IT administrator; a sample is answered with its certificates and checklists."""

    @rpc
    def draw_sample(
        self, year: int, excb: str | None = None, scheme: str | None = None, percent: int = USUAL_PERCENT
    ) -> dict[str, Any]:
        """A sample of the certificates that were issued, or issued anew, in that year; the seed is in the answer.

        Raises Forbidden, InvalidInput, and NotFound where nothing was issued.
        """
        identity, now = self.call.identity, self.clock()
        permissions.check_may_review(identity)
        given = {"year": year, "excb": excb, "scheme": scheme, "percent": percent}
        wanted = load(SampleSchema(), given)
        wanted["excb"] = wanted["excb"] and canonical_code(wanted["excb"])
        drawing = {"id": str(uuid.uuid4()), "seed": secrets.token_hex(SEED_BYTES), "created_at": now}
        with self.db.begin() as session:
            if wanted["excb"] and reference.country_of(session, wanted["excb"]) is None:
                raise NotFound("There is no such certification body.")
            issued = kept.population(session, wanted["year"], wanted["excb"], wanted["scheme"])
            if not issued:
                raise NotFound("Nothing was issued that this sample could be drawn from.")
            numbers = sampling.drawn(drawing["seed"], issued, wanted["percent"])
            sample = {**wanted, **drawing, "account": identity.account or "", "population": len(issued)}
            kept.add(session, sample, [issued[number] for number in numbers])
            return _found(session, drawing["id"])

    @rpc
    def sample(self, id: str) -> dict[str, Any]:  # noqa: A002 - the name is the contract's
        """One sample. Raises Forbidden, NotFound."""
        permissions.check_may_see_quality(self.call.identity)
        with self.db.read() as session:
            return _found(session, id)

    @rpc
    def samples(self, cursor: str | None = None, limit: int = 50) -> dict[str, Any]:
        """``{"items": [sample without its certificates], "next"}``, newest first. Raises Forbidden, InvalidInput."""
        permissions.check_may_see_quality(self.call.identity)
        paging.whole_number("limit", limit, least=1, most=LONGEST_LISTING)
        behind = None if cursor is None else paging.decode(cursor)
        with self.db.read() as session:
            rows = kept.page(session, behind, limit + 1)
        last = rows[limit - 1] if len(rows) > limit else None
        following = last and paging.encode(paging.Position(last["created_at"], last["id"], 0))
        return {"items": [sampling.shown(row) for row in rows[:limit]], "next": following}

    @rpc
    def review(self, sample_id: str, position: int, answers: dict[str, str], remark: str = "") -> dict[str, Any]:
        """What was found of one certificate of a sample, in place of what was said of it before; the certificate there.

        ``answers``: ``yes``, ``no`` or ``not-applicable`` for each question of its checklist.
        Raises Forbidden, InvalidInput, NotFound.
        """
        identity = self.call.identity
        permissions.check_may_review(identity)
        given = load(ReviewSchema(), {"answers": answers, "remark": remark})
        paging.whole_number("position", position, least=1, most=MOST_ITEMS)
        with self.db.begin() as session:
            found = kept.items(session, str(sample_id), position)
            if not found:
                raise sampling.not_found()
            said = {"errors": sampling.answered(given["answers"], found[0]["scheme"]), **given}
            said |= {"reviewed_at": self.clock(), "reviewed_by": identity.account or ""}
            kept.review(session, str(sample_id), position, said)
        return sampling.shown_item(found[0] | said)


def _found(session: Session, sample_id: object) -> dict[str, Any]:
    sample = kept.find(session, str(sample_id))
    if sample is None:
        raise sampling.not_found()
    items = kept.items(session, sample["id"])
    return sampling.shown(sample) | sampling.contents(items)
