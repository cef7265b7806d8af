"""Words and names that nobody owns, as frequent as words are: the second half as often as the first, and so on."""

from __future__ import annotations

from itertools import accumulate, product
from random import Random
from typing import TypeVar

Item = TypeVar("Item")

# The most frequent words are the trade's own, so that a demonstration reads well and a search finds something.
TRADE = """
    enclosure flameproof equipment temperature certified the of and for with intrinsically safe terminal cable gland
    transmitter pressure housing aluminium stainless steel rated voltage current ambient range zone gas dust group
    increased safety encapsulated sensor barrier junction box motor luminaire valve actuator solenoid switch level
    flow meter detector camera display keypad battery circuit board optical fibre heater thermostat relay connector
    plug socket panel drive gearbox pump fan compressor brake coil magnet resistor fuse isolator amplifier converter
    antenna radio beacon sounder horn lamp lens gasket seal bearing shaft thread adapter stopping entry device
""".split()

ONSETS = "b br d dr f fl g gr h k kl l m n p pr r s st t tr v".split()
VOWELS = ("a", "e", "i", "o", "u", "ei", "ia")
CODAS = ("", "l", "n", "r", "s")
VOCABULARY_SIZE = 20_000


def _syllables() -> list[str]:
    return ["".join(parts) for parts in product(ONSETS, VOWELS, CODAS)]


def _vocabulary() -> list[str]:
    """The trade's words, then invented ones of two and three syllables, each once, always in the same order."""
    syllables, random = _syllables(), Random("vocabulary")
    words = dict.fromkeys(TRADE)
    while len(words) < VOCABULARY_SIZE:
        words["".join(random.choices(syllables, k=random.choice((2, 2, 3))))] = None
    return list(words)


def zipf_weights(count: int) -> list[float]:
    """Cumulated weights 1, 1/2, 1/3 … for ``random.choices(cum_weights=…)``."""
    return list(accumulate(1 / rank for rank in range(1, count + 1)))


VOCABULARY = _vocabulary()
_WEIGHTS = zipf_weights(VOCABULARY_SIZE)


def words(random: Random, count: int) -> list[str]:
    return random.choices(VOCABULARY, cum_weights=_WEIGHTS, k=count)


def sentence(random: Random) -> str:
    return " ".join(words(random, random.randint(6, 16))).capitalize() + "."


def paragraph(random: Random, shortest: int, longest: int) -> str:
    return " ".join(sentence(random) for _ in range(random.randint(shortest, longest)))


def invented_name(random: Random) -> str:
    """A name of two or three syllables, capitalised."""
    return "".join(random.choices(_syllables(), k=random.choice((2, 2, 3)))).capitalize()
