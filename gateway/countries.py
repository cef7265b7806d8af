"""The names of countries, for people: typed in forms and shown beside the codes, which are all that the register keeps.

English, as Unicode's CLDR has them; which codes there are, ``contracts.countries`` says.
"""

from __future__ import annotations

from babel import Locale

from contracts.countries import COUNTRIES

NAMES: dict[str, str] = {code: Locale("en").territories[code] for code in COUNTRIES}


def named(code: str) -> str:
    """``DE`` as "Germany (DE)"; what is no code stays as it is."""
    return f"{NAMES[code]} ({code})" if code in NAMES else code


# By name, as somebody looks for one.
CHOICES: tuple[str, ...] = tuple(named(code) for code, _name in sorted(NAMES.items(), key=lambda item: item[1]))
_CODES: dict[str, str] = {
    spelling.casefold(): code for code, name in NAMES.items() for spelling in (code, name, named(code))
}


def code_of(text: str) -> str:
    """The code of the country that was typed by its code, its name or both; what is none stays as it was typed."""
    return _CODES.get(" ".join(text.split()).casefold(), text)
