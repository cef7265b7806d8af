"""What is said of a document that somebody hands in."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any, Literal

from contracts.copies import Copy
from contracts.errors import InvalidInput
from gateway.apart import made_apart

Verdict = Literal["genuine", "altered", "extended", "foreign", "unsigned"]
# As the API says it; what was extended is altered, too.
VERDICTS = ("genuine", "altered", "withdrawn", "foreign", "unsigned")

FIELD = "document"
# A document of a hundred pages takes half a second, most of which is loading the library.
SECONDS = 4
NO_PDF = "Must be a PDF file; what was sent is none, whatever its name says."
BROKEN = (
    "Is damaged, or cannot be read as a PDF file; what cannot be read proves nothing. Get it anew from the register."
)
ENCRYPTED = "Is encrypted; no document of this register is."

# For whoever opens a document of the register.
WHAT_READERS_SHOW = (
    "Every document that this register prints is signed by it. A program that shows PDF files and signatures names the"
    " signer and says that the document is certified and unchanged since. It trusts the name once it was given the"
    " register's certificate, whose fingerprint is here. A signature tells what the register said at that change, not"
    " how things stand today: that, only the register shows."
)
SENTENCES: dict[Verdict, str] = {
    "genuine": "This register signed the document, and it is unchanged since.",
    "altered": "The document is not what this register signed: something in it was changed. Do not rely on it.",
    "extended": "Something was added to the document after this register signed it. Get it anew from the register.",
    "foreign": "The document is signed, but not by this register.",
    "unsigned": "Nobody signed the document, as this register would have. Get it anew from there.",
}


@dataclass(frozen=True, slots=True)
class Examined:
    """What the file is. ``signer`` is the place of the certificate among those it was held against.

    ``said`` and ``signed_at`` (an ISO text) are what the signature says: only where that is as it was signed.
    ``extended``: as it was signed, but with something behind it.
    """

    verdict: Verdict
    signer: int | None = None
    said: str | None = None
    signed_at: str | None = None


def examined_apart(data: bytes, certificates: list[str]) -> Examined:
    """As ``gateway.examining.examined``, in a process apart: a hostile file can make any reader run long.

    The gateway, which only starts the process, need not carry the library.
    """
    facts, _nothing = made_apart(
        "gateway.examining", data, InvalidInput.field(FIELD, BROKEN), {"certificates": certificates}, SECONDS
    )
    return Examined(**facts)


def judged(found: Examined, certificate: dict[str, Any] | None) -> dict[str, Any]:
    """``{"verdict", "text"}``; ``certificate``: the signer's among ours, which may have been withdrawn."""
    if certificate and certificate["withdrawn_at"] and found.verdict in ("genuine", "extended"):
        text = (
            f"The document bears the signature of a key that was withdrawn on {certificate['withdrawn_at'][:10]}:"
            f" {certificate['withdrawal']} So it proves nothing. Get it anew from the register."
        )
        return {"verdict": "withdrawn", "text": text}
    verdict = "altered" if found.verdict == "extended" else found.verdict
    return {"verdict": verdict, "text": SENTENCES[found.verdict]}


def standing(record: dict[str, Any], copy: Copy, today: date) -> dict[str, Any]:
    """How the certificate or report of ``copy`` stands today. ``record``: its latest issue, or that of a report."""
    latest, last_day = record.get("latest_issue", record["issue"]), record.get("valid_until")
    up_to_date = record["change_no"] == copy.change_no and (copy.kind != "report" or latest == copy.issue)
    text = "The register says the same today." if up_to_date else _changed(record, copy, latest)
    if last_day and today > date.fromisoformat(last_day):
        text += f" Its validity ended on {last_day}."
    return {
        "up_to_date": up_to_date,
        "status": record.get("status"),
        "issue": latest,
        "change_no": record["change_no"],
        "text": text,
    }


def _changed(record: dict[str, Any], copy: Copy, latest: int) -> str:
    if latest > copy.issue:
        return f"The register has changed since: Issue {latest} is the latest."
    status = f", where it is {record['status']}" if record.get("status") else ""
    return f"The register has changed since: it is at change {record['change_no']}{status}."
