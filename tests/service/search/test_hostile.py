"""No text upsets the index, and any text is found by its own words."""

from __future__ import annotations

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from services.search.domain.questions import LONGEST_Q, read_question
from services.search.domain.values import FACETS
from tests.builders import a_snapshot
from tests.service.search.indexes import Fill, ask, many

HOSTILE = [
    "a" * LONGEST_Q,
    "a " * (LONGEST_Q // 2),
    '"' * LONGEST_Q,
    '"a ' * (LONGEST_Q // 3),
    "(" * LONGEST_Q,
    "title:* AND (NOT -x OR +y)^5~2 [a TO z] {!} \\",
    "number:IECEx* OR *:*",
    "(a+)+$ .*.*.*.* ^(([a-z])+.)+[A-Z]([a-z])+$",
    "'; DROP TABLE certificates; --",
    "\x00\x01\x1b[2J \ud800 \udfff \ufffe \u202e",
    "../../etc/passwd %00 {{7*7}} ${jndi:ldap://x}",
    "1" * 4_000,
    "防" * 3_000,
    " ".join(f"w{n}" for n in range(1_500)),
    " ".join(f'"transmitter type {n}"' for n in range(300)),
    "\u0301" * 5_000,
    "ﷺ" * 500,
    "IECEx BAS 26.0001" * 100,
    "Ex " + "[" * 190,
    "Ex db " * 30,
    "px-" * 3_000,
    "a-1" * 3_000,
    "ab" * 20 + "c",
    " ".join("qwertzuiopasdfghjklyxcvbnm"[n:] for n in range(22)),
]


@pytest.mark.parametrize("q", HOSTILE, ids=range(len(HOSTILE)))
@pytest.mark.parametrize("sort", ["relevance", "name"])
def test_no_text_upsets_a_search(holding: Fill, q: str, sort: str) -> None:
    question = read_question(q, sort=sort)
    page = holding(*many(5)).view.search(question, 50, facets=FACETS)
    assert page.total >= len(page.items)
    assert len(page.facets) == len(FACETS)


@given(st.text(max_size=60))
@settings(max_examples=150)
def test_any_text_is_answered(holding: Fill, q: str) -> None:
    assert ask(holding(a_snapshot()), q).total in (0, 1)


@given(st.text(min_size=1, max_size=40))
@settings(max_examples=30, suppress_health_check=[HealthCheck.too_slow, HealthCheck.function_scoped_fixture])
def test_any_equipment_is_found_by_its_own_words(fill: Fill, equipment: str) -> None:
    index = fill(a_snapshot(equipment=equipment, schedule=""))
    page = ask(index, equipment)
    assert page.total == 1 or page.note or not any(character.isalnum() for character in equipment)
