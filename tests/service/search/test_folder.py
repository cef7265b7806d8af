"""The index on disk: there again after a restart or a kill, begun anew where it is damaged or foreign."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest
from tantivy import Query

from services.search.domain import documents
from services.search.domain.log import Position
from services.search.domain.questions import read_question
from services.search.index import CertificateIndex, IndexFault, IndexInUse
from services.search.index.guard import guarded
from tests.builders import a_snapshot, an_envelope
from tests.service.search.indexes import Fill, ask, everything, many, put


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
