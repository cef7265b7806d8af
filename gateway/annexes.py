"""Annexes as the register keeps them: PDFs as they are, once looked through; pictures encoded anew.

What a file is, its bytes say, never its name or media type. The same bytes give the same annex. Works in memory and
knows nothing of HTTP; for strangers' files it runs in a process apart (gateway.apart).
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass

from contracts.annexes import LARGEST_ANNEX, check_ending
from contracts.errors import InvalidInput, TooLarge
from gateway import pictures
from gateway.apart import Made, made_apart
from gateway.pictures import Use

FIELD = "annex"
PDF, PDF_BEGINS = "application/pdf", b"%PDF-"
# A drawing in A4 at 300 dots an inch is 3,508 pixels high, and must stay readable.
PICTURE = Use(FIELD, LARGEST_ANNEX, longest_side=4_000, wanted_length=2_000_000)
MISSING = "Is missing: send the file itself as the body of the request."
NEITHER = "Must be a PDF, or a picture as JPEG, PNG or WebP; what was sent is none of these, whatever its name says."
DEADLY = "Cannot be looked through: print it anew as PDF, or save the picture anew, and send that."


@dataclass(frozen=True, slots=True)
class Annex:
    """A file as it is kept. ``sha256`` is that of ``data``, in 64 hexadecimal digits."""

    type: str
    data: bytes

    @property
    def sha256(self) -> str:
        return hashlib.sha256(self.data).hexdigest()


def prepared(data: bytes, name: str) -> Annex:
    """The annex of this name that ``data`` is, judged in this process. Raises TooLarge or InvalidInput."""
    if not data:
        raise InvalidInput.field(FIELD, MISSING)
    if len(data) > LARGEST_ANNEX:
        raise TooLarge(f"The file has {len(data):,} bytes; an annex may have up to {LARGEST_ANNEX:,}.")
    media_type = _type_of(data)
    check_ending(name, media_type)
    if media_type == PDF:
        from gateway import pdfs  # noqa: PLC0415 - what reads PDFs is for the process apart, not for the gateway's memory

        pdfs.check(data)
        return Annex(media_type, data)
    return Annex(media_type, pictures.prepared(data, PICTURE).data)


def _type_of(data: bytes) -> str:
    if data.startswith(PDF_BEGINS):
        return PDF
    if pictures.is_one(data):
        return pictures.MEDIA_TYPE
    raise InvalidInput.field(FIELD, NEITHER)


def made(data: bytes, name: str) -> Made:
    """The same for gateway.apart."""
    annex = prepared(data, name)
    return {"type": annex.type}, annex.data


def prepared_apart(data: bytes, name: str) -> Annex:
    """As ``prepared``, in a process apart."""
    facts, kept = made_apart(__name__, data, InvalidInput.field(FIELD, DEADLY), {"name": name})
    return Annex(facts["type"], kept)
