"""Conditional requests: the ETag of a certificate is its version, and whoever changes one says which they read."""

from __future__ import annotations

from flask import Response, request

from contracts.errors import InvalidInput, VersionMismatch, VersionRequired

# For the OpenAPI document: what an If-Match of ours looks like.
ETAG_PATTERN = '^"[^" ]+"$'


def wanted_version() -> str:
    """The version in If-Match. Raises VersionRequired without one."""
    version = version_if_given()
    if version is None:
        raise VersionRequired
    return version


def version_if_given() -> str | None:
    """The version in If-Match, or None without the header. Raises VersionMismatch or InvalidInput.

    A star says "whatever stands there", which is what the header is wanted against; a weak tag matches nothing here
    (RFC 9110, 13.1.1).
    """
    if not request.headers.get("If-Match"):
        return None
    tags = request.if_match
    strong, weak = tags.as_set(), tags.as_set(include_weak=True)
    if tags.star_tag:
        raise VersionRequired("If-Match: * names no version; send the ETag that you read.")
    if len(weak) != 1:
        raise InvalidInput.field("If-Match", "Must be the one ETag that you read, in quotes.")
    if not strong:
        raise VersionMismatch
    return str(next(iter(strong)))


def set_version(response: Response, version: str) -> Response:
    """Tags ``response``; for a reader who has this version already, turns it into 304."""
    response.set_etag(version)
    if request.method in ("GET", "HEAD") and request.if_none_match.contains_weak(version):
        response.set_data(b"")
        response.status_code = 304
        del response.headers["Content-Type"]
        response.headers.pop("Content-Length", None)
    return response
