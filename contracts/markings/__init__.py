"""The grammar of markings, such as ``Ex db [ia IIC Ga] IIB T4 Gb``: read, printed, explained, checked and compared.

``parse`` understands every spelling that people use and never raises; a marking prints in exactly one way.
The words of the grammar stand as tables in ``vocabulary``. This package imports the standard library and
contracts.numbers, nothing else.
"""

from contracts.markings.checking import check, standards_for
from contracts.markings.comparing import Difference, closest, compare
from contracts.markings.folding import LONGEST_MARKING
from contracts.markings.forms import Ambient, Marking, Problem, Protection, Surface, Temperature
from contracts.markings.meaning import Explanation, explain
from contracts.markings.nameplate import LONGEST_NAMEPLATE, split_nameplate
from contracts.markings.reading import parse
from contracts.markings.vocabulary import LETTERS

__all__ = [
    "LETTERS",
    "LONGEST_MARKING",
    "LONGEST_NAMEPLATE",
    "Ambient",
    "Difference",
    "Explanation",
    "Marking",
    "Problem",
    "Protection",
    "Surface",
    "Temperature",
    "check",
    "closest",
    "compare",
    "explain",
    "parse",
    "split_nameplate",
    "standards_for",
]
