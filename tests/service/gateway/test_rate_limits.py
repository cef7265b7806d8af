"""Limits as a client meets them."""

from __future__ import annotations

from ipaddress import ip_network

import pytest

from gateway.limits import Limits
from tests.service.gateway.browser import TOKENS, Browser, basic
from tests.service.gateway.fakes import some_settings
from tests.service.gateway.visitor import Visitor

SOMEWHERE = {"REMOTE_ADDR": "1.2.3.4"}


def limited(browser: Browser, rate: float) -> None:
    browser.application.extensions["limits"] = Limits(rate)


def test_who_asks_too_often_is_told_when_to_go_on(browser: Browser) -> None:
    limited(browser, 0.1)
    statuses = [browser.http.get("/api/v1/changes", environ_overrides=SOMEWHERE).status_code for _ in range(4)]
    answer = browser.http.get("/api/v1/changes", environ_overrides=SOMEWHERE)
    assert statuses == [200, 200, 200, 429]
    assert (answer.status_code, answer.json["code"]) == (429, "too-many-requests")
    assert 1 <= int(answer.headers["Retry-After"]) <= 10
    assert browser.http.get("/api/v1/changes", environ_overrides={"REMOTE_ADDR": "1.2.3.5"}).status_code == 200


def test_pages_are_limited_too_but_no_health_check(browser: Browser) -> None:
    limited(browser, 0.1)
    statuses = [browser.http.get("/login", environ_overrides=SOMEWHERE).status_code for _ in range(4)]
    assert statuses == [200, 200, 200, 429]
    assert browser.http.get("/healthz", environ_overrides=SOMEWHERE).status_code == 200


def test_an_export_of_500_rows_and_paging_through_all_of_search_meet_no_limit(browser: Browser) -> None:
    """Asked as fast as they can be: an export with its progress each second, and 200 pages of results."""
    asked = ["/api/v1/exports/8e03978e-40d5-43e8-bc93-6894a57f9324"] * 60 + ["/api/v1/search"] * 200
    statuses = {browser.http.get(path, environ_overrides=SOMEWHERE).status_code for path in asked}
    assert statuses == {200, 404}


def test_behind_a_trusted_proxy_each_guest_is_counted_alone(browser: Browser) -> None:
    browser.gateway.settings = some_settings(trusted_proxies=(ip_network("127.0.0.1/32"),))
    limited(browser, 1 / 30)
    one, other = ({"X-Forwarded-For": address} for address in ("1.2.3.4", "1.2.3.5"))
    assert [browser.http.get("/api/v1/changes", headers=one).status_code for _ in range(2)] == [200, 429]
    assert browser.http.get("/api/v1/changes", headers=other).status_code == 200


def test_guessing_tokens_is_stopped_sooner_than_reading(browser: Browser) -> None:
    limited(browser, 1)
    guess = {"Authorization": "Bearer exr_" + "x" * 43}
    statuses = [
        browser.http.get("/api/v1/changes", headers=guess, environ_overrides=SOMEWHERE).status_code for _ in range(4)
    ]
    assert statuses == [401, 401, 401, 429]


def test_guessing_passwords_at_the_log_in_is_stopped_sooner_than_reading(
    browser: Browser, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("gateway.authentication.time.sleep", lambda _seconds: None)
    limited(browser, 1)
    visitor = Visitor(browser, address="1.2.3.4")
    token = visitor.form_token("/login")
    sent = {"csrf_token": token, "name": "nobody", "password": "guess"}
    statuses = [visitor.http.post("/login", data=sent).status_code for _ in range(4)]
    assert statuses == [422, 422, 422, 429]


def test_guessing_from_many_places_slows_down_too(browser: Browser, monkeypatch: pytest.MonkeyPatch) -> None:
    slept: list[float] = []
    monkeypatch.setattr("gateway.authentication.time.sleep", slept.append)
    for guess in range(24):
        address = {"REMOTE_ADDR": f"1.2.3.{guess}"}
        headers = basic("somebody", f"guess {guess}")
        assert browser.http.get(TOKENS, headers=headers, environ_overrides=address).status_code == 401
    assert slept == [0.25, 0.5, 1.0]
