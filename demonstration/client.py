"""A client of the API as any body could write it: a token, keep-alive connections, patience with a busy register."""

from __future__ import annotations

import time
from datetime import UTC, datetime
from typing import Any

import requests

MOST_TRIES = 8
LONGEST_PAUSE = 10.0
BUSY = (429, 503)


class Refused(Exception):
    """The register answered, and its answer was no."""


def _scopes(account: str) -> list[str]:
    """All that the role may, which the names of the demonstration's accounts tell."""
    if account.endswith(("secretariat", "administrator")):
        return ["read", "administer"]
    return ["read", "draft", "issue"] if account.endswith("signatory") else ["read", "draft"]


def is_ready(url: str) -> bool:
    """Whether the whole register at ``url`` answers."""
    try:
        return requests.get(f"{url}/readyz", timeout=5).ok
    except requests.RequestException:
        return False


class Client:
    """One account's way into the register at ``url``. Not to be shared between threads."""

    def __init__(self, url: str, token: str | None = None) -> None:
        self.api = f"{url.rstrip('/')}/api/v1"
        self.token = token
        self._session = requests.Session()
        if token:
            self._session.headers["Authorization"] = f"Bearer {token}"

    @classmethod
    def log_in(cls, url: str, account: str, password: str) -> Client:
        """A client with a new token, good for a day. Raises Refused for a wrong password."""
        body = {"name": "demonstration", "scopes": _scopes(account), "expires_in_days": 1}
        answer = cls(url).call("POST", "/tokens", json=body, auth=(account, password))
        return cls(url, answer.json()["token"])

    def call(self, method: str, path: str, **arguments: Any) -> requests.Response:
        """The answer, once it is one: a busy register or a lost connection is asked again.

        Repeating is safe, since creating goes by Idempotency-Key and changing by version. Raises Refused.
        """
        for attempt in range(MOST_TRIES):
            answer = self._try(method, path, arguments, last=attempt == MOST_TRIES - 1)
            if answer is not None and answer.status_code not in BUSY:
                break
            time.sleep(_pause(answer, attempt))
        assert answer is not None
        if not answer.ok:
            raise Refused(f"{method} {path}: {answer.status_code} {answer.text}")
        return answer

    def _try(self, method: str, path: str, arguments: dict[str, Any], last: bool) -> requests.Response | None:
        try:
            return self._session.request(method, self.api + path, timeout=30, **arguments)
        except requests.ConnectionError:
            if last:
                raise
            return None

    def create(self, body: dict[str, Any], key: str) -> requests.Response:
        """A draft with its number; the same draft for the same key."""
        return self.call("POST", "/certificates", json=body, headers={"Idempotency-Key": key})

    def get(self, number: str) -> requests.Response:
        return self.call("GET", f"/certificates/{in_path(number)}")

    def issue(self, number: str, etag: str) -> requests.Response:
        return self.call("POST", f"/certificates/{in_path(number)}/issue", headers={"If-Match": etag})

    @staticmethod
    def today() -> str:
        """The register's day, in UTC."""
        return datetime.now(UTC).date().isoformat()

    def act(self, number: str, action: str, body: dict[str, Any]) -> requests.Response:
        """Suspends, reinstates or cancels: what the Secretariat does."""
        etag = self.get(number).headers["ETag"]
        return self.call("POST", f"/certificates/{in_path(number)}/{action}", json=body, headers={"If-Match": etag})


def in_path(number: str) -> str:
    """``IECEx BAS 26.0001X`` as it stands in an address."""
    return number.replace(" ", "-").replace("/", "-")


def _pause(answer: requests.Response | None, attempt: int) -> float:
    asked = answer.headers.get("Retry-After", "") if answer is not None else ""
    return min(LONGEST_PAUSE, float(asked) if asked.isdigit() else 0.25 * 2**attempt)
