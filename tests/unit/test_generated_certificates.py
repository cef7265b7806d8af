"""The invented certificates: always the same ones, valid as they are, and as uneven as real ones."""

from collections import Counter

import pytest

from contracts.schemas import load_content
from demonstration import accounts
from demonstration.fill import FILL_SEED
from demonstration.generate import SEED, invent
from demonstration.seed import plan
from demonstration.words import VOCABULARY, VOCABULARY_SIZE
from tests.certificates import a_draft_of
from tests.gate import everything, told

MANY = range(300)


@pytest.mark.parametrize("seed", [SEED, FILL_SEED])
def test_every_invented_body_is_one_that_the_register_takes(seed: int) -> None:
    for index in MANY:
        load_content(invent(index, accounts.BODIES, seed).body)


def test_every_invented_certificate_passes_the_gate_without_a_remark() -> None:
    """Their reports are of years that no register counts; only those that nobody looks up are not remarked on."""
    everybody = everything(scopes=None, reports=None, countries=dict(accounts.BODIES))
    for index in MANY:
        invented = invent(index, accounts.BODIES)
        assert told(a_draft_of(invented.body, excb=invented.excb), everybody) == {}


def test_the_same_place_in_the_same_series_is_the_same_certificate() -> None:
    assert invent(17, accounts.BODIES) == invent(17, accounts.BODIES)


def test_another_series_is_another_lot() -> None:
    assert invent(17, accounts.BODIES) != invent(17, accounts.BODIES, seed=FILL_SEED)


def test_a_verified_unit_names_its_items_and_no_quality_report() -> None:
    units = [body for index in MANY if (body := invent(index, accounts.BODIES).body)["kind"] == "unit-verification"]
    assert units
    assert all(body["serial_numbers"] and "quality_reports" not in body for body in units)


def test_a_component_has_no_temperature_class() -> None:
    components = [body for index in MANY if (body := invent(index, accounts.BODIES).body)["kind"] == "component"]
    assert components
    words = [word for body in components for line in body["marking"] for word in line.split()]
    assert not [word for word in words if word.startswith("T")]


def test_few_words_are_frequent_and_most_are_rare() -> None:
    text = " ".join(invent(index, accounts.BODIES).body["schedule"].lower() for index in MANY)
    counts = Counter(text.replace(".", "").split())
    first, tenth, hundredth = (counts[VOCABULARY[rank - 1]] for rank in (1, 10, 100))
    assert first > 4 * tenth > 16 * hundredth > 0


def test_every_word_is_there_once() -> None:
    assert len(set(VOCABULARY)) == len(VOCABULARY) == VOCABULARY_SIZE


def test_the_demonstration_has_every_state_and_several_bodies() -> None:
    fates = Counter(planned.fate for planned in plan())
    assert set(fates) == {"draft", "current", "suspended", "cancelled"}
    assert fates["current"] > sum(fates.values()) / 2
    assert len({planned.invented.excb for planned in plan()}) >= 4


def test_the_demonstration_s_last_certificate_is_public() -> None:
    """Its seeding counts on that to know that it is complete."""
    assert plan()[-1].fate == "current"
