"""Where the bodies are: kept beside the index, so that a replica that starts while certificates is away knows it."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path

NAME = "bodies.json"


def read(root: Path) -> dict[str, str]:
    """Countries by the codes of the bodies; nothing where nothing was kept."""
    try:
        kept = json.loads((root / NAME).read_text(encoding="utf-8"))
        return {str(code): str(country) for code, country in kept.items()}
    except (OSError, ValueError, AttributeError):
        return {}


def write(root: Path, countries: Mapping[str, str]) -> None:
    """In one step, so that a process that dies leaves the old file or the new one."""
    new = root / f"{NAME}.new"
    new.write_text(json.dumps(countries), encoding="utf-8")
    new.replace(root / NAME)
