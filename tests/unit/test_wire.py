"""Signatures, requests and replies, without a broker."""

from __future__ import annotations

import json
from datetime import date
from types import SimpleNamespace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from contracts.errors import InvalidInput, RegisterError, TooLarge
from contracts.identity import GUEST, Identity
from plumbing import wire
from plumbing.context import new_context
from plumbing.signing import is_signed, sign

KEY = "k" * 40


def a_message(body: bytes = b'{"a":1}', method: str = "m", seconds: float = 5.0, **overrides: Any) -> Any:
    headers = wire.request_headers(KEY, "target", method, body, new_context(GUEST, seconds))
    properties = {
        "reply_to": "r",
        "correlation_id": "1",
        "content_type": "application/json",
        "application_headers": headers,
    }
    return SimpleNamespace(body=body, properties=properties | overrides)


def test_a_signed_request_is_read_as_it_was_written() -> None:
    request = wire.read_request(KEY, "target", a_message())
    assert (request.method, request.arguments, request.context.identity) == ("m", {"a": 1}, GUEST)


def test_a_signature_does_not_depend_on_where_one_part_ends_only() -> None:
    assert sign(KEY, b"ab", b"c") != sign(KEY, b"a", b"bc")
    assert is_signed(KEY, sign(KEY, b"ab"), b"ab")


@pytest.mark.parametrize("signature", [None, 7, "", "é", "0" * 64])
def test_what_is_no_signature_is_none(signature: object) -> None:
    assert not is_signed(KEY, signature, b"body")


def test_another_key_or_target_refuses() -> None:
    for key, target in [("j" * 40, "target"), (KEY, "other")]:
        with pytest.raises(wire.Refused, match="signature"):
            wire.read_request(key, target, a_message())


def test_an_identity_lasts_no_longer_than_a_minute() -> None:
    request = wire.read_request(KEY, "target", a_message(seconds=3600))
    # A deadline travels in whole milliseconds.
    assert request.context.remaining() <= wire.LONGEST_LIFE + 0.001


def test_a_late_request_is_refused() -> None:
    with pytest.raises(wire.Refused, match="expired"):
        wire.read_request(KEY, "target", a_message(seconds=-0.1))


@given(
    st.binary(max_size=50),
    st.dictionaries(
        st.sampled_from(["reply_to", "correlation_id", "content_type", "application_headers"]),
        st.one_of(st.none(), st.text(max_size=5), st.integers(), st.dictionaries(st.text(), st.text())),
    ),
)
def test_any_message_is_refused_or_read_never_more(body: bytes, overrides: dict[str, Any]) -> None:
    try:
        wire.read_request(KEY, "target", SimpleNamespace(body=body, properties=overrides))
    except wire.Refused as refusal:
        reason = str(refusal)
        assert reason


def test_no_python_type_crosses_the_wire() -> None:
    with pytest.raises(TypeError):
        wire.encode({"issued": date(2026, 1, 1)})
    with pytest.raises(ValueError, match="JSON compliant"):
        wire.encode(float("nan"))


def test_an_unknown_error_crosses_without_its_text() -> None:
    body = wire.reply_of(None, ValueError("secret"))
    assert b"secret" not in body


def test_an_error_comes_back_as_it_was_sent() -> None:
    with pytest.raises(InvalidInput) as caught:
        wire.read_reply(wire.reply_of(None, InvalidInput.field("a", "b")))
    assert caught.value.details == {"errors": [{"field": "a", "text": "b"}]}


def test_an_error_of_a_newer_service_is_still_an_error() -> None:
    with pytest.raises(RegisterError):
        wire.read_reply(json.dumps({"error": {"code": "something-new", "message": "m", "details": {}}}))


@pytest.mark.parametrize("wire_form", [{}, {"role": "king"}, {"role": "author"}, {"role": "guest", "excb": "BAS"}])
def test_what_is_no_identity_is_refused(wire_form: dict[str, Any]) -> None:
    with pytest.raises((ValueError, KeyError)):
        Identity.from_wire(wire_form)


def test_what_is_written_already_crosses_as_it_is() -> None:
    assert wire.read_reply(wire.reply_of(wire.Written('{"a":[1,"é"]}'), None)) == {"a": [1, "é"]}


def test_what_is_written_already_may_be_no_longer_than_other_answers() -> None:
    with pytest.raises(TooLarge):
        wire.reply_of(wire.Written(f'"{"x" * wire.LARGEST_REPLY}"'), None)
