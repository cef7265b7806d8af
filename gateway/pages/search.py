"""Searching: words and filters, what was found, and how many there are of what. Open to everybody."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from flask import Blueprint, Response, render_template, request

from contracts.errors import InvalidInput
from contracts.numbers import CertificateNumber, ReportNumber, parse_or_none
from gateway import paths
from gateway.api.search import filters_of
from gateway.calls import register
from gateway.pages import errors, reference, words
from gateway.pages.guards import open_to_all
from gateway.pages.questions import NAMES_OF_COLUMNS, Pair, Question

FACETS = (
    "scheme", "status", "kind", "excb", "protection", "group", "temperature", "epl", "manufacturer", "country",
    "standard", "unit", "suffix", "year",
)  # fmt: skip
# Of each facet the most frequent values; all of those that search counted are there when asked for.
FEW = 6
ORDERS = (
    ("relevance", "Best match"),
    ("-date", "Newest first"),
    ("date", "Oldest first"),
    ("number", "By number"),
    ("name", "By name"),
)

blueprint = Blueprint("search_pages", __name__)


@dataclass(frozen=True, slots=True)
class Facet:
    """A filter with the values that could be chosen. ``more``: whether there are others than those."""

    name: str
    title: str
    values: list[dict[str, Any]]
    more: bool


@blueprint.get("/search")
@open_to_all
def show() -> str | Response | tuple[str, int]:
    """What was found; the form alone, with what is wrong, where the question cannot be asked."""
    question = Question(request.args)
    if question.step:
        return paths.led_to(question.stepped(), 303)
    try:
        asked = question.parameters()
        found = register().search.search(
            filters=filters_of(asked), **_plain(asked), facets=list(FACETS), min_change=None
        )
    except InvalidInput as error:
        return _page(question, None, errors.by_field(error)), 422
    return _page(question, found, {})


def _page(question: Question, found: dict[str, Any] | None, wrong: dict[str, str]) -> str:
    bodies = reference.names_of_bodies()
    return render_template(
        "search/results.html",
        question=question,
        found=found,
        wrong=wrong,
        facets=_facets(found["facets"], question) if found else [],
        chosen=[(name, value, said(name, value, bodies)) for name, value in question.filters],
        bodies=bodies,
        orders=ORDERS,
        columns=NAMES_OF_COLUMNS,
        number=_is_a_number(question.text),
        paged="cursor" in request.args,
    )


def _plain(asked: dict[str, Any]) -> dict[str, Any]:
    return {name: asked[name] for name in ("q", "sort", "limit", "cursor")}


def _facets(counted: dict[str, list[dict[str, Any]]], question: Question) -> list[Facet]:
    """Those that tell something: of the values that are not chosen already, with at least one to choose."""
    wanted, found = request.args.get("more", ""), []
    for name in FACETS:
        free = [row for row in counted.get(name, []) if not _is_chosen(question, (name, row["value"]))]
        shown = free if name == wanted else free[:FEW]
        if shown and (len(free) > 1 or name == "scheme"):
            found.append(Facet(name, words.FILTERS[name], shown, len(free) > len(shown)))
    return found


def _is_chosen(question: Question, pair: Pair) -> bool:
    name, value = pair
    return pair in question.chosen or (name, f"-{value}") in question.chosen


def said(name: str, value: str, bodies: dict[str, str]) -> str:
    """A chosen filter in words: ``Issued by: not BAS``."""
    excluded, plain = value.startswith("-"), value.removeprefix("-")
    shown = plain if name == "excb" and plain in bodies else words.label(name, plain)
    if name == "issues":
        shown = "older ones, too"
    return f"{words.FILTERS[name]}: {'not ' if excluded else ''}{shown}"


def _is_a_number(text: str) -> dict[str, str] | None:
    """Where the words are the number of something: what it is, and its page."""
    number = parse_or_none(text)
    if isinstance(number, CertificateNumber):
        return {"number": number.number, "href": f"/certificates/{number.path}"}
    if isinstance(number, ReportNumber):
        return {"number": str(number), "href": f"/reports/{number.path}"}
    return None
