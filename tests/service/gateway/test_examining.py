"""A PDF file held against our certificates: genuine only if it is byte for byte what was signed, whatever is tried."""

from __future__ import annotations

import subprocess
import sys
import zlib
from collections.abc import Callable, Iterator
from io import BytesIO
from random import Random

import pytest
from pyhanko.pdf_utils import generic
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.pdf_utils.reader import PdfFileReader

from contracts.errors import InvalidInput
from gateway.apart import ROOT, made_apart
from gateway.examining import examined
from gateway.verdicts import BROKEN, FIELD, Examined, examined_apart
from tests.signed import SAID, SIGNED_AT, a_drawn_document, a_signed_document, no_running_loop, sealed
from tests.signing_keys import a_signing_key

OURS = [a_signing_key(3, "An older key").pem, a_signing_key().pem]
GENUINE = Examined("genuine", 1, SAID, SIGNED_AT.isoformat())
STRANGER = "Somebody else"


@pytest.fixture(autouse=True)
def _no_running_loop() -> Iterator[None]:
    with no_running_loop():
        yield


def verdict(data: bytes) -> str:
    """That of a file which may be too damaged to be read at all."""
    try:
        return examined(data, OURS).verdict
    except InvalidInput:
        return "unreadable"


def gap_of(data: bytes) -> tuple[int, int]:
    """Between which places the signature itself stands."""
    [signature] = PdfFileReader(BytesIO(data)).embedded_signatures
    _, start, end, _ = map(int, signature.byte_range)
    return start, end


def with_byte(data: bytes, place: int, value: int) -> bytes:
    return data[:place] + bytes([value]) + data[place + 1 :]


def extended(data: bytes) -> bytes:
    """With an update behind it, as an editor appends one: the title of the first page is another."""
    writer = IncrementalPdfFileWriter(BytesIO(data))
    writer.root["/Lang"] = generic.TextStringObject("de")
    writer.update_root()  # type: ignore[no-untyped-call]
    target = BytesIO()
    writer.write(target)  # type: ignore[no-untyped-call]
    return target.getvalue()


def test_what_was_signed_is_genuine_and_says_what_it_is() -> None:
    assert examined(a_signed_document(), OURS) == GENUINE
    assert examined(a_signed_document(key=3, name="An older key"), OURS) == Examined(
        "genuine", 0, SAID, SIGNED_AT.isoformat()
    )


def test_a_document_without_a_signature_or_with_that_of_others_is_none_of_ours() -> None:
    assert examined(a_drawn_document(), OURS) == Examined("unsigned")
    assert examined(a_signed_document(key=2, name=STRANGER), OURS) == Examined("foreign")
    assert examined(a_signed_document(), []) == Examined("foreign")


def test_a_certificate_that_only_bears_our_name_and_number_is_not_ours() -> None:
    assert a_signing_key(2).certificate.serial_number == a_signing_key().certificate.serial_number
    assert examined(a_signed_document(key=2), OURS) == Examined("altered", 1)


def test_a_changed_byte_is_found_wherever_it_stands() -> None:
    data, random = a_signed_document(), Random(26)
    start, end = gap_of(data)
    places = [*random.sample(range(5, start), 60), *random.sample(range(end, len(data)), 20)]
    found = [verdict(with_byte(data, place, data[place] ^ 1)) for place in places]
    assert set(found) <= {"altered", "extended", "unsigned", "unreadable"}
    assert found.count("altered") > 40


@pytest.mark.parametrize("what", [b"Copy of IECEx BAS 26", b"20261102100100Z", b"/Lang (en)", b"/P 1\n"])
def test_a_changed_word_is_found(what: bytes) -> None:
    data = a_signed_document()
    place = data.index(what) + len(what) - 2
    assert verdict(with_byte(data, place, data[place] ^ 1)) != "genuine"


def test_the_signature_itself_cannot_be_changed() -> None:
    data, random = a_signed_document(), Random(26)
    start, _ = gap_of(data)
    # Of the container's digits those of what was signed and of the signature stand at its end.
    length = len(bytes.fromhex(data[start + 1 :].split(b">")[0].decode()).rstrip(b"\0"))
    for place in random.sample(range(start + 1 + 2 * (length - 250), start + 1 + 2 * length), 20):
        changed = with_byte(data, place, ord("0") if data[place] != ord("0") else ord("1"))
        assert verdict(changed) in ("altered", "unreadable")


