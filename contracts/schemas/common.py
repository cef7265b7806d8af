"""What all shapes share: strictness, parties, standards, approvers, and reading a body with every error at once."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from marshmallow import RAISE, Schema, ValidationError, fields

from contracts.errors import InvalidInput
from contracts.fields import ADDRESS_LENGTH, NAME_LENGTH, BoundedList, CertificateBase, Country, Text

SCHEMES = ("equipment", "service-facility", "mark-licence", "person")
STATUSES = ("draft", "current", "suspended", "cancelled")
MOST_ROWS = 200
# marshmallow's own texts say that a value is wrong; ours say what would be right.
IN_OUR_WORDS = {
    "Missing data for required field.": "Is missing.",
    "Field may not be null.": "Must not be null.",
    "Not a valid string.": "Must be a string.",
    "Not a valid list.": "Must be a list.",
    "Not a valid boolean.": "Must be true or false.",
    "Not a valid integer.": "Must be a whole number.",
    "Not a valid number.": "Must be a number.",
    "Not a valid UUID.": "Must be a UUID.",
    "Invalid input type.": "Must be a JSON object.",
}


def always(text: str) -> dict[str, Any]:
    """The same text whether a field is missing, null or no value of its kind."""
    return dict.fromkeys(("required", "null", "invalid"), text)


class Strict(Schema):
    """A request: what the schema does not name is refused."""

    class Meta:
        unknown = RAISE

    # marshmallow copies it for each schema.
    error_messages = {"unknown": "There is no such field.", "type": "Must be a JSON object."}  # noqa: RUF012


class PartySchema(Strict):
    """A company at an address."""

    name = Text(longest=NAME_LENGTH, shortest=1, required=True)
    address = Text(longest=ADDRESS_LENGTH, lines=True, load_default="")
    country = Country(required=True)


class StandardReferenceSchema(Strict):
    """A standard in the edition that was applied."""

    number = Text(longest=60, shortest=1, required=True, metadata={"examples": ["IEC 60079-0"]})
    edition = Text(longest=20, shortest=1, required=True, metadata={"examples": ["7.0"]})


class ApproverSchema(Strict):
    """Who approved the issue on behalf of the body."""

    name = Text(longest=NAME_LENGTH, shortest=1, required=True)
    position = Text(longest=NAME_LENGTH, load_default="")


def rows(field: fields.Field[Any], most: int = MOST_ROWS) -> fields.List[Any]:
    """A list, empty where it is missing."""
    return BoundedList(field, longest=most, load_default=list)


def supersedes() -> fields.List[Any]:
    """The certificates, of whatever body, in whose place this one stands; their numbers never move to it."""
    return rows(CertificateBase(), most=50)


def boolean(**kwargs: Any) -> fields.Boolean:
    """true or false and nothing that merely looks like it."""
    return fields.Boolean(truthy={True}, falsy={False}, **kwargs)


def load(schema: Schema, body: object) -> dict[str, Any]:
    """``body`` as ``schema`` reads it. Raises InvalidInput that names every field that is wrong."""
    try:
        return dict(schema.load(body))  # type: ignore[arg-type]
    except ValidationError as error:
        raise InvalidInput.fields(list(flatten(error.messages))) from error


def flatten(messages: Any, path: tuple[str, ...] = ()) -> Iterator[dict[str, str]]:
    """marshmallow's tree of messages as rows of ``{"field": "standards.0.edition", "text": …}``."""
    if isinstance(messages, dict):
        for key, value in messages.items():
            yield from flatten(value, path if key == "_schema" else (*path, str(key)))
    else:
        texts = [str(text) for text in (messages if isinstance(messages, list) else [messages])]
        yield {"field": ".".join(path) or "body", "text": " ".join(IN_OUR_WORDS.get(text, text) for text in texts)}
