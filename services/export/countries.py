"""The names of countries on paper: English, as Unicode's CLDR has them."""

from __future__ import annotations

from functools import cache

from babel import Locale

from contracts.countries import COUNTRIES


@cache
def name_of(code: str) -> str:
    """``DE`` as "Germany"; what is no code stays as it is."""
    return str(Locale("en").territories[code]) if code in COUNTRIES else code
