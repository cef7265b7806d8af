"""Batches at the gateway: a line in, a line out, in order, whatever the lines are; nothing is read that is too much."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable
from typing import Any

import pytest

from contracts.errors import Forbidden, RegisterError, RuleViolation, Unavailable
from gateway import lines
from gateway.api import examples
from gateway.lines import LARGEST_AT_ONCE, MOST_AT_ONCE, MOST_LINES
from gateway.openapi import LINES
from gateway.sizes import LARGEST_BATCH
from tests.service.gateway.browser import Browser
from tests.service.gateway.visitor import as_a

BATCH = "/api/v1/certificates/batch"
BODY = json.dumps(examples.CONTENT)
KEY = {"Idempotency-Key": "k"}


def answer(browser: Browser, body: str | bytes, path: str = BATCH, **headers: str) -> Any:
    sent = browser.as_("signatory", "BAS") | KEY | headers
    return browser.http.post(path, data=body, content_type=LINES, headers=sent)


def rows(response: Any) -> list[dict[str, Any]]:
    assert (response.status_code, response.mimetype) == (200, LINES)
    return [json.loads(line) for line in response.data.splitlines()]


def column(found: Iterable[dict[str, Any]], name: str) -> list[Any]:
    return [row.get(name) for row in found]


def sizes_of_calls(browser: Browser) -> list[int]:
    return [len(arguments["lines"]) for _, method, arguments in browser.gateway.certificates.calls if method]


def test_a_line_is_answered_by_a_line_and_all_of_them_by_a_summary(browser: Browser) -> None:
    *found, last = rows(answer(browser, f"{BODY}\n{BODY}", f"{BATCH}?issue=true"))
    assert column(found, "line") == [1, 2]
    assert {row["status"] for row in found} == {"issued"}
    assert found[0]["etag"] == '"3"'
    assert last == {"summary": {"lines": 2, "issued": 2, "drafted": 0, "refused": 0}}


def test_what_the_sender_asked_for_reaches_the_service(browser: Browser) -> None:
    rows(answer(browser, '{"certificate": {}, "key": "é"}\n', f"{BATCH}?issue=true"))
    identity, _, arguments = browser.gateway.certificates.calls[0]
    assert (identity and identity.excb) == "BAS"
    sent = [{"line": 1, "sent": {"certificate": {}, "key": "é"}}]
    assert arguments == {"key": "k", "lines": sent, "issue": True}


def test_a_line_that_is_no_json_is_refused_in_its_place(browser: Browser) -> None:
    body = "\n".join([*[BODY] * 6, '{"scheme": ', BODY])
    *found, last = rows(answer(browser, body))
    assert column(found, "status") == ["drafted"] * 6 + ["refused", "drafted"]
    assert found[6]["problem"] == {
        "code": "malformed-request",
        "title": "Malformed request",
        "status": 400,
        "detail": "The line is not JSON at line 1, column 11: Expecting value.",
        "errors": [{"field": "line", "text": "The line is not JSON at line 1, column 11: Expecting value."}],
    }
    assert last["summary"]["refused"] == 1


def test_every_line_of_the_answer_has_the_same_keys_whatever_became_of_it(browser: Browser) -> None:
    body = "\n".join(["no json", BODY, "{}", "[1", *[BODY] * MOST_AT_ONCE])
    found = rows(answer(browser, body))[:-1]
    assert {row["status"] for row in found} == {"drafted", "refused"}
    keys = ["line", "status", "number", "issue", "etag", "change_no", "problem"]
    assert [list(row) for row in found] == [keys] * len(found)
    assert [found[0][name] for name in keys[:-1]] == [1, "refused", None, None, None, None]


def test_so_have_the_lines_that_no_service_could_be_asked_about(browser: Browser) -> None:
    browser.gateway.certificates.faults.append(Unavailable())
    found = rows(answer(browser, f"{BODY}\nno json"))[:-1]
    assert [list(row) for row in found] == [["line", "status", "number", "issue", "etag", "change_no", "problem"]] * 2


@pytest.mark.parametrize("bad", [b"\xff", b'"\\ud800"', b"[" * 200_000, b'{"a": NaN}', b'{"a": 1e999}'])
def test_a_line_that_nobody_can_read_stops_no_other(browser: Browser, bad: bytes) -> None:
    found = rows(answer(browser, bad + b"\n" + BODY.encode()))
    assert column(found[:2], "status") == ["refused", "drafted"]


def test_empty_lines_count_and_are_not_answered(browser: Browser) -> None:
    found = rows(answer(browser, f"\n{BODY}\r\n \n{BODY}\n\n"))
    assert column(found[:-1], "line") == [2, 4]


def test_an_empty_batch_has_an_empty_summary(browser: Browser) -> None:
    assert rows(answer(browser, "")) == [{"summary": {"lines": 0, "issued": 0, "drafted": 0, "refused": 0}}]


def test_the_lines_go_on_in_calls_of_some_lines(browser: Browser) -> None:
    found = rows(answer(browser, f"{BODY}\n" * (MOST_AT_ONCE * 2 + 1)))
    assert sizes_of_calls(browser) == [MOST_AT_ONCE, MOST_AT_ONCE, 1]
    assert column(found[:-1], "line") == list(range(1, MOST_AT_ONCE * 2 + 2))


def test_the_first_lines_are_answered_before_the_last_are_read(browser: Browser) -> None:
    response = browser.http.post(
        BATCH,
        data=f"{BODY}\n" * (MOST_AT_ONCE + 1),
        content_type=LINES,
        headers=browser.as_("author", "BAS") | KEY,
        buffered=False,
    )
    first = next(response.iter_encoded())
    assert len(first.splitlines()) == MOST_AT_ONCE
    assert sizes_of_calls(browser) == [MOST_AT_ONCE]
    response.close()


def test_a_call_is_never_too_large_for_the_broker(browser: Browser) -> None:
    long = json.dumps(examples.CONTENT | {"schedule": "x" * 400_000})
    rows(answer(browser, f"{long}\n" * 5))
    assert sizes_of_calls(browser) == [3, 2]


@pytest.mark.parametrize("long", ["x" * lines.LARGEST_LINE, "é" * (LARGEST_AT_ONCE // 2)])
def test_a_line_that_is_too_long_is_refused_and_the_next_is_not(browser: Browser, long: str) -> None:
    found = rows(answer(browser, json.dumps({"x": long}, ensure_ascii=False) + f"\n{BODY}"))
    assert column(found[:2], "status") == ["refused", "drafted"]
    assert found[0]["problem"]["code"] == "too-large"


def test_a_line_that_grows_when_it_is_written_out_is_refused(browser: Browser) -> None:
    found = rows(answer(browser, "[" + ",".join(["1e9"] * 150_000) + "]"))
    assert found[0]["problem"]["code"] == "too-large"


def test_too_many_lines_are_refused_before_any_is_worked_on(browser: Browser) -> None:
    response = answer(browser, f"{BODY}\n" * (MOST_LINES + 1))
    assert (response.status_code, response.json["code"]) == (413, "too-large")
    assert "at most 10,000" in response.json["detail"]
    assert browser.gateway.certificates.calls == []


def test_a_batch_may_be_larger_than_other_bodies_up_to_a_limit(browser: Browser) -> None:
    assert answer(browser, b"\n" * 20 + b" " * 2_000_000).status_code == 200
    assert answer(browser, b" " * (LARGEST_BATCH + 1)).status_code == 413


def test_a_batch_needs_a_key(browser: Browser) -> None:
    for headers in ({}, {"Idempotency-Key": "a b"}):
        sent = browser.as_("author", "BAS") | headers
        response = browser.http.post(BATCH, data=BODY, content_type=LINES, headers=sent)
        assert (response.status_code, response.json["errors"][0]["field"]) == (422, "Idempotency-Key")


@pytest.mark.parametrize("kind", ["application/json", "", "text/plain"])
def test_another_kind_of_body_is_refused_with_the_kind_that_is_taken(browser: Browser, kind: str) -> None:
    sent = browser.as_("author", "BAS") | KEY
    response = browser.http.post(BATCH, data=BODY, content_type=kind, headers=sent)
    assert response.status_code == 415
    assert LINES in response.json["detail"]


def test_lines_in_another_charset_are_refused(browser: Browser) -> None:
    sent = browser.as_("author", "BAS") | KEY
    response = browser.http.post(BATCH, data=BODY, content_type=f"{LINES}; charset=iso-8859-1", headers=sent)
    assert (response.status_code, "UTF-8" in response.json["detail"]) == (415, True)


def test_a_problem_of_a_draft_is_told_with_its_findings(browser: Browser, monkeypatch: pytest.MonkeyPatch) -> None:
    problem = RuleViolation("No marking.", findings=[{"rule": "equipment-marking"}]).to_wire()
    drafted = {"status": "drafted", "number": "IECEx BAS 26.0001", "issue": 0, "version": "0.1", "change_no": None}
    monkeypatch.setattr(
        type(browser.gateway.certificates), "create_many", lambda *_, **__: [drafted | {"problem": problem}]
    )
    found = rows(answer(browser, BODY))[0]
    assert (found["etag"], found["problem"]["code"]) == ('"0.1"', "rule-violation")
    assert found["problem"]["findings"] == [{"rule": "equipment-marking"}]


@pytest.mark.parametrize("fault", [Forbidden("BAS is not active."), RegisterError("secret details")])
def test_what_fails_for_all_lines_is_told_at_each(browser: Browser, fault: RegisterError) -> None:
    browser.gateway.certificates.faults.append(fault)
    *found, last = rows(answer(browser, f"{BODY}\n" * (MOST_AT_ONCE * 3)))
    assert {row["problem"]["code"] for row in found} == {fault.code}
    assert last["summary"]["refused"] == MOST_AT_ONCE * 3
    assert "secret" not in str(found)


def test_while_the_service_is_away_no_more_than_one_call_waits_for_it(browser: Browser) -> None:
    browser.gateway.certificates.faults.append(Unavailable())
    *found, last = rows(answer(browser, f"{BODY}\n" * (MOST_AT_ONCE * 3)))
    assert {(row["status"], row["problem"]["code"]) for row in found} == {("refused", "unavailable")}
    assert last["summary"]["lines"] == MOST_AT_ONCE * 3
    assert len(browser.gateway.certificates.calls) == 1


def test_when_a_part_of_the_register_goes_away_the_rest_is_left_for_the_next_time(
    browser: Browser, monkeypatch: pytest.MonkeyPatch
) -> None:
    calls: list[int] = []

    def numbering_is_away(_service: Any, lines: list[Any], **_named: Any) -> list[dict[str, Any]]:
        calls.append(len(lines))
        nothing = dict.fromkeys(("number", "issue", "version", "change_no"))
        return [{"status": "refused", **nothing, "problem": Unavailable().to_wire()} for _ in lines]

    monkeypatch.setattr(type(browser.gateway.certificates), "create_many", numbering_is_away)
    found = rows(answer(browser, f"{BODY}\n" * (MOST_AT_ONCE * 3)))
    assert calls == [MOST_AT_ONCE]
    assert found[-1]["summary"]["refused"] == MOST_AT_ONCE * 3


def test_the_address_of_batches_claims_nothing_that_only_a_certificate_s_address_takes(browser: Browser) -> None:
    allowed = browser.http.options("/api/v1/certificates/batch").headers["Allow"]
    assert {method.strip() for method in allowed.split(",")} == {"OPTIONS", "POST"}
    assert browser.http.get("/api/v1/certificates/batch").status_code == 405
    assert browser.http.get("/api/v1/certificates/batches").status_code == 404


def test_the_page_of_a_batch_says_after_each_piece_how_many_of_the_lines_are_done(browser: Browser) -> None:
    officer = as_a(browser, "author", "BAS")
    page = officer.send("/work/batch", lines="\n".join(["{}"] * 450 + [""]), key="k").text
    told = re.findall(r'max="450" value="(\d+)"', page)
    assert told == ["200", "400", "450"]
    assert page.index('value="450"') < page.index("all-told")
