"""PDF files to be sent: harmless ones, and those that would do something."""

from __future__ import annotations

import io
import zlib
from typing import Any

from pyhanko.pdf_utils import generic, writer
from pypdf import PdfWriter
from pypdf.generic import ArrayObject, DictionaryObject, NameObject, PdfObject, StreamObject, TextStringObject

# Their constructors say nothing of types.
GENERIC: Any = generic
WRITER: Any = writer


def name(text: str) -> NameObject:
    return NameObject(f"/{text}")


def dictionary(**entries: Any) -> DictionaryObject:
    """A dictionary of PDF; texts are names where they begin with a slash."""
    return DictionaryObject({name(key): pdf_object(value) for key, value in entries.items()})


def pdf_object(value: Any) -> PdfObject:
    if isinstance(value, PdfObject):
        return value
    return NameObject(value) if value.startswith("/") else TextStringObject(value)


def a_writer(pages: int = 1) -> PdfWriter:
    writer = PdfWriter()
    for _ in range(pages):
        writer.add_blank_page(200, 100)
    return writer


def written(writer: PdfWriter) -> bytes:
    file = io.BytesIO()
    writer.write(file)
    return file.getvalue()


def a_pdf(pages: int = 1, **root: Any) -> bytes:
    """A PDF whose catalogue has these entries."""
    writer = a_writer(pages)
    for key, value in root.items():
        writer.root_object[name(key)] = pdf_object(value)
    return written(writer)


def with_an_object(value: PdfObject) -> bytes:
    """A PDF with an object that nothing leads to."""
    writer = a_writer()
    writer._add_object(value)
    return written(writer)


def packed_with(names: dict[str, str]) -> bytes:
    """A PDF that opens by an action of these names, which lies in a packed stream of objects."""
    made, file = WRITER.PdfFileWriter(stream_xrefs=True), io.BytesIO()
    contents = made.add_object(GENERIC.StreamObject(stream_data=b" "))
    made.insert_page(WRITER.PageObject(contents=contents, media_box=(0, 0, 9, 9)))
    action = GENERIC.DictionaryObject({GENERIC.pdf_name(key): GENERIC.pdf_name(value) for key, value in names.items()})
    made.root["/OpenAction"] = made.add_object(action, obj_stream=made.prepare_object_stream())
    made.write(file)
    return file.getvalue()


def a_stream(data: bytes, *filters: str, **entries: Any) -> StreamObject:
    """A stream whose bytes are ``data``, said to be packed by these filters."""
    stream = StreamObject()
    stream._data = data
    if filters:
        stream[name("Filter")] = ArrayObject([name(one) for one in filters])
    for key, value in entries.items():
        stream[name(key)] = pdf_object(value)
    return stream


def zeros(count: int) -> bytes:
    """So many bytes, deflated without ever being there as a whole."""
    packer = zlib.compressobj()
    piece = bytes(1_048_576)
    packed = b"".join(packer.compress(piece) for _ in range(count // len(piece)))
    return packed + packer.flush()


SCRIPT = dictionary(S="/JavaScript", JS="app.alert(1)")
