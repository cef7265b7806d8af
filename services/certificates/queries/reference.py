"""Statements on what certificates refer to: bodies and scopes, standards, units, photos."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping, Sequence
from itertools import count
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from services.certificates.domain.facts import Editions, Scope
from services.certificates.queries.certificates import INSERTS, IS_ACTIVE
from services.certificates.tables import Base, ExcbRow, PhotoRow, ScopeRow, StandardRow

EDITION = re.compile(r"\d+\.\d+", re.ASCII)
EDITIONS = sa.select(StandardRow.number, StandardRow.current_edition, StandardRow.previous_edition)
_SCOPES = sa.select(
    ScopeRow.excb, ScopeRow.scheme, ScopeRow.standard, ScopeRow.valid_from, ScopeRow.valid_until
).order_by(ScopeRow.excb, ScopeRow.scheme, ScopeRow.standard, ScopeRow.valid_from)
COUNTRIES = sa.select(ExcbRow.code, ExcbRow.country).where(ExcbRow.code.in_(sa.bindparam("bodies", expanding=True)))
SCOPES = _SCOPES.where(ScopeRow.excb.in_(sa.bindparam("bodies", expanding=True)))


def put(session: Session, table: type[Base], rows: Sequence[Mapping[str, Any]]) -> None:
    """Inserts rows of reference data, or brings those that are there up to date, by primary key."""
    keys = [column.name for column in sa.inspect(table).primary_key]
    insert = INSERTS[session.get_bind().dialect.name](table).values(rows)
    update = {name: insert.excluded[name] for name in rows[0] if name not in keys}
    session.execute(insert.on_conflict_do_update(index_elements=keys, set_=update))


def put_new(session: Session, table: type[Base], rows: Sequence[Mapping[str, Any]]) -> None:
    """Inserts the rows of reference data that are not there yet."""
    session.execute(INSERTS[session.get_bind().dialect.name](table).values(rows).on_conflict_do_nothing())


def reference(session: Session, table: type[Base], order: str) -> list[dict[str, Any]]:
    """All rows of a table of reference data, as plain values."""
    columns = sa.inspect(table).columns
    query = sa.select(*(column for column in columns if column.name != "position")).order_by(columns[order])
    return [dict(row) for row in session.connection().execute(query).mappings()]


def lock(session: Session, table: type[Base], keys: Collection[str]) -> list[str]:
    """Those of these rows, by primary key, that are there; nobody else changes them until the transaction ends."""
    (key,) = sa.inspect(table).primary_key
    return list(session.scalars(sa.select(key).where(key.in_(keys)).order_by(key).with_for_update()))


def put_standards(session: Session, rows: Sequence[Mapping[str, Any]]) -> None:
    """Inserts standards behind the last one, or brings those that are there up to date in their places."""
    positions = {
        row.number: row.position for row in session.execute(sa.select(StandardRow.number, StandardRow.position))
    }
    behind = count(max(positions.values(), default=-1) + 1)
    placed = [{**row, "position": positions.get(row["number"], -1)} for row in rows]
    put(session, StandardRow, [row | {"position": next(behind)} if row["position"] < 0 else row for row in placed])


def is_active(session: Session, excb: str) -> bool:
    """Whether there is such a body and it may work."""
    return bool(session.connection().execute(IS_ACTIVE, {"excb": excb}).scalar())


def country_of(session: Session, excb: str) -> str | None:
    """The country of a body, which the numbers of its reports begin with; None where there is no such body."""
    return session.scalar(sa.select(ExcbRow.country).where(ExcbRow.code == excb))


def countries_of(session: Session, bodies: Collection[str]) -> dict[str, str]:
    """By code: the countries of these bodies."""
    rows = session.connection().execute(COUNTRIES, {"bodies": list(bodies)})
    return {row.code: row.country for row in rows}


def put_scopes(session: Session, excb: str, rows: Sequence[Mapping[str, Any]]) -> None:
    """The scopes of a body from now on; what it had before is gone."""
    session.execute(sa.delete(ScopeRow).where(ScopeRow.excb == excb))
    if rows:
        session.execute(sa.insert(ScopeRow), [{"excb": excb, **row} for row in rows])


def scopes_of(session: Session, bodies: Collection[str]) -> tuple[Scope, ...]:
    """All scopes of these bodies, also those that have ended or not begun."""
    return tuple(Scope(*row) for row in session.connection().execute(SCOPES, {"bodies": list(bodies)}))


def all_scopes(session: Session) -> tuple[Scope, ...]:
    """Everybody's scopes."""
    return tuple(Scope(*row) for row in session.execute(_SCOPES))


def keep_photo(session: Session, row: Mapping[str, Any]) -> None:
    """Notes that a body uploaded a picture; once is enough."""
    session.execute(INSERTS[session.get_bind().dialect.name](PhotoRow).values(row).on_conflict_do_nothing())


def photos_of(session: Session, hashes: Collection[str]) -> frozenset[tuple[str, str]]:
    """``(sha256, body)`` of these pictures, for each body that uploaded them."""
    rows = session.execute(sa.select(PhotoRow.sha256, PhotoRow.excb).where(PhotoRow.sha256.in_(hashes)))
    return frozenset((sha256, excb) for sha256, excb in rows)


def editions(session: Session) -> dict[str, Editions]:
    """By number of a standard: its editions, as far as they are known."""
    rows = session.connection().execute(EDITIONS)
    return {row.number: Editions(_numbers(row.current_edition), _numbers(row.previous_edition)) for row in rows}


def _numbers(text: str) -> tuple[str, ...]:
    """``5.0 (2015), 5.1 (2017)`` → ``5.0``, ``5.1``."""
    return tuple(EDITION.findall(text))
