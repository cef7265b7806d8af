"""What a method answered lately, kept beside the object whose method it is."""

from __future__ import annotations

from collections.abc import Callable
from functools import lru_cache
from typing import Any, TypeVar
from weakref import WeakMethod

MOST_REMEMBERED = 300
Method = TypeVar("Method", bound=Callable[..., Any])


def remembered(method: Method) -> Method:
    """The bound ``method``, whose latest answers are kept for as long as its object lives.

    Weakly bound: a state of the index of which nobody reads any more goes at once, with all that it holds open, and not
    when somebody looks for rings of objects. With ten commits a second many of them would wait for that.
    """
    weak = WeakMethod(method)

    @lru_cache(maxsize=MOST_REMEMBERED)
    def answer(*arguments: Any) -> Any:
        alive = weak()
        assert alive is not None, "whoever asks holds the object"
        return alive(*arguments)

    return answer  # type: ignore[return-value]
