"""What stands behind the gateway of how much there is and how good it is: ledger, statistics, quality, samples."""

from __future__ import annotations

from typing import Any
from uuid import uuid4

from contracts.errors import NotFound

OVERSEERS = ("secretariat", "it-administrator")
COUNTS = {"certificates": 1, "issues": 1, "reports": 0, "drafts": 2, "total": 1}


class Overseers:
    """Part of the fake certificates service: decided by the role alone."""

    _called: Any
    _only: Any

    def ledger(self, **asked: Any) -> dict[str, Any]:
        self._called("ledger", **asked)
        told = {"excb": asked["excb"], "scheme": asked["scheme"]}
        if asked.get("year") is None:
            return told | {"years": [{"year": 2026, "given": 3, "drafts": 2}]}
        item = {"n": 1, "number": "IECEx BAS 26.0001", "fate": "current", "since": "2026-11-02", "issue": 0}
        return told | {"year": asked["year"], "last": 3, "drafts": 2, "items": [item], "next": None}

    def statistics(self, **asked: Any) -> dict[str, Any]:
        self._called("statistics", **asked)
        persons: dict[str, Any] = {"total": 0, "years": [], "excbs": [], "countries": []}
        return {
            "totals": COUNTS,
            "schemes": [],
            "excbs": [],
            "countries": [],
            "persons": persons,
            "statuses": [],
        }

    def quality(self, **asked: Any) -> dict[str, Any]:
        self._called("quality", **asked)
        self._only(*OVERSEERS)
        return {"run": None, "items": [], "reviewed": []}

    def quality_findings(self, **asked: Any) -> dict[str, Any]:
        self._called("quality_findings", **asked)
        self._only(*OVERSEERS)
        return {"items": [], "next": None}

    def draw_sample(self, **asked: Any) -> dict[str, Any]:
        self._called("draw_sample", **asked)
        self._only("secretariat")
        return {"id": str(uuid4()), **asked, "seed": "00ff", "items": [], "checklists": {}}

    def samples(self, **asked: Any) -> dict[str, Any]:
        self._called("samples", **asked)
        self._only(*OVERSEERS)
        return {"items": [], "next": None}

    def sample(self, id: str) -> Any:  # noqa: A002 - the name is the contract's
        self._called("sample", id=id)
        self._only(*OVERSEERS)
        raise NotFound("There is no such sample.")

    def review(self, **asked: Any) -> dict[str, Any]:
        self._called("review", **asked)
        self._only("secretariat")
        return {"position": asked["position"], "answers": asked["answers"], "remark": asked["remark"]}
