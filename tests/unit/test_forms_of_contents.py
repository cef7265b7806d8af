"""Forms out of shapes: every field has its word and its place, and contents go through a form without a loss."""

from collections import Counter
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from marshmallow import Schema, fields, validate

from contracts.countries import COUNTRIES
from contracts.fields import CertificateBase, Country, Day, ReportReference, Text
from contracts.schemas import CONTENT_SCHEMAS, EQUIPMENT_KINDS, PrivateSchema, load
from demonstration import accounts
from demonstration.generate import invent
from gateway.drafting import notes, words
from gateway.drafting.flat import Filled, filled, flat, places_in, without
from gateway.drafting.merging import marks, merged, with_theirs
from gateway.drafting.shapes import REPORT, SCHEMAS, Records, form_of, is_shown, paths_of
from tests.builders import a_snapshot
from tests.schemes import a_facility, a_licence, a_person

KINDS = [("equipment", kind) for kind in EQUIPMENT_KINDS] + [(name, None) for name in SCHEMAS if name != "equipment"]
CHARACTERS = st.characters(exclude_categories=("Cc", "Cs"))
WITH_LINES = st.characters(exclude_categories=("Cc", "Cs"), include_characters="\n\t")


def values_of(field: Any) -> st.SearchStrategy[Any]:
    """Values that the field takes."""
    if isinstance(field, fields.Nested):
        return contents_of(field.schema) | (st.none() if field.allow_none else st.nothing())
    if isinstance(field, fields.List):
        return st.lists(values_of(field.inner), max_size=4)
    if isinstance(field.validate, validate.Equal):
        return st.just(field.validate.comparable)
    if isinstance(field.validate, validate.OneOf) and not isinstance(field, Country):
        return st.sampled_from(list(field.validate.choices))
    simple = {
        Country: st.sampled_from(sorted(COUNTRIES)),
        Day: st.dates().map(lambda day: day.isoformat()) | (st.none() if field.allow_none else st.nothing()),
        fields.Boolean: st.booleans(),
        CertificateBase: st.integers(1, 9_999).map(lambda number: f"IECEx BAS 26.{number:04}"),
        ReportReference: st.sampled_from(["GB/BAS/ExTR26.0001/00", "a report of ours"]),
    }
    if type(field) in simple:
        return simple[type(field)]
    return texts_of(field) if isinstance(field, Text) else matching(field)


