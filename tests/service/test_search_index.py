"""The index itself: what is found, in what order, page by page, and what a damaged or foreign folder does."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from tantivy import Query

from services.search.domain import documents
from services.search.domain.log import Position
from services.search.domain.questions import LONGEST_Q, SORTS, read_question
from services.search.index import CertificateIndex, IndexFault, IndexInUse, Page
from services.search.index.guard import guarded
from services.search.index.queries import MOST_WORDS, ONLY_THE_FIRST
from tests.builders import a_party, a_snapshot, a_tombstone, an_envelope

Snapshots = Sequence[dict[str, Any]]
Fill = Callable[..., CertificateIndex]


@pytest.fixture
def fill(tmp_path: Path) -> Iterator[Fill]:
    """An index of these snapshots; several calls add to the same one."""
    index = CertificateIndex(tmp_path)

    def add(*snapshots: dict[str, Any]) -> CertificateIndex:
        if snapshots:
            put(index, snapshots)
        return index

    yield add
    index.close()


@pytest.fixture(scope="module")
def holding(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Fill]:
    """An index of these snapshots that is only read, so that tests may share it."""
    made: dict[str, CertificateIndex] = {}

    def holding(*snapshots: dict[str, Any]) -> CertificateIndex:
        name = json.dumps(snapshots)
        if name not in made:
            made[name] = CertificateIndex(tmp_path_factory.mktemp("index"))
            put(made[name], snapshots)
        return made[name]

    yield holding
    for index in made.values():
        index.close()


def put(index: CertificateIndex, snapshots: Snapshots) -> None:
    first = index.view.position.change_no + 1
    envelopes = [dict(an_envelope(first + n, certificate=snapshot)) for n, snapshot in enumerate(snapshots)]
    index.apply(envelopes)
    index.commit(index.view.position.after(envelopes[-1])._replace(complete=True))


def ask(index: CertificateIndex, q: str = "", limit: int = 50, sort: str = "relevance", **filters: Any) -> Page:
    return index.view.search(read_question(q, filters, sort), limit)


def numbers(page: Page) -> list[str]:
    return [item["number"].removeprefix("IECEx ") for item in page.items]


def everything(index: CertificateIndex) -> dict[str, Any]:
    return {item["base_number"]: item for item in index.view.scan(read_question().for_scan(), 1_000).items}


# Words


@pytest.mark.parametrize(
    "q",
    [
        "pressure transmitter",
        "transmitter pressure",
        "PRESSURE",
        "press",
        "flameproof enclosure",
        '"pressure transmitter"',
        "px-200",
        "px-2",
        "PX/200",
        "Muster Messt",
        "ex db iib t4",
        "Ex db [ia IIC Ga] IIB T4 Gb",
        "60079-1",
        "DE/TUN/ExTR26.0007/00",
        "de tun extr 26.0007",
        "GB BAS QAR24.0004",
        "Musterstadt",
        "transmitter bas26.0001",
        "transmitter 26.0001",
    ],
)
def test_a_certificate_is_found_by_what_stands_on_it(holding: Fill, q: str) -> None:
    index = holding(
        a_snapshot(),
        a_snapshot(
            "IECEx SIR 07.0002",
            equipment="Lamp",
            schedule="",
            applicant=a_party("A"),
            manufacturer=a_party("B"),
            marking=["Ex eb"],
            standards=[],
            test_reports=[],
            quality_reports=[],
        )
        | {"applicant": None, "manufacturer": None},
    )
    assert numbers(ask(index, q)) == ["BAS 26.0001"]


@pytest.mark.parametrize(
    "q", ["pressure pump", '"transmitter pressure"', "essure", "26.0009", "px-300", "bas 26.0001 pump"]
)
def test_every_part_must_match(holding: Fill, q: str) -> None:
    assert ask(holding(a_snapshot()), q).total == 0


def test_only_the_last_word_may_be_unfinished(holding: Fill) -> None:
    index = holding(a_snapshot())
    assert ask(index, "transmitter press").total == 1
    assert ask(index, "press transmitter").total == 0


@pytest.mark.parametrize(
    ("equipment", "q"),
    [
        ("Überdruckventil Größe 5", "uberdruckventil"),
        ("Uberdruckventil", "Überdruck"),
        ("Größe", "GRÖSSE"),
        ("隔爆型三相异步电动机", "异步电动机"),
        ("隔爆型三相异步电动机", "电"),
        ("ガス検知器", "ｶﾞｽ検知"),
        ("방폭 전동기 X9", "전동기"),
        ("Tête d’étanchéité", "etancheite"),
        ("हिन्दी", "हिन्दी"),
    ],
)
def test_words_of_any_language_are_found(holding: Fill, equipment: str, q: str) -> None:
    assert ask(holding(a_snapshot(equipment=equipment)), q).total == 1


def test_ideographs_are_found_in_their_order_only(holding: Fill) -> None:
    assert ask(holding(a_snapshot(equipment="隔爆电机")), "机电").total == 0


@pytest.mark.parametrize("q", ["???", '"', "-- * /", "\x00"])
def test_a_question_without_a_word_finds_nothing_and_says_so(holding: Fill, q: str) -> None:
    page = ask(holding(a_snapshot()), q)
    assert (page.total, bool(page.note)) == ((1, False) if not q.strip("\x00") else (0, True))


def test_a_page_that_was_pasted_is_found_by_its_first_words(holding: Fill) -> None:
    text = " ".join(f"word{n}" for n in range(MOST_WORDS))
    index = holding(a_snapshot(schedule=text))
    assert ask(index, text).note is None
    page = ask(index, f"{text} and some that it does not hold")
    assert (page.total, page.note) == (1, ONLY_THE_FIRST)


def test_the_title_counts_more_than_a_name_and_a_name_more_than_other_text(holding: Fill) -> None:
    index = holding(
        a_snapshot("IECEx BAS 26.0001", schedule="Fitted with a valve."),
        a_snapshot("IECEx BAS 26.0002", applicant=a_party("Valve Works")),
        a_snapshot("IECEx BAS 26.0003", equipment="Valve"),
    )
    assert numbers(ask(index, "valve")) == ["BAS 26.0003", "BAS 26.0002", "BAS 26.0001"]


def test_of_two_that_match_alike_the_newer_comes_first(holding: Fill) -> None:
    index = holding(
        a_snapshot("IECEx BAS 15.0001", date_of_issue="2015-01-01"),
        a_snapshot("IECEx BAS 26.0001", date_of_issue="2026-01-01"),
        a_snapshot("IECEx BAS 20.0001", date_of_issue="2020-01-01"),
    )
    assert numbers(ask(index, "transmitter")) == ["BAS 26.0001", "BAS 20.0001", "BAS 15.0001"]


# Numbers


@pytest.mark.parametrize(
    "q",
    [
        "IECEx BAS 26.0001X", "iecexbas26.0001x", "IEC Ex Bas 26.0001", "26.0001", "BAS26.0001", "260001x",
        "IECEx BAS 26.0001X-002", "IECEx BAS 26.0001 Issue 2", "IECEx-BAS-26.0001X", "bas 26.0001 x",
    ],
)  # fmt: skip
def test_a_number_in_any_spelling_comes_first(holding: Fill, q: str) -> None:
    mentions = a_snapshot("IECEx SIR 26.0002", equipment="Replaces IECEx BAS 26.0001X " * 5, schedule=q)
    assert numbers(ask(holding(mentions, a_snapshot("IECEx BAS 26.0001X")), q))[0] == "BAS 26.0001X"


@pytest.mark.parametrize("q", ["IECEx BAS 26.", "bas26", "IEC Ex BAS", "26.00", "BAS 26.000"])
def test_what_begins_like_a_number_comes_first(holding: Fill, q: str) -> None:
    index = holding(a_snapshot("IECEx BAS 26.0001"), a_snapshot("IECEx BAS 26.0002X"), a_snapshot("IECEx SIR 07.0001"))
    assert sorted(numbers(ask(index, q))[:2]) == ["BAS 26.0001", "BAS 26.0002X"]


# Filters


@pytest.fixture
def assorted(holding: Fill) -> CertificateIndex:
    return holding(
        a_snapshot("IECEx BAS 24.0001X", date_of_issue="2024-05-01", status="suspended"),
        a_snapshot("IECEx BAS 25.0001U", kind="component", date_of_issue="2025-05-01", standards=[]),
        a_snapshot(
            "IECEx ExTC 26.0001", date_of_issue="2026-05-01", protection=["t"],
            manufacturer=a_party("Müller AG", "CH"), applicant=a_party("Müller AG", "CH"),
        ),
    )  # fmt: skip


@pytest.mark.parametrize(
    ("filters", "found"),
    [
        ({"excb": ["BAS"]}, ["BAS 24.0001X", "BAS 25.0001U"]),
        ({"excb": ["extc"]}, ["ExTC 26.0001"]),
        ({"excb": ["BAS", "ExTC"], "suffix": ["X", "U"]}, ["BAS 24.0001X", "BAS 25.0001U"]),
        ({"excb": ["-BAS"]}, ["ExTC 26.0001"]),
        ({"status": ["current"]}, ["BAS 25.0001U", "ExTC 26.0001"]),
        ({"status": ["-current"]}, ["BAS 24.0001X"]),
        ({"scheme": ["equipment"], "kind": ["component"]}, ["BAS 25.0001U"]),
        ({"scheme": ["person"]}, []),
        ({"suffix": ["none"]}, ["ExTC 26.0001"]),
        ({"country": ["CH"]}, ["ExTC 26.0001"]),
        ({"country": ["DE", "-CH"]}, ["BAS 24.0001X", "BAS 25.0001U"]),
        ({"manufacturer": ["MULLER AG"]}, ["ExTC 26.0001"]),
        ({"manufacturer": ["Muller"]}, []),
        ({"protection": ["t"]}, ["ExTC 26.0001"]),
        ({"protection": ["d", "t"], "standard": ["IEC 60079-1"]}, ["BAS 24.0001X", "ExTC 26.0001"]),
        ({"issued_from": "2025-05-01"}, ["BAS 25.0001U", "ExTC 26.0001"]),
        ({"issued_to": "2025-05-01"}, ["BAS 24.0001X", "BAS 25.0001U"]),
        ({"issued_from": "2025-05-01", "issued_to": "2025-05-01"}, ["BAS 25.0001U"]),
        ({"issued_to": "1970-01-01"}, []),
    ],
)
def test_filters_choose(assorted: CertificateIndex, filters: dict[str, Any], found: list[str]) -> None:
    assert sorted(numbers(ask(assorted, **filters))) == found
    assert sorted(numbers(ask(assorted, "transmitter", **filters))) == found


def test_filters_do_not_change_the_rank(assorted: CertificateIndex) -> None:
    ranked = numbers(ask(assorted, "transmitter"))
    assert numbers(ask(assorted, "transmitter", kind=["equipment", "component"], scheme=["-person"])) == ranked


# Order and pages


def test_each_sort_order_is_what_its_name_says(fill: Fill) -> None:
    index = fill(
        a_snapshot("IECEx BAS 26.0002", date_of_issue="2026-03-01", applicant=a_party("Zeta")),
        a_snapshot("IECEx SIR 26.0001", date_of_issue="2026-01-01", applicant=a_party("Ärmel & Co")),
        a_snapshot("IECEx BAS 26.0001", date_of_issue="2026-02-01", applicant=a_party("Beta Works")),
    )
    newest, of_bas, first_of_bas = "BAS 26.0002", "BAS 26.0001", "SIR 26.0001"
    assert numbers(ask(index, sort="number")) == [of_bas, newest, first_of_bas]
    assert numbers(ask(index, sort="-number")) == [first_of_bas, newest, of_bas]
    assert numbers(ask(index, sort="date")) == [first_of_bas, of_bas, newest]
    assert numbers(ask(index, sort="-date")) == numbers(ask(index)) == [newest, of_bas, first_of_bas]
    assert numbers(ask(index, sort="name")) == [first_of_bas, of_bas, newest]


def many(count: int, start: int = 1) -> list[dict[str, Any]]:
    """Certificates that agree in much, so that their order is decided by the last key."""
    names = ["Muster Messtechnik International GmbH", "Muster Messtechnik International AG", "Anders"]
    return [
        a_snapshot(
            f"IECEx BAS 26.{n:04}", date_of_issue=f"2026-01-{1 + n % 3:02}", applicant=a_party(names[n % len(names)])
        )
        for n in range(start, start + count)
    ]


def pages(
    index: CertificateIndex, sort: str, limit: int, between: Callable[[], None] = lambda: None
) -> list[list[str]]:
    question, position, found = read_question("transmitter", sort=sort), None, []
    while True:
        page = index.view.search(question, limit, position)
        assert page.total >= 47
        found.append(numbers(page))
        position = page.next
        if position is None:
            return found
        assert len(position) == question.position_length
        between()


@pytest.mark.parametrize("sort", list(SORTS))
@pytest.mark.parametrize("limit", [1, 10, 47])
def test_pages_together_are_the_whole_list(fill: Fill, sort: str, limit: int) -> None:
    index = fill(*many(20))
    fill(*many(27, 21))
    listed = [number for page in pages(index, sort, limit) for number in page]
    assert listed == numbers(ask(index, "transmitter", 100, sort))
    assert len(set(listed)) == 47


@pytest.mark.parametrize("sort", list(SORTS))
def test_what_is_inserted_meanwhile_moves_nothing(fill: Fill, sort: str) -> None:
    index = fill(*many(47, 21))
    before = {snapshot["number"].removeprefix("IECEx ") for snapshot in many(47, 21)}
    newcomers = iter(range(1, 20))

    def insert() -> None:
        number = next(newcomers)
        words = {"equipment": "Transmitter transmitter transmitter"} if sort == "relevance" else {}
        fill(a_snapshot(f"IECEx BAS 26.{number:04}", date_of_issue="2026-02-01", applicant=a_party("0"), **words))

    listed = [number for page in pages(index, sort, 10, insert) for number in page]
    assert len(listed) == len(set(listed))
    assert before <= set(listed)


def test_a_page_by_relevance_goes_on_although_the_hit_shown_last_is_gone(fill: Fill) -> None:
    index = fill(*many(47))
    question = read_question("transmitter")
    first = index.view.search(question, 10)
    fill(a_tombstone(first.items[-1]["number"]))
    second = index.view.search(question, 10, first.next)
    assert len(second.items) == 10
    assert second.total == 46


def test_relevance_ends_where_nobody_goes_and_says_so(fill: Fill, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("services.search.index.reading.DEEPEST_RELEVANCE", 20)
    index, question = fill(*many(47)), read_question("transmitter")
    second = index.view.search(question, 10, index.view.search(question, 10).next)
    assert (len(second.items), second.next, bool(second.note)) == (10, None, True)


def test_a_position_beyond_the_deepest_page_is_an_empty_page(fill: Fill) -> None:
    page = fill(*many(47)).view.search(read_question("transmitter"), 10, [2**63 - 1, 0])
    assert page.items == []


def test_a_scan_gives_whole_snapshots_in_the_order_of_their_numbers(fill: Fill) -> None:
    index, question = fill(*many(47)), read_question("transmitter").for_scan()
    first = index.view.scan(question, 40)
    fill(a_snapshot("IECEx BAS 25.0001"))
    second = index.view.scan(question, 40, first.next)
    assert [item["number"] for item in first.items + second.items] == [item["number"] for item in many(47)]
    assert (first.total, second.total, second.next) == (47, 47, None)
    assert first.items[0] == many(1)[0] | {"change_no": 1}


def test_a_page_of_a_scan_stays_small(fill: Fill, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("services.search.index.reading.LARGEST_SCAN", 10)
    index, question, position, found = fill(*many(3)), read_question().for_scan(), None, []
    while True:
        page = index.view.scan(question, 40, position)
        found += page.items
        position = page.next
        if position is None:
            break
        assert len(page.items) == 1
    assert len(found) == 3


# Changes


def test_a_later_snapshot_takes_the_place_of_the_earlier(fill: Fill) -> None:
    index = fill(a_snapshot(), a_snapshot("IECEx BAS 26.0001X", issue=1, equipment="Pump"))
    assert (ask(index, "transmitter type px-200").total, ask(index, "pump").total, index.view.documents) == (0, 1, 1)
    fill(a_snapshot(equipment="Lamp"))
    assert (ask(index, "pump").total, ask(index, "lamp").total, index.view.documents) == (0, 1, 1)


def test_what_was_deleted_is_not_found(fill: Fill) -> None:
    index = fill(a_snapshot(), a_snapshot("IECEx BAS 26.0002"))
    fill(a_tombstone())
    assert numbers(ask(index)) == ["BAS 26.0002"]


def test_a_draft_is_never_found_should_one_come(fill: Fill) -> None:
    assert ask(fill(a_snapshot(status="draft"))).total == 0


def test_one_change_that_cannot_be_read_does_not_keep_others_from_being_found(fill: Fill) -> None:
    index = fill(
        a_snapshot(date_of_issue="soon"), a_snapshot("IECEx BAS 26.0002"), {**a_snapshot(), "base_number": None}
    )
    assert numbers(ask(index)) == ["BAS 26.0002"]


def test_the_position_is_no_hit(fill: Fill) -> None:
    index = fill(a_snapshot())
    assert ask(index).total == ask(index, excb=["-SIR"]).total == 1
    assert (ask(index, "position").total, ask(index, "#position").total) == (0, 0)


def test_what_is_not_committed_is_not_seen_and_not_kept(tmp_path: Path) -> None:
    index = CertificateIndex(tmp_path)
    put(index, many(3))
    index.apply([dict(an_envelope(4, certificate=a_snapshot("IECEx SIR 26.0009")))])
    assert ask(index).total == 3
    index.close()
    again = CertificateIndex(tmp_path)
    assert (ask(again).total, again.view.position.change_no) == (3, 3)
    again.close()


def test_a_view_stays_as_it_was(fill: Fill) -> None:
    view = fill(a_snapshot()).view
    fill(a_snapshot("IECEx BAS 26.0002"))
    assert view.search(read_question(), 10).total == 1


@given(
    st.lists(
        st.tuples(st.integers(1, 4), st.sampled_from(["current", "suspended", "cancelled", "deleted"])), max_size=12
    )
)
@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_however_changes_are_batched_the_index_holds_the_last_of_each(
    tmp_path_factory: pytest.TempPathFactory, log: list[tuple[int, str]]
) -> None:
    snapshots = [
        a_tombstone(f"IECEx BAS 26.{n:04}")
        if status == "deleted"
        else a_snapshot(f"IECEx BAS 26.{n:04}", status=status)
        for n, status in log
    ]
    fold = {snapshot["base_number"]: snapshot["status"] for snapshot in snapshots}
    expected = {number: status for number, status in fold.items() if status != "deleted"}
    for batches in ([snapshots], [[snapshot] for snapshot in snapshots]):
        index = CertificateIndex(tmp_path_factory.mktemp("index"))
        for batch in filter(None, batches):
            put(index, batch)
        assert {number: item["status"] for number, item in everything(index).items()} == expected
        index.close()


# The folder


def test_an_index_is_there_again_after_a_restart(tmp_path: Path) -> None:
    index = CertificateIndex(tmp_path)
    put(index, many(3))
    position, expected = index.view.position, everything(index)
    index.close()
    again = CertificateIndex(tmp_path)
    assert (again.view.position, everything(again)) == (position, expected)
    assert ask(again, "transmitter").total == 3
    again.close()


@pytest.mark.parametrize("damage", ["meta.json", "*.term", "*.store", "*.fast", "*.idx"])
def test_a_damaged_index_is_begun_anew(tmp_path: Path, damage: str) -> None:
    index = CertificateIndex(tmp_path)
    put(index, many(3))
    index.close()
    for file in tmp_path.glob(f"certificates-*/{damage}"):
        file.write_bytes(b"?")
    again = CertificateIndex(tmp_path)
    assert again.view.position == Position()
    put(again, many(2))
    assert ask(again).total == 2
    again.close()


def test_an_index_that_lacks_its_position_is_begun_anew(tmp_path: Path) -> None:
    index = CertificateIndex(tmp_path)
    index.apply([dict(an_envelope())])
    # As no code of ours commits.
    index._opened.writer.commit()
    index.close()
    again = CertificateIndex(tmp_path)
    assert again.view.documents == 0
    again.close()


def test_a_folder_in_use_is_refused(tmp_path: Path) -> None:
    index = CertificateIndex(tmp_path)
    with pytest.raises(IndexInUse, match="INDEX_PATH"):
        CertificateIndex(tmp_path)
    index.close()
    CertificateIndex(tmp_path).close()


def test_the_folder_of_a_process_that_was_killed_can_be_used(tmp_path: Path) -> None:
    code = (
        "import os, signal, sys; from pathlib import Path; from services.search.index import CertificateIndex;"
        "index = CertificateIndex(Path(sys.argv[1])); os.kill(os.getpid(), signal.SIGKILL)"
    )
    assert subprocess.run([sys.executable, "-c", code, str(tmp_path)], check=False).returncode == -9
    assert any(tmp_path.rglob(".tantivy-writer.lock"))
    index = CertificateIndex(tmp_path)
    put(index, many(1))
    index.close()


def test_a_process_that_is_killed_leaves_documents_and_position_that_agree(tmp_path: Path) -> None:
    code = (
        "import itertools, sys; from pathlib import Path; from services.search.index import CertificateIndex;"
        "from tests.builders import a_snapshot, an_envelope; from services.search.domain.log import Position\n"
        "index = CertificateIndex(Path(sys.argv[1]))\n"
        "for n in itertools.count(index.view.position.change_no + 1):\n"
        "    index.apply([an_envelope(n, certificate=a_snapshot(f'IECEx BAS 26.{n:04}'))])\n"
        "    index.commit(Position(n, 'event'))\n"
        "    print(n, flush=True)"
    )
    for least in (3, 8):
        with subprocess.Popen([sys.executable, "-c", code, str(tmp_path)], stdout=subprocess.PIPE, text=True) as child:
            assert child.stdout is not None
            assert any(int(line) >= least for line in child.stdout)
            child.kill()
        index = CertificateIndex(tmp_path)
        assert index.view.position.change_no == index.view.documents >= least
        index.close()


def test_another_shape_is_built_beside_the_old_one_and_then_takes_its_place(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    index = CertificateIndex(tmp_path)
    put(index, many(3))
    index.close()
    monkeypatch.setattr("services.search.index.folder.SHAPE", documents.SHAPE + 1)
    newer = CertificateIndex(tmp_path)
    assert newer.view.documents == 0
    newer.apply([dict(an_envelope())])
    newer.commit(Position(1, "event", complete=False))
    assert len(list(tmp_path.glob("certificates-*"))) == 2
    newer.commit(Position(1, "event", complete=True))
    assert [folder.name for folder in tmp_path.glob("certificates-*")] == [f"certificates-{documents.SHAPE + 1}"]
    newer.close()


def test_an_index_can_be_reopened_and_begun_anew_while_it_is_read(fill: Fill) -> None:
    index = fill(*many(3))
    view = index.view
    index.apply([dict(an_envelope(4, certificate=a_snapshot("IECEx SIR 26.0009")))])
    index.reopen()
    assert ask(index).total == 3
    index.start_anew()
    assert (ask(index).total, index.view.position) == (0, Position())
    assert view.search(read_question("transmitter"), 10).total == 3
    put(index, many(1))
    assert ask(index).total == 1


def test_a_panic_of_the_engine_is_an_ordinary_error(fill: Fill) -> None:
    index = fill(a_snapshot())
    with pytest.raises(IndexFault), guarded():
        # No call of ours panics.
        index._opened.index.searcher().search(Query.all_query(), 0)


# Hostile questions

HOSTILE = [
    "a" * LONGEST_Q,
    "a " * (LONGEST_Q // 2),
    '"' * LONGEST_Q,
    '"a ' * (LONGEST_Q // 3),
    "(" * LONGEST_Q,
    "title:* AND (NOT -x OR +y)^5~2 [a TO z] {!} \\",
    "number:IECEx* OR *:*",
    "(a+)+$ .*.*.*.* ^(([a-z])+.)+[A-Z]([a-z])+$",
    "'; DROP TABLE certificates; --",
    "\x00\x01\x1b[2J \ud800 \udfff \ufffe \u202e",
    "../../etc/passwd %00 {{7*7}} ${jndi:ldap://x}",
    "1" * 4_000,
    "防" * 3_000,
    " ".join(f"w{n}" for n in range(1_500)),
    " ".join(f'"transmitter type {n}"' for n in range(300)),
    "\u0301" * 5_000,
    "ﷺ" * 500,
    "IECEx BAS 26.0001" * 100,
]


@pytest.mark.parametrize("q", HOSTILE, ids=range(len(HOSTILE)))
@pytest.mark.parametrize("sort", ["relevance", "name"])
def test_no_text_upsets_a_search(holding: Fill, q: str, sort: str) -> None:
    page = ask(holding(*many(5)), q, sort=sort)
    assert page.total >= len(page.items)


@given(st.text(max_size=60))
@settings(max_examples=150, deadline=None)
def test_any_text_is_answered(holding: Fill, q: str) -> None:
    assert ask(holding(a_snapshot()), q).total in (0, 1)


@given(st.text(min_size=1, max_size=40))
@settings(max_examples=30, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_any_equipment_is_found_by_its_own_words(fill: Fill, equipment: str) -> None:
    index = fill(a_snapshot(equipment=equipment, schedule=""))
    page = ask(index, equipment)
    assert page.total == 1 or page.note or not any(character.isalnum() for character in equipment)
