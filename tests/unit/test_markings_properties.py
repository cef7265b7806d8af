"""What holds for every marking and for any text: it never raises, prints in one way, and grows no slower than it."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from contracts.markings import LONGEST_MARKING, check, closest, compare, explain, parse, split_nameplate

ALPHABET = "Exdbiamnopqtsh IIABCTG123456789°C[]()/+-…≤.,;:"
PIECES = st.sampled_from(
    "Ex EEx db eb ia ib ic ma tb tD nA d de op is [ ] [ia Ga] / + , ( ) I II IIB IIC IIIC IIB+H2 T4 T6 … T6…T4 T85°C "
    "120°C 85 T200 Ga Gb Db Ma A21 20 IP66 Ta -20 +60°C ≤ X hello".split(" ")
)
ANY_TEXT = st.text(max_size=350) | st.text(ALPHABET, max_size=60) | st.lists(PIECES, max_size=12).map(" ".join)

GAS = {"a": "da ia ma sa", "b": "db eb ib mb ob pxb pyb qb sb vb", "c": "ec ic mc nA nC nR oc pzc sc"}
DUST = {"a": "ia ma sa ta", "b": "ib mb pb pxb sb tb", "c": "ic mc pc sc tc"}
MINES = {"a": "da ia ma sa", "b": "db eb ib mb ob pxb qb sb"}
CLASSES = st.sampled_from(["T1", "T4", "T6", "T6…T4", "T6/T5", "120°C (T4)", "300°C"])
DEGREES = st.integers(50, 450).map("T{}°C".format) | st.just("T85°C…T135°C") | st.just("T200 320°C")
AMBIENTS = st.builds("{} °C ≤ Ta ≤ {:+d} °C".format, st.integers(-60, -1), st.integers(1, 90))
SURROUNDINGS = st.lists(st.sampled_from(["IP66", "IP54/IP65"]), max_size=1)


@st.composite
def markings(draw: st.DrawFn) -> str:
    """A valid marking of today, as it is printed."""
    letter, table, groups, temperatures = draw(
        st.sampled_from(
            [
                ("G", GAS, ["IIA", "IIB", "IIC", "IIB+H2", "II(H2)"], CLASSES),
                ("D", DUST, ["IIIA", "IIIB", "IIIC"], DEGREES),
                ("M", MINES, ["I"], st.nothing()),
            ]
        )
    )
    level = draw(st.sampled_from(sorted(table)))
    codes = sorted(draw(st.sets(st.sampled_from(table[level].split()), min_size=1, max_size=4)), key=str.lower)
    bracket = draw(st.sampled_from(["", f"[ia {letter}a]", f"[ib {letter}b]"]))
    parts = ["Ex", *codes, bracket, draw(st.sampled_from(groups))]
    parts += [] if letter == "M" else draw(st.lists(temperatures, max_size=1))
    parts += [letter + level, *draw(st.lists(AMBIENTS, max_size=1)), *draw(SURROUNDINGS)]
    return " ".join(filter(None, parts))


@given(markings())
def test_a_valid_marking_is_understood_and_printed_unchanged(text: str) -> None:
    marking = parse(text)
    assert (marking.status, marking.printed, marking.problems) == ("ok", text, ())
    assert marking.best_epl == marking.epl


@given(markings())
def test_a_valid_marking_is_the_same_without_blanks_in_capitals_and_in_small_letters(text: str) -> None:
    marking = parse(text)
    assert parse(text.upper()) == parse(text.lower()) == parse(text.replace(" ", "  ")) == marking
    assert "safety" not in {difference.grade for difference in compare(text, text.lower())}


@given(markings(), markings())
def test_markings_that_say_something_else_differ_in_safety(one: str, other: str) -> None:
    ours, theirs = (replace(parse(text), ambient=None, ip="") for text in (one, other))
    assert ours == theirs or "safety" in {difference.grade for difference in compare(one, other)}


@given(markings(), st.lists(markings(), max_size=4))
def test_the_closest_line_is_the_one_that_says_the_same(text: str, others: list[str]) -> None:
    index = closest(text, [*others, text])
    assert index is not None
    assert compare([*others, text][index], text) == []


@given(markings())
def test_every_part_of_a_marking_is_explained(text: str) -> None:
    explained = " ".join(explanation.part for explanation in explain(parse(text)))
    assert explained == text.removeprefix("Ex ")


@given(markings())
def test_a_marking_is_found_among_other_words_on_a_nameplate(text: str) -> None:
    pasted = f"ACME Ltd. Type X20\nII 2 G {text}\nS/N 4711 IECEx BAS 12.0034X 230 V"
    assert split_nameplate(pasted) == ("IECEx BAS 12.0034X", text)


@given(ANY_TEXT)
def test_any_text_is_a_marking_or_not_understood(text: str) -> None:
    marking = parse(text)
    assert parse(marking.printed) == marking
    assert (marking.status == "not-understood") == any(problem.severity == "error" for problem in marking.problems)
    assert all(explanation.part and explanation.text for explanation in explain(marking))
    assert isinstance(marking.letters + marking.zones + marking.best_epl, tuple)


@given(ANY_TEXT, ANY_TEXT)
def test_any_two_texts_can_be_compared_and_checked(one: str, other: str) -> None:
    assert all(difference.text for difference in compare(one, other))
    assert closest(one, [other]) in {0, None}
    assert {index for index, _problem in check([one, other], kind="component")} <= {0, 1}


@given(ANY_TEXT | st.lists(ANY_TEXT, max_size=5).map("\n".join))
def test_any_text_may_be_pasted_from_a_nameplate(text: str) -> None:
    number, markings_found = split_nameplate(text)
    assert isinstance(number, str)
    assert all(parse(line).is_whole for line in markings_found.splitlines())


@pytest.mark.parametrize(
    "piece", ["Ex ", "d", "db/", "[ia", "(", "T8", "-2", "…", "IIB+H", "II 2 G ", "IP6", "A", "\ufdfa"]
)
def test_hostile_text_is_not_understood_however_long(piece: str) -> None:
    assert parse(("Ex " + piece * LONGEST_MARKING)[:LONGEST_MARKING]).status == "not-understood"
    assert parse(piece * 1_000_000).status == "not-understood"
    assert split_nameplate(piece * 1_000_000)[0] == ""
