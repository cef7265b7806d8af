"""All invariants of one register, in the order in which their proofs build on each other."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime

from plumbing.settings import Settings
from verification import counts, index, log, numbers, publication, queries, reports
from verification.api import Gateway
from verification.databases import snapshot
from verification.finding import Finding
from verification.scratch import Scratch


def gateways_of(settings: Settings) -> list[Gateway]:
    """Where the register of these settings may answer: on this machine, else where the public reaches it."""
    return [Gateway(url) for url in dict.fromkeys((f"http://{settings.web_address}", settings.public_url))]


def verify(settings: Settings, gateways: Sequence[Gateway], now: datetime) -> Iterator[Finding]:
    """N, L, P, C and S of the register in these databases. ``now`` tells how old a draft is. Raises Unreadable."""
    numbering_url, certificates_url = settings.database_of("numbering"), settings.database_of("certificates")
    with snapshot(certificates_url) as certificates, Scratch() as fold, Scratch() as told, Scratch() as public:
        # The first statement is what fixes the snapshot; the ledger is to be read later than that.
        log_end = queries.log_end(certificates)
        with snapshot(numbering_url) as numbering, snapshot(certificates_url) as again:
            yield numbers.check(certificates, numbering, again, now)
        logged, published = Finding("L log"), Finding("P publication")
        for change in log.read(certificates, logged):
            if change.what == log.REPORT:
                reports.check_change(change, told, published)
            else:
                publication.check_change(change, fold, published)
        yield logged
        publication.compare(certificates, fold, public, published)
        reports.compare(certificates, told, published)
        yield published
        yield counts.check(certificates)
        yield index.check(gateways, log_end, public, certificates_url)
