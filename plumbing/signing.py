"""Signatures on messages, so that whoever can write to the broker still cannot speak for anybody.

HMAC-SHA-256 with the key that the register's processes share. The parts are joined by their lengths, so that no two
different lists of parts give the same bytes.
"""

from __future__ import annotations

import hashlib
import hmac


def sign(key: str, *parts: bytes) -> str:
    """The signature of ``parts``, in hexadecimal."""
    message = b"".join(len(part).to_bytes(8, "big") + part for part in parts)
    return hmac.new(key.encode(), message, hashlib.sha256).hexdigest()


def is_signed(key: str, signature: object, *parts: bytes) -> bool:
    """Whether ``signature`` is the one of ``parts``, compared in constant time."""
    return isinstance(signature, str) and hmac.compare_digest(to_bytes(signature), sign(key, *parts).encode())


def to_bytes(text: str) -> bytes:
    """The bytes of a text that came over AMQP: it may hold halves of characters, which plain UTF-8 has not."""
    return text.encode("utf-8", "surrogatepass")
