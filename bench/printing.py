"""Certificates to print: of three pages, each another one, since a compiler remembers what it has drawn."""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from typing import Any

from services.export.document import Printed, Reference
from services.export.press import Seal
from tests.builders import a_snapshot
from tests.service.export.neighbours import PUBLIC_URL, FakeCertificates
from tests.signed import SIGNED_AT

SENTENCE = "The enclosure is made of stainless steel, its joints are flameproof, and cable entry {} has a thread M20. "
_numbers = itertools.count(1)


def certificates(count: int) -> Iterator[dict[str, Any]]:
    """So many that nobody had before."""
    for n in itertools.islice(_numbers, count):
        schedule = "".join(SENTENCE.format(n * 100 + place) for place in range(12))
        standards = [{"number": f"IEC 60079-{part}", "edition": "7.0"} for part in (0, 1, 7, 11, 31)]
        number = f"IECEx BAS {n // 9_999 % 100:02}.{n % 9_999 + 1:04}X"
        conditions = "Do not open when energised."
        yield a_snapshot(number, schedule=schedule, standards=standards, conditions_of_use=conditions)


def reference() -> Reference:
    register = FakeCertificates()
    return Reference(register.excbs(), register.standards(), register.units())


def facts(certificate: dict[str, Any]) -> dict[str, Any]:
    """What the template of equipment lays out."""
    printed = Printed(certificate, [{"issue": 0, "date": certificate["date_of_issue"]}], certificate["change_no"])
    return printed.facts(reference(), PUBLIC_URL) | {"photo_file": "", "signer": "Register of the bench"}


def a_seal(certificate: dict[str, Any]) -> Seal:
    return Seal(f"Copy of {certificate['number']}, Issue 0, as of change 1", SIGNED_AT)
