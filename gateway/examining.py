"""Whether a PDF file was signed by one of the register's keys, and is what was signed, byte for byte.

The register's documents have one signature, over all of the file but itself, and nothing behind it. Whatever differs
from that counts as altered, however harmless it may look: no judgement of what a later addition does is needed.
Whether somebody trusts the key is no question here: a signer is one of ours exactly if its certificate is. Works in
memory, knows nothing of HTTP; strangers' files are read in a process apart (``gateway.verdicts.examined_apart``).
"""

from __future__ import annotations

import logging
import re
from collections.abc import Iterable
from dataclasses import asdict
from datetime import UTC, datetime
from io import BytesIO
from typing import Any

from cryptography import x509
from pyhanko.keys.internal import translate_pyca_cryptography_cert_to_asn1
from pyhanko.pdf_utils.misc import PdfError
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.sign.validation import EmbeddedPdfSignature, validate_pdf_signature
from pyhanko.sign.validation.errors import SignatureValidationError
from pyhanko_certvalidator import ValidationContext

from contracts.errors import InvalidInput
from gateway.apart import Made
from gateway.verdicts import BROKEN, ENCRYPTED, FIELD, NO_PDF, Examined

# A broken file fails in a hundred ways, in pyHanko and in what it reads with.
UNREADABLE = (PdfError, ValueError, TypeError, LookupError, AttributeError, ArithmeticError, RuntimeError)


def examined(data: bytes, certificates: Iterable[str]) -> Examined:
    """``data`` held against our ``certificates`` (PEM). Raises InvalidInput for the field ``document``."""
    if not data.startswith(b"%PDF-"):
        raise InvalidInput.field(FIELD, NO_PDF)
    ours = [_asn1(pem) for pem in certificates]
    try:
        reader = PdfFileReader(BytesIO(data), strict=False)
        if reader.encrypted:
            raise InvalidInput.field(FIELD, ENCRYPTED)
        return _of_signatures(data, reader.embedded_signatures, ours)
    except UNREADABLE as error:
        raise InvalidInput.field(FIELD, BROKEN) from error


def made(data: bytes, certificates: list[str]) -> Made:
    """The findings for gateway.apart; no file. What a stranger's file makes the library say is of use to nobody."""
    logging.disable(logging.CRITICAL)
    try:
        return asdict(examined(data, certificates)), b""
    except MemoryError as error:
        raise InvalidInput.field(FIELD, BROKEN) from error


def _asn1(pem: str) -> Any:
    return translate_pyca_cryptography_cert_to_asn1(x509.load_pem_x509_certificate(pem.encode()))


def _of_signatures(data: bytes, signatures: list[EmbeddedPdfSignature], ours: list[Any]) -> Examined:
    if not signatures:
        return Examined("unsigned")
    by_us = [(signature, place) for signature in signatures if (place := _place(signature, ours)) is not None]
    if not by_us:
        return Examined("foreign")
    signature, place = by_us[0]
    if not _holds(signature, ours[place]):
        return Examined("altered", place)
    whole = len(signatures) == 1 and _is_whole(signature, data)
    said, moment = str(signature.sig_object.get("/Reason", "")), signature.self_reported_timestamp
    signed_at = moment.astimezone(UTC).isoformat() if isinstance(moment, datetime) else None
    return Examined("genuine" if whole else "extended", place, said, signed_at)


def _place(signature: EmbeddedPdfSignature, ours: list[Any]) -> int | None:
    """Which of our certificates the signature names, by issuer and number; its own copy of it proves nothing."""
    named = signature.signer_info["sid"].native
    if not isinstance(named, dict):
        return None
    for place, certificate in enumerate(ours):
        if named == {"issuer": certificate.issuer.native, "serial_number": certificate.serial_number}:
            return place
    return None


def _holds(signature: EmbeddedPdfSignature, certificate: Any) -> bool:
    """Whether what is signed is as it was, and the signature was made with the key of this very certificate."""
    if signature.signer_cert.dump() != certificate.dump():
        return False
    try:
        context = ValidationContext(trust_roots=[certificate], allow_fetching=False)
        status = validate_pdf_signature(signature, context, skip_diff=True)
    except SignatureValidationError:
        return False
    return bool(status.intact and status.valid)


def _is_whole(signature: EmbeddedPdfSignature, data: bytes) -> bool:
    """Whether nothing stands behind what is signed, nor beside the signature in the gap that is left for it."""
    start, length, behind, rest = map(int, signature.byte_range)
    gap = re.fullmatch(rb"<((?:[0-9A-F]{2})+)>", data[length:behind])
    if start != 0 or behind + rest != len(data) or gap is None:
        return False
    container = bytes.fromhex(gap[1].decode())
    padding = container[_end_of_der(container) :]
    alone = len(signature.signed_data["signer_infos"]) == 1 and not signature.signer_info["unsigned_attrs"]
    return alone and not any(padding)


def _end_of_der(data: bytes) -> int:
    """Where the value that ``data`` begins with ends."""
    if data[1] < 0x80:
        return 2 + data[1]
    head = 2 + (data[1] & 0x7F)
    return head + int.from_bytes(data[2:head])
