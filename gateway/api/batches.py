"""/certificates/batch: many certificates drafted, and issued where that is asked for, in one request."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from typing import Any

from flask import Response, g, request
from marshmallow import fields

from contracts.errors import InvalidInput
from contracts.schemas import Strict
from gateway import lines
from gateway.api import PREFIX
from gateway.calls import register
from gateway.domain import KEY_PATTERN, checked_idempotency_key
from gateway.lines import Line
from gateway.openapi import LINES, Resource

# Of one call for hundreds of certificates, which waits for numbers and for the log's lock.
SECONDS = 20.0
NOTHING = dict.fromkeys(("number", "issue", "etag", "change_no"))
DESCRIPTION = (
    f"Up to {lines.MOST_LINES:,} lines of JSON: each what POST /certificates takes, or that in an envelope: "
    '`{"certificate": {…}, "issue": true, "key": "your own name of the line", "overrides": […]}`'
)

blueprint = Resource("batches", __name__, url_prefix=f"{PREFIX}/certificates", description="Many at once")


class BatchParameters(Strict):
    issue = fields.Boolean(
        load_default=False, metadata={"description": "whether to issue the lines that do not say it themselves"}
    )


@blueprint.route("/batch", methods=["POST"])
@blueprint.needs("draft")
@blueprint.parameters(BatchParameters)
@blueprint.header("Idempotency-Key", "of the batch", required=True, pattern=f"^{KEY_PATTERN}$")
@blueprint.line_by_line(DESCRIPTION, *lines.MEDIA_TYPES)
def create(parameters: dict[str, Any]) -> Response:
    """Draft, and issue, many certificates

    Answered while it is worked on, a line for each line, in order: `{"line", "status", "number", "issue", "etag",
    "change_no", "problem"}`, the status `issued`, `drafted` or `refused`; at last `{"summary": {"lines", "issued",
    "drafted", "refused"}}`. A line that fails stops no other. What is drafted and cannot be issued says why in its
    `problem`. If the answer ends without a summary, or lines are `unavailable`, send the same again: what is done is
    told again, and the rest is done.
    """
    key = checked_idempotency_key(request.headers.get("Idempotency-Key"))
    if key is None:
        raise InvalidInput.field("Idempotency-Key", "Is missing: a batch needs a key, so that it can be sent again.")
    certificates, issue = register(SECONDS), parameters["issue"]

    def work(some: Sequence[Line]) -> list[dict[str, Any]]:
        sent = [{"line": line.number, "sent": line.value} for line in some]
        answers = certificates.certificates.create_many(key=key, lines=sent, issue=issue)
        return [_with_etag(answer) for answer in answers]

    counts = Counter[str]()
    answer = lines.answered(lines.of_body(request), work, g.call_id, counts, NOTHING)
    return Response(_with_summary(answer, counts), mimetype=LINES)


def _with_etag(answer: dict[str, Any]) -> dict[str, Any]:
    """The version as it is sent in If-Match."""
    version = answer["version"]
    etag = {"etag": None if version is None else f'"{version}"'}
    return {name: value for name, value in answer.items() if name != "version"} | etag


def _with_summary(answer: Iterator[bytes], counts: Counter[str]) -> Iterator[bytes]:
    yield from answer
    summary = {"lines": counts.total()} | {name: counts[name] for name in ("issued", "drafted", "refused")}
    yield lines.encoded({"summary": summary})
