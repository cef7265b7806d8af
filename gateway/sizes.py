"""How large the body of a request may be: one limit for all addresses, and a table of those that take more.

The web server asks it before it reads a body, Flask before it hands one on. Pure: no input, no output.
"""

from __future__ import annotations

from contracts.annexes import LARGEST_ANNEX
from gateway import assets
from gateway.api import PREFIX
from gateway.pictures import LARGEST_FILE

LARGEST_BODY = 1_048_576
# Of a form: some lists have hundreds of records.
MOST_FIELDS = 5_000
# Ten thousand certificates of three kilobytes.
LARGEST_BATCH = 33_554_432
# A certificate of a hundred pages in four scripts has less than two megabytes.
LARGEST_DOCUMENT = 10_485_760
# A star stands for one segment of the path.
LARGER = {
    ("POST", f"{PREFIX}/certificates/batch"): LARGEST_BATCH,
    ("POST", f"{PREFIX}/imports"): LARGEST_BATCH,
    ("POST", f"{PREFIX}/exports/checks"): assets.LARGEST_FILE,
    # The same file in a form, with the form's other fields.
    ("POST", "/checks"): assets.LARGEST_FILE + 65_536,
    ("POST", f"{PREFIX}/photos"): LARGEST_FILE,
    ("POST", f"{PREFIX}/verify/document"): LARGEST_DOCUMENT,
    # A form needs some room around the file.
    ("POST", "/verify/document"): LARGEST_DOCUMENT + 10_000,
    ("PUT", f"{PREFIX}/certificates/*/photo"): LARGEST_FILE,
    # Forms, with what stands in them beside the file.
    ("POST", "/work/certificates/*/issues/*/annexes"): LARGEST_ANNEX + LARGEST_BODY,
    ("POST", "/work/batch"): LARGEST_BATCH + LARGEST_BODY,
    ("POST", "/work/photos"): LARGEST_FILE + LARGEST_BODY,
    ("POST", "/work/new/person"): LARGEST_FILE + LARGEST_BODY,
    ("POST", "/work/certificates/*/issues/*"): LARGEST_FILE + LARGEST_BODY,
    ("PUT", f"{PREFIX}/certificates/*/annexes/*"): LARGEST_ANNEX,
    # A page's form holds more than its file.
    ("POST", "/secretariat/import"): LARGEST_BATCH + LARGEST_BODY,
}


def largest_body(method: str, path: str) -> int:
    """In bytes, for a request with this method to this path, without its query."""
    rows = ((pattern, size) for (wanted, pattern), size in LARGER.items() if wanted == method)
    return next((size for pattern, size in rows if _fits(pattern, path)), LARGEST_BODY)


def _fits(pattern: str, path: str) -> bool:
    wanted, found = pattern.split("/"), path.split("/")
    return len(wanted) == len(found) and all(one in ("*", other) for one, other in zip(wanted, found, strict=True))
