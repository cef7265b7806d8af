"""What waits for the officers of a body: its drafts, what it may still correct, whose validity ends."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from contracts.events import timestamp
from plumbing.rpc import rpc
from services.certificates.desk import Desk
from services.certificates.domain import lifecycle, permissions
from services.certificates.domain.certificate import Certificate
from services.certificates.queries import working as queries

LONGEST_LIST = 100
# A body speaks to a person three months before the certificate ends (OD 503); who was forgotten stays in sight as long.
DAYS_AROUND_THE_END = 92

Begun = tuple[datetime, Certificate]


class Working(Desk):
    """The worklists of a body, or those of all bodies for the administrators."""

    @rpc
    def work(self) -> dict[str, Any]:
        """``{"drafts", "correctable", "ending"}``, each ``{"items": [row], "more": bool}`` of up to 100 rows.

        ``drafts`` the oldest first; ``correctable``: issued within the last 14 days, by the day they end; ``ending``:
        persons whose certificate ends within three months, or did. A row is ``{number, issue, scheme, kind, excb,
        title, begun_at, date_of_issue, last_editable_day, valid_until}``. Raises Forbidden.
        """
        excb, today = permissions.worklist(self.call.identity), self._today()
        issued_since = today - timedelta(days=lifecycle.EDITABLE_DAYS)
        around = timedelta(days=DAYS_AROUND_THE_END)
        most = LONGEST_LIST + 1
        with self.db.read() as session:
            drafts = queries.drafts(session, excb, most)
            correctable = queries.issued_since(session, excb, issued_since, most)
            ending = queries.ending(session, excb, today - around, today + around, most)
        return {"drafts": _listed(drafts), "correctable": _listed(correctable), "ending": _listed(ending)}


def _listed(rows: Sequence[Begun]) -> dict[str, Any]:
    return {"items": [_row(*row) for row in rows[:LONGEST_LIST]], "more": len(rows) > LONGEST_LIST}


def _row(begun_at: datetime, certificate: Certificate) -> dict[str, Any]:
    issued = certificate.date_of_issue
    return {
        "number": certificate.number,
        "issue": certificate.issue,
        "scheme": certificate.scheme,
        "kind": certificate.content.get("kind"),
        "excb": certificate.excb,
        "title": _title(certificate.content),
        "begun_at": timestamp(begun_at),
        "date_of_issue": issued and issued.isoformat(),
        "last_editable_day": issued and lifecycle.last_editable_day(issued).isoformat(),
        "valid_until": certificate.valid_until and certificate.valid_until.isoformat(),
    }


def _title(content: dict[str, Any]) -> str:
    """What it is, or whose: the first line says enough in a list."""
    about = content.get("equipment") or (content.get("holder") or content.get("applicant") or {}).get("name", "")
    return str(about).partition("\n")[0]
