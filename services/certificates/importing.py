"""Certificates from before the register come in with their numbers: the steps of docs/ISSUANCE.md, but for the gate.

Whatever dies in between, the same records sent again go on from there; until then the register shows nothing of them.
"""

from __future__ import annotations

import time
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from sqlalchemy.orm import Session

from contracts.errors import InvalidInput, RegisterError, RuleViolation
from contracts.identity import service_identity
from contracts.numbers import Series, is_absent
from plumbing.rpc import rpc
from services.certificates import changes
from services.certificates.changes import Change
from services.certificates.desk import Desk
from services.certificates.domain import batches, imports, permissions
from services.certificates.domain.certificate import Certificate
from services.certificates.domain.facts import Facts
from services.certificates.domain.imports import Record
from services.certificates.domain.rules import Finding
from services.certificates.publishing import publish
from services.certificates.queries import imports as queries

ADOPTED_WITHIN = 10.0
SERVICE = "certificates"
# What becomes of a record: a word of domain.imports, the certificate that it is now, or why it is refused.
Outcome = str | Certificate | RegisterError


class Importing(Desk):
    """The Secretariat imports; a dry run says what would become of each record and changes nothing."""

    @rpc
    def import_many(self, lines: list[dict[str, Any]], dry_run: bool = True) -> list[dict[str, Any]]:
        """``{"status", "number", "issue", "change_no", "warnings", "problem"}`` of each record, in order.

        ``lines``: up to 500 of ``{"line", "sent": a record}``, each of another certificate; the status is
        ``importable`` (dry run), ``imported``, ``unchanged`` or ``refused``. Raises what concerns all of them:
        Forbidden, InvalidInput, Unavailable: then the same records again go on.
        """
        # 1. Check who asks, and what; and what is there already.
        permissions.check_may_import(self.call.identity)
        taken = self._records(batches.check_lines(lines))
        records = [record for record in taken if isinstance(record, Record)]
        outcome, warnings = self._compared(records)
        if not dry_run:
            new = [record for record in records if outcome[record.certificate.id] == imports.IMPORTABLE]
            outcome |= self._bring_in(new, warnings)
        return [_answer(record, outcome, warnings) for record in taken]

    def _records(self, lines: Sequence[Mapping[str, Any]]) -> list[Record | RegisterError]:
        with self.db.read() as session:
            bodies = queries.codes(session)
        facts = Facts(self._today(), validity=self.settings.person_validity)
        seen, taken = set[str](), list[Record | RegisterError]()
        for line in lines:
            # Reading hundreds of records takes a while, in which others have their turns.
            time.sleep(0)
            try:
                record = imports.read(
                    line["sent"], bodies, facts, self.vault.seal, demonstration=self.settings.demonstration
                )
                if record.certificate.id in seen:
                    raise imports.named_twice(record.number.base)
                seen.add(record.certificate.id)
                taken.append(record)
            except RegisterError as error:
                taken.append(error)
        return taken

    def _compared(self, records: Sequence[Record]) -> tuple[dict[str, Outcome], dict[str, list[Finding]]]:
        """By id: what there is to do with each record, and what is odd about it."""
        with self.db.read() as session:
            by_id, by_number = queries.standing(session, records)
            facts = self._facts(session, *(record.certificate for record in records))
        outcome = dict[str, Outcome]()
        for record in records:
            certificate = record.certificate
            known = by_id.get(certificate.id), by_number.get(certificate.base_number)
            outcome[certificate.id] = imports.compared(record, *known)
        return outcome, {record.certificate.id: imports.warnings(record, facts) for record in records}

    def _bring_in(self, records: Sequence[Record], warnings: Mapping[str, list[Finding]]) -> dict[str, Outcome]:
        now, account = self.clock(), self.call.identity.account or ""
        # 2. Commit what will own the numbers, without them.
        with self.db.begin() as session:
            queries.keep(session, records, now, account)
        outcome, absent, owning = dict[str, Outcome](), dict[str, list[int]](), list[Record]()
        for series, of_series in _by_series(records).items():
            # 3. Give each number to its owner, with no transaction open; the numbers missing between are marked.
            refused, absent[series] = self._adopt(series, of_series)
            outcome |= refused
            owning += [record for record in of_series if record.certificate.id not in refused]
        # 4. and 8. The numbers, the certificates, their history and their rows in the log, in one transaction.
        if owning:
            outcome |= self._publish_imported(owning, warnings, absent)
        return outcome

    def _adopt(self, series: str, records: Sequence[Record]) -> tuple[dict[str, Outcome], list[int]]:
        """Those whose numbers have another owner, and the numbers that were marked as absent."""
        numbering = self.numbering.acting_for(service_identity(SERVICE), ADOPTED_WITHIN)
        refused = dict[str, Outcome]()
        while owners := [_owner(record) for record in records if record.certificate.id not in refused]:
            try:
                return refused, list(numbering.adopt(series=series, owners=owners)["absent"])
            except RuleViolation as error:
                conflicts = {row["owner_id"]: RuleViolation(row["text"]) for row in error.details["conflicts"]}
                if conflicts.keys() <= refused.keys():
                    raise
                refused |= conflicts
        return refused, []

    def _publish_imported(
        self, records: Sequence[Record], warnings: Mapping[str, list[Finding]], absent: Mapping[str, Sequence[int]]
    ) -> dict[str, Outcome]:
        now, outcome = self.clock(), dict[str, Outcome]()
        with self.db.begin() as session:
            waiting = {record.certificate.id: record for record in queries.waiting(session, records)}
            queries.add(session, list(waiting.values()), now)
            for group in batches.drafts_in_turn(record.draft for record in waiting.values()):
                made = [self._imported(old, waiting[old.id], warnings[old.id]) for old in group]
                outcome.update((certificate.id, certificate) for certificate in publish(session, made))
            changes.hold(session)
            for series, numbers in absent.items():
                queries.put_absent(session, series, {Series.parse(series).number(n) for n in numbers}, now)
            queries.take_absent(session, [record.certificate.base_number for record in records])
        # 9. The relay publishes the rows.
        self.relay.wake()
        # What another call brought in at this moment stands as that call left it.
        others = [record for record in records if record.certificate.id not in waiting]
        return outcome | self._compared(others)[0]

    def _imported(self, old: Certificate, record: Record, warnings: list[Finding]) -> Change:
        new = replace(record.certificate, warnings=list(warnings))
        now = self.clock()
        since = new.status_date or new.date_of_issue or now.date()
        return Change("certificate.imported", old, new, self.call.identity, now, since, new.status_reason)

    @rpc
    def import_gaps(self, numbers: dict[str, list[int]], dry_run: bool = True) -> list[dict[str, Any]]:
        """``[{"series", "last", "absent": [[first, last], …]}]``: where series end and which numbers nobody has there.

        ``numbers``: by series, what an import adopts; a dry run says how it would be, else it is as it is, and what
        is noted of absent numbers is made to agree with the ledger. Raises Forbidden, InvalidInput, Unavailable.
        """
        permissions.check_may_import(self.call.identity)
        if len(numbers) > imports.MOST_SERIES:
            raise InvalidInput.field("numbers", f"Are of more than {imports.MOST_SERIES} series.")
        return [self._gaps(Series.parse(key), set(asked), dry_run) for key, asked in numbers.items()]

    def _gaps(self, series: Series, asked: set[int], dry_run: bool) -> dict[str, Any]:
        last, marks = self._ledger(series)
        if dry_run:
            last, marks = imports.end_and_gaps(marks, last, asked)
        else:
            with self.db.begin() as session:
                self._note_absent(session, series, {series.number(n) for n in marks})
        return {"series": series.key, "last": last, "absent": imports.ranges(series.key, marks)}

    def _ledger(self, series: Series) -> tuple[int, set[int]]:
        """The last number of a series, and those that are marked as absent."""
        numbering = self.numbering.acting_for(service_identity(SERVICE), ADOPTED_WITHIN)
        page = numbering.ledger(series=series.key, limit=series.last)
        return page["last"], {entry["n"] for entry in page["items"] if is_absent(entry["owner_id"])}

    def _note_absent(self, session: Session, series: Series, numbers: set[str]) -> None:
        changes.hold(session)
        queries.put_absent(session, series.key, numbers, self.clock())
        queries.take_absent(session, queries.absent(session, series.key) - numbers)


def _by_series(records: Sequence[Record]) -> dict[str, list[Record]]:
    found = defaultdict(list)
    for record in records:
        found[record.series].append(record)
    return found


def _owner(record: Record) -> dict[str, Any]:
    return {"n": record.number.sequence, "owner_id": record.certificate.id}


def _answer(
    record: Record | RegisterError, outcome: Mapping[str, Outcome], warnings: Mapping[str, list[Finding]]
) -> dict[str, Any]:
    if isinstance(record, RegisterError):
        nothing = dict.fromkeys(("number", "issue", "change_no"))
        return {"status": imports.REFUSED, **nothing, "warnings": [], "problem": record.to_wire()}
    certificate = record.certificate
    became = outcome[certificate.id]
    answer = {
        "number": certificate.number,
        "issue": certificate.issue,
        "change_no": None,
        "warnings": warnings[certificate.id],
        "problem": None,
    }
    if isinstance(became, RegisterError):
        return {"status": imports.REFUSED, **answer, "problem": became.to_wire()}
    if isinstance(became, Certificate):
        return {"status": imports.DONE, **answer, "change_no": became.change_no}
    return {"status": became, **answer}
