"""What stands around the marking proper: marks of other schemes before it, ambient range and IP code behind it."""

from __future__ import annotations

import re

from contracts.markings.forms import Ambient, Problem

_GAS_OR_DUST = r"\(?[GD]\)?(?: ?[/,]? ?\(?[GD]\)?(?![A-Z]))?(?![A-Z])"
# "II 2 G", "II 2(1)G", "II (1) GD", "II 1/2 G", "I M2", "I (M1)".
_CATEGORY = rf"(?:II ?\(?[123][123()/ -]{{0,8}} ?{_GAS_OR_DUST}|I ?\(?M ?[12]\)?(?: ?[(/] ?M ?[12]\)?)?)"
_OTHER_SCHEME = re.compile(
    rf"(?:(?:CE|UKCA|UKEX) ?(?:[0-9]{{4}} ?)?)?(?:(?P<ex>Ex)[ :]*)?(?:{_CATEGORY}[ ,/&:]*){{1,3}}(?P<rest>.*)",
    re.IGNORECASE,
)
_REGION = re.compile(r"[012] ?(?=Ex)", re.IGNORECASE)

_PLAIN = "[0-9]{1,3}(?: ?°C)?"
_NUMBER = f"[+-]? ?{_PLAIN}"
_APART = "(?<![A-Z0-9°/…+-])"
_AMBIENT = r"(?<![A-Z])(?:T ?[._]? ?A(?:MB(?:IENT)?)?\.?|AMB(?:IENT)?\.?(?: TEMP(?:ERATURE)?\.?)?(?: RANGE)?)(?![A-Z])"
_IS = r"[ :=]{0,3}(?:FROM )?"
_AMBIENT_RANGES = [
    re.compile(rf"\(?{pattern}(?![0-9]) ?\)?", re.IGNORECASE)
    for pattern in (
        rf"(?:{_AMBIENT}{_IS})?(?P<a>{_NUMBER}) ?[≤≥] ?{_AMBIENT} ?[≤≥] ?(?P<b>{_NUMBER})",
        rf"{_AMBIENT}{_IS}(?P<a>{_NUMBER}) ?[…/-] ?(?P<b>{_NUMBER})",
        rf"{_AMBIENT}{_IS}≥ ?(?P<low>{_NUMBER})",
        rf"{_AMBIENT}{_IS}(?:(?:≤|MAX\.?) ?(?P<high>{_NUMBER})|(?P<above>\+? ?{_PLAIN}))",
        # Without the letters, only a sign tells an ambient temperature from that of a surface.
        rf"{_APART}(?P<a>[+-] ?{_PLAIN}) ?[…/-] ?(?P<b>[+-]? ?[0-9]{{1,3}} ?°C)(?: ?{_AMBIENT})?",
        rf"{_APART}(?P<a>{_PLAIN}) ?[…/-] ?(?P<b>\+ ?[0-9]{{1,3}} ?°C)(?: ?{_AMBIENT})?",
    )
]
_IP = re.compile(r"(?<![A-Z0-9])IP ?[0-6X][0-9X]K?(?: ?[/,+] ?(?:IP ?)?[0-6X][0-9X]K?){0,3}(?![0-9])", re.IGNORECASE)
_IP_DIGITS = re.compile(r"[0-6X][0-9X]K?")
_MOST_IPS = 4

ATEX = Problem(
    "warning",
    "other-scheme",
    "What stands before “Ex” (such as II 2 G) belongs to the ATEX Directive, not to an IECEx marking; leave it out.",
)
REGION = Problem("warning", "other-scheme", "The digit before “Ex” belongs to a national scheme; leave it out.")


def take_prefix(folded: str) -> tuple[str, list[Problem]]:
    """The text without an ATEX category or the digit of a national scheme before it."""
    match = _OTHER_SCHEME.fullmatch(folded)
    if match:
        rest = match["rest"]
        begins = rest.lower().startswith(("ex", "eex", "[", "1ex", "2ex"))
        return (rest if begins or not match["ex"] else f"Ex {rest}"), [ATEX]
    region = _REGION.match(folded)
    return (folded[region.end() :], [REGION]) if region else (folded, [])


def take_ambient(folded: str) -> tuple[str, Ambient | None]:
    """The text without its ambient range, and the range."""
    for pattern in _AMBIENT_RANGES:
        if match := pattern.search(folded):
            return f"{folded[: match.start()]} {folded[match.end() :]}", _ambient(match.groupdict())
    return folded, None


def _ambient(ends: dict[str, str | None]) -> Ambient:
    if ends.get("a") and ends.get("b"):
        return Ambient(*sorted((_celsius(ends["a"]), _celsius(ends["b"]))))
    if ends.get("low"):
        return Ambient(low=_celsius(ends["low"]))
    return Ambient(high=_celsius(ends.get("high") or ends.get("above")))


def _celsius(number: str | None) -> int:
    return int((number or "").replace(" ", "").removesuffix("°C"))


def take_ip(folded: str) -> tuple[str, str]:
    """The text without its IP codes, and the codes: ``IP66/IP67``."""
    found = [digits for match in _IP.findall(folded) for digits in _IP_DIGITS.findall(match.upper().replace("IP", ""))]
    codes = list(dict.fromkeys(f"IP{digits}" for digits in found))[:_MOST_IPS]
    return (_IP.sub(" ", folded), "/".join(codes)) if codes else (folded, "")
