"""What can go wrong with a register, planted by hand in the small one of ``tests.service.verification``."""

from __future__ import annotations

# ruff: noqa: S608 - the statements are made of constants of these tests
BAS = "series = 'equipment/BAS/26'"


def envelope(old: str, new: str, change_no: int) -> tuple[str, ...]:
    """Rewrites a row of the log by hand."""
    return (f"UPDATE changes SET envelope = replace(envelope, '{old}', '{new}') WHERE change_no = {change_no}",)


# The fault, in which database it is planted and how, which invariant it breaks, and what is said of it.
FAULTS: dict[str, tuple[str, tuple[str, ...], str, str]] = {
    "a number is missing in the ledger": (
        "numbering",
        (f"DELETE FROM ledger WHERE {BAS} AND n = 3",),
        "N",
        "IECEx BAS 26.0003 was never given, but IECEx BAS 26.0004 was.",
    ),
    "a certificate shows a number that nobody gave": (
        "numbering",
        (f"DELETE FROM ledger WHERE {BAS} AND n = 6", f"UPDATE counters SET last = 5 WHERE {BAS}"),
        "N",
        "to which no number was given.",
    ),
    "the counter is behind": (
        "numbering",
        (f"UPDATE counters SET last = 5 WHERE {BAS}",),
        "N",
        "The counter of equipment/BAS/26 does not stand at 6, the last number given.",
    ),
    "a whole series is missing": (
        "numbering",
        (f"DELETE FROM ledger WHERE {BAS}",),
        "N",
        "The counter of equipment/BAS/26 stands at 6, but none of these numbers was given.",
    ),
    "a number has no certificate": (
        "numbering",
        (
            "INSERT INTO ledger (series, n, owner_id) VALUES ('equipment/BAS/26', 7, 'lost')",
            f"UPDATE counters SET last = 7 WHERE {BAS}",
        ),
        "N",
        "IECEx BAS 26.0007 was given to lost, which is no certificate and no report.",
    ),
    "a number is marked as absent by the mark of another": (
        "numbering",
        (
            "INSERT INTO ledger (series, n, owner_id) VALUES ('equipment/BAS/26', 7, 'absent:equipment:BAS:26:8')",
            f"UPDATE counters SET last = 7 WHERE {BAS}",
        ),
        "N",
        "IECEx BAS 26.0007 is marked as absent by absent:equipment:BAS:26:8, the mark of another number.",
    ),
    "a certificate shows a number that is marked as absent": (
        "numbering",
        (f"UPDATE ledger SET owner_id = 'absent:equipment:BAS:26:3' WHERE {BAS} AND n = 3",),
        "N",
        "IECEx BAS 26.0003 stands on the certificate",
    ),
    "a certificate shows another number than it was given": (
        "certificates",
        ("UPDATE certificates SET base_number = 'IECEx BAS 26.0009' WHERE base_number = 'IECEx BAS 26.0002'",),
        "N",
        "to which IECEx BAS 26.0002 was given.",
    ),
    "a certificate counts in another series": (
        "certificates",
        ("UPDATE certificates SET series = 'equipment/SIR/26' WHERE base_number = 'IECEx BAS 26.0002'",),
        "N",
        "IECEx BAS 26.0002 was given in equipment/BAS/26",
    ),
    "a draft never got the number that was given to it": (
        "certificates",
        ("UPDATE certificates SET base_number = NULL WHERE base_number = 'IECEx BAS 26.0005'",),
        "N",
        "though IECEx BAS 26.0005 was given to it",
    ),
    "the log has a hole": (
        "certificates",
        ("DELETE FROM history WHERE change_no IN (5, 6)", "DELETE FROM changes WHERE change_no IN (5, 6)"),
        "L",
        "Changes 5 to 6 are missing.",
    ),
    "the counter of changes is ahead": (
        "certificates",
        ("UPDATE change_counter SET value = 12",),
        "L",
        "The counter of changes stands at 12, but the log ends with change 11.",
    ),
    "more counts as published than there is": (
        "certificates",
        ("UPDATE published SET change_no = 99",),
        "L",
        "The log counts as published up to change 99, but ends with change 11.",
    ),
    "two events have one id": (
        "certificates",
        ("UPDATE changes SET event_id = (SELECT event_id FROM changes WHERE change_no = 1) WHERE change_no = 2",),
        "L",
        "stands in 2 rows.",
    ),
    "an envelope tells another type than its row": (
        "certificates",
        envelope('"type":"certificate.suspended"', '"type":"certificate.cancelled"', 6),
        "L",
        "the type of its row is 'certificate.suspended', of its envelope 'certificate.cancelled'.",
    ),
    "an envelope tells another number than its row": (
        "certificates",
        envelope('"change_no":6', '"change_no":16', 6),
        "L",
        "the change_no of its row is 6, of its envelope 16.",
    ),
    "a routing key leads elsewhere": (
        "certificates",
        ("UPDATE changes SET routing_key = 'certificate.suspended.equipment.SIR' WHERE change_no = 6",),
        "L",
        "by its envelope it should be 'certificate.suspended.equipment.BAS'.",
    ),
    "an envelope is no envelope": (
        "certificates",
        ("""UPDATE changes SET envelope = '{"certificate": ' WHERE change_no = 6""",),
        "L",
        "Change 6 holds no envelope with a certificate in it.",
    ),
    "the history lacks a change": (
        "certificates",
        ("DELETE FROM history WHERE change_no = 6",),
        "L",
        "Change 6, of IECEx BAS 26.0002: the history does not know of it.",
    ),
    "a status was changed past the log": (
        "certificates",
        ("UPDATE issues SET status = 'current' WHERE status = 'suspended'",),
        "P",
        'IECEx BAS 26.0002: its status is "current", in change 6 of the log "suspended".',
    ),
    "an envelope tells another content than stands": (
        "certificates",
        envelope("Transmitter PX-201", "Transmitter PX-999", 5),
        "P",
        'its equipment is "Transmitter PX-201", in change 5 of the log "Transmitter PX-999".',
    ),
    "an envelope lost a field": (
        "certificates",
        envelope('"equipment":"Transmitter PX-201",', "", 5),
        "P",
        'its equipment is "Transmitter PX-201", in change 5 of the log null.',
    ),
    "an earlier envelope was rewritten": (
        "certificates",
        envelope("PX-200", "PX-999", 2),
        "P",
        "its content is not that of change 2, though certificate.suspended leaves it as it is.",
    ),
    "a change is not the last of its certificate": (
        "certificates",
        ("UPDATE issues SET change_no = 2 WHERE status = 'suspended'",),
        "P",
        "IECEx BAS 26.0002: its last change is 2, in the log 6.",
    ),
    "what was deleted is there again": (
        "certificates",
        ("UPDATE certificates SET deleted_at = NULL WHERE base_number = 'IECEx BAS 26.0004'",),
        "P",
        "IECEx BAS 26.0004: it is current, in change 8 of the log deleted.",
    ),
    "a deletion is not told as it was": (
        "certificates",
        ("UPDATE certificates SET deletion_reason = 'Who knows.' WHERE base_number = 'IECEx BAS 26.0004'",),
        "P",
        'its reason is "Who knows.", in change 8 of the log "Issued by mistake."',
    ),
    "a public certificate is not in the log": (
        "certificates",
        (
            "DELETE FROM history WHERE change_no > 8",
            "DELETE FROM changes WHERE change_no > 8",
            "UPDATE change_counter SET value = 8",
            "UPDATE published SET change_no = 8",
        ),
        "P",
        "IECEx SIR 26.0001: it is current, but the log does not tell of it.",
    ),
    "the log tells of a number that no certificate has": (
        "certificates",
        ("UPDATE certificates SET base_number = 'IECEx SIR 26.0009' WHERE base_number = 'IECEx SIR 26.0001'",),
        "P",
        "IECEx SIR 26.0001: change 11 tells of it, but no certificate has this number.",
    ),
    "a draft is in the log": (
        "certificates",
        ("UPDATE issues SET status = 'draft' WHERE excb = 'SIR'",),
        "P",
        "IECEx SIR 26.0001: change 11 tells of it, but it was never published: it is a draft.",
    ),
    "an envelope tells of a draft": (
        "certificates",
        envelope('"status":"current"', '"status":"draft"', 11),
        "P",
        "its status is 'draft', which certificate.reinstated never tells.",
    ),
    "an envelope holds what is not public": (
        "certificates",
        envelope('"suffix":', '"account":"bas-author","suffix":', 11),
        "P",
        "it holds what is not public: account.",
    ),
    "a body amended after its days were over": (
        "certificates",
        envelope('"occurred_at":"2026-11', '"occurred_at":"2026-12', 5),
        "P",
        "its body amended it on 2026-12-24, and could until 2026-12-05.",
    ),
    "the Secretariat amended and gave no reason": (
        "certificates",
        envelope('"role":"excb"', '"role":"secretariat"', 5),
        "P",
        "the Secretariat amended it and gave no reason.",
    ),
    "a count is wrong": (
        "certificates",
        ("UPDATE counts SET n = n + 2 WHERE what = 'issue' AND excb = 'SIR'",),
        "C",
        "3 are counted of issue/equipment/equipment/SIR/2026/DE/, but there are 1.",
    ),
    "a draft is counted under another scheme": (
        "certificates",
        ("UPDATE issues SET scheme = 'person' WHERE status = 'draft' AND excb = 'BAS'",),
        "C",
        "is counted under person/BAS, its certificate is not.",
    ),
    "a count is missing": (
        "certificates",
        ("DELETE FROM counts WHERE status = 'deleted'",),
        "C",
        "0 are counted of certificate/equipment/equipment/BAS/2026/DE/deleted, but there are 1.",
    ),
    "a draft is counted": (
        "certificates",
        ("INSERT INTO counts VALUES ('certificate', 'equipment', 'equipment', 'BAS', 2026, 'DE', 'draft', 1)",),
        "C",
        "1 are counted of certificate/equipment/equipment/BAS/2026/DE/draft, but there are 0.",
    ),
    "a certificate goes on after its deletion": (
        "certificates",
        envelope('"base_number":"IECEx SIR 26.0001"', '"base_number":"IECEx BAS 26.0004"', 11),
        "P",
        "Change 11, of IECEx BAS 26.0004: it was deleted by change 8.",
    ),
}
