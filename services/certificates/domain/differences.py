"""How two issues of a certificate differ, field by field, and whether the use of the product depends on it."""

from __future__ import annotations

from typing import Any

from services.certificates.domain.certificate import Certificate

SAFETY, EDITORIAL = "safety", "editorial"
# What somebody who installs, uses or inspects must know again: marking (and with it EPL, group and temperature class),
# ambient range, conditions of use, standards; of a facility, a licence or a person, what it is good for.
SAFETY_FIELDS = frozenset(
    """
    suffix kind protection marking ambient standards serial_numbers conditions_of_use
    part locations services scope certificates units valid_until
    """.split()
)


def between(before: Certificate, after: Certificate) -> dict[str, Any]:
    """``{"number", "from", "to", "fields": [{field, grade, before, after}]}``, what matters for safety first."""
    earlier, later = _compared(before), _compared(after)
    fields = [
        {
            "field": name,
            "grade": SAFETY if name in SAFETY_FIELDS else EDITORIAL,
            "before": earlier.get(name),
            "after": later.get(name),
        }
        for name in later | earlier
        if earlier.get(name) != later.get(name)
    ]
    fields.sort(key=lambda row: row["grade"] != SAFETY)
    return {"number": after.number, "from": before.issue, "to": after.issue, "fields": fields}


def _compared(certificate: Certificate) -> dict[str, Any]:
    valid_until = certificate.valid_until
    system = {"suffix": certificate.suffix, "valid_until": None if valid_until is None else valid_until.isoformat()}
    return system | {"annexes": certificate.annexes or []} | certificate.content
