"""The gateway with hand-written services behind it: they keep to the RPC contract and remember who asked for what.

What is decided behind the gateway (rules, versions, who may see a draft) is done here just so far that the gateway's
part shows; the services' own tests hold the rest.
"""

from __future__ import annotations

import copy
from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from uuid import uuid4

from contracts.errors import Forbidden, Gone, InvalidInput, NotFound, RegisterError, Unavailable, VersionMismatch
from contracts.identity import Identity
from contracts.numbers import parse
from contracts.schemas import load_content
from plumbing.blobs import Blobs
from plumbing.db import Handle
from plumbing.settings import Settings
from plumbing.together import Gatherings
from tests.service.gateway.exports import Exports
from tests.service.gateway.officials import Officials
from tests.service.gateway.overseers import Overseers
from tests.service.gateway.reports import Reports
from tests.signing_keys import a_signing_key


def a_certificate(**overrides: Any) -> dict[str, Any]:
    """A certificate as the certificates service answers it."""
    maker = {"name": "Muster Messtechnik GmbH", "address": "Werkstrasse 1", "country": "DE"}
    body = {"scheme": "equipment", "applicant": maker, "manufacturer": maker, "equipment": "Pressure transmitter"}
    return {
        "id": str(uuid4()),
        "number": "IECEx BAS 26.0001X",
        "base_number": "IECEx BAS 26.0001",
        "suffix": "X",
        "excb": "BAS",
        "issue": 0,
        "status": "current",
        "date_of_issue": "2026-11-02",
        "first_issued": "2026-11-02",
        "valid_until": None,
        "status_date": "2026-11-02",
        "status_reason": "",
        "supplied_affected": None,
        "superseded_by": [],
        "listed": [],
        "demonstration": False,
        "change_no": 7,
        "version": "3",
        "photo": None,
        "annexes": [],
        **load_content(body),
        **overrides,
    }


class Fake:
    """A service; ``calls`` holds (identity, method, arguments). ``fault`` is raised by every call."""

    def __init__(self) -> None:
        self.identity: Identity | None = None
        self.calls: list[tuple[Identity | None, str, dict[str, Any]]] = []
        self.faults: list[RegisterError] = []
        self.deadlines: list[float] = []

    def acting_for(self, identity: Identity, deadline_seconds: float, call_id: str | None = None) -> Any:
        assert call_id
        acting = copy.copy(self)
        acting.identity = identity
        self.deadlines.append(deadline_seconds)
        return acting

    def _called(self, method: str, **arguments: Any) -> None:
        self.calls.append((self.identity, method, arguments))
        if self.faults:
            raise self.faults[0]

    def ping(self) -> dict[str, Any]:
        self._called("ping")
        return {}


