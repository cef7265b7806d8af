"""Field types that all schemas share: text that is only ever text, countries, dates."""

from __future__ import annotations

import unicodedata
from typing import Any

from marshmallow import ValidationError, fields, validate

from contracts.countries import COUNTRIES

NAME_LENGTH = 300
LINE_LENGTH = 500
ADDRESS_LENGTH = 1_000
TEXT_LENGTH = 100_000


class Text(fields.String):
    """Somebody's text: NFC, stripped, bounded, free of control characters (line breaks only if ``lines``)."""

    def __init__(self, *, longest: int = LINE_LENGTH, lines: bool = False, shortest: int = 0, **kwargs: Any) -> None:
        # So that the OpenAPI document states the bounds.
        bounds = {"maxLength": longest} | ({"minLength": shortest} if shortest else {})
        super().__init__(metadata={**bounds, **kwargs.pop("metadata", {})}, **kwargs)
        self.longest, self.shortest, self.lines = longest, shortest, lines

    def _deserialize(self, value: Any, attr: str | None, data: Any, **kwargs: Any) -> str:
        text = super()._deserialize(value, attr, data, **kwargs)
        text = unicodedata.normalize("NFC", text.replace("\r\n", "\n")).strip()
        allowed = "\n\t" if self.lines else ""
        bad = next((c for c in text if unicodedata.category(c) in ("Cc", "Cs") and c not in allowed), None)
        if bad is not None:
            raise ValidationError(f"Contains the control character U+{ord(bad):04X}; send plain text.")
        if len(text) < self.shortest:
            raise ValidationError("Must not be empty.")
        if len(text) > self.longest:
            raise ValidationError(f"Is {len(text):,} characters long; at most {self.longest:,} are kept.")
        return text


class Country(fields.String):
    """An ISO 3166-1 alpha-2 code, in capitals."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(
            validate=validate.OneOf(
                COUNTRIES, error="Must be a two-letter ISO 3166-1 country code in capitals, such as DE."
            ),
            metadata={"examples": ["DE"], **kwargs.pop("metadata", {})},
            **kwargs,
        )
