"""The web server on real sockets: its limits, its patience, and how it stops."""

from __future__ import annotations

import http.client
import json
import socket
import time
from collections.abc import Iterator
from typing import Any

import eventlet
import pytest
from nameko.containers import ServiceContainer
from structlog.testing import capture_logs

from plumbing.web import listen
from tests.service.shop import LIMITS, Shop, connected, open_shop, port_of, problem_in, say
from tests.waiting import until


@pytest.fixture
def shop() -> Iterator[ServiceContainer]:
    with open_shop() as container:
        yield container


def test_a_request_is_answered_in_a_worker_with_its_body(shop: ServiceContainer) -> None:
    head = b"POST /echo HTTP/1.1\r\nHost: x\r\nContent-Type: a/b\r\nContent-Length: 5\r\n\r\n"
    response: Any = say(shop, head, b"hel", b"lo")
    assert (response.status, response.body, response.headers["X-Type"]) == (200, b"hello", "a/b")


def test_a_form_with_a_file_is_read(shop: ServiceContainer) -> None:
    """The standard library's parser of headers misses the parts of such a form, which come behind them."""
    kind = b"multipart/form-data; boundary=x"
    body = b'--x\r\nContent-Disposition: form-data; name="a"\r\n\r\nb\r\n--x--\r\n'
    head = b"POST /echo HTTP/1.1\r\nHost: x\r\nContent-Type: %s\r\nContent-Length: %d\r\n\r\n" % (kind, len(body))
    response: Any = say(shop, head, body)
    assert (response.status, response.body, response.headers["X-Type"]) == (200, body, kind.decode())


def test_a_header_that_was_not_sent_is_not_made_up(shop: ServiceContainer) -> None:
    assert say(shop, b"GET /echo HTTP/1.1\r\nHost: x\r\n\r\n").headers["X-Type"] == ""


def test_a_chunked_body_is_put_together(shop: ServiceContainer) -> None:
    head = b"POST /echo HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n"
    response: Any = say(shop, head, b"3;x=y\r\nabc\r\n", b"2\r\nde\r\n0\r\nTrailer: x\r\n\r\n")
    assert (response.status, response.body) == (200, b"abcde")


def test_one_connection_serves_requests_one_after_the_other(shop: ServiceContainer) -> None:
    client = http.client.HTTPConnection("127.0.0.1", port_of(shop), timeout=5)
    for body in (b"first", b"second"):
        client.request("POST", "/echo", body)
        assert client.getresponse().read() == body
    client.close()


@pytest.mark.parametrize("length", [b"10001", b"9" * 5000])
def test_a_body_over_the_limit_is_refused_before_any_of_it_is_sent(shop: ServiceContainer, length: bytes) -> None:
    response = say(shop, b"POST /echo HTTP/1.1\r\nHost: x\r\nContent-Length: " + length + b"\r\n\r\n")
    assert (response.status, problem_in(response)["code"]) == (413, "too-large")


def test_a_client_that_sends_on_still_gets_to_read_the_refusal(shop: ServiceContainer) -> None:
    head = b"POST /echo HTTP/1.1\r\nHost: x\r\nContent-Length: 3000000\r\n\r\n"
    assert say(shop, head, b"x" * 3_000_000).status == 413


def test_a_chunked_body_is_bounded_while_it_is_read(shop: ServiceContainer) -> None:
    head = b"POST /echo HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n"
    assert say(shop, head, b"1000\r\n" + b"x" * 4096 + b"\r\n", b"1800\r\n").status == 413


def test_who_waits_for_leave_to_send_gets_it_or_the_refusal(shop: ServiceContainer) -> None:
    with connected(shop) as connection:
        connection.sendall(b"POST /echo HTTP/1.1\r\nHost: x\r\nExpect: 100-continue\r\nContent-Length: 5\r\n\r\n")
        assert connection.recv(1000) == b"HTTP/1.1 100 Continue\r\n\r\n"
        connection.sendall(b"hello")
        assert connection.recv(1000).startswith(b"HTTP/1.1 200")
    head = b"POST /echo HTTP/1.1\r\nHost: x\r\nExpect: 100-continue\r\nContent-Length: 10001\r\n\r\n"
    assert say(shop, head).status == 413