class FakeCertificates(Officials, Overseers, Reports, Fake):
    def __init__(self) -> None:
        super().__init__()
        self.known: dict[str, dict[str, Any]] = {}

    def add(self, **overrides: Any) -> dict[str, Any]:
        certificate = a_certificate(**overrides)
        self.known[certificate["base_number"]] = certificate
        return certificate

    def _found(self, number: str) -> dict[str, Any]:
        found = self.known.get(parse(number).base)
        if found is None or (found["status"] == "draft" and not self._sees_drafts(found)):
            raise NotFound("There is no such certificate in the register.")
        if found["status"] == "deleted":
            raise Gone("Deleted by the Secretariat.", reason=found["status_reason"])
        return found

    def _sees_drafts(self, certificate: dict[str, Any]) -> bool:
        assert self.identity is not None
        return self.identity.excb == certificate["excb"] or self.identity.role in ("secretariat", "it-administrator")

    def _check_version(self, certificate: dict[str, Any], version: str | None) -> None:
        if version is not None and version != certificate["version"]:
            raise VersionMismatch

    def create_draft(self, body: dict[str, Any], idempotency_key: str | None = None) -> dict[str, Any]:
        self._called("create_draft", body=body, idempotency_key=idempotency_key)
        assert self.identity is not None
        content = load_content(body)
        number = f"IECEx {self.identity.excb} 26.{len(self.known) + 1:04d}"
        nothing = {"date_of_issue": None, "first_issued": None, "status_date": None, "change_no": None}
        texts = {"number": number, "base_number": number, "suffix": "", "status": "draft", "version": "1"}
        return self.add(**nothing, **texts, **content, excb=self.identity.excb)

    def create_many(self, key: str, lines: list[dict[str, Any]], issue: bool = False) -> list[dict[str, Any]]:
        self._called("create_many", key=key, lines=lines, issue=issue)
        return [self._became(line["sent"], issue) for line in lines]

    def _became(self, sent: Any, issue: bool) -> dict[str, Any]:
        try:
            made = self.add(**load_content(sent), status="current" if issue else "draft")
        except RegisterError as error:
            nothing = dict.fromkeys(("number", "issue", "version", "change_no"))
            return {"status": "refused", **nothing, "problem": error.to_wire()}
        shown = {name: made[name] for name in ("number", "issue", "version", "change_no")}
        return {"status": "issued" if issue else "drafted", **shown, "problem": None}

    def import_many(self, lines: list[dict[str, Any]], dry_run: bool = True) -> list[dict[str, Any]]:
        self._called("import_many", lines=lines, dry_run=dry_run)
        assert self.identity is not None
        if self.identity.role != "secretariat":
            raise Forbidden("Only the Secretariat imports.")
        nothing: dict[str, Any] = {"issue": 0, "change_no": None, "warnings": [], "problem": None}
        status = "importable" if dry_run else "imported"
        return [{"status": status, "number": line["sent"].get("number"), **nothing} for line in lines]

    def import_gaps(self, numbers: dict[str, list[int]], dry_run: bool = True) -> list[dict[str, Any]]:
        self._called("import_gaps", numbers=numbers, dry_run=dry_run)
        return [{"series": series, "last": max(asked), "absent": []} for series, asked in numbers.items()]

    def get(self, number: str, as_of: str | None = None) -> dict[str, Any]:
        self._called("get", number=number, **({"as_of": as_of} if as_of else {}))
        found = self._found(number)
        return self._told(found, as_of) if as_of else found

    def _told(self, found: dict[str, Any], day: str) -> dict[str, Any]:
        """Suspensions were recorded on the fake's own day only."""
        if not "2000" < day < "2026-11-22":
            raise InvalidInput.field("as_of", "Must be a day such as 2026-01-31, and not after today.")
        if day < found["date_of_issue"]:
            raise NotFound(f"{found['number']} was not public on {day}.")
        return {**found, "status": "current", "as_of": day, "recorded_later": []}

    def get_issue(self, number: str, issue: int) -> dict[str, Any]:
        self._called("get_issue", number=number, issue=issue)
        found = self._found(number)
        if issue != found["issue"]:
            raise NotFound("There is no such issue.")
        return found

    def history(self, number: str) -> dict[str, Any]:
        self._called("history", number=number)
        found = self._found(number)
        issue = {name: found[name] for name in ("issue", "status", "date_of_issue", "number")}
        return {"number": found["number"], "issues": [issue], "events": []}

    def edit(
        self, number: str, body: dict[str, Any], version: str, reason: str | None = None, issue: int | None = None
    ) -> dict[str, Any]:
        self._called("edit", number=number, body=body, version=version, reason=reason, issue=issue)
        found = self._found(number)
        self._check_version(found, version)
        found |= load_content(body) | {"version": str(int(version) + 1)}
        return found

    def check(self, number: str) -> dict[str, Any]:
        self._called("check", number=number)
        self._found(number)
        finding = {"rule": "standards", "severity": "error", "field": "standards", "text": "None.", "source": "OD 011"}
        return {"issue": 0, "findings": [finding], "at_issue": [], "overrides": []}

    def keep_photo(self, sha256: str, length: int, width: int, height: int) -> dict[str, Any]:
        self._called("keep_photo", sha256=sha256, length=length, width=width, height=height)
        return {"photo": sha256, "length": length, "width": width, "height": height}

    def set_photo(self, number: str, photo: str, version: str) -> dict[str, Any]:
        self._called("set_photo", number=number, photo=photo, version=version)
        found = self._found(number)
        self._check_version(found, version)
        found |= {"photo": photo, "version": str(int(version) + 1)}
        return found

    def check_annex(self, number: str, name: str, version: str) -> None:
        self._called("check_annex", number=number, name=name, version=version)
        self._check_version(self._found(number), version)

    def put_annex(self, number: str, annex: dict[str, Any], version: str) -> dict[str, Any]:
        self._called("put_annex", number=number, annex=annex, version=version)
        found = self._found(number)
        self._check_version(found, version)
        found |= {"annexes": [annex], "version": str(int(version) + 1)}
        return found

    def remove_annex(self, number: str, name: str, version: str) -> dict[str, Any]:
        self._called("remove_annex", number=number, name=name, version=version)
        found = self._found(number)
        self._check_version(found, version)
        if name not in [annex["name"] for annex in found["annexes"]]:
            raise NotFound("There is no annex of this name.")
        found |= {"annexes": [], "version": str(int(version) + 1)}
        return found

    def issue(self, number: str, version: str, overrides: Any = None) -> dict[str, Any]:
        self._called("issue", number=number, version=version, **({"overrides": overrides} if overrides else {}))
        found = self._found(number)
        self._check_version(found, version)
        found |= {"status": "current", "date_of_issue": "2026-11-02", "version": str(int(version) + 1)}
        return found

    def _decide(self, action: str, status: str, number: str, reason: str, version: str | None, **more: Any) -> Any:
        self._called(action, number=number, reason=reason, version=version, **more)
        assert self.identity is not None
        if self.identity.role != "secretariat":
            raise Forbidden("Only the Secretariat decides that.")
        found = self._found(number)
        self._check_version(found, version)
        found |= {"status": status, "status_reason": reason}
        return found

    def suspend(
        self, number: str, reason: str, date: Any = None, supplied_affected: Any = None, version: Any = None
    ) -> Any:
        more = {"date": date, "supplied_affected": supplied_affected}
        return self._decide("suspend", "suspended", number, reason, version, **more)

    def reinstate(
        self, number: str, reason: str, date: Any = None, supplied_affected: Any = None, version: Any = None
    ) -> Any:
        more = {"date": date, "supplied_affected": supplied_affected}
        return self._decide("reinstate", "current", number, reason, version, **more)

    def cancel(self, number: str, reason: str, date: str, supplied_affected: bool, version: str | None = None) -> Any:
        more = {"date": date, "supplied_affected": supplied_affected}
        return self._decide("cancel", "cancelled", number, reason, version, **more)

    def delete(self, number: str, reason: str, version: str | None = None) -> Any:
        return self._decide("delete", "deleted", number, reason, version)

    def mine(self, status: Any = None, scheme: Any = None, cursor: Any = None, limit: int = 50) -> dict[str, Any]:
        self._called("mine", status=status, scheme=scheme, cursor=cursor, limit=limit)
        there = [item for item in self.known.values() if item["status"] != "deleted"]
        return {"items": [item for item in there if self._sees_drafts(item)], "next": None}

    def changes(self, after: int = 0, limit: int = 100, type: str | None = None) -> dict[str, Any]:  # noqa: A002
        self._called("changes", after=after, limit=limit, type=type)
        return {"items": [], "next": None, "last": 0}

    def excbs(self) -> list[dict[str, Any]]:
        self._called("excbs")
        return [{"code": "BAS", "name": "Baseefa", "country": "GB", "active": True}]

    def standards(self) -> list[dict[str, Any]]:
        self._called("standards")
        return [{"number": "IEC 60079-0", "title": "Equipment", "current_edition": "7.0 (2017)"}]

    def units(self) -> list[dict[str, Any]]:
        self._called("units")
        return [{"unit": "Ex 001", "title": "Basic principles", "assessment": ""}]


