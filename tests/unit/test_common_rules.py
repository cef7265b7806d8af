"""What all schemes share at the gate: scopes, editions of standards, details of changes, superseded certificates."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from contracts.schemas import SCHEMES
from services.certificates.domain.certificate import Certificate
from services.certificates.domain.common import standard
from services.certificates.domain.facts import Facts
from tests.gate import NOTHING, TODAY, a_draft_in, a_scope, everything, sentence, told

every_scheme = pytest.mark.parametrize("scheme", SCHEMES)


def with_standards(*rows: tuple[str, str]) -> Certificate:
    return a_draft_in("service-facility", {"standards": [{"number": number, "edition": to} for number, to in rows]})


def scoped(*scopes: Any) -> Facts:
    return Facts(TODAY, scopes=scopes, validity=NOTHING.validity)


@every_scheme
def test_what_is_complete_breaks_no_rule_however_much_is_known(scheme: str) -> None:
    assert told(a_draft_in(scheme, base_number="IECEx BAS 26.0009"), everything()) == {}
    assert told(a_draft_in(scheme)) == {}


@every_scheme
def test_a_body_issues_in_the_schemes_that_it_was_accepted_for(scheme: str) -> None:
    draft = a_draft_in(scheme)
    assert "scope-scheme" not in told(draft, scoped(a_scope(scheme)))
    assert told(draft, scoped()) == {"scope-scheme": ["scheme"]}
    assert sentence("scope-scheme", draft, scoped()).startswith(f"BAS is not accepted for the scheme {scheme} today")


def test_another_scheme_or_another_body_s_acceptance_is_none() -> None:
    of_another = a_scope("service-facility")._replace(excb="SIR")
    assert "scope-scheme" in told(a_draft_in("service-facility"), scoped(a_scope("person"), of_another))


@pytest.mark.parametrize(
    ("since", "until", "accepted"),
    [
        ("2026-11-21", None, True),
        ("2026-11-22", None, False),
        ("2003-08-01", "2026-11-21", True),
        ("2003-08-01", "2026-11-20", False),
    ],
)
def test_the_first_and_the_last_day_of_a_scope_count(since: str, until: str | None, accepted: bool) -> None:
    facts = scoped(a_scope("service-facility", since=since, until=until))
    assert ("scope-scheme" not in told(a_draft_in("service-facility"), facts)) is accepted


def test_each_standard_lies_within_the_scope() -> None:
    draft = with_standards(("IEC 60079-19", "4.0"), ("IEC 60079-17", "6.0"))
    facts = scoped(a_scope("service-facility", "IEC 60079-19"))
    assert told(draft, facts) == {"scope-standard": ["standards.1"]}
    assert sentence("scope-standard", draft, facts).startswith("IEC 60079-17 is not in the scope of BAS today")


def test_a_scope_of_all_standards_holds_each() -> None:
    assert told(with_standards(("IEC 60079-19", "4.0")), scoped(a_scope("service-facility"))) == {}


@pytest.mark.parametrize("text", ["IEC 60079-1", "iec 60079-1", "IEC  60079‑1", "IEC 60079–1:2014-06", " IEC 60079-1 "])
def test_a_standard_is_known_in_every_spelling(text: str) -> None:
    assert standard(text) == "IEC 60079-1"


@pytest.mark.parametrize("edition", ["4.0", "3.0", "4", "Edition 4.0", "Ed. 3"])
def test_the_current_edition_and_the_one_before_are_right(edition: str) -> None:
    assert told(with_standards(("IEC 60079-19", edition)), everything()) == {}


def test_an_older_edition_is_pointed_out_with_the_right_ones() -> None:
    draft = with_standards(("IEC 60079-19", "2.0"))
    assert told(draft, everything()) == {"standard-older-edition": ["standards.0"]}
    text = "Edition 2.0 of IEC 60079-19 is too old; list one of: 3.0, 4.0."
    assert sentence("standard-older-edition", draft, everything()) == text


@pytest.mark.parametrize("edition", ["5.0", "3.1", "2019", "new"])
def test_an_edition_that_nobody_knows_is_pointed_out(edition: str) -> None:
    draft = with_standards(("IEC 60079-19", edition))
    assert told(draft, everything()) == {"standard-unknown-edition": ["standards.0"]}


def test_a_standard_that_nobody_knows_is_pointed_out() -> None:
    draft = with_standards(("IEC 60079-19", "4.0"), ("IEC 60079-91", "1.0"))
    assert told(draft, everything()) == {"standard-unknown": ["standards.1"]}


def test_of_a_standard_without_known_editions_each_is_taken() -> None:
    assert told(with_standards(("IEC 60079-19", "4.0"), ("IEC 61241-0", "1.0")), everything()) == {}


@every_scheme
def test_a_later_issue_says_what_changed(scheme: str) -> None:
    assert told(a_draft_in(scheme, issue=1)) == {"changes-missing": ["changes"]}
    assert told(a_draft_in(scheme, {"changes": "Another address."}, issue=1)) == {}


@every_scheme
def test_a_first_issue_has_nothing_to_say_about_changes(scheme: str) -> None:
    assert told(a_draft_in(scheme, {"changes": "Another address."})) == {"changes-first-issue": ["changes"]}


@every_scheme
def test_a_certificate_does_not_supersede_itself(scheme: str) -> None:
    draft = a_draft_in(scheme, {"supersedes": ["IECEx BAS 25.0001", "IECEx BAS 26.0001X"]})
    assert told(draft) == {"supersedes-itself": ["supersedes.1"]}
    assert told(replace(draft, base_number="IECEx BAS 26.0002")) == {}


@every_scheme
def test_to_take_the_place_of_another_body_s_certificate_is_remarked_on(scheme: str) -> None:
    draft = a_draft_in(scheme, {"supersedes": ["IECEx BAS 25.0001", "IECEx SIR 25.0001"]}, base_number="IECEx BAS 26.9")
    assert told(draft) == {"supersedes-others": ["supersedes.1"]}
    assert "Agree on it with SIR" in sentence("supersedes-others", draft)


@every_scheme
def test_an_annex_is_mentioned_by_whatever_name_it_has(scheme: str) -> None:
    annex = {"name": "Annex A.pdf", "type": "application/pdf", "size": 1, "sha256": "ab" * 32}
    draft = a_draft_in(scheme, {"schedule": "See Annex A."}, annexes=[annex])
    assert "annex-unmentioned" not in told(draft)
    # Of a standard, as far as anybody can tell.
    assert "annex-missing" not in told(replace(draft, annexes=None))


@every_scheme
def test_whoever_approves_is_named(scheme: str) -> None:
    (rule,) = told(a_draft_in(scheme, {"approver": None}))
    assert rule.endswith("-approver")
