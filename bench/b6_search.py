"""B6: search over a whole register against PostgreSQL's full text search, with the same documents and questions.

In the engine: what a replica does with a question, from its text to the hits with their highlights. The facets over
everything are ours alone to keep; the database counts them. The call over HTTP is measured against the sum of the
engine and of one empty RPC.
"""

from __future__ import annotations

import shutil
import tempfile
from contextlib import ExitStack
from functools import partial
from itertools import cycle
from pathlib import Path
from random import Random
from statistics import median
from urllib.parse import quote

import requests

from bench import web
from bench.library import QUESTIONS, Library, in_turn, library, search, timed
from bench.measure import ROUNDS, Row
from bench.relevance import hit_rates
from bench.remote import process
from bench.stock.fulltext import PLAIN, SEVERAL, FullText
from demonstration.prepare import make_accounts, make_tables
from demonstration.words import words
from services.search.domain.values import FACETS
from services.search.index import CertificateIndex
from tests.servers import Servers, fresh_database
from tests.stack import PASSWORD, real
from tests.waiting import until

SIX = (*PLAIN, *SEVERAL)
CHOSEN = {"status": "current", "scheme": "equipment"}
HTTP_SECONDS = 3.0
# How large a part of the other's time ours may take.
FASTER = {"p50": 1 / 8, "p99": 1 / 15}


def run(scale: int) -> list[Row]:
    random = Random(6)  # noqa: S311 - the same questions each time

    def word() -> str:
        return words(random, 1)[0]

    def pair() -> str:
        return " ".join(words(random, 2))

    made = library(scale)
    index, other = made.index, made.other
    ask, newest, faceted = partial(search, index), partial(search, index, sort="-date"), partial(_faceted, index)
    return [
        *in_turn("B6", "two words, ranked, 20 hits", ask, other.ranked, pair, **FASTER),
        *in_turn("B6", "word, 2 filters, 6 facets", faceted, partial(_other_faceted, other), word, **FASTER),
        *in_turn("B6", "newest 20 of a word", newest, other.newest, word, **FASTER),
        *_everything(index, other),
        _relevance(index, scale),
        *_over_http(made, [pair() for _ in range(QUESTIONS)]),
    ]


def _faceted(index: CertificateIndex, q: str) -> object:
    return search(index, q, facets=SIX, status=["current"], scheme=["equipment"])


def _other_faceted(other: FullText, q: str) -> object:
    return other.ranked(q, **CHOSEN), other.facets(q, **CHOSEN)


def _everything(index: CertificateIndex, other: FullText) -> list[Row]:
    """All facets of ours, which are kept, against six of the database, which counts them."""
    ours = timed(lambda _q: search(index, "", facets=FACETS), [""] * QUESTIONS)
    its = timed(lambda _q: (other.everything(), other.facets()), [""] * 5)
    what = f"everything, newest 20, all {len(FACETS)} facets (the other: 6)"
    return [
        Row("B6", f"{what}: p50", "ms", ours.p50, its.p50, at_most=20.0),
        Row("B6", f"{what}: p99", "ms", ours.p99, at_most=20.0),
    ]


def _relevance(index: CertificateIndex, scale: int) -> Row:
    rates = hit_rates(index, scale, each=10)
    rate = 100 * sum(rates.values()) / len(rates)
    return Row("B6", f"the wanted certificate comes first, {len(rates)} kinds of questions", "%", rate, at_least=95.0)


def _over_http(made: Library, questions: list[str]) -> list[Row]:
    """A gateway and a replica on a copy of the index; nobody else is needed to answer."""
    engine = median(timed(partial(search, made.index, facets=FACETS), questions).p50 for _ in range(ROUNDS))
    with ExitStack() as opened:
        servers = Servers()
        opened.callback(servers.stop)
        folder = Path(opened.enter_context(tempfile.TemporaryDirectory()))
        url = opened.enter_context(fresh_database(servers.database_url))
        register = real(folder, servers.fresh_vhost(), url)
        opened.callback(register.stop)
        shutil.copytree(made.folder, folder / "index")
        make_tables(register.settings)
        make_accounts(register.settings, PASSWORD)
        for name in ("search", "gateway"):
            register.start(name)
        paths = cycle(f"/api/v1/search?q={quote(question)}" for question in questions)
        until(lambda: _answers(register.url + next(paths)), 60, "the search answers", pause=0.2)

        def request() -> web.Request:
            return "GET", next(paths), b"", {}

        whole = median(web.load(register.url, request, 1, HTTP_SECONDS, 200).p50 for _ in range(ROUNDS))
        empty = _empty_call(opened, folder, register.environment)
    what = "HTTP call, all facets, against engine + one empty RPC"
    return [Row("B6", what, "ms", whole, engine + empty, whole / (engine + empty), at_most=2.0)]


def _answers(address: str) -> bool:
    try:
        return requests.get(address, timeout=5).ok
    except requests.RequestException:
        return False


def _empty_call(opened: ExitStack, folder: Path, environment: dict[str, str]) -> float:
    opened.enter_context(process(folder, "bench.ours.echo", "server", environment=environment))
    client = opened.enter_context(process(folder, "bench.ours.echo", "client", environment=environment))
    return float(median(client.order(in_flight=1, seconds=1.0, body={})["p50"] for _ in range(ROUNDS)))
