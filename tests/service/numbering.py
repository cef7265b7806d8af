"""The numbering service without nameko around it, and the questions its tests share."""

from __future__ import annotations

import uuid
from collections.abc import Iterator
from typing import Any

from contracts.identity import Identity, service_identity
from plumbing.context import new_context
from plumbing.db import Handle, create_engine_for
from services.numbering.service import Numbering
from services.numbering.tables import metadata

CERTIFICATES = service_identity("certificates")
EQUIPMENT = "equipment/BAS/26"
CALLERS = 20


def a_handle(url: str) -> Iterator[Handle]:
    handle = Handle(create_engine_for(url, workers=CALLERS))
    metadata.create_all(handle.engine)
    yield handle
    handle.engine.dispose()


def numbering(handle: Handle, identity: Identity = CERTIFICATES) -> Any:
    """The service as nameko would hand it to a call of ``identity``."""
    service: Any = Numbering()
    service.db, service.call = handle, new_context(identity)
    return service


def owners(count: int) -> list[str]:
    return [str(uuid.uuid4()) for _ in range(count)]


def adopt(handle: Handle, asked: dict[int, str], series: str = EQUIPMENT) -> Any:
    """What the service answers when the numbers ``asked``, each for its owner, are adopted."""
    return numbering(handle).adopt(series, [{"n": n, "owner_id": owner_id} for n, owner_id in asked.items()])


def ledger_of(handle: Handle, series: str = EQUIPMENT) -> dict[int, str]:
    """Number → owner or mark, all of a series."""
    items = numbering(handle).ledger(series, limit=10_000)["items"]
    return {item["n"]: item["owner_id"] for item in items}


def numbers_of(answers: list[dict[str, Any]]) -> list[int]:
    return [answer["n"] for answer in answers]


def assert_no_number_twice_and_none_missing(handle: Handle, series: str, count: int) -> None:
    ledger = numbering(handle).ledger(series, limit=10_000)
    assert numbers_of(ledger["items"]) == list(range(1, count + 1))
    assert ledger["last"] == count
    assert len({item["owner_id"] for item in ledger["items"]}) == count
