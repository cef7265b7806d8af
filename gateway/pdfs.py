"""PDFs as annexes: opened and looked through before anybody else opens them, and kept as they were sent.

They are not written anew, for that would break the signature on a signed one. So what could act by itself in a reader's
hands is refused, wherever in the file it lies: every object of every revision is looked at, whether a page leads there
or not. Works in memory, knows nothing of HTTP; for strangers' files it runs in a process apart (gateway.apart).
"""

from __future__ import annotations

import io
import re
import zlib
from collections.abc import Iterator
from typing import Any

from pyhanko.pdf_utils import generic
from pyhanko.pdf_utils.filters import get_generic_decoder
from pyhanko.pdf_utils.reader import PdfFileReader

from contracts.errors import InvalidInput

BEGINS, ENDS = b"%PDF-", b"%%EOF"
# What may stand behind the end: line breaks, and what old systems filled a file up with.
_FILLING = b"\r\n\t \0\x1a"
MOST_PAGES = 2_000
MOST_OBJECTS = 500_000
DEFLATED = ("/FlateDecode", "/Fl")
# In bytes, of all compressed parts together. A large drawing in colour takes half of it.
MOST_UNPACKED = 1_073_741_824
PIECE = 1_048_576

BROKEN = "Is no PDF that can be opened, or is cut off: open it, print or export it as PDF anew, and send that."
ENCRYPTED = "Is encrypted or has a password: save it without any protection, and send that."
MORE_BEHIND = "Holds something behind its end: open it, save it anew as PDF, and send that."
NO_PAGES = "Has no pages: send a PDF that shows something."
TOO_MANY_PAGES = f"Has more than {MOST_PAGES:,} pages: send it in parts."
TOO_MUCH = "Unpacks to far more than a document needs: print it anew as PDF, in a lower resolution, and send that."
_PLAIN = "print it anew as PDF (or export it as PDF/A), and send that."
SCRIPTS = f"Holds scripts (JavaScript): {_PLAIN}"
ACTIONS = f"Holds actions that act by themselves, start programs, open other files or send data: {_PLAIN}"
FILES = f"Holds other files inside: send those as annexes of their own; of this one, {_PLAIN}"
FORM = f"Holds a form of the kind XFA: fill it in, {_PLAIN}"
MEDIA = f"Holds films, sounds or 3D models, which nobody can print: {_PLAIN}"

# What a name says wherever it stands as a key, and what it says as a value of these keys (ISO 32000-2, 7.11, 12.6, 13).
KEYS = {
    "/JS": SCRIPTS,
    "/AA": ACTIONS,
    "/JavaScript": SCRIPTS,
    "/EF": FILES,
    "/EmbeddedFiles": FILES,
    "/XFA": FORM,
    "/RichMediaContent": MEDIA,
}
VALUES = {
    ("/S", "/JavaScript"): SCRIPTS,
    **{("/S", f"/{name}"): ACTIONS for name in ("Launch", "GoToE", "GoToR", "ImportData", "SubmitForm")},
    **{("/S", f"/{name}"): MEDIA for name in ("Rendition", "Movie", "Sound", "RichMediaExecute", "GoTo3DView")},
    ("/Type", "/EmbeddedFile"): FILES,
    ("/Subtype", "/FileAttachment"): FILES,
    **{("/Subtype", f"/{name}"): MEDIA for name in ("RichMedia", "Movie", "Sound", "Screen", "3D")},
}
# The same in the bytes, for what no table of the file leads to; short names would be found by chance in any picture.
_HIDDEN = {
    re.compile(rb"/" + name + rb"(?![A-Za-z0-9_.+-])"): text
    for name, text in (
        (b"JavaScript", SCRIPTS),
        (b"SubmitForm", ACTIONS),
        (b"EmbeddedFiles?", FILES),
        (b"RichMediaContent", MEDIA),
    )
}
_ESCAPED = re.compile(rb"#([0-9A-Fa-f]{2})")


def check(data: bytes) -> None:
    """Raises InvalidInput for the field ``annex`` unless ``data`` is a PDF that opens and only shows."""
    try:
        _check_frame(data)
        _check_bytes(data)
        reader = _opened(data)
        _check_pages(reader)
        _check_objects(reader)
    except InvalidInput:
        raise
    except MemoryError as error:
        raise refused(TOO_MUCH) from error
    except Exception as error:  # what is broken in a hundred ways fails in as many
        raise refused(BROKEN) from error


def _opened(data: bytes) -> PdfFileReader:
    reader = PdfFileReader(io.BytesIO(data), strict=False)
    if reader.encrypted:
        raise refused(ENCRYPTED)
    return reader


