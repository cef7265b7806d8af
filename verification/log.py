"""L: every public change is one row of the log, numbered 1, 2, 3 … without a hole, and told as its row says."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any, NamedTuple

from contracts.events import CHANGE_TYPES, routing_key
from verification import queries
from verification.finding import Finding, counted, progress
from verification.queries import Connection, LogRow

CERTIFICATE, REPORT = "certificate", "report"


class Change(NamedTuple):
    """A change as the log tells it: the certificate or report (``what``) after it, by whom and when.

    ``reason`` is the history's, which tells of certificates only.
    """

    change_no: int
    type: str
    what: str
    snapshot: dict[str, Any]
    role: str | None
    occurred_at: str
    reason: str


def read(certificates: Connection, finding: Finding) -> Iterator[Change]:
    """Every change of the log that can be read, in order; whatever is wrong with a row goes to ``finding``."""
    counter, last, count = queries.change_counter(certificates), 0, 0
    for row in progress(queries.log(certificates), counter, "changes"):
        if row.change_no != last + 1:
            finding.fault(_not_next(last, row.change_no))
        last, count = row.change_no, count + 1
        change = _read_row(row, finding)
        if change is not None:
            yield change
    for event_id, times in queries.repeated_event_ids(certificates):
        finding.fault(f"The event id {event_id} stands in {counted(times, 'row')}.")
    _compare_ends(certificates, finding, counter, last)
    published = queries.published(certificates)
    finding.facts = f"{counted(count, 'change')}, published up to {published:,}"


def _not_next(last: int, change_no: int) -> str:
    if change_no <= last:
        return f"Change {change_no} stands in the log twice."
    if change_no == last + 2:
        return f"Change {last + 1} is missing."
    return f"Changes {last + 1} to {change_no - 1} are missing."


def _compare_ends(certificates: Connection, finding: Finding, counter: int, last: int) -> None:
    if counter != last:
        finding.fault(f"The counter of changes stands at {counter}, but the log ends with change {last}.")
    published = queries.published(certificates)
    if published > last:
        finding.fault(f"The log counts as published up to change {published}, but ends with change {last}.")


def _read_row(row: LogRow, finding: Finding) -> Change | None:
    envelope = _parsed(row.envelope)
    what = REPORT if REPORT in envelope else CERTIFICATE
    snapshot = envelope.get(what)
    if not isinstance(snapshot, dict) or not isinstance(snapshot.get("base_number"), str):
        finding.fault(f"Change {row.change_no} holds no envelope with a {what} in it.")
        return None
    for text in _disagreements(row, envelope, what, snapshot):
        finding.fault(f"Change {row.change_no}, of {snapshot['base_number']}: {text}")
    actor = envelope.get("actor")
    return Change(
        row.change_no,
        row.type,
        what,
        snapshot,
        actor.get("role") if isinstance(actor, dict) else None,
        str(envelope.get("occurred_at")),
        row.reason or "",
    )


def _parsed(text: str) -> dict[str, Any]:
    """The envelope, or an empty one."""
    try:
        envelope = json.loads(text)
    except ValueError:
        return {}
    return envelope if isinstance(envelope, dict) else {}


def _disagreements(row: LogRow, envelope: dict[str, Any], what: str, snapshot: dict[str, Any]) -> Iterator[str]:
    for name, value in (("event_id", row.event_id), ("change_no", row.change_no), ("type", row.type)):
        if envelope.get(name) != value:
            yield f"the {name} of its row is {value!r}, of its envelope {envelope.get(name)!r}."
    if snapshot.get("change_no") != row.change_no:
        yield f"its {what} names change {snapshot.get('change_no')!r} as its last."
    if row.type not in CHANGE_TYPES or not row.type.startswith(what):
        yield f"there is no type {row.type!r} of a {what}."
    told: Any = [envelope.get("type"), snapshot.get("type" if what == REPORT else "scheme"), snapshot.get("excb")]
    wanted = routing_key(*told)
    if row.routing_key != wanted:
        yield f"its routing key is {row.routing_key!r}, by its envelope it should be {wanted!r}."
    if what == CERTIFICATE:
        yield from _differs_from_history(row, snapshot)
    elif row.certificate_id is not None:
        yield f"it is in the history of the certificate {row.certificate_id}."


def _differs_from_history(row: LogRow, certificate: dict[str, Any]) -> Iterator[str]:
    if row.certificate_id is None:
        yield "the history does not know of it."
    elif row.history_type != row.type:
        yield f"its type is {row.type!r}, in the history {row.history_type!r}."
    elif certificate.get("id", row.certificate_id) != row.certificate_id:
        yield f"it is of the certificate {certificate.get('id')}, in the history of {row.certificate_id}."
