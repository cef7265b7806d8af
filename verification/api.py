"""The public API of the register under verification, as any client uses it: nothing is asked of the index but this."""

from __future__ import annotations

import time
from typing import Any

import requests

PAGE = 200
ANSWERS_WITHIN = 15.0
# Busy, or starting: asked again a few times. A closed port is not.
BUSY = (429, 503)
MOST_TRIES = 5
TRY_AGAIN_AFTER = 0.5


class Silent(Exception):
    """The API does not answer, or not as a register does; the message says what was tried."""


class Gateway:
    """The API at ``url``. Everything here raises Silent."""

    def __init__(self, url: str) -> None:
        self.url = url
        self._session = requests.Session()

    def log_end(self, change_no: int) -> tuple[str | None, int]:
        """The event id of a change (None if there is no such), and the last ``change_no`` of the log."""
        answer = self._get("changes", after=max(change_no - 1, 0), limit=1)
        items = answer["items"]
        return (items[0]["event_id"] if items and change_no else None, int(answer["last"]))

    def page(self, cursor: str | None, least: int) -> dict[str, Any]:
        """``{"total", "items", "next", "change_no"}``: public certificates in the order of numbers.

        Waits a second for an index that has not come to the change ``least`` yet.
        """
        return self._get("search", sort="number", limit=PAGE, min_change=least, cursor=cursor)

    def _get(self, path: str, **parameters: Any) -> dict[str, Any]:
        try:
            answer = self._ask(path, parameters)
            answer.raise_for_status()
            body = answer.json()
        except requests.ConnectionError as error:
            raise Silent(f"no register answers at {self.url}") from error
        except requests.RequestException as error:
            raise Silent(f"{self.url} does not answer as it should: {error}") from error
        if not isinstance(body, dict) or "items" not in body:
            raise Silent(f"what answers at {self.url} is no register")
        return body

    def _ask(self, path: str, parameters: dict[str, Any]) -> requests.Response:
        for attempt in range(MOST_TRIES):
            time.sleep(TRY_AGAIN_AFTER if attempt else 0)
            answer = self._session.get(f"{self.url}/api/v1/{path}", params=parameters, timeout=ANSWERS_WITHIN)
            if answer.status_code not in BUSY:
                break
        return answer
