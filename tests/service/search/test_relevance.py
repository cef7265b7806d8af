"""What people want is what they find first: a set of questions over a small register of all four schemes."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

import pytest

from bench import corpus
from bench.library import fill, search
from services.search.index import CertificateIndex
from tests.relevance import Wanted, questions

CERTIFICATES, EACH = 600, 4
# Of a hundred questions; the rest are answered by another certificate that fits as well.
FLOOR = 0.95


@pytest.fixture(scope="module")
def register(tmp_path_factory: pytest.TempPathFactory) -> Iterator[CertificateIndex]:
    index = CertificateIndex(tmp_path_factory.mktemp("index"))
    fill(index, CERTIFICATES)
    yield index
    index.close()


def is_found(index: CertificateIndex, wanted: Wanted) -> bool:
    return wanted.number in [hit["number"] for hit in search(index, wanted.q).items[: wanted.within]]


def test_what_people_want_comes_first(register: CertificateIndex) -> None:
    snapshots = (snapshot for number in range(CERTIFICATES) for snapshot in corpus.snapshots(number))
    asked = list(questions(snapshots, EACH))
    missed = [wanted for wanted in asked if not is_found(register, wanted)]
    assert len(asked) >= 60
    assert 1 - len(missed) / len(asked) >= FLOOR, missed
    assert max(Counter(wanted.kind for wanted in missed).values(), default=0) < EACH, missed


def test_a_number_is_never_missed(register: CertificateIndex) -> None:
    snapshots = (snapshot for number in range(CERTIFICATES) for snapshot in corpus.snapshots(number))
    numbers = [wanted for wanted in questions(snapshots, 40) if wanted.kind.startswith("number")]
    assert [wanted for wanted in numbers if not is_found(register, wanted)] == []
