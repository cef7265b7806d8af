"""The change log, which is also the outbox: append in the transaction of the change, read in pages, publish in order.

``change_no`` is taken under the lock of the counter's one row, held until the commit: so numbers have no hole and
follow the order of commits, and a reader never sees a lower one appear later. A database sequence promises neither.
"""

from __future__ import annotations

import json
import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from contracts.events import ChangeType, Envelope, routing_key
from contracts.identity import Identity
from plumbing.relay import LogRow
from plumbing.wire import Written
from services.certificates.domain import permissions, snapshot
from services.certificates.domain.certificate import Certificate
from services.certificates.queries import at_once
from services.certificates.tables import ChangeCounterRow, ChangeRow, HistoryRow, PublishedRow

LARGEST_PAGE = 1_000
# In bytes. A thousand ordinary envelopes fit; a thousand of the largest would not fit into anybody's memory.
PAGE_SIZE = 4_000_000

# Says the same as UPDATE … SET value = value + :count RETURNING value, and makes the row when the register is new.
TAKE = sa.text(
    "INSERT INTO change_counter (id, value) VALUES (1, :count)"
    " ON CONFLICT (id) DO UPDATE SET value = change_counter.value + :count RETURNING value"
)
MARK_PUBLISHED = sa.text(
    "INSERT INTO published (id, change_no) VALUES (1, :change_no)"
    " ON CONFLICT (id) DO UPDATE SET change_no = :change_no WHERE published.change_no < :change_no"
)


@dataclass(frozen=True, slots=True)
class Change:
    """One public change, before it has its number. ``since`` and ``reason`` are for the history.

    ``previous``: of a later issue, the one that it follows; ``old`` is then its draft.
    """

    type: ChangeType
    old: Certificate
    new: Certificate
    identity: Identity
    at: datetime
    since: date
    reason: str = ""
    previous: Certificate | None = None

    @property
    def before(self) -> Certificate:
        """What the public read before."""
        return self.previous or self.old


@dataclass(frozen=True, slots=True)
class Entry:
    """A row of the log, before it is written: what changed, of which scheme (or type of report) and body."""

    change_no: int
    type: ChangeType
    scheme: str
    excb: str
    envelope: Envelope


def take(session: Session, count: int) -> int:
    """The first of ``count`` new numbers. From here to the commit no other change can commit."""
    last: int = session.connection().execute(TAKE, {"count": count}).scalar_one()
    return last - count + 1


def hold(session: Session) -> None:
    """Takes the log's lock and no number: until the commit no other change can commit."""
    session.connection().execute(TAKE, {"count": 0})


def append(session: Session, numbered: Sequence[Change]) -> None:
    """Writes changes of certificates, whose new state has its ``change_no``, to the log and the history."""
    write(session, [_entry(change) for change in numbered])
    at_once.insert(session, HistoryRow, [_history(change) for change in numbered])


def _entry(change: Change) -> Entry:
    new = change.new
    envelope = snapshot.envelope(
        change.type,
        change.before,
        new,
        event_id=str(uuid.uuid4()),
        actor=permissions.actor(change.identity),
        at=change.at,
        reason=change.reason,
    )
    return Entry(new.change_no or 0, change.type, new.scheme, new.excb, envelope)


def write(session: Session, entries: Sequence[Entry]) -> None:
    """Writes rows of the log."""
    rows = []
    for entry in entries:
        text = as_published(entry.envelope)
        rows.append(
            {
                "change_no": entry.change_no,
                "event_id": entry.envelope["event_id"],
                "type": entry.type,
                "routing_key": routing_key(entry.type, entry.scheme, entry.excb),
                "envelope": text,
                "size": len(text.encode()),
            }
        )
    at_once.insert(session, ChangeRow, rows)


def _history(change: Change) -> dict[str, Any]:
    old, new, actor = change.before, change.new, permissions.actor(change.identity)
    amended = change.type == "certificate.amended"
    return {
        "change_no": new.change_no,
        "certificate_id": new.id,
        "issue": new.issue,
        "type": change.type,
        "at": change.at,
        "since": change.since,
        "from_status": snapshot.previous(old)["status"],
        "to_status": "deleted" if change.type == "certificate.deleted" else new.status,
        "reason": change.reason,
        "supplied_affected": new.supplied_affected,
        "role": actor["role"],
        "excb": actor["excb"],
        "account": change.identity.account or "",
        "before": old.content if amended else None,
        "after": new.content if amended else None,
    }


def as_published(envelope: Envelope) -> str:
    """The one text of an envelope: plain JSON, for readers in any language."""
    return json.dumps(envelope, ensure_ascii=False, separators=(",", ":"), allow_nan=False)


def page(session: Session, after: int, limit: int, change_type: str | None) -> Written:
    """``{"items": [envelope…], "next": change_no or None, "last": change_no}``, from behind ``after`` on, written.

    ``last`` is read first and nothing behind it is given: whoever has all items of a page whose ``next`` is None may
    go on from ``last`` and misses nothing.
    """
    last = session.scalar(sa.select(ChangeCounterRow.value)) or 0
    rows = session.execute(_page(after, last, limit, change_type)).all()
    full = len(rows) == limit or sum(row.size for row in rows) >= PAGE_SIZE
    following = rows[-1].change_no if full and rows[-1].change_no < last else None
    return Written.page((row.envelope for row in rows), next=following, last=last)


def _page(after: int, last: int, limit: int, change_type: str | None) -> sa.Select[int, int, str]:
    wanted = sa.select(ChangeRow.change_no, ChangeRow.size).where(ChangeRow.change_no.between(after + 1, last))
    if change_type is not None:
        wanted = wanted.where(ChangeRow.type == change_type)
    rows = wanted.order_by(ChangeRow.change_no).limit(limit).subquery()
    before = sa.func.sum(rows.c.size).over(order_by=rows.c.change_no) - rows.c.size
    sized = sa.select(rows.c.change_no, before.label("before")).subquery()
    return (
        sa.select(ChangeRow.change_no, ChangeRow.size, ChangeRow.envelope)
        .join(sized, sized.c.change_no == ChangeRow.change_no)
        .where(sized.c.before < PAGE_SIZE)
        .order_by(ChangeRow.change_no)
    )


def unpublished(session: Session, limit: int) -> Sequence[LogRow]:
    """The next rows that the relay has to publish, in order."""
    done = sa.select(PublishedRow.change_no).scalar_subquery()
    rows = session.execute(
        sa.select(ChangeRow.change_no, ChangeRow.event_id, ChangeRow.routing_key, ChangeRow.envelope)
        .where(ChangeRow.change_no > sa.func.coalesce(done, 0))
        .order_by(ChangeRow.change_no)
        .limit(limit)
    )
    return [LogRow(*row) for row in rows]


def mark_published(session: Session, change_no: int) -> None:
    """All rows up to ``change_no`` are published."""
    session.execute(MARK_PUBLISHED, {"change_no": change_no})
