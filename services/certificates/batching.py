"""Many certificates in one call: the steps of docs/ISSUANCE.md, each taken once for all of them.

A line fails alone. What a step could not do (numbering away, a rule, no right to issue) stands with the line, and the
same lines sent again go on from there.
"""

from __future__ import annotations

import time
from collections import defaultdict
from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy.orm import Session

from contracts.errors import IdempotencyKeyReused, RegisterError
from plumbing.rpc import rpc
from services.certificates import changes
from services.certificates.changes import Change
from services.certificates.desk import existing
from services.certificates.domain import batches, drafts, lifecycle, permissions
from services.certificates.domain.batches import Line
from services.certificates.domain.certificate import Certificate
from services.certificates.domain.facts import Facts
from services.certificates.domain.related import MARK_LICENCE
from services.certificates.numbered import Numbered
from services.certificates.publishing import publish
from services.certificates.queries import certificates as queries
from services.certificates.queries import many

# By id of a draft that is to be issued: as it stands now, or why it is a draft still.
Outcome = dict[str, Certificate | RegisterError]


class Batching(Numbered):
    """Batches of drafts, issued at once where that is asked for."""

    @rpc
    def create_many(self, key: str, lines: list[dict[str, Any]], issue: bool = False) -> list[dict[str, Any]]:
        """What became of each line, in order: see ``domain.batches.answer``.

        ``lines``: up to 500 of ``{"line": its number in the batch, "sent": a body, or one in its envelope}``; ``key``:
        of the whole batch; ``issue``: of the lines that do not say. Raises what concerns all lines: Forbidden,
        InvalidInput, Unavailable.
        """
        # 1. Check who asks, and what.
        permissions.check_may_draft(self.call.identity)
        drafts.check_key(key or "")
        taken = [self._line(key, row["line"], row["sent"], issue) for row in batches.check_lines(lines)]
        kept = [line for line in taken if isinstance(line, Line)]
        # 2. Commit the drafts without numbers.
        self._keep(kept)
        # 3. and 4. Ask for the numbers, once a series, with no transaction open; commit them.
        self._number([line for line in kept if line.problem is None])
        # 6. to 9. Issue those that are to be issued.
        self._issue_many([line for line in kept if line.to_be_issued])
        return [batches.answer(line) for line in taken]

    def _line(self, key: str, number: int, sent: object, issue: bool) -> Line | RegisterError:
        # Reading hundreds of bodies takes a while, in which others have their turns.
        time.sleep(0)
        try:
            asked = batches.asked(key, number, sent, issue=issue)
            return Line(asked, self._intent(asked.body, asked.key))
        except RegisterError as error:
            return error

    def _keep(self, lines: Sequence[Line]) -> None:
        excb = self.call.identity.excb or ""
        with self.db.begin() as session:
            if not queries.is_active(session, excb):
                raise permissions.not_active(excb)
            kept = many.keep_intents(session, [line.draft for line in lines])
        for line in lines:
            earlier = kept[line.asked.key]
            if earlier.fingerprint != line.draft.fingerprint:
                line.problem = IdempotencyKeyReused()
            line.draft = earlier

    def _number(self, lines: Sequence[Line]) -> None:
        """Gives each line its certificate, as it stands."""
        waiting = defaultdict(list)
        for line in lines:
            if line.draft.base_number is None:
                waiting[line.draft.series].append(line.draft.id)
        numbers: dict[str, str | RegisterError] = {}
        for series, ids in waiting.items():
            numbers |= self._finish_or_say_why(series, list(dict.fromkeys(ids)))
        with self.db.read() as session:
            standing = many.standing(session, {line.draft.id for line in lines})
        for line in lines:
            number = numbers.get(line.draft.id)
            try:
                if isinstance(number, RegisterError):
                    raise number
                line.certificate = existing(standing[line.draft.id])
            except RegisterError as error:
                line.problem = error

    def _finish_or_say_why(self, series: str, ids: Sequence[str]) -> Mapping[str, str | RegisterError]:
        try:
            return self._finish(series, ids)
        except RegisterError as error:
            # The drafts stand: the same batch again, or the sweeper, goes on from here.
            return dict.fromkeys(ids, error)

    def _issue_many(self, lines: Sequence[Line]) -> None:
        """Issues the drafts of these lines in one transaction; those that the gate refuses stay drafts."""
        # Two lines of one key are one draft.
        of_draft = {line.draft.id: line for line in lines}
        try:
            outcome = self._issue_together(of_draft) if of_draft else Outcome()
        except RegisterError as error:
            outcome = Outcome.fromkeys(of_draft, error)
        for line in lines:
            became = outcome[line.draft.id]
            if isinstance(became, RegisterError):
                line.problem = became
            else:
                line.certificate = became

    def _issue_together(self, lines: Mapping[str, Line]) -> Outcome:
        identity, outcome = self.call.identity, Outcome()
        with self.db.begin() as session:
            # 6. Lock the certificates, then read what stands and decide by that.
            many.lock(session, lines)
            permissions.check_active(identity, queries.is_active(session, identity.excb or ""))
            # What another call of the same batch issued at this moment stays as it is.
            outcome |= many.standing(session, lines)
            for group in batches.drafts_in_turn(outcome.values()):
                outcome |= self._issue_group(session, group, lines)
        # 9. The relay publishes the rows.
        self.relay.wake()
        return outcome

    def _issue_group(self, session: Session, group: Sequence[Certificate], lines: Mapping[str, Line]) -> Outcome:
        if group[0].scheme == MARK_LICENCE:
            # What they list must still be Current when they are published.
            changes.hold(session)
        # 7. The gate: errors refuse the issue of the one that has them.
        facts, made = self._facts(session, *group), list[Change]()
        refused = Outcome()
        for old in group:
            try:
                made.append(self._issued(old, facts, lines[old.id]))
            except RegisterError as error:
                refused[old.id] = error
        # 8. The changes, their history and their rows in the log, in this one transaction.
        published = publish(session, made) if made else []
        return refused | {certificate.id: certificate for certificate in published}

    def _issued(self, old: Certificate, facts: Facts, line: Line) -> Change:
        identity, now = self.call.identity, self.clock()
        permissions.check_may_issue(identity, old)
        new = lifecycle.issued(existing(old), facts, line.asked.overrides)
        return Change("certificate.issued", old, new, identity, now, now.date())
