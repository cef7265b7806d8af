"""The access audit: who did what when, from where, to what, and how it ended.

Kept in the gateway's own database and only added to. What a person typed for a name or a password is never in it; what
a certificate became is in the register's change log, not here.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from typing import Any, Literal

import sqlalchemy as sa
from flask import Response, g, request
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import Session

from contracts.errors import Unavailable
from gateway import sessions
from gateway.calls import backing, identity
from gateway.tables import Access, Account
from plumbing.db import Handle
from plumbing.logs import log

# "failed": wrong credentials. "refused": good ones that do not allow it, or something else that forbids it.
Outcome = Literal["ok", "failed", "refused"]
LONGEST_OBJECT = 200
# What is only looked at is noted where it is nobody's but a person's own: birthdays and identity numbers.
PRIVATE_READ = "certificates.private"
NOTED_READS = (PRIVATE_READ,)

# The columns of a line, and what stands in them.
Line = tuple[tuple[str, Any], ...]


def note(
    what: str, outcome: Outcome = "ok", about: str = "", account: Account | None = None, *, by_the_way: bool = False
) -> None:
    """Adds a line. ``account`` where it is not the one that asks: at a log-in, of whoever tried.

    ``by_the_way``: it is not what the request is about, so that how this is answered has a line of its own.

    An audit that cannot be written must not undo, or seem to undo, what was done: then the line is in the log instead.
    """
    entry = _entry(what, outcome, about, account)
    g.noted = not by_the_way
    try:
        line: Line = tuple((entry | {"at": backing().clock()}).items())
        backing().together.do("accesses", line, partial(_add, backing().db))
    except (Unavailable, SQLAlchemyError) as error:
        log.error("access not noted", call_id=g.call_id, entry=entry, exc_info=error)


def note_with(session: Session, what: str, outcome: Outcome, account: Account) -> None:
    """The same in the caller's transaction, for a line that is counted: it is there, or nothing was done at all."""
    g.noted = True
    session.add(Access(at=backing().clock(), **_entry(what, outcome, "", account)))


def _entry(what: str, outcome: Outcome, about: str, account: Account | None) -> dict[str, Any]:
    asking = identity()
    return {
        "what": what,
        "outcome": outcome,
        "object": "".join(sign for sign in about if sign.isprintable())[:LONGEST_OBJECT],
        "account": account.name if account else asking.account,
        "role": account.role if account else (asking.role if asking.account else None),
        "excb": account.excb if account else asking.excb,
        "address": g.address,
        "agent": sessions.agent(),
    }


def _add(database: Handle, lines: Sequence[Line]) -> dict[Line, None]:
    """Adds the lines of all who are waiting: each is answered when his own is there, and they share the commit."""
    with database.begin() as session:
        session.execute(sa.insert(Access), [dict(line) for line in lines])
    return dict.fromkeys(lines)


def note_answer(response: Response) -> None:
    """Adds a line for what an account did or was refused, by what was asked for and how it was answered.

    So nothing that changes something can be forgotten. What has noted itself already, in better words, is left out.
    """
    if "address" not in g or g.get("noted") or not identity().account or not _is_notable(response.status_code):
        return
    outcome: Outcome = "ok" if response.status_code < 400 else "refused" if response.status_code < 500 else "failed"
    note(request.endpoint or "unknown", outcome, _about(response))


def _is_notable(status: int) -> bool:
    changes = request.method not in ("GET", "HEAD", "OPTIONS")
    return changes or status in (401, 403) or request.endpoint in NOTED_READS


def _about(response: Response) -> str:
    """What was named in the address; of something new, where it is now."""
    named = " ".join(str(value) for value in (request.view_args or {}).values())
    return named or str(response.headers.get("Location", ""))
