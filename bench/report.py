"""The table of a run, and what has to stand beside it: when, on what, with which versions, of which commit."""

from __future__ import annotations

import os
import platform
import shutil
import subprocess
import sysconfig
from collections.abc import Sequence
from datetime import UTC, datetime
from importlib.metadata import version

from bench.measure import Row
from bench.remote import ROOT

LIBRARIES = ("nameko", "kombu", "amqp", "eventlet", "SQLAlchemy", "psycopg", "flask", "marshmallow", "tantivy", "typst")
HEADS = ("", "what", "unit", "ours", "the other", "ratio", "bar", "met")


def table(rows: Sequence[Row]) -> str:
    """Aligned for reading in a terminal, and Markdown all the same."""
    lines = [HEADS, *(_cells(row) for row in rows)]
    widths = [max(len(line[column]) for line in lines) for column in range(len(HEADS))]
    head, *rest = (
        "| " + " | ".join(cell.ljust(width) for cell, width in zip(line, widths, strict=True)) + " |" for line in lines
    )
    rule = "|" + "|".join("-" * (width + 2) for width in widths) + "|"
    return "\n".join([head, rule, *rest]) + "\n"


def _cells(row: Row) -> tuple[str, ...]:
    ratio = "" if row.ratio is None else f"{row.ratio:.2f}×"
    other = "" if row.other is None else _figure(row.other)
    return (row.bar, row.what, row.unit, _figure(row.ours), other, ratio, _bar(row), _met(row))


def _bar(row: Row) -> str:
    unit = "×" if row.ratio is not None else f" {row.unit}"
    if row.at_least is not None:
        return f"≥ {row.at_least:g}{unit}"
    return f"≤ {row.at_most:g}{unit}" if row.at_most is not None else ""


def _met(row: Row) -> str:
    if row.at_least is None and row.at_most is None:
        return ""
    return "yes" if row.met else "NO"


def _figure(value: float) -> str:
    return f"{value:,.0f}" if value >= 100 else f"{value:.1f}" if value >= 10 else f"{value:.2f}"


def surroundings() -> str:
    """Sentences on the machine and the versions; the load says how much else was going on."""
    optimised = "--enable-optimizations" in (sysconfig.get_config_var("CONFIG_ARGS") or "")
    build = "built with PGO" if optimised else "built without PGO"
    load = os.getloadavg()[0]
    lines = [
        f"{datetime.now(UTC):%Y-%m-%d %H:%M} UTC, commit {_commit()}.",
        f"{os.cpu_count()} cores ({platform.machine()}), load average at the start {load:.1f}.",
        f"Python {platform.python_version()} {build}; {', '.join(f'{name} {version(name)}' for name in LIBRARIES)}.",
        f"{_first_line('psql', '--version')}; RabbitMQ {_first_line('rabbitmqctl', 'version')}.",
    ]
    return "\n".join(lines) + "\n"


def _commit() -> str:
    commit = _first_line("git", "rev-parse", "--short", "HEAD")
    return f"{commit} with changes" if _first_line("git", "status", "--porcelain", "--untracked-files=no") else commit


def _first_line(*command: str) -> str:
    """Of what the command prints; a machine without it (a server elsewhere) is no reason to fail."""
    if shutil.which(command[0]) is None:
        return f"{command[0]} not here"
    output = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False).stdout
    return (output.strip().splitlines() or [""])[0]
