"""What the gateway removes by itself when its time is over."""

from __future__ import annotations

from datetime import datetime, timedelta

from gateway import queries
from gateway.sessions import LONGEST
from plumbing.db import Handle
from plumbing.settings import Settings

# So many lines of the audit in one transaction: others wait for it, on SQLite.
SLICE = 5_000


def tidy(db: Handle, now: datetime, settings: Settings) -> None:
    """Removes lines of the access audit that are old enough, sessions and invitations that are over."""
    with db.begin() as session:
        queries.end_sessions_before(session, now - LONGEST)
        queries.end_invitations_before(session, now)
    while _remove_accesses(db, now - timedelta(days=settings.access_days)) == SLICE:
        pass


def _remove_accesses(db: Handle, before: datetime) -> int:
    with db.begin() as session:
        return queries.end_accesses_before(session, before, SLICE)
