"""PDFs as annexes: what opens and only shows is taken, all else is refused with what to do about it."""

from __future__ import annotations

import io
import re

import pytest
from PIL import Image
from pypdf import PdfReader, PdfWriter
from pypdf.generic import ArrayObject, DictionaryObject, PdfObject, TextStringObject

from contracts.errors import InvalidInput
from gateway import pdfs
from gateway.pdfs import ACTIONS, BROKEN, ENCRYPTED, FILES, FORM, MEDIA, MORE_BEHIND, NO_PAGES, SCRIPTS, TOO_MUCH
from tests.pdfs import SCRIPT, a_pdf, a_stream, a_writer, dictionary, packed_with, with_an_object, written, zeros

GOES_OUT = dictionary(S="/URI", URI="https://example.org")


def refusal(data: bytes) -> str | None:
    """Why the file is refused; None where it is taken."""
    try:
        pdfs.check(data)
    except InvalidInput as error:
        (row,) = error.details["errors"]
        assert row["field"] == "annex"
        return str(row["text"])
    return None


def a_picture_as_pdf() -> bytes:
    file = io.BytesIO()
    Image.new("RGB", (400, 300), "red").save(file, "PDF")
    return file.getvalue()


def amended(first: bytes) -> bytes:
    """The file with a second revision behind the first, as a signature adds one."""
    writer = PdfWriter(PdfReader(io.BytesIO(first)), incremental=True)
    writer.add_metadata({"/Title": "Annex 1"})
    return written(writer)


@pytest.mark.parametrize(
    "data",
    [a_pdf(), a_pdf(3), a_picture_as_pdf(), amended(a_pdf()), a_pdf() + b"\r\n\0\0"],
    ids=["page", "pages", "picture", "revised", "filled-up"],
)
def test_what_only_shows_is_taken(data: bytes) -> None:
    assert refusal(data) is None


def test_links_within_and_to_the_web_are_taken() -> None:
    assert refusal(a_pdf(OpenAction=dictionary(S="/GoTo", D="the beginning"))) is None
    link = dictionary(Type="/Annot", Subtype="/Link", A=dictionary(S="/URI", URI="https://example.org"))
    assert refusal(with_an_object(link)) is None


@pytest.mark.parametrize(
    ("data", "text"),
    [
        (a_pdf(OpenAction=SCRIPT), SCRIPTS),
        (a_pdf(AA=dictionary(WC=dictionary(S="/GoTo"))), ACTIONS),
        (a_pdf(OpenAction=GOES_OUT), ACTIONS),
        (a_pdf(OpenAction=dictionary(S="/GoTo", D="there", Next=GOES_OUT)), ACTIONS),
        (a_pdf(OpenAction=dictionary(S="/GoTo", D="there", Next=ArrayObject([GOES_OUT]))), ACTIONS),
        (a_pdf(Names=dictionary(JavaScript=dictionary(Names=ArrayObject()))), SCRIPTS),
        (with_an_object(SCRIPT), SCRIPTS),
        (a_pdf(OpenAction=dictionary(S="/Launch", F="calc.exe")), ACTIONS),
        (a_pdf(OpenAction=dictionary(S="/GoToR", F="//host/share.pdf")), ACTIONS),
        (a_pdf(OpenAction=dictionary(S="/SubmitForm", F="https://example.org")), ACTIONS),
        (with_an_object(a_stream(b"", F="//host/share")), ACTIONS),
        (a_pdf(Names=dictionary(EmbeddedFiles=dictionary(Names=ArrayObject()))), FILES),
        (with_an_object(dictionary(Type="/Filespec", F="a.exe", EF=DictionaryObject())), FILES),
        (with_an_object(a_stream(b"MZ", Type="/EmbeddedFile")), FILES),
        (a_pdf(AcroForm=dictionary(XFA=ArrayObject())), FORM),
        (with_an_object(dictionary(Type="/Annot", Subtype="/RichMedia")), MEDIA),
        (with_an_object(dictionary(Type="/Annot", Subtype="/Movie")), MEDIA),
    ],
)
def test_what_would_do_something_is_refused_wherever_it_lies(data: bytes, text: str) -> None:
    assert refusal(data) == text


