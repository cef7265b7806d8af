"""Certificates from before the register: what can come in, and as what it will stand.

A record has its number already. Of each certificate one record comes in, that of its latest issue. Today's rules were
not those of its day: what they find is kept with it as warnings and keeps nothing out. Only what can be no certificate
at all is refused.
"""

from __future__ import annotations

import uuid
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date
from typing import Any, NamedTuple

from contracts.errors import InvalidInput, RegisterError, RuleViolation
from contracts.numbers import CertificateNumber, Series, full_year, parse
from contracts.schemas import load, load_content, split_private
from contracts.schemas.imported import STATE_FIELDS, ImportedStateSchema
from services.certificates.domain import schemes
from services.certificates.domain.certificate import Certificate, Content
from services.certificates.domain.drafts import fingerprint
from services.certificates.domain.facts import Facts
from services.certificates.domain.lifecycle import CANCELLED, CURRENT, DRAFT
from services.certificates.domain.rules import Finding, finding

MOST_RECORDS, MOST_SERIES = 500, 20
# In place of the code of an error: the sweeper gives it no number, for it comes with one.
IMPORTED = "imported"
IMPORTABLE, DONE, UNCHANGED, REFUSED = "importable", "imported", "unchanged", "refused"
SOURCE = "Import of what was certified before"
# Made from the number, so that whoever imports the same certificate speaks of the same one. Never to be changed.
_NAMESPACE = uuid.UUID("6d1f4f0e-3c58-5d0b-9a53-0b6b8f5f2a11")
_STATE = ImportedStateSchema()


@dataclass(frozen=True, slots=True)
class Record:
    """A certificate as it will stand, with the number that it has. ``fingerprint`` is the same for the same record."""

    certificate: Certificate
    number: CertificateNumber
    fingerprint: str
    # Of a person: sealed.
    private: str | None

    @property
    def series(self) -> str:
        return self.number.series.key

    @property
    def draft(self) -> Certificate:
        """What it is inside the transaction that publishes it, so that it is published like any other."""
        return replace(
            self.certificate,
            status=DRAFT,
            version=1,
            date_of_issue=None,
            first_issued=None,
            status_date=None,
            status_reason="",
            supplied_affected=None,
            valid_until=None,
        )


class Standing(NamedTuple):
    """A certificate that the register knows: ``base_number`` is None while its import is not finished."""

    id: str
    base_number: str | None
    fingerprint: str


def id_of(base_number: str) -> str:
    """The id of an imported certificate."""
    return str(uuid.uuid5(_NAMESPACE, base_number))


def read(
    sent: object, bodies: Collection[str], facts: Facts, seal: Callable[[dict[str, Any]], str], *, demonstration: bool
) -> Record:
    """The certificate that a record tells of: its number, its state, and the content as POST /certificates takes it.

    ``bodies``: the codes of all certification bodies; of ``facts`` the day and the validity of persons are needed;
    ``seal`` is for a person's private data. Raises InvalidInput that names what is wrong.
    """
    if not isinstance(sent, dict):
        raise InvalidInput.field("record", "Must be a JSON object.")
    state = load(_STATE, _state_of(sent))
    number = _number(state["number"], bodies)
    given = {name: value for name, value in sent.items() if name not in STATE_FIELDS}
    body, private = split_private(_with_scheme(given, number))
    content = load_content(body)
    certificate = _standing(number, content, state, facts, demonstration=demonstration)
    told = {"state": state | {"number": number.number}, "content": content}
    return Record(certificate, number, fingerprint(told), None if private is None else seal(private))


def _state_of(sent: Mapping[str, Any]) -> dict[str, Any]:
    state = {name: sent[name] for name in STATE_FIELDS if name in sent}
    if isinstance(status := state.get("status"), str):
        state["status"] = status.strip().lower()
    return state


def _number(text: str, bodies: Collection[str]) -> CertificateNumber:
    number = parse(text, bodies)
    if isinstance(number, CertificateNumber):
        return number
    raise InvalidInput.field("number", f"{number} is the number of a report; certificates are imported.")


def _with_scheme(given: Mapping[str, Any], number: CertificateNumber) -> dict[str, Any]:
    """The content with what its number says of it."""
    if given.get("scheme", number.scheme) != number.scheme:
        raise InvalidInput.field("scheme", f"Must be {number.scheme}: {number.base} is such a number.")
    body = {**given, "scheme": number.scheme}
    if number.scheme == "equipment" and body.get("kind") is None:
        body["kind"] = (
            "component" if number.suffix == "U" else "unit-verification" if number.verification else "equipment"
        )
    return body


def _standing(
    number: CertificateNumber, content: Content, state: Mapping[str, Any], facts: Facts, *, demonstration: bool
) -> Certificate:
    issued = date.fromisoformat(state["date_of_issue"])
    certificate = Certificate(
        id=id_of(number.base),
        base_number=number.base,
        excb=number.excb,
        scheme=number.scheme,
        demonstration=demonstration,
        issue=_issue(number, state["issue"]),
        status=state["status"],
        # As it is printed, where letters were given.
        suffix=number.suffix or schemes.of(number.scheme).suffix(content),
        content=content,
        version=2,
        date_of_issue=issued,
        first_issued=_day(state["first_issued"]),
        status_date=_day(state["status_date"]),
        status_reason=state["status_reason"],
        supplied_affected=state["supplied_affected"],
        valid_until=_day(state["valid_until"]),
    )
    _refuse(_impossible(certificate, facts.today))
    return replace(
        certificate,
        first_issued=certificate.first_issued or issued,
        status_date=certificate.status_date or issued,
        valid_until=certificate.valid_until or schemes.of(number.scheme).valid_until(issued, facts),
    )


