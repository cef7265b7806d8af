"""A document that somebody hands in, held against the register: for the API and for the page alike."""

from __future__ import annotations

import threading
from typing import Any

from contracts.copies import Copy
from contracts.errors import Gone, InvalidInput, NotFound
from gateway.calls import backing, register
from gateway.turns import in_turn
from gateway.verdicts import FIELD, examined_apart, judged, standing

# Each takes half a second of a processor, and a hostile one as much as it is given.
one_at_a_time = threading.Lock()


def answer_to(data: bytes) -> dict[str, Any]:
    """``{"verdict", "text", "signer", "document", "standing"}``; the last three may be None.

    Raises InvalidInput for what is no PDF file that can be read, Unavailable.
    """
    if not data:
        raise InvalidInput.field(FIELD, "Is missing: send the PDF file itself.")
    certificates = register().export.signing_certificates()
    found = in_turn(one_at_a_time, examined_apart, data, [row["pem"] for row in certificates])
    signer = None if found.signer is None else certificates[found.signer]
    answer = judged(found, signer) | {"signer": signer, "document": None, "standing": None}
    copy = Copy.read(found.said or "")
    if copy is None or answer["verdict"] == "withdrawn":
        return answer
    named = {name: getattr(copy, name) for name in ("kind", "number", "issue", "change_no")}
    return answer | {"document": named | {"signed_at": found.signed_at}, "standing": _standing(copy)}


def _standing(copy: Copy) -> dict[str, Any]:
    # All of a call's time: what the examination took is not the services' to make up for.
    behind = register(backing().settings.rpc_timeout)
    try:
        read = behind.certificates.report if copy.kind == "report" else behind.certificates.get
        return standing(read(number=copy.number), copy, backing().clock().date())
    except Gone as error:
        gone, text = "deleted", error.message
    except NotFound:
        gone, text = None, "The register does not have it any more."
    return {"up_to_date": False, "status": gone, "issue": None, "change_no": None, "text": text}
