"""The certificates service without a broker: real tables, a clock that is set by hand, and a fake numbering."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from types import SimpleNamespace
from typing import Any, cast

from contracts.errors import RuleViolation, SeriesFull, Unavailable
from contracts.identity import GUEST, Identity
from contracts.numbers import Series, absent_owner, is_absent
from contracts.schemas import SCHEMES
from plumbing.db import Handle
from plumbing.lately import Lately
from plumbing.together import Gatherings
from plumbing.vault import Vault
from services.certificates import reference
from services.certificates.service import Certificates
from tests.certificates import AUTHOR, SECRETARIAT, SIGNATORY, a_body

VAULT = Vault("a key of the tests, long enough")
VALIDITY = ((date(2015, 1, 1), 5), (date(2010, 1, 1), 3))
MORNING = datetime(2026, 11, 21, 10, 0, 0, 123456, tzinfo=UTC)


class Numbering:
    """As numbering does: 1, 2, 3 … in each series, the same number for the same owner."""

    def __init__(self, owners: dict[str, list[str]] | None = None) -> None:
        self.owners = owners or {}

    def acting_for(self, identity: Identity, _seconds: float) -> Numbering:
        assert identity.role == "service"
        return self

    def allocate(self, series: str, owner_id: str) -> dict[str, Any]:
        owners = self.owners.setdefault(series, [])
        if owner_id not in owners:
            owners.append(owner_id)
        n = owners.index(owner_id) + 1
        return {"series": series, "n": n, "number": Series.parse(series).number(n)}

    def allocate_many(self, series: str, owner_ids: list[str]) -> list[dict[str, Any]]:
        return [{"owner_id": owner_id, **self.allocate(series, owner_id)} for owner_id in owner_ids]

    def adopt(self, series: str, owners: list[dict[str, Any]]) -> dict[str, Any]:
        held = self.owners.setdefault(series, [])
        conflicts = [row for row in owners if _holder(held, row["n"]) not in (None, row["owner_id"])]
        if conflicts:
            rows = [row | {"text": f"{row['n']} belongs to somebody."} for row in conflicts]
            raise RuleViolation("No number was adopted.", conflicts=rows)
        end = len(held)
        held += [absent_owner(series, n) for n in range(end + 1, max(row["n"] for row in owners) + 1)]
        for row in owners:
            held[row["n"] - 1] = row["owner_id"]
        return {"absent": [n for n, owner in enumerate(held, 1) if n > end and is_absent(owner)]}

    def ledger(self, series: str, limit: int) -> dict[str, Any]:
        held = self.owners.get(series, [])
        assert len(held) <= limit
        return {"last": len(held), "items": [{"n": n, "owner_id": owner} for n, owner in enumerate(held, 1)]}


def _holder(held: list[str], n: int) -> str | None:
    return held[n - 1] if n <= len(held) and not is_absent(held[n - 1]) else None


class AwayNumbering(Numbering):
    """Dead before it allocated."""

    def allocate(self, *_call: str, **_keywords: str) -> dict[str, Any]:
        raise Unavailable

    def adopt(self, series: str, owners: list[dict[str, Any]]) -> dict[str, Any]:  # noqa: ARG002
        raise Unavailable


class MuteNumbering(Numbering):
    """Allocates, and dies before it answers."""

    def allocate(self, series: str, owner_id: str) -> dict[str, Any]:
        super().allocate(series, owner_id)
        raise Unavailable

    def adopt(self, series: str, owners: list[dict[str, Any]]) -> dict[str, Any]:
        super().adopt(series, owners)
        raise Unavailable


class FullNumbering(Numbering):
    """Has three numbers in each series."""

    def allocate(self, series: str, owner_id: str) -> dict[str, Any]:
        owners = self.owners.get(series, [])
        if owner_id not in owners and len(owners) == 3:
            raise SeriesFull
        return super().allocate(series, owner_id)

    def allocate_many(self, series: str, owner_ids: list[str]) -> list[dict[str, Any]]:
        owners = self.owners.get(series, [])
        if len({*owners, *owner_ids}) > 3:
            raise SeriesFull
        return super().allocate_many(series, owner_ids)


def read(answer: dict[str, Any]) -> dict[str, Any]:
    """An answer without what the gate said of the draft, which only whoever writes it is told."""
    return {name: value for name, value in answer.items() if name != "findings"}


@dataclass
class Office:
    """A register with the bodies of the reference data; ``as_`` speaks to it as somebody."""

    handle: Handle
    numbering: Any = field(default_factory=Numbering)
    now: datetime = MORNING
    woken: int = 0
    demonstration: bool = False
    together: Gatherings = field(default_factory=Gatherings)

    def __post_init__(self) -> None:
        reference.load(self.handle)
        rows = [{"scheme": scheme, "valid_from": "2003-08-01"} for scheme in SCHEMES]
        for excb in ("BAS", "SIR"):
            self.secretariat.put_scopes(excb=excb, rows=rows)

    def as_(self, identity: Identity) -> Certificates:
        service: Any = Certificates()
        service.db = self.handle
        service.call = SimpleNamespace(identity=identity)
        service.clock = lambda: self.now
        service.settings = SimpleNamespace(demonstration=self.demonstration, person_validity=VALIDITY)
        service.vault = VAULT
        service.lately = Lately(seconds=0)
        service.numbering = self.numbering
        service.relay = SimpleNamespace(wake=self._wake)
        service.together = self.together
        return cast(Certificates, service)

    def _wake(self) -> None:
        self.woken += 1

    @property
    def author(self) -> Certificates:
        return self.as_(AUTHOR)

    @property
    def signatory(self) -> Certificates:
        return self.as_(SIGNATORY)

    @property
    def secretariat(self) -> Certificates:
        return self.as_(SECRETARIAT)

    @property
    def public(self) -> Certificates:
        return self.as_(GUEST)

    def page(self, **arguments: Any) -> Any:
        """A page of the change log, as guests read it."""
        return json.loads(self.public.changes(**arguments).text)

    def pass_time(self, **amount: float) -> None:
        self.now += timedelta(**amount)

    def draft(self, **content: Any) -> Any:
        """A draft of BAS, as it is read."""
        return read(self.author.create_draft(body=a_body(**content)))

    def issued(self, **content: Any) -> Any:
        """A certificate that BAS issued now."""
        draft = self.draft(**content)
        return self.signatory.issue(number=draft["number"], version=draft["version"])

    def photo(self) -> str:
        """A picture that BAS uploaded."""
        kept: str = self.author.keep_photo(sha256="ab" * 32, length=40_000, width=600, height=800)["photo"]
        return kept

    def issued_as(self, body: dict[str, Any]) -> Any:
        """A certificate of whatever scheme, of this body, that BAS issued now."""
        draft = self.author.create_draft(body=body)
        return self.signatory.issue(number=draft["number"], version=draft["version"])

    def log(self) -> list[dict[str, Any]]:
        """The whole change log."""
        items: list[dict[str, Any]] = self.page(limit=1_000)["items"]
        return items
