"""Signed documents for tests: drawn and signed as the register does it, in this process."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from functools import cache

from services.export.document import Printed, Reference
from services.export.drawing import Drawer
from services.export.key import SigningKey
from services.export.seal import Sealer
from tests.builders import a_snapshot
from tests.signing_keys import a_signing_key

SAID = "Copy of IECEx BAS 26.0001X, Issue 0, as of change 7"
SIGNED_AT = datetime(2026, 11, 2, 10, 1, tzinfo=UTC)


@cache
def a_drawn_document() -> bytes:
    """A certificate of equipment, without a signature."""
    facts = Printed(a_snapshot("IECEx BAS 26.0001X"), [{"issue": 0, "date": "2026-11-02"}], 7).facts(
        Reference([], [], []), "http://register.example"
    )
    return Drawer().document("equipment", facts)


@contextmanager
def no_running_loop() -> Iterator[None]:
    """A browser test leaves its loop running in this thread between its calls, and pyHanko makes one of its own."""
    running = asyncio._get_running_loop()
    asyncio._set_running_loop(None)
    try:
        yield
    finally:
        asyncio._set_running_loop(running)


def sealed(pdf: bytes, said: str, key: SigningKey) -> bytes:
    with no_running_loop():
        return Sealer(key.for_worker()).sealed(pdf, said, SIGNED_AT)


@cache
def a_signed_document(said: str = SAID, key: int = 1, name: str | None = None) -> bytes:
    """The same certificate, signed by the key of this ``number`` and ``name``."""
    signing_key = a_signing_key(key) if name is None else a_signing_key(key, name)
    return sealed(a_drawn_document(), said, signing_key)
