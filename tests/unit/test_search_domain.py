"""What a certificate is found by, how a request is read, where a listing goes on, in what order changes are taken."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from contracts.errors import InvalidInput
from services.search.domain import cursors
from services.search.domain.documents import SHAPE, entry_of, highlights_of, hit_of, is_public, key_of, title_of
from services.search.domain.log import MOST_EARLY, Inbox, Position, follows
from services.search.domain.questions import (
    LONGEST_Q,
    MOST_VALUES,
    SORTS,
    Part,
    read_change_no,
    read_limit,
    read_question,
)
from services.search.domain.text import FRAGMENT_LENGTH, Highlighter, fold, words
from tests.builders import a_party, a_snapshot, a_tombstone, an_envelope


def changes(*numbers: int) -> list[dict[str, Any]]:
    return [dict(an_envelope(number)) for number in numbers]


def highlight(text: str, wanted: set[str], prefix: str | None = None) -> str | None:
    return Highlighter(wanted, prefix).mark(text)


def fields_of(error: pytest.ExceptionInfo[InvalidInput]) -> list[str]:
    return [row["field"] for row in error.value.details["errors"]]


# Text


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
        ("a+b (c|d)", {"b", "(c|d)"}, "a+<b>b</b> <b>(c|d)</b>"),
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


# Entries


def test_an_entry_is_keyed_by_the_base_number_so_that_issues_share_it() -> None:
    assert key_of(a_snapshot("IECEx BAS 26.0001X")) == key_of(a_snapshot(issue=3))


def test_numbers_that_differ_in_a_blank_are_two_certificates() -> None:
    assert key_of(a_snapshot("IECEx CP SIR 11.0007")) != key_of(a_snapshot("IECEx CPSIR 11.0007"))


def test_an_entry_has_the_printed_number_and_the_base_number() -> None:
    assert entry_of(a_snapshot("IECEx BAS 26.0001X")).numbers == ["iecexbas260001", "iecexbas260001x"]


def test_the_beginning_of_a_number_may_leave_out_what_goes_without_saying() -> None:
    assert entry_of(a_snapshot("IECEx BAS 26.0001X")).openings == ["260001x", "bas260001x", "iecexbas260001x"]


def test_a_person_s_number_is_found_without_its_cp() -> None:
    assert "sir110007" in entry_of(a_snapshot("IECEx CP SIR 11.0007", excb="SIR")).openings


def test_a_report_is_found_with_its_issue_and_without() -> None:
    assert {"detunextr26000700", "detunextr260007"} <= set(entry_of(a_snapshot()).reports)


def test_every_text_on_a_certificate_is_found() -> None:
    texts = entry_of(a_snapshot(serial_numbers=["SN-77"], schedule="Überdruck")).texts
    assert {"sn-77", "uberdruck", "muster messtechnik gmbh", "ex db [ia iic ga] iib t4 gb"} <= set(texts)


def test_codes_and_dates_are_no_texts() -> None:
    assert not {"current", "equipment", "2026-11-01", "de"} & set(entry_of(a_snapshot()).texts)


def test_filters_hold_folded_values() -> None:
    snapshot = a_snapshot("IECEx BAS 26.0001X", manufacturer=a_party("Müller AG", "CH"))
    assert entry_of(snapshot).filters == {
        "scheme": ["equipment"],
        "kind": ["equipment"],
        "status": ["current"],
        "excb": ["bas"],
        "suffix": ["x"],
        "country": ["ch", "de"],
        "manufacturer": ["muller ag"],
        "protection": ["d", "i"],
        "standard": ["iec 60079-0", "iec 60079-1"],
    }


def test_no_suffix_is_a_value_one_can_ask_for() -> None:
    assert entry_of(a_snapshot()).filters["suffix"] == ["none"]


@pytest.mark.parametrize(
    ("lower", "higher"),
    [
        ("IECEx BAS 26.0001", "IECEx BAS 26.0002"),
        ("IECEx BAS 25.9999", "IECEx BAS 26.0001"),
        ("IECEx BAS 99.0001", "IECEx BAS 07.0001"),
        ("IECEx BAS 26.0001", "IECEx SIR 07.0001"),
        ("IECEx UL 26.0001", "IECEx ULD 07.0001"),
    ],
)
def test_number_keys_sort_by_body_year_and_sequence(lower: str, higher: str) -> None:
    assert entry_of(a_snapshot(lower)).number_key < entry_of(a_snapshot(higher)).number_key


def test_issues_of_one_certificate_have_different_number_keys() -> None:
    assert entry_of(a_snapshot(issue=0)).number_key < entry_of(a_snapshot(issue=1)).number_key


def test_date_keys_sort_by_date_and_differ_on_one_day() -> None:
    first, second = a_snapshot("IECEx BAS 26.0001"), a_snapshot("IECEx BAS 26.0002")
    later = a_snapshot("IECEx BAS 07.0001", date_of_issue="2026-11-02")
    assert entry_of(first).date_key < entry_of(second).date_key < entry_of(later).date_key


@given(st.lists(st.text("abcdefgh ", min_size=1, max_size=30), min_size=2, max_size=2))
def test_name_keys_sort_like_names(names: list[str]) -> None:
    one, other = (" ".join(name.split()).ljust(21)[:21].replace(" ", "\0") for name in names)
    first, second = (entry_of(a_snapshot(applicant=a_party(name))).name_keys for name in names)
    assert (one < other) == (first < second)


def test_all_keys_fit_into_the_engine_s_numbers() -> None:
    last = a_snapshot("IECEx ZZZZZ 95.9999", issue=999, date_of_issue="2200-01-01", applicant=a_party("\uffff" * 30))
    entry = entry_of(last)
    assert max(entry.number_key, entry.date_key, *entry.name_keys) < 2**63


def test_an_entry_can_be_made_of_the_least_there_is() -> None:
    assert entry_of({"base_number": "BAS001", "status": "current"}).numbers == ["bas001"]


def test_drafts_and_tombstones_are_not_public() -> None:
    assert is_public(a_snapshot(status="cancelled"))
    assert not is_public(a_snapshot(status="draft"))
    assert not is_public(a_tombstone())


def test_a_hit_shows_the_parties_as_they_stand_on_the_certificate() -> None:
    hit = hit_of(a_snapshot(equipment="Lamp L1\nwith a long description", demonstration=True))
    assert hit["title"] == title_of(a_snapshot(equipment="Lamp L1")) == "Lamp L1"
    assert hit["applicant"] == a_party()
    assert hit["demonstration"] is True


def test_highlights_name_the_fields_that_matched() -> None:
    found = highlights_of(a_snapshot(), Highlighter({"flameproof", "muster"}, None))
    assert found == {
        "applicant": "<b>Muster</b> Messtechnik GmbH",
        "manufacturer": "<b>Muster</b> Messtechnik GmbH",
        "text": "A transmitter in a <b>flameproof</b> enclosure.",
    }


# Questions


def test_words_and_phrases_are_the_parts_of_a_question() -> None:
    parts = read_question('pump "flame proof" valve').parts
    assert parts == (Part("pump"), Part("flame proof"), Part("valve", prefix=True))


def test_a_phrase_at_the_end_is_finished() -> None:
    assert read_question('pump "flame proof"').parts[-1] == Part("flame proof", prefix=False)


@pytest.mark.parametrize("q", ["“flame proof”", "„flame proof“", "«flame proof»"])
def test_the_quotes_of_any_language_hold_a_phrase_together(q: str) -> None:
    assert read_question(q).parts == (Part("flame proof"),)


def test_a_quote_that_is_never_closed_is_ignored() -> None:
    assert read_question('pump "flame').parts == (Part("pump"), Part("flame", prefix=True))


def test_what_looks_like_an_operator_is_a_word() -> None:
    assert [part.text for part in read_question("a AND title:b NOT (c*").parts] == ["a", "and", "title:b", "not", "(c*"]


def test_a_word_that_is_repeated_is_asked_for_once() -> None:
    assert len(read_question("pump pump Pump pump ").parts) == 2, "once finished, once as a beginning"


@pytest.mark.parametrize(
    "q", ["IECEx BAS 26.0001X", "iecex bas 26.0001x", "IEC Ex BAS26.0001X", "bas 26.0001 X", "IECEx-BAS-26.0001X"]
)
def test_a_number_is_read_in_any_spelling(q: str) -> None:
    assert read_question(q).numbers == ("iecexbas260001", "iecexbas260001x")


def test_a_number_with_an_issue_means_its_certificate() -> None:
    assert read_question("IECEx INE 14.0061X-002").numbers == ("iecexine140061", "iecexine140061x")


def test_a_report_s_number_is_read() -> None:
    assert read_question("DE TUN ExTR 26.0007/00").reports == ("detunextr26000700",)


def test_the_beginning_of_a_number_is_read() -> None:
    assert read_question("BAS 26.00").opening == "bas2600"


def test_without_words_the_newest_come_first() -> None:
    assert read_question("  ", sort="relevance").sort == "-date"
    assert read_question("pump", sort="relevance").sort == "relevance"


def test_a_value_behind_a_minus_is_excluded() -> None:
    question = read_question(filters={"scheme": ["equipment", "-person"], "status": "-cancelled"})
    assert question.included == (("scheme", ("equipment",)),)
    assert question.excluded == (("scheme", ("person",)), ("status", ("cancelled",)))


def test_values_are_folded_like_what_they_are_compared_with() -> None:
    question = read_question(filters={"excb": ["BAS"], "country": "de", "manufacturer": "MÜLLER AG"})
    assert question.included == (("country", ("de",)), ("excb", ("bas",)), ("manufacturer", ("muller ag",)))


def test_the_period_of_issue_is_read_as_days() -> None:
    question = read_question(filters={"issued_from": "2000-01-02", "issued_to": ["2000-01-03"]})
    assert (question.from_day, question.to_day) == (1, 2)


@pytest.mark.parametrize(
    ("filters", "field"),
    [
        ({"colour": ["red"]}, "colour"),
        ({"scheme": ["equipmnt"]}, "scheme"),
        ({"status": ["draft"]}, "status"),
        ({"excb": ["B4S"]}, "excb"),
        ({"country": ["XX"]}, "country"),
        ({"suffix": ["V"]}, "suffix"),
        ({"standard": [""]}, "standard"),
        ({"scheme": [1]}, "scheme"),
        ({"scheme": {"a": 1}}, "scheme"),
        ({"scheme": ["equipment"] * (MOST_VALUES + 1)}, "scheme"),
        ({"manufacturer": ["x" * 301]}, "manufacturer"),
        ({"issued_from": "yesterday"}, "issued_from"),
        ({"issued_from": "20260101"}, "issued_from"),
        ({"issued_to": ["2026-01-01", "2026-01-02"]}, "issued_to"),
        ({"issued_to": []}, "issued_to"),
        ({"issued_from": "2026-02-01", "issued_to": "2026-01-01"}, "issued_from"),
        ([], "filters"),
    ],
)
def test_a_wrong_filter_is_refused_by_name(filters: Any, field: str) -> None:
    with pytest.raises(InvalidInput) as error:
        read_question(filters=filters)
    assert fields_of(error) == [field]


def test_everything_that_is_wrong_is_said_at_once() -> None:
    with pytest.raises(InvalidInput) as error:
        read_question("x" * (LONGEST_Q + 1), {"scheme": "a", "kind": "b"}, "colour")
    assert sorted(fields_of(error)) == ["kind", "q", "scheme", "sort"]


@pytest.mark.parametrize("q", [None, 1, ["pump"], "x" * (LONGEST_Q + 1)])
def test_what_is_no_q_is_refused(q: Any) -> None:
    with pytest.raises(InvalidInput) as error:
        read_question(q)
    assert fields_of(error) == ["q"]


@pytest.mark.parametrize("limit", [0, -1, 201, "20", True, 1.5, None])
def test_a_limit_is_a_number_in_bounds(limit: Any) -> None:
    with pytest.raises(InvalidInput) as error:
        read_limit(limit, 200)
    assert fields_of(error) == ["limit"]


@pytest.mark.parametrize("min_change", [-1, "7", True, 2**63])
def test_min_change_is_a_number_of_a_change(min_change: Any) -> None:
    with pytest.raises(InvalidInput) as error:
        read_change_no(min_change)
    assert fields_of(error) == ["min_change"]


@given(st.text(max_size=500), st.sampled_from(list(SORTS)))
def test_any_text_is_a_question(q: str, sort: str) -> None:
    question = read_question(q, sort=sort)
    assert all(part.text.strip() for part in question.parts)


# Cursors


@given(st.lists(st.integers(0, 2**63 - 1), min_size=1, max_size=4), st.text())
def test_a_cursor_gives_back_its_position(position: list[int], question: str) -> None:
    assert cursors.decode(cursors.encode(position, question), question, len(position)) == position


def test_a_cursor_of_another_question_is_refused() -> None:
    mine, other = read_question("pump").identity, read_question("valve").identity
    with pytest.raises(InvalidInput) as error:
        cursors.decode(cursors.encode([1, 2], mine), other, 2)
    assert fields_of(error) == ["cursor"]


def test_a_scan_s_cursor_is_none_of_a_search() -> None:
    question = read_question("pump", sort="number")
    assert question.identity != question.for_scan().identity


def test_a_cursor_of_another_shape_of_index_is_refused() -> None:
    assert read_question("pump").identity.startswith(f"{SHAPE} ")


@given(st.data())
def test_a_cursor_that_was_tampered_with_is_refused(data: st.DataObject) -> None:
    cursor = cursors.encode([1, 2, 3], "q")
    place = data.draw(st.integers(0, len(cursor) - 1))
    letter = data.draw(st.sampled_from("ABCabc019-_=. é"))
    tampered = cursor[:place] + letter + cursor[place + 1 :]
    if tampered != cursor:
        with pytest.raises(InvalidInput):
            cursors.decode(tampered, "q", 3)


NO_CURSORS = ["", "x" * 501, 5, "AAAA", "é", cursors.encode([1], "q"), cursors.encode([-1, 2], "q")]


@pytest.mark.parametrize("cursor", NO_CURSORS)
def test_what_is_no_cursor_is_refused(cursor: Any) -> None:
    with pytest.raises(InvalidInput) as error:
        cursors.decode(cursor, "q", 2)
    assert fields_of(error) == ["cursor"]


# The log


def test_changes_are_taken_in_order_and_once() -> None:
    inbox = Inbox(0)
    for change in changes(2, 1, 1, 2, 3):
        inbox.offer(change)
    assert [change["change_no"] for change in inbox.take()] == [1, 2, 3]
    assert inbox.take() == []


def test_what_we_have_is_ignored() -> None:
    inbox = Inbox(5)
    inbox.offer(changes(5)[0])
    assert inbox.take() == []
    assert not inbox.gap


def test_a_gap_shows_until_what_is_missing_has_come() -> None:
    inbox = Inbox(0)
    inbox.offer(changes(2)[0])
    assert (inbox.take(), inbox.gap) == ([], True)
    inbox.offer(changes(1)[0])
    assert (inbox.gap, len(inbox.take())) == (False, 2)


def test_an_inbox_forgets_what_is_furthest_away() -> None:
    inbox = Inbox(0)
    for change in changes(*range(2, MOST_EARLY + 3), 1):
        inbox.offer(change)
    assert len(inbox.take()) == MOST_EARLY


def test_an_inbox_can_be_set_back() -> None:
    inbox = Inbox(5)
    inbox.skip_to(3)
    inbox.offer(changes(4)[0])
    assert len(inbox.take()) == 1


@given(st.lists(st.integers(1, 12)), st.permutations(range(1, 13)))
def test_however_changes_come_they_are_taken_in_order(noise: list[int], order: list[int]) -> None:
    inbox, taken = Inbox(0), []
    for change in changes(*noise, *order):
        inbox.offer(change)
        taken += [change["change_no"] for change in inbox.take()]
    assert taken == list(range(1, 13))


def test_a_position_survives_being_written_down() -> None:
    position = Position(7, "event", complete=True)
    assert Position.from_wire(position.to_wire() | {"new": 1}) == position
    with pytest.raises(ValueError, match="position"):
        Position.from_wire({"change_no": 7})


def test_a_log_that_begins_with_what_was_taken_last_is_the_same_log() -> None:
    last = changes(7)[0]
    assert follows(changes(7, 8), Position().after(last))
    assert follows([], Position())


def test_a_log_that_begins_otherwise_is_another_one() -> None:
    position = Position(7, "another event")
    assert not follows(changes(7, 8), position)
    assert not follows(changes(8), Position().after(changes(7)[0]))
    assert not follows([], position)
