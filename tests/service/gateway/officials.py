"""What stands behind the gateway for the Secretariat and the bodies' officers: requests, notices, scopes, issues."""

from __future__ import annotations

from typing import Any
from uuid import uuid4

from contracts.errors import Forbidden, NotFound


class Officials:
    """Part of the fake certificates service: decided by the role alone."""

    identity: Any
    _called: Any
    _found: Any

    def _only(self, *roles: str) -> None:
        if self.identity.role not in roles:
            raise Forbidden("Your role does not allow this.")

    def create_issue(self, number: str, body: Any = None, idempotency_key: str | None = None) -> dict[str, Any]:
        self._called("create_issue", number=number, body=body, idempotency_key=idempotency_key)
        self._only("author", "signatory")
        found: dict[str, Any] = self._found(number)
        return found | {"issue": found["issue"] + 1, "status": "draft", "version": "1.1", "findings": []}

    def delete_draft(self, number: str, issue: int, version: str | None = None) -> None:
        self._called("delete_draft", number=number, issue=issue, version=version)
        self._only("author", "signatory", "secretariat")

    def diff(self, number: str, from_issue: int, to_issue: int) -> dict[str, Any]:
        self._called("diff", number=number, from_issue=from_issue, to_issue=to_issue)
        return {"number": self._found(number)["number"], "from": from_issue, "to": to_issue, "fields": []}

    def check_content(self, body: dict[str, Any]) -> dict[str, Any]:
        self._called("check_content", body=body)
        return {"findings": []}

    def private(self, number: str, issue: int | None = None) -> dict[str, Any]:
        self._called("private", number=number, issue=issue)
        self._only("author", "signatory", "secretariat")
        return {"date_of_birth": "1980-02-29", "identity_number": "A 1"}

    def verify(self, q: str) -> dict[str, Any]:
        self._called("verify", q=q)
        certificate = {"number": "IECEx BAS 26.0001X", "issue": 0, "status": "current"}
        return {"found": True, "number": certificate["number"], "text": q, "certificate": certificate, "markings": []}

    def ask(self, number: str, action: str, reason: str, date: Any, supplied_affected: Any) -> dict[str, Any]:
        given = {"action": action, "reason": reason, "date": date, "supplied_affected": supplied_affected}
        self._called("ask", number=number, **given)
        self._only("author", "signatory")
        return {"id": str(uuid4()), "number": self._found(number)["number"], "state": "open", **given}

    def requests(self, **asked: Any) -> dict[str, Any]:
        self._called("requests", **asked)
        return {"items": [], "next": None}

    def request(self, id: str) -> Any:  # noqa: A002 - the name is the contract's
        self._called("request", id=id)
        raise NotFound("There is no such request.")

    def consequences(self, number: str) -> dict[str, Any]:
        self._called("consequences", number=number)
        found = self._found(number)
        nothing: dict[str, Any] = dict.fromkeys(("last_editable_day", "draft", "request"))
        nothing |= {"licences": [], "more_licences": False}
        return {"number": found["number"], "status": found["status"], "possible": [], "issues": [0]} | nothing

    def notices(self, after: int = 0, limit: int = 50) -> dict[str, Any]:
        self._called("notices", after=after, limit=limit)
        return {"items": [], "next": None}

    def _end(self, method: str, *roles: str, **arguments: Any) -> Any:
        self._called(method, **arguments)
        self._only(*roles)
        raise NotFound("There is no such request.")

    def approve(self, id: str) -> Any:  # noqa: A002 - the name is the contract's
        return self._end("approve", "secretariat", id=id)

    def reject(self, id: str, reason: str) -> Any:  # noqa: A002
        return self._end("reject", "secretariat", id=id, reason=reason)

    def withdraw(self, id: str) -> Any:  # noqa: A002
        return self._end("withdraw", "author", "signatory", id=id)

    def put_excbs(self, rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
        self._called("put_excbs", rows=rows)
        self._only("secretariat")
        return [{**row, "scopes": []} for row in rows]

    def put_standards(self, rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
        self._called("put_standards", rows=rows)
        self._only("secretariat")
        return rows

    def put_scopes(self, excb: str, rows: list[dict[str, Any]]) -> dict[str, Any]:
        self._called("put_scopes", excb=excb, rows=rows)
        self._only("secretariat")
        return {"code": excb, "scopes": rows}
