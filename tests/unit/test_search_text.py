"""How text is folded, parted into words, and highlighted."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.search.domain.text import FRAGMENT_LENGTH, Highlighter, fold, words


def highlight(text: str, wanted: set[str], prefix: str | None = None) -> str | None:
    return Highlighter(wanted, prefix).mark(text)


@pytest.mark.parametrize(
    ("text", "folded"),
    [
        ("Müller", "muller"),
        ("MÜLLER", "muller"),
        ("Mu\u0308ller", "muller"),
        ("Straße", "strasse"),
        ("Łódź Ørsted Ærø", "lodz orsted aero"),
        ("Đặng", "dang"),
        ("ΆΛΦΑ", "αλφα"),
        ("ＰＸ－２００", "px-200"),
        ("ﬁtting", "fitting"),
        ("ｶﾞｽ", "ガス"),
        ("한국", "한국"),
        ("40 ℃", "40 °c"),
        ("soft\u00adware", "software"),
        ("a\x00b\ud800c", "a b c"),
    ],
)
def test_text_that_people_take_for_the_same_folds_to_the_same(text: str, folded: str) -> None:
    assert fold(text) == folded


@given(st.text())
def test_folding_twice_changes_nothing(text: str) -> None:
    assert fold(fold(text)) == fold(text)


def test_each_ideograph_is_a_word_and_a_hyphen_parts_words() -> None:
    assert words("px-200 防爆 ガス detector_2") == ["px", "200", "防", "爆", "ガ", "ス", "detector", "2"]


def test_a_highlight_is_safe_html_around_what_matched() -> None:
    assert highlight("<b>Müller</b> & Co", {"muller"}) == "&lt;b&gt;<b>Müller</b>&lt;/b&gt; &amp; Co"


def test_a_highlight_marks_words_that_a_prefix_finds() -> None:
    assert highlight("Pressure press", set(), "press") == "<b>Pressure</b> <b>press</b>"


def test_ideographs_that_stand_together_are_marked_together() -> None:
    assert highlight("隔爆电机", {"爆", "电"}) == "隔<b>爆电</b>机"


@pytest.mark.parametrize(
    ("text", "wanted", "marked"),
    [
        ("Straße 5", {"strasse"}, "<b>Straße</b> 5"),
        ("größte Straße", {"grosste"}, "<b>größte</b> Straße"),
        ("½ Zoll", {"1"}, "<b>½</b> Zoll"),
        ("X9电机", {"x9", "机"}, "<b>X9</b>电<b>机</b>"),
        ("pressures repress press", {"press"}, "pressures repress <b>press</b>"),
        ("PX-200", {"px", "200"}, "<b>PX</b>-<b>200</b>"),
        ("a+b (c|d)", {"b", "d"}, "a+<b>b</b> (c|<b>d</b>)"),
        ("repress a press", {"press"}, "repress a <b>press</b>"),
    ],
)
def test_a_highlight_marks_whole_words_as_they_are_written(text: str, wanted: set[str], marked: str) -> None:
    assert highlight(text, wanted) == marked


def test_a_highlight_of_a_long_text_is_a_fragment_around_the_first_match() -> None:
    found = highlight("blah " * 100 + "valve " + "blah " * 100, {"valve"})
    assert found is not None
    assert found.startswith("…blah")
    assert found.endswith("…")
    assert "<b>valve</b>" in found
    assert len(found) <= FRAGMENT_LENGTH + len("……<b></b>")


def test_there_is_no_highlight_where_nothing_matched() -> None:
    assert highlight("valve", {"pump"}) is None


@given(st.text(max_size=400), st.sets(st.text(min_size=1, max_size=3), max_size=4))
def test_a_highlight_never_holds_markup_of_the_text(text: str, wanted: set[str]) -> None:
    found = highlight(f"{text} wanted", wanted | {"wanted"})
    assert found is None or "<" not in found.replace("<b>", "").replace("</b>", "")
