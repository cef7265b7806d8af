"""What the tests of the index share: how one is filled and asked, and certificates that agree in much."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from typing import Any

from services.search.domain.questions import read_question
from services.search.index import CertificateIndex, Page, Scanned
from tests.builders import a_party, a_snapshot, an_envelope

Snapshots = Sequence[dict[str, Any]]
Fill = Callable[..., CertificateIndex]


def put(index: CertificateIndex, snapshots: Snapshots) -> None:
    first = index.view.position.change_no + 1
    envelopes = [dict(an_envelope(first + n, certificate=snapshot)) for n, snapshot in enumerate(snapshots)]
    index.apply(envelopes)
    index.commit(index.view.position.after(envelopes[-1])._replace(complete=True))


def ask(index: CertificateIndex, q: str = "", limit: int = 50, sort: str = "relevance", **filters: Any) -> Page:
    return index.view.search(read_question(q, filters, sort), limit)


def numbers(page: Page) -> list[str]:
    return [item["number"].removeprefix("IECEx ") for item in page.items]


Found = list[tuple[str, int]]


def found(page: Page) -> Found:
    """Numbers and issues."""
    return [(item["number"].removeprefix("IECEx "), item["issue"]) for item in page.items]


def scanned(page: Scanned) -> list[dict[str, Any]]:
    """The snapshots of a page."""
    return [json.loads(content) for content in page.contents]


def everything(index: CertificateIndex) -> dict[str, Any]:
    return {item["base_number"]: item for item in scanned(index.view.scan(read_question().for_scan(), 1_000))}


def many(count: int, start: int = 1) -> list[dict[str, Any]]:
    """Certificates that agree in much, so that their order is decided by the last key."""
    names = ["Muster Messtechnik International GmbH", "Muster Messtechnik International AG", "Anders"]
    return [
        a_snapshot(
            f"IECEx BAS 26.{n:04}", date_of_issue=f"2026-01-{1 + n % 3:02}", applicant=a_party(names[n % len(names)])
        )
        for n in range(start, start + count)
    ]
