"""Addresses that take more than others: up to a limit of their own, and together no more than the memory bears."""

from __future__ import annotations

import time
from collections.abc import Iterator
from typing import Any

import eventlet
import pytest
from nameko.containers import ServiceContainer

from tests.service.shop import LIMITS, Shop, connected, open_shop, problem_in, say, server_of
from tests.waiting import until


@pytest.fixture
def shop() -> Iterator[ServiceContainer]:
    with open_shop() as container:
        yield container


def test_an_address_may_take_more_than_others(shop: ServiceContainer) -> None:
    for body in (b"x" * 30_000, b"x" * 10_001):
        head = b"POST /large?x HTTP/1.1\r\nHost: x\r\nContent-Length: %d\r\n\r\n" % len(body)
        response: Any = say(shop, head, body)
        assert (response.status, response.body) == (200, body)
    chunks = [b"3a98\r\n" + b"x" * 15_000 + b"\r\n"] * 2
    head = b"POST /%6Carge HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n"
    assert say(shop, head, *chunks, b"0\r\n\r\n").status == 200
    assert say(shop, head, *chunks, b"1\r\n").status == 413


@pytest.mark.parametrize("target", [b"POST /large", b"PUT /large", b"POST /large/", b"POST /echo"])
def test_an_address_that_takes_more_has_its_limit_too_and_no_other_has_it(
    shop: ServiceContainer, target: bytes
) -> None:
    response = say(shop, target + b" HTTP/1.1\r\nHost: x\r\nContent-Length: 30001\r\n\r\n")
    assert response.status == 413
    assert ("30,000" if target == b"POST /large" else "10,000") in problem_in(response)["detail"]


def test_a_larger_body_may_take_longer_to_arrive(shop: ServiceContainer) -> None:
    with connected(shop) as connection:
        connection.sendall(b"POST /large HTTP/1.1\r\nHost: x\r\nContent-Length: 30000\r\n\r\n")
        for _ in range(12):
            connection.sendall(b"x" * 2_500)
            eventlet.sleep(LIMITS.reading / 6)
        assert connection.recv(1000).startswith(b"HTTP/1.1 200")


def test_a_larger_body_that_hardly_comes_is_not_waited_for_as_long_as_one_that_does(shop: ServiceContainer) -> None:
    with connected(shop) as connection:
        connection.sendall(b"POST /large HTTP/1.1\r\nHost: x\r\nContent-Length: 30000\r\n\r\n")
        began = time.monotonic()
        while time.monotonic() - began < LIMITS.reading * 1.5:
            connection.sendall(b"x")
            eventlet.sleep(LIMITS.reading / 6)
        connection.settimeout(LIMITS.reading / 6)
        assert connection.recv(1000).startswith(b"HTTP/1.1 408")
    until(lambda: server_of(shop).held == 0, 5, "its place is free")


def test_larger_bodies_share_what_they_may_have_together_until_they_are_answered(shop: ServiceContainer) -> None:
    head = b" HTTP/1.1\r\nHost: x\r\nContent-Length: 25000\r\n\r\n"
    waiting = [connected(shop) for _ in range(2)]
    for connection in waiting:
        connection.sendall(b"POST /wait" + head + b"x" * 25_000)
    until(lambda: server_of(shop).held == 50_000, 5, "both are under way")
    refused = say(shop, b"POST /large" + head)
    assert (refused.status, refused.headers["Retry-After"]) == (503, "2")
    assert problem_in(refused)["code"] == "unavailable"
    assert server_of(shop).held == 50_000
    Shop.gate.send()
    for connection in waiting:
        assert connection.recv(1000).startswith(b"HTTP/1.1 200")
    until(lambda: server_of(shop).held == 0, 5, "all was given back")
    for connection in waiting:
        connection.close()


@pytest.mark.parametrize("sent", [b"", b"x" * 20_000])
def test_a_larger_body_that_never_comes_gives_its_place_back(shop: ServiceContainer, sent: bytes) -> None:
    with connected(shop) as connection:
        connection.sendall(b"POST /large HTTP/1.1\r\nHost: x\r\nContent-Length: 30000\r\n\r\n" + sent)
        until(lambda: server_of(shop).held == 30_000, 5, "it is expected")
    until(lambda: server_of(shop).held == 0, 5, "its place is free")
