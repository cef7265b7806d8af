"""S: the search index holds what the log adds up to, number by number, as the public API gives it.

The register goes on meanwhile: the index may be further than the log was read, so that what changed since is looked up
in the log at the end and left out.
"""

from __future__ import annotations

import json
import time
from collections.abc import Iterator, Sequence
from typing import Any

from contracts.numbers import CertificateNumber, parse_or_none
from verification import queries
from verification.api import PAGE, Gateway, Silent
from verification.databases import snapshot
from verification.finding import Finding, counted, progress
from verification.scratch import Scratch

# A replica that begins anew, or heals after a restore, is there within seconds; one that builds a large index says so.
CATCHES_UP_WITHIN = 30.0
LOOK_AGAIN_AFTER = 0.2


class Behind(Exception):
    """The index does not come to the end of the log."""


def check(
    gateways: Sequence[Gateway], log_end: tuple[int, str | None], public: Scratch, certificates_url: str
) -> Finding:
    """``public``: base number → number, issue, status, as the log has it up to ``log_end``; it is used up."""
    finding = Finding("S search")
    try:
        gateway = _gateway_of(gateways, log_end, certificates_url)
        with Scratch() as suspects:
            count = len(public)
            furthest, totals = _compare(gateway, log_end[0], public, suspects)
            changed, now_at = _changed_since(log_end[0], suspects, certificates_url)
            if furthest > now_at:
                finding.fault(f"The index is at change {furthest}, but the log ends with change {now_at}.")
            for _, (text,) in suspects.rest():
                finding.fault(text)
        if not changed and not totals <= {count}:
            finding.fault(f"The index counts {max(totals - {count}):,} certificates, the log {count:,}.")
        finding.facts = f"{counted(count, 'certificate')} in the index behind {gateway.url}"
        finding.facts += f"; {counted(changed, 'change')} made meanwhile not compared" if changed else ""
    except Behind as behind:
        finding.fault(str(behind))
    except Silent as silent:
        finding.unchecked = str(silent)
    return finding


def _gateway_of(gateways: Sequence[Gateway], log_end: tuple[int, str | None], certificates_url: str) -> Gateway:
    """The gateway that answers and has this log. Raises Silent."""
    reasons = []
    for gateway in gateways:
        try:
            event_id, end = gateway.log_end(log_end[0])
        except Silent as silent:
            reasons.append(str(silent))
            continue
        with snapshot(certificates_url) as certificates:
            ends_now = queries.log_end(certificates)[0]
        if event_id == log_end[1] and end <= ends_now:
            return gateway
        reasons.append(f"{gateway.url} is another register: its log is not the one of these databases")
    raise Silent("; ".join(reasons))


def _compare(gateway: Gateway, least: int, public: Scratch, suspects: Scratch) -> tuple[int, set[int]]:
    """Keeps what differs in ``suspects``, by base number; how far the index is, and how many it says it has."""
    furthest, totals = 0, set()
    for page in progress(_pages(gateway, least), len(public) // PAGE + 1, "pages of the index"):
        furthest = max(furthest, page["change_no"])
        totals.add(int(page["total"]))
        for hit in page["items"]:
            _compare_hit(hit, public, suspects)
    for base_number, logged in public.rest():
        suspects.put(base_number, f"{_said(logged)} is not in the index.")
    return furthest, totals


def _compare_hit(hit: dict[str, Any], public: Scratch, suspects: Scratch) -> None:
    number = parse_or_none(hit["number"])
    base_number = number.base if isinstance(number, CertificateNumber) else str(hit["number"])
    logged, shown = public.take(base_number), [hit["number"], hit["issue"], hit["status"]]
    if logged is None:
        suspects.put(base_number, f"{_said(shown)} is in the index, where the log has none, or once more than that.")
    elif logged != shown:
        suspects.put(base_number, f"{_said(shown)} is in the index, in the log {_said(logged)}.")


def _said(shown: list[Any]) -> str:
    return f"{shown[0]} Issue {shown[1]} ({shown[2]})"


def _pages(gateway: Gateway, least: int) -> Iterator[dict[str, Any]]:
    page = _caught_up(gateway, None, least)
    yield page
    while page["next"] is not None:
        page = _caught_up(gateway, page["next"], least)
        yield page


def _caught_up(gateway: Gateway, cursor: str | None, least: int) -> dict[str, Any]:
    """The page of a replica that has come to the change ``least``; another one may still be behind. Raises Behind."""
    deadline = time.monotonic() + CATCHES_UP_WITHIN
    while (page := gateway.page(cursor, least))["change_no"] < least:
        if time.monotonic() > deadline:
            raise Behind(f"The index stays at change {page['change_no']}, but the log has gone to {least} and further.")
        time.sleep(LOOK_AGAIN_AFTER)
    return page


def _changed_since(change_no: int, suspects: Scratch, certificates_url: str) -> tuple[int, int]:
    """Clears what was changed after ``change_no``; how many changes that were, and where the log ends now."""
    count = 0
    with snapshot(certificates_url) as certificates:
        for row in queries.log(certificates, after=change_no):
            certificate = json.loads(row.envelope).get("certificate")
            # A report is in no index.
            if certificate is not None:
                count += 1
                suspects.take(str(certificate.get("base_number")))
        return count, queries.log_end(certificates)[0]
