"""The columns of an export as a form shows them: which are marked, and in which order they stand."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from contracts.schemas import SCHEMES
from gateway.pages.questions import Pair

# The other formats hold whole certificates.
FORMATS = ("xlsx", "csv")
Columns = Sequence[dict[str, Any]]


def schemes_of(filters: Sequence[Pair]) -> list[str]:
    """The schemes of which a search with these filters can find certificates."""
    wanted = [value for name, value in filters if name == "scheme"]
    named = [scheme for scheme in SCHEMES if scheme in wanted]
    return [scheme for scheme in named or SCHEMES if f"-{scheme}" not in wanted]


def usual(columns: Columns, schemes: Sequence[str]) -> list[str]:
    """The keys that are usual for one of ``schemes``, in the register's order."""
    return [column["key"] for column in columns if set(column["usual"]) & set(schemes)]


def ordered(columns: Columns, marked: Sequence[str]) -> list[dict[str, Any]]:
    """All of ``columns``, in the register's order but for ``marked``, which stand in their own in those places."""
    by_key = {column["key"]: column for column in columns}
    turn = iter([by_key[key] for key in dict.fromkeys(marked) if key in by_key])
    return [next(turn) if column["key"] in marked else column for column in columns]


def wanted(columns: Columns, marked: Sequence[str], schemes: Sequence[str], kind: str) -> list[str] | None:
    """What the export is asked for; None for the usual columns, which each sheet then has for its own scheme."""
    if kind not in FORMATS or not marked or list(marked) == usual(columns, schemes):
        return None
    return list(marked)