def _check_frame(data: bytes) -> None:
    """Where one format ends, another may begin: what goes on behind the end would be a second file in the first."""
    end = data.rfind(ENDS)
    if not data.startswith(BEGINS) or end < 0:
        raise refused(BROKEN)
    if data[end + len(ENDS) :].strip(_FILLING):
        raise refused(MORE_BEHIND)


def _check_bytes(data: bytes) -> None:
    plain = _ESCAPED.sub(lambda found: bytes.fromhex(found[1].decode()), data)
    for pattern, text in _HIDDEN.items():
        if pattern.search(plain):
            raise refused(text)


def _check_pages(reader: PdfFileReader) -> None:
    """Walks the tree of pages, which may be drawn as a circle."""
    waiting, seen, pages = [reader.root.raw_get("/Pages")], set[Any](), 0
    while waiting:
        node = waiting.pop()
        if isinstance(node, generic.IndirectObject):
            if node.reference in seen:
                raise refused(BROKEN)
            seen.add(node.reference)
            node = reader.get_object(node.reference)  # type: ignore[no-untyped-call]
        if "/Kids" in node:
            kids = node["/Kids"]
            waiting += [kids.raw_get(place) for place in range(len(kids))]
        else:
            pages += 1
        if pages > MOST_PAGES or len(seen) > MOST_OBJECTS:
            raise refused(TOO_MANY_PAGES)
    if not pages:
        raise refused(NO_PAGES)


def _check_objects(reader: PdfFileReader) -> None:
    unpacked = 0
    for place, dictionary in enumerate(_dictionaries(reader)):
        if place >= MOST_OBJECTS:
            raise refused(TOO_MUCH)
        _check_dictionary(dictionary)
        if isinstance(dictionary, generic.StreamObject):
            unpacked += _unpacked(dictionary, MOST_UNPACKED - unpacked)
            if unpacked > MOST_UNPACKED:
                raise refused(TOO_MUCH)


def _dictionaries(reader: PdfFileReader) -> Iterator[generic.DictionaryObject]:
    """Every dictionary of every revision, those inside of others, too; references are not followed: all are visited."""
    for revision in range(reader.xrefs.total_revisions):
        for reference in reader.xrefs.explicit_refs_in_revision(revision):
            waiting = [reader.get_object(reference, revision)]  # type: ignore[no-untyped-call]
            while waiting:
                value = waiting.pop()
                if isinstance(value, generic.DictionaryObject):
                    yield value
                    waiting += [value.raw_get(name) for name in value]
                elif isinstance(value, generic.ArrayObject):
                    waiting += [value.raw_get(place) for place in range(len(value))]


def _check_dictionary(dictionary: generic.DictionaryObject) -> None:
    for name in dictionary:
        if name in KEYS:
            raise refused(KEYS[name])
    for name in ("/S", "/Type", "/Subtype"):
        text = VALUES.get((name, str(dictionary.get(name))))
        if text:
            raise refused(text)
    # A link waits for somebody to follow it; these do not, and one that comes after another action need not be seen.
    for name in ("/OpenAction", "/Next"):
        following = dictionary.get(name)
        for action in following if isinstance(following, generic.ArrayObject) else [following]:
            if isinstance(action, generic.DictionaryObject) and action.get("/S") == "/URI":
                raise refused(ACTIONS)
    # Its bytes would be those of another file.
    if isinstance(dictionary, generic.StreamObject) and "/F" in dictionary:
        raise refused(ACTIONS)


def _unpacked(stream: generic.StreamObject, most: int) -> int:
    """How many bytes come out of a compressed stream, or some number beyond ``most``. What is damaged is as it is."""
    filters = stream.get("/Filter") or []
    names = [str(name) for name in (filters if isinstance(filters, generic.ArrayObject) else [filters])]
    packed = [name for name in names if name in DEFLATED]
    if not packed:
        return 0
    if len(packed) > 1:
        # Nobody packs twice but to hide how much it is.
        return most + 1
    data = stream.encoded_data
    for name in names[: names.index(packed[0])]:
        data = get_generic_decoder(name).decode(data, {})
    return _inflated(data, most)


def _inflated(data: bytes, most: int) -> int:
    unpacker, size = zlib.decompressobj(), 0
    try:
        while data and size <= most and not unpacker.eof:
            size += len(unpacker.decompress(data, PIECE))
            data = unpacker.unconsumed_tail
    except zlib.error:
        pass
    return size


def refused(text: str) -> InvalidInput:
    return InvalidInput.field("annex", text)