def texts_of(field: Text) -> st.SearchStrategy[str]:
    # Half as long as may be, since composing a text can make it longer.
    texts = st.text(WITH_LINES if field.lines else CHARACTERS, max_size=min(60, field.longest // 2))
    return texts.map(lambda text: text if text.strip() or not field.shortest else f"{text}a")


def matching(field: Any) -> st.SearchStrategy[str | None]:
    """Texts of a fixed form: a photo's mark or a unit of competence."""
    if field.allow_none:
        return st.none() | st.just("a" * 64)
    return st.integers(0, 999).map(lambda number: f"Ex {number:03}")


def contents_of(schema: Schema) -> st.SearchStrategy[dict[str, Any]]:
    return st.fixed_dictionaries({name: values_of(field) for name, field in schema.fields.items()})


def test_a_country_is_shown_by_its_name_and_typed_by_its_name_or_its_code() -> None:
    form = form_of("mark-licence", None)
    shown = flat(form, {"applicant": {"name": "Muster", "address": "", "country": "DE"}})
    assert shown["applicant.country"] == "Germany (DE)"
    for typed in ("Germany (DE)", "DE", " de ", "germany", "GERMANY  (de)"):
        assert filled(form, shown | {"applicant.country": typed}).content["applicant"]["country"] == "DE"
    assert filled(form, shown | {"applicant.country": "Gernamy"}).content["applicant"]["country"] == "Gernamy"


def by_a_browser(sent: dict[str, str]) -> dict[str, str]:
    """A form is sent with line breaks of its own."""
    return {name: text.replace("\n", "\r\n") for name, text in sent.items()}


def there_and_back(scheme: str, content: dict[str, Any]) -> dict[str, Any]:
    form = form_of(scheme, content.get("kind"))
    return filled(form, by_a_browser(flat(form, content))).content


def loaded(scheme: str, body: dict[str, Any]) -> dict[str, Any]:
    return load(SCHEMAS[scheme](), {name: value for name, value in body.items() if name != "private"})


@pytest.mark.parametrize(("scheme", "kind"), KINDS)
def test_every_field_has_a_label_and_stands_in_one_section(scheme: str, kind: str | None) -> None:
    paths = paths_of(scheme)
    assert all(words.of(path, kind or scheme).label for path in paths)
    placed = Counter(name for part in words.SECTIONS[scheme] for name in part.fields)
    assert placed == Counter({path.split(".")[0] for path in paths})
    assert form_of(scheme, kind)


def test_a_field_without_a_word_is_an_error() -> None:
    with pytest.raises(KeyError, match="has no label"):
        words.of("colour")


def test_no_word_is_left_over() -> None:
    known = {path for scheme in SCHEMAS for path in paths_of(scheme)}
    endings = {f"*.{path.rpartition('.')[2]}" for path in known}
    assert {key.partition("@")[0] for key in words.WORDS} <= known | endings


@pytest.mark.parametrize("scheme", SCHEMAS)
@settings(max_examples=60)
@given(data=st.data())
def test_any_content_goes_through_its_form_without_a_loss(scheme: str, data: st.DataObject) -> None:
    content = loaded(scheme, data.draw(contents_of(SCHEMAS[scheme]())))
    assert loaded(scheme, there_and_back(scheme, content)) == content


@settings(max_examples=40)
@given(contents_of(PrivateSchema()))
def test_what_is_kept_of_a_person_goes_through_the_form_too(private: dict[str, Any]) -> None:
    private = load(PrivateSchema(), private)
    back = there_and_back("person", {"private": private})["private"]
    assert (back or {"date_of_birth": None, "identity_number": ""}) == private


def test_every_invented_certificate_goes_through_its_form() -> None:
    for index in range(200):
        content = loaded("equipment", invent(index, accounts.BODIES).body)
        assert there_and_back("equipment", content) == content


@pytest.mark.parametrize("snapshot", [a_snapshot(), a_facility(), a_licence(), a_person()])
def test_a_published_certificate_of_each_scheme_goes_through_its_form(snapshot: dict[str, Any]) -> None:
    names = CONTENT_SCHEMAS[snapshot["scheme"]]().fields
    content = {name: value for name, value in snapshot.items() if name in names}
    content = loaded(snapshot["scheme"], content)
    assert loaded(snapshot["scheme"], there_and_back(snapshot["scheme"], content)) == content


def test_what_is_wrong_goes_through_as_it_was_typed() -> None:
    form = form_of(REPORT)
    content = filled(form, {"issued": "yesterday", "applicant.country": "Gernamy", "audited": "2026-11-01\r\n\r\nnone"})
    assert content.content["issued"] == "yesterday"
    assert content.content["applicant"] == {"name": "", "address": "", "country": "Gernamy"}
    assert content.content["audited"] == ["2026-11-01", "none"]


def test_a_record_left_empty_is_passed_over_and_errors_still_find_theirs() -> None:
    sent = {"standards.0.number": " ", "standards.0.edition": "", "standards.3.number": "IEC 60079-0"}
    answer = filled(form_of("mark-licence"), sent)
    assert answer.content["standards"] == [{"number": "IEC 60079-0", "edition": ""}]
    assert answer.in_form("standards.0.edition") == "standards.3.edition"
    assert answer.in_form("standards.0") == "standards.3"
    assert answer.in_form("standards") == "standards"
    assert answer.in_form("standards.7.number") == "standards.7.number"
    assert answer.in_form("applicant.name") == "applicant.name"


def test_a_record_can_be_taken_out() -> None:
    sent = {"standards.0.number": "A", "standards.1.number": "B", "standards.11.number": "C", "schedule": "D"}
    left = without(sent, "standards", 1)
    assert left == {"standards.0.number": "A", "standards.11.number": "C", "schedule": "D"}
    assert places_in(left, "standards") == [0, 11]


def test_a_list_of_records_says_what_one_of_them_is_called() -> None:
    lists = [item for scheme in SCHEMAS for item in form_of(scheme).items if isinstance(item, Records)]
    assert {item.path for item in lists} == set(words.ONE_OF)


def test_only_a_unit_verification_asks_for_serial_numbers() -> None:
    items = {item.path: item for item in form_of("equipment", "equipment").items}
    assert not is_shown(items["serial_numbers"], "equipment", [])
    assert is_shown(items["serial_numbers"], "equipment", ["SN 1"]), "what stands there must not vanish"
    assert is_shown(items["serial_numbers"], "unit-verification", [])
    assert not is_shown(items["quality_reports"], "unit-verification", [])


def test_a_component_has_limitations_and_not_conditions() -> None:
    label = {kind: words.of("conditions_of_use", kind).label for kind in EQUIPMENT_KINDS}
    assert label["component"] == "Schedule of limitations"
    assert label["equipment"] == label["unit-verification"] == "Specific conditions of use"


BEGUN = {"equipment": "Lamp", "schedule": "", "marking": ["Ex db IIC T4 Gb"], "ambient": ""}


def test_what_only_the_other_changed_is_taken_over() -> None:
    answer = merged(marks(BEGUN), BEGUN | {"schedule": "Theirs."}, BEGUN | {"ambient": "Mine"})
    assert answer.content == BEGUN | {"schedule": "Theirs.", "ambient": "Mine"}
    assert (answer.theirs, answer.both) == (("schedule",), ())


def test_what_both_changed_is_left_to_choose() -> None:
    theirs, mine = BEGUN | {"schedule": "Theirs."}, BEGUN | {"schedule": "Mine."}
    answer = merged(marks(BEGUN), theirs, mine)
    assert (answer.content["schedule"], answer.both) == ("Mine.", ("schedule",))
    assert with_theirs(mine, theirs, ["schedule"]) == theirs


def test_what_both_changed_alike_is_no_conflict() -> None:
    alike = BEGUN | {"schedule": "The same."}
    assert merged(marks(BEGUN), alike, alike).both == ()


def test_without_marks_every_difference_is_left_to_choose() -> None:
    assert merged("", BEGUN | {"ambient": "Theirs"}, BEGUN).both == ("ambient",)


def test_an_unknown_choice_takes_nothing() -> None:
    assert with_theirs(BEGUN, BEGUN, ["colour"]) == BEGUN


def test_places_of_records_are_none_where_a_form_has_none() -> None:
    assert Filled({}).in_form("marking.3") == "marking.3"


def test_each_error_stands_beside_its_field_and_is_called_by_its_label() -> None:
    form = form_of("equipment", "equipment")
    answer = filled(form, {"standards.4.number": "IEC 60079-0"})
    errors = [
        {"field": field, "text": "Wrong."}
        for field in ("applicant.country", "standards.0.edition", "standards.0", "marking.1", "colour", "kind")
    ]
    told = [(note.name, note.label, note.text) for note in notes.of_errors(form, answer, errors)]
    assert told == [
        ("applicant.country", "Applicant, country", "Must be a country, by its name or code, such as Germany or DE."),
        ("standards.4.edition", "Standards 1, edition", "Wrong."),
        ("standards.4", "Standards 1", "Wrong."),
        ("marking", "Marking", "Line 2: Wrong."),
        ("", "", "Wrong."),
        ("kind", "Certificate type", "Wrong."),
    ]


def test_what_stops_the_issue_is_told_before_what_does_not() -> None:
    rows = [
        {"rule": "a", "severity": severity, "field": "marking", "text": severity} for severity in ("warning", "error")
    ]
    told = notes.of_findings(form_of("equipment", "equipment"), Filled({}), rows)
    assert [note.severity for note in told] == ["error", "warning"]
    assert list(notes.by_name(told)) == ["marking"]
