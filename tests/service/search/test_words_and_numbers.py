"""What is found by words and by numbers, and what comes first."""

from __future__ import annotations

import pytest

from services.search.index.queries import ONLY_THE_FIRST
from services.search.index.words import MOST_WORDS
from tests.builders import a_party, a_snapshot
from tests.schemes import a_facility
from tests.service.search.indexes import Fill, ask, numbers

# Words


@pytest.mark.parametrize(
    "q",
    [
        "pressure transmitter",
        "transmitter pressure",
        "PRESSURE",
        "press",
        "flameproof enclosure",
        '"pressure transmitter"',
        "px-200",
        "px-2",
        "PX/200",
        "Muster Messt",
        "ex db iib t4",
        "Ex db [ia IIC Ga] IIB T4 Gb",
        "60079-1",
        "DE/TUN/ExTR26.0007/00",
        "de tun extr 26.0007",
        "GB BAS QAR24.0004",
        "Musterstadt",
        "transmitter bas26.0001",
        "transmitter 26.0001",
    ],
)
def test_a_certificate_is_found_by_what_stands_on_it(holding: Fill, q: str) -> None:
    index = holding(
        a_snapshot(),
        a_snapshot(
            "IECEx SIR 07.0002",
            equipment="Lamp",
            schedule="",
            applicant=a_party("A"),
            manufacturer=a_party("B"),
            marking=["Ex eb"],
            standards=[],
            test_reports=[],
            quality_reports=[],
        )
        | {"applicant": None, "manufacturer": None},
    )
    assert numbers(ask(index, q)) == ["BAS 26.0001"]


@pytest.mark.parametrize(
    "q", ["pressure pump", '"transmitter pressure"', "essure", "26.0009", "px-300", "bas 26.0001 pump"]
)
def test_every_part_must_match(holding: Fill, q: str) -> None:
    assert ask(holding(a_snapshot()), q).total == 0


def test_only_the_last_word_may_be_unfinished(holding: Fill) -> None:
    index = holding(a_snapshot())
    assert ask(index, "transmitter press").total == 1
    assert ask(index, "press transmitter").total == 0


@pytest.mark.parametrize(
    ("equipment", "q"),
    [
        ("Überdruckventil Größe 5", "uberdruckventil"),
        ("Uberdruckventil", "Überdruck"),
        ("Größe", "GRÖSSE"),
        ("隔爆型三相异步电动机", "异步电动机"),
        ("隔爆型三相异步电动机", "电"),
        ("ガス検知器", "ｶﾞｽ検知"),
        ("방폭 전동기 X9", "전동기"),
        ("Tête d’étanchéité", "etancheite"),
        ("हिन्दी", "हिन्दी"),
    ],
)
def test_words_of_any_language_are_found(holding: Fill, equipment: str, q: str) -> None:
    assert ask(holding(a_snapshot(equipment=equipment)), q).total == 1


def test_ideographs_are_found_in_their_order_only(holding: Fill) -> None:
    assert ask(holding(a_snapshot(equipment="隔爆电机")), "机电").total == 0


@pytest.mark.parametrize("q", ["???", '"', "-- * /", "\x00"])
def test_a_question_without_a_word_finds_nothing_and_says_so(holding: Fill, q: str) -> None:
    page = ask(holding(a_snapshot()), q)
    assert (page.total, bool(page.note)) == ((1, False) if not q.strip("\x00") else (0, True))


def test_a_page_that_was_pasted_is_found_by_its_first_words(holding: Fill) -> None:
    text = " ".join(f"word{n}" for n in range(MOST_WORDS))
    index = holding(a_snapshot(schedule=text))
    assert ask(index, text).note is None
    page = ask(index, f"{text} and some that it does not hold")
    assert (page.total, page.note) == (1, ONLY_THE_FIRST)


def test_the_title_counts_more_than_a_name_and_a_name_more_than_other_text(holding: Fill) -> None:
    index = holding(
        a_snapshot("IECEx BAS 26.0001", schedule="Fitted with a valve."),
        a_snapshot("IECEx BAS 26.0002", applicant=a_party("Valve Works")),
        a_snapshot("IECEx BAS 26.0003", equipment="Valve"),
    )
    assert numbers(ask(index, "valve")) == ["BAS 26.0003", "BAS 26.0002", "BAS 26.0001"]