@pytest.mark.parametrize(
    ("sent", "status"),
    [
        (b"GET /" + b"x" * 9000 + b" HTTP/1.1\r\n\r\n", 414),
        (b"GET / HTTP/1.1\r\nX: " + b"x" * 9000 + b"\r\n\r\n", 431),
        (b"GET / HTTP/1.1\r\n" + b"X: y\r\n" * 101 + b"\r\n", 431),
        (b"GET / HTTP/1.1\r\n" + (b"X: " + b"x" * 8000 + b"\r\n") * 9 + b"\r\n", 431),
        (b"GET / HTTP/9.9.9\r\n\r\n", 400),
        (b"GET / HTTP/2.0\r\n\r\n", 505),
        (b"one two three four\r\n\r\n", 400),
        (b"POST / HTTP/1.1\r\nContent-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n", 400),
        (b"POST / HTTP/1.1\r\nContent-Length: 5\r\nContent-Length: 6\r\n\r\n", 400),
        (b"POST / HTTP/1.1\r\nContent-Length: -5\r\n\r\n", 400),
        (b"POST / HTTP/1.1\r\nContent-Length: +5\r\n\r\n", 400),
        (b"POST / HTTP/1.1\r\nTransfer-Encoding: gzip\r\n\r\n", 501),
        (b"POST / HTTP/1.1\r\nTransfer-Encoding : chunked\r\n\r\n", 400),
        (b"POST / HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n", 400),
        (b"POST / HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n-1\r\n", 400),
        (b"POST / HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n1\r\nab\r\n", 400),
        (b"POST / HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n" + b"1" * 300, 400),
    ],
)
def test_what_cannot_be_read_without_doubt_is_refused(shop: ServiceContainer, sent: bytes, status: int) -> None:
    response = say(shop, sent)
    assert (response.status, problem_in(response)["status"]) == (status, status)


def test_a_refused_head_request_gets_no_body(shop: ServiceContainer) -> None:
    response: Any = say(shop, b"HEAD / HTTP/1.1\r\nContent-Length: 10001\r\n\r\n")
    assert (response.status, response.body) == (413, b"")


def test_who_sends_a_byte_now_and_then_is_not_waited_for(shop: ServiceContainer) -> None:
    with connected(shop) as connection:
        for _ in range(8):
            connection.sendall(b"G")
            eventlet.sleep(0.1)
        assert connection.recv(1000).startswith(b"HTTP/1.1 408")


def test_who_promises_a_body_and_sends_none_is_not_waited_for(shop: ServiceContainer) -> None:
    response = say(shop, b"POST /echo HTTP/1.1\r\nContent-Length: 5\r\n\r\n")
    assert (response.status, problem_in(response)["code"]) == (408, "request-timeout")


def test_who_says_nothing_is_let_go_without_a_word(shop: ServiceContainer) -> None:
    with connected(shop) as connection:
        assert connection.recv(1000) == b""


def test_a_fault_is_answered_without_its_text(shop: ServiceContainer) -> None:
    with capture_logs() as lines:
        response: Any = say(shop, b"GET /fail HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n")
    assert response.status == 500
    assert b"swordfish" not in response.body
    assert [line["call_id"] for line in lines] == [response.headers["X-Request-Id"]] * 2


def test_a_request_has_one_line_in_the_log(shop: ServiceContainer) -> None:
    with capture_logs() as lines:
        say(shop, b"GET /echo?name=somebody HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n")
        until(lambda: lines, 5, "a line in the log")
    (line,) = lines
    assert (line["event"], line["method"], line["path"], line["status"]) == ("request", "GET", "/echo", 200)
    assert line["call_id"]
    assert "somebody" not in str(line)


