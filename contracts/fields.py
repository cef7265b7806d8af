"""Field types that all schemas share: text that is only ever text, countries, dates."""

from __future__ import annotations

import re
import unicodedata
from typing import Any

from marshmallow import ValidationError, fields, validate

from contracts.countries import COUNTRIES
from contracts.numbers import LONGEST_SPELLING, CertificateNumber, ReportNumber, parse_or_none

NAME_LENGTH = 300
LINE_LENGTH = 500
ADDRESS_LENGTH = 1_000
TEXT_LENGTH = 100_000
DAY_MESSAGES = ("required", "null", "invalid")


class Pattern(validate.Regexp):
    """The whole text has this form; the OpenAPI document states it as JSON Schema does (ECMA 262), with anchors."""

    def __init__(self, form: str, *, error: str | None = None) -> None:
        super().__init__(f"^(?:{form})$", error=error)
        # Python's $ would pass over a line's end behind the text.
        self._whole = re.compile(form)

    def __call__(self, value: Any) -> Any:
        if self._whole.fullmatch(value) is None:
            raise ValidationError(self._format_error(value))
        return value


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
        if len(text) < self.shortest or (self.shortest and not any(map(_is_seen, text))):
            raise ValidationError("Must not be empty.")
        if len(text) > self.longest:
            raise ValidationError(f"Is {len(text):,} characters long; at most {self.longest:,} are kept.")
        return text


def _is_seen(character: str) -> bool:
    """Whether a reader sees that something is there: format characters, such as a zero width space, take no room."""
    return not (character.isspace() or unicodedata.category(character) == "Cf")


class BoundedList(fields.List[Any]):
    """A list of up to ``longest`` elements; of one that is too long none is looked at.

    A million wrong elements would else be a million errors, and seconds in which nobody else is answered.
    """

    def __init__(self, element: fields.Field[Any], *, longest: int, shortest: int = 0, **kwargs: Any) -> None:
        self._bounds = validate.Length(shortest or None, longest)
        super().__init__(element, validate=self._bounds, **kwargs)

    def _deserialize(self, value: Any, attr: str | None, data: Any, **kwargs: Any) -> list[Any]:
        if isinstance(value, list):
            self._bounds(value)
        return super()._deserialize(value, attr, data, **kwargs)


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


def day_messages() -> dict[str, Any]:
    """What is said of a day that cannot be read, also where the field keeps the day as a date."""
    return dict.fromkeys(DAY_MESSAGES, "Must be a date such as 2026-11-21.")


class Day(fields.Date):
    """A day as ISO text, in and out: what is loaded is plain JSON again."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(error_messages=day_messages(), metadata={"examples": ["2026-11-21"]}, **kwargs)

    def _deserialize(self, value: Any, attr: str | None, data: Any, **kwargs: Any) -> Any:
        return super()._deserialize(value, attr, data, **kwargs).isoformat()

    def _serialize(self, value: Any, attr: str | None, obj: Any, **kwargs: Any) -> Any:
        return value if isinstance(value, str) else super()._serialize(value, attr, obj, **kwargs)


class CertificateBase(Text):
    """The number of a certificate in any spelling; kept is the base number, which no issue changes."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(longest=LONGEST_SPELLING, metadata={"examples": ["IECEx BAS 26.0001"]}, **kwargs)

    def _deserialize(self, value: Any, attr: str | None, data: Any, **kwargs: Any) -> str:
        number = parse_or_none(super()._deserialize(value, attr, data, **kwargs))
        if not isinstance(number, CertificateNumber):
            raise ValidationError("Must be the number of a certificate, such as IECEx BAS 26.0001X.")
        return number.base


class ReportReference(Text):
    """The number of a report, printed in its one way where it is one; what is none stays for the gate to judge."""

    # What has this form is printed so already, or is no number, and stays as it is either way: reading it takes longer
    # than all the rest of a body.
    _PRINTED = re.compile(r"[A-Z]{2}/(?:[A-Z]{2,5}|ExTC)/(?:ExTR|QAR|FAR|PCAR)\d{2}\.\d{4}(?:/\d{2})?", re.ASCII)

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(longest=60, shortest=1, metadata={"examples": ["GB/BAS/ExTR26.0001/00"]}, **kwargs)

    def _deserialize(self, value: Any, attr: str | None, data: Any, **kwargs: Any) -> str:
        text = super()._deserialize(value, attr, data, **kwargs)
        if self._PRINTED.fullmatch(text):
            return text
        number = parse_or_none(text)
        return str(number) if isinstance(number, ReportNumber) else text
