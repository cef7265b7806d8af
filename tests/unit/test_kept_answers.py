"""What the gateway answers guests from memory, and that it never does once it knows of a change."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from gateway.kept import CERTIFICATE, MOST, SECONDS, TOLD, KeptAnswers

PATH = "/api/v1/certificates/IECEx-BAS-26.0001X"
BASE = "IECEx BAS 26.0001"


class World:
    """A service behind the gateway, whose every answer tells how often it was asked; a clock, and a line to events."""

    def __init__(self) -> None:
        self.asked, self.now, self.up, self.status = 0, 0.0, True, "200 OK"
        self.about: str | None = BASE
        self.meanwhile: list[dict[str, Any]] = []
        self.tells: int | None = None
        self.kept = KeptAnswers(lambda: self.up, lambda: self.now)

    def application(self, environ: dict[str, Any], start_response: Any) -> Iterable[bytes]:
        self.asked += 1
        etag = f'"{self.asked}"'
        for envelope in self.meanwhile:
            self.kept.change(envelope)
        environ |= {CERTIFICATE: self.about, TOLD: self.tells}
        headers = [("ETag", etag), ("Content-Type", "application/json"), ("X-Request-Id", "of the first")]
        start_response(self.status, headers)
        return [f"answer {self.asked}".encode()]

    def get(self, path: str = PATH, **environ: Any) -> tuple[str, dict[str, str], bytes]:
        started: list[tuple[str, dict[str, str]]] = []
        request = {"REQUEST_METHOD": "GET", "PATH_INFO": path, "QUERY_STRING": "", "register.call_id": "mine"} | environ
        pieces = self.kept.serve(
            self.application, request, lambda status, headers, _exc=None: started.append((status, dict(headers)))
        )
        return *started[0], b"".join(pieces)

    def body(self, path: str = PATH, **environ: Any) -> str:
        return self.get(path, **environ)[2].decode()


def changed(change_no: int = 1, base_number: str = BASE) -> dict[str, Any]:
    return {"change_no": change_no, "certificate": {"base_number": base_number}}


def test_a_second_guest_is_answered_from_memory() -> None:
    world = World()
    assert [world.body(), world.body()] == ["answer 1", "answer 1"]


def test_every_answer_has_the_id_of_its_own_request() -> None:
    world = World()
    world.get()
    assert world.get(**{"register.call_id": "another"})[1]["X-Request-Id"] == "another"


def test_a_guest_who_has_the_version_is_told_so_from_memory() -> None:
    world = World()
    world.get()
    status, headers, body = world.get(HTTP_IF_NONE_MATCH='"0", W/"1"')
    assert (status, body, world.asked) == ("304 NOT MODIFIED", b"", 1)
    assert headers["ETag"] == '"1"'
    assert "Content-Type" not in headers


def test_guests_who_ask_only_for_what_is_new_fill_the_memory_too() -> None:
    world = World()
    assert [world.get(HTTP_IF_NONE_MATCH='"1"')[0] for _ in range(3)] == ["304 NOT MODIFIED"] * 3
    assert world.asked == 1


def test_who_comes_with_a_token_or_parameters_or_another_method_is_answered_by_the_service() -> None:
    world = World()
    world.get()
    others: list[dict[str, Any]] = [
        {"HTTP_AUTHORIZATION": "Bearer x"},
        {"QUERY_STRING": "as_of=2026-01-01"},
        {"REQUEST_METHOD": "HEAD"},
        {"path": f"{PATH}/history"},
        {"path": "/api/v1/search"},
    ]
    assert [world.body(**other) for other in others] == [f"answer {count}" for count in range(2, 7)]


def test_an_answer_that_is_not_everybodys_is_never_kept() -> None:
    world = World()
    world.about = None
    assert [world.body(), world.body()] == ["answer 1", "answer 2"]


def test_what_was_not_found_is_asked_again() -> None:
    world = World()
    world.status = "404 NOT FOUND"
    assert [world.body(), world.body()] == ["answer 1", "answer 2"]


def test_a_change_of_the_certificate_ends_what_is_kept_of_it_in_every_spelling() -> None:
    world, other = World(), f"{PATH[:-1]}"
    world.get()
    world.get(other)
    world.kept.change(changed())
    assert [world.body(), world.body(other)] == ["answer 3", "answer 4"]


def test_a_change_of_another_certificate_ends_nothing() -> None:
    world = World()
    world.get()
    world.kept.change(changed(base_number="IECEx BAS 26.0002"))
    assert world.body() == "answer 1"


def test_an_answer_that_was_under_way_when_its_certificate_changed_is_not_kept() -> None:
    world = World()
    world.meanwhile = [changed()]
    world.get()
    world.meanwhile = []
    assert [world.body(), world.body()] == ["answer 2", "answer 2"]


def test_many_changes_meanwhile_do_not_hide_the_one_that_matters() -> None:
    world = World()
    world.meanwhile = [changed(), *(changed(n, f"IECEx BAS 25.{n}") for n in range(2, MOST + 10))]
    world.get()
    world.meanwhile = []
    assert world.body() == "answer 2"


def test_whoever_was_told_of_a_change_reads_it_though_its_event_has_not_come() -> None:
    world = World()
    world.get()
    world.tells = 8
    world.get(REQUEST_METHOD="POST")
    assert world.body() == "answer 3"
    world.kept.change(changed(8, "IECEx BAS 26.0009"))
    assert world.body() == "answer 3"


def test_nothing_is_answered_from_memory_while_no_events_come_in() -> None:
    world = World()
    world.get()
    world.up = False
    assert world.body() == "answer 2"


def test_what_was_kept_before_the_line_broke_is_forgotten() -> None:
    world = World()
    world.get()
    world.kept.anew()
    assert world.body() == "answer 2"


def test_an_answer_grows_old_by_itself() -> None:
    world = World()
    world.get()
    world.now = SECONDS
    assert world.body() == "answer 2"


def test_the_memory_is_bounded() -> None:
    world = World()
    for index in range(MOST + 1):
        world.get(f"{PATH}{index}")
    assert world.body(f"{PATH}0") == f"answer {MOST + 2}"
