"""What a signed document says of itself in its signature: of which record it is a copy, and as of which change.

Export writes it, the gateway reads it in what somebody hands in. It is a sentence, because programs that show PDF
files show it to people, as the reason of the signature.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Literal

Kind = Literal["certificate", "card", "report"]

_WORDS: dict[Kind, str] = {"certificate": "Copy", "card": "ID card", "report": "Summary"}
_KINDS = {word: kind for kind, word in _WORDS.items()}
_SENTENCE = re.compile(
    rf"({'|'.join(_KINDS)}) of (\S(?:.{{0,98}}\S)?), Issue ([0-9]{{1,3}}), as of change ([0-9]{{1,18}})"
)


@dataclass(frozen=True, slots=True)
class Copy:
    """A copy of the certificate, card or report summary of ``number``, as its ``issue`` stood at ``change_no``."""

    kind: Kind
    number: str
    issue: int
    change_no: int

    def __str__(self) -> str:
        """``Copy of IECEx BAS 26.0001X, Issue 0, as of change 7``."""
        return f"{_WORDS[self.kind]} of {self.number}, Issue {self.issue}, as of change {self.change_no}"

    @classmethod
    def read(cls, text: str) -> Copy | None:
        """The copy of which ``text`` speaks; None for any other text."""
        found = _SENTENCE.fullmatch(text)
        return cls(_KINDS[found[1]], found[2], int(found[3]), int(found[4])) if found else None