class FakeSearch(Fake):
    building = False

    def status(self) -> dict[str, Any]:
        self._called("status")
        return {"replica": "one", "change_no": 3, "log_change_no": 9, "lag": 6, "ready": not self.building}

    def search(self, **arguments: Any) -> dict[str, Any]:
        self._called("search", **arguments)
        names = "number issue status scheme kind excb date_of_issue applicant manufacturer marking demonstration"
        hit = {name: a_certificate()[name] for name in names.split()} | {"title": "Transmitter", "highlights": {}}
        return {"total": 1, "items": [hit], "facets": {}, "next": None, "change_no": 7, "note": None}


class FakeExport(Exports, Fake):
    def __init__(self, blobs: Blobs) -> None:
        super().__init__()
        self.blobs = blobs
        # What is otherwise than usual of the certificate that signs.
        self.signing: dict[str, Any] = {}
        self.jobs = {}

    def certificate_pdf(self, number: str, issue: int | None = None) -> dict[str, Any]:
        self._called("certificate_pdf", number=number, issue=issue)
        return self._a_pdf(number)

    def card_pdf(self, number: str) -> dict[str, Any]:
        self._called("card_pdf", number=number)
        return self._a_pdf(number)

    def report_pdf(self, number: str) -> dict[str, Any]:
        self._called("report_pdf", number=number)
        return self._a_pdf(number)

    def cards_pdf(self, numbers: list[str]) -> dict[str, Any]:
        self._called("cards_pdf", numbers=numbers)
        assert self.identity is not None
        if self.identity.role != "secretariat":
            raise Forbidden("Cards are printed by the Secretariat.")
        return self._a_pdf("IECEx CP BAS 26.0001")

    def signing_certificates(self) -> list[dict[str, Any]]:
        self._called("signing_certificates")
        nothing = {"withdrawn_at": None, "withdrawal": ""}
        moments = dict.fromkeys(("valid_from", "valid_until", "first_used_at"), "2026-11-02T10:00:00Z")
        key = a_signing_key()
        named = {"fingerprint": key.fingerprint, "name": key.name, "issuer": "CN=Register", "pem": key.pem}
        return [{**named, **moments, "in_use": True, **nothing} | self.signing]

    def signing_status(self) -> dict[str, Any]:
        self._called("signing_status")
        return {"name": "Register", "fingerprint": "00", "valid_until": "2028-01-01T00:00:00Z", "days_left": 401}

    def _a_pdf(self, number: str) -> dict[str, Any]:
        content = b"%PDF-1.7 of " + number.encode()
        self.blobs.put("pdf/one.pdf", content)
        file = {"blob": "pdf/one.pdf", "filename": f"{parse(number).path}.pdf", "content_type": "application/pdf"}
        return file | {"length": len(content), "etag": "abc"}


