"""/cards: sheets of ID cards for the Secretariat's printer."""

from __future__ import annotations

from typing import Any

from flask import Response

from contracts.fields import BoundedList, Text
from contracts.numbers import LONGEST_SPELLING
from contracts.schemas import Strict
from gateway import files
from gateway.api import PREFIX, examples
from gateway.calls import register
from gateway.openapi import Resource

MOST_CARDS = 100
# A hundred certificates are read one by one before anything is drawn.
SHEET_SECONDS = 30.0

blueprint = Resource("cards", __name__, url_prefix=f"{PREFIX}/cards", description="ID cards of persons")


class CardsRequest(Strict):
    """Of whom cards are to be printed, in this order."""

    numbers = BoundedList(Text(longest=LONGEST_SPELLING, shortest=1), shortest=1, longest=MOST_CARDS, required=True)


@blueprint.route("", methods=["POST"])
@blueprint.needs("administer")
@blueprint.body(CardsRequest, examples.CARDS)
@blueprint.file_answer("application/pdf", "Sheets of A4 with eight cards each: fronts, then backs")
@blueprint.problems(422)
def sheets(wanted: dict[str, Any]) -> Response:
    """Cards to print and cut

    Print on both sides, turned over the long edge. Refused as a whole if one of the cards should not be carried.
    """
    file = register(SHEET_SECONDS).export.cards_pdf(numbers=wanted["numbers"])
    response = files.send(file, file["etag"], "attachment")
    response.headers["Cache-Control"] = "private, no-store"
    return response
