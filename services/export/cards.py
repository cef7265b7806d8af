"""ID cards of persons: of whom one can be made, and what stands on it.

Pure: no service, no file, no clock.
"""

from __future__ import annotations

from contracts.errors import InvalidInput, NotFound, RegisterError
from services.export.document import Facts, Printed, Reference, addresses, body_of, for_people, units_of

MOST_CARDS = 100


def check_numbers(numbers: object) -> None:
    """Raises InvalidInput unless it is a list of 1 to MOST_CARDS texts."""
    if not isinstance(numbers, list) or not all(isinstance(number, str) for number in numbers):
        raise InvalidInput.field("numbers", "Must be a list of numbers of certificates.")
    if not 1 <= len(numbers) <= MOST_CARDS:
        raise InvalidInput.field("numbers", f"Must be from 1 to {MOST_CARDS} numbers.")


def unprintable(printed: Printed) -> RegisterError | None:
    """Why there can be no card at all."""
    certificate = printed.certificate
    if certificate["scheme"] != "person":
        text = f"{certificate['number']} is not the certificate of a person; only persons have a card."
        return InvalidInput.field("number", text)
    if certificate["status"] == "draft":
        return NotFound(f"{certificate['number']} is not issued yet; there is a card when it is.")
    return None


def in_force(printed: Printed) -> Printed:
    """``printed`` itself. Raises InvalidInput or NotFound where nobody should carry such a card."""
    if reason := unprintable(printed):
        raise reason
    certificate = printed.certificate
    if certificate["status"] != "current":
        raise InvalidInput(f"{certificate['number']} is {certificate['status']}; its card is not to be printed.")
    if printed.ended:
        raise InvalidInput(f"{certificate['number']} was valid until {certificate['valid_until']}.")
    return printed


def face(printed: Printed, reference: Reference, public_url: str) -> Facts:
    """What stands on the card, front and back, in JSON values. ``limited``: whether any unit has limits."""
    certificate = printed.shown
    names = ("number", "issue", "status", "status_date", "valid_until", "demonstration")
    facts = {name: certificate[name] for name in names} | {
        "name": certificate["holder"]["name"],
        "country": certificate["holder"]["country"],
        "ended": printed.ended,
        "body": body_of(certificate["excb"], reference.bodies),
        "units": [{name: unit[name] for name in ("unit", "title")} for unit in units_of(certificate, reference.units)],
        "limited": any(unit["limits"] or unit["scope"] for unit in certificate["units"]),
        **addresses(certificate["number"], public_url),
    }
    return for_people(facts)
