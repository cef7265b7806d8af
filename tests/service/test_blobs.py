"""The store of files: in a real folder and in an S3, in this cooperative process and in a plain one."""

from __future__ import annotations

import os
import subprocess
import sys
import uuid
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from contracts.errors import NotFound, Unavailable
from plumbing import blobs as module
from plumbing.blobs import CHUNK, Blobs
from tests import s3


@pytest.fixture(scope="module")
def s3_address() -> Iterator[str]:
    with s3.serving() as address:
        yield address


@pytest.fixture
def bucket(s3_address: str, monkeypatch: pytest.MonkeyPatch) -> str:
    """The address of an S3 store of one test's own; whoever opens it finds the server by the environment."""
    name = f"bucket-{uuid.uuid4()}"
    s3.make_bucket(s3_address, name)
    for variable, value in s3.environment(s3_address).items():
        monkeypatch.setenv(variable, value)
    return f"s3://{name}/register"


@pytest.fixture
def folder(tmp_path: Path) -> Blobs:
    return Blobs(f"file://{tmp_path}/store")


@pytest.fixture(params=["folder", "s3"])
def blobs(request: pytest.FixtureRequest, tmp_path: Path) -> Blobs:
    """The same is true of both."""
    return Blobs(f"file://{tmp_path}/store" if request.param == "folder" else request.getfixturevalue("bucket"))


def test_what_was_put_is_got(blobs: Blobs) -> None:
    blobs.put("exports/a/b.xlsx", b"bytes")
    assert blobs.get("exports/a/b.xlsx") == b"bytes"
    assert blobs.size("exports/a/b.xlsx") == 5
    assert blobs.exists("exports/a/b.xlsx")


def test_putting_again_replaces(blobs: Blobs) -> None:
    blobs.put("a", b"first, and longer")
    blobs.put("a", b"second")
    assert blobs.get("a") == b"second"


def test_a_file_is_put_by_path(blobs: Blobs, tmp_path: Path) -> None:
    (tmp_path / "big").write_bytes(b"x" * (6 * CHUNK))
    blobs.put_file("big", tmp_path / "big")
    assert blobs.size("big") == 6 * CHUNK


@pytest.mark.parametrize("call", ["get", "open", "stream", "size"])
def test_a_missing_file_is_not_found_at_once(blobs: Blobs, call: str) -> None:
    with pytest.raises(NotFound):
        getattr(blobs, call)("no/such/file")


def test_a_folder_is_no_file(blobs: Blobs) -> None:
    blobs.put("folder/file", b"")
    assert not blobs.exists("folder")


def test_deleting_twice_is_no_error(blobs: Blobs) -> None:
    blobs.put("a", b"")
    blobs.delete("a")
    blobs.delete("a")
    assert not blobs.exists("a")


def test_deleting_the_last_file_of_a_folder_leaves_no_empty_folder(folder: Blobs, tmp_path: Path) -> None:
    folder.put("exports/1/a", b"")
    folder.put("exports/2/b", b"")
    folder.delete("exports/1/a")
    assert [path.name for path in (tmp_path / "store/exports").iterdir()] == ["2"]
    folder.delete("exports/2/b")
    folder.put("exports/3/c", b"still works")
    assert folder.get("exports/3/c") == b"still works"


