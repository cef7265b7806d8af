"""A line of a batch: a certificate to draft, and whether to issue it at once."""

from __future__ import annotations

from marshmallow import fields

from contracts.fields import BoundedList, Text
from contracts.schemas.common import Strict, boolean
from contracts.schemas.decisions import OverrideSchema


class BatchLineSchema(Strict):
    """``certificate`` is what POST /certificates takes; ``key`` the sender's own name of the line, else its number."""

    certificate = fields.Dict(keys=fields.String(), required=True)
    issue = boolean(load_default=None, allow_none=True, metadata={"description": "else what the query says"})
    key = Text(longest=200, shortest=1, load_default=None, allow_none=True)
    overrides = BoundedList(fields.Nested(OverrideSchema), longest=20, load_default=list)