def _issue(number: CertificateNumber, issue: int | None) -> int:
    if issue is None:
        return number.issue or 0
    if number.issue not in (None, issue):
        raise InvalidInput.field("issue", f"Is {issue}, but the number says issue {number.issue}.")
    return issue


def _day(text: str | None) -> date | None:
    return None if text is None else date.fromisoformat(text)


def _refuse(errors: Iterable[tuple[str, str]]) -> None:
    rows = [{"field": field, "text": text} for field, text in errors]
    if rows:
        raise InvalidInput.fields(rows)


def _impossible(certificate: Certificate, today: date) -> Iterator[tuple[str, str]]:
    """What no certificate of any day could be: (field, text)."""
    issued, first, since = certificate.date_of_issue, certificate.first_issued, certificate.status_date
    for field, day in (("date_of_issue", issued), ("first_issued", first), ("status_date", since)):
        if day is not None and day > today:
            yield field, f"Must not be in the future; today is {today} (UTC)."
    if first is None and certificate.issue > 0:
        yield "first_issued", f"Say when issue 0 was issued; issue {certificate.issue} does not tell."
    if first is not None and issued is not None and first > issued:
        yield "first_issued", f"Must not be after the date of issue, {issued}."
    if since is None and certificate.status != CURRENT:
        yield "status_date", f"Say since when it is {certificate.status}."
    if since is not None and issued is not None and since < issued:
        yield "status_date", f"Must not be before the date of issue, {issued}."
    ends = certificate.valid_until
    if ends is not None and certificate.scheme != "person":
        yield "valid_until", "Only a person's certificate ends on a day."
    if ends is not None and issued is not None and ends < issued:
        yield "valid_until", f"Must not be before the date of issue, {issued}."


def warnings(record: Record, facts: Facts) -> list[Finding]:
    """What is odd about the record, and what today's rules would say of it: all of it warnings."""
    found = [*_odd(record), *schemes.findings(record.certificate, facts)]
    return [finding(row["rule"], row["field"], row["text"], row["source"], "warning") for row in found]


def _odd(record: Record) -> Iterator[Finding]:
    certificate, number = record.certificate, record.number
    suffix = schemes.of(certificate.scheme).suffix(certificate.content)
    if number.suffix != suffix:
        text = (
            f"By its content the number would be {certificate.base_number + suffix}; it stands as {certificate.number}."
        )
        yield finding("import-suffix", "number", text, SOURCE)
    if number.verification and not certificate.unit_verification:
        yield finding("import-verification", "kind", "The number has a V, but it is no unit verification.", SOURCE)
    first = certificate.first_issued
    if number.year is not None and first is not None and full_year(number.year) != first.year:
        text = f"The number is of {full_year(number.year)}, the first issue of {first.year}."
        yield finding("import-year", "first_issued", text, SOURCE)
    if certificate.status != CURRENT and not certificate.status_reason:
        yield finding("import-reason", "status_reason", f"Nothing says why it is {certificate.status}.", SOURCE)
    if certificate.status == CANCELLED and certificate.supplied_affected is None:
        text = "Nothing says whether what was supplied before is affected."
        yield finding("import-supplied-affected", "supplied_affected", text, SOURCE)


def compared(record: Record, by_id: Standing | None, by_number: Standing | None) -> str | RegisterError:
    """What there is to do with a record, of which the register may know the id, and the number under any id.

    ``importable``, also where an import broke off, or ``unchanged``; an error for a number that is there otherwise.
    """
    number = record.certificate.base_number
    if by_number is not None and by_number.id != record.certificate.id:
        return RuleViolation(f"{number} is in the register already, and was not imported.", number=number)
    if by_id is None or by_id.base_number is None:
        return IMPORTABLE
    if by_id.fingerprint == record.fingerprint:
        return UNCHANGED
    return RuleViolation(f"{number} was imported with other content; edit it instead.", number=number)


def named_twice(number: str) -> InvalidInput:
    """The error for a second record of one certificate."""
    return InvalidInput.field("number", f"{number} is named before; of each certificate the latest issue is imported.")


def ranges(series: str, numbers: Iterable[int]) -> list[list[str]]:
    """The numbers as printed, in runs from one to another: ``[["IECEx BAS 07.0003", "IECEx BAS 07.0007"], …]``."""
    known, runs = Series.parse(series), list[list[int]]()
    for n in sorted(numbers):
        if runs and runs[-1][1] == n - 1:
            runs[-1][1] = n
        else:
            runs.append([n, n])
    return [[known.number(first), known.number(last)] for first, last in runs]


def end_and_gaps(marks: Collection[int], last: int, asked: Collection[int] = ()) -> tuple[int, set[int]]:
    """Where a series ends and what is missing in it when these numbers are adopted into it.

    ``marks``: the numbers that are marked as absent; ``last``: where the series ends now.
    """
    end = max([last, *asked])
    return end, {*marks, *range(last + 1, end + 1)} - set(asked)
