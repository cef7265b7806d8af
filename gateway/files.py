"""Sends files from the blob store: piece by piece, whole or one range of bytes, never interpreted by a browser."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator
from typing import Any
from urllib.parse import quote

from flask import Response, request
from werkzeug.http import dump_options_header

from contracts.errors import Gone, NotFound
from gateway.calls import backing
from gateway.problems import RangeNotSatisfiable


def send(file: dict[str, Any], etag: str, disposition: str) -> Response:
    """The response for ``file`` ({"blob", "filename", "content_type", "length"}).

    ``disposition`` is "attachment" or "inline". Raises RangeNotSatisfiable, or Gone when the store has it no more.
    """
    length = int(file["length"])
    etag = etag.strip('"')
    if request.if_none_match.contains_weak(etag):
        return _described(Response(status=304), file, etag, disposition)
    start, stop = _wanted_range(length, etag)
    partial = (start, stop) != (0, length)
    pieces: Iterator[bytes] = iter(()) if request.method == "HEAD" else _pieces(file["blob"], start, stop)
    response = Response(pieces, 206 if partial else 200, content_type=file["content_type"], direct_passthrough=True)
    response.headers["Content-Length"] = str(stop - start)
    if partial:
        response.headers["Content-Range"] = f"bytes {start}-{stop - 1}/{length}"
    return _described(response, file, etag, disposition)


def _described(response: Response, file: dict[str, Any], etag: str, disposition: str) -> Response:
    response.set_etag(etag)
    response.headers["Accept-Ranges"] = "bytes"
    response.headers["Content-Disposition"] = dump_options_header(disposition, _named(file["filename"]))
    return response


def _named(filename: str) -> dict[str, str]:
    """A name beyond ASCII as RFC 6266 has it: in full for who reads that, and near to it for who does not."""
    if filename.isascii():
        return {"filename": filename}
    near = unicodedata.normalize("NFKD", filename).encode("ascii", "ignore").decode()
    return {"filename": near, "filename*": f"UTF-8''{quote(filename, safe='')}"}


def _wanted_range(length: int, etag: str) -> tuple[int, int]:
    """From where up to and without where. Several ranges at once are answered with the whole, as RFC 9110 allows."""
    wanted, condition = request.range, request.if_range
    if request.method != "GET" or wanted is None or wanted.units != "bytes" or len(wanted.ranges) != 1:
        return 0, length
    if condition.date is not None or (condition.etag is not None and condition.etag != etag):
        return 0, length
    found = wanted.range_for_length(length)
    if found is None:
        raise RangeNotSatisfiable(f"The file has {length} bytes, from 0 to {length - 1}.", length=length)
    return found[0], found[1]


def _pieces(blob: str, start: int, stop: int) -> Iterator[bytes]:
    try:
        return backing().blobs.stream(blob, start, stop)
    except NotFound as error:
        raise Gone("The file was removed after its time; start the export anew.") from error
