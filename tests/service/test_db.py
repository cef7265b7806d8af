"""Databases: short transactions, green waits, and an error that says so when the server is away."""

from __future__ import annotations

import time
import traceback
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from urllib.parse import urlsplit

import eventlet
import pytest
import sqlalchemy as sa
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column

from contracts.errors import Unavailable
from plumbing.db import Handle, Moment, create_engine_for
from tests.proxy import Proxy
from tests.waiting import until

NOON = datetime(2026, 11, 21, 12, tzinfo=UTC)


class Base(DeclarativeBase):
    pass


class Note(Base):
    __tablename__ = "notes"
    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    at: Mapped[datetime] = mapped_column(Moment)


@pytest.fixture
def handle(fresh_handle: Callable[[sa.MetaData], Handle]) -> Handle:
    return fresh_handle(Base.metadata)


@pytest.fixture
def postgres(postgres_url: str) -> Iterator[Handle]:
    handle = Handle(create_engine_for(postgres_url, workers=10))
    yield handle
    handle.engine.dispose()


def notes(handle: Handle) -> list[tuple[int, datetime]]:
    with handle.read() as session:
        return [(note.id, note.at) for note in session.scalars(sa.select(Note).order_by(Note.id))]


def test_a_transaction_is_kept_or_undone_as_a_whole(handle: Handle) -> None:
    with handle.begin() as session:
        session.add(Note(id=1, at=NOON))
    with pytest.raises(RuntimeError):
        _add_and_fail(handle)
    assert notes(handle) == [(1, NOON)]


def _add_and_fail(handle: Handle) -> None:
    with handle.begin() as session:
        session.add(Note(id=2, at=NOON))
        session.flush()
        raise RuntimeError


def test_one_statement_is_kept_without_more_ado(handle: Handle) -> None:
    with handle.once() as session:
        session.execute(sa.insert(Note), {"id": 1, "at": NOON})
    assert notes(handle) == [(1, NOON)]


def test_the_error_of_a_statement_does_not_tell_its_values(handle: Handle) -> None:
    with pytest.raises((sa.exc.SQLAlchemyError, Unavailable)) as refused, handle.read() as session:
        session.execute(sa.text("SELECT no_such_column FROM notes WHERE id = :value"), {"value": 987654321})
    # As the log has it, with what it came from.
    told = "".join(traceback.format_exception(refused.value))
    assert "no_such_column FROM notes" in told
    assert "[SQL parameters hidden" in told


def test_a_look_changes_nothing(handle: Handle) -> None:
    with handle.read() as session:
        session.add(Note(id=1, at=NOON))
        session.flush()
    assert notes(handle) == []


def test_a_moment_without_a_time_zone_is_refused(handle: Handle) -> None:
    with pytest.raises(sa.exc.StatementError, match="time zone"), handle.begin() as session:
        session.add(Note(id=1, at=NOON.replace(tzinfo=None)))


def test_many_transactions_at_once_wait_for_each_other_instead_of_failing(handle: Handle) -> None:
    def write(number: int) -> None:
        with handle.begin() as session:
            session.add(Note(id=number, at=NOON))

    for greenlet in [eventlet.spawn(write, number) for number in range(50)]:
        greenlet.wait()
    assert len(notes(handle)) == 50


def test_a_slow_query_keeps_nobody_else_from_working(postgres: Handle) -> None:
    def sleep() -> None:
        with postgres.read() as session:
            session.execute(sa.text("SELECT pg_sleep(0.5)"))

    started = time.monotonic()
    for greenlet in [eventlet.spawn(sleep) for _ in range(10)]:
        greenlet.wait()
    # One after the other they would take five seconds.
    assert time.monotonic() - started < 4


def test_text_of_many_megabytes_goes_there_and_back(postgres: Handle) -> None:
    text = "x" * 5_000_000
    with postgres.read() as session:
        assert session.scalar(sa.text("SELECT :text || :text"), {"text": text}) == text * 2


def test_one_replica_at_a_time_is_alone(postgres: Handle) -> None:
    with postgres.alone("sweep") as first, postgres.alone("sweep") as second, postgres.alone("relay") as other:
        assert (first, second, other) == (True, False, True)
    with postgres.alone("sweep") as again:
        assert again


def test_a_lock_that_nobody_gives_up_makes_it_unavailable(postgres: Handle) -> None:
    Base.metadata.create_all(postgres.engine)
    with postgres.begin() as session:
        session.execute(sa.text("LOCK TABLE notes"))
        with pytest.raises(Unavailable):
            _add_without_patience(postgres)


def _add_without_patience(handle: Handle) -> None:
    with handle.begin() as session:
        session.execute(sa.text("SET LOCAL lock_timeout = '50ms'"))
        session.add(Note(id=1, at=NOON))


def test_a_snapshot_sees_one_state_and_may_take_its_time(postgres: Handle) -> None:
    Base.metadata.create_all(postgres.engine)
    with postgres.snapshot("7min") as session:
        assert session.scalar(sa.text("SHOW statement_timeout")) == "7min"
        with postgres.begin() as other:
            other.add(Note(id=1, at=NOON))
        assert session.scalar(sa.select(sa.func.count()).select_from(Note)) == 0
    assert notes(postgres) == [(1, NOON)]
    with postgres.read() as session:
        assert session.scalar(sa.text("SHOW statement_timeout")) == "5s"
        assert session.scalar(sa.text("SHOW transaction_isolation")) == "read committed"


def test_a_server_that_went_away_is_unavailable_and_found_again(postgres_url: str) -> None:
    parts = urlsplit(postgres_url)
    proxy = Proxy((str(parts.hostname), parts.port or 5432))
    url = parts._replace(netloc=f"{parts.username or 'postgres'}@{proxy.address}").geturl()
    handle = Handle(create_engine_for(url, workers=2))
    assert _answers(handle)
    proxy.cut()
    until(lambda: _answers(handle), 10, "an answer over a new line")
    handle.engine.dispose()
    proxy.close()
    assert not _answers(handle)


def _answers(handle: Handle) -> bool:
    try:
        with handle.read() as session:
            return bool(session.scalar(sa.text("SELECT 1")) == 1)
    except Unavailable:
        return False
