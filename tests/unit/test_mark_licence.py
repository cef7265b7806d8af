"""The conformity mark: what a licence may list."""

from __future__ import annotations

from typing import Any

import pytest

from services.certificates.domain import mark_licence
from services.certificates.domain.certificate import Certificate
from services.certificates.domain.facts import Facts
from tests.gate import LISTED, TODAY, a_draft_in, a_standing, sentence, told

OTHER = "IECEx BAS 26.0002"


def listing(*certificates: str) -> Certificate:
    return a_draft_in("mark-licence", {"certificates": list(certificates)}, base_number="BAS001")


def knowing(**standings: Any) -> Facts:
    return Facts(TODAY, listed={LISTED: a_standing(), OTHER: a_standing(**standings)})


def test_the_count_goes_on_over_the_years() -> None:
    assert mark_licence.series("BAS", 2026) == mark_licence.series("BAS", 2027) == "mark-licence/BAS"


def test_a_licence_lists_at_least_one_certificate() -> None:
    assert told(listing()) == {"licence-certificates": ["certificates"]}


def test_a_licence_lists_certificates_of_its_own_body_only() -> None:
    draft = listing(LISTED, "IECEx SIR 26.0001")
    assert told(draft) == {"licence-same-body": ["certificates.1"]}
    text = "IECEx SIR 26.0001 is a certificate of SIR; a licence of BAS lists only its own."
    assert sentence("licence-same-body", draft) == text


@pytest.mark.parametrize("number", ["IECEx BAS S.0001", "BAS001", "IECEx CP BAS 26.0001"])
def test_a_licence_lists_equipment_only(number: str) -> None:
    assert told(listing(number)) == {"licence-equipment": ["certificates.0"]}


def test_a_certificate_is_listed_once_in_whatever_spelling() -> None:
    assert told(listing(LISTED, OTHER, "iecex bas 26.0001X")) == {"licence-repeated": ["certificates.2"]}


@pytest.mark.parametrize("status", ["suspended", "cancelled", "deleted"])
def test_what_is_not_current_is_not_listed(status: str) -> None:
    draft, facts = listing(LISTED, OTHER), knowing(status=status)
    assert told(draft, facts) == {"licence-current": ["certificates.1"]}
    assert sentence("licence-current", draft, facts).startswith(f"{OTHER} is {status};")


def test_what_is_not_public_is_not_listed() -> None:
    draft = listing(LISTED, "IECEx BAS 26.0003")
    assert told(draft, knowing()) == {"licence-current": ["certificates.1"]}


@pytest.mark.parametrize("kind", ["component", "unit-verification"])
def test_a_component_and_a_verified_unit_are_unusual_on_a_licence(kind: str) -> None:
    assert told(listing(LISTED, OTHER), knowing(kind=kind)) == {"licence-kind": ["certificates.1"]}


def test_nothing_is_said_of_certificates_that_nobody_looked_up() -> None:
    assert told(listing(LISTED, OTHER), Facts(TODAY)) == {}
