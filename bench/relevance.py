"""``python -m bench.relevance [certificates]``: how often what a person wants comes first, by kind of question."""

from __future__ import annotations

import argparse
import tempfile
from collections import Counter
from pathlib import Path

from bench import corpus
from bench.library import fill, search
from services.search.index import CertificateIndex
from tests.relevance import questions

EACH = 25
# The questions are made of so many certificates, however many there are.
DRAWN_FROM = 2_000


def hit_rates(index: CertificateIndex, count: int, each: int = EACH) -> dict[str, float]:
    """By kind of question: the part of the questions whose certificate is where it should be."""
    step = max(count // DRAWN_FROM, 1)
    # A hundred neighbours hold all schemes, and a licence's certificates are before it.
    numbers = [number for number in range(count) if number // 100 % step == 0]
    asked: Counter[str] = Counter()
    found: Counter[str] = Counter()
    for wanted in questions((issue for number in numbers for issue in corpus.snapshots(number)), each):
        asked[wanted.kind] += 1
        hits = search(index, wanted.q).items[: wanted.within]
        found[wanted.kind] += wanted.number in [hit["number"] for hit in hits]
    return {kind: found[kind] / asked[kind] for kind in asked}


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m bench.relevance", description=__doc__)
    parser.add_argument("certificates", nargs="?", type=int, default=10_000)
    count = parser.parse_args().certificates
    with tempfile.TemporaryDirectory() as folder:
        index = CertificateIndex(Path(folder))
        fill(index, count)
        rates = hit_rates(index, count)
        index.close()
    for kind, rate in rates.items():
        print(f"{rate:6.1%}  {kind}")
    print(f"{sum(rates.values()) / len(rates):6.1%}  of {len(rates)} kinds, over {count:,} certificates")


if __name__ == "__main__":
    main()
