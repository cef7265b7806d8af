"""Properties of messages that nobody can read: such a message has none, so that it is refused like any other.

py-amqp reads them while it reads the connection, before anybody of ours sees the message, and raises at a text that is
not UTF-8 or a table that is nested too deeply. That would end the reader, and after the reconnection the broker would
deliver the same message again.
"""

from __future__ import annotations

from typing import Any

from amqp import serialization, spec

from plumbing.logs import log

_read = serialization.decode_properties_basic


def _read_or_none(data: bytes, offset: int) -> tuple[dict[str, Any], int]:
    try:
        properties, end = _read(data, offset)
    except Exception as error:  # noqa: BLE001 - whatever it is, it is the message that is wrong
        log.warning("properties of a message cannot be read", error=repr(error))
        return {}, len(data)
    return properties, end


def bear() -> None:
    """Makes py-amqp read so. Safe to repeat."""
    serialization.PROPERTY_CLASSES[spec.Basic.CLASS_ID] = _read_or_none