def test_a_name_that_is_spelled_otherwise_says_the_same() -> None:
    data = a_pdf(OpenAction=SCRIPT)
    assert refusal(data.replace(b"/JavaScript", b"/Java#53cript")) == SCRIPTS
    assert refusal(data.replace(b"/JavaScript", b"/GoTo    ").replace(b"/JS", b"/J#53")) == SCRIPTS


def test_a_script_in_a_packed_object_is_found() -> None:
    packed = packed_with({"/S": "/JavaScript"})
    assert b"/JavaScript" not in packed
    assert refusal(packed) == SCRIPTS


def test_a_script_of_an_earlier_revision_is_found() -> None:
    first = a_pdf(OpenAction=SCRIPT)
    writer = PdfWriter(PdfReader(io.BytesIO(first)), incremental=True)
    del writer.root_object["/OpenAction"]
    assert refusal(written(writer)) == SCRIPTS


def test_a_script_that_no_table_leads_to_is_found_in_the_bytes() -> None:
    data = a_pdf()
    hidden = b"99 0 obj << /S /JavaScript /JS (app.alert\\(1\\)) >> endobj\n"
    place = data.rindex(b"startxref")
    assert refusal(data[:place] + hidden + data[place:]) == SCRIPTS


@pytest.mark.parametrize("passwords", [("secret", None), ("", "owner")])
def test_an_encrypted_one_is_refused_even_where_no_password_is_asked_for(passwords: tuple[str, str | None]) -> None:
    writer = a_writer()
    writer.encrypt(*passwords)
    assert refusal(written(writer)) == ENCRYPTED


@pytest.mark.parametrize(
    "data",
    [
        b"%PDF-1.7", b"%PDF-1.7\n%%EOF", a_pdf()[:-60], a_pdf()[: len(a_pdf()) // 2] + b"%%EOF",
        b"\n" + a_pdf(), b"PK\x03\x04", b"",
    ],
)  # fmt: skip
def test_what_does_not_open_is_refused(data: bytes) -> None:
    assert refusal(data) == BROKEN


def test_one_without_pages_is_refused() -> None:
    assert refusal(a_pdf(0)) == NO_PAGES


def test_pages_that_lead_round_in_a_circle_end() -> None:
    writer = a_writer()
    pages = writer.root_object["/Pages"]
    assert isinstance(pages, DictionaryObject)
    pages["/Kids"].append(writer.root_object.raw_get("/Pages"))  # type: ignore[attr-defined]
    assert refusal(written(writer)) == BROKEN


@pytest.mark.parametrize("behind", [b"PK\x03\x04 a ZIP", b"<script>alert(1)</script>", b"\x7fELF"])
def test_a_second_file_behind_the_first_is_refused(behind: bytes) -> None:
    assert refusal(a_pdf() + behind) == MORE_BEHIND


@pytest.mark.parametrize(
    "stream",
    [
        a_stream(zeros(pdfs.MOST_UNPACKED + 2_097_152), "FlateDecode"),
        a_stream(b"packed twice", "FlateDecode", "FlateDecode"),
        a_stream(b"packed twice", "Fl", "ASCII85Decode", "Fl"),
    ],
)
def test_one_that_unpacks_to_more_than_anybody_needs_is_refused(stream: PdfObject) -> None:
    assert refusal(with_an_object(stream)) == TOO_MUCH


def test_every_refusal_says_what_to_do() -> None:
    said = (text for text in vars(pdfs).values() if isinstance(text, str))
    texts = [text for text in said if re.match("(Is|Has|Holds|Unpacks) ", text)]
    assert len(texts) == 11
    assert all("send" in text and text.endswith(".") for text in texts)


def test_text_that_speaks_of_scripts_is_no_script() -> None:
    assert refusal(a_pdf(Info=dictionary(Title=TextStringObject("On JavaScript, XFA and Launch")))) is None
