"""The documents of a ZIP: drawn by all workers at once, each as a short task, so that single calls find their turn."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterable
from datetime import date
from functools import cache
from typing import Any, TypeVar

from contracts.errors import NotFound
from services.export.document import Reference, filename_of
from services.export.press import Press, reference_of
from services.export.running import Fetched
from services.export.sheets import DOCUMENTS
from services.export.sources import Register

# As many as there are workers.
AT_A_TIME = 2
PATIENCE = 60.0

Item = TypeVar("Item")


def draw_documents(
    fetched: Fetched, one_more: Callable[[], None], *, press: Press, register: Register, today: date
) -> list[dict[str, str]]:
    """Puts the document of every row into the folder of ``fetched``; returns those that are gone meanwhile, and why.

    ``one_more`` is told of each document, and stops it all by raising.
    """
    folder = fetched.folder / DOCUMENTS
    folder.mkdir()
    missing: list[dict[str, str]] = []

    @cache
    def reference() -> Reference:
        return reference_of(register())

    def draw(snapshot: dict[str, Any]) -> None:
        try:
            printed = press.printed(snapshot, register(), today)
        except NotFound:
            missing.append({"number": snapshot["number"], "text": "It was deleted while the file was made."})
        else:
            key, _, _ = press.certificate(printed, register, reference, PATIENCE)
            press.fetch(key, folder / filename_of(snapshot))
        one_more()

    at_once(draw, fetched.snapshots())
    return missing


def at_once(work: Callable[[Item], None], items: Iterable[Item]) -> None:
    """Does ``work`` for each item, some at a time. The first error ends it all, and is raised."""
    rest, taking = iter(items), threading.Lock()
    errors: list[Exception] = []

    def run() -> None:
        try:
            while not errors:
                with taking:
                    item = next(rest)
                work(item)
        except StopIteration:
            return
        except Exception as error:  # noqa: BLE001 - it is raised in the thread that waits
            errors.append(error)

    threads = [threading.Thread(target=run, daemon=True) for _ in range(AT_A_TIME)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    if errors:
        raise errors[0]
