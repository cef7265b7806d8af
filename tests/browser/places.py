"""Where a guest can go: one address of each sort of page, found in the demonstration's own data."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode

import requests

from contracts.numbers import parse


class Places:
    """Looks into the register at ``url``, as a guest."""

    def __init__(self, url: str) -> None:
        self.url = url

    def first(self, **query: Any) -> dict[str, Any]:
        """The first certificate that this search finds."""
        found: dict[str, Any] = self.api(f"search?{urlencode(query | {'limit': 1, 'sort': 'number'}, doseq=True)}")
        hit: dict[str, Any] = found["items"][0]
        return hit

    def api(self, path: str) -> Any:
        return requests.get(f"{self.url}/api/v1/{path}", timeout=10).json()

    def page(self, path: str) -> requests.Response:
        """As a browser without scripts and cookies gets it."""
        return requests.get(self.url + path, headers={"Accept": "text/html"}, timeout=10, allow_redirects=False)

    def with_issues(self) -> dict[str, Any]:
        """A certificate of which there is more than one issue."""
        older = self.api("search?issues=all&scheme=equipment&limit=200")["items"]
        return self.first(q=next(hit["number"] for hit in older if not hit["latest"]))

    def all(self) -> dict[str, str]:
        """Every sort of page that guests have, by what it is."""
        reissued = path_of(self.with_issues())
        report = self.api("reports?limit=1")["items"][0]["links"]["html"]
        return {
            "home": "/",
            "results": "/search?q=transmitter&status=-suspended",
            "no results": "/search?q=qqqqqqqq",
            "a wrong question": "/search?issued_from=yesterday",
            "a certificate": reissued,
            "an older issue": f"{reissued}/issues/0",
            "differences": f"{reissued}/differences?from=0&to=1",
            "a suspended one": path_of(self.first(scheme="equipment", status="suspended")),
            "a cancelled one": path_of(self.first(scheme="equipment", status="cancelled")),
            "a component": path_of(self.first(kind="component")),
            "a person": path_of(self.first(scheme="person")),
            "a licence": path_of(self.first(scheme="mark-licence")),
            "a facility": path_of(self.first(scheme="service-facility")),
            "reports": "/reports",
            "a report": report,
            "verify": "/verify",
            "verified": f"/verify?{urlencode({'q': self.first(kind='equipment')['number'] + ' Ex db IIC T6 Gb'})}",
            "not found": "/verify?q=IECEx+BAS+26.9999",
            "checks": "/checks",
            "export": "/exports/new?q=pressure",
            "statistics": "/statistics",
            "numbers": "/numbers",
            "years": "/numbers/BAS/equipment",
            "ledger": "/numbers/BAS/mark-licence",
            "bodies": "/bodies",
            "a body": "/bodies/BAS",
            "API": "/docs",
            "a part of the API": "/docs/certificates",
            "statuses": "/help/statuses",
            "about": "/about",
            "privacy": "/privacy",
            "accessibility": "/accessibility",
            "nowhere": "/nowhere",
            "no certificate": "/certificates/IECEx-BAS-26.9999",
        }


STATUSES = {"a wrong question": 422, "nowhere": 404, "no certificate": 404}


def path_of(hit: dict[str, Any]) -> str:
    return f"/certificates/{parse(hit['number']).path}"
