"""Text as search sees it: one spelling for what people take for the same word, and the parts of a text that matched.

Both sides go through ``fold``, the certificates and the questions, so whatever it loses is lost on both.
"""

from __future__ import annotations

import html
import re
import unicodedata
from collections.abc import Iterable

# Chinese, Japanese and Korean are written without blanks, so each of their characters is a word of its own and
# a run of them is found as a phrase.
_IDEOGRAPHS = "぀-ヿ㐀-䶿一-鿿가-힯豈-﫿𠀀-𿿽"
# The same pattern is compiled by the index; it must mean the same in both dialects of regular expressions.
WORD_PATTERN = rf"[{_IDEOGRAPHS}]|[^\W_{_IDEOGRAPHS}]+"
_WORD = re.compile(WORD_PATTERN)
_LETTER = rf"[^\W_{_IDEOGRAPHS}]"
_ONE_LETTER = re.compile(_LETTER)
_IDEOGRAPH = re.compile(f"[{_IDEOGRAPHS}]")

_CONTROLS = re.compile("[\x00-\x1f\x7f-\x9f\ud800-\udfff]")
# Soft hyphens, joiners, marks of direction: pasted along, never seen.
_UNSEEN = re.compile("[\u00ad\u200b-\u200f\u202a-\u202e\u2060-\u2064\ufeff]")
_ACCENTS = re.compile("[\u0300-\u036f]")
# Letters that Unicode does not take apart.
_UNDIVIDED = str.maketrans(
    {"ø": "o", "ł": "l", "đ": "d", "ð": "d", "ħ": "h", "ı": "i", "þ": "th", "æ": "ae", "œ": "oe"}
)

# A type designation: letters and digits with hyphens, slashes or dots between, which people leave out or replace.
_MODEL = re.compile(r"\b\w++(?:[-/.+]\w++)+")
_MODEL_LENGTH = 40

FRAGMENT_LENGTH = 200
_LEAD = 60
# A match further back in a long schedule is not shown: looking for it would cost more than it tells.
_LOOKED_THROUGH = 20_000
# Where letters fold to several, each is folded by itself, which is slow.
_FOLDED_EACH = 2_000


def fold(text: str) -> str:
    """``Müller ﬁtting, Ｅｘ`` → ``muller fitting, ex``; control characters become blanks. Folded text stays so."""
    if not text.isprintable():
        text = _CONTROLS.sub(" ", text)
    if text.isascii():
        return text.lower()
    apart = unicodedata.normalize("NFKD", _UNSEEN.sub("", text)).casefold()
    # What casefold made may come apart once more.
    bare = _ACCENTS.sub("", unicodedata.normalize("NFKD", apart)).translate(_UNDIVIDED)
    return unicodedata.normalize("NFC", bare)


def words(text: str) -> list[str]:
    """The words of a folded text."""
    return _WORD.findall(text)


def models(text: str) -> list[str]:
    """The type designations in a folded text, as one word each: ``px-200/a`` → ``px200a``."""
    joined = ("".join(words(model)) for model in _MODEL.findall(text) if len(model) <= _MODEL_LENGTH)
    return [model for model in joined if not model.isalpha() and not model.isdigit()]


class Highlighter:
    """Marks in texts what a question found in them."""

    def __init__(self, wanted: Iterable[str], prefix: str | None) -> None:
        """``wanted``: folded words; ``prefix``: the folded beginning of one more."""
        self._wanted, self._prefix = frozenset(wanted), prefix
        # Most texts hold none of them, which is quickly seen.
        self._openings = [*self._wanted, *([prefix] if prefix else [])]

    def mark(self, text: str) -> str | None:
        """A fragment of ``text`` as HTML with what matched in ``<b>``, all else escaped; None if nothing matched."""
        spans = self._spans(text[:_LOOKED_THROUGH])
        if not spans:
            return None
        first, last = spans[0]
        start = text.rfind(" ", 0, first - _LEAD) + 1 if first > _LEAD else 0
        end = min(max(start + FRAGMENT_LENGTH, last), len(text))
        marked = _marked(text, [span for span in spans if span[1] <= end], start, end)
        return ("…" if start else "") + marked + ("…" if end < len(text) else "")

    def _spans(self, text: str) -> list[tuple[int, int]]:
        """Where in ``text`` it matches first, and as far behind that as a fragment may reach."""
        folded = fold(text)
        places = [place for opening in self._openings if (place := folded.find(opening)) >= 0]
        if not places:
            return []
        if len(folded) == len(text):
            # Nearly always one letter folds to one letter.
            return self._find(folded, _start_of_word(folded, min(places)))
        folded, origins = _fold_each(text[:_FOLDED_EACH])
        return [(origins[first], origins[last - 1] + 1) for first, last in self._find(folded, 0)]

    def _find(self, folded: str, begin: int) -> list[tuple[int, int]]:
        """What stands together is marked together: words of ideographs, or a model and its number."""
        spans: list[tuple[int, int]] = []
        for match in _WORD.finditer(folded, begin):
            first, last = match.span()
            if spans and first > spans[0][1] + FRAGMENT_LENGTH + _LEAD:
                break
            if self._matches(match[0]):
                spans = (
                    [*spans[:-1], (spans[-1][0], last)] if spans and spans[-1][1] == first else [*spans, (first, last)]
                )
        return spans

    def _matches(self, word: str) -> bool:
        return word in self._wanted or (self._prefix is not None and word.startswith(self._prefix))


def _start_of_word(text: str, place: int) -> int:
    """Where the word begins that ``place`` may be in the middle of."""
    while place and _ONE_LETTER.match(text, place - 1):
        place -= 1
    return place


def is_ideograph(word: str) -> bool:
    """Whether a word is one Chinese, Japanese or Korean character."""
    return _IDEOGRAPH.fullmatch(word) is not None


def _fold_each(text: str) -> tuple[str, list[int]]:
    """The folded text, and for each of its letters the place in ``text`` that it comes from."""
    pieces = [fold(letter) for letter in text]
    return "".join(pieces), [place for place, piece in enumerate(pieces) for _ in piece]


def _marked(text: str, spans: list[tuple[int, int]], start: int, end: int) -> str:
    pieces, done = [], start
    for first, last in spans:
        pieces += [html.escape(text[done:first]), "<b>", html.escape(text[first:last]), "</b>"]
        done = last
    return "".join(pieces) + html.escape(text[done:end])
