"""The folder of an index: one for each shape of its documents, opened, or begun anew when it cannot be read.

index/certificates-1/      what the running code reads and writes
index/certificates-2/      what newer code builds beside it; the older folder goes when the newer one is complete
index/lock                 held while a process works here, let go by the system however that process ends
"""

from __future__ import annotations

import fcntl
import shutil
from dataclasses import dataclass
from pathlib import Path
from typing import IO

from tantivy import Index, IndexWriter, Schema

from plumbing.logs import log
from services.search.domain.documents import SHAPE
from services.search.index.guard import guarded
from services.search.index.schema import build_schema, register_tokenizers

PREFIX = "certificates-"
WRITER_MEMORY = 64_000_000


class IndexInUse(Exception):
    """A living process writes this index; every replica needs a folder of its own."""


@dataclass(frozen=True, slots=True)
class Opened:
    schema: Schema
    index: Index
    writer: IndexWriter


def lock(root: Path) -> IO[str]:
    """Holds ``root`` for this process until the file is closed. Raises IndexInUse if a living process holds it."""
    root.mkdir(parents=True, exist_ok=True)
    held = (root / "lock").open("w")
    try:
        fcntl.flock(held, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError as error:
        held.close()
        raise IndexInUse(f"Another process uses the search index in {root}; give each its own INDEX_PATH.") from error
    return held


def open_index(root: Path) -> Opened:
    """The index under ``root``, which is locked; an empty one where there is none. Raises IndexFault."""
    folder = _folder(root)
    folder.mkdir(exist_ok=True)
    schema = build_schema()
    with guarded():
        index = Index(schema, path=str(folder), reuse=True)
        register_tokenizers(index)
        # What searches see moves on when we say so, together with the position that belongs to it.
        index.config_reader("manual")
        return to_be_written(schema, index)


def to_be_written(schema: Schema, index: Index) -> Opened:
    """An index with a writer, of which it has one at a time. Raises what the engine raises."""
    return Opened(schema, index, index.writer(WRITER_MEMORY, 1))


def remove_index(root: Path) -> None:
    """Removes the index of this shape; whoever still reads it goes on reading it."""
    shutil.rmtree(_folder(root), ignore_errors=True)


def remove_other_shapes(root: Path) -> None:
    """To be called when the index of this shape is complete."""
    for folder in root.glob(f"{PREFIX}*"):
        if folder != _folder(root):
            log.info("search index of another shape removed", folder=str(folder))
            shutil.rmtree(folder, ignore_errors=True)


def _folder(root: Path) -> Path:
    return root / f"{PREFIX}{SHAPE}"
