"""Annexes: the files that belong to one issue of a certificate, and what their names may be.

A name is text that people read and a program puts behind a slash; it is never a path. It ends as files of its type do.
"""

from __future__ import annotations

import re
import unicodedata

from contracts.errors import InvalidInput

MOST_ANNEXES = 30
# In bytes, of each.
LARGEST_ANNEX = 20_971_520
LONGEST_NAME = 100
# Which files there are, and how their names end.
ENDINGS = {"application/pdf": ".pdf", "image/jpeg": ".jpg"}

_NAME = re.compile(r"\w[\w ._(),+&'-]*\.(?:pdf|jpg)")
_TWICE = re.compile(r"\.\.|  ")
RIGHT = f"A name has up to {LONGEST_NAME} letters, digits, blanks and . - _ ( ) , + & ' and ends in .pdf or .jpg."


def checked_name(text: object, field: str = "name") -> str:
    """The name that ``text`` is, its accents composed. Raises InvalidInput that names ``field``."""
    name = unicodedata.normalize("NFC", text) if isinstance(text, str) else ""
    if len(name) > LONGEST_NAME or not _NAME.fullmatch(name) or _TWICE.search(name):
        raise InvalidInput.field(field, f"Is no name of an annex. {RIGHT}")
    return name


def check_ending(name: str, media_type: str, field: str = "name") -> None:
    """Raises InvalidInput unless the name ends as files of this type do."""
    if not name.endswith(ENDINGS[media_type]):
        kind = "a PDF" if media_type == "application/pdf" else "a picture, which is kept as JPEG"
        raise InvalidInput.field(field, f"What was sent is {kind}; let the name end in {ENDINGS[media_type]}.")
