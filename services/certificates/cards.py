"""The queue of ID cards: the Secretariat prints one for each issue of a person's certificate, and notes that it did."""

from __future__ import annotations

from datetime import date
from typing import Any

from contracts.errors import InvalidInput
from contracts.events import timestamp
from contracts.numbers import CertificateNumber, parse_or_none
from plumbing.rpc import rpc
from services.certificates.desk import Desk, code_of
from services.certificates.domain import paging, permissions
from services.certificates.queries import cards
from services.certificates.queries.cards import Card

LONGEST_LISTING = 100


class Cards(Desk):
    """The drawing is the export service's; what was printed stands here, beside the certificates."""

    @rpc
    def cards(
        self,
        excb: str | None = None,
        issued_from: str | None = None,
        cursor: str | None = None,
        limit: int = LONGEST_LISTING,
        *,
        printed: bool = False,
    ) -> dict[str, Any]:
        """``{"items": [card], "next"}``: of Current persons' certificates, in the order of their numbers.

        A card is ``{number, issue, excb, holder, country, date_of_issue, valid_until, photo, printed_at, printed_by}``.
        ``printed``: those that were printed instead of those that wait. Raises Forbidden, InvalidInput.
        """
        permissions.check_may_see_quality(self.call.identity)
        paging.whole_number("limit", limit, least=1, most=LONGEST_LISTING)
        since = None if issued_from is None else paging.past_day("issued_from", issued_from, self._today())
        with self.db.read() as session:
            rows = cards.page(
                session,
                printed=bool(printed),
                excb=None if excb is None else code_of(excb),
                issued_from=since,
                today=self._today(),
                after="" if cursor is None else paging.number_of(cursor),
                limit=limit + 1,
            )
        last = rows[limit - 1].certificate.base_number if len(rows) > limit else None
        return {"items": [_shown(row) for row in rows[:limit]], "next": last}

    @rpc
    def mark_cards_printed(self, numbers: list[str]) -> list[dict[str, Any]]:
        """Notes that the cards of these persons left the printer, as they are now; the cards.

        Raises Forbidden, and InvalidInput for a number without a card.
        """
        permissions.check_may_review(self.call.identity)
        wanted = _base_numbers(numbers)
        account, now = self.call.identity.account or "", self.clock()
        with self.db.begin() as session:
            found = {card.certificate.base_number: card.certificate for card in cards.of_numbers(session, wanted)}
            if missing := [number for number in wanted if number not in found]:
                raise InvalidInput.field("numbers", f"Have no card to print: {', '.join(missing[:10])}.")
            ids = [(one.id, one.issue) for one in found.values()]
            names = ("certificate_id", "issue", "printed_at", "account")
            cards.mark(session, [dict(zip(names, (*key, now, account), strict=True)) for key in ids])
            return [_shown(card) for card in cards.of_numbers(session, wanted)]


def _base_numbers(numbers: object) -> list[str]:
    if not isinstance(numbers, list) or not 1 <= len(numbers) <= LONGEST_LISTING:
        raise InvalidInput.field("numbers", f"Must be 1 to {LONGEST_LISTING} numbers of certificates.")
    parsed = [parse_or_none(number) for number in numbers]
    if not all(isinstance(number, CertificateNumber) for number in parsed):
        raise InvalidInput.field("numbers", "Must all be numbers of certificates, such as IECEx CP BAS 26.0001.")
    return sorted({number.base for number in parsed if number is not None})


def _shown(card: Card) -> dict[str, Any]:
    certificate = card.certificate
    return {
        "number": certificate.number,
        "issue": certificate.issue,
        "excb": certificate.excb,
        "holder": certificate.content["holder"]["name"],
        "country": certificate.content["holder"]["country"],
        "date_of_issue": _iso(certificate.date_of_issue),
        "valid_until": _iso(certificate.valid_until),
        "photo": bool(certificate.content.get("photo")),
        "printed_at": card.printed_at and timestamp(card.printed_at),
        "printed_by": card.printed_by,
    }


def _iso(day: date | None) -> str | None:
    return None if day is None else day.isoformat()
