"""B17: the statistics and the ledger of a register of SCALE certificates on PostgreSQL, and what the night costs.

The register is made by SQL, one certificate in twenty a draft, of all bodies over twenty-three years. The counts are
filled by the nightly recount itself, which is measured with it. No broker: what is asked is the service.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import sqlalchemy as sa

from bench.measure import Load, Row, summary
from contracts.identity import service_identity
from plumbing.db import Handle, create_engine_for
from services.certificates.tables import metadata
from tests.servers import Servers, fresh_database
from tests.service.certificates import Office

CALLS = 200
FIRST_YEAR, YEARS = 2004, 23
# The g-th certificate: of which body and year, its number in that year, and what became of it.
NUMBERED = """
CREATE TEMPORARY TABLE numbered AS
WITH bodies AS (SELECT code, row_number() OVER (ORDER BY code) - 1 AS place, count(*) OVER () AS many FROM excbs)
SELECT g, md5(g::text) AS id, code AS excb, :first + g / many / per_year AS year, g / many % per_year + 1 AS n,
       CASE g * 769 % 100003 % 20 WHEN 0 THEN 'draft' WHEN 1 THEN 'cancelled' ELSE 'current' END AS status,
       make_date((:first + g / many / per_year)::int, (1 + g % 12)::int, 1) AS day
FROM generate_series(0, :scale - 1) AS g
JOIN bodies ON place = g % many
CROSS JOIN LATERAL (SELECT ceil(:scale / many::float / :years)::int AS per_year) AS each
"""
CERTIFICATES = """
INSERT INTO certificates (id, excb, scheme, series, base_number, demonstration, created_at, account, fingerprint)
SELECT id, excb, 'equipment', 'equipment/' || excb || '/' || to_char(year % 100, 'FM00'),
       'IECEx ' || excb || to_char(year % 100, ' FM00') || to_char(n, '"."FM0000'), true, day, 'bench', ''
FROM numbered
"""
ISSUES = """
INSERT INTO issues (certificate_id, issue, excb, status, suffix, content, version, created_at, date_of_issue,
                    first_issued, status_date, status_reason)
SELECT id, 0, excb, status, '',
       json_build_object(
           'scheme', 'equipment',
           'kind', CASE WHEN g % 7 = 0 THEN 'component' ELSE 'equipment' END,
           'applicant', json_build_object('name', 'Maker ' || g % 997, 'country',
                                          (CAST('{DE,GB,FR,IT,NO,US,JP,KR}' AS text[]))[1 + g * 1021 % 100003 % 8]),
           'schedule', repeat(md5(g::text), 40)
       ),
       2, day, issued, issued, issued, ''
FROM numbered CROSS JOIN LATERAL (SELECT CASE WHEN status <> 'draft' THEN day END AS issued) AS dates
"""


def run(scale: int) -> list[Row]:
    with _register(scale) as office:
        night = _seconds(office.as_(service_identity("certificates")).recount)
        _vacuum(office.handle.engine)
        public = office.public
        asked: dict[str, Callable[[], Any]] = {
            "statistics of all": public.statistics,
            "statistics of one scheme and body": lambda: public.statistics(scheme="equipment", excb="BAS"),
            "ledger, a year of a body": lambda: public.ledger(excb="BAS", scheme="equipment", year=2020),
            "ledger, the years of a body": lambda: public.ledger(excb="BAS", scheme="equipment"),
        }
        rows = [row for what, ask in asked.items() for row in _rows(what, _timed(ask))]
    return [*rows, Row("B17", f"nightly recount of {scale:,} certificates", "s", night)]


def _rows(what: str, load: Load) -> list[Row]:
    return [Row("B17", f"{what}: p50", "ms", load.p50), Row("B17", f"{what}: p99", "ms", load.p99, at_most=200)]


def _timed(ask: Callable[[], Any]) -> Load:
    ask()
    taken = [_seconds(ask) for _ in range(CALLS)]
    return summary(taken, sum(taken))


def _seconds(work: Callable[[], Any]) -> float:
    began = time.perf_counter()
    work()
    return time.perf_counter() - began


@contextmanager
def _register(scale: int) -> Iterator[Office]:
    servers = Servers()
    try:
        with fresh_database(servers.database_url) as url:
            handle = Handle(create_engine_for(url))
            metadata.create_all(handle.engine)
            office = Office(handle)
            _fill(handle.engine, scale)
            try:
                yield office
            finally:
                handle.engine.dispose()
    finally:
        servers.stop()


def _fill(engine: sa.Engine, scale: int) -> None:
    with engine.begin() as connection:
        connection.exec_driver_sql("SET LOCAL statement_timeout = 0")
        connection.execute(sa.text(NUMBERED), {"first": FIRST_YEAR, "years": YEARS, "scale": scale})
        connection.execute(sa.text(CERTIFICATES))
        connection.execute(sa.text(ISSUES))
    _vacuum(engine)


def _vacuum(engine: sa.Engine) -> None:
    """As PostgreSQL does by itself after a while."""
    with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.exec_driver_sql("SET statement_timeout = 0")
        connection.exec_driver_sql("VACUUM ANALYZE")
        connection.exec_driver_sql("RESET statement_timeout")
