"""How markings are read and printed: real ones, the slips of nameplates, and what must not be understood."""

import pytest

from contracts.markings import (
    LETTERS,
    LONGEST_MARKING,
    Ambient,
    Marking,
    Protection,
    Surface,
    Temperature,
    parse,
)
from tests.markings import LEGACY, NOT_UNDERSTOOD, OK


def codes_of(text: str) -> list[str]:
    return [problem.code for problem in parse(text).problems]


@pytest.mark.parametrize(("text", "printed", "zones"), OK)
def test_a_marking_of_today_is_read(text: str, printed: str, zones: str) -> None:
    marking = parse(text)
    assert (marking.status, marking.printed, " ".join(marking.zones)) == ("ok", printed, zones)


@pytest.mark.parametrize(("text", "printed", "zones"), LEGACY)
def test_a_marking_of_an_older_edition_is_read_and_named_as_such(text: str, printed: str, zones: str) -> None:
    marking = parse(text)
    assert (marking.status, marking.printed, " ".join(marking.zones)) == ("legacy", printed, zones)


@pytest.mark.parametrize(("text", "problem"), NOT_UNDERSTOOD)
def test_what_contradicts_itself_or_cannot_be_read_is_not_understood(text: str, problem: str) -> None:
    marking = parse(text)
    assert (marking.status, marking.zones, marking.printed) == ("not-understood", (), text)
    assert problem in [problem.code for problem in marking.problems if problem.severity == "error"]


@pytest.mark.parametrize(("text", "_printed", "_zones"), OK + LEGACY)
def test_a_printed_marking_is_read_as_itself(text: str, _printed: str, _zones: str) -> None:
    marking = parse(text)
    assert parse(marking.printed) == marking
    assert parse(marking.printed).printed == marking.printed


def test_all_parts_of_a_marking_are_told_apart() -> None:
    assert parse("Ex db [ia IIC Ga] IIB+H2 T6…T4 Gb -20 °C ≤ Ta ≤ +60 °C IP66") == Marking(
        text="",
        status="ok",
        protections=(Protection("db"), Protection("ia", bracket=1, group="IIC", epl=("Ga",))),
        group="IIB+H2",
        temperature=Temperature(("T6", "T4"), spans=True),
        epl=("Gb",),
        ambient=Ambient(-20, 60),
        ip="IP66",
    )


def test_a_marking_keeps_its_text_as_given() -> None:
    assert parse(" exdIICT6 ").text == " exdIICT6 "


def test_a_protection_knows_its_letter_its_level_and_its_age() -> None:
    inside, outside = parse("Ex d [ia] IIC T4").protections
    assert (inside.letter, inside.level, inside.legacy, inside.bracketed) == ("d", "", True, False)
    assert (outside.letter, outside.level, outside.legacy, outside.bracketed) == ("i", "a", False, True)


def test_alternatives_are_joined_to_the_one_before() -> None:
    assert [one.joined for one in parse("Ex ia/db IIC T6 Ga/Gb").protections] == ["", "/"]
    assert [one.joined for one in parse("Ex db eb IIC T6 Gb").protections] == ["", ""]


def test_the_letters_are_those_that_certificates_list() -> None:
    assert parse("Ex eb db mb [ia Ga] op pr IIC T4 Gb").letters == ("d", "e", "i", "m", "op")
    assert LETTERS == ("d", "e", "h", "i", "m", "n", "o", "op", "p", "q", "s", "t", "v")


@pytest.mark.parametrize(
    ("text", "gas"),
    [("Ex db IIB + H2 T4 Gb", "H2"), ("Ex d II(CS2) T4", "CS2"), ("Ex db IIB+Acetylene T4 Gb", "C2H2"), ("Ex d I", "")],
)
def test_a_gas_beside_the_group_is_told_by_its_formula(text: str, gas: str) -> None:
    assert parse(text).gas == gas


def test_dust_may_have_a_temperature_under_a_layer() -> None:
    surfaces = (Surface(120), Surface(320, layer=500))
    assert parse("Ex ta IIIC T120 °C T500 320 °C Da").temperature == Temperature(surfaces=surfaces)