@pytest.mark.parametrize(
    "change",
    [
        extended,
        lambda data: data + b"\n",
        lambda data: data + b"%%EOF\n",
        lambda data: data + a_drawn_document(),
    ],
    ids=["update", "line", "end", "document"],
)
def test_what_stands_behind_the_signed_document_is_found(change: Callable[[bytes], bytes]) -> None:
    assert verdict(change(a_signed_document())) != "genuine"


def test_a_second_signature_is_found(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("services.export.seal.FIELD", "Another")
    data = sealed(a_signed_document(), "I agree", a_signing_key(2, STRANGER))
    assert verdict(data) == "extended"
    assert examined(data, [a_signing_key(2, STRANGER).pem]).verdict != "altered"


def test_an_update_leaves_it_certain_what_was_signed() -> None:
    assert examined(extended(a_signed_document()), OURS) == Examined("extended", 1, SAID, SIGNED_AT.isoformat())


def test_what_is_left_free_for_the_signature_holds_nothing_else() -> None:
    data = a_signed_document()
    _, end = gap_of(data)
    assert verdict(with_byte(data, end - 3, ord("4"))) != "genuine"


def test_an_earlier_document_cannot_be_cut_out_of_an_update() -> None:
    data = a_signed_document()
    drawn = data[: data.index(b"%%EOF") + 5]
    assert verdict(drawn) == "unsigned"
    assert verdict(data[:-50]) != "genuine"


# What was not made to be read


def an_object(content: bytes) -> bytes:
    """A file of one object, its root."""
    head = b"%PDF-1.7\n"
    body = b"1 0 obj\n" + content + b"\nendobj\n"
    table = f"xref\n0 2\n0000000000 65535 f \n{len(head):010} 00000 n \n".encode()
    trailer = b"trailer\n<< /Size 2 /Root 1 0 R >>\nstartxref\n" + str(len(head) + len(body)).encode() + b"\n%%EOF\n"
    return head + body + table + trailer


BOMB = zlib.compress(bytes(100_000_000), 9)
HOSTILE = {
    "empty": b"%PDF-1.7\n",
    "noise": b"%PDF-1.7\n" + Random(26).randbytes(10_000),
    "deep": an_object(b"[" * 100_000),
    "deep dictionary": an_object(b"<< /A " * 50_000),
    "a field that is its own child": an_object(
        b"<< /Type /Catalog /AcroForm << /Fields [ 1 0 R ] >> /FT /Sig /T (a) /Kids [ 1 0 R ] >>"
    ),
    "a table before itself": b"%PDF-1.7\nxref\n0 1\n0000000000 65535 f \n"
    b"trailer\n<< /Size 1 /Prev 9 >>\nstartxref\n9\n%%EOF",
    "bomb": b"%PDF-1.7\n1 0 obj\n<< /Type /XRef /Size 9999999 /W [1 4 2] /Filter /FlateDecode /Length "
    + str(len(BOMB)).encode()
    + b" /Root 1 0 R >>\nstream\n"
    + BOMB
    + b"\nendstream\nendobj\nstartxref\n9\n%%EOF",
}


@pytest.mark.parametrize("name", HOSTILE)
def test_a_hostile_file_is_answered_in_time(name: str) -> None:
    with pytest.raises(InvalidInput) as caught:
        examined_apart(HOSTILE[name], OURS)
    assert caught.value.details["errors"] == [{"field": "document", "text": BROKEN}]


@pytest.mark.parametrize("data", [b"PK\x03\x04", b"<html>", b"\n%PDF-1.7"])
def test_what_is_no_pdf_file_is_said_so(data: bytes) -> None:
    with pytest.raises(InvalidInput, match="document: Must be a PDF file"):
        examined(data, OURS)


def test_a_process_apart_finds_the_same() -> None:
    assert examined_apart(a_signed_document(), OURS) == GENUINE
    with pytest.raises(InvalidInput, match="Must be a PDF file"):
        examined_apart(b"no", OURS)


def test_the_gateway_does_not_load_what_examines() -> None:
    program = "import sys, gateway.api.documents; print('pyhanko' in sys.modules)"
    done = subprocess.run([sys.executable, "-c", program], cwd=ROOT, capture_output=True, text=True, check=True)
    assert done.stdout == "False\n"


def test_a_process_that_takes_too_long_is_ended_and_the_file_is_called_broken() -> None:
    with pytest.raises(InvalidInput, match="document: Is damaged"):
        made_apart("tests.endless", b"", InvalidInput.field(FIELD, BROKEN), seconds=1)
