"""The shapes of what crosses process boundaries: one file a scheme, and what they share.

Requests are strict (an unknown field is an error, so that a misspelt one is never lost in silence); readers of
events are tolerant. The public snapshot is what the register shows, searches, exports and publishes.
"""

from contracts.schemas.certificate import (
    CONTENT_SCHEMAS,
    PRIVATE,
    AnnexSchema,
    CertificateSchema,
    StandingSchema,
    load_content,
    public_fields,
    split_private,
)
from contracts.schemas.common import SCHEMES, STATUSES, PartySchema, StandardReferenceSchema, Strict, flatten, load
from contracts.schemas.decisions import (
    REQUEST_ACTIONS,
    REQUEST_STATES,
    CancellationSchema,
    DecisionSchema,
    OverridesSchema,
    ReasonSchema,
    RequestSchema,
)
from contracts.schemas.equipment import EQUIPMENT_KINDS, EquipmentContentSchema
from contracts.schemas.mark_licence import MarkLicenceContentSchema
from contracts.schemas.person import PersonContentSchema, PrivateSchema
from contracts.schemas.quality import REVIEW_ANSWERS, USUAL_PERCENT, ReviewSchema, SampleSchema
from contracts.schemas.reference import (
    ALL_STANDARDS,
    BodySchema,
    EditionsSchema,
    ExcbsSchema,
    ScopesSchema,
    StandardsSchema,
)
from contracts.schemas.report import ReportContentSchema, ReportSchema
from contracts.schemas.service_facility import FACILITY_PARTS, ServiceFacilityContentSchema

__all__ = [
    "ALL_STANDARDS",
    "CONTENT_SCHEMAS",
    "EQUIPMENT_KINDS",
    "FACILITY_PARTS",
    "PRIVATE",
    "REQUEST_ACTIONS",
    "REQUEST_STATES",
    "REVIEW_ANSWERS",
    "SCHEMES",
    "STATUSES",
    "USUAL_PERCENT",
    "AnnexSchema",
    "BodySchema",
    "CancellationSchema",
    "CertificateSchema",
    "DecisionSchema",
    "EditionsSchema",
    "EquipmentContentSchema",
    "ExcbsSchema",
    "MarkLicenceContentSchema",
    "OverridesSchema",
    "PartySchema",
    "PersonContentSchema",
    "PrivateSchema",
    "ReasonSchema",
    "ReportContentSchema",
    "ReportSchema",
    "RequestSchema",
    "ReviewSchema",
    "SampleSchema",
    "ScopesSchema",
    "ServiceFacilityContentSchema",
    "StandardReferenceSchema",
    "StandardsSchema",
    "StandingSchema",
    "Strict",
    "flatten",
    "load",
    "load_content",
    "public_fields",
    "split_private",
]
