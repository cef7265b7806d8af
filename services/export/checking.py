"""Holds a list of assets against the register, page by page: lines come from the store, answers from the register.

As with an export, only what everybody may see is seen, whoever asked.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator
from itertools import islice
from typing import Any

from services.export.assets import Row, Table

# What one call to the register may ask.
PAGE = 200

Page = dict[str, Any]
Question = dict[str, str]


def checked(table: Table, pieces: Iterable[bytes], register: Callable[[], Any]) -> Iterator[Page]:
    """Pages of ``{"rows": the lines with what is behind them, "change_no", "missing": [{"number", "text"}]}``."""
    change_no = register().changes(after=0, limit=1)["last"]
    rows = enumerate(_rows(pieces))
    while page := list(islice(rows, PAGE)):
        yield {"change_no": change_no, **_page(table, page, register)}


def _rows(pieces: Iterable[bytes]) -> Iterator[Row]:
    """The lines, of which each is a JSON array."""
    begun = b""
    for piece in pieces:
        *lines, begun = (begun + piece).split(b"\n")
        yield from map(json.loads, lines)


def _page(table: Table, page: list[tuple[int, Row]], register: Callable[[], Any]) -> Page:
    asked = [None if _is_above(table, n) else table.question(row) for n, row in page]
    answers = _answers([question for question in asked if isinstance(question, dict)], register)
    rows: list[Row] = []
    missing: list[dict[str, str]] = []
    for (n, row), question in zip(page, asked, strict=True):
        answer = answers[_key(question)] if isinstance(question, dict) else None
        rows.append([*row, *(table.headers if n == table.titles else table.behind(question, answer))])
        if isinstance(question, str) or (answer is not None and not answer["found"]):
            missing.append({"number": row[table.numbers][:200], "text": rows[-1][-1]})
    return {"rows": rows, "missing": missing}


def _is_above(table: Table, n: int) -> bool:
    """Whether the row is that of the titles, or above it."""
    return table.titles is not None and n <= table.titles


def _answers(questions: list[Question], register: Callable[[], Any]) -> dict[tuple[str, str], dict[str, Any]]:
    """Each question is asked once, however many lines ask it."""
    waiting = list({_key(question): question for question in questions}.values())
    found: dict[tuple[str, str], dict[str, Any]] = {}
    while waiting:
        answers = register().verify_many(questions=waiting)
        found |= {_key(question): answer for question, answer in zip(waiting, answers, strict=False)}
        waiting = waiting[len(answers) :]
    return found


def _key(question: Question) -> tuple[str, str]:
    return question["number"], question["marking"]
