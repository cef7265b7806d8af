"""docs/rules.md names every rule as it is, and no other."""

from __future__ import annotations

import re

from contracts.schemas import SCHEMES
from services.certificates.domain import schemes
from services.certificates.domain.rules import Rule
from tests.architecture.source import ROOT

ROW = re.compile(r"\| `([a-z0-9-]+)` \| ([a-z, ]+) \| ([a-z, -]+) \| (.+) \|")


def documented() -> dict[str, tuple[str, str]]:
    """By id: severity and schemes, as the table tells them."""
    text = (ROOT / "docs" / "rules.md").read_text(encoding="utf-8")
    rows = [found.groups() for line in text.splitlines() if (found := ROW.fullmatch(line))]
    assert len({rule for rule, *_ in rows}) == len(rows), "a rule stands there twice"
    return {rule: (severity, names) for rule, severity, names, _ in rows}


def implemented() -> dict[str, tuple[str, str]]:
    """The same of the rules themselves."""
    names: dict[str, list[str]] = {}
    rules: dict[str, Rule] = {}
    for scheme in SCHEMES:
        for rule in schemes.of(scheme).RULES:
            names.setdefault(rule.id, []).append(scheme)
            rules[rule.id] = rule
    severities = {rule.id: rule.severity + (", overridable" if rule.overridable else "") for rule in rules.values()}
    return {rule: (severities[rule], ", ".join(of) if len(of) < len(SCHEMES) else "all") for rule, of in names.items()}


def test_the_documentation_names_every_rule_as_it_is_and_no_other() -> None:
    assert documented() == implemented()


def test_no_scheme_has_a_rule_twice() -> None:
    for scheme in SCHEMES:
        ids = [rule.id for rule in schemes.of(scheme).RULES]
        assert len(set(ids)) == len(ids)


def test_every_rule_says_by_which_clause() -> None:
    assert all(rule.source for scheme in SCHEMES for rule in schemes.of(scheme).RULES)


def test_only_an_error_can_be_overridden() -> None:
    rules = [rule for scheme in SCHEMES for rule in schemes.of(scheme).RULES if rule.overridable]
    assert {rule.severity for rule in rules} == {"error"}