def test_a_stream_comes_in_pieces_and_is_whole(blobs: Blobs) -> None:
    data = bytes(range(256)) * (3 * CHUNK // 256) + b"rest"
    blobs.put("a", data)
    pieces = list(blobs.open("a"))
    assert b"".join(pieces) == data
    assert max(map(len, pieces)) <= CHUNK


@pytest.mark.parametrize(
    ("start", "end", "expected"),
    [(0, 3, b"012"), (7, None, b"789"), (7, 99, b"789"), (3, 3, b""), (10, None, b""), (99, 100, b""), (5, 2, b"")],
)
def test_a_range_is_clipped_to_the_file(blobs: Blobs, start: int, end: int | None, expected: bytes) -> None:
    blobs.put("digits", b"0123456789")
    assert b"".join(blobs.stream("digits", start, end)) == expected


HOSTILE = [
    "",
    "/",
    "/etc/passwd",
    "..",
    "../secret",
    "a/../../secret",
    "a/..",
    ".hidden",
    "a/.hidden",
    "a//b",
    "a/",
    "a\\b",
    "a\x00b",
    "a\n",
    "a b",
    "%2e%2e/secret",
    "a/%2e%2e/b",
    "C:\\secret",
    "file:///etc/passwd",
    "ä",
    "a" * 300,
    "a/" * 300 + "a",
]


@pytest.mark.parametrize("key", HOSTILE)
@pytest.mark.parametrize("call", ["get", "open", "size", "exists", "delete"])
def test_a_key_that_is_no_plain_path_is_refused(blobs: Blobs, call: str, key: str) -> None:
    with pytest.raises(ValueError, match="not a key"):
        getattr(blobs, call)(key)


@pytest.mark.parametrize("key", HOSTILE)
def test_nothing_is_ever_written_outside_the_folder(blobs: Blobs, tmp_path: Path, key: str) -> None:
    with pytest.raises(ValueError, match="not a key"):
        blobs.put(key, b"x")
    assert [path for path in tmp_path.rglob("*") if path.is_file()] == []


def test_a_put_that_fails_leaves_the_old_file_and_nothing_beside_it(blobs: Blobs, tmp_path: Path) -> None:
    blobs.put("a", b"old")
    with pytest.raises(NotFound):
        blobs.put_file("a", tmp_path / "missing")
    assert blobs.get("a") == b"old"
    assert [path.name for path in tmp_path.glob("store/*")] in (["a"], [])


def test_a_folder_that_cannot_be_written_is_unavailable(folder: Blobs) -> None:
    folder.put("a", b"a file where a folder would have to be")
    with pytest.raises(Unavailable):
        folder.put("a/b", b"")


def test_an_s3_without_its_bucket_is_unavailable(bucket: str, tmp_path: Path) -> None:
    (tmp_path / "file").write_bytes(b"x")
    without = Blobs(bucket.replace("/register", "-missing"))
    with pytest.raises(Unavailable):
        without.put("a", b"")
    with pytest.raises(Unavailable):
        without.put_file("a", tmp_path / "file")


def test_an_s3_that_is_away_is_unavailable(bucket: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AWS_ENDPOINT_URL", "http://127.0.0.1:1")
    with pytest.raises(Unavailable):
        Blobs(bucket).get("a")


def test_two_prefixes_of_one_bucket_are_two_stores(bucket: str) -> None:
    Blobs(bucket).put("exports/a", b"ours")
    other = Blobs(bucket.replace("/register", "/another"))
    assert not other.exists("exports/a")
    assert other.delete_older("exports", datetime.now(UTC) + timedelta(hours=1)) == 0
    assert Blobs(bucket).get("exports/a") == b"ours"


def test_old_files_are_deleted_and_young_ones_and_others_stay(blobs: Blobs) -> None:
    for key in ("exports/1/old", "exports/2/old", "documents/old"):
        blobs.put(key, b"")
    assert blobs.delete_older("exports", datetime.now(UTC) - timedelta(hours=1)) == 0
    assert blobs.delete_older("exports", datetime.now(UTC) + timedelta(hours=1)) == 2
    assert blobs.exists("documents/old")
    assert not blobs.exists("exports/1/old")


def test_a_folder_with_a_blank_in_its_name_works(tmp_path: Path) -> None:
    Blobs(f"file://{tmp_path}/my files").put("a", b"")
    Blobs(f"file://{tmp_path}/my%20files").get("a")
    assert (tmp_path / "my files/a").exists()


def test_another_kind_of_url_is_refused() -> None:
    with pytest.raises(ValueError, match="file:// or s3://"):
        Blobs("ftp://host/files")


def test_a_cooperative_process_works_in_native_threads(folder: Blobs, monkeypatch: pytest.MonkeyPatch) -> None:
    """The tests run in one: what the store does must not happen in the hub's own thread."""
    from eventlet import patcher  # noqa: PLC0415

    native = patcher.original("threading")
    threads = []
    monkeypatch.setattr(module, "_settle", lambda _path: threads.append(native.get_ident()))
    folder.put("a", b"")
    assert threads
    assert threads[0] != native.get_ident()


@pytest.mark.parametrize("kind", ["folder", "s3"])
def test_a_plain_process_needs_no_eventlet(kind: str, tmp_path: Path, request: pytest.FixtureRequest) -> None:
    url = f"file://{tmp_path}" if kind == "folder" else request.getfixturevalue("bucket")
    program = (
        "import sys; from plumbing.blobs import Blobs; blobs = Blobs(sys.argv[1]); blobs.put('a', b'plain');"
        "assert b''.join(blobs.open('a')) == b'plain'; assert 'eventlet' not in sys.modules"
    )
    subprocess.run([sys.executable, "-c", program, url], check=True, env=dict(os.environ))
