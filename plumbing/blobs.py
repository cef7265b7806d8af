"""Files by key in one store that the processes share: a local folder (``file:///…``) or S3 (``s3://bucket/prefix``).

A key is a relative path of plain segments (``exports/4f1c/certificates.xlsx``); anything else is refused, so that no
key can leave the folder. A file appears whole or not at all. In a cooperative process each call does its work in a
native thread, so that a slow disk or network never stops the others. S3's credentials and endpoint come from the
environment variables that all its clients read (AWS_ACCESS_KEY_ID, AWS_ENDPOINT_URL …).
"""

from __future__ import annotations

import os
import re
import sys
from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any, TypeVar
from urllib.parse import unquote

import obstore
from obstore.exceptions import BaseError
from obstore.store import LocalStore, S3Store

from contracts.errors import NotFound, Unavailable

# Read piece by piece, each by a request of its own: a slow reader holds neither memory nor a connection to the store.
CHUNK = 1024 * 1024
LONGEST_KEY = 500
# No segment begins with a dot or is empty: no "..", no hidden file, no absolute path.
_KEY = re.compile(r"[A-Za-z0-9_][A-Za-z0-9._-]{0,199}(?:/[A-Za-z0-9_][A-Za-z0-9._-]{0,199})*", re.ASCII)

Result = TypeVar("Result")


class Blobs:
    """The files under one URL. Each method raises ValueError for what is no key, Unavailable when the store is away."""

    def __init__(self, url: str) -> None:
        self._folder: Path | None = None
        self._store: Any
        if url.startswith("file://"):
            self._folder = Path(unquote(url.removeprefix("file://"))).resolve()
            self._store = LocalStore(prefix=self._folder, mkdir=True, automatic_cleanup=True)
        elif url.startswith("s3://"):
            self._store = S3Store.from_url(
                url,
                # Plain HTTP happens only where AWS_ENDPOINT_URL says so.
                client_options={"timeout": "60s", "connect_timeout": "3s", "allow_http": True},
                retry_config={"max_retries": 3, "retry_timeout": timedelta(seconds=15)},
            )
        else:
            raise ValueError(f"BLOB_URL must begin with file:// or s3://, not {url.partition(':')[0]}:")

    def put(self, key: str, data: bytes) -> None:
        """Keeps ``data`` under ``key``, in place of what was there."""
        self._call(self._put, checked(key), data)

    def put_file(self, key: str, path: str | Path) -> None:
        """Keeps a copy of the file at ``path`` under ``key``; its bytes never stand in memory as a whole."""
        self._call(self._put, checked(key), Path(path))

    def get(self, key: str) -> bytes:
        """All bytes, for files that are known to be small. Raises NotFound."""
        return self._call(lambda: bytes(obstore.get(self._store, checked(key)).bytes()))

    def open(self, key: str) -> Iterator[bytes]:
        """The bytes in pieces. Raises NotFound, at once and not at the first piece."""
        return self.stream(key)

    def stream(self, key: str, start: int = 0, end: int | None = None) -> Iterator[bytes]:
        """The bytes from ``start`` up to and without ``end``, in pieces. Raises NotFound, at once."""
        size = self.size(key)
        return self._pieces(key, max(start, 0), size if end is None else min(end, size))

    def _pieces(self, key: str, start: int, end: int) -> Iterator[bytes]:
        while start < end:
            piece = self._call(self._range, key, start, min(start + CHUNK, end))
            start += len(piece)
            yield piece

    def size(self, key: str) -> int:
        """In bytes. Raises NotFound."""
        return int(self._call(obstore.head, self._store, checked(key))["size"])

    def exists(self, key: str) -> bool:
        try:
            self.size(key)
        except NotFound:
            return False
        return True

    def delete(self, key: str) -> None:
        """Afterwards nothing is kept under ``key``; it is no error if nothing was."""
        try:
            self._call(obstore.delete, self._store, checked(key))
        except NotFound:
            return

    def delete_older(self, folder: str, moment: datetime) -> int:
        """Deletes the files in ``folder`` that were last written before ``moment``; how many there were."""
        old = self._call(self._older, checked(folder), moment)
        for key in old:
            self.delete(key)
        return len(old)

    def _older(self, folder: str, moment: datetime) -> list[str]:
        return [
            str(file["path"])
            for batch in obstore.list(self._store, folder)
            for file in batch
            if file["last_modified"] < moment
        ]

    def _range(self, key: str, start: int, end: int) -> bytes:
        return bytes(obstore.get_range(self._store, key, start=start, end=end))

    def _put(self, key: str, source: bytes | Path) -> None:
        try:
            obstore.put(self._store, key, source)
        except FileNotFoundError as error:
            if isinstance(source, Path) and not source.exists():
                raise
            # There is no such bucket: the operator's business, and no answer to whoever asks for a file.
            raise Unavailable("The store of files cannot be written at the moment; try again later.") from error
        if self._folder is not None:
            _settle(self._folder / key)

    def _call(self, function: Callable[..., Result], *arguments: object) -> Result:
        try:
            return _off_the_hub(function, *arguments)
        except FileNotFoundError as error:
            raise NotFound("There is no such file.") from error
        except BaseError as error:
            raise Unavailable("The store of files does not answer at the moment; try again soon.") from error


def checked(key: str) -> str:
    """``key`` itself. Raises ValueError if it is not a relative path of plain segments."""
    if len(key) > LONGEST_KEY or not _KEY.fullmatch(key):
        raise ValueError(f"not a key: {key[:100]!r}")
    return key


def _settle(path: Path) -> None:
    """Makes the disk keep the file over a power cut: others refer to it as soon as we return."""
    for settled in (path, path.parent):
        descriptor = os.open(settled, os.O_RDONLY)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)


def _off_the_hub(function: Callable[..., Result], *arguments: object) -> Result:
    """In a native thread if the process is cooperative; eventlet is not imported where nobody else did."""
    patcher = sys.modules.get("eventlet.patcher")
    if patcher is None or not patcher.is_monkey_patched("socket"):
        return function(*arguments)
    from eventlet import tpool  # noqa: PLC0415

    result: Result = tpool.execute(function, *arguments)
    return result
