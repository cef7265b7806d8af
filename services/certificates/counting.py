"""How much there is: the public ledger of numbers, the statistics, and the nightly proof that they count right."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Sequence
from typing import Any

from sqlalchemy.orm import Session

from contracts.errors import InvalidInput, NotFound
from contracts.numbers import Series, full_year
from contracts.schemas import SCHEMES
from plumbing.every import every
from plumbing.logs import log
from plumbing.rpc import rpc
from services.certificates import changes
from services.certificates.desk import check_choice, code_of
from services.certificates.domain import figures, ledger, paging, related
from services.certificates.domain import runs as nights
from services.certificates.nightly import EVERY, Nightly
from services.certificates.queries import certificates as queries
from services.certificates.queries import counting, reference, runs
from services.certificates.queries import ledger as numbers
from services.certificates.queries import related as relations

LONGEST_PAGE = 1_000
LONGEST_COUNT = "10min"
MOST_LOGGED = 20
COUNTS, CITATIONS = "counts", "citations"


class Counting(Nightly):
    """For everybody: of drafts it says how many there are, and nothing else."""

    @rpc
    def ledger(
        self, excb: str, scheme: str, year: int | None = None, after: int = 0, limit: int = LONGEST_PAGE
    ) -> dict[str, Any]:
        """Every number that a body ever gave to certificates of a scheme, or to reports of a kind, and its fate.

        ``{"excb", "scheme", "year", "last", "drafts", "items": [{n, number, fate, since, issue}], "next"}``: ``last``
        is the last number given, to a draft too, ``drafts`` how many are drafts, which are not listed; ``fate`` is
        ``current``, ``suspended``, ``cancelled``, ``deleted`` (with ``reason``), ``registered`` (of a report) or
        ``absent`` (numbered before the register, which knows no more). Where the count begins anew each year and no
        year is given: ``{"excb", "scheme", "years": [{year, given, drafts}]}``. Raises InvalidInput, NotFound.
        """
        if scheme not in ledger.KINDS:
            raise InvalidInput.field("scheme", f"Must be one of: {', '.join(ledger.KINDS)}.")
        today = self._today()
        with self.db.read() as session:
            code, country = _body(session, excb)
            series = ledger.asked(scheme, code, country, year, today)
            if series is not None:
                return _page(session, series, after, limit)
            years = ledger.all_years(scheme, code, country, today)
            held = numbers.held(session, code, scheme, years)
        return {"excb": code, "scheme": scheme, "years": ledger.by_year(years, held)}

    @rpc
    def statistics(self, scheme: str | None = None, excb: str | None = None) -> dict[str, Any]:
        """How much was issued, of one scheme and body or of all; see ``domain.figures`` for what each figure counts.

        ``{"totals", "schemes": [{scheme, reports, years, totals}], "excbs", "countries", "statuses", "persons": {total,
        years, excbs, countries}}``; totals, and a row behind its year, body or country, are ``{certificates, issues,
        reports, drafts, total}``. Raises InvalidInput, NotFound.
        """
        check_choice("scheme", scheme, SCHEMES)
        with self.db.read() as session:
            code = None if excb is None else _body(session, excb)[0]
            found = counting.figures(session, None if scheme is None else figures.kinds_of(scheme), code)
        return figures.answer(found, scheme)

    @every(seconds=60, alone=True)
    def recount(self) -> None:
        """Compares, once a day, the counts with what is there, and mends them; fills them after an upgrade.

        Both are read at one moment. A change that is made meanwhile counts itself, so that the difference stays what
        it is, and adding it makes the counts right without holding anybody up.
        """
        with self.db.read() as session:
            run = nights.due(COUNTS, runs.last(session, COUNTS), self.clock())
        if run is None:
            return
        with self.db.snapshot(LONGEST_COUNT) as session:
            difference = counting.recount(session)
            difference.subtract(counting.all_counts(session))
        wrong = Counter({sort: n for sort, n in difference.items() if n})
        with self.db.begin() as session:
            changes.hold(session)
            counting.add(session, wrong)
            runs.keep(session, run.finished(self.clock()))
        if wrong:
            some = [f"{'/'.join(map(str, sort))}: {n:+}" for sort, n in sorted(wrong.items())[:MOST_LOGGED]]
            log.warning("counts mended", differing=len(wrong), some=some)

    @every(seconds=EVERY, alone=True)
    def recite(self) -> None:
        """Compares, each night, what certificates refer to with what is kept of it, and mends that likewise."""
        self._go_on(CITATIONS, self._recite)

    def _recite(self, ids: Sequence[str]) -> None:
        with self.db.read() as session:
            wrong = _differing(session, ids)
        if not wrong:
            return
        with self.db.begin() as session:
            changes.hold(session)
            # Somebody may have been quicker.
            wrong = _differing(session, wrong)
            relations.cite(session, wrong)
        if wrong:
            log.warning("citations mended", certificates=len(wrong))


def _body(session: Session, excb: object) -> tuple[str, str]:
    """The code and the country of a body. Raises InvalidInput, NotFound."""
    code = code_of(excb)
    country = reference.country_of(session, code)
    if country is None:
        raise NotFound("There is no such certification body.")
    return code, country


def _page(session: Session, series: Series, after: int, limit: int) -> dict[str, Any]:
    paging.whole_number("after", after, least=0, most=series.last)
    paging.whole_number("limit", limit, least=1, most=LONGEST_PAGE)
    items, following = ledger.page(series, numbers.entries(session, series, after, limit + 1), limit)
    # Afterwards, so that no number given meanwhile is listed behind the last one.
    last, held = numbers.last_of(session, series), numbers.held(session, series.excb, series.kind, [series.key])
    return {
        "excb": series.excb,
        "scheme": series.kind,
        "year": None if series.year is None else full_year(series.year),
        "last": 0 if last is None else ledger.place(series, last),
        "drafts": held[series.key].drafts if held else 0,
        "items": items,
        "next": following,
    }


def _differing(session: Session, ids: Collection[str]) -> dict[str, set[tuple[str, str]]]:
    """By id: what those certificates refer to of which something else is kept."""
    public, kept = queries.latest_public(session, ids), relations.citations_of(session, ids)
    cited = {found: related.citations(certificate.content) for found, certificate in public.items()}
    return {found: pairs for found, pairs in cited.items() if pairs != kept.get(found, set())}
