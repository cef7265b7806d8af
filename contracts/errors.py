"""The one family of errors that crosses process boundaries.

    RegisterError                     code                    HTTP (the gateway's table)
     ├─ InvalidInput                  invalid-input           422
     ├─ RuleViolation                 rule-violation          409
     │   ├─ WrongState                wrong-state             409
     │   └─ SeriesFull                series-full             409
     ├─ IdempotencyKeyReused          idempotency-key-reused  422
     ├─ VersionMismatch               version-mismatch        412
     ├─ VersionRequired               version-required        428
     ├─ NotFound                      not-found               404
     │   └─ Gone                      gone                    410
     ├─ Unauthenticated               unauthenticated         401
     ├─ Forbidden                     forbidden               403
     ├─ TooLarge                      too-large               413
     ├─ TooManyRequests               too-many-requests       429
     ├─ Unavailable                   unavailable             503
     │   └─ DeadlineExceeded          deadline-exceeded       503
     └─ MalformedCall                 malformed-call          500

An error travels as ``{"code": …, "message": …, "details": {…}}``: by its stable code, never by a class's path.
``message`` is a sentence for a person; ``details`` holds JSON values for a program.
"""

from __future__ import annotations

from typing import Any, ClassVar


class RegisterError(Exception):
    """The register could not do what was asked."""

    code: ClassVar[str] = "error"

    def __init__(self, message: str = "", /, **details: Any) -> None:
        # An error's docstring is its default message.
        super().__init__(message or (type(self).__doc__ or "").strip())
        self.details = details

    @property
    def message(self) -> str:
        return str(self.args[0])

    def to_wire(self) -> dict[str, Any]:
        return {"code": self.code, "message": self.message, "details": self.details}

    @staticmethod
    def from_wire(wire: dict[str, Any]) -> RegisterError:
        """The error that ``wire`` describes; an unknown code (from a newer service) becomes its base class."""
        error_class = _BY_CODE.get(str(wire.get("code")), RegisterError)
        return error_class(str(wire.get("message", "")), **dict(wire.get("details") or {}))


class InvalidInput(RegisterError):
    """Some fields are not right.

    ``details["errors"]`` is a list of ``{"field": "applicant.country", "text": "what is wrong, what would be right"}``.
    """

    code = "invalid-input"

    @classmethod
    def field(cls, field: str, text: str) -> InvalidInput:
        return cls(f"{field}: {text}", errors=[{"field": field, "text": text}])

    @classmethod
    def fields(cls, errors: list[dict[str, str]]) -> InvalidInput:
        """One error for all fields that are wrong, so that nobody mends them one by one."""
        return cls("; ".join(f"{error['field']}: {error['text']}" for error in errors), errors=errors)


class RuleViolation(RegisterError):
    """A rule of the scheme forbids this now.

    ``details["findings"]`` is a list of ``{"rule", "severity", "field", "text", "source"}``.
    """

    code = "rule-violation"


class WrongState(RuleViolation):
    """The certificate's status does not allow this."""

    code = "wrong-state"


class SeriesFull(RuleViolation):
    """This series of numbers is used up."""

    code = "series-full"


class IdempotencyKeyReused(RegisterError):
    """This Idempotency-Key was used before with another body."""

    code = "idempotency-key-reused"


class VersionMismatch(RegisterError):
    """Somebody else changed this since you read it; read it again and repeat your change."""

    code = "version-mismatch"


class VersionRequired(RegisterError):
    """Say which version you are changing: send If-Match with the ETag you read."""

    code = "version-required"


class NotFound(RegisterError):
    """There is no such thing in the register."""

    code = "not-found"


class Gone(NotFound):
    """This was deleted by the Secretariat."""

    code = "gone"


class Unauthenticated(RegisterError):
    """Log in first: send a token as 'Authorization: Bearer …'."""

    code = "unauthenticated"


class Forbidden(RegisterError):
    """Your role does not allow this."""

    code = "forbidden"


class TooLarge(RegisterError):
    """This is larger than the register takes."""

    code = "too-large"


class TooManyRequests(RegisterError):
    """Too many requests; wait a little."""

    code = "too-many-requests"


class Unavailable(RegisterError):
    """A part of the register does not answer at the moment; try again soon."""

    code = "unavailable"


class DeadlineExceeded(Unavailable):
    """The caller's time ran out before the work began."""

    code = "deadline-exceeded"


class MalformedCall(RegisterError):
    """The call is not one that this service understands."""

    code = "malformed-call"


def _family(error_class: type[RegisterError]) -> dict[str, type[RegisterError]]:
    members = {error_class.code: error_class}
    for child in error_class.__subclasses__():
        members.update(_family(child))
    return members


_BY_CODE = _family(RegisterError)
