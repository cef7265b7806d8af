"""docs/rules.md leads from each clause of OD 011-1 to tests that are there."""

from __future__ import annotations

import re

from tests.architecture.source import ROOT

CLAUSES = ROOT / "tests/service/test_od_011_1.py"
TEST = re.compile(r"`(test_\w+)`")


def documented() -> set[str]:
    return set(TEST.findall((ROOT / "docs" / "rules.md").read_text(encoding="utf-8")))


def defined(text: str) -> set[str]:
    return set(re.findall(r"^def (test_\w+)", text, re.MULTILINE))


def test_every_test_that_the_table_names_is_there() -> None:
    everywhere = {name for file in (ROOT / "tests").rglob("test_*.py") for name in defined(file.read_text("utf-8"))}
    assert not documented() - everywhere


def test_every_test_of_a_clause_stands_in_the_table() -> None:
    assert not defined(CLAUSES.read_text("utf-8")) - documented()
