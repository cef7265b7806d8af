"""How many requests somebody may make, and where a request comes from."""

from __future__ import annotations

from ipaddress import ip_network

import pytest

from contracts.errors import TooManyRequests
from contracts.identity import GUEST, Identity
from gateway import limits
from gateway.addresses import client_address, line_of
from gateway.limits import SAVED_UP, Buckets, Limits

PROXIES = (ip_network("10.0.0.0/8"), ip_network("2001:db8::/32"))


def test_a_bucket_gives_what_was_saved_up_and_then_as_much_as_flows_in() -> None:
    buckets = Buckets(10)
    assert [buckets.take("a", 0.0) for _ in range(10 * SAVED_UP)] == [0.0] * 10 * SAVED_UP
    assert buckets.take("a", 0.0) == pytest.approx(0.1)
    assert buckets.take("a", 0.1) == 0.0
    assert buckets.take("a", 0.15) == pytest.approx(0.05)
    assert buckets.take("a", 60.0) == 0.0


def test_who_goes_on_asking_waits_no_longer_than_who_stops() -> None:
    buckets = Buckets(1)
    for _ in range(SAVED_UP):
        buckets.take("a", 0.0)
    waits = [buckets.take("a", 0.0) for _ in range(5)]
    assert waits == [1.0] * 5


def test_one_does_not_wait_for_another() -> None:
    buckets = Buckets(1)
    for _ in range(SAVED_UP + 1):
        buckets.take("a", 0.0)
    assert buckets.take("b", 0.0) == 0.0


def test_what_is_remembered_is_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(limits, "MOST", 10)
    buckets = Buckets(1)
    for number in range(30):
        buckets.take(str(number), 0.0)
    assert len(buckets._levels) == 10


def requests_until_refused(identity: Identity, address: str, most: int = 5_000) -> int:
    counted = Limits(0.5)
    for number in range(most):
        try:
            counted.check(identity, address)
        except TooManyRequests:
            return number
    return most


def test_an_account_gets_ten_times_what_a_guest_gets() -> None:
    assert requests_until_refused(GUEST, "1.2.3.4") == 15
    assert requests_until_refused(Identity("author", "BAS", "x"), "1.2.3.4") == 150


@pytest.mark.parametrize("address", ["127.0.0.1", "10.1.2.3", "::1", "fd00::1", ""])
def test_the_own_network_is_not_limited(address: str) -> None:
    assert requests_until_refused(GUEST, address) == 5_000


def test_no_rate_is_no_limit() -> None:
    unlimited = Limits(0)
    for _ in range(5_000):
        unlimited.check(GUEST, "1.2.3.4")


def test_wrong_credentials_use_up_more() -> None:
    counted = Limits(1)
    counted.count_failure("1.2.3.4")
    counted.count_failure("1.2.3.4")
    counted.count_failure("1.2.3.4")
    with pytest.raises(TooManyRequests):
        counted.check(GUEST, "1.2.3.4")


@pytest.mark.parametrize(
    ("peer", "forwarded", "found"),
    [
        ("1.2.3.4", "", "1.2.3.4"),
        ("1.2.3.4", "5.6.7.8", "1.2.3.4"),
        ("10.0.0.1", "5.6.7.8", "5.6.7.8"),
        ("10.0.0.1", "9.9.9.9, 5.6.7.8", "5.6.7.8"),
        ("10.0.0.1", "5.6.7.8, 10.0.0.2", "5.6.7.8"),
        ("10.0.0.1", "10.0.0.3, 10.0.0.2", "10.0.0.3"),
        ("10.0.0.1", "nonsense", "10.0.0.1"),
        ("10.0.0.1", "5.6.7.8, unknown, 10.0.0.2", "10.0.0.2"),
        ("::ffff:10.0.0.1", "2A00:1:0:0::5", "2a00:1::5"),
        ("2001:db8::1", "5.6.7.8", "5.6.7.8"),
        ("fe80::1%eth0", "", "fe80::1"),
        ("", "5.6.7.8", ""),
    ],
)
def test_only_a_proxy_that_is_trusted_says_where_a_request_comes_from(peer: str, forwarded: str, found: str) -> None:
    assert client_address(peer, forwarded, PROXIES) == found


def test_all_addresses_of_a_customers_line_are_one() -> None:
    assert line_of("2a00:1:2:3:4::5") == line_of("2a00:1:2:3:ffff::1") == "2a00:1:2:3::/64"
    assert line_of("2a00:1:2:4::1") != line_of("2a00:1:2:3::1")
    assert line_of("1.2.3.4") == "1.2.3.4"
