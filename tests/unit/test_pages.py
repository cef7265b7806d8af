"""What pages are made of, without a server: the question in an address, the words, the charts."""

from __future__ import annotations

from urllib.parse import parse_qs, urlsplit

import pytest
from werkzeug.datastructures import MultiDict

from contracts.countries import COUNTRIES
from contracts.errors import InvalidInput
from gateway.pages import charts, columns, words
from gateway.pages.questions import Question


def asked(*pairs: tuple[str, str]) -> Question:
    return Question(MultiDict(pairs))


def test_a_value_is_chosen_by_a_step_and_the_address_holds_the_question_alone() -> None:
    question = asked(("q", "gas"), ("scheme", "equipment"), ("add", "status:current"), ("cursor", "abc"))
    assert question.stepped() == "/search?q=gas&scheme=equipment&status=current"


def test_every_country_has_a_name_of_its_own_beside_its_code() -> None:
    assert words.label("country", "GB") == "United Kingdom (GB)"
    assert words.label("country", "") == ""
    assert len(set(words.COUNTRIES)) == len(COUNTRIES)


def test_excluding_takes_the_place_of_choosing() -> None:
    assert asked(("status", "current"), ("not", "status:current")).stepped() == "/search?status=-current"


def test_what_was_chosen_can_be_taken_back() -> None:
    question = asked(("status", "-current"), ("issued_from", "2026-01-01"), ("drop", "status:-current"))
    assert question.stepped() == "/search?issued_from=2026-01-01"
    assert asked(("issued_from", "2026-01-01"), ("drop", "issued_from:2026-01-01")).stepped() == "/search"


def test_a_step_on_what_is_no_filter_changes_nothing() -> None:
    assert asked(("q", "gas"), ("add", "limit:1000000")).stepped() == "/search?q=gas"


def test_the_order_and_the_columns_stay_through_a_step() -> None:
    question = asked(("sort", "-date"), ("column", "marking"), ("add", "scheme:person"))
    assert parse_qs(urlsplit(question.stepped()).query) == {
        "scheme": ["person"], "column": ["marking"], "sort": ["-date"]
    }  # fmt: skip


def test_a_question_that_cannot_be_asked_names_its_field() -> None:
    with pytest.raises(InvalidInput) as refused:
        asked(("issued_from", "yesterday")).parameters()
    assert refused.value.details["errors"][0]["field"] == "issued_from"


def test_empty_fields_of_a_form_ask_nothing() -> None:
    assert asked(("q", " "), ("issued_from", ""), ("scheme", "")).address() == "/search"


def test_only_what_search_marked_is_markup() -> None:
    assert words.marked("a &lt;b&gt; <b>gas</b> <i>detector") == "a &lt;b&gt; <mark>gas</mark> &lt;i&gt;detector"


def test_an_excerpt_begins_shortly_before_its_first_mark() -> None:
    found = words.excerpt("word " * 30 + "<b>gas</b> detector")
    assert found.startswith("… word")
    assert found.index("<mark>gas</mark>") < 45


def test_backticks_in_a_description_are_code_and_all_else_is_text() -> None:
    assert words.paragraphs("Use `a<b`\nnow.\n\nThen <go>.") == (
        "<p>Use <code>a&lt;b</code> now.</p><p>Then &lt;go&gt;.</p>"
    )


def test_a_chart_says_its_figures_in_words_and_keeps_names_as_text() -> None:
    picture = charts.bars("By body", [("<BAS>", 1_200), ("PTB", 0)])
    assert 'aria-label="By body: &lt;BAS&gt; 1,200, PTB 0"' in picture
    assert "<BAS>" not in picture
    assert "style" not in picture


def test_a_chart_of_nothing_is_no_error() -> None:
    assert charts.columns("By year", []).startswith("<svg")


def test_a_field_of_differences_is_named_as_on_the_certificate() -> None:
    assert words.name_of_field("applicant.address") == "Applicant: address"
    assert words.flattened([{"number": "IEC 60079-0", "edition": "7.0"}]) == "IEC 60079-0, 7.0"


def test_an_annex_among_differences_is_told_by_its_name_and_size() -> None:
    annex = {"name": "annex.pdf", "media_type": "application/pdf", "size": 11_740, "sha256": "96dce46a"}
    assert words.written("annexes", [annex, annex | {"name": "b.jpg"}]) == "annex.pdf, 11.7 kB\nb.jpg, 11.7 kB"
    assert words.written("annexes", []) == ""
    assert words.written("schedule", "As before.") == "As before."


COLUMNS = [
    {"key": "number", "header": "No", "usual": ["equipment", "person"]},
    {"key": "holder", "header": "Holder", "usual": ["person"]},
    {"key": "marking", "header": "Marking", "usual": ["equipment"]},
    {"key": "ambient", "header": "Ambient range", "usual": []},
]


def test_the_usual_columns_are_those_of_the_schemes_that_a_search_can_find() -> None:
    assert columns.schemes_of([("scheme", "person"), ("status", "current")]) == ["person"]
    assert "person" not in columns.schemes_of([("scheme", "-person")])
    assert columns.usual(COLUMNS, ["person"]) == ["number", "holder"]
    assert columns.usual(COLUMNS, ["equipment", "person"]) == ["number", "holder", "marking"]


def test_columns_in_another_order_stand_in_it_and_the_others_where_they_were() -> None:
    shown = [column["key"] for column in columns.ordered(COLUMNS, ["marking", "colour", "number"])]
    assert shown == ["marking", "holder", "number", "ambient"]


def test_an_export_is_asked_for_columns_only_where_they_are_not_the_usual_ones() -> None:
    assert columns.wanted(COLUMNS, ["number", "holder"], ["person"], "xlsx") is None
    assert columns.wanted(COLUMNS, [], ["person"], "xlsx") is None
    assert columns.wanted(COLUMNS, ["holder", "number"], ["person"], "csv") == ["holder", "number"]
    assert columns.wanted(COLUMNS, ["holder"], ["person"], "ndjson") is None
