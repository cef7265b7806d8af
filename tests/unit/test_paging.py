"""Cursors: opaque, and harmless whatever somebody writes into one."""

from __future__ import annotations

import base64
import json
from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from contracts.errors import InvalidInput
from services.certificates.domain.paging import Position, decode, encode, whole_number

ID = "5b4b2c0e-0a53-4b3e-9f57-3d4d8a3f0c11"
MORNING = "2026-11-21T10:00:00.123456+00:00"


def a_cursor(*parts: Any) -> str:
    return base64.urlsafe_b64encode(json.dumps(parts, separators=(",", ":")).encode()).decode().rstrip("=")


@given(st.datetimes(timezones=st.just(UTC)), st.uuids(), st.integers(0, 999))
def test_a_cursor_leads_back_to_its_position(created_at: datetime, certificate_id: object, issue: int) -> None:
    position = Position(created_at, str(certificate_id), issue)
    assert decode(encode(position)) == position


@pytest.mark.parametrize(
    "cursor",
    [
        *("", "x", "é", "W10", "bnVsbA", "=", None, 7, []),
        a_cursor(MORNING, ID),
        a_cursor(MORNING, "\x00", 0),
        a_cursor(MORNING, ID.upper(), 0),
        a_cursor(MORNING, ID, 2**40),
        a_cursor(MORNING, ID, True),
        a_cursor("0001-01-01T00:00:00+14:00", ID, 0),
        a_cursor("2026-11-21T10:00:00", ID, 0),
        a_cursor(7, ID, 0),
    ],
)
def test_what_is_no_cursor_is_refused(cursor: Any) -> None:
    with pytest.raises(InvalidInput, match="cursor"):
        decode(cursor)


@given(st.text())
def test_no_text_breaks_it(cursor: str) -> None:
    with pytest.raises(InvalidInput):
        decode(cursor)


@pytest.mark.parametrize("value", [0, 11, "5", True, None, 5.0])
def test_a_limit_is_a_whole_number_within_its_bounds(value: Any) -> None:
    assert whole_number("limit", 5, least=1, most=10) == 5
    with pytest.raises(InvalidInput, match="from 1 to 10"):
        whole_number("limit", value, least=1, most=10)
