"""What bodies ask of the Secretariat and what it decides: reasons, suspensions, cancellations, requests."""

from __future__ import annotations

from marshmallow import fields, validate

from contracts.fields import BoundedList, Text
from contracts.schemas.common import Strict, always, boolean

REQUEST_ACTIONS = ("suspend", "reinstate", "cancel")
REQUEST_STATES = ("open", "approved", "rejected", "withdrawn")

DATE_TEXTS = always("Say since when: a date such as 2026-11-21.")
AFFECTED_TEXTS = always("Say whether what was supplied before is affected: true or false.")
AFFECTED = {"description": "whether what was supplied before is affected"}


class ReasonSchema(Strict):
    """Why the Secretariat does something; the public reads it in the history."""

    reason = Text(
        longest=2_000, lines=True, shortest=1, required=True, error_messages={"required": "Say why, in a sentence."}
    )


class DecisionSchema(ReasonSchema):
    """The Secretariat suspends or reinstates."""

    date = fields.Date(
        load_default=None, metadata={"description": "since when; today where it is missing"}, error_messages=DATE_TEXTS
    )
    supplied_affected = boolean(load_default=None, error_messages=AFFECTED_TEXTS, metadata=AFFECTED)


class CancellationSchema(ReasonSchema):
    """The Secretariat cancels: it must say since when, and what that means for what was supplied before."""

    date = fields.Date(required=True, error_messages=DATE_TEXTS)
    supplied_affected = boolean(required=True, error_messages=AFFECTED_TEXTS, metadata=AFFECTED)


class RequestSchema(DecisionSchema):
    """A body asks the Secretariat to suspend, reinstate or cancel; what a cancellation needs is wanted here already."""

    action = fields.String(required=True, validate=validate.OneOf(REQUEST_ACTIONS))


class OverrideSchema(Strict):
    """A finding of the gate that the signatory takes upon himself, for one of the rules that allow it."""

    rule = Text(longest=100, shortest=1, required=True, metadata={"examples": ["marking-not-understood"]})
    reason = Text(longest=2_000, lines=True, shortest=1, required=True)


class OverridesSchema(Strict):
    """With which a certificate is issued."""

    overrides = BoundedList(fields.Nested(OverrideSchema), longest=20, load_default=list)
