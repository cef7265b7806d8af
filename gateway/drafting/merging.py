"""Two who changed the same draft: what each changed of what both began with, and what is left to choose.

A form keeps a short mark of each field as it was loaded. By these it is known, without the old content, which fields
the other one changed and which the one who types did.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

MARK_LENGTH = 8


@dataclass(frozen=True, slots=True)
class Merged:
    """``content``: both changes together, the own one where both changed a field.

    ``theirs``: the fields that only the other one changed; ``both``: those that both changed, to different things.
    """

    content: dict[str, Any]
    theirs: tuple[str, ...]
    both: tuple[str, ...]


def marks(content: Mapping[str, Any]) -> str:
    """What a form keeps of the content that it was loaded with: ``applicant:0a1b2c3d …``, by field."""
    return " ".join(f"{name}:{_mark(value)}" for name, value in content.items())


def merged(loaded: str, stored: Mapping[str, Any], typed: Mapping[str, Any]) -> Merged:
    """``typed`` upon what is ``stored`` by now, both begun from what ``loaded`` are the marks of.

    A field without a mark counts as changed by both: nothing is ever taken over in silence that might be lost.
    """
    before = _read(loaded)
    content, theirs, both = dict(typed), [], []
    for name in (name for name in typed if name in stored and stored[name] != typed[name]):
        if before.get(name) == _mark(typed[name]):
            content[name] = stored[name]
            theirs.append(name)
        elif before.get(name) != _mark(stored[name]):
            both.append(name)
    return Merged(content, tuple(theirs), tuple(both))


def is_unchanged(loaded: str, name: str, value: Any) -> bool:
    """Whether the field is as it was when the form was loaded."""
    return _read(loaded).get(name) == _mark(value)


def with_theirs(typed: Mapping[str, Any], stored: Mapping[str, Any], chosen: Iterable[str]) -> dict[str, Any]:
    """``typed`` with the fields that were ``chosen`` as they are stored."""
    return {**typed, **{name: stored[name] for name in chosen if name in stored and name in typed}}


def _read(loaded: str) -> dict[str, str]:
    return dict(part.rpartition(":")[::2] for part in loaded.split())


def _mark(value: Any) -> str:
    text = json.dumps(value, sort_keys=True, ensure_ascii=False)
    return hashlib.sha256(text.encode("utf-8", "replace")).hexdigest()[:MARK_LENGTH]
