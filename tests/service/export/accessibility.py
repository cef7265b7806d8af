"""What of PDF/UA-1 (ISO 14289-1) a program can see in a file, read by pypdf; the numbers are those of its clauses.

A list of sentences comes back, empty for a document without faults. It is no validator for all PDF files: it knows what
our templates can do wrong.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from io import BytesIO
from typing import Any

import pypdf
from pypdf.generic import ContentStream, DictionaryObject, IndirectObject

SHOWING = {b"Tj", b"TJ", b"'", b'"'}
PAINTING = SHOWING | {b"Do", b"S", b"s", b"f", b"F", b"f*", b"B", b"B*", b"b", b"b*", b"sh", b"BI", b"INLINE IMAGE"}
# What could run, lead out of the file or bring another one in.
ACTIVE = {
    "/JavaScript",
    "/JS",
    "/Launch",
    "/AA",
    "/OpenAction",
    "/EmbeddedFiles",
    "/GoToR",
    "/SubmitForm",
    "/RichMedia",
}
HIDDEN = 2


def faults(pdf: bytes, leads_to: str) -> list[str]:
    """What is wrong in ``pdf``, whose links may lead below the address ``leads_to`` and nowhere else."""
    reader = pypdf.PdfReader(BytesIO(pdf))
    root: Any = reader.trailer["/Root"]
    checks = (_document(root), _fonts(reader), _structure(root), _pages(reader), _content(reader))
    return [*(fault for found in checks for fault in found), *_active(reader, leads_to)]


def _document(root: Any) -> Iterator[str]:
    metadata = root["/Metadata"].get_data().decode()
    if "<pdfuaid:part>1</pdfuaid:part>" not in metadata:
        yield "5: it does not claim PDF/UA-1"
    if not re.search(r"<dc:title>.*\S.*</dc:title>", metadata, re.DOTALL):
        yield "7.1: its metadata have no title"
    # A truth value of pypdf's is true in any case, until it is compared.
    if root.get("/ViewerPreferences", {}).get("/DisplayDocTitle") != True:  # noqa: E712
        yield "7.1: a reader's window does not show the title"
    marks = root.get("/MarkInfo", {})
    if marks.get("/Marked") != True or marks.get("/Suspects", False) != False:  # noqa: E712
        yield "7.1: it is not marked as tagged, or suspect"
    if not root.get("/Lang"):
        yield "7.2: it has no language"


def _fonts(reader: pypdf.PdfReader) -> Iterator[str]:
    fonts = {font["/BaseFont"]: font for page in reader.pages for font in _fonts_in(page.get("/Resources", {}))}
    if not fonts:
        yield "it shows no text"
    for name, font in fonts.items():
        [descendant] = font.get("/DescendantFonts", [font])
        descriptor = descendant.get_object().get("/FontDescriptor", {})
        if not {"/FontFile", "/FontFile2", "/FontFile3"} & set(descriptor):
            yield f"7.21.4.1: the font {name} is not embedded"
        if "/ToUnicode" not in font:
            yield f"7.21.7: nobody can tell which characters {name} shows"


def _fonts_in(resources: Any) -> Iterator[Any]:
    resources = resources.get_object()
    yield from (font.get_object() for font in resources.get("/Font", {}).values())
    for form in resources.get("/XObject", {}).values():
        yield from _fonts_in(form.get_object().get("/Resources", DictionaryObject()))


def _structure(root: Any) -> Iterator[str]:
    elements = [*_elements(root["/StructTreeRoot"])] if "/StructTreeRoot" in root else []
    if not elements:
        yield "7.1: it has no structure"
    for element in elements:
        kind = element["/S"]
        if kind == "/Figure" and not str(element.get("/Alt", "")).strip():
            yield "7.3: a picture has no text in its place"
        if kind == "/TH" and not any("/Scope" in one for one in _attributes(element)):
            yield "7.5: a head of a table does not say of what"
        if kind == "/Table" and not any(inner["/S"] == "/TH" for inner in _elements(element)):
            yield "7.5: a table has no head"
    yield from _headings([element["/S"] for element in elements])


def _headings(kinds: list[str]) -> Iterator[str]:
    levels = [int(kind[2:]) for kind in kinds if re.fullmatch(r"/H[1-6]", kind)]
    for before, level in zip([0, *levels], levels, strict=False):
        if level > before + 1:
            yield f"7.4.2: a heading of level {level} follows one of level {before}"


def _elements(parent: Any) -> Iterator[Any]:
    kids = parent.get("/K", [])
    for kid in kids if isinstance(kids, list) else [kids]:
        element = kid.get_object()
        if isinstance(element, DictionaryObject) and "/S" in element:
            yield element
            yield from _elements(element)


def _attributes(element: Any) -> list[Any]:
    found = element.get("/A", [])
    found = found.get_object() if isinstance(found, IndirectObject) else found
    return [one.get_object() for one in found] if isinstance(found, list) else [found]


def _pages(reader: pypdf.PdfReader) -> Iterator[str]:
    for n, page in enumerate(reader.pages, 1):
        notes = [note.get_object() for note in page.get("/Annots", [])]
        if notes and page.get("/Tabs") != "/S":
            yield f"7.18.3: on page {n} the tabulator does not follow the structure"
        for note in notes:
            unseen = note.get("/F", 0) & HIDDEN
            if not unseen and "/StructParent" not in note:
                yield f"7.18.1: a note on page {n} is not part of the structure"
            if note["/Subtype"] == "/Link" and not note.get("/Contents"):
                yield f"7.18.5: a link on page {n} does not say where it leads"
            if note["/Subtype"] == "/Widget" and not (unseen and note.get("/TU")):
                yield f"7.18.4: a field on page {n} is neither hidden nor tagged, or has no name"


def _content(reader: pypdf.PdfReader) -> Iterator[str]:
    """All that is painted is tagged, or marked as an artefact."""
    for n, page in enumerate(reader.pages, 1):
        depth, bare = 0, 0
        for _, operator in ContentStream(page["/Contents"], reader).operations:
            depth += (operator in (b"BDC", b"BMC")) - (operator == b"EMC")
            bare += operator in PAINTING and depth == 0
        if bare:
            yield f"7.1: {bare} pieces of page {n} are neither tagged nor artefacts"


def _active(reader: pypdf.PdfReader, leads_to: str) -> Iterator[str]:
    size: Any = reader.trailer["/Size"]
    for number in range(1, int(size)):
        found = reader.get_object(IndirectObject(number, 0, reader))
        for inner in _dictionaries(found):
            yield from (f"it holds {name}" for name in sorted(ACTIVE & (set(inner) | {str(inner.get("/S", ""))})))
            address = str(inner.get("/URI", leads_to)) if inner.get("/S") == "/URI" else leads_to
            if not address.startswith(leads_to):
                yield f"it leads to {address}"


def _dictionaries(value: Any) -> Iterator[Any]:
    """This one and those written into it; those referred to come by themselves."""
    if isinstance(value, DictionaryObject):
        yield value
        for inner in value.values():
            yield from _dictionaries(inner)
    elif isinstance(value, list):
        for inner in value:
            yield from _dictionaries(inner)