def test_an_answer_is_sent_piece_by_piece_and_a_slow_reader_holds_no_worker(shop: ServiceContainer) -> None:
    readers = [connected(shop) for _ in range(4)]
    for reader in readers:
        reader.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
        reader.sendall(b"GET /stream?1000 HTTP/1.1\r\nHost: x\r\n\r\n")
    until(lambda: Shop.pieces_taken > 0, 5, "the answers are under way")
    assert say(shop, b"GET /echo HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n").status == 200
    # A hundred megabytes each would be made by now if they were made before they are taken.
    assert Shop.pieces_taken < 200
    for reader in readers:
        reader.close()


def test_an_answer_that_breaks_off_is_not_taken_for_a_whole_one(shop: ServiceContainer) -> None:
    client = http.client.HTTPConnection("127.0.0.1", port_of(shop), timeout=5)
    client.request("GET", "/torn")
    with pytest.raises(http.client.IncompleteRead):
        client.getresponse().read()
    client.close()
    assert say(shop, b"GET /echo HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n").status == 200


def test_when_all_workers_are_busy_the_next_one_is_told_soon(shop: ServiceContainer) -> None:
    waiting = [connected(shop) for _ in range(2)]
    for connection in waiting:
        connection.sendall(b"GET /wait HTTP/1.1\r\nHost: x\r\n\r\n")
    response: Any = until(lambda: busy(shop), 5, "the workers are busy")
    assert (json.loads(response.body)["code"], response.headers["Retry-After"]) == ("unavailable", "2")
    Shop.gate.send()
    for connection in waiting:
        assert connection.recv(1000).startswith(b"HTTP/1.1 200")
        connection.close()


def busy(shop: ServiceContainer) -> http.client.HTTPResponse | None:
    response = say(shop, b"GET /echo HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n")
    return response if response.status == 503 else None


@pytest.mark.parametrize("path", [b"/wait", b"/gated_stream"])
def test_stopping_finishes_what_runs_and_takes_nothing_new(shop: ServiceContainer, path: bytes) -> None:
    address, running, idle = ("127.0.0.1", port_of(shop)), connected(shop), connected(shop)
    running.sendall(b"GET " + path + b" HTTP/1.0\r\n\r\n")
    (entrypoint,) = shop.entrypoints
    until(lambda: [state[2] for state in entrypoint._connections.values()].count("request") == 1, 5, "it runs")
    stopping = eventlet.spawn(shop.stop)
    assert idle.recv(1000) == b""
    with pytest.raises(ConnectionRefusedError):
        socket.create_connection(address, timeout=5)
    assert not stopping.dead
    Shop.gate.send()
    answer = b"".join(iter(lambda: running.recv(100_000), b""))
    assert answer.startswith(b"HTTP/1.1 200")
    assert answer.endswith(b"y" * 5_000 if path == b"/gated_stream" else b"\r\n\r\n")
    stopping.wait()
    running.close()
    idle.close()


def test_what_does_not_end_is_not_waited_for_longer_than_the_time_to_drain(shop: ServiceContainer) -> None:
    connection = connected(shop)
    connection.sendall(b"GET /gated_stream HTTP/1.1\r\nHost: x\r\n\r\n")
    assert connection.recv(1000)
    started = time.monotonic()
    shop.stop()
    assert LIMITS.draining <= time.monotonic() - started < LIMITS.draining + 2
    connection.close()


def test_two_processes_never_share_a_port(shop: ServiceContainer) -> None:
    with pytest.raises(OSError, match="in use"):
        listen(f"127.0.0.1:{port_of(shop)}")


@pytest.mark.parametrize("address", ["", "localhost", "host:port", "1:2:x"])
def test_an_address_that_is_none_is_refused(address: str) -> None:
    with pytest.raises(ValueError, match="WEB_ADDRESS"):
        listen(address)


def test_it_listens_on_version_six_addresses_too() -> None:
    listener = listen("[::1]:0")
    assert listener.getsockname()[0] == "::1"
    listener.close()