@pytest.mark.parametrize(
    ("text", "best"),
    [
        ("Ex ia IIC T4", ("Ga",)),
        ("Ex db eb ia IIC T4", ("Gb",)),
        ("Ex ec ia IIC T4 Gc", ("Gc",)),
        ("Ex ia/db IIC T4 Ga/Gb", ("Ga", "Gb")),
        ("Ex db+eb IIC T4 Ga", ("Ga",)),
        ("Ex ta IIIC T85°C Da", ("Da",)),
        ("Ex ma I", ("Ma",)),
        ("Ex tD A22 T85°C", ("Dc",)),
        ("Ex ec I", ()),
        ("[Ex ia Ga] IIC", ()),
    ],
)
def test_the_weakest_protection_of_the_equipment_itself_bounds_the_level(text: str, best: tuple[str, ...]) -> None:
    assert parse(text).best_epl == best


@pytest.mark.parametrize("text", ["Ex s IIC T4", "Ex h IIC T4", "Ex op is IIC T4", "[Ex ia Ga] IIC", "Ex db IIC T4 Db"])
def test_no_zone_is_told_where_the_marking_does_not_tell_it(text: str) -> None:
    assert parse(text).zones == ()


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("II 2 G Ex db IIC T4 Gb", "other-scheme"),
        ("Ex ia I T4 Ma", "temperature-with-mines"),
        ("Ex eb db IIC T4 Gb", "alphabetical-order"),
        ("Ex db eb II T4 Gb", "undivided-group"),
        ("Ex d tb IIIC T80°C Db", "protection-of-another-group"),
        ("Ex db [ia Da] IIC T4 Gb", "bracket-without-group"),
        ("Ex db db IIC T4 Gb", "repeated"),
        ("Ex db IIC T4 Gb X", "suffix"),
        ("Ex db IIC Gb T4", "order"),
        ("EX DB IIC T4 GB", "case"),
        ("\N{CYRILLIC CAPITAL LETTER IE}x db IIC T4 Gb", "lookalike-letters"),
        ("EEx ia IIC T6", "older-prefix"),
        ("Ex d IIC T6 Gb", "older-symbol"),
        ("Ex tD A21 T80°C", "older-zone"),
        ("Ex ma IIC T4", "no-epl"),
    ],
)
def test_what_is_unusual_is_said_and_blocks_nothing(text: str, code: str) -> None:
    marking = parse(text)
    assert [problem.severity for problem in marking.problems if problem.code == code] == ["warning"]
    assert marking.status != "not-understood"


@pytest.mark.parametrize(
    ("text", "what_would_be_right"),
    [
        ("Ex db IIC T4 Db", "there it is Ga, Gb or Gc"),
        ("Ex ia I Ga", "there it is Ma or Mb"),
        ("Ex tb IIIC T4 Db", "write degrees, such as T85°C"),
        ("Ex db IIC T4 Ga", "the best possible EPL is Gb"),
        ("Ex ec I Mb", "the best possible EPL is none for mines"),
        ("Ex db IIC T7 Gb", "“T7” has no place here"),
        ("Ex db T4 Gb", "IIA, IIB, IIC"),
        ("hello", "begins with “Ex”"),
        ("Ex db IIC T4 Gb Ex tb IIIC T85°C Db", "a line of its own"),
    ],
)
def test_the_problem_says_what_would_be_right(text: str, what_would_be_right: str) -> None:
    assert what_would_be_right in " ".join(problem.text for problem in parse(text).problems)


def test_an_unmarked_slip_of_blanks_and_signs_is_no_problem() -> None:
    assert codes_of("Ex tb IIIC T 85 \N{MASCULINE ORDINAL INDICATOR}C Db") == []
    assert codes_of("Ex db\N{NO-BREAK SPACE}IIC\N{EM SPACE}T6...T4\N{ZERO WIDTH SPACE} Gb") == []


@pytest.mark.parametrize("value", [None, 7, b"Ex db IIC T4 Gb", ["Ex db IIC T4 Gb"], object()])
def test_what_is_no_text_is_not_understood(value: object) -> None:
    assert parse(value) == Marking("", "not-understood")
    assert [problem.code for problem in parse(value).problems] == ["no-text"]


def test_a_text_longer_than_a_marking_is_not_understood() -> None:
    assert codes_of("Ex db IIC T4 Gb" + " " * LONGEST_MARKING) == ["too-long"]
    assert codes_of("Ex " + "ia " * 13 + "IIC T4 Ga")[0] == "too-many"
