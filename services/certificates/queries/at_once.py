"""Many rows in one statement whose text does not grow with them.

PostgreSQL takes them as one value, JSON that it reads by the types of the table's columns. Sent one by one, or written
out as parameters, hundreds of rows cost the client more than the database. SQLite has no way to go and takes each.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from datetime import date
from functools import cache
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from services.certificates.tables import Base

Rows = Sequence[Mapping[str, Any]]


def insert(session: Session, table: type[Base], rows: Rows) -> None:
    """Inserts the rows, all of the same columns; no rows are fine."""
    if not rows:
        return
    connection = session.connection()
    if connection.dialect.name == "postgresql":
        connection.execute(sa.text(inserting(table, tuple(rows[0]))), {"rows": as_json(rows)})
    else:
        connection.execute(sa.insert(table), rows)


def update(session: Session, table: type[Base], rows: Rows) -> None:
    """Sets all other columns of the rows with these primary keys; no rows are fine."""
    if not rows:
        return
    connection = session.connection()
    if connection.dialect.name == "postgresql":
        connection.execute(sa.text(_updating(table, tuple(rows[0]))), {"rows": as_json(rows)})
    else:
        # Parameters must not have the names of columns.
        connection.execute(_updating_one(table, tuple(rows[0])), [{f"new_{n}": v for n, v in r.items()} for r in rows])


@cache
def inserting(table: type[Base], columns: tuple[str, ...]) -> str:
    """The statement for PostgreSQL; ``:rows`` is ``as_json`` of the rows."""
    name, names = table.__tablename__, ", ".join(columns)
    return f"INSERT INTO {name} ({names}) SELECT {names} FROM {_read(name)}"  # noqa: S608 (names of ours)


@cache
def _updating(table: type[Base], columns: tuple[str, ...]) -> str:
    name, keys = table.__tablename__, _keys(table)
    values = ", ".join(f"{column} = new.{column}" for column in columns if column not in keys)
    same = " AND ".join(f"{name}.{key} = new.{key}" for key in keys)
    return f"UPDATE {name} SET {values} FROM {_read(name)} AS new WHERE {same}"  # noqa: S608 (names of ours)


@cache
def _updating_one(table: type[Base], columns: tuple[str, ...]) -> sa.Update:
    keys = _keys(table)
    same = (sa.inspect(table).columns[key] == sa.bindparam(f"new_{key}") for key in keys)
    values: dict[str, Any] = {column: sa.bindparam(f"new_{column}") for column in columns if column not in keys}
    return sa.update(table).where(*same).values(values)


def _keys(table: type[Base]) -> list[str]:
    return [column.name for column in sa.inspect(table).primary_key]


def as_json(rows: Rows) -> str:
    """Moments and days as ISO text; what a JSON column holds as it is."""
    return json.dumps(rows, ensure_ascii=False, default=_iso)


def _read(table: str) -> str:
    return f"json_populate_recordset(CAST(NULL AS {table}), CAST(:rows AS json))"


def _iso(value: object) -> str:
    if isinstance(value, date):
        return value.isoformat()
    raise TypeError(f"{type(value).__name__} is no value of a column")
