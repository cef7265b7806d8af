"""How people type markings: blanks, degree signs, dashes, dots and letters of other alphabets, folded into one way.

The result holds plain letters, digits and these signs: ``°C`` for degrees, ``…`` for "from … to", ``≤``, ``/``, ``+``,
``-``, brackets. All of it is linear in a text whose length is bounded first.
"""

from __future__ import annotations

import re
import unicodedata

LONGEST_MARKING = 300

_SIGNS = str.maketrans(
    {
        **dict.fromkeys("º˚∘⁰ᵒ", "°"),
        **dict.fromkeys("÷~∼〜～⋯‥…", "…"),
        **dict.fromkeys("≦⩽⪯", "≤"),
        **dict.fromkeys("≧⩾⪰", "≥"),
        **dict.fromkeys("⁄∕", "/"),
        "−": "-",
        "℃": "°C",
        "【": "[",
        "】": "]",
    }
)
# Letters of Cyrillic and Greek that look like those of a marking; a keyboard left in the wrong language writes them.
_LOOKALIKES = str.maketrans("АВСЕНІМОРТХасеіорхΑΒΕΗΙΜΟΡΤΧεο", "ABCEHIMOPTXaceiopxABEHIMOPTXEo")

_HEXAGON = re.compile(r"[<⟨〈《{(] ?Ex ?[>⟩〉》})]", re.IGNORECASE)
_RULES = [
    (re.compile(r" {2,}"), " "),
    (re.compile(r"\.(?: ?\.)+"), "…"),
    (re.compile(r"<=|=<|<"), "≤"),
    (re.compile(r">=|=>|>"), "≥"),
    (re.compile(r"(?<![A-Z])TO(?![A-Z])", re.IGNORECASE), "…"),
    # "85 ° C", "85°", "85 C" and "85 oC" are 85°C.
    (re.compile(r"(?<=[0-9]) ?(?:° ?C?|oC|C)(?![A-Z0-9])", re.IGNORECASE), "°C "),
    (re.compile(r"(?<=[0-9]) ?°C(?! )"), "°C "),
    (re.compile(r"(?<![A-Z])(III?) (?=[ABC](?![A-Z0-9]))", re.IGNORECASE), r"\1"),
    (re.compile(r"(?<=T) (?=[0-9])", re.IGNORECASE), ""),
    # The depth of a layer of dust stays with its degrees: "T200 85°C" is one word.
    (re.compile(r"(?<=T[1-9][0-9]{2}) (?=[0-9]{2,3}°C)", re.IGNORECASE), ""),
    (re.compile(r" ?… ?"), "…"),
    (re.compile(r"\s+"), " "),
]


def in_our_letters(text: str) -> str:
    """The text with plain letters where it has their lookalikes; as long as it was."""
    return text.translate(_LOOKALIKES)


def fold(text: str) -> str:
    """The text in the one way that the reader knows. Signs that stand in no marking are left for it to refuse."""
    folded = unicodedata.normalize("NFKC", in_our_letters(text).translate(_SIGNS))
    folded = "".join(map(_folded, folded))
    folded = _HEXAGON.sub(" ", folded)
    for pattern, replacement in _RULES:
        folded = pattern.sub(replacement, folded)
    return folded.strip(" .,;:")


def _folded(character: str) -> str:
    category = unicodedata.category(character)
    if category == "Cf":  # soft hyphens, joiners, marks of direction: pasted along, never seen
        return ""
    if category[0] == "Z" or character.isspace():
        return " "
    return "-" if category == "Pd" else character
