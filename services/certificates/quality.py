"""The quality of the register: a nightly check of all that is Current by the rules of the day."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from contracts.events import timestamp
from plumbing.every import every
from plumbing.logs import log
from plumbing.rpc import rpc
from services.certificates.desk import code_of
from services.certificates.domain import ledger, paging, permissions, schemes
from services.certificates.domain import quality as judging
from services.certificates.domain import runs as nights
from services.certificates.domain.certificate import Certificate
from services.certificates.domain.facts import Facts
from services.certificates.domain.lifecycle import CURRENT
from services.certificates.domain.quality import Outcome
from services.certificates.nightly import EVERY, Nightly
from services.certificates.queries import certificates as queries
from services.certificates.queries import quality as kept
from services.certificates.queries import runs

LONGEST_LISTING = 100
RUN = "quality"


class Quality(Nightly):
    """Seen by the Secretariat and the IT administrator."""

    @every(seconds=EVERY, alone=True)
    def check_quality(self) -> None:
        """What today's rules say of every Current certificate: once a day, a slice at a time."""
        self._go_on(RUN, self._judge)

    def _judge(self, ids: Sequence[str]) -> None:
        with self.db.read() as session:
            public = queries.latest_public(session, ids).values()
            current = [one for one in public if one.status == CURRENT and one.deletion_reason is None]
            facts, known = self._facts(session, *current), kept.outcomes(session, ids)
        now = self.clock()
        judged = [(one.id, _judged(one, facts, now)) for one in current]
        found = {key: outcome.after(known.get(key)) for key, outcome in judged if outcome is not None}
        new = {key: outcome for key, outcome in found.items() if known.get(key) != outcome}
        with self.db.begin() as session:
            kept.put(session, new, known.keys() - found.keys())

    @rpc
    def quality(self, year: int | None = None, excb: str | None = None) -> dict[str, Any]:
        """What the rules said of the Current certificates of each body and year of issue, and what reviewers found.

        ``{"run": {began_at, finished_at, certificates}, "items": [{excb, year, checked, with_errors, with_warnings,
        error_rate, rules: [{rule, severity, certificates}]}], "reviewed": [{excb, year, reviewed, with_errors,
        error_rate}]}``. Raises Forbidden, InvalidInput.
        """
        permissions.check_may_see_quality(self.call.identity)
        code = None if excb is None else code_of(excb)
        if year is not None:
            ledger.check_year(year)
        with self.db.read() as session:
            run = runs.last(session, RUN)
            counts, rules = kept.by_body(session, year, code), kept.broken_rules(session, year, code)
            reviewed = kept.reviews(session, year, code)
        return {
            "run": nights.shown(run),
            "items": [judging.shown(found, rules.get((found.excb, found.year), ())) for found in counts],
            "reviewed": [judging.reviewed(*counted) for counted in reviewed],
        }

    @rpc
    def quality_findings(
        self, excb: str, year: int, rule: str, cursor: str | None = None, limit: int = LONGEST_LISTING
    ) -> dict[str, Any]:
        """``{"items": [{number, scheme, found_at, findings}], "next"}``: who breaks the rule, and since when.

        Raises Forbidden, InvalidInput.
        """
        permissions.check_may_see_quality(self.call.identity)
        ledger.check_year(year)
        paging.whole_number("limit", limit, least=1, most=LONGEST_LISTING)
        code, after = code_of(excb), "" if cursor is None else paging.number_of(cursor)
        with self.db.read() as session:
            rows = kept.breaking(session, code, year, judging.rule_of(rule), after=after, limit=limit + 1)
        items = [{**row, "found_at": timestamp(row["found_at"])} for row in rows[:limit]]
        for item in items:
            item["findings"] = [found for found in item["findings"] if found["rule"] == rule]
        return {"items": items, "next": items[-1]["number"] if len(rows) > limit else None}


def _judged(certificate: Certificate, facts: Facts, now: datetime) -> Outcome | None:
    try:
        return judging.outcome(certificate, schemes.findings(certificate, facts), now)
    except Exception:  # noqa: BLE001 - what an old certificate does to a rule must not keep the others from being judged
        log.exception("certificate cannot be judged", number=certificate.number)
        return None
