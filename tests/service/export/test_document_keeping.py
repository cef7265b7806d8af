"""Documents that are kept: drawn once, served again, and drafts to nobody but whom they are shown to."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from contracts.errors import NotFound
from contracts.identity import Identity
from plumbing.context import new_context
from tests.builders import a_snapshot
from tests.service.export.documents import NUMBER, a_draft, pdf_of
from tests.service.export.neighbours import OWNER, Clock, FakeCertificates


@pytest.fixture(params=["sqlite"])
def database_url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """Documents touch no database: one kind is enough here."""
    return f"{request.param}:///{tmp_path / 'register.db'}"


def test_the_same_certificate_gives_the_same_bytes_and_is_drawn_once(
    replica: Any, certificates: FakeCertificates
) -> None:
    first = replica.certificate_pdf(number=NUMBER)
    drawn = replica.blobs.get(first["blob"])
    assert replica.certificate_pdf(number=NUMBER, issue=0) == first
    assert certificates.reference_asked == 1
    replica.blobs.delete(first["blob"])
    assert replica.certificate_pdf(number=NUMBER) == first
    assert replica.blobs.get(first["blob"]) == drawn
    assert first["length"] == len(drawn)
    assert first["filename"] == "IECEx-BAS-26.0001-issue-0.pdf"


@pytest.mark.parametrize(
    "change", [{"status": "suspended"}, {"change_no": 2}, {"schedule": "Another."}, {"demonstration": True}]
)
def test_whatever_changes_makes_another_document(
    replica: Any, certificates: FakeCertificates, change: dict[str, Any]
) -> None:
    before = replica.certificate_pdf(number=NUMBER)
    certificates.issues = {0: a_snapshot(**change)}
    after = replica.certificate_pdf(number=NUMBER)
    assert (after["etag"], after["blob"]) != (before["etag"], before["blob"])


def test_new_templates_make_another_document(replica: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    before = replica.certificate_pdf(number=NUMBER)
    monkeypatch.setattr("services.export.press.templates", lambda: "other templates")
    assert replica.certificate_pdf(number=NUMBER)["etag"] != before["etag"]


def as_owner(replica: Any, certificates: FakeCertificates) -> None:
    certificates.asks, replica.call = OWNER, new_context(OWNER, seconds=30)


def test_a_draft_is_drawn_for_its_owner_and_says_what_it_is(replica: Any, certificates: FakeCertificates) -> None:
    certificates.issues = {0: a_draft()}
    as_owner(replica, certificates)
    file = replica.certificate_pdf(number=NUMBER)
    assert file["filename"] == "IECEx-BAS-26.0001X-issue-0-draft.pdf"
    pages = [page.extract_text() for page in pdf_of(replica).pages]
    assert all("DRAFT" in page and "not a certificate" in page for page in pages)
    assert not any("is the original" in page for page in pages)


def test_a_kept_preview_of_a_draft_is_served_to_nobody_else(replica: Any, certificates: FakeCertificates) -> None:
    certificates.issues = {0: a_draft()}
    as_owner(replica, certificates)
    blob = replica.certificate_pdf(number=NUMBER)["blob"]
    for stranger in (Identity("guest"), Identity("signatory", "SIR", "sir-signatory")):
        certificates.asks, replica.call = stranger, new_context(stranger, seconds=30)
        for issue in (None, 0):
            with pytest.raises(NotFound):
                replica.certificate_pdf(number=NUMBER, issue=issue)
    assert replica.blobs.exists(blob)


def test_the_next_issue_s_draft_leaves_no_trace_in_what_others_get(
    replica: Any, certificates: FakeCertificates
) -> None:
    certificates.issues = {0: a_snapshot(NUMBER)}
    before = replica.certificate_pdf(number=NUMBER)
    certificates.issues[1] = a_draft(issue=1)
    assert replica.certificate_pdf(number=NUMBER) == before
    as_owner(replica, certificates)
    assert replica.certificate_pdf(number=NUMBER) == before
    assert replica.certificate_pdf(number=NUMBER, issue=1)["blob"].startswith("previews/")


def test_previews_are_swept_away_long_before_documents(
    replica: Any, certificates: FakeCertificates, clock: Clock
) -> None:
    certificates.issues = {0: a_snapshot(NUMBER), 1: a_draft(issue=1)}
    as_owner(replica, certificates)
    public, preview = (replica.certificate_pdf(number=NUMBER, issue=issue)["blob"] for issue in (0, 1))
    # The age of a file is told by the store's own clock.
    clock.now = datetime.now(UTC) + timedelta(hours=2)
    replica.clear()
    assert (replica.blobs.exists(public), replica.blobs.exists(preview)) == (True, False)
