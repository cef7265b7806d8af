"""The document of a report's public summary: its facts and its key.

Pure: no service, no file, no clock.
"""

from __future__ import annotations

import hashlib
import json

from contracts.schemas import ReportSchema
from services.export.document import Facts, Reference, body_of, for_people, path_of, standards_of

# What only answers hold.
_AROUND = frozenset({"links", "id"})
SHOWN = sorted(frozenset(ReportSchema().fields) - _AROUND)


def report_facts(report: Facts, reference: Reference, public_url: str) -> Facts:
    """What the template needs of a report as it was answered, JSON values only."""
    facts = {name: report[name] for name in SHOWN} | {
        "body": body_of(report["excb"], reference.bodies),
        "standards": standards_of(report, reference.standards),
        "record_address": f"{public_url}/reports/{path_of(report['number'])}",
    }
    return for_people(facts)


def report_identity(report: Facts, public_url: str, templates: str) -> str:
    """The same for the same summary, laid out by the same ``templates``."""
    parts = [templates, public_url, {name: report[name] for name in SHOWN}]
    return hashlib.sha256(json.dumps(parts, sort_keys=True).encode()).hexdigest()