def some_settings(**overrides: Any) -> Settings:
    values = {
        "amqp_uri": "embedded://test",
        "database_url": "sqlite://",
        "identity_key": "k" * 32,
        "blob_url": "file:///nowhere",
        "index_path": Path("/nowhere"),
        "replica": "test",
        "web_address": "127.0.0.1:0",
        "health_address": "",
        "public_url": "http://localhost",
        "max_workers": 4,
        "rpc_timeout": 5.0,
        "demonstration": True,
        "log_level": "INFO",
        "second_factor_keys": ("s" * 32,),
    }
    return Settings(**values | overrides)  # type: ignore[arg-type]


class FakeGateway:
    """What views reach through the gateway's service instance, with fakes behind it."""

    def __init__(self, db: Handle, folder: Path) -> None:
        self.db, self.settings, self.blobs = db, some_settings(), Blobs(f"file://{folder}")
        self.together, self.now = Gatherings(), datetime(2026, 11, 21, 10, tzinfo=UTC)
        self.numbering, self.certificates, self.search = Fake(), FakeCertificates(), FakeSearch()
        self.export = FakeExport(self.blobs)

    def clock(self) -> datetime:
        return self.now

    def in_thread(self, function: Callable[..., Any], *arguments: Any) -> Any:
        return function(*arguments)

    def ask_all(self, _seconds: float, questions: Sequence[Callable[[], object]]) -> list[str | None]:
        return [self._fault_of(question) for question in questions]

    def _fault_of(self, question: Callable[[], object]) -> str | None:
        try:
            question()
        except Unavailable as error:
            return error.message
        return None