def test_of_two_that_match_alike_the_newer_comes_first(holding: Fill) -> None:
    index = holding(
        a_snapshot("IECEx BAS 15.0001", date_of_issue="2015-01-01"),
        a_snapshot("IECEx BAS 26.0001", date_of_issue="2026-01-01"),
        a_snapshot("IECEx BAS 20.0001", date_of_issue="2020-01-01"),
    )
    assert numbers(ask(index, "transmitter")) == ["BAS 26.0001", "BAS 20.0001", "BAS 15.0001"]


# Numbers


@pytest.mark.parametrize(
    "q",
    [
        "IECEx BAS 26.0001X", "iecexbas26.0001x", "IEC Ex Bas 26.0001", "26.0001", "BAS26.0001", "260001x",
        "IECEx BAS 26.0001X-002", "IECEx BAS 26.0001 Issue 2", "IECEx-BAS-26.0001X", "bas 26.0001 x",
    ],
)  # fmt: skip
def test_a_number_in_any_spelling_comes_first(holding: Fill, q: str) -> None:
    mentions = a_snapshot("IECEx SIR 26.0002", equipment="Replaces IECEx BAS 26.0001X " * 5, schedule=q)
    assert numbers(ask(holding(mentions, a_snapshot("IECEx BAS 26.0001X")), q))[0] == "BAS 26.0001X"


@pytest.mark.parametrize(
    "q", ["IECEx BAS 26.0001", "iecexbas260001", "IECEx BAS 26.0001X", "IEC Ex Bas 26.0001 Issue 2"]
)
def test_a_number_finds_what_names_it_behind_what_bears_it(holding: Fill, q: str) -> None:
    index = holding(
        a_snapshot("IECEx BAS 26.0001X"),
        a_snapshot("IECEx SIR 26.0002", schedule="Like IEC Ex BAS 26.0001X, with a longer cable."),
        a_snapshot(
            "IECEx SIR 26.0003", schedule="Fits IECEx-BAS-26.0001; see IECEx BAS 26.00015 and IECEx PTB 26.0001."
        ),
        a_snapshot("IECEx SIR 26.0004", schedule="Fits IECEx BAS 26.0010. BAS 26.0001"),
        a_snapshot("IECEx PTB 26.0001"),
    )
    assert sorted(numbers(ask(index, q))) == ["BAS 26.0001X", "SIR 26.0002", "SIR 26.0003"]
    assert numbers(ask(index, q))[0] == "BAS 26.0001X"


def test_a_facility_is_found_by_its_number_as_surely_as_equipment(holding: Fill) -> None:
    index = holding(
        a_facility("IECEx BAS S.0001"),
        a_snapshot("IECEx SIR 26.0002", schedule="Repaired by IEC Ex BAS S 0001 in 2026."),
        a_snapshot("IECEx SIR 26.0003", schedule="IECEx and BAS and S.0001, each for itself."),
    )
    assert (
        numbers(ask(index, "iecexbass.0001"))
        == numbers(ask(index, "IECEx BAS S.0001"))
        == ["BAS S.0001", "SIR 26.0002"]
    )


def test_a_type_that_looks_like_a_number_is_found_by_its_words(holding: Fill) -> None:
    index = holding(a_snapshot(equipment="Lamp PX 20 0400"))
    assert ask(index, "PX 20 0400").total == 1


@pytest.mark.parametrize("q", ["IECEx BAS 26.", "bas26", "IEC Ex BAS", "26.00", "BAS 26.000"])
def test_what_begins_like_a_number_comes_first(holding: Fill, q: str) -> None:
    index = holding(a_snapshot("IECEx BAS 26.0001"), a_snapshot("IECEx BAS 26.0002X"), a_snapshot("IECEx SIR 07.0001"))
    assert sorted(numbers(ask(index, q))[:2]) == ["BAS 26.0001", "BAS 26.0002X"]
