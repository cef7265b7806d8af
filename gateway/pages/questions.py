"""What a visitor asks of search, as it stands in the address: read, changed by one step, written again.

A step comes from one of the buttons beside the values: ``add=scheme:person`` chooses a value, ``not=…`` excludes it,
``drop=…`` takes it back. The page then leads to the address without the step, so that an address is a question and
nothing else, and can be kept and sent to somebody.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any
from urllib.parse import urlencode

from marshmallow import EXCLUDE
from werkzeug.datastructures import MultiDict

from contracts.schemas import load
from gateway.api.searching import DATES, FILTERS, SORTS, FilterSchema, SearchParameters

SINGLE = ("q", "issues", *DATES)
COLUMNS = ("title", "holder", "marking", "excb", "date_of_issue", "valid_until")
NAMES_OF_COLUMNS = {
    "title": "What",
    "holder": "Applicant or holder",
    "marking": "Marking",
    "excb": "Issued by",
    "date_of_issue": "Date of issue",
    "valid_until": "Valid until",
}
SHOWN = COLUMNS[:5]
STEPS = ("add", "not", "drop")
PAGE = 20
Pair = tuple[str, str]


class Question:
    """``pairs``: what is asked, in a fixed order, without what is empty."""

    def __init__(self, sent: MultiDict[str, str]) -> None:
        self._sent = sent
        self.pairs: list[Pair] = [(name, value) for name in SINGLE if (value := (sent.get(name) or "").strip())]
        self.chosen: list[Pair] = [
            (name, value.strip()) for name in FILTERS for value in dict.fromkeys(sent.getlist(name)) if value.strip()
        ]
        self.sort = sent.get("sort", "") if sent.get("sort") in SORTS else "relevance"
        self.columns = [name for name in COLUMNS if name in sent.getlist("column")] or list(SHOWN)

    @property
    def step(self) -> Pair | None:
        """What button was pressed, and its value ``name:value``."""
        return next(((step, self._sent[step]) for step in STEPS if ":" in self._sent.get(step, "")), None)

    def stepped(self) -> str:
        """The address of the question after the step."""
        assert self.step is not None
        kind, text = self.step
        name, _, value = text.partition(":")
        same = {(name, value), (name, f"-{value}")}
        if kind == "drop":
            same = {(name, value)}
        chosen = [pair for pair in self.chosen if pair not in same]
        pairs = [pair for pair in self.pairs if pair not in same]
        if kind != "drop" and name in FILTERS:
            chosen.append((name, value if kind == "add" else f"-{value}"))
        return self._address(pairs + chosen)

    @property
    def filters(self) -> list[Pair]:
        """All that is asked beside the words, as the page shows it: to be taken back one by one."""
        return [pair for pair in self.pairs if pair[0] != "q"] + self.chosen

    @property
    def text(self) -> str:
        return dict(self.pairs).get("q", "")

    @property
    def kept(self) -> list[Pair]:
        """What the forms beside this one carry along, hidden."""
        return self.chosen + self.presentation

    @property
    def presentation(self) -> list[Pair]:
        columns = [("column", name) for name in self.columns] if self.columns != list(SHOWN) else []
        return columns + ([("sort", self.sort)] if self.sort != "relevance" else [])

    def parameters(self) -> dict[str, Any]:
        """What search is asked. Raises InvalidInput by field."""
        plain: dict[str, Any] = {name: self._sent[name] for name in ("cursor",) if self._sent.get(name)}
        return load(SearchParameters(unknown=EXCLUDE), self._query() | plain | {"sort": self.sort, "limit": PAGE})

    def exported(self) -> dict[str, Any]:
        """The same for an export. Raises InvalidInput."""
        return load(FilterSchema(), self._query())

    def _query(self) -> dict[str, Any]:
        query: dict[str, Any] = dict(self.pairs)
        for name, value in self.chosen:
            query.setdefault(name, []).append(value)
        return query

    def address(self, path: str = "/search", **more: str) -> str:
        """Where this question is asked, on the page at ``path``; ``more`` such as a cursor."""
        return self._address(self.pairs + self.chosen, path, more.items())

    def sorted_by(self, sort: str) -> str:
        """The address of the same question in another order."""
        other = Question(self._sent)
        other.sort = sort
        return other.address()

    def _address(self, pairs: Iterable[Pair], path: str = "/search", more: Iterable[Pair] = ()) -> str:
        query = urlencode([*pairs, *self.presentation, *more])
        return f"{path}?{query}" if query else path
